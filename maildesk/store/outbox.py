"""The outbox: finished mails of ours, one row per recipient and effect, until the relay has taken them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from maildesk.model.decision import KnownKind
from maildesk.model.outgoing import Attempt, OutboxState, Outgoing, Promise, Queued
from maildesk.store.codec import clean, domain_of, fold, from_us, json_text, maybe_moment, maybe_us, pack, to_us
from maildesk.store.engines.connection import Connection, Row, insert_into
from maildesk.store.journal import read_raws
from maildesk.store.schema import known_message, outbox, outbox_raw

COUNTED = ("acknowledgement", "status")  # automatic mail nobody asked for: what the budgets are about
MOST_REPLY = 500
HOOK = "hook:"  # how the kind of a call begins: it is no mail, and its id answers to nothing

_QUEUE = insert_into(
    outbox,
    "effect_key", "ticket", "entry", "kind", "mail_from", "rcpt_to", "rcpt_key", "rcpt_domain", "message_id", "promise",
    "automatic", "counted", "state", "due", "attempts", "owner", "claimed", "created", "expires", "last_reply",
    tail="ON CONFLICT (effect_key) DO NOTHING",
)  # fmt: skip
_RAW = insert_into(outbox_raw, "id", "packed", "raw")
KNOW = insert_into(
    known_message,
    "message_id", "kind", "ticket", "mailbox", "date", "date_last", "author", "journal_id", "addressed", "what",
    "digest", "copy", "chain", "at",
    tail="ON CONFLICT (message_id, mailbox, ticket, kind, copy) DO UPDATE SET"
    # A mail without a Date may be of any day, and then so may the ghost it refers to.
    " date = CASE WHEN excluded.date IS NULL OR excluded.date < known_message.date"
    " THEN excluded.date ELSE known_message.date END,"
    " date_last = CASE WHEN excluded.date_last IS NULL OR excluded.date_last > known_message.date_last"
    " THEN excluded.date_last ELSE known_message.date_last END,"
    " addressed = excluded.addressed, chain = known_message.chain OR excluded.chain",
)  # fmt: skip


def queue(db: Connection, letters: Iterable[Outgoing], now: dt.datetime, owner: str | None) -> tuple[Queued, ...]:
    """Insert what is not there yet; `owner` claims what may leave at once, which counts as its first attempt."""
    queued: list[Queued] = []
    known: list[dict[str, Any]] = []
    raws: list[dict[str, Any]] = []
    for letter in letters:
        is_call = letter.kind.startswith(HOOK)
        at_once = (
            owner is not None
            and not (letter.held or is_call)
            and (letter.not_before is None or letter.not_before <= now)
        )
        row = db.insert(_QUEUE, **_row(letter, now, owner if at_once else None))
        if row is None:
            continue
        if not letter.held:
            queued.append(Queued(row, letter, 1 if at_once else 0))
        raw, packed = pack(letter.raw)
        raws.append({"id": row, "packed": packed, "raw": raw})
        if letter.ticket is not None and letter.message_id and not is_call:
            known.append(_known(letter, now))
    db.many(_RAW, raws)
    db.many(KNOW, known)
    return tuple(queued)


def is_counted(letter: Outgoing) -> bool:
    """Tell whether a letter weighs in the budgets and the storm brake."""
    return letter.automatic and letter.kind in COUNTED


def _row(letter: Outgoing, now: dt.datetime, owner: str | None) -> dict[str, Any]:
    return {
        "effect_key": clean(letter.key),
        "ticket": letter.ticket,
        "entry": letter.entry,
        "kind": letter.kind,
        "mail_from": clean(letter.mail_from),
        "rcpt_to": clean(letter.rcpt_to),
        "rcpt_key": fold(letter.rcpt_to),
        "rcpt_domain": domain_of(letter.rcpt_to),
        "message_id": clean(letter.message_id),
        "promise": letter.promise.value,
        "automatic": letter.automatic,
        "counted": is_counted(letter),
        "state": "held" if letter.held else "sending" if owner else "waiting",
        "due": to_us(max(letter.not_before, now) if letter.not_before else now),
        "attempts": 1 if owner else 0,
        "owner": owner,
        "claimed": to_us(now) if owner else None,
        "created": to_us(now),
        "expires": maybe_us(letter.expires),
        "last_reply": clean(letter.held[:MOST_REPLY]),
    }


def _known(letter: Outgoing, now: dt.datetime) -> dict[str, Any]:
    """Remember our own id: replies will name it, and participants' replies build their References on it."""
    return {
        "message_id": clean(letter.message_id),
        "kind": KnownKind.SENT.value,
        "ticket": letter.ticket,
        "mailbox": "",
        "date": to_us(now),
        "date_last": to_us(now),
        "author": "",
        "journal_id": None,
        "addressed": json_text([fold(letter.rcpt_to)]),
        "what": letter.kind,
        "digest": "",
        "copy": 0,
        "chain": not letter.kind.startswith("agent:"),
        "at": to_us(now),
    }


