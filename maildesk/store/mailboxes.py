"""What the pollers of mailboxes ask: which mails are known and by what name, and whose turn at a mailbox it is.

A key of an IMAP mail is `mark/uidvalidity/uid` (see ingest.imap.account); an epoch is all of it up to the last slash.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from maildesk.model.mail import Arrival
from maildesk.store import owner as owners
from maildesk.store.codec import clean
from maildesk.store.engines.connection import Connection
from maildesk.store.journal import find_message_id

LEASE = "lease:"
_AT_ONCE = 500


class Renamed(NamedTuple):
    """A row of the journal, the key it has, and the key it is to have."""

    journal_id: int
    old: str
    new: str


def has_other_epochs(db: Connection, source: str, epoch: str) -> bool:
    """Tell whether the journal knows mails of a source from before its folder was numbered anew."""
    other = db.value(
        "SELECT 1 FROM journal WHERE source = :source AND substr(source_key, 1, :length) <> :epoch LIMIT 1",
        source=source,
        length=len(epoch),
        epoch=epoch,
    )
    return other is not None


def find_same(db: Connection, arrivals: Sequence[Arrival], epoch: str) -> tuple[set[str], list[Renamed]]:
    """Tell which mails the journal has byte for byte from the same source under another name; give the rows to be renamed.

    With an `epoch` only rows of others count, each once: two mails of one epoch are two mails, whatever is in them. Without
    one all rows count and keep their names.
    """
    known: set[str] = set()
    renamed: list[Renamed] = []
    used: set[int] = set()
    for arrival in arrivals:
        rows = db.all(
            "SELECT id, source_key FROM journal WHERE message_id = :id AND digest = :digest AND source = :source"
            " ORDER BY id",
            id=clean(arrival.message_id or find_message_id(arrival.raw)),
            digest=arrival.digest or hashlib.sha256(arrival.raw).digest(),
            source=arrival.source,
        )
        for number, key in rows:
            if number in used or (epoch and key.startswith(epoch)):
                continue
            known.add(arrival.source_key)
            if epoch:
                used.add(number)
                renamed.append(Renamed(number, key, arrival.source_key))
            break
    return known, renamed


def rename(db: Connection, renamed: Iterable[Renamed]) -> None:
    """Give known mails the names they have at the server now."""
    for number, old, new in renamed:
        db.run(
            "UPDATE journal SET source_key = :new WHERE id = :id AND source_key = :old AND NOT EXISTS"
            " (SELECT 1 FROM journal AS other WHERE other.source = journal.source AND other.source_key = :new)",
            id=number,
            old=old,
            new=new,
        )


def message_ids(db: Connection, source: str, keys: Sequence[str]) -> dict[str, str]:
    """Give the message ids of mails by key."""
    return {key: found for key, found, *_ in _rows(db, source, keys, "message_id")}


def known_contents(db: Connection, source: str, ids: Sequence[str]) -> set[tuple[str, int]]:
    """Give message id and size of all mails of a source that have one of these message ids."""
    found: set[tuple[str, int]] = set()
    for start in range(0, len(ids), _AT_ONCE):
        found.update(
            (message_id, size)
            for message_id, size in db.all(
                "SELECT message_id, size FROM journal WHERE source = :source AND message_id IN :ids",
                source=source,
                ids=list(ids[start : start + _AT_ONCE]),
            )
            if message_id
        )
    return found


def quarantined(db: Connection, source: str, keys: Sequence[str]) -> set[str]:
    """Tell which of these mails are in quarantine."""
    return {key for key, state in _rows(db, source, keys, "state") if state == "quarantined"}


def done_before(db: Connection, source: str, keys: Sequence[str], moment: int) -> set[str]:
    """Tell which of these mails were decided, and accepted before a moment."""
    return {
        key
        for key, state, accepted in _rows(db, source, keys, "state, accepted_at")
        if state == "done" and accepted < moment
    }


def holds_lease(db: Connection, name: str, owner: str) -> bool:
    """Tell whether a process has the turn at something."""
    held = db.value("SELECT value FROM meta WHERE key = :key", key=LEASE + name)
    return held is not None and held.partition(" ")[2] == owner


def take_lease(db: Connection, name: str, owner: str) -> bool:
    """Take the turn, if nobody has it or who has it is dead by the database's clock; each change of hands counts one up."""
    key = LEASE + name
    held = db.value("SELECT value FROM meta WHERE key = :key", key=key)
    if held is None:
        sql = "INSERT INTO meta (key, value) VALUES (:key, :value) ON CONFLICT (key) DO NOTHING"
        return db.run(sql, key=key, value=f"1 {owner}") > 0
    epoch, _, holder = held.partition(" ")
    if holder == owner:
        return True
    if holder and _lives(db, holder):
        return False
    sql = "UPDATE meta SET value = :new WHERE key = :key AND value = :held"
    return db.run(sql, key=key, held=held, new=f"{int(epoch) + 1} {owner}") > 0


def give_lease_back(db: Connection, name: str, owner: str) -> None:
    """End one's turn, if one has it."""
    held = db.value("SELECT value FROM meta WHERE key = :key", key=LEASE + name)
    if held is not None and held.partition(" ")[2] == owner:
        sql = "UPDATE meta SET value = :new WHERE key = :key AND value = :held"
        db.run(sql, key=LEASE + name, held=held, new=f"{held.partition(' ')[0]} ")


def _lives(db: Connection, owner: str) -> bool:
    silent = int(owners.LEASE.total_seconds() * 1_000_000)
    seen = db.value("SELECT seen >= {clock} - :silent FROM process WHERE owner = :owner", owner=owner, silent=silent)
    return bool(seen) and not owners.is_dead(owner)


def _rows(db: Connection, source: str, keys: Sequence[str], columns: str) -> Iterable[tuple[Any, ...]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield from db.all(
            f"SELECT source_key, {columns} FROM journal WHERE source = :source AND source_key IN :keys",  # noqa: S608 -- ours
            source=source,
            keys=list(keys[start : start + _AT_ONCE]),
        )
