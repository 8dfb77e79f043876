"""Open the desk's database and offer what the rest of the program may ask of it.

Writes go through futures that resolve only after COMMIT: `accept` for arriving mail, `transact` for decisions.
`read` runs at once, on a connection of its own. Nothing outside this room sees SQL or a connection.
"""

import datetime as dt
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from maildesk.model.decision import TimerKind
from maildesk.model.mail import Accepted, Arrival
from maildesk.model.outgoing import Attempt, OutboxState, Queued
from maildesk.model.snapshot import Due, Lookup
from maildesk.store import claim, erasure, indexing, journal, links, mailboxes, outbox, people, policies
from maildesk.store import owner as owners
from maildesk.store.codec import from_us
from maildesk.store.engines.connection import Connection, Row
from maildesk.store.engines.lanes import Engine, Lane, StoreUnavailable
from maildesk.store.engines.opening import open_engine
from maildesk.store.failpoint import reach
from maildesk.store.journal import Claimed
from maildesk.store.loads import Loads
from maildesk.store.pace import Pace
from maildesk.store.traces import Traces, find_traces
from maildesk.store.tx import Tx

__all__ = ["Claimed", "Store", "StoreUnavailable", "Tx"]

T = TypeVar("T")
LARGE = 65_536  # a mail of more bytes is digested and compressed in a thread of its own, not in the caller's loop


