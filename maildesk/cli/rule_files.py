"""Write the files of a stored revision back, so that what stands in the folder is what holds."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from maildesk.rules.load import FOLDERS, SETTINGS
from maildesk.rules.reading.whole import DESK, FILES, TEMPLATES
from maildesk.settings import shipped_dir

KEPT = ".before-rollback"


def write_back(texts: Mapping[str, str], config_dir: Path, templates_dir: Path) -> Iterator[str]:
    """Write what differs and put aside what the revision does not have; says of each file what was done.

    What stood there is kept beside it under a name that is not read. maildesk.yaml is no part of a revision.
    """
    wanted = {path: text for name, text in texts.items() if (path := _path(name, config_dir, templates_dir))}
    for path, text in sorted(wanted.items()):
        old = path.read_text("utf-8-sig") if path.is_file() else None
        if old == text or (old is None and text == _shipped(path, config_dir, templates_dir)):
            continue
        if old is not None:
            _keep(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text(text, encoding="utf-8", newline="")
        fresh.replace(path)
        yield f"written: {path}"
    for path in _present(config_dir, templates_dir):
        if path not in wanted:
            _keep(path)
            path.unlink(missing_ok=True)
            yield f"put aside: {path}"


def _path(name: str, config_dir: Path, templates_dir: Path) -> Path | None:
    if name == DESK:
        return None
    if name.startswith(TEMPLATES):
        return templates_dir / name.removeprefix(TEMPLATES)
    return config_dir / name


def _shipped(path: Path, config_dir: Path, templates_dir: Path) -> str | None:
    """Give the text that holds where there is no such file."""
    for own, shipped in ((templates_dir, "templates"), (config_dir, "config")):
        if path.is_relative_to(own):
            found = shipped_dir(shipped) / path.relative_to(own)
            return found.read_text("utf-8") if found.is_file() else None
    return None


def _present(config_dir: Path, templates_dir: Path) -> Iterator[Path]:
    """List the files that a policy is made of."""
    for name in FILES:
        if name != SETTINGS and (config_dir / name).is_file():
            yield config_dir / name
    for folder in FOLDERS:
        yield from sorted(path for path in (config_dir / folder).glob("*.yaml") if not path.name.startswith("."))
    if templates_dir.is_dir():
        yield from sorted(path for path in templates_dir.rglob("*.j2") if not path.name.startswith("."))


def _keep(path: Path) -> None:
    kept = path.with_name(path.name + KEPT)
    kept.write_bytes(path.read_bytes())
