"""The documents say what is: what they name exists, and what exists they name."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest

from maildesk.cli.say import Exit
from maildesk.model.phrases import ANSWERS, Verb
from maildesk.model.reason import Reason
from maildesk.rules.assign import WAYS
from maildesk.rules.reading.conditions import CONDITIONS
from maildesk.rules.reading.rule_files import ACTIONS, RULE_KEYS
from maildesk.settings import Settings
from maildesk.yaml_file.take import Parse
from tests.cli_pages import all_commands, cli_text

ROOT = Path(__file__).parents[1]
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [*sorted(ROOT.glob("*.md")), *DOCS, *sorted((ROOT / "docs" / "adr").glob("*.md")), ROOT / "templates/README.md"]
_ROOMS = ("maildesk", "tests", "docs", "config", "templates", "bench", "changelog.d", ".ci")
# What no text of this project may say: it is read elsewhere, by people who know neither this machine nor its neighbours.
_FORBIDDEN = re.compile(
    r"/work/|/root/|/tmp/brief|\.\./" + "shared" + r"|\bissue #\d|pythonhosted|pypi\.org/simple|--(extra-)?index-url",
    re.IGNORECASE,
)


def _read(path: Path | str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


# ---- what exists is named ----


def test_every_reason_is_explained_once() -> None:
    """docs/reasons.md explains every reason there is, in the order of the code, and none that is not."""
    assert re.findall(r"^- \*\*`([a-z-]+)`\*\*: ", _read("docs/reasons.md"), re.MULTILINE) == [r.value for r in Reason]


def test_the_command_line_is_documented(rewrite_golden: bool) -> None:
    """docs/cli.md is what the help pages say; `make golden ARGS=tests/test_docs.py` writes it anew."""
    if rewrite_golden:
        (ROOT / "docs/cli.md").write_text(cli_text(), encoding="utf-8")
    assert _read("docs/cli.md") == cli_text()


def test_every_option_says_what_it_does() -> None:
    """Each verb and each option has a sentence of help."""
    for path, command in all_commands():
        assert command.help, path
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert getattr(parameter, "help", ""), f"maildesk {path} {parameter.opts}"


def _keys(kind: type, path: str = "") -> Iterator[str]:
    """List the keys of a struct, and of those inside it; `provider` is what the short form `oauth: google` sets."""
    for field in (f for f in msgspec.structs.fields(kind) if f.name != "provider"):
        yield f"{path}{field.encode_name}"
        for inner in _structs(field.type):
            yield from _keys(inner, f"{path}{field.encode_name}.")


def _structs(kind: object) -> Iterator[type]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
    if any(isinstance(mark, Parse) for mark in getattr(kind, "__metadata__", ())):
        return  # written as one text
    for inner in getattr(kind, "__args__", ()):
        yield from _structs(inner)


def test_every_setting_stands_in_the_shipped_file() -> None:
    """Each key of maildesk.yaml stands in the shipped one, set or behind a `#`."""
    text = _read("config/maildesk.yaml")
    missing = {path for path in _keys(Settings) if not re.search(rf"(?<![\w-]){path.rpartition('.')[2]}:", text)}
    assert missing == set()


def test_every_condition_and_action_is_documented() -> None:
    """docs/rules.md names the keys of a rule, the conditions and the actions that there are, and no other."""
    text = _read("docs/rules.md")
    assert _table(text, "A rule's keys") == set(RULE_KEYS)
    assert _table(text, "Conditions") == set(CONDITIONS)
    assert _table(text, "Actions") == set(ACTIONS)
    assert all(f"`{way}`" in text for way in WAYS)


def _table(text: str, heading: str) -> set[str]:
    """List what stands in the first column of the table below a heading."""
    section = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_agents_know_what_they_can_ask_for() -> None:
    """docs/agents.md shows every command that there is, each in a table or under a heading of its own, and every answer."""
    text = _read("docs/agents.md")
    tables = text.partition("## Commands")[2].partition("## For somebody else")[0]
    shown = set(re.findall(r"^\| `#([a-z]+)", tables, re.MULTILINE))
    shown |= set(re.findall(r"^- \*\*`#([a-z]+)`", tables, re.MULTILINE))
    shown |= set(re.findall(r"`#(for)\b", text.partition("## For somebody else")[2]))
    answers = set(re.findall(r"`#([a-z]+)`", text.partition("## Questions")[2].partition("\n## ")[0]))
    assert shown == {verb.value for verb in Verb if verb not in ANSWERS}
    assert answers == {verb.value for verb in ANSWERS}


def test_every_exit_status_is_documented() -> None:
    """docs/operations.md says what each exit status means."""
    rows = re.findall(r"^\| (\d+) \|", _read("docs/operations.md"), re.MULTILINE)
    assert {int(status) for status in Exit} <= {int(row) for row in rows}


# ---- what is named exists ----


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a file of the project finds it, and every anchor its heading."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        found = (page.parent / name) if name else page
        assert found.exists(), f"{_ids(page)}: {target}"
        if anchor:
            assert anchor in _anchors(found), f"{_ids(page)}: {target}"


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_named_files_exist(page: Path) -> None:
    """Every path of the project that a page names is there; `*` may stand for many, `<…>` for one to be chosen."""
    for quoted in re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8")):
        for word in quoted.split():
            name = word.partition("::")[0].rstrip(".,:;")
            if name.split("/")[0] in _ROOMS and "/" in name and not re.search(r"[<>…{}=]", name):
                places = (ROOT, ROOT / "config")  # pages for admins name files as they lie in their own folder
                assert any(list(place.glob(name.rstrip("/"))) for place in places), f"{_ids(page)}: {name}"


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_named_commands_exist(page: Path) -> None:
    """Every `maildesk VERB` that a page shows can be given, with the options that stand beside it."""
    known = dict(all_commands())
    for line in _shown_commands(page.read_text(encoding="utf-8")):
        words = line.split()
        path = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
        if path.isupper():
            continue
        assert path in known, f"{_ids(page)}: maildesk {line}"
        assert len(words) == 1 or not isinstance(known[path], click.Group) or words[1].startswith("-"), (
            f"{_ids(page)}: maildesk {line}"
        )
        options = {name for parameter in known[path].params for name in parameter.opts} | {"--help"}
        used = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert used <= options, f"{_ids(page)}: maildesk {line}: {used - options}"


def _shown_commands(text: str) -> list[str]:
    """List what stands after `maildesk` in code: in blocks at the beginning of a line or after a path, else in backticks."""
    blocks = re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in re.findall(r"(?:^|/bin/)maildesk ([a-z][^\n]*)", block, re.MULTILINE)]
    lines += re.findall(r"`(?:[^`\s]*/)?maildesk ([A-Za-z][^`\n]*)`", prose)
    return [line.partition("#  ")[0].partition(" # ")[0].split(" < ")[0].split(" > ")[0] for line in lines]


def test_promises_are_tested() -> None:
    """Each test that docs/promises.md names is there."""
    named = re.findall(r"`(tests/[\w/]+(?:\.py::(\w+))?)`", _read("docs/promises.md"))
    assert len(named) >= 20
    for path, function in named:
        file = ROOT / path.partition("::")[0]
        assert file.exists(), path
        if function:
            assert f"def {function}(" in file.read_text(encoding="utf-8"), path
        else:
            assert (file / "why.md").exists(), f"{path}: name a test, or a golden mail"


def test_limits_are_tested() -> None:
    """Each line of docs/limits.md names a test, and each test that it names is there."""
    page = _read("docs/limits.md")
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| what")]
    assert len(rows) >= 25
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+(?:\.py::(\w+))?)`", row)
        assert named, row
        for path, function in named:
            file = ROOT / path.partition("::")[0]
            assert file.exists(), path
            assert not function or f"def {function}(" in file.read_text(encoding="utf-8"), path


def test_every_document_can_be_found() -> None:
    """README, or a page it leads to, leads to every document."""
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        waiting += [p for name in links if (p := (page.parent / name).resolve()).is_file()]
    assert {_ids(page) for page in DOCS} - {_ids(page) for page in seen} == set()


# ---- what may not be said ----


def test_nothing_speaks_of_the_workplace() -> None:
    """No tracked text names this machine's folders, a package index, or somebody's tracker; .ci/run has its one path."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("no checkout: git does not say what is tracked")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if name in (".ci/run", "tests/test_docs.py") or not path.is_file():
            continue
        content = path.read_bytes()
        if b"\0" in content[:8000]:
            continue
        found = _FORBIDDEN.search(content.decode("utf-8", "replace"))
        assert found is None, f"{name}: {found}"


def test_fragments_of_the_changelog_say_their_kind() -> None:
    """Each file of changelog.d is named by what changed and how."""
    for path in (ROOT / "changelog.d").glob("*"):
        assert path.name == "README.md" or re.fullmatch(
            r"[a-z0-9-]+\.(added|changed|fixed|removed|security)\.md", path.name
        )
