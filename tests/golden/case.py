"""Read a golden case from its folder; every scalar of its YAML files is text, so `01` is the first mail and not one."""

import datetime as dt
import re
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

MAILS = Path(__file__).parents[1] / "mails"
_WAIT = re.compile(r"(\d+)([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Step(NamedTuple):
    """One thing that happens: a mail (`raw`, with LF), or what `how` says: `wait` or `command`."""

    name: str
    raw: bytes
    how: dict[str, Any]

    @property
    def is_mail(self) -> bool:
        """Whether this step is a mail."""
        return bool(self.raw)


class Case(NamedTuple):
    """A case: `desk` holds the settings and files that differ from the usual desk."""

    folder: Path
    steps: tuple[Step, ...]
    desk: dict[str, Any]
    expect: dict[str, Any]

    @property
    def name(self) -> str:
        """The trouble this case is about."""
        return self.folder.name


def all_cases() -> list[Path]:
    """List the folders of all cases."""
    return sorted(path.parent for path in MAILS.glob("*/why.md"))


def read_case(folder: Path) -> Case:
    """Read one case."""
    envelopes = read_yaml(folder / "envelopes.yaml")
    mails = [Step(path.stem, path.read_bytes(), dict(envelopes.get(path.stem, {}))) for path in folder.glob("*.eml")]
    others = [Step(path.name.split(".")[0], b"", read_yaml(path)) for path in folder.glob("*.step.yaml")]
    steps = tuple(sorted((*mails, *others), key=lambda step: step.name))
    assert len({step.name for step in steps}) == len(steps), f"{folder.name}: two steps have one number"
    assert not envelopes.keys() - {step.name for step in steps}, f"{folder.name}: an envelope without its mail"
    return Case(folder, steps, read_yaml(folder / "desk.yaml"), read_yaml(folder / "expect.yaml"))


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a small YAML file; what is missing is empty."""
    if not path.exists():
        return {}
    loaded: dict[str, Any] | None = YAML(typ="base", pure=True).load(path.read_text(encoding="utf-8"))
    return loaded or {}


def read_wait(text: str) -> dt.timedelta:
    """Read a length of time such as `3d` or `90m`."""
    found = _WAIT.fullmatch(text)
    assert found, f"{text!r} is no length of time: write it like 3d, 12h or 90m"
    return dt.timedelta(**{_UNITS[found[2]]: int(found[1])})
