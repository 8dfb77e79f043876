"""Read what the command line shows, in the JSON shapes that scripts rely on."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any

from maildesk.store.codec import from_us, to_us
from maildesk.store.engines.connection import Connection, Row
from maildesk.store.journal import read_raws
from maildesk.store.pace import HOUR, count_made, usual_made
from maildesk.store.tickets import find_survivor

Json = dict[str, Any]

_TICKET = (
    "SELECT number, subject, status, team, assignee, priority, requester, language, tags, created, updated, merged_into,"
    " channel, sla, spam, resolved, continues FROM ticket"
)
_PAGE = 500
# The small fact that holds, as a JSON list, why an edited policy was not taken; "[]" while all is well.
POLICY_PROBLEMS = "policy.problems"
MAILBOX = "mailbox:"  # and an address: what the daemons last knew of it
RELAY_TROUBLE = "relay.trouble"
_LONG_WAIT = 300


def list_tickets(
    db: Connection, status: Sequence[str] = (), team: str = "", limit: int = 0, requester: str = ""
) -> list[Json]:
    """List tickets in rising order; `limit` keeps the newest ones. Merged ones are listed too, with their survivor."""
    where, params = ["1 = 1"], dict[str, Any]()
    if status:
        where.append("status IN :status")
        params["status"] = list(status)
    for column, value in (("team", team), ("requester_key", requester.casefold())):
        if value:
            where.append(f"{column} = :{column}")
            params[column] = value
    order = f"ORDER BY number DESC LIMIT {int(limit)}" if limit else "ORDER BY number DESC"
    rows = db.all(f"{_TICKET} WHERE {' AND '.join(where)} {order}", **params)
    rows.reverse()
    counts: dict[int, int] = {}
    for start in range(0, len(rows), _PAGE):
        counts |= _count_mails(db, [row[0] for row in rows[start : start + _PAGE]])
    survivors = db.pairs("SELECT number, merged_into FROM ticket WHERE merged_into IS NOT NULL")
    return [_ticket(row, counts.get(row[0], 0), _last(row[11], survivors)) for row in rows]


def find_ticket(db: Connection, number: int) -> Json | None:
    """Give all of one ticket, or of the one it was merged into; None if there is no such number."""
    if db.value("SELECT 1 FROM ticket WHERE number = :number", number=number) is None:
        return None
    number = find_survivor(db, number)
    row = db.one(f"{_TICKET} WHERE number = :number", number=number)
    assert row is not None
    people = db.all(
        "SELECT address, role, name, wrote FROM participant WHERE ticket = :number ORDER BY since, address_key",
        number=number,
    )
    timers = db.all(
        "SELECT kind, due FROM timer WHERE ticket = :number AND state = 'waiting' ORDER BY due, id", number=number
    )
    absorbed = db.all("SELECT number FROM ticket WHERE merged_into = :number ORDER BY number", number=number)
    return {
        **_ticket(row, _count_mails(db, [number]).get(number, 0), None),
        "participants": [
            {"address": address, "role": role, "name": name, "wrote": bool(wrote)}
            for address, role, name, wrote in people
        ],
        "entries": list(_entries(db, number)),
        "timers": [{"kind": kind, "due": _when(due)} for kind, due in timers],
        "aliases": [alias for (alias,) in absorbed],
    }


def _ticket(row: Row, mails: int, merged_into: int | None) -> Json:
    return {
        "number": row[0],
        "subject": row[1],
        "status": row[2],
        "team": row[3],
        "assignee": row[4],
        "priority": row[5],
        "requester": row[6],
        "language": row[7],
        "tags": json.loads(row[8]),
        "created": _when(row[9]),
        "updated": _when(row[10]),
        "mails": mails,
        "merged_into": merged_into,
        "channel": row[12],
        "sla": row[13],
        "spam": bool(row[14]),
        "resolved": _when(row[15]),
        "continues": row[16],
    }


def _entries(db: Connection, number: int) -> Iterator[Json]:
    """Give the timeline in the order in which things were written, not in which they came."""
    for row in db.all(
        "SELECT id, at, kind, author, text, message_id, trust, held, attachments, why, public, hold_kind, journal_id"
        " FROM entry WHERE ticket = :number ORDER BY at, id",
        number=number,
    ):
        yield {
            "id": row[0],
            "at": _when(row[1]),
            "kind": row[2],
            "author": row[3],
            "text": row[4],
            "message_id": row[5],
            "trust": row[6],
            "held": bool(row[7]),
            "attachments": json.loads(row[8]),
            "reasons": [why["reason"] for why in json.loads(row[9])],
            "public": bool(row[10]),
            "hold": row[11] or "",
            "journal": row[12],
        }


def _count_mails(db: Connection, numbers: list[int]) -> dict[int, int]:
    """Count what people wrote by mail, theirs and ours; held mail counts, it came."""
    return db.pairs(
        "SELECT ticket, COUNT(*) FROM entry WHERE ticket IN :numbers AND kind IN ('mail', 'reply') GROUP BY ticket",
        numbers=numbers,
    )


def _last(number: int | None, survivors: dict[int, int]) -> int | None:
    while number in survivors:
        number = survivors[number]
    return number


def list_outbox(db: Connection, states: Sequence[str] = (), ticket: int = 0, limit: int = 0) -> list[Json]:
    """List our mails in rising order; `limit` keeps the newest."""
    where, params = ["1 = 1"], dict[str, Any]()
    if states:
        where.append("state IN :states")
        params["states"] = list(states)
    if ticket:
        where.append("ticket = :ticket")
        params["ticket"] = ticket
    rows = db.all(
        "SELECT id, kind, ticket, rcpt_to, state, attempts, due, last_reply, created, finished, message_id, effect_key"  # noqa: S608 -- ours
        f" FROM outbox WHERE {' AND '.join(where)} ORDER BY id DESC" + (f" LIMIT {int(limit)}" if limit else ""),
        **params,
    )
    return [
        {
            "id": row[0],
            "kind": row[1],
            "ticket": row[2],
            "to": row[3],
            "state": row[4],
            "attempts": row[5],
            "next": _when(row[6]) if row[4] in ("waiting", "sending") else None,
            "last_reply": row[7],
            "created": _when(row[8]),
            "finished": _when(row[9]),
            "message_id": row[10],
            "key": row[11],
        }
        for row in reversed(rows)
    ]


def list_journal(db: Connection, state: str = "", limit: int = 0, journal_id: int = 0) -> list[Json]:
    """List accepted mails in rising order, with what became of each; `limit` keeps the newest."""
    where, params = ["1 = 1"], dict[str, Any]()
    if state:
        where.append("j.state = :state")
        params["state"] = state
    if journal_id:
        where.append("j.id = :journal_id")
        params["journal_id"] = journal_id
    rows = db.all(
        "SELECT j.id, j.state, j.source, j.mailbox, j.message_id, j.envelope, j.received_at, j.size, j.attempts, j.problem,"  # noqa: S608 -- ours
        " j.note, j.due, e.id, e.ticket, e.held FROM journal AS j LEFT JOIN entry AS e ON e.id ="
        " (SELECT MIN(id) FROM entry WHERE journal_id = j.id)"
        f" WHERE {' AND '.join(where)} ORDER BY j.id DESC" + (f" LIMIT {int(limit)}" if limit else ""),
        **params,
    )
    return [_journaled(row) for row in reversed(rows)]


def _journaled(row: Row) -> Json:
    mail_from, *rcpt_to = json.loads(row[5])
    return {
        "id": row[0],
        "state": row[1],
        "source": row[2],
        "mailbox": row[3],
        "message_id": row[4],
        "from": mail_from,
        "to": rcpt_to,
        "received": _when(row[6]),
        "size": row[7],
        "attempts": row[8],
        "problem": row[9],
        "note": row[10],
        "next": _when(row[11]) if row[1] == "waiting" else None,
        "ticket": row[13],
        "held": bool(row[14]),
        "parked": row[12] is not None and row[13] is None,
    }


def find_raw(db: Connection, journal_id: int) -> bytes | None:
    """Give the bytes of a mail exactly as they came."""
    return read_raws(db, "journal_raw", [journal_id]).get(journal_id)


def list_held(db: Connection) -> list[Json]:
    """List the mails that wait for a person."""
    rows = db.all("SELECT id, ticket, author, hold_kind, at, text, author_name FROM entry WHERE held ORDER BY id")
    return [
        {
            "id": row[0],
            "ticket": row[1],
            "from": row[2],
            "why": row[3],
            "at": _when(row[4]),
            "text": row[5],
            "name": row[6],
        }
        for row in rows
    ]


def status(db: Connection, now: dt.datetime) -> Json:
    """Count what there is and what waits: the desk in one screen; `state` is red if somebody should act, `alarms` say on what."""
    oldest = db.value("SELECT MIN(received_at) FROM journal WHERE state = 'waiting'")
    policy = db.one("SELECT digest, at, who FROM policy_active WHERE id = 1") or ("", None, "")
    facts = db.pairs("SELECT key, value FROM meta ORDER BY key")
    problems = json.loads(facts.pop(POLICY_PROBLEMS, "[]"))
    boxes = {key.partition(":")[2]: json.loads(text) for key, text in facts.items() if key.startswith(MAILBOX)}
    relay = facts.pop(RELAY_TROUBLE, "")
    size = (
        db.value("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        if db.sqlite
        else db.value("SELECT pg_database_size(current_database())")
    )
    found = {
        "policy": {"digest": policy[0], "since": _when(policy[1]), "by": policy[2], "problems": problems},
        "tickets": _counts(db, "ticket", "merged_into IS NULL", ("new", "open", "waiting", "resolved", "closed")),
        "journal": _counts(db, "journal", "1 = 1", ("waiting", "done", "quarantined")),
        "oldest_waiting_seconds": max(0, int((now - from_us(oldest)).total_seconds())) if oldest is not None else 0,
        "held": db.value("SELECT COUNT(*) FROM entry WHERE held"),
        "outbox": _counts(db, "outbox", "1 = 1", ("waiting", "sending", "sent", "unsure", "failed", "held", "dropped")),
        "timers": db.value("SELECT COUNT(*) FROM timer WHERE state = 'waiting'"),
        "relay": relay,
        "suppressed": db.value("SELECT COUNT(*) FROM suppression"),
        "daemons": db.value("SELECT COUNT(*) FROM process"),
        "database": {"kind": "sqlite" if db.sqlite else "postgresql", "bytes": size},
        "mailboxes": boxes,
        "facts": {key: text for key, text in facts.items() if ":" not in key},
    }
    alarms = _alarms(found)
    return {"state": "red" if alarms else "green", "alarms": alarms, **found}


def list_muted(db: Connection, since: dt.datetime) -> list[Json]:
    """List the addresses that get no automatic mail, and why; what is older than `since` counts no more."""
    rows = db.all(
        "SELECT address, reason, at FROM suppression WHERE at > :since ORDER BY at, address", since=to_us(since)
    )
    return [{"address": address, "why": reason, "since": _when(at)} for address, reason, at in rows]


def brake(db: Connection, now: dt.datetime, brake_per_hour: int) -> Json:
    """Show the storm brake: what was due in the last hour, what is usual, what is held."""
    made, usual = count_made(db, now - HOUR, now), usual_made(db, now.replace(minute=0, second=0, microsecond=0))
    most = max(brake_per_hour, 3 * usual)
    held, since = db.one("SELECT COUNT(*), MIN(created) FROM outbox WHERE state = 'held' AND counted") or (0, None)
    return {"made": made, "usual": usual, "most": most, "holds": made >= most, "held": held, "since": _when(since)}


def _alarms(found: Json) -> list[str]:
    """Say what somebody should act on."""
    alarms = [f"policy: {p['file']}:{p['line']}:{p['col']}: {p['text']}" for p in found["policy"]["problems"]]
    alarms += [
        f"mailbox {address}: {seen['alarm']}" for address, seen in found["mailboxes"].items() if seen.get("alarm")
    ]
    if found["journal"]["quarantined"]:
        alarms.append(f"quarantined mail: {found['journal']['quarantined']}")
    if found["relay"]:
        alarms.append(f"relay: {found['relay']}")
    if found["outbox"]["held"]:
        alarms.append(
            f"held back: {found['outbox']['held']} mails of ours (maildesk brake status, maildesk outbox list)"
        )
    if found["oldest_waiting_seconds"] > _LONG_WAIT:
        alarms.append(f"mail has waited for {found['oldest_waiting_seconds']} s")
    return alarms


def _counts(db: Connection, table: str, where: str, names: tuple[str, ...]) -> dict[str, int]:
    column = "status" if table == "ticket" else "state"
    found = db.pairs(f"SELECT {column}, COUNT(*) FROM {table} WHERE {where} GROUP BY {column}")  # noqa: S608 -- ours
    return {name: found.get(name, 0) for name in names}


def _when(us: int | None) -> str | None:
    """Write a moment for scripts: RFC 3339, UTC."""
    return None if us is None else from_us(us).isoformat(timespec="seconds")
