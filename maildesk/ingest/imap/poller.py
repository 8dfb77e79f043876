"""Keep one mailbox fetched, in a thread of its own: connect, take rounds, wait, start anew after trouble, until told to stop."""

import datetime as dt
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import structlog
from imapclient import IMAPClient

from maildesk.ingest.imap.account import account_of, password_of
from maildesk.ingest.imap.batches import Trouble, kind_of_trouble, pause
from maildesk.ingest.imap.connect import NoTls, Refused, open_session
from maildesk.ingest.imap.memory import Memory
from maildesk.ingest.imap.options import Options, Status
from maildesk.ingest.imap.rounds import PORTION, SMALLEST_PORTION, Amounts, Rounds
from maildesk.ingest.imap.session import TROUBLE, Session
from maildesk.ingest.imap.wire import cut
from maildesk.model.mail import Accepted, Arrival
from maildesk.oauth import SignInNeeded
from maildesk.settings import Mailbox

log = structlog.get_logger("maildesk.imap")

MISSING_SHOWN = 10
# What a server or a network does to us; anything else, such as a database that is away, is trouble of ours.
THEIRS = (*TROUBLE, Refused, NoTls)


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class ImapThread:
    """The poller of one mailbox. `accept` blocks until the mail is committed and may be called from this thread."""

    def __init__(
        self,
        box: Mailbox,
        accept: Callable[[Arrival], Accepted],
        memory: Memory,
        *,
        base_dir: Path,
        options: Options | None = None,
    ) -> None:
        """`base_dir` is where password files lie; `memory` answers for the journal."""
        self.account = account_of(box)
        self._options = options or Options()
        self._accept, self._memory = accept, memory
        self._credentials = self._options.credentials or password_of(box, base_dir)
        self._status = Status()
        self._stopping = threading.Event()
        self._client: IMAPClient | None = None
        self._is_waiting = False
        self._has_turn = True
        self._thread = threading.Thread(target=self._run, name=f"imap {box.address}", daemon=True)

    @property
    def address(self) -> str:
        """The mailbox this is the poller of."""
        return self.account.address

    @property
    def state(self) -> Status:
        """How the mailbox is."""
        return self._status

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
        failures, trouble = 0, Trouble.BROKEN
        while not self._stopping.is_set():
            before, self._is_waiting = self._status.last_success, False
            try:
                if not self._wait_for_turn():
                    break
                self._visit(refused=trouble is Trouble.REFUSED)
            except Exception as problem:  # noqa: BLE001 - the supervisor of this loop
                if self._stopping.is_set():
                    break
                trouble = kind_of_trouble(str(problem), refused=isinstance(problem, Refused | SignInNeeded))
                failures = 1 if self._status.last_success != before else failures + 1
                jitter = random.random()  # noqa: S311 - so that two desks do not come back in step
                seconds = pause(failures, trouble, jitter=jitter)
                if not isinstance(problem, THEIRS):  # our own trouble: no server is spared by waiting long
                    seconds = min(seconds, self._options.rhythm.again)
                self._fail(problem, failures, seconds)
        self._tell(state="stopped", next_try=None)

    def _wait_for_turn(self) -> bool:
        """Stand by while another daemon looks after the mailbox; False if the stop came."""
        while not self._stopping.is_set():
            if self._options.turn():
                return True
            if self._status.state != "standby":
                log.info("imap.standby", mailbox=self.address)
                self._tell(state="standby", problem="", failures=0, failing_since=None, next_try=None)
            self._stopping.wait(self._options.rhythm.turn)
        return False

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
        """Connect and take rounds until something breaks, the turn is another's, or the stop comes."""
        options = self._options
        session = open_session(
            self.account,
            self._credentials(refused=refused),
            largest=options.largest + 1,
            tls=options.tls,
            opened=self._remember,
        )
        try:
            rounds = Rounds(
                session,
                self.account,
                self._accept,
                self._memory,
                # A connection that breaks again and again should get a little further each time.
                amounts=Amounts(options.largest, max(SMALLEST_PORTION, PORTION >> min(self._status.failures, 16))),
                beginning=options.begin(self.account, session) if options.begin else None,
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
            # Another daemon may have taken over while we were stopped (I23): it would be harmless, but double work.
            self._has_turn = self._options.turn()
        return self._has_turn and not self._stopping.is_set()

    def _take_rounds(self, session: Session, rounds: Rounds) -> None:
        rhythm, next_sweep, was_reliable = self._options.rhythm, 0.0, True
        self._has_turn = True
        while not self._stopping.is_set():
            if not self._options.turn():
                return
            if time.monotonic() >= next_sweep:
                self._tell(state="fetching")
                taken = rounds.sweep(_utc_now)
                next_sweep = time.monotonic() + rhythm.sweep
            else:
                taken = rounds.take_new(_utc_now)
            if rounds.has_leftovers:
                next_sweep = min(next_sweep, time.monotonic() + rhythm.again)
            self._succeed(rounds)
            if was_reliable and not rounds.is_reliable:
                log.warning("imap.unstable_uids", mailbox=self.address)
                was_reliable = False
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
            missing=len(rounds.missing),
            missing_since=(self._status.missing_since or _utc_now()) if rounds.missing else None,
            missing_uids=tuple(rounds.missing[:MISSING_SHOWN]),
        )

    def _tell(self, **changes: object) -> None:
        self._status = msgspec.structs.replace(self._status, **changes)
        if self._options.on_status is not None:
            self._options.on_status(self.address, self._status)


def _shown(problem: Exception) -> str:
    """Name a problem on one line, whatever a server put into it."""
    text = f"{type(problem).__name__}: {problem}" if str(problem) else type(problem).__name__
    return "".join(character if character.isprintable() else "?" for character in text)[:300]
