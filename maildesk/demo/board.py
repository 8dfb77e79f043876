"""What happened in the demo, newest last, and a way to wait until something new has."""

import asyncio
from collections import deque

from maildesk.demo.happened import Happening

_KEPT = 500
_BURST_SECONDS = 0.25


class Board:
    """Keeps what happened; `mark` grows with everything worth showing, so that a page can tell whether it is old."""

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self.happenings: deque[Happening] = deque(maxlen=_KEPT)
        self.mark = 0
        self.rules: Happening | None = None  # what became of the last edit
        self._news = asyncio.Event()
        self._closed = False

    def add(self, happening: Happening) -> None:
        """Keep what happened."""
        self.happenings.append(happening)
        self.touch()

    def touch(self) -> None:
        """Say that there is something new to show."""
        self.mark += 1
        self._news.set()
        self._news = asyncio.Event()

    def close(self) -> None:
        """Let nobody wait any longer."""
        self._closed = True
        self.touch()

    def of(self, ticket: int) -> list[Happening]:
        """List what happened on one ticket."""
        return [one for one in self.happenings if one.ticket == ticket]

    async def wait_beyond(self, mark: int, seconds: float) -> None:
        """Wait until there is more than `mark`, and for the rest of what comes with it, at most so long."""
        try:
            async with asyncio.timeout(seconds):
                while self.mark <= mark and not self._closed:
                    await self._news.wait()
                while not self._closed:
                    before = self.mark
                    await asyncio.sleep(_BURST_SECONDS)
                    if self.mark == before:
                        return
        except TimeoutError:
            return
