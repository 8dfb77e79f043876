"""Bring to the loop what threads have finished: whatever is there at one time comes over together.

`asyncio.wrap_future` wakes the loop once for each future and goes through six calls; a decided mail and its letters have six.
"""

import asyncio
import threading
from collections import deque
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

_here = threading.local()


async def settled(source: "Future[T]") -> T:
    """Wait for what a thread does, without blocking; who gives up waiting withdraws what has not begun."""
    if source.done():
        return source.result()
    arrived = _crossing().expect(source)
    try:
        await arrived
    except asyncio.CancelledError:
        source.cancel()
        raise
    return source.result()


class _Crossing:
    """The way into one loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._ready: deque[asyncio.Future[None]] = deque()
        self._is_called = False

    def expect(self, source: "Future[Any]") -> "asyncio.Future[None]":
        """Give what will be done in the loop once `source` is done in its thread."""
        arrived = self.loop.create_future()

        def bring(_: object) -> None:
            # First the thing, then the look at the bell: who answers the bell takes it back before looking for things.
            self._ready.append(arrived)
            if not self._is_called:
                self._is_called = True
                self._ring()

        source.add_done_callback(bring)
        return arrived

    def _ring(self) -> None:
        try:
            self.loop.call_soon_threadsafe(self._take_over)
        except RuntimeError:  # the loop has ended, and with it everybody who waited
            if not self.loop.is_closed():
                raise

    def _take_over(self) -> None:
        self._is_called = False
        while self._ready:
            arrived = self._ready.popleft()
            if not arrived.done():
                arrived.set_result(None)


def _crossing() -> _Crossing:
    """Find the way into the loop that runs here."""
    loop = asyncio.get_running_loop()
    found: _Crossing | None = getattr(_here, "crossing", None)
    if found is None or found.loop is not loop:
        found = _here.crossing = _Crossing(loop)
    return found
