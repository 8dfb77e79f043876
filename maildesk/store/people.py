"""What is remembered of an address, and who has how much to do."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from maildesk.model.snapshot import History, Lookup
from maildesk.model.ticket import Priority
from maildesk.store.codec import clean, domain_of, fold, from_us, to_us
from maildesk.store.engines.connection import Connection

MANY = 3  # the same words of one author so often within an hour are one matter
MOST_TICKETS = 100  # counted no further: "a frequent customer" is all that is asked
SUPPRESSED = dt.timedelta(days=90)
_FACTS = (
    "SELECT 'day', rcpt_key, COUNT(*), '', '' FROM outbox WHERE rcpt_key IN :addresses AND counted AND created > :day"
    " GROUP BY rcpt_key"
    " UNION ALL SELECT 'hour', rcpt_domain, COUNT(*), '', '' FROM outbox WHERE rcpt_domain IN :domains AND counted"
    " AND created > :hour GROUP BY rcpt_domain"
    " UNION ALL SELECT 'feedback', rcpt_key, MAX(created), '', '' FROM outbox WHERE rcpt_key IN :addresses"
    " AND kind = 'feedback' GROUP BY rcpt_key"
    " UNION ALL SELECT 'mute', address, 0, reason, '' FROM suppression WHERE address IN :addresses AND at > :mute"
    " UNION ALL SELECT 'tickets', a.item, (SELECT COUNT(*) FROM"
    " (SELECT 1 FROM ticket WHERE requester_key = a.item LIMIT :most) AS few), t.language, t.team"
    " FROM {list:asked} AS a JOIN ticket AS t ON t.number = (SELECT MAX(number) FROM ticket WHERE requester_key = a.item)"
)
TURNS = "turns"
_TURNS = "SELECT team, login, at, 0 FROM rotation UNION ALL SELECT '', login, 0, until FROM absence"
_DAY, _HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def load_histories(db: Connection, addresses: Sequence[str], now: dt.datetime) -> dict[str, History]:
    """Read what we know of each (folded) address."""
    if not addresses:
        return {}
    rows = db.all(
        _FACTS,
        addresses=addresses,
        asked=addresses,
        domains=sorted({domain_of(address) for address in addresses}),
        day=to_us(now - _DAY),
        hour=to_us(now - _HOUR),
        mute=to_us(now - SUPPRESSED),
        most=MOST_TICKETS,
    )
    facts = {(fact, whose): values for fact, whose, *values in rows}
    return {address: _history(address, facts) for address in addresses}


def _history(address: str, facts: dict[tuple[str, str], list[Any]]) -> History:
    nothing: list[Any] = [0, "", ""]
    tickets, language, team = facts.get(("tickets", address), nothing)
    asked = facts.get(("feedback", address), nothing)[0]
    return History(
        address=address,
        tickets=tickets,
        last_language=language,
        automatic_day=facts.get(("day", address), nothing)[0],
        domain_hour=facts.get(("hour", domain_of(address)), nothing)[0],
        last_feedback=from_us(asked) if asked else None,
        suppressed=facts.get(("mute", address), nothing)[1],
        team=team,
    )


def count_questions(db: Connection, address: str, now: dt.datetime) -> int:
    """Count how often an agent was asked within an hour whether a mail was his."""
    found = db.value(
        "SELECT COUNT(*) FROM outbox WHERE rcpt_key = :address AND kind = 'agent:challenge' AND created > :hour",
        address=fold(address),
        hour=to_us(now - _HOUR),
    )
    return int(found or 0)


def find_repeated(db: Connection, author: str, lookup: Lookup, now: dt.datetime) -> int:
    """Give the newest ticket of an author who opened two with these very words within an hour; 0 if nobody did."""
    rows = db.all(
        "SELECT DISTINCT k.ticket FROM known_message AS k WHERE k.ticket IN"
        " (SELECT number FROM ticket WHERE requester_key = :author AND merged_into IS NULL ORDER BY number DESC LIMIT :most)"
        " AND k.kind = 'seen' AND k.digest = :digest AND k.at > :hour",
        author=author,
        most=MANY + 2,
        digest=lookup.body_digest,
        hour=to_us(now - _HOUR),
    )
    return max(number for (number,) in rows) if lookup.body_digest and len(rows) >= MANY - 1 else 0


def mute(db: Connection, address: str, why: str, now: dt.datetime) -> None:
    """Remember that an address gets no automatic mail."""
    db.run(
        "INSERT INTO suppression (address, reason, at) VALUES (:address, :reason, :at)"
        " ON CONFLICT (address) DO UPDATE SET reason = excluded.reason, at = excluded.at",
        address=fold(address),
        reason=clean(why) or "suppressed",
        at=to_us(now),
    )


def unmute(db: Connection, address: str) -> bool:
    """Forget that; tell whether there was anything to forget."""
    return db.run("DELETE FROM suppression WHERE address = :address", address=fold(address)) > 0


class Turns(NamedTuple):
    """Who of each team was given the last ticket in turn, when (as stored), and who is away until when."""

    last: dict[str, str]
    at: dict[str, int]
    away: dict[str, dt.datetime]


def load_rotation(db: Connection, now: dt.datetime, locked: bool = False) -> Turns:
    """Read whose turn it was, and who is away; `locked` keeps the turns so until this transaction ends."""
    rows = db.remember(TURNS, lambda: db.all(_TURNS))
    present = to_us(now)
    turns = [(team, login, at) for team, login, at, until in rows if not until]
    if locked:
        turns = db.all("SELECT team, login, at FROM rotation ORDER BY team {pg: FOR UPDATE}")
    return Turns(
        {team: login for team, login, _ in turns},
        {team: at for team, _, at in turns},
        {login: from_us(until) for _, login, _, until in rows if until > present},
    )


def set_absence(db: Connection, login: str, until: dt.datetime | None, now: dt.datetime) -> None:
    """Remember until when somebody is away; None says that he is back."""
    db.forget(TURNS)
    if until is None:
        db.run("DELETE FROM absence WHERE login = :login", login=clean(login))
        return
    db.run(
        "INSERT INTO absence (login, until, at) VALUES (:login, :until, :at)"
        " ON CONFLICT (login) DO UPDATE SET until = excluded.until, at = excluded.at",
        login=clean(login),
        until=to_us(until),
        at=to_us(now),
    )


def count_loads(db: Connection) -> tuple[dict[str, int], dict[str, int]]:
    """Count the open tickets of each agent, and weigh them by priority."""
    rows = db.all(
        "SELECT assignee, priority, COUNT(*) FROM ticket WHERE status IN ('new', 'open', 'waiting') AND assignee <> ''"
        " GROUP BY assignee, priority"
    )
    loads: Counter[str] = Counter()
    burdens: Counter[str] = Counter()
    for login, priority, count in rows:
        loads[login] += count
        burdens[login] += count * Priority(priority).weight
    return loads, burdens
