"""One connection to the relay: opened, used for one mail after the other, closed politely.

aiosmtplib connects, negotiates TLS and logs in. Then the conversation is ours, phase by phase: its `send` cannot tell a mail
that was never sent from one whose fate is unknown, and a mark must be committed between the last byte and the final dot.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import aiosmtplib
from aiosmtplib.errors import SMTPConnectResponseError, SMTPException, SMTPHeloError, SMTPResponseException

from maildesk.model.line_ends import find_line_ends
from maildesk.model.outgoing import Outgoing
from maildesk.outbound.backoff import Heard, Phase
from maildesk.outbound.letter import mailable
from maildesk.outbound.relay.wire import Lost, Reply, Wire

CONNECT_SECONDS = 30.0
COMMAND_SECONDS = 120.0
DOT_SECONDS = 600.0  # RFC 5321 §4.5.3.2.6
QUIT_SECONDS = 2.0


class Access(NamedTuple):
    """How the relay is reached: `tls` is none, starttls or implicit; `secret` gives the password or the OAuth token."""

    host: str
    port: int
    tls: str
    name: str
    user: str = ""
    secret: Callable[[], Awaitable[str]] | None = None
    is_token: bool = False
    context: ssl.SSLContext | None = None
    dot_seconds: float = DOT_SECONDS
    command_seconds: float = COMMAND_SECONDS


class Unreachable(Exception):
    """No conversation came about; `heard` says how far it got."""

    def __init__(self, heard: Heard) -> None:
        """Remember what was heard."""
        super().__init__(heard.words)
        self.heard = heard


class Session:
    """A connection in use or at rest; `phase` says how far the present mail has come."""

    def __init__(self, access: Access) -> None:
        """Know the relay; `open` connects."""
        self._access = access
        self._wire: Wire | None = None
        self._extensions: dict[str, str] = {}
        self._must_reset = False
        self.phase = Phase.CONNECT
        self.used = 0
        self.rested_at = 0.0

    @property
    def is_open(self) -> bool:
        """Tell whether the connection can be used again."""
        return self._wire is not None and self._wire.is_quiet

    @property
    def is_alive(self) -> bool:
        """Tell whether the connection stands, in use or not."""
        return self._wire is not None and self._wire.is_up

    async def open(self) -> None:
        """Connect, greet, encrypt, log in; raises Unreachable. Never falls back to an unencrypted connection."""
        access, self.phase = self._access, Phase.CONNECT
        client = aiosmtplib.SMTP(
            hostname=access.host,
            port=access.port,
            local_hostname=access.name or "localhost",
            timeout=CONNECT_SECONDS,
            use_tls=access.tls == "implicit",
            start_tls=False,
            tls_context=access.context,
        )
        try:
            await self._greet(client)
        except BaseException:
            client.close()
            raise
        transport = client.transport
        if transport is None or transport.is_closing():
            raise Unreachable(Heard(Phase.EHLO, 0, "the relay closed the connection"))
        self._extensions = dict(client.esmtp_extensions)
        self._wire = Wire()
        self._wire.connection_made(transport)
        transport.set_protocol(self._wire)
        self._must_reset, self.used = False, 0

    async def send(self, mail: Outgoing, mark: Callable[[], Awaitable[None]]) -> Heard:
        """Hand over one mail; `mark` is awaited after its last byte and before the final dot. Tells what was heard."""
        self.phase = Phase.MAIL
        if heard := self._unsendable(mail):
            return heard
        assert self._wire is not None
        self.used += 1
        try:
            return await self._transaction(self._wire, mail, mark)
        except Lost as problem:
            self._wire.abort()
            return Heard(self.phase, 0, str(problem))
        except BaseException:
            self._wire.abort()
            raise

    async def close(self) -> None:
        """Say goodbye, briefly."""
        wire, self._wire = self._wire, None
        if wire is None:
            return
        try:
            if wire.is_quiet:
                wire.write(b"QUIT\r\n")
                await wire.reply(QUIT_SECONDS)
        except Lost:
            pass
        finally:
            wire.abort()

    async def _greet(self, client: aiosmtplib.SMTP) -> None:
        """Walk through the phases that come once; each failure knows its own."""
        access, phase = self._access, Phase.CONNECT
        try:
            await client.connect()
            phase = Phase.EHLO
            await _say_hello(client)
            if access.tls == "starttls":
                phase = Phase.TLS
                await client.starttls()
                await _say_hello(client)
            if access.user:
                phase = Phase.LOGIN
                await self._log_in(client)
        except SMTPConnectResponseError as problem:
            raise Unreachable(Heard(Phase.GREETING, problem.code, problem.message)) from None
        except SMTPResponseException as problem:
            raise Unreachable(Heard(phase, problem.code, problem.message)) from None
        except (SMTPException, OSError, asyncio.IncompleteReadError) as problem:
            raise Unreachable(Heard(phase, 0, str(problem) or type(problem).__name__)) from None

    async def _log_in(self, client: aiosmtplib.SMTP) -> None:
        access = self._access
        if access.secret is None:
            raise Unreachable(Heard(Phase.LOGIN, 535, "there is no password for the relay"))
        if access.tls == "none" and access.host not in ("127.0.0.1", "::1", "localhost"):
            raise Unreachable(Heard(Phase.LOGIN, 538, "credentials are only sent over an encrypted connection"))
        secret = await access.secret()
        if access.is_token:
            await client.auth_xoauth2(access.user, secret)
        else:
            await client.login(access.user, secret)

    def _unsendable(self, mail: Outgoing) -> Heard | None:
        """Refuse by ourselves what cannot be said to this relay; nothing has been sent then."""
        if not mailable(mail.rcpt_to):
            return Heard(Phase.ADDRESS, 0, "not an address that mail can be sent to")
        if mail.mail_from and not mailable(mail.mail_from):
            return Heard(Phase.ADDRESS, 0, "the return path is not an address")
        if not (mail.rcpt_to + mail.mail_from).isascii() and "smtputf8" not in self._extensions:
            return Heard(Phase.ADDRESS, 0, "the relay does not take addresses with letters beyond ASCII (SMTPUTF8)")
        limit = self._extensions.get("size", "")
        if limit.isdigit() and 0 < int(limit) < len(mail.raw):
            return Heard(Phase.MAIL, 552, f"5.3.4 the relay takes {limit} bytes, this mail has {len(mail.raw)}")
        return None

    async def _transaction(self, wire: Wire, mail: Outgoing, mark: Callable[[], Awaitable[None]]) -> Heard:
        commands = [
            (Phase.MAIL, self._mail_from(mail)),
            (Phase.RCPT, f"RCPT TO:<{mail.rcpt_to}>"),
            (Phase.DATA, "DATA"),
        ]
        refused = await (self._all_at_once if "pipelining" in self._extensions else self._one_by_one)(wire, commands)
        if refused is not None:
            self._must_reset = True
            return refused
        wire.write(on_the_wire(mail.raw))
        await wire.drain(self._access.dot_seconds)
        await mark()
        wire.write(b".\r\n")
        self.phase = Phase.DOT  # from here on the mail may have arrived
        reply = await wire.reply(self._access.dot_seconds)
        return self._heard(Phase.DOT, reply)

    def _mail_from(self, mail: Outgoing) -> str:
        options = f" SIZE={len(mail.raw)}" if "size" in self._extensions else ""
        if not (mail.rcpt_to + mail.mail_from).isascii():
            options += " SMTPUTF8"
        return f"MAIL FROM:<{mail.mail_from}>{options}"

    async def _all_at_once(self, wire: Wire, commands: list[tuple[Phase, str]]) -> Heard | None:
        """Write the whole envelope in one go and read all answers (RFC 2920 §3.1); gives the first refusal."""
        lines = ["RSET"] if self._must_reset else []
        wire.write("".join(f"{line}\r\n" for line in (*lines, *(text for _, text in commands))).encode())
        replies = deque(await wire.replies(len(lines) + len(commands), self._access.command_seconds))
        if self._must_reset:
            await self._next(wire, replies)
            self._must_reset = False
        refused: Heard | None = None
        for phase, _ in commands:
            if refused is None:
                self.phase = phase
            reply = await self._next(wire, replies)
            if refused is None and not _is_yes(phase, reply):
                refused = self._heard(phase, reply)
            elif refused is not None and phase is Phase.DATA and reply.code == 354:
                # RFC 2920 §3.1: it wants a mail although it took no recipient; it gets an empty one and refuses that.
                wire.write(b".\r\n")
                await wire.reply(self._access.command_seconds)
        return refused

    async def _next(self, wire: Wire, replies: deque[Reply]) -> Reply:
        """Give the next of the replies that have come; where there is none left, the wire says why."""
        return replies.popleft() if replies else await wire.reply(self._access.command_seconds)

    async def _one_by_one(self, wire: Wire, commands: list[tuple[Phase, str]]) -> Heard | None:
        """Say the envelope line by line; gives the first refusal."""
        if self._must_reset:
            wire.write(b"RSET\r\n")
            await wire.reply(self._access.command_seconds)
            self._must_reset = False
        for self.phase, text in commands:
            wire.write(f"{text}\r\n".encode())
            reply = await wire.reply(self._access.command_seconds)
            if not _is_yes(self.phase, reply):
                return self._heard(self.phase, reply)
        return None

    def _heard(self, phase: Phase, reply: Reply) -> Heard:
        if reply.code == 421 and self._wire is not None:
            self._wire.abort()  # RFC 5321 §3.8: it closes the channel
        return Heard(phase, reply.code, reply.text)


def on_the_wire(raw: bytes) -> bytes:
    """Bring a mail into the form of DATA: every line ends in CRLF, dots at line starts are doubled (RFC 5321 §4.5.2)."""
    if find_line_ends(raw) - {"\r\n"}:
        # Bare line ends are where two servers may see two mails; none of ours has any, so nothing is lost.
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if not raw.endswith(b"\r\n"):
        raw += b"\r\n"
    raw = raw.replace(b"\r\n.", b"\r\n..")
    return b"." + raw if raw.startswith(b".") else raw


async def _say_hello(client: aiosmtplib.SMTP) -> None:
    try:
        await client.ehlo()
    except SMTPHeloError as problem:
        if not client.is_connected or problem.code not in (500, 502, 504):
            raise
        await client.helo()


def _is_yes(phase: Phase, reply: Reply) -> bool:
    return reply.code == 354 if phase is Phase.DATA else 200 <= reply.code < 300
