"""Read what the running desk and `explain` ask outside of a transaction: raw mail behind a question, keys, old decisions."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from maildesk.model.decision import ChangeTicket, CommandGiven, Decision, MailArrived
from maildesk.model.reason import Reason
from maildesk.model.snapshot import Snapshot
from maildesk.model.ticket import Trust
from maildesk.model.value import from_json
from maildesk.store.apply import Content
from maildesk.store.codec import to_us, unpack
from maildesk.store.engines.connection import Connection, Row
from maildesk.store.journal import read_raws
from maildesk.store.tickets import refill as tickets_refill

_MOST_DECISIONS = 500


def held_raw(db: Connection, entry: int) -> bytes | None:
    """Give the raw mail behind an entry that waits for a person."""
    journal_id = db.value("SELECT journal_id FROM entry WHERE id = :entry", entry=entry)
    return read_raws(db, "journal_raw", [journal_id]).get(journal_id) if journal_id else None


def seen_keys(db: Connection, source: str, keys: Sequence[str]) -> set[str]:
    """Tell which of these keys of a source stand in the journal."""
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        part = list(keys[start : start + 500])
        rows = db.all(
            "SELECT source_key FROM journal WHERE source = :source AND source_key IN :keys", source=source, keys=part
        )
        found.update(key for (key,) in rows)
    return found


def team_of(db: Connection, number: int) -> str:
    """Give the team of a ticket, "" if there is no such ticket."""
    return str(db.value("SELECT team FROM ticket WHERE number = :number", number=number) or "")


def policy_since(db: Connection) -> str:
    """Name the active policy and the moment it became so, "" if there is none."""
    row = db.one("SELECT digest, at FROM policy_active WHERE id = 1")
    return f"{row[0]}@{row[1]}" if row else ""


class Stored(NamedTuple):
    """A decision as it was written down: its row, the ticket, the policy by its digest, what was known and what followed."""

    row: int
    ticket: int | None
    policy: str
    snapshot: Snapshot
    decision: Decision


def find_stored(db: Connection, what: str) -> list[Stored]:
    """Give the stored decisions about `#1042`, a message id (with or without brackets) or a journal id, oldest first.

    The id of a letter of ours finds the decision that wrote it. They come with what was known; `refill` puts back what is not
    stored twice.
    """
    if what.startswith("#") and what[1:].isdigit():
        rows = db.all(
            "SELECT DISTINCT d.id, d.ticket, d.policy, d.content, d.packed FROM decision d"
            " LEFT JOIN entry e ON e.decision = d.id"
            " WHERE d.ticket = :number OR e.ticket = :number ORDER BY d.id LIMIT :most",
            number=int(what[1:]),
            most=_MOST_DECISIONS,
        )
    else:
        rows = db.all(
            "SELECT id, ticket, policy, content, packed FROM decision WHERE cause IN :causes ORDER BY id LIMIT :most",
            causes=[cause for number in _journal_ids(db, what) for cause in _causes(number)] or [""],
            most=_MOST_DECISIONS,
        ) or _behind_a_letter(db, what.strip().strip("<>"))
    return [_stored(row) for row in rows]


def _behind_a_letter(db: Connection, message_id: str) -> list[Row]:
    """Find the decision by which a letter of ours was written: the last one about its ticket when it was."""
    return db.all(
        "SELECT d.id, d.ticket, d.policy, d.content, d.packed FROM outbox o JOIN decision d ON d.ticket = o.ticket"
        " WHERE o.message_id = :id AND :id <> '' AND d.at <= o.created ORDER BY d.at DESC, d.id DESC LIMIT 1",
        id=message_id,
    )


def _stored(row: Row) -> Stored:
    number, ticket, policy, content, packed = row
    read = from_json(unpack(content, packed), Content)
    return Stored(number, ticket, policy, read.snapshot, read.decision)


def decision_rows(db: Connection, since: dt.datetime, *, mails: bool) -> list[int]:
    """List the decisions since a moment by their rows, oldest first; of `mails` only, or of every cause."""
    which = "AND cause LIKE 'mail:%'" if mails else ""
    rows = db.all(f"SELECT id FROM decision WHERE at >= :since {which} ORDER BY id", since=to_us(since))  # noqa: S608 -- ours
    return [number for (number,) in rows]


def last_mails(db: Connection, most: int) -> list[int]:
    """List the rows of the last decisions about mails, newest first."""
    rows = db.all("SELECT id FROM decision WHERE cause LIKE 'mail:%' ORDER BY id DESC LIMIT :most", most=most)
    return [number for (number,) in rows]


def read_decisions(db: Connection, rows: Sequence[int]) -> list[Stored]:
    """Give stored decisions by their rows, oldest first."""
    found = db.all("SELECT id, ticket, policy, content, packed FROM decision WHERE id IN :rows ORDER BY id", rows=rows)
    return [_stored(row) for row in found]


def team_by_hand(db: Connection, number: int) -> str:
    """Name the team to which people last moved a ticket, by mail or at the command line; "" if nobody did."""
    moved = ""
    for stored in find_stored(db, f"#{number}"):
        by_people = isinstance(stored.snapshot.cause, CommandGiven) or stored.decision.trust is Trust.AGENT
        for action in stored.decision.actions if by_people else ():
            if isinstance(action, ChangeTicket) and action.team is not None and action.ticket == number:
                moved = action.team
    return moved


def refill(db: Connection, stored: Stored) -> Snapshot:
    """Put back the texts of the timeline as they were before a decision; those of its mail stand in the journal."""
    snapshot = stored.snapshot
    hold = snapshot.hold
    if hold is not None:
        text = db.value("SELECT text FROM entry WHERE id = :id", id=hold.id) or ""
        hold = msgspec.structs.replace(hold, text=text)
    tickets = tuple(tickets_refill(db, state, stored.row) for state in snapshot.tickets)
    return msgspec.structs.replace(snapshot, hold=hold, tickets=tickets)


def raw_mail(db: Connection, journal_id: int) -> bytes | None:
    """Give the bytes of a journaled mail, None if they are gone."""
    return read_raws(db, "journal_raw", [journal_id]).get(journal_id)


def find_unreadable(db: Connection, journal_id: int) -> int:
    """Give the ticket that says that a mail could not be read, 0 if there is none."""
    first = next(iter(find_stored(db, str(journal_id))), None)
    is_one = first is not None and any(why.reason is Reason.UNREADABLE for why in first.decision.why)
    return (first.ticket or 0) if first and is_one else 0


def _causes(journal_id: int) -> tuple[str, str]:
    return MailArrived(journal_id).key, MailArrived(journal_id, again=True).key


def _journal_ids(db: Connection, what: str) -> list[int]:
    if what.isdigit():
        return [int(what)]
    rows = db.all("SELECT id FROM journal WHERE message_id = :id AND message_id <> ''", id=what.strip().strip("<>"))
    return [number for (number,) in rows]
