"""Tickets as a decision sees them: the row, who takes part, what was said, what waits; locked while it is decided."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any

import msgspec

from maildesk.model.ticket import Answer, Participant, Priority, Role, Status, Ticket, TicketState
from maildesk.store.codec import from_us, maybe_moment
from maildesk.store.engines.connection import Connection, Row

CHAIN_END = 50  # ids of the References we send: so many from either end
MOST_TEXTS = 20
MOST_NOTES = 100
TEXT_CHARACTERS = 8000
MOST_TICKETS = 100


class Part(StrEnum):
    """What a decision may look at or touch beside the ticket's row."""

    PEOPLE = "people"
    CHAIN = "chain"
    SAID = "said"
    TIMERS = "timers"
    RATING = "rating"
    ALIASES = "aliases"
    TEXTS = "texts"


_ALL = frozenset(Part)
# Each part as rows of one shape: what, two numbers to sort by, three texts, a number.
_WORDS = {
    Part.PEOPLE: "SELECT 'people', since, 0, address, name, role, CASE WHEN wrote THEN 1 ELSE 0 END"
    " FROM participant WHERE ticket = :number",
    Part.CHAIN: "SELECT 'chain', at, id, message_id, '', '', 0 FROM (SELECT at, id, message_id FROM known_message"  # noqa: S608 -- ours
    f" WHERE ticket = :number AND chain ORDER BY at, id LIMIT {CHAIN_END}) AS first_ids"
    " UNION ALL SELECT 'chain', at, id, message_id, '', '', 0 FROM (SELECT at, id, message_id FROM known_message"
    f" WHERE ticket = :number AND chain ORDER BY at DESC, id DESC LIMIT {CHAIN_END}) AS last_ids",
    # Of notices only: replies and mail to agents are kept from doubling by their keys themselves. Of replies those that wait.
    Part.SAID: "SELECT 'said', ticket, id, effect_key, CASE kind WHEN 'reply' THEN 'reply' ELSE '' END, '', created FROM outbox"
    " WHERE ticket IN (SELECT number FROM ticket WHERE number = :number OR merged_into = :number)"
    " AND kind NOT LIKE 'agent:%' AND (kind <> 'reply' OR state = 'waiting')",
    Part.TIMERS: "SELECT 'timers', due, id, kind, '', '', 0 FROM timer WHERE ticket = :number AND state = 'waiting'",
    Part.RATING: "SELECT 'rating', id, 0, '', '', '', score FROM rating WHERE ticket = :number",
    Part.ALIASES: "SELECT 'aliases', number, 0, salt, '', '', 0 FROM ticket WHERE merged_into = :number",
    # Where a mail has its message id, a reply has its author.
    Part.TEXTS: "SELECT 'texts', id, at, kind, whose, words, 0 FROM (SELECT id, at, kind,"  # noqa: S608 -- ours
    f" substr(text, 1, {TEXT_CHARACTERS}) AS words, CASE kind WHEN 'reply' THEN author ELSE message_id END AS whose"
    " FROM entry WHERE ticket = :number AND public"
    f" AND kind IN ('mail', 'reply') AND decision < :before ORDER BY id DESC LIMIT {MOST_TEXTS}) AS public_texts"
    " UNION ALL SELECT 'texts', id, at, kind, message_id, words, 0 FROM (SELECT id, at, kind, message_id,"
    f" substr(text, 1, {TEXT_CHARACTERS}) AS words FROM entry WHERE ticket = :number AND kind = 'note'"
    f" AND decision < :before ORDER BY id DESC LIMIT {MOST_NOTES}) AS notes",
}
_NOW = 2**62  # before any decision there will be

COLUMNS = (
    "number, subject, mailbox, requester, requester_name, status, team, assignee, priority, language, channel, tags,"
    " created, updated, resolved, merged_into, continues, salt, sla, spam, version, thread_topic, thread_index"
)
_LOCKED = f"SELECT {COLUMNS} FROM ticket WHERE number IN :numbers ORDER BY number {{pg: FOR NO KEY UPDATE}}"  # noqa: S608 -- ours


def load_states(db: Connection, numbers: Iterable[int]) -> tuple[TicketState, ...]:
    """Lock and read tickets, merged ones by their survivors, in rising order; numbers nobody has are left out."""
    states = []
    for row in _lock(db, sorted(set(numbers))[:MOST_TICKETS]):
        ticket = read_ticket(row)
        state = TicketState(ticket, thread_topic=row[21], thread_index=row[22], salts={ticket.number: ticket.salt})
        states.append(_with_parts(db, state, _ALL))
    return tuple(states)


def reread_state(db: Connection, ticket: Ticket, before: TicketState | None, touched: set[Part]) -> TicketState:
    """Give a ticket of ours after a change, asking only for what was touched; `before` is None for one just opened."""
    state = before or TicketState(ticket, salts={ticket.number: ticket.salt})
    if Part.ALIASES in touched:
        touched = touched | {Part.SAID}
    return _with_parts(db, msgspec.structs.replace(state, ticket=ticket), frozenset(touched))


