"""The relay's side of a conversation: bytes in, replies out, with limits on what it may say and how long it may take."""

import asyncio
from collections import deque
from typing import NamedTuple, cast

MAX_LINE = 4096
MAX_UNREAD = 65536


class Lost(ConnectionError):
    """The connection ended, stayed silent for too long, or said something that is not SMTP."""


class Reply(NamedTuple):
    """One reply of the server: its code, and the text of all its lines."""

    code: int
    text: str


class Wire(asyncio.Protocol):
    """Collect replies in order, so that several commands can be under way (RFC 2920)."""

    def __init__(self) -> None:
        """Begin with an empty line; `connection_made` comes when a transport is handed over."""
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._lines: list[str] = []
        self._replies: deque[Reply] = deque()
        self._wanted = 1
        self._news: asyncio.Future[None] | None = None
        self._free_to_write: asyncio.Future[None] | None = None
        self._lost = ""

    @property
    def is_up(self) -> bool:
        """Tell whether the connection stands."""
        return not self._lost

    @property
    def is_quiet(self) -> bool:
        """Tell whether the connection stands and nothing unasked was said; a server that is leaving says 421 by itself."""
        return not self._lost and not self._replies and not self._buffer and not self._lines

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport over."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Cut what comes into lines, and lines into replies."""
        self._buffer += data
        while (end := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            self._read_line(line.rstrip(b"\r"))
        if len(self._buffer) > MAX_LINE or sum(map(len, self._lines)) > MAX_UNREAD or len(self._replies) > 100:
            self._end("the relay talks too much")

    def eof_received(self) -> bool:
        """The relay closed its side."""
        self._end("the relay closed the connection")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._end(f"the connection was lost{f': {exc}' if exc else ''}")

    def pause_writing(self) -> None:
        """The network is slower than we are."""
        self._free_to_write = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        """The network has caught up."""
        self._wake(self._free_to_write)
        self._free_to_write = None

    def write(self, data: bytes) -> None:
        """Send bytes; raises Lost if the connection is known to be gone."""
        if self._lost or self._transport is None or self._transport.is_closing():
            raise Lost(self._lost or "not connected")
        self._transport.write(data)

    async def drain(self, seconds: float) -> None:
        """Wait until what was written is on its way."""
        if self._free_to_write is not None:
            await self._within(seconds, self._free_to_write)
        if self._lost:
            raise Lost(self._lost)

    async def reply(self, seconds: float) -> Reply:
        """Wait for the next reply; raises Lost."""
        for reply in await self.replies(1, seconds):
            return reply
        raise Lost(self._lost)

    async def replies(self, count: int, seconds: float) -> list[Reply]:
        """Wait for several replies, for each so long; gives fewer where the connection ends before they are all there."""
        if len(self._replies) < count and not self._lost:
            self._wanted, self._news = count, asyncio.get_running_loop().create_future()
            await self._within(seconds, self._news)
        return [self._replies.popleft() for _ in range(min(count, len(self._replies)))]

    def abort(self) -> None:
        """Drop the connection at once; nothing more is written."""
        self._end("dropped by us")

    async def _within(self, seconds: float, event: "asyncio.Future[None]") -> None:
        """Wait for an event; when the time is over the connection is at its end, which is an event too."""
        # One timer of the loop: asyncio.timeout would make four objects for each of a mail's replies.
        self._timer = asyncio.get_running_loop().call_later(
            seconds, self._look_at_the_clock, seconds, len(self._replies)
        )
        try:
            await event
        finally:
            self._timer.cancel()

    def _look_at_the_clock(self, seconds: float, had: int) -> None:
        """End the connection, unless a part of what was waited for has come: then the next part has its own time."""
        if len(self._replies) > had:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(seconds, self._look_at_the_clock, seconds, len(self._replies))
        else:
            self._end(f"no answer in {seconds:g} s")

    def _read_line(self, line: bytes) -> None:
        text = line[4:].decode("utf-8", "replace").strip()
        if not (line[:3].isdigit() and line[3:4] in (b"", b" ", b"-")):
            self._end("the relay does not speak SMTP")
            return
        self._lines.append(text)
        if line[3:4] != b"-":
            self._replies.append(Reply(int(line[:3]), " ".join(self._lines)))
            self._lines = []
            if len(self._replies) >= self._wanted:
                self._wake(self._news)

    def _end(self, why: str) -> None:
        if not self._lost:
            self._lost = why
        if self._transport is not None:
            self._transport.abort()
        self._wake(self._news)
        self._wake(self._free_to_write)

    @staticmethod
    def _wake(event: "asyncio.Future[None] | None") -> None:
        if event is not None and not event.done():
            event.set_result(None)