class Store:
    """The database of one desk; safe to use from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._owner = owners.new_owner(os.getpid())
        self._loads = Loads()
        self._pace = Pace()
        self._packers = ThreadPoolExecutor(2, thread_name_prefix="store-pack")
        self._holding = threading.Lock()
        self._let_go: set[int] = set()
        self._heart: threading.Thread | None = None
        self._stop = threading.Event()

    @classmethod
    def open(cls, url: str, data_dir: Path) -> "Store":
        """Open the database, create or migrate it where needed; relative SQLite paths lie under `data_dir`."""
        return cls(open_engine(url, data_dir))

    def close(self) -> None:
        """Finish what was handed in, give back what this process holds, and close."""
        self._packers.shutdown()
        self._stop.set()
        if self._heart is not None:
            self._heart.join()
            self._engine.submit(Lane.WORK, lambda db: claim.leave(db, self._owner)).exception()
        self._engine.close()

    # ---- mail comes in

    def accept(self, arrival: Arrival, lease: bool = False) -> "Future[Accepted]":
        """Journal a mail; `lease` claims it for this process at once. One that stands there already is not `fresh`."""
        owner, now = self._hold() if lease else None, _now()
        if len(arrival.raw) <= LARGE:
            return self._journal(journal.prepare(arrival, owner, now))
        done: Future[Accepted] = Future()
        packing = self._packers.submit(journal.prepare, arrival, owner, now)
        packing.add_done_callback(lambda packed: _follow(packed, self._journal, done))
        return done

    def claim_mails(self, limit: int, now: dt.datetime | None = None, most_bytes: int = 1 << 40) -> list[Claimed]:
        """Claim waiting mails that are due, oldest first; the attempts are counted and committed before this returns.

        They come with their bytes: of `most_bytes` or less, or it is one mail.
        """
        owner, moment = self._hold(), now or _now()

        dropped = list(self._let_go)

        def task(db: Connection) -> list[Row]:
            claim.give_back(db, dropped, owner)
            rows = claim.leave_bulk(db, claim.claim(db, claim.MAILS, owner, moment, limit), owner, most_bytes)
            return rows + claim.claim(db, claim.MARKED_MAILS, owner, moment, 1)

        rows = self._quick(task).result()
        self._let_go.difference_update(dropped)
        reach("after-claim-mails")
        return self.read(lambda db: journal.read_claimed(db, rows)) if rows else []

    def let_go(self, journal_id: int) -> None:
        """Say that this process no longer has a mail in hand, without the database: the next claim will find it again.

        For a mail whose decision could not be written because the database was unavailable.
        """
        self._let_go.add(journal_id)

    def retry_mail(self, journal_id: int) -> bool:
        """Let a quarantined mail be tried afresh; tell whether there was one."""
        return self._quick(lambda db: journal.retry(db, journal_id, _now())).result()

    # ---- the desk's transactions

    def transact(self, work: Callable[[Tx], T], locks: Lookup | None = None) -> "Future[T]":
        """Run `work` in one transaction under the conversation's lock.

        It may be run again (after a deadlock on PostgreSQL, with its group on SQLite), so it does nothing but decide and call `tx`.
        """
        owner, runs = self._owner, 0

        def task(db: Connection) -> T:
            nonlocal runs
            runs += 1
            if runs > 1:
                self._recount()
            try:
                return work(Tx(db, owner, self._loads, self._pace, locks=locks, again=runs > 1))
            except BaseException:
                self._recount()
                raise

        future = self._engine.submit(Lane.WORK, task)
        future.add_done_callback(self._doubt)
        return future

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run a function of `store.read` or `store.verify` on a reading connection, in this thread."""
        return self._engine.read(work)

    # ---- outbox and timers

    def claim_outbox(self, limit: int, now: dt.datetime) -> list[Queued]:
        """Claim letters that are due to leave; the attempt is counted and the next pushed forward before this returns."""
        return self._claim_outbox(claim.LETTERS, limit, now)

    def claim_calls(self, limit: int, now: dt.datetime) -> list[Queued]:
        """Claim calls of hooks that are due, in the same way."""
        return self._claim_outbox(claim.CALLS, limit, now)

    def _claim_outbox(self, queue: claim.Queue, limit: int, now: dt.datetime) -> list[Queued]:
        owner = self._hold()

        def task(db: Connection) -> list[Row]:
            return claim.claim(db, queue, owner, now, limit)

        rows = self._quick(task).result()
        reach("after-claim-outbox")
        return self.read(lambda db: outbox.read_queued(db, rows)) if rows else []

    def mark_data_sent(self, ids: Sequence[int]) -> "Future[None]":
        """Commit that the final dot is about to be written: from here on the fate of these attempts can be unknown.

        A claimed letter whose process dies before this mark was surely not sent, and is simply tried again.
        """
        return self._quick(lambda db: outbox.mark_data_sent(db, list(ids), self._owner))

    def finish(self, attempts: Sequence[Attempt]) -> "Future[None]":
        """Write down what attempts came to; `WAITING` with `retry_at` tries again."""
        return self._quick(lambda db: outbox.finish(db, attempts, self._owner, _now()))

    def retry_letters(self, ids: Sequence[int]) -> list[int]:
        """Send letters (again) that failed, are unsure or held; give the ids of those that now wait."""
        old = (OutboxState.FAILED, OutboxState.UNSURE, OutboxState.HELD, OutboxState.DROPPED, OutboxState.WAITING)
        return self._quick(lambda db: outbox.set_state(db, list(ids), old, OutboxState.WAITING, _now())).result()

    def drop_letters(self, ids: Sequence[int]) -> list[int]:
        """Give letters up that have not left; give the ids of those that were."""
        old = (OutboxState.WAITING, OutboxState.HELD, OutboxState.FAILED, OutboxState.UNSURE)
        return self._quick(lambda db: outbox.set_state(db, list(ids), old, OutboxState.DROPPED, _now())).result()

    def mute(self, address: str, why: str) -> None:
        """Send an address no automatic mail from now on."""
        self._quick(lambda db: people.mute(db, address, why, _now())).result()

    def unmute(self, address: str) -> bool:
        """Let an address get automatic mail again; tell whether it was muted."""
        return self._quick(lambda db: people.unmute(db, address)).result()

    def settle_brake(self, release: bool) -> tuple[int, int]:
        """Let go (or drop) the automatic mails that the storm brake holds; give how many left, and how many were dropped."""
        return self._quick(lambda db: outbox.settle_held(db, release, _now())).result()

    def revoke_files(self, number: int) -> bool:
        """End every link to files of a ticket that was sent so far; tell whether there is such a ticket."""
        return self._quick(lambda db: links.revoke_files(db, number)).result()

    def hold_letters(self, ids: Sequence[int]) -> list[int]:
        """Keep waiting letters back until somebody retries or drops them."""
        old = (OutboxState.WAITING,)
        return self._quick(lambda db: outbox.set_state(db, list(ids), old, OutboxState.HELD, _now())).result()

    def claim_timers(self, limit: int, now: dt.datetime) -> list[Due]:
        """Claim timers that are due; `Tx.apply` of a decision with cause TimerDue ends one, `Tx.defer_timer` puts it off."""
        owner = self._hold()
        rows = self._quick(lambda db: claim.claim(db, claim.TIMERS, owner, now, limit)).result()
        return [Due(number, ticket, TimerKind(kind), from_us(due)) for number, ticket, kind, due in rows]

    # ---- policies

    def save_policy(self, digest: str, texts: Mapping[str, str], who: str) -> None:
        """Store a revision of the policy; the same digest is stored once."""
        self._quick(lambda db: policies.save(db, digest, texts, who, _now())).result()

    def activate(self, digest: str, who: str = "") -> None:
        """Make a stored revision the one that decisions use from the next transaction on."""
        self._quick(lambda db: policies.activate(db, digest, who, _now())).result()

    def active_policy(self) -> str:
        """Give the digest of the active revision, "" if there is none."""
        return self.read(policies.find_active)

    def policy_texts(self, digest: str) -> dict[str, str]:
        """Give the files of a revision by path; raises KeyError for an unknown digest."""
        return self.read(lambda db: policies.read_texts(db, digest))

    # ---- mailboxes that are polled

    def recognise(self, arrivals: Sequence[Arrival], epoch: str) -> set[str]:
        """Give the keys of mails the journal has already, from before their folder was numbered anew; they are renamed."""
        known, renamed = self.read(lambda db: mailboxes.find_same(db, arrivals, epoch))
        if renamed:
            self._quick(lambda db: mailboxes.rename(db, renamed)).result()
        return known

    def take_lease(self, name: str) -> bool:
        """Tell whether it is this process's turn at something; it stays so until the process dies or gives it back."""
        owner = self._hold()
        if self.read(lambda db: mailboxes.holds_lease(db, name, owner)):
            return True
        return self._quick(lambda db: mailboxes.take_lease(db, name, owner)).result()

    def give_lease_back(self, name: str) -> None:
        """End this process's turn, if it has it."""
        self._quick(lambda db: mailboxes.give_lease_back(db, name, self._owner)).result()

    # ---- notes to itself

    def find_trouble(self) -> str:
        """Say why nothing can be written now, "" if something can: it is tried."""

        def task(db: Connection) -> None:
            db.run("INSERT INTO meta (key, value) VALUES ('written', '') ON CONFLICT (key) DO NOTHING")
            db.run("DELETE FROM meta WHERE key = 'written'")

        try:
            self._quick(task).result()
        except StoreUnavailable as problem:
            return str(problem)
        return ""

    def set_meta(self, key: str, value: str) -> "Future[None]":
        """Keep a small fact, such as when a mailbox was last seen."""

        def task(db: Connection) -> None:
            db.run(
                "INSERT INTO meta (key, value) VALUES (:key, :value)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                key=key,
                value=value,
            )

        return self._quick(task)

    def meta(self, prefix: str = "") -> dict[str, str]:
        """Give the small facts whose keys begin so."""
        return self.read(
            lambda db: db.pairs("SELECT key, value FROM meta WHERE substr(key, 1, :n) = :p", n=len(prefix), p=prefix)
        )

    def index_words(self, limit: int = 200) -> int:
        """Index the words of the next entries, for `search.find_tickets`; give how many, 0 if none is left."""
        found = self.read(lambda db: indexing.gather(db, limit))
        if found.words:
            self._quick(lambda db: indexing.write(db, found)).result()
        return len(found.words)

    def erase(self, address: str, nobody: str) -> Traces:
        """Erase a person, in short transactions; give what was found. What comes in meanwhile is found by a second call."""
        traces = self.read(lambda db: find_traces(db, address))
        for some in erasure.portions(traces):
            self._engine.submit(
                Lane.WORK, partial(erasure.erase_rows, address=address, nobody=nobody, traces=some)
            ).result()
        self._engine.submit(Lane.WORK, lambda db: erasure.erase_person(db, address, nobody)).result()
        return traces

    def forget_words(self) -> None:
        """Empty the index of words, to be filled anew by `index_words`."""
        self._quick(indexing.forget).result()

    def free_abandoned(self) -> int:
        """Free what processes that are gone have left, now; give how many mails. Also happens every 15 s by itself."""
        return self._quick(claim.free_abandoned).result()

    # ---- inside

    def _doubt(self, done: "Future[Any]") -> None:
        """Count the agents' loads anew when a transaction was not committed after all."""
        if done.cancelled() or done.exception() is not None:
            self._recount()

    def _recount(self) -> None:
        self._loads.forget()
        self._pace.forget()

    def _journal(self, prepared: journal.Prepared) -> "Future[Accepted]":
        return self._engine.submit(Lane.QUICK, lambda db: journal.accept(db, prepared), single=True)

    def _quick(self, task: Callable[[Connection], T]) -> "Future[T]":
        return self._engine.submit(Lane.QUICK, task)

    def _hold(self) -> str:
        """Name this process as a holder of rows; the first time, say that it lives, and free what the dead have left."""
        if self._heart is None:
            with self._holding:
                if self._heart is None:
                    self._beat()
                    self._heart = threading.Thread(target=self._live, name="store-heart", daemon=True)
                    self._heart.start()
        return self._owner

    def _live(self) -> None:
        while not self._stop.wait(owners.HEARTBEAT.total_seconds()):
            try:
                self._beat()
            except StoreUnavailable:
                continue  # the next beat is soon enough; until LEASE is over nothing is lost

    def _beat(self) -> None:
        def task(db: Connection) -> None:
            owners.register(db, self._owner)
            claim.free_abandoned(db)

        self._quick(task).result()


def _follow(packed: "Future[T]", then: "Callable[[T], Future[Accepted]]", done: "Future[Accepted]") -> None:
    """Go on with what one future gave, and let `done` end as the second one does."""
    try:
        second = then(packed.result())
    except BaseException as problem:  # noqa: BLE001 -- it belongs to who waits for `done`
        done.set_exception(problem)
        return
    second.add_done_callback(lambda inner: _copy(inner, done))


def _copy(inner: "Future[Accepted]", done: "Future[Accepted]") -> None:
    problem = inner.exception()
    if problem is None:
        done.set_result(inner.result())
    else:
        done.set_exception(problem)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
