"""Make two tickets one, and file mails that were parked: what hung on the one now hangs on the other."""

from maildesk.store.codec import to_us
from maildesk.store.engines.connection import Connection
from maildesk.store.pen import Pen
from maildesk.store.tickets import Part

_COPY_KNOWN = (
    "INSERT INTO known_message (message_id, kind, ticket, mailbox, date, date_last, author, journal_id, addressed, what,"
    " digest, copy, chain, at)"
    " SELECT message_id, kind, :ticket, mailbox, date, date_last, author, journal_id, addressed, what, digest, copy,"
    " chain, at FROM known_message WHERE {whose}"
    " ON CONFLICT (message_id, mailbox, ticket, kind, copy) DO UPDATE SET"
    # A mail without a Date may be of any day, and then so may the ghost it refers to.
    " date = CASE WHEN excluded.date IS NULL OR excluded.date < known_message.date"
    " THEN excluded.date ELSE known_message.date END,"
    " date_last = CASE WHEN excluded.date_last IS NULL OR excluded.date_last > known_message.date_last"
    " THEN excluded.date_last ELSE known_message.date_last END,"
    " chain = known_message.chain OR excluded.chain"
)


def merge(pen: Pen, one: int, other: int) -> None:
    """Merge two tickets into the lower of them; rights do not merge, so participants stay behind."""
    survivor, absorbed = sorted((pen.ticket(one).number, pen.ticket(other).number))
    if survivor == absorbed:
        return
    db = pen.db
    db.run(
        "UPDATE entry SET ticket = :survivor, merged_from = :absorbed WHERE ticket = :absorbed",
        survivor=survivor,
        absorbed=absorbed,
    )
    _move_known(db, "ticket = :absorbed", survivor, absorbed=absorbed)
    db.run(
        "UPDATE timer SET state = 'cancelled', ended_by = :row WHERE ticket = :absorbed AND state = 'waiting'",
        row=pen.row,
        absorbed=absorbed,
    )
    # One step from any old number to the living one, however often its bearer was merged.
    db.run(
        "UPDATE ticket SET merged_into = :survivor WHERE merged_into = :absorbed", survivor=survivor, absorbed=absorbed
    )
    pen.absorb(survivor, pen.ticket(absorbed))
    pen.touch(survivor, Part.ALIASES)


def file_parked(pen: Pen, journal_id: int, ticket: int, *, invites: bool = True) -> None:
    """File a parked mail, with all it knows, on a ticket; unless it `invites`, nobody comes in because it was addressed to him."""
    number = pen.touch(ticket, Part.TEXTS)
    pen.touch(ticket, Part.CHAIN)
    pen.db.run(
        "UPDATE entry SET ticket = :ticket, filed = :now WHERE journal_id = :journal_id AND ticket IS NULL",
        ticket=number,
        now=to_us(pen.now),
        journal_id=journal_id,
    )
    if not invites:
        pen.db.run(
            "UPDATE known_message SET addressed = '[]' WHERE journal_id = :journal_id AND ticket IS NULL AND kind = 'ghost'",
            journal_id=journal_id,
        )
    _move_known(pen.db, "journal_id = :journal_id AND ticket IS NULL", number, journal_id=journal_id)


def _move_known(db: Connection, whose: str, ticket: int, **params: int) -> None:
    """Move known ids to a ticket that may know some of them already: then the rows become one."""
    db.run(_COPY_KNOWN.format(whose=whose), ticket=ticket, **params)
    db.run(f"DELETE FROM known_message WHERE {whose}", **params)  # noqa: S608 -- a condition of this file
