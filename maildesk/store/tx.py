"""One transaction of the desk: read what a decision may look at, write it down, queue its letters."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from maildesk.model.decision import Cause, Decision, MailArrived, Tell
from maildesk.model.mail import Arrival, Envelope, Mail
from maildesk.model.outgoing import Outgoing, Queued
from maildesk.model.snapshot import Lookup, Snapshot, Written
from maildesk.store import digests, journal, outbox, policies, probes, recall
from maildesk.store.apply import apply, find_earlier
from maildesk.store.codec import clean, to_us
from maildesk.store.engines.connection import Connection
from maildesk.store.loads import Loads
from maildesk.store.locks import Locks
from maildesk.store.pace import Pace
from maildesk.store.people import load_rotation
from maildesk.store.snapshot import fill, find_parked, known_rows
from maildesk.store.view import opening_decision

MOST_TIMER_ATTEMPTS = 5


class Tx:
    """What a piece of desk work may do in its transaction; `now` is the moment given to `snapshot`."""

    def __init__(
        self, db: Connection, owner: str, loads: Loads, pace: Pace, *, locks: Lookup | None, again: bool
    ) -> None:
        self.now = dt.datetime.now(dt.UTC)
        self._db = db
        self._owner = owner
        self._loads = loads
        self._pace = pace
        self._again = again
        self._locks = Locks(db)
        self._turns: dict[str, int] = {}
        if locks is not None:
            self._lock(locks)

    def snapshot(  # noqa: PLR0913 -- what the caller knows about one mail; all but the first three by name
        self,
        cause: Cause,
        lookup: Lookup,
        now: dt.datetime,
        mail: Mail | None = None,
        arrival: Arrival | None = None,
        *,
        mailbox: str = "",
        original: Mail | None = None,
        trusted: bool = False,
        silent: bool = False,
    ) -> Snapshot:
        """Read all that the decision may look at, tickets locked; merges are followed to their survivors."""
        self.now = now
        self._locks.take(lookup.ids)
        asked = Snapshot(
            cause=cause,
            now=now,
            journal_id=cause.journal_id if isinstance(cause, MailArrived) else lookup.journal_id,
            mail=mail,
            envelope=arrival.envelope if arrival else Envelope(),
            source=arrival.source if arrival else "",
            mailbox=mailbox or (arrival.mailbox if arrival else ""),
            received_at=arrival.received_at if arrival else None,
            original=original,
            trusted=trusted,
            silent=silent,
        )
        if not silent:
            made, usual = self._pace.read(self._db, now)
            told = self._pace.told.read(now)
            asked = msgspec.structs.replace(asked, made_hour=made, usual_hour=usual, told=told)
        filled = fill(self._db, asked, lookup, arrival)
        while self._locks.take(i for parked in filled.parked for i in parked.ids):
            filled = fill(self._db, asked, lookup, arrival)
        if not lookup.teams:
            return filled
        turns = load_rotation(self._db, now, locked=self._again)
        self._turns = turns.at
        loads, burdens = self._loads.read(self._db, turns.at)
        return msgspec.structs.replace(filled, loads=loads, burdens=burdens, rotation=turns.last, away=turns.away)

    def earlier(self, cause: Cause) -> Written | None:
        """Give what this cause led to, if it was decided before (a timer that was cancelled counts as decided); else None."""
        return find_earlier(self._db, cause)

    def apply(self, decision: Decision, snapshot: Snapshot, policy: str = "") -> Written:
        """Write a decision down: ticket, timeline, people, known ids, timers, and the decision itself.

        A cause that was applied before changes nothing: `repeated` is True in what comes back, and nothing is to be
        queued. Say and Tell are not looked at: their letters come through `queue`.
        """
        return apply(self._db, decision, snapshot, policy or self.active_policy(), self._loads, self._turns)

    def queue(self, letters: Sequence[Outgoing], lease: bool = False) -> tuple[Queued, ...]:
        """Put finished letters into the outbox; one whose effect key stands there already is left out of what comes back.

        `lease` claims those that may leave at once for this process: their `attempts` is 1, that of the others 0.
        """
        self._pace.add(sum(map(outbox.is_counted, letters)))
        self._pace.told.add(letters, self.now)
        return outbox.queue(self._db, letters, self.now, self._owner if lease else None)

    def gather(self, tells: Sequence[Tell]) -> None:
        """Put aside what agents are told of later."""
        digests.gather(self._db, tells, self.now)

    def take_digest(self, login: str, now: dt.datetime) -> tuple[int, tuple[digests.Gathered, ...]]:
        """Take away what is due for an agent, with the number of its first row; no two processes get the same."""
        return digests.take(self._db, login, now)

    def opening(self, number: int) -> tuple[Snapshot, Decision] | None:
        """Give the decision that opened a ticket, with what was known then."""
        return opening_decision(self._db, number)

    def letter(self, key: str) -> bytes:
        """Give the bytes of a letter by its effect key, b"" if there is none."""
        number = self._db.value("SELECT id FROM outbox WHERE effect_key = :key", key=key)
        return journal.read_raws(self._db, "outbox_raw", [number]).get(number, b"") if number else b""

    def original(self, journal_id: int) -> bytes:
        """Give a journaled mail as it came, b"" if it is gone."""
        return journal.read_raws(self._db, "journal_raw", [journal_id]).get(journal_id, b"")

    def is_first_alarm(self) -> bool:
        """Tell whether this process has not said yet today that the storm brake holds."""
        return self._pace.is_first_alarm(self.now.date())

    def find_unreadable(self, journal_id: int) -> int:
        """Give the ticket that says that this mail could not be read, 0 if there is none."""
        return recall.find_unreadable(self._db, journal_id)

    def finish_mail(self, journal_id: int, note: str = "") -> None:
        """End the waiting of a journaled mail; `note` says why, where no entry does."""
        journal.finish(self._db, journal_id, note, self.now)

    def defer_mail(self, journal_id: int, until: dt.datetime, problem: str = "", count_attempt: bool = True) -> None:
        """Free a mail and try it again later; `count_attempt=False` takes the claim's attempt back (it was not its turn)."""
        journal.defer(self._db, journal_id, until, problem, count_attempt)

    def quarantine(self, journal_id: int, problem: str) -> None:
        """Put a mail aside for the admins, with what went wrong."""
        journal.quarantine(self._db, journal_id, problem, self.now)

    def forget_probe(self, journal_id: int) -> bool:
        """Take a mail that the desk sent to itself out of the journal; False if it stays."""
        return probes.forget_probe(self._db, journal_id)

    def defer_timer(self, timer_id: int, until: dt.datetime, problem: str = "") -> None:
        """Free a timer and try it again later; after five attempts it is put aside as failed."""
        self._db.run(
            "UPDATE timer SET owner = NULL, claimed = NULL, due = :due, problem = :problem,"
            " state = CASE WHEN attempts >= :most THEN 'failed' ELSE state END WHERE id = :id AND state = 'waiting'",
            id=timer_id,
            due=to_us(until),
            problem=clean(problem),
            most=MOST_TIMER_ATTEMPTS,
        )

    def active_policy(self) -> str:
        """Give the digest that is active in this transaction."""
        return policies.find_active(self._db)

    def _lock(self, lookup: Lookup) -> None:
        """Lock the conversation, with the parked mails that hang together with it, before anything is read."""
        if not self._db.sqlite:
            _, more = find_parked(self._db, known_rows(self._db, lookup.ids), lookup, None, lookup.journal_id)
            self._locks.take((*lookup.ids, *more))
