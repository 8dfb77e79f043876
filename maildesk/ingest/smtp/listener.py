"""Open the sockets, let clients in, and close in order: no new ones, finish the mail under way, then go."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import cast

from maildesk.ingest.smtp import replies
from maildesk.ingest.smtp.connection import Connection
from maildesk.ingest.smtp.desk import Desk
from maildesk.ingest.smtp.dialogue import Dialogue
from maildesk.ingest.smtp.doors import Doors, parse_place
from maildesk.ingest.smtp.limits import Limits
from maildesk.ingest.smtp.lmtp import LmtpDialogue
from maildesk.model.value import Value


class Listening(Value, frozen=True):
    """Where to listen: `host:port` or `unix:/path`, "" for not at all; `certificate` and `key` (PEM files) offer STARTTLS."""

    smtp: str = ""
    lmtp: str = ""
    hostname: str = ""
    certificate: str = ""
    key: str = ""
    limits: Limits = Limits()


class Listener:
    """The open listeners of this process."""

    def __init__(self) -> None:
        self.addresses: dict[str, str] = {}
        """Where we listen, by protocol: `host:port` with the port that was bound, or `unix:/path`."""
        self._servers: list[asyncio.Server] = []
        self._doors: list[Doors] = []

    def add(self, protocol: str, address: str, server: asyncio.Server, doors: Doors) -> None:
        """Take charge of one open socket and those who come in by it."""
        self.addresses[protocol] = address
        self._servers.append(server)
        self._doors.append(doors)

    @property
    def connections(self) -> int:
        """How many clients are connected now."""
        return sum(len(doors.visitors) for doors in self._doors)

    async def close(self, grace: float = 5.0) -> None:
        """Take no new clients, let mails under way be finished within `grace` seconds, then cut what is left."""
        for server in self._servers:
            server.close()
        for address in self.addresses.values():
            if address.startswith("unix:"):
                _remove(address)
        for client in self._clients():
            client.stop()
        # Not Server.wait_closed: since Python 3.12 it waits until every client has gone by itself.
        deadline = asyncio.get_running_loop().time() + grace
        while self.connections and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - clients have no event in common
            await asyncio.sleep(0.02)
        for client in self._clients():
            client.abort()
        await asyncio.sleep(0)

    def _clients(self) -> list[Connection]:
        return [client for doors in self._doors for client in doors.visitors if isinstance(client, Connection)]


async def listen(where: Listening, desk: Desk) -> Listener:
    """Open the listeners that are wanted; raises OSError or ValueError where one cannot be, and then none is."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd writes every command there, addresses and all
    tls = _make_tls(where)
    listener = Listener()
    try:
        for kind, address in ((Dialogue, where.smtp), (LmtpDialogue, where.lmtp)):
            if address:
                await _open(listener, address, kind, _Room(kind, where, desk, tls))
    except BaseException:
        await listener.close(grace=0)
        raise
    return listener


async def _open(listener: Listener, address: str, kind: type[Dialogue], room: "_Room") -> None:
    loop = asyncio.get_running_loop()
    if address.startswith("unix:"):
        path = address.removeprefix("unix:")
        if _is_answered(path):
            raise OSError(f"{path}: another process is listening there")
        server = await loop.create_unix_server(room.meet, path)
        # The mail server in front runs as another user; who may come here at all is said by the folder's rights.
        _open_to_all(path)
    else:
        host, port = parse_address(address)
        server = await loop.create_server(room.meet, host or None, port)
        bound = server.sockets[0].getsockname()
        address = f"[{bound[0]}]:{bound[1]}" if ":" in bound[0] else f"{bound[0]}:{bound[1]}"
    listener.add(kind.source, address, server, room.doors)


def parse_address(text: str) -> tuple[str, int]:
    """Split `host:port`, `[v6]:port` or `:port`; raises ValueError."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"{text!r} is not host:port")
    return host.removeprefix("[").removesuffix("]"), int(port)


class _Room:
    """One listener: it counts its own clients, so that a flood at one door does not close the other."""

    def __init__(self, kind: type[Dialogue], where: Listening, desk: Desk, tls: ssl.SSLContext | None) -> None:
        limits = where.limits
        self._kind, self._limits, self._desk, self._tls = kind, limits, desk, tls
        self._hostname = where.hostname or socket.gethostname()
        self._loop = asyncio.get_running_loop()
        self.doors = Doors(limits.connections, limits.connections_per_ip, limits.held)

    def meet(self) -> "_Doorman":
        return _Doorman(self.doors, self._make)

    def _make(self, place: str) -> Connection:
        return self._kind(
            self._desk,
            self.doors,
            self._limits,
            place,
            hostname=self._hostname,
            tls_context=self._tls,
            loop=self._loop,
        )


class _Doorman(asyncio.Protocol):
    """Meets each client first, so that one who may not come in costs next to nothing."""

    def __init__(self, doors: Doors, make: Callable[[str], Connection]) -> None:
        self._doors, self._make = doors, make

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the client in, or say why not."""
        transport = cast("asyncio.Transport", transport)  # uvloop's is one by its methods, not by its class
        place = parse_place(transport.get_extra_info("peername"))
        if refusal := self._refuse(place):
            transport.write(refusal.encode("ascii") + b"\r\n")
            transport.close()
            return
        client = self._make(place)
        self._doors.enter(client)
        transport.set_protocol(client)
        client.connection_made(transport)

    def _refuse(self, place: str) -> str:
        """Say why there is no place for one more, "" if there is; somebody who only waits makes room."""
        if self._doors.is_crowded(place):
            return replies.CROWDED
        if self._doors.is_full():
            idlest = self._doors.find_idlest()
            if not isinstance(idlest, Connection):
                return replies.FULL
            self._doors.leave(idlest)
            idlest.dismiss(replies.FULL)
        return ""


def _is_answered(path: str) -> bool:
    """Tell whether somebody listens on a unix socket; the file alone may be left from a crash."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(path) == 0


def _open_to_all(path: str) -> None:
    Path(path).chmod(0o666)


def _remove(address: str) -> None:
    Path(address.removeprefix("unix:")).unlink(missing_ok=True)


def _make_tls(where: Listening) -> ssl.SSLContext | None:
    if not where.certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(where.certificate, where.key or None)
    return context
