"""Open the desk's database and offer what the rest of the program may ask of it.

Writes go through futures that resolve only after COMMIT: `accept` for arriving mail, `transact` for decisions.
`read` runs at once, on a connection of its own. Nothing outside this room sees SQL or a connection.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from maildesk.model.decision import Cause, Decision
from maildesk.model.mail import Accepted, Arrival, Mail
from maildesk.model.outgoing import Attempt, Outgoing, Queued
from maildesk.model.snapshot import Due, Lookup, Snapshot, Written
from maildesk.model.value import Value

T = TypeVar("T")


class StoreUnavailable(Exception):
    """The database could not commit (disk full, locked, gone): nothing was written, and no attempt counts."""


class Claimed(Value, frozen=True):
    """A journaled mail that this process holds now; `attempts` already counts this one."""

    journal_id: int
    arrival: Arrival
    attempts: int


class Store:
    """The database of one desk; safe to use from any thread."""

    @classmethod
    def open(cls, url: str, data_dir: Path) -> Store:
        """Open the database, create or migrate it where needed; relative SQLite paths lie under `data_dir`."""
        raise NotImplementedError

    def close(self) -> None:
        """Finish what was handed in, free this process's leases, and close."""
        raise NotImplementedError

    # --- mail comes in
    def accept(self, arrival: Arrival, lease: bool = False) -> Future[Accepted]:
        """Journal a mail. `lease` claims it for this process at once (attempts=1); a mail that stands there already is not fresh."""
        raise NotImplementedError

    def claim_mails(self, limit: int) -> list[Claimed]:
        """Claim waiting mails that are due, oldest first; the attempt is counted and committed before this returns."""
        raise NotImplementedError

    # --- the desk's transactions
    def transact(self, work: Callable[[Tx], T], locks: Lookup | None = None) -> Future[T]:
        """Run `work` in one transaction under the conversation's lock.

        PostgreSQL may run it again after a deadlock, so it must do nothing but decide and call `tx`.
        """
        raise NotImplementedError

    def read(self, work: Callable[[object], T]) -> T:
        """Run a function of `store.read` on a reading connection, in this thread: `store.read(lambda db: read.status(db))`."""
        raise NotImplementedError

    # --- outbox and timers
    def claim_outbox(self, limit: int, now: dt.datetime) -> list[Queued]:
        """Claim mails that are due to leave; the attempt is counted and the next one pushed forward before this returns."""
        raise NotImplementedError

    def mark_data_sent(self, ids: Sequence[int]) -> Future[None]:
        """Commit that the final dot is about to be written: from here on the fate of these attempts can be unknown.

        A claimed mail whose process dies before this mark was surely not sent and is simply tried again.
        """
        raise NotImplementedError

    def finish(self, attempts: Sequence[Attempt]) -> Future[None]:
        """Write down what attempts came to; `WAITING` with `retry_at` tries again."""
        raise NotImplementedError

    def claim_timers(self, limit: int, now: dt.datetime) -> list[Due]:
        """Claim timers that are due; `Tx.apply` of a decision with cause TimerDue ends one, `Tx.defer_timer` puts it off."""
        raise NotImplementedError

    # --- policies
    def save_policy(self, digest: str, texts: Mapping[str, str], who: str) -> None:
        """Store a revision of the policy; the same digest is stored once."""
        raise NotImplementedError

    def activate(self, digest: str, who: str = "") -> None:
        """Make a stored revision the one that decisions use from the next transaction on."""
        raise NotImplementedError

    def active_policy(self) -> str:
        """Give the digest of the active revision, "" if there is none."""
        raise NotImplementedError

    def policy_texts(self, digest: str) -> dict[str, str]:
        """Give the files of a revision by path; raises KeyError for an unknown digest."""
        raise NotImplementedError


class Tx:
    """One transaction of the desk. `now` is the moment given to `snapshot`."""

    def snapshot(
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
        raise NotImplementedError

    def earlier(self, cause: Cause) -> Written | None:
        """Give what this cause led to, if it was decided before (a timer that was cancelled counts as decided); else None."""
        raise NotImplementedError

    def apply(self, decision: Decision, snapshot: Snapshot, policy: str = "") -> Written:
        """Write a decision down: ticket, timeline, people, known ids, timers, and the decision itself.

        A cause that was applied before changes nothing: `repeated` is True in what is returned, and nothing should be queued.
        Say and Tell are not looked at: their letters come through `queue`.
        """
        raise NotImplementedError

    def queue(self, letters: Sequence[Outgoing], lease: bool = False) -> tuple[Queued, ...]:
        """Put finished letters into the outbox; one whose effect key stands there already is left out of what is returned.

        `lease` claims those that may leave at once for this process (`attempts` is 1; the others come back with 0).
        """
        raise NotImplementedError

    def finish_mail(self, journal_id: int, note: str = "") -> None:
        """End the waiting of a journaled mail; `note` says why, where no entry does."""
        raise NotImplementedError

    def defer_mail(self, journal_id: int, until: dt.datetime, problem: str = "", count_attempt: bool = True) -> None:
        """Free a mail and try it again later; `count_attempt=False` takes the claim's attempt back (waiting for a parent)."""
        raise NotImplementedError

    def quarantine(self, journal_id: int, problem: str) -> None:
        """Put a mail aside for the admins, with what went wrong."""
        raise NotImplementedError

    def defer_timer(self, timer_id: int, until: dt.datetime, problem: str = "") -> None:
        """Free a timer and try it again later; after five attempts it is put aside as failed."""
        raise NotImplementedError

    def active_policy(self) -> str:
        """Give the digest that is active in this transaction."""
        raise NotImplementedError
