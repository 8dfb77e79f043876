"""Look after the mailboxes that are polled: start their pollers, remember how they are, raise the alarm when one falls silent.

The alarm goes out by the relay, and stands in the log, in `maildesk status` and in /healthz: a mailbox cannot say by itself
that it is not looked into any more (B119).
"""

import contextlib
import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, TypeVar

import msgspec
import structlog

from maildesk.desk import voice
from maildesk.ingest.imap import ImapThread, JournalAway, Options, Status, bearer_of, begin_by
from maildesk.model.decision import Event
from maildesk.model.mail import Accepted, Arrival
from maildesk.outbound.alarms import letters_to_admins
from maildesk.settings import Mailbox
from maildesk.store import mailboxes, read, recall
from maildesk.store.codec import to_us
from maildesk.store.db import StoreUnavailable, Tx

if TYPE_CHECKING:
    from maildesk.daemon.office import Office

log = structlog.get_logger("maildesk.daemon")

P = ParamSpec("P")
T = TypeVar("T")
SEEN = read.MAILBOX
BEGAN = "imap-began:"
_WRITE_EVERY = dt.timedelta(seconds=20)
_REFUSALS = 3


class StoreMemory:
    """The journal's answers to the pollers."""

    def __init__(self, office: "Office") -> None:
        """Ask the office's store."""
        self._store = office.store

    def seen_keys(self, source: str, keys: list[str]) -> set[str]:
        """Tell which of these keys stand in the journal."""
        return _asked(self._store.read, lambda db: recall.seen_keys(db, source, keys))

    def has_other_epochs(self, source: str, epoch: str) -> bool:
        """Tell whether the journal knows mails of the source from another epoch."""
        return _asked(self._store.read, lambda db: mailboxes.has_other_epochs(db, source, epoch))

    def recognise(self, arrivals: Sequence[Arrival], epoch: str) -> set[str]:
        """Give the keys of mails the journal has under another name; rename them."""
        return _asked(self._store.recognise, arrivals, epoch)

    def message_ids(self, source: str, keys: list[str]) -> dict[str, str]:
        """Give the message ids of mails by key."""
        return _asked(self._store.read, lambda db: mailboxes.message_ids(db, source, keys))

    def known_contents(self, source: str, ids: list[str]) -> set[tuple[str, int]]:
        """Give message id and size of all mails that have one of these message ids."""
        return _asked(self._store.read, lambda db: mailboxes.known_contents(db, source, ids))

    def quarantined(self, source: str, keys: list[str]) -> set[str]:
        """Tell which of these mails are in quarantine."""
        return _asked(self._store.read, lambda db: mailboxes.quarantined(db, source, keys))

    def done_before(self, source: str, keys: list[str], moment: dt.datetime) -> set[str]:
        """Tell which of these mails were decided, and accepted before a moment."""
        return _asked(self._store.read, lambda db: mailboxes.done_before(db, source, keys, to_us(moment)))


class Seen(msgspec.Struct, frozen=True):
    """What is remembered of a mailbox, for all daemons and for `maildesk status`."""

    last_success: dt.datetime
    problem: str = ""
    on_server: int = 0
    missing: int = 0
    missing_since: dt.datetime | None = None
    alarm: str = ""
    alarm_since: dt.datetime | None = None


class _Watched(NamedTuple):
    box: Mailbox
    poller: ImapThread
    started: dt.datetime


