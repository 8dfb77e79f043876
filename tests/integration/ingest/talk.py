"""Speak SMTP by hand, byte by byte where it matters, to a listener that records what it accepts."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from maildesk.ingest.smtp import Limits, Listener, listen
from maildesk.model.mail import Accepted, Arrival
from maildesk.settings import Desk, Listen, ListenAddress, Mailbox, Settings, StartTls

KNOWN = frozenset({"support@firma.test", "help@firma.test", "postmaster", "žádost@firma.test"})


@dataclass
class Recorder:
    """A desk that keeps what it is given; `trouble` is raised instead, `gate` is waited for first."""

    arrivals: list[Arrival] = field(default_factory=list)
    trouble: Exception | None = None
    gate: asyncio.Event | None = None
    room: bool = True

    async def accept(self, arrival: Arrival) -> Accepted:
        """Take a mail."""
        if self.gate is not None:
            await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble
        self.arrivals.append(arrival)
        return Accepted(len(self.arrivals))

    def has_room(self) -> bool:
        """Say whether the disk has room."""
        return self.room


class Client:
    """One connection, spoken by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)
        await self.writer.drain()

    async def reply(self, seconds: float = 5) -> str:
        """Read one reply, all its lines; "" when the server has closed."""
        lines = []
        async with asyncio.timeout(seconds):
            while line := await self.reader.readline():
                lines.append(line.decode().rstrip("\r\n"))
                if line[3:4] != b"-":
                    break
        return "\n".join(lines)

    async def say(self, line: str) -> str:
        """Send a command and read its reply."""
        await self.send(line.encode() + b"\r\n")
        return await self.reply()

    async def begin(self, *recipients: str, hello: str = "EHLO client.test", sender: str = "jana@firma.cz") -> None:
        """Go as far as the 354."""
        assert (await self.reply()).startswith("220 ")
        assert (await self.say(hello)).startswith("250")
        await self.envelope(*recipients, sender=sender)

    async def envelope(self, *recipients: str, sender: str = "jana@firma.cz") -> None:
        """Give an envelope and DATA."""
        assert (await self.say(f"MAIL FROM:<{sender}>")).startswith("250 ")
        for recipient in recipients or ("support@firma.test",):
            assert (await self.say(f"RCPT TO:<{recipient}>")).startswith("250 ")
        assert (await self.say("DATA")).startswith("354 ")

    async def is_closed(self, seconds: float = 5) -> bool:
        """Wait for the end of the connection, whatever is said before it."""
        async with asyncio.timeout(seconds):
            with contextlib.suppress(ConnectionError):
                while await self.reader.read(65536):
                    pass
        return True

    def reset(self) -> None:
        """Break the connection off with a reset."""
        connection = self.writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def close(self) -> None:
        """Hang up."""
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


@dataclass
class Running:
    """Listeners under test and how to reach them."""

    smtp: Listener
    lmtp: Listener
    recorder: Recorder
    clients: list[Client] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where SMTP is spoken."""
        return port_of(self.smtp)

    @property
    def connections(self) -> int:
        """How many clients are connected."""
        return self.smtp.connections + self.lmtp.connections

    async def connect(self, *, lmtp: bool = False) -> Client:
        """Open a connection."""
        port = port_of(self.lmtp if lmtp else self.smtp)
        client = Client(*await asyncio.open_connection("127.0.0.1", port, limit=2**20))
        self.clients.append(client)
        return client


def port_of(listener: Listener) -> int:
    """Give the port that was bound."""
    return int(listener.addresses[0].rpartition(":")[2])


def settings(
    smtp: ListenAddress | None = None, lmtp: ListenAddress | None = None, starttls: StartTls | None = None
) -> Settings:
    """Make settings that listen where a test says."""
    desk = Desk(name="Firma", domain="desk.test")
    return Settings(desk, (Mailbox("support@firma.test"),), listen=Listen(smtp, lmtp, starttls))


FREE = ListenAddress("127.0.0.1", 0)


@contextlib.asynccontextmanager
async def running(
    limits: Limits | None = None,
    *,
    recorder: Recorder | None = None,
    known: Callable[[str], bool] = KNOWN.__contains__,
    starttls: StartTls | None = None,
) -> AsyncIterator[Running]:
    """Run SMTP and LMTP listeners on free ports."""
    recorder = recorder or Recorder()
    smtp, lmtp = await listen(
        settings(FREE, FREE, starttls), recorder.accept, known, has_room=recorder.has_room, limits=limits
    )
    run = Running(smtp, lmtp, recorder)
    try:
        yield run
    finally:
        for client in run.clients:
            await client.close()
        await smtp.close(grace=2)
        await lmtp.close(grace=2)
        assert run.connections == 0
        assert smtp._doors.held == lmtp._doors.held == 0


async def eventually(holds: Callable[[], bool], seconds: float = 5) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)
