"""What is remembered of an address, and who has how much to do."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from maildesk.model.snapshot import History
from maildesk.store.codec import domain_of, from_us, to_us
from maildesk.store.engines.connection import Connection

MOST_TICKETS = 100  # counted no further: "a frequent customer" is all that is asked
SUPPRESSED = dt.timedelta(days=90)
_FACTS = (
    "SELECT 'day', rcpt_key, COUNT(*), '' FROM outbox WHERE rcpt_key IN :addresses AND counted AND created > :day"
    " GROUP BY rcpt_key"
    " UNION ALL SELECT 'hour', rcpt_domain, COUNT(*), '' FROM outbox WHERE rcpt_domain IN :domains AND counted"
    " AND created > :hour GROUP BY rcpt_domain"
    " UNION ALL SELECT 'feedback', rcpt_key, MAX(created), '' FROM outbox WHERE rcpt_key IN :addresses"
    " AND kind = 'feedback' GROUP BY rcpt_key"
    " UNION ALL SELECT 'mute', address, 0, reason FROM suppression WHERE address IN :addresses AND at > :mute"
)
_TICKETS = (
    "SELECT a.item, (SELECT COUNT(*) FROM (SELECT 1 FROM ticket WHERE requester_key = a.item LIMIT :most) AS few),"
    " t.language, t.team FROM {list:addresses} AS a"
    " JOIN ticket AS t ON t.number = (SELECT MAX(number) FROM ticket WHERE requester_key = a.item)"
)
_DAY, _HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def load_histories(db: Connection, addresses: Sequence[str], now: dt.datetime) -> dict[str, History]:
    """Read what we know of each (folded) address."""
    if not addresses:
        return {}
    facts = defaultdict[tuple[str, str], Any](int)
    rows = db.all(
        _FACTS,
        addresses=addresses,
        domains=sorted({domain_of(address) for address in addresses}),
        day=to_us(now - _DAY),
        hour=to_us(now - _HOUR),
        mute=to_us(now - SUPPRESSED),
    )
    for fact, whose, value, text in rows:
        facts[fact, whose] = text if fact == "mute" else value
    tickets = {
        address: (count, language, team)
        for address, count, language, team in db.all(_TICKETS, addresses=addresses, most=MOST_TICKETS)
    }
    found = {}
    for address in addresses:
        count, language, team = tickets.get(address, (0, "", ""))
        found[address] = History(
            address=address,
            tickets=count,
            last_language=language,
            automatic_day=facts["day", address],
            domain_hour=facts["hour", domain_of(address)],
            last_feedback=from_us(asked) if (asked := facts["feedback", address]) else None,
            suppressed=facts["mute", address] or "",
            team=team,
        )
    return found


def load_rotation(db: Connection, locked: bool = False) -> dict[str, str]:
    """Say who of each team was given the last ticket in turn; `locked` keeps it so until this transaction ends."""
    if locked:
        return db.pairs("SELECT team, login FROM rotation ORDER BY team {pg: FOR UPDATE}")
    return db.pairs("SELECT team, login FROM rotation")


def count_loads(db: Connection) -> dict[str, int]:
    """Count the open tickets of each agent."""
    return db.pairs(
        "SELECT assignee, COUNT(*) FROM ticket WHERE status IN ('new', 'open', 'waiting') AND assignee <> ''"
        " GROUP BY assignee"
    )
