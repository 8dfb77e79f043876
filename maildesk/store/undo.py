"""Take back what an earlier decision wrote: entries are marked, timers and letters put back, tickets parted again.

Nothing is deleted but what was never said to anybody: the ids of letters that did not leave.
"""

import datetime as dt
from collections.abc import Sequence

from maildesk.model.amends import Split, TakeBack, Unmerge
from maildesk.store.codec import fold, to_us
from maildesk.store.engines.connection import Connection
from maildesk.store.pen import Pen
from maildesk.store.tickets import Part

_MOVE = (
    "UPDATE known_message SET ticket = :to WHERE ticket = :ticket AND {whose}"
    " AND NOT EXISTS (SELECT 1 FROM known_message AS there WHERE there.ticket = :to"
    " AND there.message_id = known_message.message_id AND there.mailbox = known_message.mailbox"
    " AND there.kind = known_message.kind AND there.copy = known_message.copy)"
)


def take_back(pen: Pen, action: TakeBack) -> None:
    """Mark entries as taken back and put the timers as they were; a reply that never left was never public."""
    db, number = pen.db, pen.touch(action.ticket, Part.TEXTS)
    pen.touch(number, Part.TIMERS)
    db.run(
        "UPDATE entry SET undone = :row, public = CASE WHEN kind = 'reply' AND :unsaid THEN false ELSE public END"
        " WHERE decision = :decision",
        row=pen.row,
        unsaid=action.unsaid,
        decision=action.decision,
    )
    if action.timers:
        db.run(
            "UPDATE timer SET state = 'cancelled', ended_by = :row WHERE effect_key IN :keys AND state = 'waiting'",
            row=pen.row,
            keys=list(action.timers),
        )
    db.run(
        "UPDATE timer SET state = 'waiting', ended_by = NULL WHERE ended_by = :decision AND state = 'cancelled'",
        decision=action.decision,
    )


def drop_letters(pen: Pen, ticket: int, keys: Sequence[str]) -> None:
    """Give up letters that have not left, and forget their ids: nobody will ever refer to them."""
    pen.touch(ticket, Part.SAID)
    pen.touch(ticket, Part.CHAIN)
    rows = pen.db.all(
        "UPDATE outbox SET state = 'dropped', finished = :now WHERE effect_key IN :keys AND state IN ('waiting', 'held')"
        " AND attempts = 0"
        " RETURNING message_id",
        now=to_us(pen.now),
        keys=list(keys),
    )
    ids = [message_id for (message_id,) in rows if message_id]
    if ids:
        pen.db.run("DELETE FROM known_message WHERE kind = 'sent' AND message_id IN :ids", ids=ids)


def restore_letters(pen: Pen, ticket: int, keys: Sequence[str], due: dt.datetime) -> None:
    """Let letters leave after all."""
    pen.touch(ticket, Part.SAID)
    pen.db.run(
        "UPDATE outbox SET state = 'waiting', due = :due, finished = NULL WHERE effect_key IN :keys AND state = 'dropped'",
        due=to_us(due),
        keys=list(keys),
    )


def drop_participant(pen: Pen, ticket: int, address: str) -> None:
    """Let somebody take part no longer; a requester stays."""
    number, key = pen.touch(ticket, Part.PEOPLE), fold(address)
    pen.people.pop((number, key), None)  # what this decision had noted of him so far
    pen.db.run(
        "DELETE FROM participant WHERE ticket = :ticket AND address_key = :address AND role <> 'requester'",
        ticket=number,
        address=key,
    )


def unmerge(pen: Pen, action: Unmerge) -> None:
    """Part two tickets that a merge made one: what came with the absorbed one goes with it again."""
    db, absorbed = pen.db, action.before.number
    survivor = pen.touch(action.survivor, Part.TEXTS)
    for part in (Part.CHAIN, Part.SAID, Part.ALIASES, Part.TIMERS):
        pen.touch(survivor, part)
    db.run(
        "UPDATE entry SET ticket = :absorbed, merged_from = NULL WHERE ticket = :survivor AND merged_from = :absorbed",
        absorbed=absorbed,
        survivor=survivor,
    )
    _move_known(db, survivor, absorbed)
    if action.aliases:
        db.run(
            "UPDATE ticket SET merged_into = :absorbed WHERE number IN :aliases",
            absorbed=absorbed,
            aliases=list(action.aliases),
        )
    pen.revive(action.before, survivor)


def split(pen: Pen, action: Split) -> None:
    """Move a mail with its ids to the ticket that this decision opens; what others sent about it stays."""
    db, old = pen.db, pen.touch(action.ticket, Part.TEXTS)
    pen.touch(old, Part.CHAIN)
    new = pen.touch(pen.number, Part.TEXTS)
    pen.touch(new, Part.CHAIN)
    row = db.one(
        "UPDATE entry SET ticket = :new, merged_from = NULL WHERE id = :entry AND ticket = :old RETURNING journal_id",
        new=new,
        entry=action.entry,
        old=old,
    )
    if row and row[0]:
        db.run(_MOVE.format(whose="kind = 'seen' AND journal_id = :journal"), to=new, ticket=old, journal=row[0])


def _move_known(db: Connection, survivor: int, absorbed: int) -> None:
    """Give back the ids of mails that went back, and of letters that were always the absorbed ticket's."""
    db.run(
        _MOVE.format(
            whose="journal_id IN (SELECT journal_id FROM entry WHERE ticket = :to AND journal_id IS NOT NULL)"
        ),
        to=absorbed,
        ticket=survivor,
    )
    db.run(
        _MOVE.format(
            whose="kind = 'sent' AND message_id IN (SELECT message_id FROM outbox WHERE ticket = :to AND message_id <> '')"
        ),
        to=absorbed,
        ticket=survivor,
    )
