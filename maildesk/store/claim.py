"""Claim rows of the three queues (journal, outbox, timer) for this process, and free what the dead have left.

A claim counts an attempt, and is committed before anybody acts on it: what kills the program is counted. But a process
dies with many rows in its hands, and only one of them can be to blame. So the first death takes the attempt back and
marks the row (`crashes`); marked mails are claimed one at a time, and from then on a death does count. Whoever claims one
that was marked more than once works on nothing else meanwhile: three deaths must not come upon a mail by chance.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from maildesk.model.value import Value
from maildesk.store import owner as owners
from maildesk.store.codec import to_us
from maildesk.store.engines.connection import Connection, Row

PUSH = dt.timedelta(minutes=2)  # an attempt on the network pushes the next one so far ahead, before it begins


class Queue(Value, frozen=True):
    """How one table is claimed: what is set on a claimed row, what is given back, and which rows may be claimed."""

    table: str
    columns: str
    sets: str = ""
    only: str = ""


MAILS = Queue(
    "journal",
    "id, source, source_key, envelope, received_at, mailbox, message_id, crashes, attempts",
    only="AND crashes = 0",
)
MARKED_MAILS = Queue(
    "journal",
    MAILS.columns,
    only="AND crashes > 0 AND NOT EXISTS"
    " (SELECT 1 FROM journal AS mine WHERE mine.owner = :owner AND mine.state = 'waiting' AND mine.crashes > 0)",
)
LETTERS = Queue(
    "outbox",
    "id, effect_key, kind, mail_from, rcpt_to, message_id, promise, automatic, ticket, entry, due, expires, attempts,"
    " ambiguous, refused",
    sets=", state = 'sending', data_sent = false, due = :pushed",
    only="AND substr(kind, 1, 5) <> 'hook:'",
)
CALLS = Queue(LETTERS.table, LETTERS.columns, LETTERS.sets, only="AND substr(kind, 1, 5) = 'hook:'")
TIMERS = Queue("timer", "id, ticket, kind, due")


def claim(db: Connection, queue: Queue, owner: str, now: dt.datetime, limit: int) -> list[Row]:
    """Claim due rows, the longest due first; on PostgreSQL those that another process is claiming are passed by."""
    sql = (
        f"UPDATE {queue.table} SET owner = :owner, claimed = {{clock}}, attempts = attempts + 1{queue.sets}"  # noqa: S608 -- ours
        f" WHERE id IN (SELECT id FROM {queue.table} WHERE state = 'waiting' AND owner IS NULL AND due <= :now"
        f" {queue.only} ORDER BY due, id LIMIT :limit {{pg: FOR UPDATE SKIP LOCKED}}) RETURNING {queue.columns}"
    )
    params: dict[str, Any] = {"owner": owner, "now": to_us(now), "limit": limit}
    if queue.sets:
        params["pushed"] = to_us(now + PUSH)
    return sorted(db.all(sql, **params))


def give_back(db: Connection, ids: Sequence[int], owner: str) -> None:
    """Free mails that this process held and could not work on; the attempt did not take place."""
    if ids:
        db.run(
            "UPDATE journal SET owner = NULL, claimed = NULL, attempts = attempts - 1"
            " WHERE id IN :ids AND state = 'waiting' AND owner = :owner",
            ids=ids,
            owner=owner,
        )


def leave_bulk(db: Connection, rows: list[Row], owner: str, most_bytes: int) -> list[Row]:
    """Keep as many of the claimed mails as have `most_bytes` together, one at least, and give the others back."""
    if not rows:
        return rows
    sizes: dict[int, int] = dict(db.all("SELECT id, size FROM journal WHERE id IN :ids", ids=[row[0] for row in rows]))
    held = kept = 0
    for row in rows:
        held += sizes[row[0]]
        if kept and held > most_bytes:
            break
        kept += 1
    give_back(db, [row[0] for row in rows[kept:]], owner)
    return rows[:kept]


def free_abandoned(db: Connection) -> int:
    """Free the rows of processes that are gone; give how many mails that were."""
    owners.forget_dead(db)
    return _free(
        db,
        "owner NOT IN (SELECT owner FROM process) OR claimed < {clock} - :longest",
        longest=int(owners.LONGEST_HOLD.total_seconds() * 1_000_000),
    )


def leave(db: Connection, owner: str) -> None:
    """Give everything back that this process holds, blaming nothing, and strike it off."""
    db.run(
        "UPDATE journal SET owner = NULL, claimed = NULL, attempts = attempts - 1"
        " WHERE state = 'waiting' AND owner = :owner",
        owner=owner,
    )
    _free(db, "owner = :owner", owner=owner)
    db.run("DELETE FROM process WHERE owner = :owner", owner=owner)


def _free(db: Connection, whose: str, **params: Any) -> int:
    mails = db.run(
        "UPDATE journal SET owner = NULL, claimed = NULL, crashes = crashes + 1,"  # noqa: S608 -- conditions of this file
        " attempts = attempts - CASE WHEN crashes = 0 THEN 1 ELSE 0 END"
        f" WHERE state = 'waiting' AND owner IS NOT NULL AND ({whose})",
        **params,
    )
    # The final dot may have been written: a notice counts as sent, a person's words are sent again, byte for byte.
    db.run(
        "UPDATE outbox SET owner = NULL, claimed = NULL, state = 'unsure', finished = {clock},"  # noqa: S608 -- ours
        " last_reply = 'interrupted after the mail was handed over'"
        f" WHERE state = 'sending' AND data_sent AND promise = 'at-most-once' AND ({whose})",
        **params,
    )
    db.run(
        "UPDATE outbox SET owner = NULL, claimed = NULL, state = 'waiting', due = created,"  # noqa: S608 -- ours
        " ambiguous = ambiguous + CASE WHEN data_sent THEN 1 ELSE 0 END"
        f" WHERE state = 'sending' AND ({whose})",
        **params,
    )
    db.run(
        "UPDATE timer SET owner = NULL, claimed = NULL"  # noqa: S608 -- ours
        f" WHERE state = 'waiting' AND owner IS NOT NULL AND ({whose})",
        **params,
    )
    return mails
