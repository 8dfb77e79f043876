"""The one thread that writes to SQLite, committing in groups so that many mails share one fsync.

Each item of a group has a savepoint of its own: one that fails takes nothing else with it. A commit that fails (disk
full) fails every item of its group. Quick items go first, in groups of their own, so that a 250 never waits behind rules.
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
GROUP_SECONDS_WHEN_AWAITED = 0.005
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

    task: Callable[[Connection], Any]
    future: "Future[Any]"


class Settled(NamedTuple):
    """What became of an item; true only once its group is committed."""

    future: "Future[Any]"
    result: Any = None
    failure: BaseException | None = None


class Writer:
    """A queue of items and the thread that empties it."""

    def __init__(self, driver: sqlite3.Connection, connection: Connection, turn: Turnstile) -> None:
        self._driver = driver
        self._connection = connection
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
            self._lanes[lane].append(Item(task, future))
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
            for lane in Lane:
                if self._lanes[lane]:
                    self._turn.enter()
                    try:
                        settled = self._commit_group(lane)
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

    def _commit_group(self, lane: Lane) -> list[Settled]:
        """Run waiting items in one transaction."""
        settled: list[Settled] = []
        try:
            self._driver.execute("BEGIN IMMEDIATE")
            self._run_group(lane, settled)
            reach(f"before-{lane}-commit")
            self._driver.execute("COMMIT")
            reach(f"after-{lane}-commit")
        except Exception as problem:  # noqa: BLE001 -- whatever it was, all who wait must hear that nothing was written
            if self._driver.in_transaction:
                self._driver.execute("ROLLBACK")
            lost = StoreUnavailable(f"nothing was written: {problem}")
            futures = [one.future for one in settled] or [item.future for item in self._take_all(lane)]
            return [Settled(future, failure=lost) for future in futures]
        return settled

    def _run_group(self, lane: Lane, settled: list[Settled]) -> None:
        """Run items until the group's time is over; decisions make room early when somebody waits for a 250."""
        start = time.monotonic()
        items = self._lanes[lane]
        while items and len(settled) < GROUP_ITEMS:
            item = items.popleft()
            if item.future.set_running_or_notify_cancel():
                settled.append(self._run_item(item))
                if (
                    not self._driver.in_transaction
                ):  # SQLite took everything back by itself: no space, no memory, no disk
                    raise StoreUnavailable(str(settled[-1].failure))
            awaited = lane is Lane.WORK and self._lanes[Lane.QUICK]
            if time.monotonic() - start > (GROUP_SECONDS_WHEN_AWAITED if awaited else GROUP_SECONDS):
                return

    def _run_item(self, item: Item) -> Settled:
        try:
            self._driver.execute("SAVEPOINT item")
            result = item.task(self._connection)
            self._driver.execute("RELEASE item")
            return Settled(item.future, result)
        except BaseException as failure:  # noqa: BLE001 -- it belongs to who submitted the item, not to this thread
            if self._driver.in_transaction:
                self._driver.execute("ROLLBACK TO item")
                self._driver.execute("RELEASE item")
            return Settled(item.future, failure=_name(failure))

    def _take_all(self, lane: Lane) -> list[Item]:
        """Take what waits in a lane whose transaction could not even begin."""
        items = self._lanes[lane]
        return [
            item for item in (items.popleft() for _ in range(len(items))) if item.future.set_running_or_notify_cancel()
        ]


def _name(failure: BaseException) -> BaseException:
    """Tell trouble of the machine, for which no mail is to blame, from trouble of the item."""
    code = getattr(failure, "sqlite_errorcode", 0) & 0xFF
    return StoreUnavailable(f"nothing was written: {failure}") if code in _MACHINE else failure


def _tell(settled: list[Settled]) -> None:
    for future, result, failure in settled:
        if failure is None:
            future.set_result(result)
        else:
            future.set_exception(failure)
