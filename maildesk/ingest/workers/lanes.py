"""Line up the mails that wait for a parse worker, so that one that takes long never holds up those that do not.

Large mails, and suspects (an earlier attempt failed), may occupy all workers but one; whatever else comes finds the last one free.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

LARGE = 128 * 1024
"""Bytes from which on a mail may take long to read; each smaller one is read within a fraction of a second, whatever it says."""


Waiter = asyncio.Future[Any] | Future[Any]
"""Who waits for an answer: a task of the pool's own loop, or a thread."""


@dataclass(slots=True)
class Job:
    """One request in pieces, what to make of its answer, whether it may take long, and who waits for it."""

    request: tuple[bytes, ...]
    read: Callable[[bytes, bytes], Any]
    is_slow: bool
    waiter: Waiter

    def begin(self) -> bool:
        """Tell whether anybody still waits; a thread that does cannot give up from now on."""
        if isinstance(self.waiter, Future):
            return self.waiter.set_running_or_notify_cancel()
        return not self.waiter.done()

    def answer(self, result: Any) -> None:
        """Give the result to who waits."""
        if not self.waiter.done():
            self.waiter.set_result(result)

    def fail(self, problem: Exception) -> None:
        """Tell who waits that there is no result."""
        if not self.waiter.done():
            self.waiter.set_exception(problem)


class Lanes:
    """Two lines of jobs in front of a few workers; for one thread."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._most_slow = max(workers - 1, 1)
        self._quick: deque[Job] = deque()
        self._slow: deque[Job] = deque()
        self._slow_at_work = 0
        self.is_closed = False

    def put(self, job: Job) -> bool:
        """Line a job up; False once the lanes are closed."""
        if not self.is_closed:
            (self._slow if job.is_slow else self._quick).append(job)
        return not self.is_closed

    def take(self) -> Job | None:
        """Give a job that a worker with nothing to do may begin, None if there is none."""
        if self._slow and self._slow_at_work < self._most_slow:
            self._slow_at_work += 1
            return self._slow.popleft()
        return self._quick.popleft() if self._quick else None

    def take_ahead(self) -> Job | None:
        """Give a job to line up behind a quick one, None if an idle worker will take it sooner."""
        return self._quick.popleft() if len(self._quick) >= self._workers else None

    def finish(self, job: Job) -> None:
        """Say that a job which was taken is done."""
        if job.is_slow:
            self._slow_at_work -= 1

    def close(self) -> list[Job]:
        """Let nobody put any more; give what was left."""
        self.is_closed = True
        left = [*self._slow, *self._quick]
        self._slow.clear()
        self._quick.clear()
        return left
