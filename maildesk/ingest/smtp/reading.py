"""A mail while its bytes arrive: fed by the network, watched by the clock, awaited by DATA."""

import asyncio

from maildesk.ingest.smtp.content import Content, Problem
from maildesk.ingest.smtp.doors import Doors
from maildesk.ingest.smtp.limits import Limits


class Reading:
    """The content of one DATA command on its way in; `since` is when it began, by the loop's clock."""

    def __init__(self, limits: Limits, doors: Doors, loop: asyncio.AbstractEventLoop) -> None:
        self._limits, self._doors, self._loop = limits, doors, loop
        self._content = Content(limits)
        self._read: asyncio.Future[None] = loop.create_future()
        self._held = 0
        self.since = self._heard = loop.time()
        self._tick = min(limits.idle, limits.slow_after).total_seconds() / 8
        self._timer = loop.call_later(self._tick, self._look_at_the_clock)

    @property
    def problem(self) -> Problem | None:
        """Why the mail will not be read to its end, if so."""
        return self._content.problem

    @property
    def is_over(self) -> bool:
        """Tell whether what comes now is no more of this mail."""
        return self._read.done()

    def feed(self, piece: bytes) -> bytes:
        """Take what came; give what of it stands after the mail's end."""
        self._heard = self._loop.time()
        rest = self._content.feed(piece)
        self._hold(self._content.size)
        if rest is not None or self._content.problem is not None:
            self.finish()
        return rest or b""

    def finish(self, problem: Problem | None = None) -> None:
        """Stop reading: the mail is complete, or something is wrong with it."""
        if problem is not None and not self._read.done():
            self._content.problem = problem
        if not self._read.done():
            self._read.set_result(None)

    async def wait(self) -> bytes:
        """Wait for the mail; b"" with `problem` set where it is not to be had."""
        try:
            await self._read
        finally:
            self._timer.cancel()
        return b"" if self.problem is not None else self._content.take()

    def release(self) -> None:
        """Give back the memory the mail was counted for."""
        self._timer.cancel()
        self._hold(0)

    def _hold(self, size: int) -> None:
        self._doors.held += size - self._held
        self._held = size

    def _look_at_the_clock(self) -> None:
        """End the mail of a client that falls silent or trickles; a slow one that goes on is heard (F6)."""
        limits, now = self._limits, self._loop.time()
        lasted = now - self.since
        is_slow = lasted >= limits.slow_after.total_seconds() and self._content.size < limits.slow_rate * lasted
        if now - self._heard >= limits.idle.total_seconds():
            self.finish(Problem.IDLE)
        elif is_slow or lasted >= limits.data_time.total_seconds():
            self.finish(Problem.SLOW)
        else:
            self._timer = self._loop.call_later(self._tick, self._look_at_the_clock)
