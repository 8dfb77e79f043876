"""SQLite: one file, one writing thread, as many readers as are asked for."""

import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar, cast

from sqlalchemy import Engine as Pool
from sqlalchemy import create_engine, event

from maildesk.store.engines.connection import Connection
from maildesk.store.engines.lanes import Lane, StoreUnavailable
from maildesk.store.engines.turnstile import Turnstile
from maildesk.store.engines.writer import Writer

T = TypeVar("T")

_WRITER_CACHE_KB = 24_576  # a sixth of what a daemon may take
OLDEST = (3, 35)  # the first with RETURNING
_PRAGMAS = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # NORMAL may lose acknowledged mail when the power goes
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA cache_size = -8192",
    "PRAGMA temp_store = MEMORY",
)


def open_pool(file: Path) -> Pool:
    """Make the file, for its owner's eyes only, and a pool of connections to it."""
    if sqlite3.sqlite_version_info < OLDEST:
        raise StoreUnavailable(f"SQLite {sqlite3.sqlite_version} is too old: 3.35 or newer is needed")
    if not file.parent.exists():
        file.parent.mkdir(parents=True, mode=0o700)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))  # -wal and -shm take their mode from it
    pool = create_engine(
        f"sqlite:///{file}",
        paramstyle="named",
        connect_args={"isolation_level": None, "check_same_thread": False, "cached_statements": 512},
        pool_size=8,
        max_overflow=24,
    )
    event.listen(pool, "connect", _set_up)
    return pool


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(pragma)


class SqliteEngine:
    """One open database file."""

    def __init__(self, pool: Pool, file: Path) -> None:
        self._pool = pool
        self._turn = Turnstile(file)
        self._held = pool.raw_connection()  # the writer's, for as long as the store is open
        driver = cast(sqlite3.Connection, self._held.dbapi_connection)
        driver.execute(f"PRAGMA cache_size = -{_WRITER_CACHE_KB}")
        self._writer = Writer(driver, Connection(driver.cursor(), pool.dialect), self._turn)

    def submit(self, lane: Lane, task: Callable[[Connection], T], *, single: bool = False) -> "Future[T]":  # noqa: ARG002 -- for PostgreSQL
        """Hand a task to the writing thread."""
        return self._writer.submit(lane, task)

    def read(self, task: Callable[[Connection], T]) -> T:
        """Run a task on one unchanging view of the database."""
        raw = self._pool.raw_connection()
        cursor = raw.cursor()
        try:
            cursor.execute("BEGIN")
            try:
                return task(Connection(cursor, self._pool.dialect))
            finally:
                cursor.execute("ROLLBACK")
        finally:
            cursor.close()
            raw.close()

    def close(self) -> None:
        """Let the writing thread finish what was submitted, then close all connections."""
        self._writer.close()
        self._held.close()
        self._pool.dispose()
        self._turn.close()
