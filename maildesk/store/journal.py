"""The journal: every mail ever accepted, as it came; committed before anybody is told that we have it.

A source that may send the same mail twice (a client whose 250 was lost, RFC 1047) is known by the digest of envelope
and bytes: the same digest today or yesterday is the same row.
"""

import datetime as dt
import hashlib
import json
import re
from typing import Any

from maildesk.model.mail import Accepted, Arrival, Envelope
from maildesk.model.value import Value
from maildesk.store.codec import clean, from_us, pack, to_us, unpack
from maildesk.store.engines.connection import Connection, Row, insert_into
from maildesk.store.schema import journal, journal_raw

BY_DIGEST = ("smtp", "lmtp", "pipe", "web")
_HEADER_BYTES = 65_536
_MESSAGE_ID = re.compile(rb"\nmessage-id:[ \t]*(?:\r?\n[ \t]+)?<([^<>\s]{1,998})>", re.IGNORECASE)


class Claimed(Value, frozen=True):
    """A journaled mail that this process holds now; `attempts` already counts this one, `crashes` are deaths with it in hand."""

    journal_id: int
    arrival: Arrival
    attempts: int
    crashes: int = 0


class Prepared(Value, frozen=True):
    """A mail ready to be inserted: digested and compressed before the writer's turn comes."""

    params: dict[str, Any]
    raw: bytes
    packed: bool


_ROW = insert_into(
    journal,
    "source", "source_key", "message_id", "mailbox", "envelope", "received_at", "accepted_at", "size", "digest",
    "state", "due", "attempts", "owner", "claimed",
    tail="ON CONFLICT (source, source_key) DO NOTHING",
)  # fmt: skip
_ROW_UNLESS_YESTERDAY = _ROW.replace(" VALUES (", " SELECT ").replace(
    ") ON CONFLICT",
    " WHERE NOT EXISTS (SELECT 1 FROM journal WHERE source = :source AND source_key = :key_before) ON CONFLICT",
)
_RAW = insert_into(journal_raw, "id", "packed", "raw")
# PostgreSQL does both inserts in one round trip.
_BOTH = (
    "WITH fresh AS ({row} RETURNING id), kept AS (INSERT INTO journal_raw (id, packed, raw) SELECT id, :packed, :raw FROM fresh)"
    " SELECT id FROM fresh"
)


def prepare(arrival: Arrival, owner: str | None, now: dt.datetime) -> Prepared:
    """Make the row of an arriving mail; `owner` claims it at once."""
    digest = arrival.digest or hashlib.sha256(arrival.raw).digest()
    key, before = _keys(arrival)
    raw, packed = pack(arrival.raw)
    params = {
        "source": arrival.source,
        "source_key": key,
        "message_id": clean(arrival.message_id or find_message_id(arrival.raw)),
        "mailbox": clean(arrival.mailbox),
        # ASCII JSON keeps what an address may hold and a text column may not (NUL, undecodable bytes).
        "envelope": json.dumps([arrival.envelope.mail_from, *arrival.envelope.rcpt_to]),
        "received_at": to_us(arrival.received_at),
        "accepted_at": to_us(now),
        "size": len(arrival.raw),
        "digest": digest,
        "state": "waiting",
        "due": min(to_us(arrival.received_at), to_us(now)),
        "attempts": 1 if owner else 0,
        "owner": owner,
        "claimed": to_us(now) if owner else None,
    }
    if before:
        params["key_before"] = before
    return Prepared(params, raw, packed)


def accept(db: Connection, prepared: Prepared) -> Accepted:
    """Insert a mail, or find where it stands already."""
    params = prepared.params
    row_sql = _ROW_UNLESS_YESTERDAY if "key_before" in params else _ROW
    if db.sqlite:
        fresh = db.insert(row_sql, **params)
        if fresh is not None:
            db.run(_RAW, id=fresh, packed=prepared.packed, raw=prepared.raw)
    else:
        fresh = db.value(_BOTH.format(row=row_sql), **params, packed=prepared.packed, raw=prepared.raw)
    if fresh is not None:
        return Accepted(fresh, True)
    row = db.one(
        "SELECT id, owner, claimed FROM journal WHERE source = :source AND source_key IN :keys",
        source=params["source"],
        keys=[params["source_key"], params.get("key_before", "")],
    )
    assert row is not None
    # Our own insert, run again because the connection broke while it was committed: still ours to work on.
    ours = params["owner"] is not None and row[1:] == (params["owner"], params["claimed"])
    return Accepted(row[0], ours)


