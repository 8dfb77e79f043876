"""Look whether what is stored fits together: each promise that the tables make, asked of the tables."""

import hashlib
from collections.abc import Iterator

from maildesk.store.codec import unpack
from maildesk.store.engines.connection import Connection

_MOST = 20
_PAGE = 200

# What must not be found, as a sentence about the ids that are.
BROKEN = (
    (
        "done mails with neither an entry, nor a decision, nor a stated reason",
        (
            "SELECT j.id FROM journal AS j WHERE j.state = 'done' AND j.note = ''"
            " AND NOT EXISTS (SELECT 1 FROM entry WHERE journal_id = j.id)"
            " AND NOT EXISTS (SELECT 1 FROM decision WHERE cause = 'mail:' || j.id)"
        ),
    ),
    (
        "quarantined mails that do not say why",
        "SELECT id FROM journal WHERE state = 'quarantined' AND problem = ''",
    ),
    (
        "mails without their bytes",
        "SELECT id FROM journal WHERE NOT EXISTS (SELECT 1 FROM journal_raw WHERE journal_raw.id = journal.id)",
    ),
    (
        "letters without their bytes",
        "SELECT id FROM outbox WHERE NOT EXISTS (SELECT 1 FROM outbox_raw WHERE outbox_raw.id = outbox.id)",
    ),
    (
        "entries whose decision is missing",
        "SELECT id FROM entry WHERE NOT EXISTS (SELECT 1 FROM decision WHERE decision.id = entry.decision)",
    ),
    (
        "entries of tickets that were merged away",
        "SELECT e.id FROM entry AS e JOIN ticket AS t ON t.number = e.ticket WHERE t.merged_into IS NOT NULL",
    ),
    (
        "tickets without an entry",
        (
            "SELECT number FROM ticket WHERE merged_into IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.ticket = ticket.number)"
        ),
    ),
    (
        "merged tickets whose survivor was merged itself",
        "SELECT t.number FROM ticket AS t JOIN ticket AS s ON s.number = t.merged_into WHERE s.merged_into IS NOT NULL",
    ),
    (
        "merged tickets that lead to no ticket",
        (
            "SELECT number FROM ticket AS t WHERE merged_into IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM ticket AS s WHERE s.number = t.merged_into)"
        ),
    ),
    (
        "decisions about tickets that do not exist",
        (
            "SELECT id FROM decision WHERE ticket IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM ticket WHERE number = decision.ticket)"
        ),
    ),
    (
        "known message ids that still point to a merged ticket",
        (
            "SELECT k.id FROM known_message AS k JOIN ticket AS t ON t.number = k.ticket"
            " WHERE t.merged_into IS NOT NULL AND k.kind <> 'sent'"
        ),
    ),
    (
        "letters to participants that belong to no ticket",
        "SELECT id FROM outbox WHERE ticket IS NULL AND kind NOT LIKE 'agent:%'",
    ),
    (
        "letters that wait for ever: sending, but nobody's",
        "SELECT id FROM outbox WHERE state = 'sending' AND owner IS NULL",
    ),
    (
        "acknowledged tickets that were acknowledged twice",
        "SELECT ticket FROM outbox WHERE kind = 'acknowledgement' AND ticket IS NOT NULL GROUP BY ticket HAVING COUNT(*) > 1",
    ),
    (
        "waiting timers of tickets that were merged away",
        (
            "SELECT m.id FROM timer AS m JOIN ticket AS t ON t.number = m.ticket"
            " WHERE m.state = 'waiting' AND t.merged_into IS NOT NULL"
        ),
    ),
    (
        "tickets whose requester takes no part",
        (
            "SELECT number FROM ticket AS t WHERE requester <> '' AND NOT EXISTS"
            " (SELECT 1 FROM participant AS p WHERE p.ticket = t.number AND p.address_key = t.requester_key)"
        ),
    ),
)


def verify(db: Connection) -> list[str]:
    """Give a line for every promise that is broken, naming the first rows that break it; nothing if all is well."""
    found = list(_check_file(db))
    for sentence, sql in BROKEN:
        rows = db.all(f"{sql} LIMIT {_MOST + 1}")
        if rows:
            ids = ", ".join(str(row[0]) for row in rows[:_MOST])
            found.append(f"{sentence}: {ids}{' …' if len(rows) > _MOST else ''}")
    return found + list(_check_bytes(db))


def _check_file(db: Connection) -> Iterator[str]:
    """Ask SQLite itself about its file; PostgreSQL checks its pages as it reads them."""
    if db.sqlite:
        for (line,) in db.all("PRAGMA integrity_check(20)"):
            if line != "ok":
                yield f"the file is damaged: {line}"
        for table, row, parent, _ in db.all("PRAGMA foreign_key_check"):
            yield f"{table} row {row} points to a row of {parent} that is not there"


def _check_bytes(db: Connection) -> Iterator[str]:
    """Compare the bytes of every mail with the digest that was taken when it came."""
    last = 0
    while rows := db.all(
        f"SELECT j.id, j.digest, j.size, r.raw, r.packed FROM journal AS j JOIN journal_raw AS r ON r.id = j.id"  # noqa: S608 -- ours
        f" WHERE j.id > :last ORDER BY j.id LIMIT {_PAGE}",
        last=last,
    ):
        for number, digest, size, packed_raw, packed in rows:
            last = number
            try:
                raw = unpack(packed_raw, packed)
            except Exception as problem:  # noqa: BLE001 -- whatever the bytes have become
                yield f"mail {number} cannot be unpacked: {problem}"
                continue
            if len(raw) != size or hashlib.sha256(raw).digest() != bytes(digest):
                yield f"mail {number} is not the mail that came: its bytes have changed"
