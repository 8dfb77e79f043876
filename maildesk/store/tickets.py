"""Tickets as a decision sees them: the row, who takes part, what was said, what waits; locked while it is decided."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from maildesk.model.ticket import Participant, Priority, Role, Status, Ticket, TicketState
from maildesk.store.codec import from_us, maybe_moment
from maildesk.store.engines.connection import Connection, Row

CHAIN_END = 50  # ids of the References we send: so many from either end
MOST_TEXTS = 20
MOST_NOTES = 100
TEXT_CHARACTERS = 8000
MOST_TICKETS = 100


class Part(StrEnum):
    """What a change may touch beside the ticket's row."""

    PEOPLE = "people"
    CHAIN = "chain"
    TEXTS = "texts"
    TIMERS = "timers"
    RATING = "rating"
    ALIASES = "aliases"


COLUMNS = (
    "number, subject, mailbox, requester, requester_name, status, team, assignee, priority, language, channel, tags,"
    " created, updated, resolved, merged_into, continues, salt, sla, spam, version, thread_topic, thread_index"
)
_LOCKED = f"SELECT {COLUMNS} FROM ticket WHERE number IN :numbers ORDER BY number {{pg: FOR NO KEY UPDATE}}"  # noqa: S608 -- ours


def load_states(db: Connection, numbers: Iterable[int]) -> tuple[TicketState, ...]:
    """Lock and read tickets, merged ones by their survivors, in rising order; numbers nobody has are left out."""
    rows = _lock(db, sorted(set(numbers))[:MOST_TICKETS])
    if not rows:
        return ()
    own = [row[0] for row in rows]
    aliases = _aliases(db, own)
    everybody = own + [number for group in aliases.values() for number, _ in group]
    people, said, timers, ratings = _people(db, own), _said(db, everybody), _timers(db, own), _ratings(db, own)
    states = []
    for row in rows:
        number, absorbed = row[0], aliases.get(row[0], [])
        states.append(
            TicketState(
                ticket=read_ticket(row),
                participants=tuple(people.get(number, ())),
                chain=_chain(db, number),
                thread_topic=row[21],
                thread_index=row[22],
                said=tuple(key for n in (number, *(a for a, _ in absorbed)) for key in said.get(n, ())),
                timers=tuple(timers.get(number, ())),
                rating=ratings.get(number),
                aliases=tuple(a for a, _ in absorbed),
                salts={number: row[17], **dict(absorbed)},
                **_texts(db, number),
            )
        )
    return tuple(states)


def reread_state(db: Connection, ticket: Ticket, before: TicketState | None, touched: set[Part]) -> TicketState:
    """Give a ticket of ours after a change, asking only for what was touched; `before` is None for one just opened."""
    number = ticket.number
    if Part.ALIASES in touched:
        return load_states(db, [number])[0]
    fresh: dict[str, Any] = {}
    if Part.PEOPLE in touched:
        fresh["participants"] = tuple(_people(db, [number]).get(number, ()))
    if Part.CHAIN in touched:
        fresh["chain"] = _chain(db, number)
    if Part.TIMERS in touched:
        fresh["timers"] = tuple(_timers(db, [number]).get(number, ()))
    if Part.RATING in touched:
        fresh["rating"] = _ratings(db, [number]).get(number)
    if Part.TEXTS in touched:
        fresh |= _texts(db, number)
    state = before or TicketState(ticket, salts={number: ticket.salt})
    return msgspec.structs.replace(state, ticket=ticket, **fresh)


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


def _aliases(db: Connection, numbers: list[int]) -> dict[int, list[tuple[int, str]]]:
    """List the numbers that each ticket absorbed, with the salt of their tokens."""
    found = defaultdict(list)
    for number, into, salt in db.all(
        "SELECT number, merged_into, salt FROM ticket WHERE merged_into IN :numbers ORDER BY number", numbers=numbers
    ):
        found[into].append((number, salt))
    return found


def _people(db: Connection, numbers: list[int]) -> dict[int, list[Participant]]:
    found = defaultdict(list)
    for number, address, name, role, wrote in db.all(
        "SELECT ticket, address, name, role, wrote FROM participant WHERE ticket IN :numbers ORDER BY since, address_key",
        numbers=numbers,
    ):
        found[number].append(Participant(address, name, Role(role), bool(wrote)))
    return found


def _said(db: Connection, numbers: list[int]) -> dict[int, list[str]]:
    """List the effect keys of notices; replies and mail to agents are kept from doubling by the keys themselves."""
    return _grouped(
        db.all(
            "SELECT ticket, effect_key FROM outbox WHERE ticket IN :numbers AND kind <> 'reply' AND kind NOT LIKE 'agent:%'"
            " ORDER BY id",
            numbers=numbers,
        )
    )


def _timers(db: Connection, numbers: list[int]) -> dict[int, list[str]]:
    return _grouped(
        db.all(
            "SELECT ticket, kind FROM timer WHERE ticket IN :numbers AND state = 'waiting' ORDER BY due, id",
            numbers=numbers,
        )
    )


def _ratings(db: Connection, numbers: list[int]) -> dict[int, int]:
    """Give the latest rating of each ticket: people may change their mind."""
    return db.pairs("SELECT ticket, score FROM rating WHERE ticket IN :numbers ORDER BY id", numbers=numbers)


def _grouped(rows: list[Row]) -> dict[int, list[Any]]:
    found = defaultdict(list)
    for number, value in rows:
        found[number].append(value)
    return found


def _chain(db: Connection, number: int) -> tuple[str, ...]:
    """List the ids of the public mails, ours and theirs, the first and the last of them."""
    sql = (
        "SELECT message_id FROM known_message WHERE ticket = :number AND chain ORDER BY at{down}, id{down} LIMIT :most"
    )
    first = [i for (i,) in db.all(sql.format(down=""), number=number, most=CHAIN_END)]
    if len(first) < CHAIN_END:
        return tuple(dict.fromkeys(first))
    last = [i for (i,) in db.all(sql.format(down=" DESC"), number=number, most=CHAIN_END)]
    return tuple(dict.fromkeys([*first, *reversed(last)]))


def _texts(db: Connection, number: int, before: int = 2**62) -> dict[str, Any]:
    """Read what was written, newest first, cut to what is compared: the customer's last mail, public texts, notes."""
    public = db.all(
        f"SELECT kind, message_id, substr(text, 1, {TEXT_CHARACTERS}), at FROM entry WHERE ticket = :number AND public"  # noqa: S608 -- ours
        f" AND kind IN ('mail', 'reply') AND decision < :before ORDER BY id DESC LIMIT {MOST_TEXTS}",
        number=number,
        before=before,
    )
    notes = db.all(
        f"SELECT substr(text, 1, {TEXT_CHARACTERS}) FROM entry WHERE ticket = :number AND kind = 'note'"  # noqa: S608 -- ours
        f" AND decision < :before ORDER BY id DESC LIMIT {MOST_NOTES}",
        number=number,
        before=before,
    )
    # By the day they were written: mails may come out of order.
    theirs = sorted((row for row in public if row[0] == "mail"), key=lambda row: -row[3])
    return {
        "last_text": theirs[0][2] if theirs else "",
        "last_from_customer": next((message_id for _, message_id, _, _ in theirs if message_id), ""),
        "public_texts": tuple(text for _, _, text, _ in public),
        "notes": tuple(text for (text,) in notes),
    }


def refill(db: Connection, state: TicketState, decision: int) -> TicketState:
    """Put the texts back that are not stored with a decision: those that were there before it."""
    return msgspec.structs.replace(state, **_texts(db, state.ticket.number, decision))
