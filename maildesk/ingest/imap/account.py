"""One mailbox that mail is fetched from: what it is called in the journal, and how its mails are named there."""

import hashlib
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from maildesk.model.value import Value
from maildesk.oauth import TokenSource
from maildesk.settings import Imap, Mailbox, read_secret


class Password(NamedTuple):
    """Log in with a password."""

    user: str
    password: str


class Bearer(NamedTuple):
    """Log in with an OAuth access token; without a `mechanism` the server's list decides."""

    user: str
    token: str
    mechanism: Literal["", "XOAUTH2", "OAUTHBEARER"] = ""


class Credentials(Protocol):
    """Gives what to log in with; asked anew for each connection, so that secrets may change while the desk runs."""

    def __call__(self, *, refused: bool) -> Password | Bearer:
        """`refused` is True when the server did not take what was given last: a token must be fetched anew then."""
        ...


class Account(Value, frozen=True):
    """A mailbox at a server, as maildesk.yaml names it."""

    address: str
    host: str
    user: str
    port: int = 993
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    folder: str = "INBOX"
    after: str = "keep"
    """`keep`, `delete`, `delete:7d` or `move:FOLDER`."""
    quarantine: str = ""
    """Where mail goes that the desk put in quarantine, if anywhere."""

    @property
    def source(self) -> str:
        """Name the source in the journal."""
        return f"imap:{self.address}"

    @property
    def mark(self) -> str:
        """Tell this folder at this server from any other that the same address was ever fetched from.

        UIDVALIDITY alone does not: some servers begin every folder with 1.
        """
        where = "\0".join((self.host.lower(), str(self.port), self.user, self.folder))
        return hashlib.sha256(where.encode()).hexdigest()[:8]

    def key(self, uidvalidity: int, uid: int) -> str:
        """Name one mail for ever (RFC 3501 §2.3.1.1)."""
        return f"{self.epoch(uidvalidity)}{uid}"

    def epoch(self, uidvalidity: int) -> str:
        """Give what the keys of all mails have in common, until the folder is numbered anew."""
        return f"{self.mark}/{uidvalidity}/"

    def key_of_content(self, raw: bytes) -> str:
        """Name a mail by its bytes, where the server's numbers cannot be relied upon."""
        return f"{self.mark}/content/{hashlib.sha256(raw).hexdigest()[:40]}"


def account_of(box: Mailbox) -> Account:
    """Read the account out of a mailbox's settings."""
    imap = _imap_of(box)
    return Account(box.address, imap.host, imap.user, imap.port, imap.tls, imap.folder, imap.after, imap.quarantine)


def password_of(box: Mailbox, base_dir: Path) -> Credentials:
    """Read the password from its file at each login; raises SecretTrouble where that cannot be."""
    imap = _imap_of(box)

    def give(*, refused: bool) -> Password:  # noqa: ARG001 - a password is what it is
        return Password(imap.user, read_secret(imap.password_file, base_dir))

    return give


def bearer_of(box: Mailbox, source: TokenSource) -> Credentials:
    """Get a token that holds at each login."""
    imap = _imap_of(box)

    def give(*, refused: bool) -> Bearer:
        return Bearer(imap.user, source.access_token(refused=refused))

    return give


def _imap_of(box: Mailbox) -> Imap:
    if box.imap is None:
        raise ValueError(f"{box.address} has no imap settings")
    return box.imap
