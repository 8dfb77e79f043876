"""Answer a Lookup: read, under the conversation's lock, everything that one decision may look at."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence

from maildesk.model.decision import Cause, CommandGiven, Event, HoldKind, KnownKind, TimerDue, TimerKind
from maildesk.model.mail import Arrival
from maildesk.model.reason import Reason
from maildesk.model.snapshot import HeldEntry, KnownMessage, Lookup, Parked, Snapshot
from maildesk.model.ticket import EntryKind
from maildesk.store.codec import fold, maybe_moment, maybe_us
from maildesk.store.engines.connection import Connection, Row
from maildesk.store.people import MANY, count_questions, find_repeated, load_histories
from maildesk.store.tickets import find_survivor, load_states
from maildesk.store.view import load_view

MOST_PARKED = 500
MOST_KNOWN = 1000
MOST_WAITS = 20  # then a mail no longer waits for its parent: two mails that name each other must not wait for ever
_HUMAN = ("", "person", "list")
_KNOWN = "SELECT message_id, kind, ticket, journal_id, mailbox, author, date, date_last, what, addressed, digest FROM known_message"


def fill(db: Connection, asked: Snapshot, lookup: Lookup, arrival: Arrival | None) -> Snapshot:
    """Fill what the database knows into a snapshot that holds what the caller knows."""
    rows = known_rows(db, lookup.ids)
    parked, more = find_parked(db, rows, lookup, None if lookup.trusted else asked.mailbox, asked.journal_id)
    rows += known_rows(db, more)
    hold = _find_hold(db, lookup.hold or (asked.cause.entry if isinstance(asked.cause, CommandGiven) else 0))
    numbers = {*lookup.tickets, *(row[2] for row in rows if row[2] is not None)}
    if isinstance(asked.cause, TimerDue | CommandGiven) and asked.cause.ticket:
        numbers.add(asked.cause.ticket)
    if hold:
        numbers |= {hold.ticket, *hold.proposed}
    states = load_states(db, numbers)
    people = {*map(fold, lookup.addresses), *(fold(state.ticket.requester) for state in states)} - {""}
    histories = load_histories(db, sorted(people), asked.now)
    author = histories.get(fold(lookup.author))
    repeats = find_repeated(db, author.address, lookup, asked.now) if author and author.tickets >= MANY - 1 else 0
    if repeats and repeats not in numbers:
        states += load_states(db, [repeats])
    return Snapshot(
        cause=asked.cause,
        now=asked.now,
        journal_id=asked.journal_id,
        mail=asked.mail,
        envelope=asked.envelope,
        source=asked.source,
        mailbox=asked.mailbox,
        received_at=asked.received_at,
        tickets=states,
        known=tuple(_read_known(rows, {n: s.ticket.number for s in states for n in (s.ticket.number, *s.aliases)})),
        parked=parked,
        duplicate_of=_find_duplicate(db, rows, lookup, asked.journal_id, arrival),
        histories=histories,
        hold=hold,
        original=asked.original,
        trusted=asked.trusted,
        silent=asked.silent,
        waiting_parent=_find_waiting_parent(db, lookup, asked.journal_id),
        repeats=repeats,
        made_hour=asked.made_hour,
        usual_hour=asked.usual_hour,
        asked_hour=count_questions(db, lookup.asked, asked.now) if lookup.asked else 0,
        told=asked.told,
        view=load_view(db, lookup.asks, states, asked.now) if lookup.asks else None,
        waits=_find_waiting(db, asked.cause),
    )


def find_parked(
    db: Connection, rows: list[Row], lookup: Lookup, mailbox: str | None, journal_id: int
) -> tuple[tuple[Parked, ...], tuple[str, ...]]:
    """Find the parked mails that hang together with known ids, also by way of each other; give the ids these add.

    A mail that names an id, or bears it, hangs together with it. Two that only share a parent nobody sent us do so
    within one mailbox (`mailbox` None: within any).
    """
    found: dict[int, Parked] = {}
    borne, ids, added = {lookup.message_id}, set(lookup.ids), []
    while rows and len(found) < MOST_PARKED:
        near = {
            row[3]
            for row in rows
            if row[2] is None and row[3] not in (None, journal_id, *found)
            and (row[1] == KnownKind.SEEN or row[0] in borne or mailbox in (row[4], None))
        }  # fmt: skip
        mails = _read_parked(db, sorted(near)[:MOST_PARKED])
        found |= {mail.journal_id: mail for mail in mails}
        borne |= {mail.message_id for mail in mails}
        fresh = list(dict.fromkeys(i for mail in mails for i in mail.ids if i not in ids))
        ids |= set(fresh)
        added += fresh
        rows = known_rows(db, tuple(fresh))
    return tuple(found[number] for number in sorted(found)[:MOST_PARKED]), tuple(added)


def _read_parked(db: Connection, journal_ids: list[int]) -> list[Parked]:
    if not journal_ids:
        return []
    mails: dict[int, Parked] = {}
    for number, message_id, kind, what, author in db.all(
        "SELECT journal_id, message_id, kind, what, author FROM known_message WHERE journal_id IN :numbers AND ticket IS NULL"
        " ORDER BY journal_id, id",
        numbers=journal_ids,
    ):
        mail = mails.get(number, Parked(number, "", (), True))
        own = kind == KnownKind.SEEN
        mails[number] = Parked(
            number,
            message_id if own else mail.message_id,
            (*mail.ids, message_id),
            what not in _HUMAN if own else mail.automatic,
            author,
        )
    return list(mails.values())


def known_rows(db: Connection, ids: Sequence[str]) -> list[Row]:
    """Read where ids were met."""
    if not ids:
        return []
    return db.all(f"{_KNOWN} WHERE message_id IN :ids ORDER BY id LIMIT :most", ids=ids, most=MOST_KNOWN)


def _read_known(rows: Iterable[Row], survivors: dict[int, int]) -> Iterable[KnownMessage]:
    """Make values."""
    for message_id, kind, ticket, journal_id, mailbox, author, date, date_last, what, addressed, _ in rows:
        yield KnownMessage(
            message_id=message_id,
            kind=KnownKind(kind),
            ticket=survivors.get(ticket, ticket),
            journal_id=journal_id,
            mailbox=mailbox,
            author=author,
            date=maybe_moment(date),
            what=what,
            addressed=tuple(json.loads(addressed)),
            date_last=maybe_moment(date_last),
        )


def _find_hold(db: Connection, entry: int) -> HeldEntry | None:
    """Read an entry that waits, or waited, for a person."""
    row = entry and db.one(
        "SELECT id, ticket, hold_kind, author, author_name, text, message_id, journal_id, at, held, kind, why FROM entry"
        " WHERE id = :entry AND hold_kind IS NOT NULL AND ticket IS NOT NULL",
        entry=entry,
    )
    if not row:
        return None
    number, ticket, kind, author, name, text, message_id, journal_id, at, held, entry_kind, why = row
    return HeldEntry(
        number, find_survivor(db, ticket), HoldKind(kind), author, name, text, message_id, journal_id, maybe_moment(at),
        settled=not held, note=entry_kind == EntryKind.NOTE, proposed=_proposed(why),
        as_is=any(one["reason"] == Reason.AS_IS for one in json.loads(why)), asked=_asked(db, ticket, kind),
    )  # fmt: skip


def _asked(db: Connection, ticket: int, kind: str) -> dt.datetime | None:
    """Read when it was last asked whether a mail on a ticket is an agent's."""
    if kind not in (HoldKind.UNPROVEN, HoldKind.BEHALF):
        return None
    what = f"agent:{Event.CHALLENGE.value}"
    found = db.value(
        "SELECT MAX(at) FROM known_message WHERE ticket = :ticket AND what = :what", ticket=ticket, what=what
    )
    return maybe_moment(found)


