"""Catch every mail the demo desk sends, so that nothing leaves this machine."""

import asyncio
import datetime as dt
import email
import email.policy
from collections import deque
from collections.abc import Callable
from email.message import Message
from typing import Any, NamedTuple

from aiosmtpd.smtp import SMTP, Envelope, Session

_KEPT = 2000


class Caught(NamedTuple):
    """One mail as the relay would have got it; `message` is parsed without any promise about hostile input."""

    number: int
    at: dt.datetime
    mail_from: str
    rcpt_to: str
    raw: bytes
    message: Message

    @property
    def subject(self) -> str:
        """Give the decoded subject."""
        return decoded(self.message.get("Subject", ""))

    def text(self) -> str:
        """Give the plain text part, decoded."""
        return self._part("text/plain")

    def html(self) -> str:
        """Give the HTML part, decoded; empty if there is none."""
        return self._part("text/html")

    def _part(self, content_type: str) -> str:
        for part in self.message.walk():
            if part.get_content_type() == content_type and not part.get_filename():
                payload = part.get_payload(decode=True)
                assert isinstance(payload, bytes)
                return payload.decode(part.get_content_charset() or "utf-8", "replace").replace("\r\n", "\n")
        return ""

    def files(self) -> list[str]:
        """List the names of attached files."""
        return [name for part in self.message.walk() if (name := part.get_filename())]


def decoded(value: str) -> str:
    """Decode a header's encoded words (RFC 2047)."""
    from email.header import decode_header, make_header

    return str(make_header(decode_header(value)))


class Catcher:
    """An SMTP server on loopback that keeps what it gets in memory, newest last."""

    def __init__(
        self,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        arrived: Callable[[], None] = lambda: None,
    ) -> None:
        """Catch nothing yet; `now` is the clock, `arrived` is called for each mail."""
        self._now, self._tell = now, arrived
        self.mails: deque[Caught] = deque(maxlen=_KEPT)
        self._arrived = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self._count = 0
        self.port = 0

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen on loopback."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, enable_SMTPUTF8=True, loop=loop), host, port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening."""
        if self._server:
            self._server.close()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep one mail a recipient."""
        raw = envelope.original_content or b""
        for recipient in envelope.rcpt_tos:
            self._count += 1
            message = email.message_from_bytes(raw, policy=email.policy.compat32)
            self.mails.append(Caught(self._count, self._now(), envelope.mail_from or "", recipient, raw, message))
            self._tell()
        async with self._arrived:
            self._arrived.notify_all()
        return "250 caught"

    def find(self, number: int) -> Caught | None:
        """Find a caught mail by its number."""
        return next((mail for mail in self.mails if mail.number == number), None)

    async def wait_for(self, wanted: Callable[[Caught], Any], after: int = 0, seconds: float = 20) -> Caught | None:
        """Wait for the first mail after number `after` that is `wanted`; None if none comes in time."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    found = next((m for m in self.mails if m.number > after and wanted(m)), None)
                    if found:
                        return found
                    async with self._arrived:
                        await self._arrived.wait()
        except TimeoutError:
            return None
