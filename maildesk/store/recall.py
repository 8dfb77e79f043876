"""Read what the running desk and `explain` ask outside of a transaction: raw mail behind a question, keys, old decisions."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from maildesk.model.decision import Decision
from maildesk.model.snapshot import Snapshot
from maildesk.model.value import from_json
from maildesk.store.apply import Content
from maildesk.store.codec import unpack
from maildesk.store.engines.connection import Connection
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


def decisions_about(db: Connection, what: str) -> list[tuple[Decision, int | None]]:
    """Give the stored decisions about `#1042`, a message id (with or without brackets) or a journal id, oldest first."""
    return [(stored.decision, stored.ticket) for stored in find_stored(db, what)]


def find_stored(db: Connection, what: str) -> list[Stored]:
    """Give the same decisions with what was known; `refill` puts back what is not stored twice."""
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
            causes=[f"mail:{number}" for number in _journal_ids(db, what)] or [""],
            most=_MOST_DECISIONS,
        )
    found = []
    for row, ticket, policy, content, packed in rows:
        read = from_json(unpack(content, packed), Content)
        found.append(Stored(row, ticket, policy, read.snapshot, read.decision))
    return found


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


def _journal_ids(db: Connection, what: str) -> list[int]:
    if what.isdigit():
        return [int(what)]
    rows = db.all("SELECT id FROM journal WHERE message_id = :id AND message_id <> ''", id=what.strip().strip("<>"))
    return [number for (number,) in rows]
