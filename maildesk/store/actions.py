"""What each action of a decision does to the tables."""

import secrets
from typing import Any, assert_never

import msgspec

from maildesk.model.amends import Away, DropLetters, DropParticipant, RestoreLetters, Split, TakeBack, Unmerge
from maildesk.model.decision import (
    Action,
    AddEntry,
    AddParticipant,
    Call,
    CancelTimers,
    ChangeTicket,
    FileParked,
    KnowMessage,
    KnownKind,
    Merge,
    OpenTicket,
    Rate,
    Rotate,
    Say,
    SetTimer,
    SettleEntry,
    Suppress,
    Tell,
)
from maildesk.model.mail import Address
from maildesk.model.ticket import EntryKind, Role, Ticket, TicketState
from maildesk.store.codec import clean, fold, json_text, maybe_us, to_us
from maildesk.store.engines.connection import insert_into
from maildesk.store.engines.lanes import Conflict
from maildesk.store.merge import file_parked, merge
from maildesk.store.outbox import KNOW
from maildesk.store.pen import Pen, changed, opened
from maildesk.store.people import TURNS, mute, set_absence, unmute
from maildesk.store.schema import entry, participant, rating, ticket, timer
from maildesk.store.tickets import MOST_TEXTS, TEXT_CHARACTERS, Part
from maildesk.store.undo import drop_letters, drop_participant, restore_letters, split, take_back, unmerge

_OPEN = insert_into(
    ticket, "number", "subject", "mailbox", "requester", "requester_key", "requester_name", "status", "team", "assignee",
    "priority", "language", "channel", "tags", "sla", "spam", "created", "updated", "resolved", "merged_into",
    "continues", "salt", "thread_topic", "thread_index", "version",
)  # fmt: skip
_FILE = insert_into(
    entry, "ticket", "decision", "at", "filed", "kind", "author", "author_name", "message_id", "trust", "public", "held",
    "hold_kind", "journal_id", "attachments", "why", "text",
)  # fmt: skip
LAST_NUMBER = "last number"
_RANKS = ("cc", "agent", "joined", "requester")  # a role is raised, never lowered
_RANK = "CASE {who}.role WHEN 'requester' THEN 3 WHEN 'joined' THEN 2 WHEN 'agent' THEN 1 ELSE 0 END"
_TAKE_PART = insert_into(
    participant, "ticket", "address_key", "address", "name", "role", "wrote", "since",
    tail="ON CONFLICT (ticket, address_key) DO UPDATE SET wrote = participant.wrote OR excluded.wrote,"
    " name = CASE WHEN participant.name = '' THEN excluded.name ELSE participant.name END,"
    f" role = CASE WHEN {_RANK.format(who='excluded')} > {_RANK.format(who='participant')}"
    " THEN excluded.role ELSE participant.role END",
)  # fmt: skip
_SET_TIMER = insert_into(
    timer, "effect_key", "ticket", "kind", "state", "due", "attempts",
    tail="ON CONFLICT (effect_key) DO NOTHING",
)  # fmt: skip
# With nothing but these the rows of a ticket just opened are those this decision writes.
_PLAIN = (OpenTicket, ChangeTicket, AddEntry, AddParticipant, KnowMessage, SetTimer, Rotate, Say, Tell, Call, Suppress)
_RATE = insert_into(rating, "ticket", "decision", "score", "comment", "at")


def write(pen: Pen, action: Action) -> None:  # noqa: C901, PLR0912, PLR0915 -- one arm for each action
    """Do one action."""
    match action:
        case OpenTicket():
            _open(pen, action)
        case ChangeTicket():
            pen.put(changed(pen.ticket(action.ticket), action, pen.now))
        case AddEntry():
            _file(pen, action)
        case SettleEntry():
            _settle(pen, action)
        case AddParticipant():
            _take_part(pen, pen.touch(action.ticket, Part.PEOPLE), action.person, action.role, action.wrote)
        case KnowMessage():
            _know(pen, action)
        case Merge():
            flush_rows(pen)  # what this decision knows so far moves along
            merge(pen, action.survivor, action.absorbed)
        case Unmerge():
            unmerge(pen, action)
        case Split():
            flush_rows(pen)
            split(pen, action)
        case TakeBack():
            take_back(pen, action)
        case DropLetters():
            drop_letters(pen, action.ticket, action.keys)
        case RestoreLetters():
            restore_letters(pen, action.ticket, action.keys, action.due)
        case DropParticipant():
            drop_participant(pen, action.ticket, action.address)
        case FileParked():
            file_parked(pen, action.journal_id, action.ticket, invites=action.invites)
        case SetTimer():
            _set_timer(pen, action)
        case CancelTimers():
            _cancel_timers(pen, action)
        case Rotate():
            _rotate(pen, action)
        case Away():
            set_absence(pen.db, action.login, action.until, pen.now)
        case Rate():
            _rate(pen, action)
        case Suppress():
            _suppress(pen, action)
        case Say() | Tell() | Call():
            pass
        case _:
            assert_never(action)


