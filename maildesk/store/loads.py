"""How much each agent has to do, without counting it for every decision.

Counting walks an index of all open tickets. So the numbers are kept, moved along by our own decisions, and counted anew
when another process has written (SQLite can tell) or, on PostgreSQL, when another has passed a turn on, or after a second.
"""

import threading
import time
from collections import Counter
from collections.abc import Mapping

from maildesk.model.ticket import Status, Ticket
from maildesk.store.engines.connection import Connection
from maildesk.store.people import count_loads

FRESH_SECONDS = 1.0
_OPEN = (Status.NEW, Status.OPEN, Status.WAITING)


class Loads:
    """The numbers as last counted, and what has changed since."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: tuple[Counter[str], Counter[str]] | None = None
        self._mark = 0.0
        self._turns: dict[str, int] = {}

    def read(self, db: Connection, turns: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
        """Give the open tickets of each agent, and what they weigh; who has none may be missing.

        `turns` are the moments at which turns were passed on last, as this transaction sees them: where they are not as we left
        them, somebody else gives out tickets, too.
        """
        mark = float(_version(db)) if db.sqlite else time.monotonic()
        with self._lock:
            fresh = mark == self._mark if db.sqlite else mark - self._mark < FRESH_SECONDS and self._turns == turns
            if self._counts is not None and fresh:
                loads, burdens = self._counts
                return _some(loads), _some(burdens)
        loads, burdens = map(Counter, count_loads(db))
        with self._lock:
            self._counts, self._mark, self._turns = (loads, burdens), mark, dict(turns)
        return dict(loads), dict(burdens)

    def turned(self, turns: Mapping[str, int]) -> None:
        """Follow turns that we passed on ourselves."""
        if turns:
            with self._lock:
                self._turns |= turns

    def move(self, before: Ticket | None, after: Ticket | None) -> None:
        """Follow a ticket from one state to the next (None: it did not exist, or was merged away)."""
        if (leaves := _burden(before)) == (comes := _burden(after)):
            return
        with self._lock:
            for (login, weight), sign in ((leaves, -1), (comes, 1)):
                if login and self._counts is not None:
                    self._counts[0][login] += sign
                    self._counts[1][login] += sign * weight

    def forget(self) -> None:
        """Count anew: something that was followed did not happen after all."""
        with self._lock:
            self._counts = None


def _version(db: Connection) -> int:
    """Give a number that changes when another process has written."""
    found: int = db.value("PRAGMA data_version") if db.version is None else db.version
    return found


def _some(counts: Counter[str]) -> dict[str, int]:
    return {login: count for login, count in counts.items() if count > 0}


def _burden(ticket: Ticket | None) -> tuple[str, int]:
    """Say on whom a ticket weighs, and how much."""
    return (ticket.assignee, ticket.priority.weight) if ticket and ticket.status in _OPEN else ("", 0)
