"""Keep one mailbox fetched, in a thread of its own: connect, take rounds, wait, start anew after trouble, until told to stop."""

import datetime as dt
import random
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import structlog
from imapclient import IMAPClient

from maildesk.ingest.imap.account import Account, Credentials, account_of, password_of
from maildesk.ingest.imap.batches import pause
from maildesk.ingest.imap.connect import Refused, open_session
from maildesk.ingest.imap.rounds import Rounds, SeenKeys
from maildesk.ingest.imap.session import Session
from maildesk.ingest.imap.wire import cut
from maildesk.model.mail import Accepted, Arrival
from maildesk.model.value import Value
from maildesk.settings import Mailbox

log = structlog.get_logger("maildesk.imap")


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


@dataclass(frozen=True, slots=True)
class Options:
    """What a poller is told besides the settings of its mailbox."""

    credentials: Credentials | None = None
    """What to log in with; the password file of the settings if None."""
    largest: int = 25 * 1024 * 1024
    """Of larger mails only the header is fetched."""
    first_uid: Callable[[Account, int, int], int] | None = None
    """Where a folder begins for us (asked with UIDVALIDITY and UIDNEXT); at its first mail if None."""
    rhythm: Rhythm = field(default_factory=Rhythm)
    tls: ssl.SSLContext | None = None
    on_status: Callable[[str, "Status"], None] | None = None


class Status(Value, frozen=True):
    """How a mailbox is: `state` is starting, fetching, waiting, failing or stopped; `problem` is "" while all is well."""

    state: str = "starting"
    last_success: dt.datetime | None = None
    problem: str = ""
    failures: int = 0
    failing_since: dt.datetime | None = None
    next_try: dt.datetime | None = None
    fetched: int = 0
    on_server: int = 0
    missing: int = 0
    """Mails on the server that the journal did not know after the last full listing."""


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class ImapThread:
    """The poller of one mailbox. `accept` blocks until the mail is committed and may be called from this thread."""

    def __init__(
        self,
        box: Mailbox,
        accept: Callable[[Arrival], Accepted],
        seen_keys: SeenKeys,
        *,
        base_dir: Path,
        options: Options | None = None,
    ) -> None:
        """`base_dir` is where password files lie; `seen_keys` says which mails the journal has."""
        self.account = account_of(box)
        self._options = options or Options()
        self._accept, self._seen_keys = accept, seen_keys
        self._credentials = self._options.credentials or password_of(box, base_dir)
        self._status = Status()
        self._stopping = threading.Event()
        self._client: IMAPClient | None = None
        self._is_waiting = False
        self._thread = threading.Thread(target=self._run, name=f"imap {box.address}", daemon=True)

    @property
    def address(self) -> str:
        """The mailbox this is the poller of."""
        return self.account.address

    def status(self) -> dict[str, object]:
        """Say how the mailbox is, in what JSON knows."""
        return dict(msgspec.to_builtins(msgspec.structs.asdict(self._status)))

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self, seconds: float = 2.0) -> bool:
        """Stop: mails in hand are finished, whatever else waits for the server is broken off. Tells whether it has ended."""
        self._stopping.set()
        if self._thread.ident is None:
            return True
        if not self._is_waiting:
            self._thread.join(seconds / 2)
        if (client := self._client) is not None:
            cut(client)
        self._thread.join(seconds / 2)
        return not self._thread.is_alive()

    # ---- the thread ----

    def _run(self) -> None:
        failures, refused = 0, False
        while not self._stopping.is_set():
            before, self._is_waiting = self._status.last_success, False
            try:
                self._visit(refused=refused)
            except Exception as problem:  # noqa: BLE001 - the supervisor of this loop
                if self._stopping.is_set():
                    break
                refused = isinstance(problem, Refused)
                failures = 1 if self._status.last_success != before else failures + 1
                jitter = random.random()  # noqa: S311 - so that two desks do not come back in step
                self._fail(problem, failures, pause(failures, refused=refused, jitter=jitter))
        self._tell(state="stopped", next_try=None)

    def _fail(self, problem: Exception, failures: int, seconds: float) -> None:
        """Say what went wrong, wait."""
        text = _shown(problem)
        log.warning("imap.trouble", mailbox=self.address, problem=text, failures=failures, seconds=round(seconds, 1))
        now = _utc_now()
        self._tell(
            state="failing",
            problem=text,
            failures=failures,
            failing_since=self._status.failing_since or now,
            next_try=now + dt.timedelta(seconds=seconds),
        )
        self._stopping.wait(seconds)

    def _visit(self, *, refused: bool) -> None:
        """Connect and take rounds until something breaks or the stop comes."""
        options = self._options
        session = open_session(
            self.account,
            self._credentials(refused=refused),
            largest=options.largest + 1,
            tls=options.tls,
            opened=self._remember,
        )
        try:
            first = options.first_uid(self.account, session.uidvalidity, session.uidnext) if options.first_uid else 1
            rounds = Rounds(
                session,
                self.account,
                self._accept,
                self._seen_keys,
                largest=options.largest,
                first_uid=first,
                goes_on=self._goes_on,
            )
            self._take_rounds(session, rounds)
        except BaseException:
            self._client = None
            session.close(politely=False)
            raise
        self._client = None
        session.close(politely=True)

    def _remember(self, client: IMAPClient) -> None:
        self._client = client
        if self._stopping.is_set():
            cut(client)

    def _goes_on(self, taken: int) -> bool:
        """Note that a long round is alive; say whether it should go on."""
        if taken:
            self._tell(last_success=_utc_now(), fetched=self._status.fetched + taken)
        return not self._stopping.is_set()

    def _take_rounds(self, session: Session, rounds: Rounds) -> None:
        rhythm, next_sweep = self._options.rhythm, 0.0
        while not self._stopping.is_set():
            if time.monotonic() >= next_sweep:
                self._tell(state="fetching")
                taken = rounds.sweep(_utc_now)
                next_sweep = time.monotonic() + rhythm.sweep
            else:
                taken = rounds.take_new(_utc_now)
            if rounds.has_leftovers:
                next_sweep = min(next_sweep, time.monotonic() + rhythm.again)
            self._succeed(rounds)
            if taken or session.has_news():
                continue
            seconds = max(0.0, min(rhythm.idle, next_sweep - time.monotonic()))
            if not session.can_wait():
                self._stopping.wait(min(rhythm.poll, seconds))
                continue
            self._is_waiting = True
            if not self._stopping.is_set():
                session.wait(seconds)
            self._is_waiting = False

    def _succeed(self, rounds: Rounds) -> None:
        if rounds.problem and rounds.problem != self._status.problem:
            log.warning("imap.left_over", mailbox=self.address, problem=rounds.problem)
        self._tell(
            state="waiting",
            last_success=_utc_now(),
            problem=rounds.problem,
            failures=0,
            failing_since=None,
            next_try=None,
            on_server=rounds.on_server,
            missing=rounds.missing,
        )

    def _tell(self, **changes: object) -> None:
        self._status = msgspec.structs.replace(self._status, **changes)
        if self._options.on_status is not None:
            self._options.on_status(self.address, self._status)


def _shown(problem: Exception) -> str:
    """Name a problem on one line, whatever a server put into it."""
    text = f"{type(problem).__name__}: {problem}" if str(problem) else type(problem).__name__
    return "".join(character if character.isprintable() else "?" for character in text)[:300]