def _open(pen: Pen, action: OpenTicket) -> None:
    fresh = opened(action, pen.number, secrets.token_hex(8), pen.now)
    mail = pen.snapshot.mail
    topic, index = (clean(mail.thread_topic), clean(mail.thread_index)) if mail else ("", "")
    pen.put(fresh)
    pen.fresh = fresh
    plain = len(pen.actions) <= MOST_TEXTS and all(isinstance(one, _PLAIN) for one in pen.actions)
    pen.rows = {} if plain else None
    # The first letter, too, goes into the customer's own Outlook conversation.
    pen.states[fresh.number] = TicketState(
        fresh, thread_topic=topic, thread_index=index, salts={fresh.number: fresh.salt}
    )
    pen.db.run(
        _OPEN,
        **columns(fresh),
        mailbox=fresh.mailbox,
        subject=fresh.subject,
        language=fresh.language,
        channel=fresh.channel,
        created=to_us(fresh.created),
        continues=fresh.continues,
        salt=fresh.salt,
        thread_topic=topic,
        thread_index=index,
        version=fresh.version,
    )
    pen.db.know(LAST_NUMBER, fresh.number)
    _take_part(pen, pen.touch(fresh.number, Part.PEOPLE), action.requester, Role.REQUESTER, wrote=False)


def columns(state: Ticket) -> dict[str, Any]:
    """Give the columns that a change may touch."""
    return {
        "number": state.number,
        "requester": state.requester,
        "requester_key": fold(state.requester),
        "requester_name": state.requester_name,
        "status": state.status.value,
        "team": clean(state.team),
        "assignee": clean(state.assignee),
        "priority": state.priority.value,
        "tags": json_text(state.tags),
        "sla": clean(state.sla),
        "spam": state.spam,
        "updated": to_us(state.updated),
        "resolved": maybe_us(state.resolved),
        "merged_into": state.merged_into,
    }


def _file(pen: Pen, action: AddEntry) -> None:
    """Add a line to the timeline; an open mail hands its Outlook thread on to the ticket."""
    row = pen.entry_row(action)
    number = pen.db.insert(_FILE, **row)
    assert number is not None
    pen.entries.append(number)
    _note_text(pen, number, row)
    mail = pen.snapshot.mail
    if action.ticket is not None and action.kind is EntryKind.MAIL and action.public and action.hold is None and mail:
        pen.topics[pen.find(action.ticket)] = (clean(mail.thread_topic), clean(mail.thread_index))


def _note_text(pen: Pen, number: int, row: dict[str, Any]) -> None:
    kind = row["kind"]
    if (row["public"] and kind in (EntryKind.MAIL, EntryKind.REPLY)) or kind == EntryKind.NOTE:
        whose = row["author"] if kind == EntryKind.REPLY else row["message_id"]
        pen.note(Part.TEXTS, row["ticket"], number, row["at"], kind, whose, row["text"][:TEXT_CHARACTERS], 0)


def _take_part(pen: Pen, number: int, person: Address, role: Role, wrote: bool) -> None:
    """Note who takes part; a new requester of an old ticket takes the place of the one before him."""
    if not person.address:
        return
    before = pen.after.get(number)
    if role is Role.REQUESTER and before and fold(before.requester) != fold(person.address):
        pen.db.run(
            "UPDATE participant SET role = 'joined' WHERE ticket = :number AND role = 'requester'", number=number
        )
        pen.put(msgspec.structs.replace(before, requester=clean(person.address), requester_name=clean(person.name)))
    key = fold(person.address)
    known = pen.people.get((number, key), {})
    pen.people[number, key] = {
        "ticket": number,
        "address_key": key,
        "address": clean(person.address),
        "name": clean(person.name) or known.get("name", ""),
        "role": max(role.value, known.get("role", role.value), key=_RANKS.index),
        "wrote": wrote or known.get("wrote", False),
        "since": to_us(pen.now),
    }


