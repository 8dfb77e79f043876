"""What IMAPClient and imaplib leave out: limits on what a server may send, and an IDLE that survives servers and networks."""

# ruff: noqa: SLF001 - imaplib keeps all of it behind underscores.

import contextlib
import imaplib
import socket
import ssl

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

READ_SECONDS = 60.0
DONE_SECONDS = 15.0
MAILS_AT_ONCE = 50
ANSWER_BYTES = 4 * 1024 * 1024


class Guard:
    """Bound what one command may bring: imaplib believes any size a server announces (F21), and reads lines for ever."""

    def __init__(self, client: IMAPClient, largest: int) -> None:
        imap = client._imap
        imap.debug = 0  # imapclient asks for 5: then imaplib prints every mail, whole, even if nobody reads it
        self._read, self._readline, self._largest, self._total = imap.read, imap.readline, largest, 0
        imap.read, imap.readline = self.read, self.readline

    def begin(self) -> None:
        """Start to count anew."""
        self._total = 0

    def read(self, size: int) -> bytes:
        """Read a literal, or refuse it before it is read."""
        if size > self._largest:
            raise imaplib.IMAP4.abort(f"the server announces {size} bytes, more than was asked for")
        self._count(size)
        data: bytes = self._read(size)
        if len(data) != size:
            raise imaplib.IMAP4.abort("the connection ended in the middle of a mail")
        return data

    def readline(self) -> bytes:
        """Read a line."""
        line: bytes = self._readline()
        self._count(len(line))
        return line

    def _count(self, size: int) -> None:
        self._total += size
        if self._total > ANSWER_BYTES + 2 * self._largest:
            raise imaplib.IMAP4.abort("the server's answer has no end")


def cut(client: IMAPClient) -> None:
    """Break the connection off; whatever thread waits for it goes on at once."""
    with contextlib.suppress(OSError):
        client.socket().shutdown(socket.SHUT_RDWR)


def pop_news(client: IMAPClient) -> int | None:
    """Give the number of mails the server has last spoken of in passing, None if it has not since this was last asked."""
    counts = client._imap.untagged_responses.pop("EXISTS", None)
    return int(counts[-1]) if counts and counts[-1] else None


def idle(client: IMAPClient, seconds: float) -> None:
    """Wait until the server says something, or time is up: one IDLE (RFC 2177), ended by DONE."""
    imap = client._imap
    tag = imap._command("IDLE")
    has_news = False
    # Not IMAPClient.idle(): it takes an EXISTS that comes before the + for an error.
    while imap._get_response() is not None:
        has_news = True
        if imap.tagged_commands.get(tag):
            raise IMAPClientError(f"IDLE refused: {imap.tagged_commands.pop(tag)}")
    client._idle_tag = tag
    # What came in one piece with the + is in the buffer already, where no poll sees it.
    if not has_news and not _has_buffered(client):
        client.idle_check(timeout=seconds)
    # When the connection has ended idle_check returns at once, every time: one for each IDLE, then DONE, which fails.
    client.socket().settimeout(DONE_SECONDS)
    client.idle_done()
    client.socket().settimeout(READ_SECONDS)


def _has_buffered(client: IMAPClient) -> bool:
    """Tell whether something was read from the socket that nobody has looked at yet."""
    connection = client.socket()
    connection.settimeout(0)
    try:
        return bool(client._imap.file.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        connection.settimeout(READ_SECONDS)
