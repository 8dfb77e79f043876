"""docs/threats.md is whole and true; and what the program must never do at all, it nowhere does."""

import ast
import functools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "maildesk"
LAST = 78
_ROW = re.compile(r"^\| (T\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+(?:\.py::\w+)?)`")


def rows() -> list[tuple[str, str, str, str]]:
    """Read the table."""
    return _ROW.findall((ROOT / "docs" / "threats.md").read_text(encoding="utf-8"))


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """Read a file of Python, once."""
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def imports(folder: Path) -> tuple[tuple[str, str], ...]:
    """List every import below a folder, wherever it stands: the file and the module."""
    found: list[tuple[str, str]] = []
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(tree_of(path)):
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                named = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [(str(path.relative_to(PACKAGE)), name) for name in named]
    return tuple(found)


def using(folder: Path, *modules: str) -> set[str]:
    """Name the files below a folder that import one of these modules."""
    return {file for file, name in imports(folder) if any(f"{name}.".startswith(f"{module}.") for module in modules)}


def test_every_threat_has_its_row() -> None:
    """T1 to T78 stand in docs/threats.md, each once and in order, each with what stops it."""
    assert [number for number, *_ in rows()] == [f"T{number}" for number in range(1, LAST + 1)]
    assert all(threat.strip() and stops.strip() for _, threat, stops, _ in rows())


@pytest.mark.parametrize("number", range(1, LAST + 1))
def test_every_threat_has_tests_that_exist(number: int) -> None:
    """Each row names tests; each is a test function that pytest would collect, or a golden mail with a reason."""
    (tests,) = [tests for row, _, _, tests in rows() if row == f"T{number}"]
    named = _TEST.findall(tests)
    assert named
    assert len(named) == tests.count("`") // 2, tests
    for one in named:
        path, _, function = one.partition("::")
        if function:
            tree = tree_of(ROOT / path)
            functions = {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
            assert function in functions, one
            assert function.startswith("test_")
            assert Path(path).name.startswith("test_")
        else:
            assert (ROOT / path / "why.md").exists(), one
            assert (ROOT / path / "expect.yaml").exists(), one


def test_no_archive_is_unpacked() -> None:
    """Nothing that reads mail can unpack an archive (T47)."""
    archives = ("zipfile", "gzip", "bz2", "lzma", "tarfile", "zstandard", "shutil")
    assert using(PACKAGE / "ingest", *archives) == set()
    sums = using(PACKAGE / "ingest", "zlib")  # the packed text of winmail.dat has a check sum
    assert not [file for file in sums if re.search(r"zlib\.(?!crc32)", (PACKAGE / file).read_text(encoding="utf-8"))]


def test_nothing_but_sign_in_asks_the_web() -> None:
    """Only OAuth asks web servers, so nothing in a mail can make the desk fetch anything (T57, T58)."""
    clients = ("urllib.request", "http.client", "requests", "httpx", "aiohttp", "urllib3", "ftplib")
    assert {file.partition("/")[0] for file in using(PACKAGE, *clients)} <= {"oauth"}


def test_nothing_is_unpickled() -> None:
    """No file of ours can turn stored bytes into objects that run code (T75)."""
    assert using(PACKAGE, "pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle") == set()


def test_no_spreadsheet_is_written() -> None:
    """No file writes tables for spreadsheets; whoever adds one escapes formulas first, and tests it here (T60)."""
    assert using(PACKAGE, "csv", "xlsxwriter", "openpyxl") == set()


def test_proofs_are_compared_in_constant_time() -> None:
    """In the tokens' room nothing that proves is compared with ==; compare_digest is used wherever proofs meet (T69)."""
    secret = re.compile(r"\b(proof|expected|digest|mac|mark|genuine)\b")
    uses = 0
    for path in sorted((PACKAGE / "tokens").glob("*.py")):
        tree = tree_of(path)
        uses += sum(isinstance(n, ast.Attribute) and n.attr == "compare_digest" for n in ast.walk(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
                assert not secret.search(ast.unparse(node)), f"{path.name}:{node.lineno}: {ast.unparse(node)}"
    assert uses >= 3


def test_pages_only_tell() -> None:
    """Every page there is answers looks alone and writes nothing; one that takes something gets tests of its own (T35, T53)."""
    from starlette.routing import Route

    from maildesk.web import build_app

    routes = build_app(lambda: {"ok": True}).routes
    assert all(isinstance(route, Route) and set(route.methods or ()) <= {"GET", "HEAD"} for route in routes)
    assert [route.path for route in routes if isinstance(route, Route)] == ["/healthz"]
