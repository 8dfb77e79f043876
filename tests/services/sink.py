"""A recording SMTP server on loopback that can be told to misbehave, phase by phase and recipient by recipient."""

import asyncio
import base64
import contextlib
import re
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, NoReturn

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.services.processes import HOST, wait_until

Phase = Literal["connect", "helo", "mail", "rcpt", "data", "dot", "rset", "quit"]
# What happens after the reply: go on, close the connection, or say nothing more.
Then = Literal["go on", "drop", "hang"]
PHASES: Mapping[str, Phase] = {
    "HELO": "helo",
    "EHLO": "helo",
    "LHLO": "helo",
    "MAIL": "mail",
    "RCPT": "rcpt",
    "DATA": "data",
    "RSET": "rset",
    "QUIT": "quit",
}


class Received(NamedTuple):
    """One mail the sink took; `data` is the bytes between DATA and the final dot, the null return path is ""."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    data: bytes
    options: tuple[str, ...] = ()
    tls: bool = False
    user: str | None = None


@dataclass(slots=True)
class Script:
    """One thing to do instead of what a well-behaved server does."""

    phase: Phase
    reply: str | None
    then: Then = "go on"
    recipient: str | None = None
    times: int = 1
    keep: bool = False
    used: int = 0


@dataclass(slots=True)
class Sink:
    """A running sink: `mails` is what arrived, `answer` scripts what it says next."""

    port: int = 0
    host: str = HOST
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    _mails: list[Received] = field(default_factory=list)
    _scripts: list[Script] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def mails(self) -> list[Received]:
        """Everything taken so far, in order of arrival."""
        with self._lock:
            return list(self._mails)

    def clear(self) -> None:
        """Forget mails, commands and scripts."""
        with self._lock:
            self._mails.clear()
            self._scripts.clear()
            self.commands.clear()

    def answer(
        self,
        phase: Phase,
        reply: str | None,
        *,
        recipient: str | None = None,
        times: int = 1,
        then: Then = "go on",
        keep: bool = False,
    ) -> None:
        """Say `reply` instead of the usual, `times` times (0: always), then go on, drop the connection or hang.

        With reply None nothing is said. At `rcpt`, only for this recipient if one is given. At `dot` the mail is recorded
        when the reply is a 2xx, or with `keep`: a server that took the mail and broke off before saying so.
        """
        if reply and reply[0] in "23" and then == "go on" and phase != "dot":
            raise ValueError(f"a sink that goes on says 2xx by itself at {phase}")
        with self._lock:
            self._scripts.append(Script(phase, reply, then, recipient, times, keep))

    def wait_for(self, number: int, seconds: float = 10) -> list[Received]:
        """Wait until at least this many mails have come; give them."""
        wait_until(
            lambda: len(self.mails) >= number, f"{number} mails in the sink (has {len(self.mails)})", None, seconds
        )
        return self.mails

    def mails_to(self, address: str) -> list[Received]:
        """What came for one recipient."""
        return [mail for mail in self.mails if address in mail.rcpt_to]

    def record(self, mail: Received) -> None:
        """Keep a mail (called by the server)."""
        with self._lock:
            self._mails.append(mail)

    def next_script(self, phase: Phase, recipient: str | None = None) -> Script | None:
        """Give the first script that fits and is not used up, and count its use."""
        with self._lock:
            for script in self._scripts:
                fits = script.phase == phase and script.recipient in (None, recipient)
                if fits and (script.times == 0 or script.used < script.times):
                    script.used += 1
                    return script
        return None


@contextlib.contextmanager
def running_sink(
    *,
    tls: ssl.SSLContext | None = None,
    implicit: bool = False,
    logins: Mapping[str, str] | None = None,
    lmtp: bool = False,
    size_limit: int = 2**26,
) -> Iterator[Sink]:
    """Run a sink in a thread of its own.

    With `tls` it offers STARTTLS (`implicit`: TLS from the first byte); with `logins` it refuses MAIL before AUTH PLAIN, LOGIN
    or XOAUTH2 (the password is the token); as `lmtp` it greets with LHLO and answers each recipient after the dot.
    """
    sink, loop = Sink(), asyncio.new_event_loop()

    def make_connection() -> SMTP:
        sink.connections += 1
        return _Connection(sink, logins, lmtp=lmtp, tls=None if implicit else tls, size_limit=size_limit, loop=loop)

    # All of the loop's life is in its thread: another loop may be running in this one (Playwright's).
    thread = threading.Thread(target=loop.run_forever, name="sink", daemon=True)
    thread.start()
    listening = loop.create_server(make_connection, HOST, 0, ssl=tls if implicit else None)
    server = asyncio.run_coroutine_threadsafe(listening, loop).result(10)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _close(server: asyncio.Server) -> None:
    """Close the listener and cut every connection that is still open."""
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)  # transports closed by the cancelled tasks say goodbye


class _Connection(SMTP):
    """One client's conversation: aiosmtpd's, with the scripts asked before each command."""

    # A server that takes what it is given: tests, not the sink, judge the length of lines.
    line_length_limit = 2**20

    def __init__(
        self,
        sink: Sink,
        logins: Mapping[str, str] | None,
        *,
        lmtp: bool,
        tls: ssl.SSLContext | None,
        size_limit: int,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(
            _Handler(sink, logins or {}, lmtp=lmtp),
            data_size_limit=size_limit,
            enable_SMTPUTF8=True,
            hostname="sink.test",
            ident="ready",
            tls_context=tls,
            authenticator=self._knows if logins else None,
            auth_require_tls=False,
            auth_exclude_mechanism=None if logins else ["PLAIN", "LOGIN", "XOAUTH2"],
            loop=loop,
        )
        self._sink, self._logins, self._greeted = sink, logins, False
        if lmtp:
            self._smtp_methods["LHLO"] = self._smtp_methods.pop("EHLO")
            del self._smtp_methods["HELO"]
        self._smtp_methods = {name: self._scripted(name, method) for name, method in self._smtp_methods.items()}

    async def push(self, status: Any) -> None:
        """Send a reply; the first is the greeting, which may be scripted."""
        if not self._greeted:
            self._greeted = True
            if script := self._sink.next_script("connect"):
                await self.play(script)
                return
        await super().push(status)

    async def play(self, script: Script) -> None:
        """Do what a script says."""
        if script.reply is not None:
            await super().push(script.reply)
        if script.then != "go on":
            await self._stay_silent(close=script.then == "drop")

    async def _stay_silent(self, *, close: bool) -> NoReturn:
        """Wait for the end of the connection, which cancels this."""
        if close:
            self._writer.close()
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    def _scripted(
        self, name: str, method: Callable[[str | None], Awaitable[None]]
    ) -> Callable[[str | None], Awaitable[None]]:
        async def run(arg: str | None) -> None:
            self._sink.commands.append(f"{name} {arg}" if arg else name)
            phase = PHASES.get(name)
            script = self._sink.next_script(phase, _recipient(arg or "")) if phase else None
            if script:
                await self.play(script)
            elif phase == "mail" and self._logins and not (self.session and self.session.authenticated):
                await self.push("530 5.7.0 Authentication required")
            else:
                await method(arg)

        return run

    def _knows(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: Any) -> AuthResult:
        """Check PLAIN and LOGIN."""
        user = login.login.decode()
        return AuthResult(
            success=(self._logins or {}).get(user) == login.password.decode(), handled=False, auth_data=user
        )


class _Handler:
    """What aiosmtpd asks: record a mail, check an OAuth token."""

    def __init__(self, sink: Sink, logins: Mapping[str, str], *, lmtp: bool) -> None:
        self._sink, self._logins, self._lmtp = sink, logins, lmtp

    async def handle_DATA(self, server: _Connection, session: Session, envelope: Envelope) -> str:
        """Take the mail, or do what is scripted for its recipients; LMTP answers each of them (RFC 2033 §4.2)."""
        taken, replies = [], []
        for recipient in envelope.rcpt_tos:
            script = self._sink.next_script("dot", recipient)
            reply = script.reply if script else "250 2.0.0 taken"
            if script is None or script.keep or (reply or "").startswith("2"):
                taken.append(recipient)
            if script and script.then != "go on":
                self._record(session, envelope, envelope.rcpt_tos if taken else [])
                await server.play(script)
            replies.append(reply or "250 2.0.0 taken")
            if script and not self._lmtp:
                taken = envelope.rcpt_tos if taken else []
                break
        self._record(session, envelope, taken)
        return "\r\n".join(replies) if self._lmtp else replies[-1]

    def _record(self, session: Session, envelope: Envelope, recipients: list[str]) -> None:
        if recipients:
            content = envelope.original_content or b""
            self._sink.record(
                Received(
                    (envelope.mail_from or "").removeprefix("<>"),
                    tuple(recipients),
                    content,
                    tuple(envelope.mail_options),
                    session.ssl is not None,
                    session.auth_data,
                )
            )

    async def auth_XOAUTH2(self, _server: SMTP, args: list[str]) -> AuthResult:
        """Take `user=…^Aauth=Bearer …^A^A`, the form of Microsoft and Google."""
        text = base64.b64decode(args[1]).decode() if len(args) == 2 else ""
        found = re.fullmatch("user=([^\x01]*)\x01auth=Bearer ([^\x01]*)\x01\x01", text)
        if not found:
            return AuthResult(success=False, handled=False)
        return AuthResult(success=self._logins.get(found[1]) == found[2], handled=False, auth_data=found[1])


def _recipient(argument: str) -> str | None:
    """Read the address of a RCPT command."""
    found = re.search("<([^>]*)>", argument)
    return found[1] if found else None
