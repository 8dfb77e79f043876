"""Find mails that the desk sent to itself to try something, and take them out of the journal again."""

import json
from typing import NamedTuple

from maildesk.model.mail import Envelope
from maildesk.store.engines.connection import Connection
from maildesk.store.journal import read_raws


class Probe(NamedTuple):
    """A probe that arrived: its journal row, how it came, and its bytes as they arrived."""

    journal_id: int
    source: str
    source_key: str
    envelope: Envelope
    raw: bytes


def find_probe(db: Connection, message_id: str) -> Probe | None:
    """Find a probe by its message id, once the desk is done with it."""
    row = db.one(
        "SELECT id, source, source_key, envelope FROM journal"
        " WHERE message_id = :id AND message_id <> '' AND state = 'done'",
        id=message_id,
    )
    if row is None:
        return None
    number, source, key, envelope = row
    mail_from, *rcpt_to = json.loads(envelope)
    raw = read_raws(db, "journal_raw", [number]).get(number, b"")
    return Probe(number, source, key, Envelope(mail_from, tuple(rcpt_to)), raw)


def forget_probe(db: Connection, journal_id: int) -> bool:
    """Take a probe out, with the decision that it was our own mail; False if it has left traces on a ticket: then it stays."""
    if db.value("SELECT 1 FROM entry WHERE journal_id = :id LIMIT 1", id=journal_id) or db.value(
        "SELECT 1 FROM known_message WHERE journal_id = :id LIMIT 1", id=journal_id
    ):
        return False
    db.run("DELETE FROM decision WHERE cause = :cause", cause=f"mail:{journal_id}")
    db.run("DELETE FROM journal_raw WHERE id = :id", id=journal_id)
    return db.run("DELETE FROM journal WHERE id = :id", id=journal_id) > 0