def _know(pen: Pen, action: KnowMessage) -> None:
    row = pen.known_row(action)
    if action.kind is KnownKind.SEEN and row["journal_id"] and row["journal_id"] != pen.snapshot.journal_id:
        # A mail held on one ticket and released onto another is known there only.
        pen.db.run(
            "DELETE FROM known_message WHERE journal_id = :journal_id AND ticket <> :ticket",
            journal_id=row["journal_id"],
            ticket=row["ticket"],
        )
    pen.known.append(row)


def _settle(pen: Pen, action: SettleEntry) -> None:
    """End an entry's waiting; a mail that is let in joins the References of what we send."""
    public = action.released and action.public
    row = pen.db.one(
        "UPDATE entry SET held = false, settled = true, public = :public WHERE id = :id AND held"
        " RETURNING ticket, kind, journal_id",
        id=action.entry,
        public=public,
    )
    if row is None:
        return
    number, kind, journal_id = row
    pen.touch(number, Part.TEXTS)
    pen.touch(number, Part.CHAIN)
    if public and kind == EntryKind.MAIL and journal_id:
        pen.db.run(
            "UPDATE known_message SET chain = true WHERE journal_id = :journal_id AND kind = 'seen' AND ticket = :number",
            journal_id=journal_id,
            number=number,
        )


def _set_timer(pen: Pen, action: SetTimer) -> None:
    number = pen.touch(action.ticket, Part.TIMERS)
    key = action.key.replace("{ticket}", str(number)) or f"{action.kind.value}:{number}:{pen.snapshot.cause.key}"
    set_now = pen.db.run(
        _SET_TIMER,
        effect_key=key,
        ticket=number,
        kind=action.kind.value,
        state="waiting",
        due=to_us(action.due),
        attempts=0,
    )
    if set_now:
        pen.note(
            Part.TIMERS,
            number,
            to_us(action.due),
            len((pen.rows or {}).get(Part.TIMERS, ())),
            action.kind.value,
            "",
            "",
            0,
        )


def _cancel_timers(pen: Pen, action: CancelTimers) -> None:
    pen.db.run(
        "UPDATE timer SET state = 'cancelled', ended_by = :row"
        " WHERE ticket = :number AND kind IN :kinds AND state = 'waiting'",
        row=pen.row,
        number=pen.touch(action.ticket, Part.TIMERS),
        kinds=[kind.value for kind in action.kinds],
    )


def _rotate(pen: Pen, action: Rotate) -> None:
    """Pass the turn on, if nobody has done so since we looked: else two would get their ticket from one turn.

    The moment tells it, also where the same person was served again; it never stands still.
    """
    seen = pen.turned.get(action.team)
    at = max(to_us(pen.now), (seen or 0) + 1)
    params = {"team": action.team, "login": action.login, "at": at}
    pen.db.forget(TURNS)
    if pen.db.sqlite or seen is None:
        tail = "DO UPDATE SET login = excluded.login, at = excluded.at" if pen.db.sqlite else "DO NOTHING"
        sql = f"INSERT INTO rotation (team, login, at) VALUES (:team, :login, :at) ON CONFLICT (team) {tail}"  # noqa: S608 -- ours
        passed = pen.db.run(sql, **params)
    else:
        passed = pen.db.run(
            "UPDATE rotation SET login = :login, at = :at WHERE team = :team AND at = :seen", **params, seen=seen
        )
    if not passed:
        raise Conflict(f"the turn of {action.team} was passed on meanwhile")
    pen.turns[action.team], pen.turned[action.team] = action.login, at


def _rate(pen: Pen, action: Rate) -> None:
    pen.db.run(
        _RATE,
        ticket=pen.touch(action.ticket, Part.RATING),
        decision=pen.row,
        score=action.score,
        comment=clean(action.comment),
        at=to_us(pen.now),
    )


def _suppress(pen: Pen, action: Suppress) -> None:
    if action.lift:
        unmute(pen.db, action.address)
    else:
        mute(pen.db, action.address, action.reason, pen.now)


def flush_rows(pen: Pen) -> None:
    """Write the people and ids that were gathered."""
    pen.db.many(_TAKE_PART, list(pen.people.values()))
    pen.db.many(KNOW, pen.known)
    for who in pen.people.values():
        named = (who["address"], who["name"], who["role"], int(who["wrote"]))
        pen.note(Part.PEOPLE, who["ticket"], who["since"], 0, *named)
    for number, known in enumerate(pen.known):
        if known["chain"]:
            pen.note(Part.CHAIN, known["ticket"], known["at"], number, known["message_id"], "", "", 0)
    pen.people, pen.known = {}, []
