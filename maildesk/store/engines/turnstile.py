"""Let several processes write to one SQLite file by turns.

SQLite's own waiting is polling with growing pauses; against a writer that comes back within microseconds a second
process (the command line) waits for seconds (measured: up to 3 s; so it is 60 ms). Two file locks make a queue: who
waits holds `next`, so that whoever leaves `turn` cannot take it again before him. The kernel frees both locks of a
process that dies. One that only stopped (SIGSTOP in the wrong moment) is waited for no longer than PATIENCE; then
SQLite's own lock decides, and says no in time for a 451.
"""

import fcntl
import os
import time
from pathlib import Path

PATIENCE = 5.0
_PAUSE = 0.001


class Turnstile:
    """A fair lock between the processes that write to a file."""

    def __init__(self, file: Path) -> None:
        self._next, self._turn = (_open(file.with_name(f"{file.name}-{kind}")) for kind in ("next", "turn"))
        self._inside = False

    def enter(self) -> None:
        """Wait for this process's turn to write."""
        end = time.monotonic() + PATIENCE
        first_in_line = _take(self._next, end)
        self._inside = _take(self._turn, end)
        if first_in_line:
            fcntl.flock(self._next, fcntl.LOCK_UN)

    def leave(self) -> None:
        """Let the next one in."""
        if self._inside:
            fcntl.flock(self._turn, fcntl.LOCK_UN)
            self._inside = False

    def close(self) -> None:
        """Close the lock files; they stay where they are, empty, for the next."""
        os.close(self._next)
        os.close(self._turn)


def _open(file: Path) -> int:
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _take(lock: int, end: float) -> bool:
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(_PAUSE)
        else:
            return True
