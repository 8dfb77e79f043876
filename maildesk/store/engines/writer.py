"""The one thread that writes to SQLite, committing in groups so that many mails share one fsync.

An item that fails takes nothing else with it: what its group had done is taken back and done again, now with a savepoint for
each (as every task bears, for PostgreSQL may run it again, too); savepoints for all that goes well would cost a tenth of storing.
A commit that fails (disk full) fails every item of its group. Quick items go first, and a group that has one ends soon, so that a
250 waits behind one decision at most.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NamedTuple, TypeVar

from maildesk.store.engines.connection import Connection
from maildesk.store.engines.lanes import Lane, StoreUnavailable
from maildesk.store.engines.turnstile import Turnstile
from maildesk.store.failpoint import reach

T = TypeVar("T")

GROUP_SECONDS = 0.05
GROUP_SECONDS_WHEN_AWAITED = 0.01
GROUP_ITEMS = 500
_MACHINE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}


class Item(NamedTuple):
    """A task that waits for its turn, and who waits for it."""

    lane: Lane
    task: Callable[[Connection], Any]
    future: "Future[Any]"


class Settled(NamedTuple):
    """What became of an item; true only once its group is committed."""

    item: Item
    result: Any = None
    failure: BaseException | None = None


class Writer:
    """A queue of items and the thread that empties it."""

    def __init__(self, driver: sqlite3.Connection, connection: Connection, turn: Turnstile) -> None:
        self._driver = driver
        self._connection = connection
        self._memory = connection.memory = {}
        self._turn = turn
        self._lanes: dict[Lane, deque[Item]] = {lane: deque() for lane in Lane}
        self._wake = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, lane: Lane, task: Callable[[Connection], T]) -> "Future[T]":
        """Queue a task."""
        future: Future[T] = Future()
        with self._wake:
            if self._closing:
                raise StoreUnavailable("the store is closed")
            self._lanes[lane].append(Item(lane, task, future))
            self._wake.notify()
        return future

    def close(self) -> None:
        """Finish what is queued, then end the thread."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        while self._wait():
            self._turn.enter()
            try:
                settled = self._commit_group()
            finally:
                self._turn.leave()
            _tell(settled)

    def _wait(self) -> bool:
        with self._wake:
            while not any(self._lanes.values()):
                if self._closing:
                    return False
                self._wake.wait()
            return True

    def _commit_group(self) -> list[Settled]:
        """Run waiting items in one transaction."""
        taken: list[Item] = []
        try:
            self._driver.execute("BEGIN IMMEDIATE")
            self._look()
            settled = self._run_group(taken)
            lanes = sorted({item.lane for item in taken})
            for lane in lanes:
                reach(f"before-{lane}-commit")
            self._driver.execute("COMMIT")
            for lane in lanes:
                reach(f"after-{lane}-commit")
        except Exception as problem:  # noqa: BLE001 -- whatever it was, all who wait must hear that nothing was written
            self._memory.clear()
            if self._driver.in_transaction:
                self._driver.execute("ROLLBACK")
            lost = StoreUnavailable(f"nothing was written: {problem}")
            return [Settled(item, failure=lost) for item in taken or self._take_all()]
        return settled

    def _look(self) -> None:
        """See whether another process has written since; nobody else can until this transaction ends."""
        version: int = self._driver.execute("PRAGMA data_version").fetchone()[0]
        if version != self._connection.version:
            self._memory.clear()
            self._connection.version = version

    def _run_group(self, taken: list[Item]) -> list[Settled]:
        """Run items until the group's time is over; `taken` names them also to who must say that all was in vain."""
        start = time.monotonic()
        settled: list[Settled] = []
        lanes: set[Lane] = set()
        careful = False
        while len(taken) < GROUP_ITEMS and (item := self._next(lanes, time.monotonic() - start)):
            if not item.future.set_running_or_notify_cancel():
                continue
            taken.append(item)
            lanes.add(item.lane)
            if careful:
                settled.append(self._run_apart(item))
                continue
            try:
                settled.append(Settled(item, item.task(self._connection)))
            except BaseException as failure:  # noqa: BLE001 -- it belongs to who submitted the item, not to this thread
                settled = self._begin_again(settled, Settled(item, failure=failure))
                careful = True
        return settled

    def _next(self, lanes: set[Lane], seconds: float) -> Item | None:
        """Take the next item: quick ones first; decisions make room early when somebody waits for a quick one."""
        quick, work = self._lanes[Lane.QUICK], self._lanes[Lane.WORK]
        most = GROUP_SECONDS_WHEN_AWAITED if Lane.QUICK in lanes else GROUP_SECONDS
        if quick and seconds <= GROUP_SECONDS:
            return quick.popleft()
        if work and (Lane.WORK not in lanes or seconds <= most):
            return work.popleft()
        return None

    def _begin_again(self, before: list[Settled], failed: Settled) -> list[Settled]:
        """Take back what an item that failed has half done; what others did before it goes with it, and is done again."""
        self._check(failed)
        self._memory.clear()
        self._driver.execute("ROLLBACK")
        self._driver.execute("BEGIN IMMEDIATE")
        assert failed.failure is not None
        return [
            *(self._run_apart(one.item) for one in before),
            failed._replace(failure=_name(failed.failure)),
        ]

    def _run_apart(self, item: Item) -> Settled:
        """Run an item in a savepoint of its own."""
        try:
            self._driver.execute("SAVEPOINT item")
            result = item.task(self._connection)
            self._driver.execute("RELEASE item")
            return Settled(item, result)
        except BaseException as failure:  # noqa: BLE001 -- it belongs to who submitted the item, not to this thread
            self._memory.clear()
            failed = Settled(item, failure=_name(failure))
            self._check(failed)
            self._driver.execute("ROLLBACK TO item")
            self._driver.execute("RELEASE item")
            return failed

    def _check(self, failed: Settled) -> None:
        """Give the group up if SQLite took everything back by itself: no space, no memory, no disk."""
        if not self._driver.in_transaction:
            raise StoreUnavailable(str(failed.failure))

    def _take_all(self) -> list[Item]:
        """Take what waits, when a transaction could not even begin."""
        items = [lane.popleft() for lane in self._lanes.values() for _ in range(len(lane))]
        return [item for item in items if item.future.set_running_or_notify_cancel()]


def _name(failure: BaseException) -> BaseException:
    """Tell trouble of the machine, for which no mail is to blame, from trouble of the item."""
    code = getattr(failure, "sqlite_errorcode", 0) & 0xFF
    return StoreUnavailable(f"nothing was written: {failure}") if code in _MACHINE else failure


def _tell(settled: list[Settled]) -> None:
    for item, result, failure in settled:
        if failure is None:
            item.future.set_result(result)
        else:
            item.future.set_exception(failure)