def read_queued(db: Connection, rows: list[Row]) -> list[Queued]:
    """Make values of claimed rows (the columns of `claim.LETTERS`), with their bytes."""
    raws = read_raws(db, "outbox_raw", [row[0] for row in rows])
    return [_read_queued(row, raws[row[0]]) for row in rows]


def _read_queued(row: Row, raw: bytes) -> Queued:
    number, key, kind, mail_from, rcpt_to, message_id, promise, automatic, ticket, entry, due, expires, *counts = row
    letter = Outgoing(
        key=key,
        kind=kind,
        mail_from=mail_from,
        rcpt_to=rcpt_to,
        message_id=message_id,
        raw=raw,
        promise=Promise(promise),
        automatic=bool(automatic),
        ticket=ticket,
        entry=entry,
        not_before=from_us(due),
        expires=maybe_moment(expires),
    )
    attempts, ambiguous, refused = counts
    return Queued(number, letter, attempts, ambiguous, refused)


def mark_data_sent(db: Connection, ids: Sequence[int], owner: str) -> None:
    """Write down that the final dot is about to leave: from now on the fate of these attempts may be unknown."""
    db.run(
        "UPDATE outbox SET data_sent = true WHERE id IN :ids AND state = 'sending' AND owner = :owner",
        ids=ids,
        owner=owner,
    )


def finish(db: Connection, attempts: Sequence[Attempt], owner: str, now: dt.datetime) -> None:
    """Write down what attempts came to; of rows that meanwhile belong to another process nothing is said."""
    db.many(
        "UPDATE outbox SET state = :state, last_reply = :reply, due = COALESCE(:due, due), finished = :finished,"
        " owner = NULL, claimed = NULL, data_sent = false, attempts = attempts - :uncounted,"
        " ambiguous = ambiguous + :ambiguous, refused = refused + :refused"
        " WHERE id = :id AND state = 'sending' AND owner = :owner",
        [
            {
                "id": attempt.queued_id,
                "state": attempt.state.value,
                "reply": clean(attempt.reply[:MOST_REPLY]),
                "due": maybe_us(attempt.retry_at),
                "finished": None if attempt.state in (OutboxState.WAITING, OutboxState.HELD) else to_us(now),
                "owner": owner,
                "uncounted": 0 if attempt.counts else 1,
                "ambiguous": 1 if attempt.ambiguous else 0,
                "refused": 1 if attempt.refused else 0,
            }
            for attempt in attempts
        ],
    )


def set_state(
    db: Connection, ids: Sequence[int], states: Sequence[OutboxState], new: OutboxState, now: dt.datetime
) -> list[int]:
    """Retry, hold or drop rows that are in one of `states`; gives the ids that were changed."""
    again = new is OutboxState.WAITING
    rows = db.all(
        "UPDATE outbox SET state = :new, due = COALESCE(:due, due), finished = :finished,"
        " expires = CASE WHEN expires <= :expired THEN NULL ELSE expires END"
        " WHERE id IN :ids AND state IN :states RETURNING id",
        ids=ids,
        states=[state.value for state in states],
        new=new.value,
        due=to_us(now) if again else None,
        finished=to_us(now) if new is OutboxState.DROPPED else None,
        expired=to_us(now) if again else 0,  # who asks for another try asks for it although the time is over
    )
    return sorted(number for (number,) in rows)


class Late(NamedTuple):
    """A reply that has waited for hours."""

    id: int
    ticket: int
    rcpt_to: str
    last_reply: str
    kind: str


def late_replies(db: Connection, since: dt.datetime) -> list[Late]:
    """List people's replies made before a moment that still wait to leave, and of which nobody was told; one a ticket."""
    rows = db.all(
        "SELECT o.id, o.ticket, o.rcpt_to, o.last_reply, o.kind FROM outbox AS o JOIN"
        " (SELECT MIN(id) AS first FROM outbox WHERE state = 'waiting' AND kind = 'reply' AND created < :since"
        " AND ticket IS NOT NULL GROUP BY ticket) AS late ON late.first = o.id"
        " WHERE NOT EXISTS (SELECT 1 FROM decision WHERE cause = 'command:late:' || o.id) ORDER BY o.id LIMIT 50",
        since=to_us(since),
    )
    return [Late(*row) for row in rows]


def settle_held(db: Connection, release: bool, now: dt.datetime) -> tuple[int, int]:
    """Let go, or drop, what the storm brake holds; what came too late is dropped in any case. Gives both numbers."""
    late = "OR expires <= :now" if release else "OR 1 = 1"
    dropped = db.run(
        f"UPDATE outbox SET state = 'dropped', finished = :now WHERE state = 'held' AND counted AND (1 = 0 {late})",  # noqa: S608 -- ours
        now=to_us(now),
    )
    released = db.run(
        "UPDATE outbox SET state = 'waiting', due = :now WHERE state = 'held' AND counted", now=to_us(now)
    )
    return released, dropped
