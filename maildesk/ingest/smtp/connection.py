"""One client's connection, whatever it asks: commands in, replies out, patience, goodbye.

The state machine of aiosmtpd runs the commands. Reading them is ours, because it counts none of what a client may do to us,
loses the replies to a client that closes its side, and answers our exceptions with 500 and their text.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any, ClassVar, cast

import structlog
from aiosmtpd.smtp import SMTP, TLSSetupException

from maildesk.ingest.smtp import replies
from maildesk.ingest.smtp.content import Problem
from maildesk.ingest.smtp.doors import Doors
from maildesk.ingest.smtp.limits import Limits
from maildesk.ingest.smtp.reading import Reading
from maildesk.ingest.smtp.spent import Spent

log = structlog.get_logger("maildesk.ingest")

COMMAND_LENGTH = 2048  # four times RFC 5321 §4.5.3.1.4, for the long return paths of mailing lists
HTTP = frozenset({"GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "PRI"})


class Connection(SMTP):
    """A client from greeting to goodbye; subclasses say what the commands mean."""

    source: ClassVar[str]
    greeting: ClassVar[str]
    commands: ClassVar[Mapping[str, str]]
    line_length_limit = 2**16  # of a command, before reading it is given up

    def __init__(self, handler: object, doors: Doors, limits: Limits, place: str, **options: Any) -> None:
        super().__init__(
            handler,
            data_size_limit=limits.message_size,
            enable_SMTPUTF8=True,
            timeout=limits.idle.total_seconds(),
            **options,
        )
        self._smtp_methods = {name: getattr(self, method) for name, method in self.commands.items()}
        self.doors, self.limits, self.place = doors, limits, place
        self.quiet_since: float | None = self.loop.time()
        self._spent = Spent()
        self._command = ""
        self._reading: Reading | None = None
        self._deaf = self._stopping = False

    def __dir__(self) -> list[str]:
        """Show no members: aiosmtpd looks through all of them for each client (1 ms); the commands are named in `commands`."""
        return []

    @property
    def reading_since(self) -> float | None:
        """Since when the content of a mail has been coming in."""
        return None if self._reading is None or self._reading.is_over else self._reading.since

    # ---- what the network says ----

    def data_received(self, data: bytes) -> None:
        """Give content to the mail that is being read, all else to the reader of commands."""
        if self._deaf:
            return
        if self._reading is None or self._reading.is_over:
            super().data_received(data)
            return
        rest = self._reading.feed(data)
        # Nothing that follows a problem is a command: it is more of the mail.
        self._deaf = self._reading.problem is not None
        if rest:
            super().data_received(rest)
        slowest = self.doors.find_slowest()
        if isinstance(slowest, Connection):
            slowest.drop_reading(Problem.CROWDED)

    def eof_received(self) -> bool | None:
        """Answer what came before: a client that has closed its side may still read."""
        self.drop_reading(Problem.GONE)
        if self._deaf:
            self._close()
        stays_open = asyncio.StreamReaderProtocol.eof_received(self)
        return False if self.session is not None and self.session.ssl is not None else stays_open

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the connection, and let go of what it held."""
        self.doors.leave(self)
        if self._reading is not None:
            self._reading.release()
        super().connection_lost(error)

    def drop_reading(self, problem: Problem) -> None:
        """End the mail that is being read, if there is one."""
        if self._reading is not None and not self._reading.is_over:
            self._reading.finish(problem)
            self._deaf = True

    def _timeout_cb(self) -> None:
        """Say goodbye to a client that has been silent for too long; cut one that does not go then, or does not read."""
        if self._deaf:
            self.abort()
        else:
            self._say_goodbye(replies.IDLE)

    # ---- commands ----

    async def _handle_client(self) -> None:
        try:
            await self.push(f"220 {self.hostname} {self.greeting}")
            while not self._deaf:
                await self._obey(await self._reader.readuntil(b"\n"))
        except asyncio.LimitOverrunError:
            self._say_goodbye("500 5.5.2 Line too long")
        except (asyncio.IncompleteReadError, ConnectionError):
            self._close()
        except asyncio.CancelledError:
            self._close()
            raise

    async def _obey(self, line: bytes) -> None:
        """Do one command, and think about whether there should be another."""
        command, arg = _parse_command(line)
        self._command = command
        self._reset_timeout()
        if command in HTTP or command.endswith(":"):
            self._say_goodbye(replies.NOT_SMTP)  # T52: a web browser or server made to talk to us
            return
        self._spent.count(command, is_known=command in self._smtp_methods)
        if len(line) > COMMAND_LENGTH:
            await self.push("500 5.5.2 Line too long")
        else:
            await self._call(command, arg)
        if self._deaf:
            return
        if excess := self._spent.find_excess(self.limits):
            self._say_goodbye(excess)
        elif self._stopping:
            self.stop()

    async def _call(self, command: str, arg: str | None) -> None:
        """Run the command's method; what it raises is our trouble, not the client's."""
        method = self._smtp_methods.get(command)
        try:
            if method is None:
                await self.push("500 5.5.2 Unknown command")
            else:
                await method(arg)
        except TLSSetupException:
            # The handshake has closed the transport below; nobody else tells us that the connection is lost.
            self._deaf = True
            self._close()
            self.connection_lost(None)
        except ConnectionError:
            raise
        except Exception:  # one place turns trouble of ours into 451 (B49)
            log.exception("smtp.trouble", source=self.source, command=command)
            await self.push(replies.TROUBLE)

    async def push(self, status: Any) -> None:
        """Send a reply; a refusal that is the client's fault is counted."""
        reply = status if isinstance(status, str) else bytes(status).decode("ascii", "replace")
        if self._command not in ("EHLO", "LHLO"):
            reply = replies.with_enhanced_code(reply)
        self._count_refusal(reply)
        self._write(reply)
        await self._writer.drain()

    def _count_refusal(self, reply: str) -> None:
        """4xx is about us, 5xx about the client."""
        if reply[0] == "5":
            self._spent.errors += 1

    # ---- goodbye ----

    def stop(self) -> None:
        """Go: at once, or when the mail that is coming in has been answered for."""
        self._stopping = True
        if self._reading is None and not self._deaf:
            self.dismiss(replies.STOPPING)

    def dismiss(self, reply: str) -> None:
        """Go at once."""
        self._deaf = True
        self._write(reply)
        self._close()

    def abort(self) -> None:
        """Cut the connection."""
        if self.transport is not None:
            cast("asyncio.Transport", self.transport).abort()

    def _say_goodbye(self, reply: str | None) -> None:
        """Say the last word, then hear the client out for a while, unread: a reset would swallow the word."""
        self._deaf = True
        if self.transport is None or self.transport.is_closing():
            return
        transport = cast("asyncio.Transport", self.transport)  # uvloop's is one by its methods, not by its class
        if reply is not None:
            self._write(reply)
        if transport.can_write_eof():
            with contextlib.suppress(OSError):  # the client may be gone by now
                transport.write_eof()
        transport.resume_reading()
        self._reset_timeout(self.limits.linger.total_seconds())

    def _close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def _write(self, reply: str) -> None:
        self._writer.write(reply.encode("ascii", "replace") + b"\r\n")


def _parse_command(line: bytes) -> tuple[str, str | None]:
    """Split a command line; bytes that are no UTF-8 are kept as surrogates, which no address may hold."""
    command, _, arg = line.rstrip(b"\r\n").decode("utf-8", "surrogateescape").partition(" ")
    return command.upper(), arg.strip(" \t") or None
