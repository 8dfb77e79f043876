"""Open the sockets, let clients in, and close in order: no new ones, finish the mail under way, then go."""

import asyncio
import datetime as dt
import logging
import os
import socket
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import cast

from maildesk.ingest.smtp import replies
from maildesk.ingest.smtp.connection import Connection
from maildesk.ingest.smtp.desk import Desk, always, utc_now
from maildesk.ingest.smtp.dialogue import Dialogue
from maildesk.ingest.smtp.doors import Doors, parse_place
from maildesk.ingest.smtp.files import afford
from maildesk.ingest.smtp.limits import Limits
from maildesk.ingest.smtp.lmtp import LmtpDialogue
from maildesk.model.mail import Accepted, Arrival
from maildesk.settings import ListenAddress, Settings, StartTls

_BACKLOG = 1000  # who finds no place in the line comes again after a second only: a crowd must not have that effect
_AT_ONCE = 8  # accepted before the first of them is met: the doors must not be overrun


async def listen(
    settings: Settings,
    accept: Callable[[Arrival], Awaitable[Accepted]],
    known: Callable[[str], bool],
    *,
    has_room: Callable[[], bool] = always,
    now: Callable[[], dt.datetime] = utc_now,
    limits: Limits | None = None,
    base_dir: Path = Path(),
) -> "list[Listener]":
    """Open the listeners that are wanted, SMTP first; raises OSError where one cannot be opened, and then none is.

    `accept` returns when the mail is committed; `known`, `has_room` and `now`: see `Desk`. `limits` holds what is no setting.
    Certificate and key are relative to `base_dir`.
    """
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd writes every command there, addresses and all
    wanted = limits or Limits(
        message_size=settings.limits.message_size,
        connections=settings.limits.connections,
        connections_per_ip=settings.limits.connections_per_ip,
    )
    places = [(kind, place) for kind, place in _doors_of(settings) if place is not None]
    wanted = afford(wanted, len(places))
    desk = Desk(accept, known, has_room, now)
    tls = _make_tls(settings.listen.starttls, base_dir)
    opened: list[Listener] = []
    try:
        for kind, place in places:
            opened.append(await _open(place, _Room(kind, desk, wanted, settings.desk.domain, tls)))
    except BaseException:
        for listener in opened:
            await listener.close(grace=0)
        raise
    return opened


def _doors_of(settings: Settings) -> "tuple[tuple[type[Dialogue], ListenAddress | None], ...]":
    return (Dialogue, settings.listen.smtp), (LmtpDialogue, settings.listen.lmtp)


class Listener:
    """One open socket and those who came in by it."""

    def __init__(self, protocol: str, addresses: tuple[str, ...], server: asyncio.Server, doors: Doors) -> None:
        self.protocol = protocol
        self.addresses = addresses
        """Where we listen: `host:port` with the port that was bound, or `unix:/path`."""
        self._server, self._doors = server, doors

    @property
    def connections(self) -> int:
        """How many clients are connected now."""
        return len(self._doors.visitors)

    async def close(self, grace: float = 4.0) -> None:
        """Take no new clients, let mails under way be finished within `grace` seconds, then cut what is left."""
        self._server.close()
        for address in self.addresses:
            if address.startswith("unix:"):
                _remove(address)
        for client in self._clients():
            client.stop()
        # Not Server.wait_closed: since Python 3.12 it waits until every client has gone by itself.
        loop = asyncio.get_running_loop()
        deadline = loop.time() + grace
        while self.connections and loop.time() < deadline:  # noqa: ASYNC110 - clients have no event in common
            await asyncio.sleep(0.02)
        for client in self._clients():
            client.abort()
        await asyncio.sleep(0)

    def _clients(self) -> list[Connection]:
        return [client for client in self._doors.visitors if isinstance(client, Connection)]


async def _open(place: ListenAddress, room: "_Room") -> Listener:
    loop = asyncio.get_running_loop()
    if place.path:
        if _is_answered(place.path):
            raise OSError(f"{place}: another process is listening there")
        server = await loop.create_unix_server(room.meet, place.path, backlog=_AT_ONCE)
        # The mail server in front runs as another user; who may come here at all is said by the folder's rights.
        _open_to_all(place.path)
        _lengthen_line(server)
        return Listener(room.protocol, (str(place),), server, room.doors)
    server = await loop.create_server(room.meet, place.host or None, place.port, backlog=_AT_ONCE)
    _lengthen_line(server)
    names = [bound.getsockname() for bound in server.sockets]
    addresses = tuple(str(ListenAddress(name[0], name[1])) for name in names)
    return Listener(room.protocol, addresses, server, room.doors)


def _lengthen_line(server: asyncio.Server) -> None:
    """Let more clients wait than are accepted at once; asyncio has one number for both."""
    for bound in server.sockets:
        with socket.socket(fileno=os.dup(bound.fileno())) as same:
            same.listen(_BACKLOG)


class _Room:
    """One listener: it counts its own clients, so that a flood at one door does not close the other."""

    def __init__(
        self, kind: type[Dialogue], desk: Desk, limits: Limits, hostname: str, tls: ssl.SSLContext | None
    ) -> None:
        self._kind, self._desk, self._limits, self._hostname, self._tls = kind, desk, limits, hostname, tls
        self._loop = asyncio.get_running_loop()
        self.protocol = kind.source
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


def _make_tls(pair: StartTls | None, base_dir: Path) -> ssl.SSLContext | None:
    if pair is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(base_dir / pair.cert, base_dir / pair.key)
    return context
