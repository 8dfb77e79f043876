"""Connect to an IMAP server, as safely as maildesk.yaml asks for or not at all."""

import contextlib
import imaplib
import socket
import ssl
from collections.abc import Callable

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from maildesk.ingest.imap.account import Account, Bearer, Password
from maildesk.ingest.imap.session import TROUBLE, Session
from maildesk.ingest.imap.wire import READ_SECONDS

CONNECT_SECONDS = 15.0


class Refused(Exception):
    """The server does not take our credentials."""


class NoTls(Exception):
    """The connection could not be made as safe as maildesk.yaml asks for."""


def open_session(
    account: Account,
    credentials: Password | Bearer,
    *,
    largest: int,
    tls: ssl.SSLContext | None = None,
    opened: Callable[[IMAPClient], None] | None = None,
) -> Session:
    """Connect, encrypt, log in, select; raises Refused, NoTls or one of TROUBLE. Never falls back to less than was asked for.

    `opened` is called with the raw client as soon as there is one, so that a connection can be cut while it is being made.
    """
    context = tls or ssl.create_default_context()
    client = _connect(account, context)
    try:
        if opened is not None:
            opened(client)
        _log_in(client, credentials)
        return Session(client, account, largest)
    except BaseException:
        with contextlib.suppress(*TROUBLE):
            client.shutdown()
        raise


def _connect(account: Account, context: ssl.SSLContext) -> IMAPClient:
    timeout = SocketTimeout(CONNECT_SECONDS, READ_SECONDS)
    try:
        implicit = account.tls == "implicit"
        client = IMAPClient(
            account.host, account.port, ssl=implicit, ssl_context=context if implicit else None, timeout=timeout
        )
    except ssl.SSLError as problem:
        raise NoTls(f"TLS: {problem.reason or problem}") from problem
    client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    # imapclient sends a search and its line end apart: the second waits 40 ms for the first's receipt otherwise.
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if account.tls != "starttls":
        return client
    try:
        # B118: a server that does not offer it, or a stranger between who hides the offer, is an error, not a reason to go on.
        client.starttls(context)
    except (IMAPClientError, imaplib.IMAP4.error, ssl.SSLError) as problem:
        with contextlib.suppress(*TROUBLE):
            client.shutdown()
        raise NoTls(f"STARTTLS: {problem}") from problem
    client.socket().settimeout(READ_SECONDS)
    return client


def _log_in(client: IMAPClient, credentials: Password | Bearer) -> None:
    try:
        if isinstance(credentials, Password):
            _log_in_with_password(client, credentials)
        elif _mechanism(client, credentials) == "OAUTHBEARER":
            client.oauthbearer_login(credentials.user, credentials.token)
        else:
            client.oauth2_login(credentials.user, credentials.token)
    except LoginError as problem:
        # IMAPClient says LoginError, too, when the connection broke.
        if isinstance(problem.__context__, imaplib.IMAP4.abort | OSError):
            raise problem.__context__ from None
        raise Refused(str(problem)) from None


def _mechanism(client: IMAPClient, credentials: Bearer) -> str:
    """Choose the standard (RFC 7628) only where the older way is not offered: that one is known to work everywhere."""
    if credentials.mechanism:
        return credentials.mechanism
    is_offered = client.has_capability("AUTH=OAUTHBEARER") and not client.has_capability("AUTH=XOAUTH2")
    return "OAUTHBEARER" if is_offered else "XOAUTH2"


def _log_in_with_password(client: IMAPClient, credentials: Password) -> None:
    if any(ord(character) < 32 for character in credentials.user + credentials.password):
        raise Refused("user or password holds a control character")
    if credentials.password.isascii() and credentials.user.isascii():
        client.login(credentials.user, credentials.password)
    else:
        client.plain_login(credentials.user, credentials.password)  # LOGIN knows ASCII only; RFC 4616 is UTF-8