def find_message_id(raw: bytes) -> str:
    """Read the Message-ID off the header block, if it is plainly there; parsing proper comes later."""
    head = b"\n" + raw[:_HEADER_BYTES]
    ends = [position for position in (head.find(b"\n\r\n"), head.find(b"\n\n")) if position >= 0]
    found = _MESSAGE_ID.search(head, 0, min(ends) + 1 if ends else len(head))
    return found[1].decode("ascii", "replace") if found else ""


def read_claimed(db: Connection, rows: list[Row]) -> list[Claimed]:
    """Make values of claimed rows (the columns of `claim.MAILS`), with their bytes."""
    raws = read_raws(db, "journal_raw", [row[0] for row in rows])
    return [Claimed(row[0], read_arrival(row, raws[row[0]]), row[-1], row[-2]) for row in rows]


def read_arrival(row: Row, raw: bytes) -> Arrival:
    """Make a mail of a row that begins like `claim.MAILS`."""
    _, source, key, envelope, received, mailbox, message_id = row[:7]
    mail_from, *rcpt_to = json.loads(envelope)
    return Arrival(source, key, raw, Envelope(mail_from, tuple(rcpt_to)), from_us(received), mailbox, message_id)


def read_raws(db: Connection, table: str, ids: list[int]) -> dict[int, bytes]:
    """Fetch the bytes of rows of the journal or the outbox."""
    if not ids:
        return {}
    rows = db.all(f"SELECT id, raw, packed FROM {table} WHERE id IN :ids", ids=ids)  # noqa: S608 -- one of two tables
    return {number: unpack(raw, packed) for number, raw, packed in rows}


def finish(db: Connection, journal_id: int, note: str, now: dt.datetime) -> None:
    """End the waiting of a mail; its problem, if it had one, stays on record."""
    db.run(
        "UPDATE journal SET state = 'done', note = :note, finished = :now, owner = NULL, claimed = NULL"
        " WHERE id = :id AND state <> 'done'",
        id=journal_id,
        note=clean(note),
        now=to_us(now),
    )


def defer(db: Connection, journal_id: int, until: dt.datetime, problem: str, count_attempt: bool) -> None:
    """Free a mail until later; without `count_attempt` it was not its turn yet, and the attempt is taken back."""
    db.run(
        "UPDATE journal SET owner = NULL, claimed = NULL, due = :due, attempts = attempts - :back,"
        " waits = waits + :back, problem = CASE WHEN :problem = '' THEN problem ELSE :problem END"
        " WHERE id = :id AND state = 'waiting'",
        id=journal_id,
        due=to_us(until),
        back=0 if count_attempt else 1,
        problem=clean(problem),
    )


def quarantine(db: Connection, journal_id: int, problem: str, now: dt.datetime) -> None:
    """Put a mail aside with what went wrong."""
    db.run(
        "UPDATE journal SET state = 'quarantined', problem = :problem, finished = :now, owner = NULL, claimed = NULL"
        " WHERE id = :id AND state = 'waiting'",
        id=journal_id,
        problem=clean(problem),
        now=to_us(now),
    )


def retry(db: Connection, journal_id: int, now: dt.datetime) -> bool:
    """Let a quarantined (or long deferred) mail be tried afresh; a mail that was decided never is."""
    changed = db.run(
        "UPDATE journal SET state = 'waiting', attempts = 0, crashes = 0, waits = 0, due = :now, finished = NULL,"
        " owner = NULL WHERE id = :id AND state <> 'done' AND owner IS NULL",
        id=journal_id,
        now=to_us(now),
    )
    return changed > 0


def _keys(arrival: Arrival) -> tuple[str, str]:
    """Give the key under which a mail is unique, and the one it would have had the day before."""
    if arrival.source not in BY_DIGEST and arrival.source_key:
        return clean(arrival.source_key), ""
    key = arrival.source_key
    if not key:
        envelope = json.dumps([arrival.envelope.mail_from, *sorted(arrival.envelope.rcpt_to)])
        key = hashlib.sha256(envelope.encode() + b"\0" + arrival.raw).hexdigest()
    if arrival.source not in BY_DIGEST:
        return key, ""
    day = arrival.received_at.astimezone(dt.UTC).date()
    return f"{key}/{day.isoformat()}", f"{key}/{(day - dt.timedelta(days=1)).isoformat()}"
