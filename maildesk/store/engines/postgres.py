"""PostgreSQL: a few threads with a connection each; what deadlocks or meets a conflict is run again.

READ COMMITTED, on purpose: at REPEATABLE READ the snapshot would be older than the wait for the conversation's lock.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, create_engine, event
from sqlalchemy import Engine as Pool
from sqlalchemy.exc import DBAPIError

from maildesk.store.engines.connection import Connection
from maildesk.store.engines.lanes import Conflict, Lane, StoreUnavailable
from maildesk.store.failpoint import reach

T = TypeVar("T")

THREADS = {Lane.QUICK: 4, Lane.WORK: 8}
RUNS = 8
RUNS_WITHOUT_SERVER = 3
_SETTINGS = (
    "SET synchronous_commit = on",
    "SET lock_timeout = '10s'",
    "SET idle_in_transaction_session_timeout = '30s'",
    "SET timezone = 'UTC'",
)
_AGAIN = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not had in time


def open_pool(url: URL) -> Pool:
    """Make a pool of connections that notice a dead server within a minute."""
    pool = create_engine(
        url,
        connect_args={
            "connect_timeout": 10,
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
        },
        pool_size=sum(THREADS.values()),
        max_overflow=16,
    )
    event.listen(pool, "connect", _set_up)
    return pool


def _set_up(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        for setting in _SETTINGS:
            cursor.execute(setting)
    connection.commit()


class PostgresEngine:
    """One database; daemons on other machines may work on it at the same time."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._driver: Any = pool.dialect.loaded_dbapi
        self._closed = threading.Event()
        self._threads = {
            lane: ThreadPoolExecutor(count, thread_name_prefix=f"store-{lane.value}") for lane, count in THREADS.items()
        }

    def submit(self, lane: Lane, task: Callable[[Connection], T], *, single: bool = False) -> "Future[T]":
        """Hand a task to a thread of its lane."""
        if self._closed.is_set():
            raise StoreUnavailable("the store is closed")
        return self._threads[lane].submit(self._run, lane, task, single)

    def read(self, task: Callable[[Connection], T]) -> T:
        """Run a task on one unchanging view of the database."""
        try:
            with self._borrow() as (raw, connection):
                connection.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                result = task(connection)
                raw.rollback()
                return result
        except (self._driver.Error, DBAPIError) as problem:
            raise StoreUnavailable(str(problem).strip()) from problem

    def close(self) -> None:
        """Finish what was submitted, then close all connections."""
        self._closed.set()
        for threads in self._threads.values():
            threads.shutdown()
        self._pool.dispose()

    def _run(self, lane: Lane, task: Callable[[Connection], T], single: bool) -> T:
        """Run a transaction until it passes; every task bears being run again, because every effect has a key."""
        run = 0
        while True:
            run += 1
            try:
                return self._transaction(lane, task, single)
            except Conflict:
                if run == RUNS:
                    raise
            except (self._driver.Error, DBAPIError) as problem:
                state = _state(problem)
                if state not in _AGAIN and not _is_machine(state):
                    raise  # the statement or its data were wrong: running it again would not help
                if run == (RUNS if state in _AGAIN else RUNS_WITHOUT_SERVER):
                    raise StoreUnavailable(f"nothing was written: {problem}") from problem
            time.sleep(random.uniform(0.001, 0.02) * run)  # noqa: S311 -- so that two who met do not meet again

    def _transaction(self, lane: Lane, task: Callable[[Connection], T], single: bool) -> T:
        with self._borrow() as (raw, connection):
            if single:  # saves the two round trips of BEGIN and COMMIT
                raw.autocommit = True
                try:
                    reach(f"before-{lane}-commit")
                    result = task(connection)
                    reach(f"after-{lane}-commit")
                    return result
                finally:
                    raw.autocommit = False
            result = task(connection)
            reach(f"before-{lane}-commit")
            raw.commit()
            reach(f"after-{lane}-commit")
            return result

    @contextmanager
    def _borrow(self) -> Iterator[tuple[Any, Connection]]:
        """Lend a driver's connection; what was not committed is rolled back, a broken connection is thrown away."""
        proxy = self._pool.raw_connection()
        raw: Any = proxy.driver_connection
        try:
            with raw.cursor() as cursor:
                yield raw, Connection(cursor, self._pool.dialect)
        except BaseException:
            if raw.closed or raw.broken:
                proxy.invalidate()
            raise
        finally:
            proxy.close()


def _state(problem: Exception) -> str:
    """Give the SQLSTATE; the driver's own errors about a connection that is gone have none."""
    cause = problem.orig if isinstance(problem, DBAPIError) else problem
    state = getattr(cause, "sqlstate", None)
    if state:
        return str(state)
    return "08000" if type(cause).__name__ in ("OperationalError", "InterfaceError") else "HV000"


def _is_machine(state: str) -> bool:
    """Tell trouble of the server or the way to it: connection, resources, shutdown, system."""
    return state[:2] in ("08", "53", "57", "58")
