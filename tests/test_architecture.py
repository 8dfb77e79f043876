"""The shape of the code is what it is said to be."""

import ast
import graphlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "maildesk").rglob("*.py"))
# Whatever exists under these names decides: it must be held to deciding by the contract of import-linter.
DECIDING = (
    "commands",
    "decide",
    "explain",
    "ingest.authentication",
    "ingest.bounce",
    "ingest.classify",
    "ingest.headers",
    "ingest.mime",
    "ingest.quoting",
    "ingest.reply_text",
    "ingest.sender",
    "language",
    "model",
    "outbound.backoff",
    "outbound.compose",
    "outbound.notices",
    "rules.evaluate",
    "rules.matchers",
    "rules.words",
    "threading",
    "tokens",
    "worktime",
)
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}


@pytest.fixture(scope="module")
def contracts() -> dict[str, dict[str, Any]]:
    """The contracts of import-linter by the first word of their names."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return {contract["name"].split()[0]: contract for contract in listed}


def test_deciding_modules_stand_in_the_contract(contracts: dict[str, dict[str, Any]]) -> None:
    """Every deciding module that exists is forbidden to do I/O, and the contract names no other."""
    exists = {name for name in DECIDING if _path(name) is not None}
    named = {name.removeprefix("maildesk.") for name in contracts["Deciding"]["source_modules"]}
    assert exists - named == set()
    assert {name for name in named if _path(name) is None} == set()


def test_deciding_modules_are_not_excused() -> None:
    """No deciding module is among the files that may read the clock."""
    excused = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]["per-file-ignores"]
    for name in DECIDING:
        path = f"maildesk/{name.replace('.', '/')}"
        assert not [pattern for pattern in excused if pattern.startswith(path) and "TID251" in excused[pattern]]


def test_layers_name_what_exists(contracts: dict[str, dict[str, Any]]) -> None:
    """Each layer is there: brackets, for what is not written yet, stand around nothing that is."""
    for layer in contracts["Each"]["layers"]:
        for name in layer.split("|"):
            bare = name.strip()
            assert bare.startswith("(") == (_path(bare.strip("()")) is None), bare


def test_no_files_import_each_other() -> None:
    """Imports only ever lead down, also those inside of functions and those for types."""
    import grimp

    house = grimp.build_graph("maildesk")
    below = {room: house.find_modules_directly_imported_by(room) - {room} for room in house.modules}
    assert len(below) > len(MODULES) / 2
    tuple(graphlib.TopologicalSorter(below).static_order())  # CycleError names the files


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_for(path: Path) -> None:
    """Line 1 is a docstring whose first line is a sentence."""
    text = path.read_text()
    if not text.strip():
        pytest.fail("an empty module: say in a sentence what the room is for")
    docstring = ast.get_docstring(ast.parse(text))
    assert docstring, "a docstring on line 1"
    assert text.startswith(('"""', 'r"""'))
    assert docstring.splitlines()[0].rstrip().endswith((".", "?", ":", "!"))


def test_no_module_is_named_after_nothing() -> None:
    """A module's name says what is in it."""
    assert [path for path in MODULES if {path.stem, path.parent.name} & BANNED_NAMES] == []


def test_files_stay_readable() -> None:
    """No file of code passes 400 lines; lists of words may."""
    long = {
        str(path.relative_to(ROOT)): lines for path in MODULES if (lines := len(path.read_text().splitlines())) > 400
    }
    assert {name: lines for name, lines in long.items() if not name.endswith("words.py")} == {}


def test_every_excuse_has_a_reason() -> None:
    """A `noqa` names its rule and says why, after it or in a comment before it."""
    after, before = re.compile(r"# (ruff: )?noqa: [A-Z0-9, ]+\s(-+|–|—)\s*\w"), re.compile(r"# \w.*# noqa: [A-Z]")
    for path in [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))]:
        if path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if "noqa" in line:
                assert after.search(line) or before.search(line), f"{path}:{number}"


def test_nobody_outside_ci_knows_where_the_mails_lie() -> None:
    """Only .ci/run may name the folder of real mails; all else asks MAILDESK_CORPORA."""
    secret = "shared" + "/mails"
    kinds = {".py", ".md", ".toml", ".yaml", ".yml", ".j2", ".cfg", ".txt", ".sh", ".lock"}
    skipped = {".venv", ".git", ".cache", "demo", "var"}
    for path in ROOT.rglob("*"):
        if path.suffix in kinds and not skipped & set(path.relative_to(ROOT).parts[:1]) and path.is_file():
            assert secret not in path.read_text(errors="replace"), path


def _path(name: str) -> Path | None:
    """Find a module or room by its dotted name below maildesk."""
    stem = ROOT / "maildesk" / name.replace(".", "/")
    return next((path for path in (stem.with_suffix(".py"), stem / "__init__.py") if path.exists()), None)
