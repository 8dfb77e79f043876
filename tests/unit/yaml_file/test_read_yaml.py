"""Reading YAML: what is text stays text, everything has its place, and nothing gets out of hand."""

import pytest

from maildesk.yaml_file import Mapping, Node, Problem, Problems, Scalar, Sequence, read_yaml


def read(text: str) -> tuple[Node | None, tuple[Problem, ...]]:
    problems = Problems()
    node, _ = read_yaml("a.yaml", text, problems)
    return node, problems.sorted()


def value(text: str) -> Node:
    node, problems = read(text)
    assert problems == ()
    assert isinstance(node, Mapping)
    return node.pairs[0].value


@pytest.mark.parametrize(
    "text", ["no", "on", "yes", "22:00", "1_000", "0x10", "1e3", "2026-11-22", "~", "=", "<<", "=SAP"]
)
def test_scalars_stay_text(text: str) -> None:
    """YAML 1.2 and no guessing: Norway, 22:00 and dates are the text that was written."""
    found = value(f"a: {text}")
    assert isinstance(found, Scalar)
    assert found.text == text


def test_everything_knows_its_place() -> None:
    """Keys and values have the line and column they stand in, counted from 1; a scalar its length too."""
    node, _ = read("first: 1\nlist:\n  - ěščř\n  - {k: 'two words'}\n")
    assert isinstance(node, Mapping)
    key, items = node.pairs[1].key, node.pairs[1].value
    assert (key.line, key.col, key.length) == (2, 1, 4)
    assert isinstance(items, Sequence)
    word, inner = items.items
    assert isinstance(word, Scalar)
    assert (word.line, word.col, word.length) == (3, 5, 4)
    assert isinstance(inner, Mapping)
    assert (inner.pairs[0].value.line, inner.pairs[0].value.col) == (4, 9)


def test_aliases_are_the_nodes_they_name() -> None:
    """A small anchor may be used again."""
    node, problems = read("a: &x [1, 2]\nb: *x\n")
    assert problems == ()
    assert isinstance(node, Mapping)
    assert node.pairs[1].value is node.pairs[0].value


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way(newline: str) -> None:
    """Files from any system have the same lines; a byte order mark is no character of the first."""
    node, problems = read("\ufeffa: 1\nb: 2\n".replace("\n", newline))
    assert problems == ()
    assert isinstance(node, Mapping)
    assert [(pair.key.text, pair.key.line, pair.key.col) for pair in node.pairs] == [("a", 1, 1), ("b", 2, 1)]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "\n\n"])
def test_an_empty_file_is_nothing(text: str) -> None:
    """A file without content is no mistake."""
    assert read(text) == (None, ())


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("a: 1\na: 2\n", (2, 1), "duplicate key “a”"),
        ("a: {b: 1, b: 2}\n", (1, 11), "duplicate key “b”"),
        ("a:\n\tb: 1\n", (2, 1), "found a tab where only spaces may stand"),
        ("a: !tag b\n", (1, 4), "tags are not used here: !tag"),
        ("a: !!python/object:os.system x\n", (1, 4), "tags are not used here"),
        ("a: *b\n", (1, 4), "found undefined alias 'b'"),
        ("a: &a [*a]\n", (1, 8), "found undefined alias 'a'"),
        ("a: @b\n", (1, 4), "found character '@' that cannot start any token"),
        ("a: 1\n---\nb: 2\n", (2, 1), "one file holds one document"),
        ("%YAML 1.1\n---\na: 1\n", (1, 1), "directives (“%…”) are not used here"),
        ("? [a]\n: b\n", (1, 3), "a key must be a plain word"),
        ("a: \x07\n", (1, 4), "the character U+0007 is not allowed in YAML"),
        ("[" * 100, (1, 42), "nested more than 40 deep"),
        ("a: [1, 2\nb: 3\n", (2, 2), "expected ',' or ']', but got ':'"),
        ("a: 'b\n", (2, 1), "found unexpected end of stream"),
        ("a: b: c\n", (1, 5), "mapping values are not allowed here"),
    ],
)
def test_what_is_not_allowed_is_named_at_its_place(text: str, place: tuple[int, int], said: str) -> None:
    """Duplicate keys, tabs, tags, directives and broken syntax are errors with line and column."""
    _, problems = read(text)
    assert [(p.line, p.col) for p in problems] == [place]
    assert problems[0].text.startswith(said)


def test_the_rest_of_a_file_is_read_behind_a_forbidden_character() -> None:
    """`@` and `*` at the start of a value do not hide the other mistakes of the file."""
    node, problems = read("a: @x\nb: *y\nb: 2\nc: `z`\n")
    assert [problem.line for problem in problems] == [1, 2, 3, 4]
    assert isinstance(node, Mapping)
    assert [pair.key.text for pair in node.pairs] == ["a", "b", "c"]


def test_nested_aliases_cannot_grow() -> None:
    """The file of a billion laughs is refused when it counts more than 200,000 values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    node, problems = read("\n".join(lines))
    assert node is None
    assert problems[0].text.startswith("more than 200000 values")


@pytest.mark.parametrize(
    "text",
    [
        "- @a\n" * 100_000,
        "- *a\n" * 100_000,
        "{a: " * 200_000,
        "[a, " * 200_000,
        "'" * 500_000,
        "\t" * 500_000,
        "#" * 500_000,
    ],
)
def test_hostile_files_end(text: str) -> None:
    """A megabyte of brackets, stars, tabs or quotes is given up soon."""
    _, problems = read(text)
    assert len(problems) <= 60


def test_a_file_has_a_largest_size() -> None:
    """A file of more than 1 MB is not read."""
    assert read("a: " + "x" * 1_000_000)[1][0].text == "the file is larger than 1 MB"