def _find_waiting(db: Connection, cause: Cause) -> tuple[HeldEntry, ...]:
    """Read the mails of agents that wait for their own word, when it is time to remind them."""
    if not isinstance(cause, TimerDue) or cause.kind is not TimerKind.HELD:
        return ()
    rows = db.all("SELECT id FROM entry WHERE ticket = :number AND held ORDER BY id", number=cause.ticket)
    return tuple(held for (number,) in rows if (held := _find_hold(db, number)))


def _proposed(why: str) -> tuple[int, ...]:
    """Read which tickets a held mail showed to be one with its own."""
    said = (one["text"] for one in json.loads(why) if one["reason"] == Reason.MERGE_PROPOSED)
    return tuple(int(text.removeprefix("#")) for text in said)


def _find_duplicate(db: Connection, rows: list[Row], lookup: Lookup, journal_id: int, arrival: Arrival | None) -> int:
    """Find the same mail come another way: same id, author, date and body; without an id, the same bytes."""
    if lookup.message_id:
        same = (lookup.message_id, KnownKind.SEEN, fold(lookup.author), maybe_us(lookup.date), lookup.body_digest)
        others = (
            known for message_id, kind, _, known, _, author, date, _, _, _, digest in rows
            if (message_id, kind, author, date, digest) == same and known != journal_id
        )  # fmt: skip
        return next(others, None) or 0
    # Alarms that say the same again each day have neither id nor Date; but what lies in a mailbox lies there once.
    if arrival is None or (lookup.date is None and not arrival.source.startswith("imap:")):
        return 0
    found = db.value(
        "SELECT id FROM journal WHERE digest = :digest AND message_id = '' AND state = 'done' AND id <> :journal_id"
        " ORDER BY id LIMIT 1",
        digest=arrival.digest or hashlib.sha256(arrival.raw).digest(),
        journal_id=journal_id,
    )
    return found or 0


def _find_waiting_parent(db: Connection, lookup: Lookup, journal_id: int) -> str:
    """Find an id this mail names that stands in the journal and is not decided yet."""
    parents = [i for i in lookup.ids if i != lookup.message_id]
    if not parents or not journal_id:
        return ""
    found = db.value(
        "SELECT parent.message_id FROM journal AS parent WHERE parent.message_id IN :parents AND parent.message_id <> ''"
        " AND parent.state = 'waiting' AND parent.id <> :journal_id"
        " AND (SELECT waits FROM journal WHERE id = :journal_id) < :most ORDER BY parent.id LIMIT 1",
        parents=parents,
        journal_id=journal_id,
        most=MOST_WAITS,
    )
    return found or ""
