"""Line up the mails that wait for a parse worker, so that one that takes long never holds up those that do not.

Large mails, and suspects (an earlier attempt failed), may occupy all workers but one; whatever else comes finds the last one free.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

LARGE = 128 * 1024
"""Bytes from which on a mail may take long to read; each smaller one is read within a fraction of a second, whatever it says."""


@dataclass(slots=True)
class Job:
    """One request in pieces, what to make of its answer, who waits for it, and whether it may take long."""

    request: tuple[bytes, ...]
    read: Callable[[bytes, bytes], Any]
    is_slow: bool = False
    future: "Future[Any]" = field(default_factory=Future)


class Lanes:
    """Two lines of jobs in front of a few workers; safe to use from any thread."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._most_slow = max(workers - 1, 1)
        self._quick: deque[Job] = deque()
        self._slow: deque[Job] = deque()
        self._slow_at_work = 0
        self.is_closed = False
        self._changed = threading.Condition()

    def put(self, job: Job) -> bool:
        """Line a job up; False once the lanes are closed."""
        with self._changed:
            if self.is_closed:
                return False
            (self._slow if job.is_slow else self._quick).append(job)
            self._changed.notify()
            return True

    def take(self) -> Job | None:
        """Wait for a job that a worker with nothing to do may begin; None once the lanes are closed."""
        with self._changed:
            while not self.is_closed:
                if self._slow and self._slow_at_work < self._most_slow:
                    self._slow_at_work += 1
                    return self._slow.popleft()
                if self._quick:
                    return self._quick.popleft()
                self._changed.wait()
            return None

    def take_ahead(self) -> Job | None:
        """Give a job to line up behind a quick one, None if an idle worker will take it sooner."""
        with self._changed:
            return self._quick.popleft() if len(self._quick) >= self._workers and not self.is_closed else None

    def finish(self, job: Job) -> None:
        """Say that a job which was taken is done."""
        if job.is_slow:
            with self._changed:
                self._slow_at_work -= 1
                self._changed.notify()

    def close(self) -> list[Job]:
        """Let nobody take or put any more; give what was left."""
        with self._changed:
            self.is_closed = True
            left = [*self._slow, *self._quick]
            self._slow.clear()
            self._quick.clear()
            self._changed.notify_all()
            return left