def written_state(ticket: Ticket, before: TicketState, rows: Mapping[Part, list[Row]]) -> TicketState:
    """Give a ticket just opened as it would be read, of rows like those that would be read."""
    return _filled(
        msgspec.structs.replace(before, ticket=ticket), {part: sorted(found) for part, found in rows.items()}
    )


def refill(db: Connection, state: TicketState, decision: int) -> TicketState:
    """Put the texts back that are not stored with a decision: those that were there before it."""
    return _with_parts(db, state, frozenset((Part.TEXTS,)), decision)


def read_ticket(row: Row) -> Ticket:
    """Make a value of a row of COLUMNS."""
    return Ticket(
        number=row[0],
        subject=row[1],
        mailbox=row[2],
        requester=row[3],
        requester_name=row[4],
        status=Status(row[5]),
        team=row[6],
        assignee=row[7],
        priority=Priority(row[8]),
        language=row[9],
        channel=row[10],
        tags=tuple(json.loads(row[11])),
        created=from_us(row[12]),
        updated=from_us(row[13]),
        resolved=maybe_moment(row[14]),
        merged_into=row[15],
        continues=row[16],
        salt=row[17],
        sla=row[18],
        spam=bool(row[19]),
        version=row[20],
    )


def read_one(db: Connection, number: int) -> Ticket:
    """Lock and read a ticket that no lookup had asked for, or its survivor; raises LookupError if there is none."""
    rows = _lock(db, [number])
    if not rows:
        raise LookupError(f"there is no ticket #{number}")
    return read_ticket(rows[0])


def find_survivor(db: Connection, number: int) -> int:
    """Follow a merged number to the ticket that lives; numbers fall with every step, so this ends."""
    while (into := db.value("SELECT merged_into FROM ticket WHERE number = :number", number=number)) is not None:
        number = into
    return number


def _lock(db: Connection, numbers: Sequence[int]) -> list[Row]:
    """Lock rows in rising order; one that was merged while we waited is followed to its survivor."""
    found: dict[int, Row] = {}
    while numbers:
        rows = db.all(_LOCKED, numbers=numbers)
        found |= {row[0]: row for row in rows if row[15] is None}
        numbers = sorted({row[15] for row in rows if row[15] is not None} - found.keys())
    return [found[number] for number in sorted(found)]


def _with_parts(db: Connection, state: TicketState, parts: frozenset[Part], before: int = _NOW) -> TicketState:
    """Read parts of a ticket with one statement."""
    if not parts:
        return state
    bound = {"before": before} if Part.TEXTS in parts else {}
    rows: dict[Part, list[Row]] = {part: [] for part in parts}
    for part, *row in sorted(db.all(_question(parts), number=state.ticket.number, **bound)):
        rows[Part(part)].append(tuple(row))
    return _filled(state, rows)


def _filled(state: TicketState, rows: Mapping[Part, list[Row]]) -> TicketState:
    fresh: dict[str, Any] = {}
    for part, found in rows.items():
        fresh |= _READ[part](found)
    if Part.ALIASES in rows:
        fresh["salts"] = {state.ticket.number: state.ticket.salt, **{row[0]: row[2] for row in rows[Part.ALIASES]}}
    return msgspec.structs.replace(state, **fresh)


@cache
def _question(parts: frozenset[Part]) -> str:
    return " UNION ALL ".join(_WORDS[part] for part in Part if part in parts)


def _read_people(rows: list[Row]) -> dict[str, Any]:
    return {"participants": tuple(Participant(row[2], row[3], Role(row[4]), bool(row[5])) for row in rows)}


def _read_texts(rows: list[Row]) -> dict[str, Any]:
    """Newest first; the customer's last mail by the day it was written, as mails may come out of order."""
    rows.reverse()
    public = [row for row in rows if row[2] != "note"]
    newest = next((row for row in public if row[2] == "mail"), None)
    theirs = sorted((row for row in public if row[2] == "mail"), key=lambda row: -row[1])
    return {
        "last_text": theirs[0][4] if theirs else "",
        "last_from_customer": next((row[3] for row in theirs if row[3]), ""),
        "answers": tuple(
            Answer(row[3], from_us(row[1]))
            for row in public
            if row[2] == "reply" and row[0] > (newest[0] if newest else 0)
        ),
        "public_texts": tuple(row[4] for row in public),
        "notes": tuple(row[4] for row in rows if row[2] == "note"),
    }


_READ: dict[Part, Callable[[list[Row]], dict[str, Any]]] = {
    Part.PEOPLE: _read_people,
    Part.CHAIN: lambda rows: {"chain": tuple(dict.fromkeys(row[2] for row in rows))},
    Part.SAID: lambda rows: {
        "said": tuple(row[2] for row in rows if not row[3]),
        "said_at": tuple(from_us(row[5]) for row in rows if not row[3]),
        "pending": tuple(row[2] for row in rows if row[3]),
    },
    Part.TIMERS: lambda rows: {"timers": tuple(row[2] for row in rows)},
    Part.RATING: lambda rows: {"rating": rows[-1][5] if rows else None},  # people may change their mind
    Part.ALIASES: lambda rows: {"aliases": tuple(row[0] for row in rows)},
    Part.TEXTS: _read_texts,
}
