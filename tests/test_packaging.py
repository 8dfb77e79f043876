"""What is built and installed is what the checkout says."""

import ast
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

import maildesk

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements-build.lock", "requirements.lock", "requirements-dev.lock")


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """The project's own description."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_one_version(project: dict[str, Any]) -> None:
    """The version stands in two places and is the same."""
    assert project["project"]["version"] == maildesk.__version__


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_name_no_place(lock: str) -> None:
    """A lock file pins by version and hash, and names no machine's path and no registry."""
    text = (ROOT / lock).read_text()
    assert not re.search(r"https?:|file:|--index|--find-links|--extra-index|/(home|root|tmp|work|Users)/", text)
    pinned = re.findall(r"(?m)^[a-z0-9][\w.\-]*(?:\[[^]]*\])?==\S+.*\\$", text)
    assert len(pinned) == len(re.findall(r"(?m)^[^\s#]", text))


def test_locks_hold_every_dependency(project: dict[str, Any]) -> None:
    """Everything maildesk asks for is pinned, at one version in all lock files."""
    locked = {
        lock: dict(re.findall(r"(?m)^([\w.\-]+)(?:\[[^]]*\])?==(\S+)", (ROOT / lock).read_text())) for lock in LOCKS
    }
    core = {_name(wanted) for wanted in project["project"]["dependencies"]}
    extras = {_name(wanted) for group in project["project"]["optional-dependencies"].values() for wanted in group}
    assert core <= set(locked["requirements.lock"])
    assert (core | extras) - {"maildesk"} <= set(locked["requirements-dev.lock"])
    for name, version in locked["requirements.lock"].items():
        assert locked["requirements-dev.lock"][name] == version


def test_every_import_is_asked_for(project: dict[str, Any]) -> None:
    """What maildesk imports, it names among its dependencies or extras: nothing is there by luck."""
    told = project["project"]
    asked = {
        _name(wanted) for group in (told["dependencies"], *told["optional-dependencies"].values()) for wanted in group
    }
    owners = importlib.metadata.packages_distributions()
    for path in (ROOT / "maildesk").rglob("*.py"):
        for module in _imported(ast.parse(path.read_text())) - {"maildesk", *sys.stdlib_module_names}:
            assert {_name(owner) for owner in owners.get(module, [])} & asked, f"{path}: {module}"


def test_maildesk_is_never_fetched() -> None:
    """No lock file holds a maildesk: another project has that name in a public index."""
    for lock in LOCKS:
        assert not re.search(r"(?m)^maildesk\b", (ROOT / lock).read_text())


def test_wheel_ships_templates_and_configuration(tmp_path: Path) -> None:
    """The wheel holds the package, and the top-level folders under maildesk/_shipped."""
    source = tmp_path / "source"
    for folder in ("maildesk", "templates", "config"):
        shutil.copytree(ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "LICENSE", "README.md"):
        if (ROOT / file).exists():
            shutil.copy(ROOT / file, source)
    subprocess.run(
        [sys.executable, "-c", "from hatchling.build import build_wheel; build_wheel('.')"], cwd=source, check=True
    )
    names = set(zipfile.ZipFile(next(source.glob("*.whl"))).namelist())
    for folder in ("templates", "config"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file():
                assert f"maildesk/_shipped/{path.relative_to(ROOT)}" in names
    assert {"maildesk/__init__.py", "maildesk/py.typed"} <= names
    assert not [name for name in names if name.startswith(("tests/", "bench/"))]


def _imported(tree: ast.AST) -> set[str]:
    """Give the top-level names of all imports, those inside functions too."""
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
    return {name.split(".")[0] for name in names}


def _name(requirement: str) -> str:
    """Give the normal form of a requirement's name."""
    found = re.match(r"[\w.\-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()
