"""What both databases offer to the store: two lanes for writes, and reads."""

from collections.abc import Callable
from concurrent.futures import Future
from enum import StrEnum
from typing import Protocol, TypeVar

from maildesk.store.engines.connection import Connection

T = TypeVar("T")


class StoreUnavailable(OSError):
    """The database could not commit (disk full, locked, gone): nothing was written, and no attempt counts."""


class Conflict(Exception):
    """What a decision was based on has changed meanwhile; the transaction is run again."""


class Lane(StrEnum):
    """quick: short statements that somebody waits for (accept, claim, finish); work: decisions."""

    QUICK = "quick"
    WORK = "work"


class Engine(Protocol):
    """One open database."""

    def submit(self, lane: Lane, task: Callable[[Connection], T], *, single: bool = False) -> Future[T]:
        """Run a task in a transaction; `single`: PostgreSQL may commit each statement by itself."""
        ...

    def read(self, task: Callable[[Connection], T]) -> T:
        """Run a task that only reads, now, in this thread."""
        ...

    def close(self) -> None:
        """Finish what was submitted and close all connections."""
        ...
