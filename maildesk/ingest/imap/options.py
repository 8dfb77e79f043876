"""What a poller is told besides the settings of its mailbox, and what it tells of itself."""

import datetime as dt
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from maildesk.ingest.imap.account import Credentials
from maildesk.ingest.imap.beginning import Begin
from maildesk.model.value import Value


class Rhythm(Value, frozen=True):
    """How often things are done, in seconds."""

    idle: float = 240.0
    """How long one IDLE lasts: routers forget connections that are silent for five minutes."""
    poll: float = 60.0
    """Between rounds where the server knows no IDLE."""
    sweep: float = 900.0
    """Between rounds that list the whole folder, for what slipped through."""
    again: float = 30.0
    """Until a mail that could not be taken is tried once more."""
    turn: float = 5.0
    """Between questions whether the daemon that looks after the mailbox is still there."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a poller is told besides the settings of its mailbox."""

    credentials: Credentials | None = None
    """What to log in with; the password file of the settings if None."""
    largest: int = 25 * 1024 * 1024
    """Of larger mails only the header is fetched."""
    begin: Begin | None = None
    """Tells where the folder begins for us; at its first mail if None."""
    turn: Callable[[], bool] = lambda: True
    """Tells whether it is this daemon's turn to look after the mailbox; correctness never depends on it."""
    rhythm: Rhythm = field(default_factory=Rhythm)
    tls: ssl.SSLContext | None = None
    on_status: Callable[[str, "Status"], None] | None = None


class Status(Value, frozen=True):
    """How a mailbox is: `state` is starting, standby, fetching, waiting, failing or stopped; `problem` is "" while all is well."""

    state: str = "starting"
    last_success: dt.datetime | None = None
    problem: str = ""
    failures: int = 0
    failing_since: dt.datetime | None = None
    next_try: dt.datetime | None = None
    fetched: int = 0
    on_server: int = 0
    missing: int = 0
    """Mails on the server that the journal did not know after the last full listing and the attempts to take them."""
    missing_since: dt.datetime | None = None
    missing_uids: tuple[int, ...] = ()
