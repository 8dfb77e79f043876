"""An IMAP server on a socket that can be told to do what no real one does on demand: end in the middle, lie, flood."""

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

DATE = b'"01-Nov-2026 10:00:00 +0000"'


class Hangup(Exception):
    """The server ends the connection now."""


@dataclass
class FakeImap:
    """`mails` by UID; `scripts` by a pattern of the command: called with the connection and the tag instead of the usual answer."""

    mails: dict[int, bytes] = field(default_factory=dict)
    scripts: list[tuple[str, Callable[["Line", bytes], None], int]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    capability: bytes = b"IMAP4rev1 UIDPLUS MOVE IDLE"
    greeting: bytes = b""
    port: int = 0
    new_mail: threading.Event = field(default_factory=threading.Event)

    def answer(self, pattern: str, script: Callable[["Line", bytes], None], times: int = 1) -> None:
        """Do `script` for the next `times` commands that match."""
        self.scripts.append((pattern, script, times))

    def script_for(self, command: str) -> Callable[["Line", bytes], None] | None:
        """Find what to do instead of the usual, and count its use."""
        for index, (pattern, script, times) in enumerate(self.scripts):
            if re.search(pattern, command) and times > 0:
                self.scripts[index] = (pattern, script, times - 1)
                return script
        return None


class Line:
    """One client's connection."""

    def __init__(self, server: FakeImap, connection: socket.socket) -> None:
        self.server, self.connection = server, connection
        self.file = connection.makefile("rb")

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.connection.sendall(data)

    def serve(self) -> None:
        """Talk until one of us ends it."""
        with contextlib.suppress(Hangup, OSError, ValueError):
            self.send(self.server.greeting or b"* OK [CAPABILITY " + self.server.capability + b"] ready\r\n")
            while raw := self.file.readline():
                tag, _, command = raw.decode().strip().partition(" ")
                self.server.commands.append(command)
                script = self.server.script_for(command)
                (script or self.usual(command))(self, tag.encode())
        # A reset instead of a quiet end would hide from the client what was sent.
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.file.close()
        self.connection.close()

    def usual(self, command: str) -> Callable[["Line", bytes], None]:
        """Answer as a well-behaved server does."""
        mails = self.server.mails

        def reply(*untagged: bytes, end: bytes = b"OK done") -> Callable[[Line, bytes], None]:
            return lambda line, tag: line.send(
                b"".join(b"* " + one + b"\r\n" for one in untagged) + tag + b" " + end + b"\r\n"
            )

        match command.split():
            case ["CAPABILITY"]:
                return reply(b"CAPABILITY " + self.server.capability)
            case ["SELECT", *_]:
                exists = b"%d EXISTS" % len(mails)
                return reply(
                    exists, b"0 RECENT", b"OK [UIDVALIDITY 7] x", b"OK [UIDNEXT 100] x", b"OK [PERMANENTFLAGS (\\*)] x"
                )
            case ["UID", "SEARCH", *_]:
                return reply(b"SEARCH " + b" ".join(b"%d" % uid for uid in sorted(mails)))
            case ["UID", "FETCH", uids, "(RFC822.SIZE", *_]:
                return reply(*(size_line(uid, len(mails[uid])) for uid in numbers(uids) if uid in mails))
            case ["UID", "FETCH", uids, "(BODY.PEEK[HEADER.FIELDS", *_]:
                return reply(*(id_line(uid, mails[uid]) for uid in numbers(uids) if uid in mails))
            case ["UID", "FETCH", uids, *_]:
                return reply(*(body_line(uid, mails[uid]) for uid in numbers(uids) if uid in mails))
            case ["IDLE"]:
                return idle
            case ["LOGOUT"]:
                return reply(b"BYE bye")
            case _:
                return reply()


def idle(line: Line, tag: bytes) -> None:
    """Wait for DONE or for new mail."""
    line.send(b"+ idling\r\n")
    line.connection.settimeout(0.02)
    try:
        while True:
            if line.server.new_mail.is_set():
                line.server.new_mail.clear()
                line.send(b"* %d EXISTS\r\n" % len(line.server.mails))
            with contextlib.suppress(TimeoutError):
                if line.connection.recv(100).strip() in (b"DONE", b""):
                    break
    finally:
        line.connection.settimeout(None)
    line.send(tag + b" OK done\r\n")


def size_line(uid: int, size: int) -> bytes:
    """Say how large a mail is."""
    return b"%d FETCH (UID %d RFC822.SIZE %d INTERNALDATE %s)" % (uid, uid, size, DATE)


def body_line(uid: int, raw: bytes) -> bytes:
    """Give a mail."""
    return b"%d FETCH (UID %d BODY[]<0> {%d}\r\n%s)" % (uid, uid, len(raw), raw)


def id_line(uid: int, raw: bytes) -> bytes:
    """Give a mail's Message-ID field, as one would fetch it alone."""
    field = b"".join(line + b"\r\n" for line in raw.split(b"\r\n") if line.lower().startswith(b"message-id:")) + b"\r\n"
    return b"%d FETCH (UID %d BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\r\n%s)" % (uid, uid, len(field), field)


def numbers(text: str) -> list[int]:
    """Read a list of UIDs."""
    return [int(part) for part in text.split(",")]


@contextlib.contextmanager
def fake_imap(**wanted: object) -> Iterator[FakeImap]:
    """Run the server on a free port."""
    server = FakeImap(**wanted)  # type: ignore[arg-type]
    listener = socket.create_server(("127.0.0.1", 0))
    server.port = listener.getsockname()[1]
    threads: list[threading.Thread] = []
    open_now: list[socket.socket] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                server.connections += 1
                open_now.append(connection)
                thread = threading.Thread(target=Line(server, connection).serve, daemon=True)
                threads.append(thread)
                thread.start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield server
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join(5)
        for connection in open_now:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(5)
