"""Read what a process and its children have used: processor time and the most memory, from /proc (Linux)."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Use:
    """Seconds of processor time, and megabytes at the peak."""

    seconds: float
    megabytes: float


def children(pid: int) -> list[int]:
    """Give the processes that a process has started, and theirs."""
    found: list[int] = []
    for thread in _ids(Path(f"/proc/{pid}/task")):
        for child in _read(f"/proc/{pid}/task/{thread}/children").split():
            found += [int(child), *children(int(child))]
    return found


def use_of(pid: int) -> Use:
    """Say what a process has used by itself."""
    stat = _read(f"/proc/{pid}/schedstat").split()
    peak = [line for line in _read(f"/proc/{pid}/status").splitlines() if line.startswith("VmHWM")]
    return Use(int(stat[0]) / 1e9 if stat else 0.0, int(peak[0].split()[1]) / 1024 if peak else 0.0)


def seconds_of(pid: int) -> float:
    """Say how much processor time all threads of a process have used."""
    stat = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / _TICK if stat else 0.0


def forget_peak(pid: int) -> None:
    """Begin to count the most memory anew."""
    try:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    except OSError:
        return


def _ids(folder: Path) -> list[str]:
    try:
        return [entry.name for entry in folder.iterdir()]
    except OSError:
        return []


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


class Workers:
    """The parse workers below a process, watched for what one mail costs them."""

    def __init__(self, parent: int) -> None:
        self._parent = parent
        self._before: dict[int, Use] = {}

    def begin(self) -> None:
        """Note where the workers stand now."""
        self._before = {}
        for pid in children(self._parent):
            forget_peak(pid)
            self._before[pid] = use_of(pid)

    def cost(self) -> Use:
        """Say what the worker that had most to do has used since."""
        uses = []
        for pid in children(self._parent):
            now, before = use_of(pid), self._before.get(pid, Use(0.0, 0.0))
            uses.append(Use(now.seconds - before.seconds, now.megabytes))
        return max(uses, key=lambda use: use.seconds, default=Use(0.0, 0.0))


def wall() -> float:
    """Read a clock that never goes back."""
    return time.monotonic()
