"""Let several processes write to one SQLite file by turns.

SQLite's own waiting is polling with growing pauses; against a writer that comes back within microseconds a second
process (the command line) could wait for ever. Two file locks make a queue: who waits holds `next`, so that whoever
leaves `turn` cannot take it again before him. The kernel frees both locks of a process that dies.
"""

import fcntl
import os
from pathlib import Path


class Turnstile:
    """A fair lock between the processes that write to a file."""

    def __init__(self, file: Path) -> None:
        self._next, self._turn = (self._open(file, kind) for kind in ("next", "turn"))

    def enter(self) -> None:
        """Wait for this process's turn to write."""
        fcntl.flock(self._next, fcntl.LOCK_EX)
        fcntl.flock(self._turn, fcntl.LOCK_EX)
        fcntl.flock(self._next, fcntl.LOCK_UN)

    def leave(self) -> None:
        """Let the next one in."""
        fcntl.flock(self._turn, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the lock files; they stay, like SQLite's own -wal and -shm of a living database."""
        os.close(self._next)
        os.close(self._turn)

    def _open(self, file: Path, kind: str) -> int:
        return os.open(file.with_name(f"{file.name}-{kind}"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