class Mailboxes:
    """The polled mailboxes of a daemon."""

    def __init__(self, office: "Office", accept: Callable[[Arrival], Accepted], now: Callable[[], dt.datetime]) -> None:
        """Know the desk; nothing is polled yet."""
        self._office, self._accept, self._now = office, accept, now
        self._watched: list[_Watched] = []
        self._written: dict[str, tuple[dt.datetime, Seen]] = {}

    @property
    def pollers(self) -> list[ImapThread]:
        """The running pollers."""
        return [one.poller for one in self._watched]

    def start(self) -> None:
        """Start a poller for each mailbox that has `imap`."""
        memory = StoreMemory(self._office)
        for box in self._office.settings.mailboxes:
            if box.imap is None:
                continue
            base = self._office.base_of(box.imap.password_file)
            poller = ImapThread(box, self._accept, memory, base_dir=base, options=self._options(box))
            self._watched.append(_Watched(box, poller, self._now()))
            poller.start()

    def stop(self, poller: ImapThread) -> None:
        """Stop a poller, and let another daemon take its turn."""
        poller.stop()
        with contextlib.suppress(StoreUnavailable):  # then our death gives it back
            self._office.store.give_lease_back(_lease(poller.address))

    def watch(self) -> None:
        """Write down how the mailboxes are; tell the admins of one that is silent, or lacks mail; once each time."""
        for one in self._watched:
            self._watch(one)

    def alarms(self) -> dict[str, str]:
        """Give what is wrong with mailboxes, by address."""
        return {name: seen.alarm for name, (_, seen) in self._written.items() if seen.alarm}

    def _options(self, box: Mailbox) -> Options:
        store, imap = self._office.store, box.imap
        assert imap is not None
        source = self._office.token_source(imap)
        return Options(
            credentials=bearer_of(box, source) if source else None,
            largest=self._office.settings.limits.message_size,
            begin=begin_by(
                imap.since,
                lambda name: _asked(store.meta, BEGAN + name).get(BEGAN + name, ""),
                lambda name, text: store.set_meta(BEGAN + name, text).result(),
                self._now,
            ),
            turn=lambda: _asked(store.take_lease, _lease(box.address)),
        )

    def _watch(self, one: _Watched) -> None:
        status, now, address = one.poller.state, self._now(), one.box.address
        before = self._read(address)
        seen = _brought_up_to_date(before or Seen(one.started), status)
        assert one.box.imap is not None
        # While no daemon ran nobody looked: that is no news.
        since = max(seen.last_success, one.started)
        alarm = alarm_of(seen, _refusals(status), since, now, one.box.imap.alarm_after)
        if alarm and not seen.alarm:
            stamp = f"{seen.last_success.isoformat()}:{seen.missing_since or ''}"
            seen = msgspec.structs.replace(seen, alarm=alarm, alarm_since=now)
            self._tell(address, f"mailbox-silent:{address}:{stamp}", alarm)
        elif not alarm and seen.alarm_since is not None and seen.last_success > seen.alarm_since:
            words = f"all is well again. Before, from {seen.alarm_since:%Y-%m-%d %H:%M} UTC: {seen.alarm}"
            self._tell(address, f"mailbox-well:{address}:{seen.alarm_since}", words)
            seen = msgspec.structs.replace(seen, alarm="", alarm_since=None)
        self._write(address, before, seen, now)

    def _read(self, address: str) -> Seen | None:
        text = self._office.store.meta(SEEN + address).get(SEEN + address, "")
        return msgspec.json.decode(text, type=Seen) if text else None

    def _write(self, address: str, before: Seen | None, seen: Seen, now: dt.datetime) -> None:
        """Not every second: a moment is written often enough to be trusted, anything else at once."""
        self._written[address] = (now, seen)
        is_only_later = before is not None and seen == msgspec.structs.replace(before, last_success=seen.last_success)
        if is_only_later and before is not None and seen.last_success - before.last_success < _WRITE_EVERY:
            return
        self._office.store.set_meta(SEEN + address, msgspec.json.encode(seen).decode()).result()

    def _tell(self, address: str, key: str, words: str) -> None:
        log.error("mailbox", mailbox=address, problem=words)
        keeper, now = self._office.keeper, self._now()

        def queue(tx: Tx) -> None:
            desk = keeper.desk(tx)
            told, admins = f"{address}: {words}", desk.settings.desk.admins
            tx.queue(letters_to_admins(Event.MAILBOX, key, told, admins, voice(desk, now)))

        self._office.store.transact(queue).result()


def _brought_up_to_date(seen: Seen, status: Status) -> Seen:
    """Add what a poller of ours knows to what is remembered; one that stands by knows nothing."""
    if status.last_success is not None and status.last_success > seen.last_success:
        seen = msgspec.structs.replace(seen, last_success=status.last_success)
    if status.state in ("standby", "starting"):
        return seen
    return msgspec.structs.replace(
        seen,
        problem=status.problem,
        on_server=status.on_server,
        missing=status.missing,
        missing_since=status.missing_since,
    )


def _refusals(status: Status) -> int:
    return status.failures if status.problem.startswith(("Refused", "SignInNeeded")) else 0


def alarm_of(seen: Seen, refusals: int, since: dt.datetime, now: dt.datetime, after: dt.timedelta) -> str:
    """Say what the admins must know of a mailbox, "" if nothing; pure. `since` is when it should have been looked into."""
    why = f": {seen.problem}" if seen.problem else ""
    if now - since >= after:
        return f"no mail could be fetched since {seen.last_success:%Y-%m-%d %H:%M} UTC{why}"
    if refusals >= _REFUSALS:
        return f"the server does not take our login{why}"
    if seen.missing and seen.missing_since is not None and now - seen.missing_since >= after:
        return f"{seen.missing} of {seen.on_server} mails at the server could not be taken{why}"
    return ""


def _asked(ask: Callable[P, T], *args: P.args, **words: P.kwargs) -> T:
    """Ask the store; a poller must not take a database that is away for a server that is."""
    try:
        return ask(*args, **words)
    except StoreUnavailable as problem:
        raise JournalAway(str(problem)) from problem


def _lease(address: str) -> str:
    return f"imap:{address}"
