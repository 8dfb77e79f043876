"""What SMTP commands mean for a desk: whom we take mail for, and how a mail is taken.

Nothing is added to a mail but a Received field where another machine brought it: bytes and envelope are handed on as they came.
250 is said after `Desk.accept` has returned; whatever goes wrong on our side is answered 451 without a word about it, so that no
mail bounces for our sake.
"""

# ruff: noqa: SLF001 - a doing file: it waits for the network, and reads the clock for the time of arrival.

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec
import structlog

from maildesk.ingest.arrival import build_arrival
from maildesk.ingest.envelope import NULL_PATH, parse_path, without_detail
from maildesk.ingest.smtp import replies
from maildesk.ingest.smtp.connection import Connection
from maildesk.ingest.smtp.content import find_line_noise
from maildesk.ingest.smtp.desk import Desk
from maildesk.ingest.smtp.reading import Reading
from maildesk.ingest.smtp.spent import Spent
from maildesk.ingest.smtp.trace import with_trace
from maildesk.model.mail import Accepted, Arrival, Envelope

log = structlog.get_logger("maildesk.ingest")


class Dialogue(Connection):
    """A mail server or a mail program that hands us mail by SMTP."""

    source: ClassVar[str] = "smtp"
    greeting: ClassVar[str] = "ESMTP"
    commands: ClassVar[Mapping[str, str]] = {
        name: f"smtp_{name}"
        for name in ("HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "VRFY", "EXPN", "HELP", "STARTTLS")
    }
    refuses_line_noise: ClassVar[bool] = True

    def __init__(self, desk: Desk, *args: Any, **options: Any) -> None:
        super().__init__(_Hooks(), *args, **options)
        self.desk = desk

    async def answer_ehlo(self, hostname: str, lines: list[str]) -> list[str]:
        """Say what we offer: no AUTH, since nobody logs in here; all replies carry enhanced codes (RFC 2034)."""
        assert self.session is not None
        self.session.host_name = hostname
        offers = [line for line in lines if not line.startswith(("250-AUTH", "250 HELP"))]
        return [*offers, "250-PIPELINING", "250 ENHANCEDSTATUSCODES"]

    async def answer_mail(self, address: str, options: list[str]) -> str:
        """Open a mail's transaction, unless there is no room for a mail."""
        assert self.envelope is not None
        if not self.desk.has_room() or not self.doors.has_memory_for(_announced(options)):
            return replies.NO_ROOM
        self.envelope.mail_from = address
        self.envelope.mail_options.extend(options)
        self.quiet_since = None
        return "250 2.1.0 OK"

    async def answer_rcpt(self, address: str) -> str:
        """Take a recipient that is ours, as it stands or without its detail; refuse all others here and now (B48)."""
        assert self.envelope is not None
        lowered = address.lower()
        if not (self.desk.known(lowered) or self.desk.known(without_detail(lowered))):
            return replies.UNKNOWN_RECIPIENT
        if len(self.envelope.rcpt_tos) >= self.limits.recipients:
            return replies.TOO_MANY_RECIPIENTS
        self.envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def smtp_VRFY(self, arg: str) -> None:  # noqa: ARG002 - aiosmtpd's
        """Tell nobody who is here (T71)."""
        await self.push("252 2.5.0 Send mail and see")

    async def smtp_EXPN(self, arg: str) -> None:  # noqa: ARG002 - aiosmtpd's
        """Tell nobody who is here (T71)."""
        await self.push("502 5.5.1 Not here")

    async def smtp_HELP(self, arg: str) -> None:  # noqa: ARG002 - aiosmtpd's
        """Say what this is."""
        await self.push("214 2.0.0 A help desk: send it mail")

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: ARG002 - aiosmtpd's
        """Part."""
        self.dismiss("221 2.0.0 Bye")

    async def smtp_STARTTLS(self, arg: str) -> None:
        """Go on encrypted; what the client has sent before that is thrown away (RFC 3207 §4.2)."""
        if self._tls_protocol is not None or self.tls_context is None:
            await self.push("503 5.5.1 TLS is on" if self._tls_protocol else "502 5.5.1 No STARTTLS here")
        else:
            await super().smtp_STARTTLS(arg)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Read a path with our own parser: aiosmtpd's raises on some hostile ones."""
        return parse_path(arg) or (None, None)

    def _set_post_data_state(self) -> None:
        super()._set_post_data_state()  # type: ignore[no-untyped-call]
        self.quiet_since = self.loop.time()

    async def smtp_DATA(self, arg: str) -> None:
        """Read a mail, hand it to the desk, answer for it."""
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 No recipients")
        elif arg:
            await self.push("501 5.5.4 DATA takes no argument")
        elif self._reader._buffer:  # type: ignore[attr-defined]
            # RFC 2920 §3.1: DATA ends a group of commands. Who does not wait is a blind injector, or HTTP.
            self._say_goodbye(replies.EARLY_TALKER)
        else:
            await self._take_mail()

    async def _take_mail(self) -> None:
        assert self._timeout_handle is not None
        self._timeout_handle.cancel()
        self._reading = reading = Reading(self.limits, self.doors, self.loop)
        self._write("354 End with <CR><LF>.<CR><LF>")
        try:
            raw = await reading.wait()
            if reading.problem is None:
                self._answer_content(await self._hand_over(raw))
            else:
                self._answer_content(replies.PROBLEMS[reading.problem])
        finally:
            reading.release()
            self._reading = None
        if reading.problem is None:
            self._set_post_data_state()
            self._reset_timeout()
            await self._writer.drain()
        else:
            self._say_goodbye(None)

    async def _hand_over(self, raw: bytes) -> str:
        """Have the mail written down; only then say so."""
        if self.refuses_line_noise and (noise := find_line_noise(raw)):
            log.info("smtp.line_noise", source=self.source, found=noise)
            return replies.LINE_NOISE
        assert self.envelope is not None
        mail_from = self.envelope.mail_from or ""
        envelope = Envelope("" if mail_from == NULL_PATH else mail_from, tuple(self.envelope.rcpt_tos))
        arrival = self._traced(build_arrival(self.source, raw, envelope, self.desk.now()))
        try:
            await self._accept(arrival)
        except Exception:  # whatever the trouble, it is ours: 451, and not a word about it (B49)
            log.exception("smtp.not_accepted", source=self.source, key=arrival.source_key[:10])
            return replies.TROUBLE
        self._spent = Spent()
        return f"250 2.0.0 OK: queued as {arrival.source_key[:10]}"

    def _traced(self, arrival: Arrival) -> Arrival:
        """Note on a mail who brought it, unless that was this machine; its key stays that of what came."""
        if not self.place or self.session is None:
            return arrival
        raw = with_trace(
            arrival.raw,
            peer=str(self.session.peer[0] if self.session.peer else "").partition("%")[0],
            greeting=self.session.host_name or "",
            host=self.hostname,
            protocol=self.greeting,
            key=arrival.source_key,
            now=arrival.received_at,
        )
        return msgspec.structs.replace(arrival, raw=raw, digest=b"")

    async def _accept(self, arrival: Arrival) -> Accepted:
        """Wait for the desk, within limits; a client that goes away meanwhile does not interrupt it."""
        task = asyncio.ensure_future(self.desk.accept(arrival))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        done, _ = await asyncio.wait((task,), timeout=self.limits.accept_time.total_seconds())
        if not done:
            raise TimeoutError
        return task.result()

    def _answer_content(self, reply: str) -> None:
        """Answer for the whole mail."""
        self._count_refusal(reply)
        self._write(reply)


def _announced(options: list[str]) -> int:
    """Read how large a mail is going to be (RFC 1870); 0 if the client does not say."""
    sizes = [option.partition("=")[2] for option in options if option.upper().startswith("SIZE=")]
    return int(sizes[0]) if sizes and sizes[0].isdecimal() and len(sizes[0]) < 12 else 0


class _Hooks:
    """What aiosmtpd asks in the middle of its commands; it looks for these names on an object of their own."""

    def __dir__(self) -> list[str]:
        """Show the hooks alone; see `Connection.__dir__`."""
        return ["handle_EHLO", "handle_MAIL", "handle_RCPT"]

    async def handle_EHLO(self, server: Dialogue, _s: Any, _e: Any, hostname: str, lines: list[str]) -> list[str]:
        """Complete the answer to EHLO or LHLO."""
        return await server.answer_ehlo(hostname, lines)

    async def handle_MAIL(self, server: Dialogue, _s: Any, _e: Any, address: str, options: list[str]) -> str:
        """Answer MAIL FROM."""
        return await server.answer_mail(address, options)

    async def handle_RCPT(self, server: Dialogue, _s: Any, _e: Any, address: str, _options: list[str]) -> str:
        """Answer RCPT TO."""
        return await server.answer_rcpt(address)
