"""How a mistake is printed."""

import json

import msgspec

from maildesk.yaml_file import WARNING, Problem, Problems, Source, print_problems, suggest


def test_the_printed_form() -> None:
    """file:line:col: severity: text, then the line, then the caret with the hint: the form editors read."""
    problem = Problem(
        "rules/20-billing.yaml", 4, 7, "error", "unknown condition “word”",
        "      word: [faktura, račun]", "did you mean “words”?", 4,
    )  # fmt: skip
    assert str(problem) == (
        "rules/20-billing.yaml:4:7: error: unknown condition “word”\n"
        "     4 |       word: [faktura, račun]\n"
        "       |       ^^^^ did you mean “words”?"
    )


def test_a_problem_of_a_whole_file_has_no_line() -> None:
    """Without a line there is no caret; a hint stands below."""
    assert (
        str(Problem("teams.yaml", 0, 0, "error", "there is no teams.yaml"))
        == "teams.yaml: error: there is no teams.yaml"
    )
    assert str(Problem("a", 0, 0, "error", "b", hint="c")) == "a: error: b\n       | c"


def test_the_caret_stands_below_wide_and_combining_letters() -> None:
    """Columns are those of a terminal: wide letters take two, combining accents none."""
    assert str(Problem("a", 1, 4, "error", "x", "漢e\u0301: y")).splitlines()[2] == "       |    ^"


def test_a_long_line_is_cut_around_the_caret() -> None:
    """A line of a thousand letters is shown in part, with the caret at the right one."""
    source = "x" * 500 + "HERE" + "x" * 500
    _, line, caret = str(Problem("a", 1, 501, "error", "t", source, length=4)).splitlines()
    assert len(line) < 220
    start = caret.index("^")
    assert line[start : start + 4] == "HERE"


def test_control_characters_do_not_reach_the_terminal() -> None:
    """What a terminal would obey is shown as a dot, a tab as a space."""
    assert Source("a", ("x\x1b[31m\ty",)).line(1) == "x·[31m y"


def test_problems_are_counted_at_the_end() -> None:
    """The last line counts errors and warnings and says what followed."""
    error, warning = Problem("a", 0, 0, "error", "x"), Problem("a", 0, 0, WARNING, "y")
    assert print_problems([error, error, warning], "Nothing was changed.").endswith(
        "\n2 errors, 1 warning. Nothing was changed."
    )
    assert print_problems([warning], "Nothing was changed.") == "a: warning: y\n1 warning."
    assert print_problems([]) == ""


def test_json_has_all_fields() -> None:
    """The JSON form is the value itself."""
    assert json.loads(msgspec.json.encode(Problem("a", 1, 2, "error", "t", "s", "h", 3))) == {
        "file": "a", "line": 1, "col": 2, "severity": "error", "text": "t", "source": "s", "hint": "h", "length": 3,
    }  # fmt: skip


def test_the_same_problem_counts_once_and_many_are_cut() -> None:
    """One problem per place and text, and no more than 200 of one load; in the order of files and lines."""
    problems = Problems()
    for line in (3, 1, 1):
        problems.add(Problem("a", line, 1, "error", "x"))
    assert [problem.line for problem in problems.sorted()] == [1, 3]
    for line in range(1000):
        problems.add(Problem("b", line, 1, "error", "x"))
    assert len(problems.sorted()) == 200


def test_suggestions() -> None:
    """A close word is asked for; of few words all are listed; of many unlike ones nothing is said."""
    assert suggest("Biling", ["billing", "l1"]) == "did you mean “billing”?"
    assert suggest("zzz", ["billing", "l1"]) == "known: billing, l1"
    assert suggest("zzz", [f"name{n}" for n in range(50)]) == ""
