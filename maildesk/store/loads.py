"""How many open tickets each agent has, without counting them for every decision.

Counting walks an index of all open tickets. So the numbers are kept, moved along by our own decisions, and counted anew
when another process has written (SQLite can tell) or after a second (PostgreSQL).
"""

import threading
import time
from collections import Counter

from maildesk.model.ticket import Status, Ticket
from maildesk.store.engines.connection import Connection
from maildesk.store.people import count_loads

FRESH_SECONDS = 1.0
_OPEN = (Status.NEW, Status.OPEN, Status.WAITING)


class Loads:
    """The numbers as last counted, and what has changed since."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] | None = None
        self._mark = 0.0

    def read(self, db: Connection) -> dict[str, int]:
        """Give the open tickets of each agent; who has none may be missing."""
        mark = float(db.value("PRAGMA data_version")) if db.sqlite else time.monotonic()
        with self._lock:
            fresh = mark == self._mark if db.sqlite else mark - self._mark < FRESH_SECONDS
            if self._counts is not None and fresh:
                return {login: count for login, count in self._counts.items() if count > 0}
        counts = count_loads(db)
        with self._lock:
            self._counts, self._mark = Counter(counts), mark
        return counts

    def move(self, before: Ticket | None, after: Ticket | None) -> None:
        """Follow a ticket from one state to the next (None: it did not exist, or was merged away)."""
        if (leaves := _bearer(before)) == (comes := _bearer(after)):
            return
        with self._lock:
            if self._counts is None:
                return
            if leaves:
                self._counts[leaves] -= 1
            if comes:
                self._counts[comes] += 1

    def forget(self) -> None:
        """Count anew: something that was followed did not happen after all."""
        with self._lock:
            self._counts = None


def _bearer(ticket: Ticket | None) -> str:
    return ticket.assignee if ticket and ticket.status in _OPEN else ""
