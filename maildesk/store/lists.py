"""Lists of tickets for an agent: what is on his desk or his team's, what a customer had before, what a search found."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from maildesk.model.sheet import Brief
from maildesk.model.ticket import Priority, Status
from maildesk.store.codec import from_us
from maildesk.store.engines.connection import Connection, Row
from maildesk.store.search import find_tickets

MOST_FOUND = 20
_BRIEF = "SELECT number, subject, status, team, assignee, priority, requester, requester_name, updated FROM ticket"
_UNDER_WAY = ("new", "open", "waiting")
_URGENT_FIRST = "CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END"


def search(db: Connection, question: str) -> tuple[Brief, ...]:
    """Answer `#search`: the tickets in which all words stand, each with the line that has them."""
    return tuple(
        Brief(
            hit["number"],
            hit["subject"],
            Status(hit["status"]),
            hit["team"],
            hit["assignee"],
            requester=hit["requester"],
            updated=dt.datetime.fromisoformat(hit["updated"]),
            snippet=hit["snippet"],
        )
        for hit in find_tickets(db, question, MOST_FOUND)
    )


def list_open(
    db: Connection, *, assignee: str = "", teams: Sequence[str] = (), status: Sequence[str] = _UNDER_WAY
) -> tuple[Brief, ...]:
    """List tickets, the most urgent and oldest first: of an assignee, and those of teams that nobody has; all without either."""
    whose, params = [], dict[str, Any]()
    if assignee:
        whose.append("assignee = :assignee")
        params["assignee"] = assignee
    if teams:
        whose.append("(team IN :teams AND assignee = '')" if assignee else "team IN :teams")
        params["teams"] = list(teams)
    where = f" AND ({' OR '.join(whose)})" if whose else ""
    rows = db.all(
        f"{_BRIEF} WHERE merged_into IS NULL AND NOT spam AND status IN :status{where}"
        f" ORDER BY {_URGENT_FIRST}, number LIMIT :most",
        status=list(status),
        most=2 * MOST_FOUND,
        **params,
    )
    return tuple(map(read_brief, rows))


def earlier_tickets(db: Connection, requester: str, but: int) -> tuple[Brief, ...]:
    """List the other tickets of a customer, the newest first."""
    rows = db.all(
        f"{_BRIEF} WHERE requester_key = :requester AND number <> :but AND merged_into IS NULL"
        " ORDER BY number DESC LIMIT :most",
        requester=requester,
        but=but,
        most=MOST_FOUND // 2,
    )
    return tuple(map(read_brief, rows))


def read_brief(row: Row) -> Brief:
    """Make a value of a row."""
    return Brief(row[0], row[1], Status(row[2]), row[3], row[4], Priority(row[5]), row[6], row[7], from_us(row[8]))
