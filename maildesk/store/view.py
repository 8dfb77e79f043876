"""Answer what an agent's words ask to see: whole timelines, lists, his last mail with what became of it."""

import datetime as dt
import json
from collections.abc import Sequence

from maildesk.model.decision import Decision, OpenTicket, Say
from maildesk.model.mail import MOST_SENT_BYTES
from maildesk.model.sheet import Brief
from maildesk.model.snapshot import Asks, ChangeSet, Pending, Snapshot, View
from maildesk.model.ticket import Entry, EntryKind, TicketState, Trust
from maildesk.model.value import Value, from_json
from maildesk.store.codec import fold, from_us, to_us, unpack
from maildesk.store.engines.connection import Connection, Row
from maildesk.store.lists import earlier_tickets, list_open, search

MOST_ENTRIES = 200
MOST_CHARACTERS = 20_000
_MOST_STATES = 4
_ENTRIES = (
    f"SELECT id, at, kind, author, substr(text, 1, {MOST_CHARACTERS}), message_id, trust, held, public, journal_id,"  # noqa: S608 -- ours
    " attachments, author_name, undone FROM entry WHERE ticket = :number ORDER BY id DESC LIMIT :most"
)
# An undo is no mail to take back, and neither is one that was taken back.
_LAST = (
    "SELECT d.id, d.at, d.content, d.packed FROM decision AS d JOIN entry AS e ON e.decision = d.id"
    " WHERE e.ticket = :number AND e.author = :agent AND e.undone IS NULL AND d.cause LIKE 'mail:%'"
    " AND NOT (e.hold_kind IS NOT NULL AND NOT e.held)"
    " AND NOT EXISTS (SELECT 1 FROM entry AS u WHERE u.ticket = e.ticket AND u.undone = d.id)"
    " ORDER BY d.id DESC LIMIT 1"
)


class _Stored(Value, frozen=True):
    """What a decision row holds (see `store.apply.Content`)."""

    snapshot: Snapshot
    decision: Decision


def load_view(db: Connection, asks: Asks, states: Sequence[TicketState], now: dt.datetime) -> View:
    """Read what was asked, for the few tickets that the mail can be about."""
    near = {state.ticket.number: state for state in states[:_MOST_STATES]}
    return View(
        timelines={n: read_timeline(db, n) for n in near} if asks.timeline else {},
        earlier={n: earlier_tickets(db, fold(s.ticket.requester), n) for n, s in near.items()} if asks.timeline else {},
        tickets=_listed(db, asks),
        last={n: last for n in near if asks.undo and (last := _last(db, n, asks.agent))},
        pending={n: waits for n, s in near.items() if s.pending and (waits := _pending(db, s, now))},
        originals={n: journal for n in near if asks.original and (journal := _original(db, n))},
    )


def read_timeline(db: Connection, number: int) -> tuple[Entry, ...]:
    """Give the last entries of a ticket, oldest first."""
    rows = db.all(_ENTRIES, number=number, most=MOST_ENTRIES)
    return tuple(sorted(map(_entry, rows), key=lambda entry: (entry.at, entry.id)))


def opening_decision(db: Connection, number: int) -> tuple[Snapshot, Decision] | None:
    """Give the decision that opened a ticket, with what was known then."""
    for content, packed in db.all(
        "SELECT content, packed FROM decision WHERE ticket = :number ORDER BY id LIMIT 5", number=number
    ):
        stored = from_json(unpack(content, packed), _Stored)
        if any(isinstance(action, OpenTicket) for action in stored.decision.actions):
            return stored.snapshot, stored.decision
    return None


def _entry(row: Row) -> Entry:
    return Entry(
        id=row[0],
        at=from_us(row[1]),
        kind=EntryKind(row[2]),
        author=row[3],
        text=row[4],
        message_id=row[5],
        trust=Trust(row[6]),
        held=bool(row[7]),
        public=bool(row[8]),
        journal_id=row[9],
        attachments=tuple(json.loads(row[10])),
        name=row[11],
        undone=row[12] is not None,
    )


def _listed(db: Connection, asks: Asks) -> tuple[Brief, ...]:
    """Answer `#search`, or `#list` with what stands behind it: statuses, teams, `all`; without it, what is on one's own desk."""
    if asks.query:
        return search(db, asks.query)
    if asks.listed is None:
        return ()
    status = tuple(word.partition(":")[2] for word in asks.listed if word.startswith("status:"))
    teams = tuple(word.partition(":")[2] for word in asks.listed if word.startswith("team:"))
    assignee = next((word.partition(":")[2] for word in asks.listed if word.startswith("agent:")), "")
    return list_open(db, assignee=assignee, teams=teams, **({"status": status} if status else {}))


def _last(db: Connection, number: int, agent: str) -> ChangeSet | None:
    """Read what an agent's last mail did, and which of its letters can still be stopped."""
    row = db.one(_LAST, number=number, agent=agent)
    if row is None:
        return None
    stored = from_json(unpack(row[2], row[3]), _Stored)
    keys = [
        action.key.replace("{ticket}", str(number)) for action in stored.decision.actions if isinstance(action, Say)
    ]
    waiting = keys and db.all(
        "SELECT effect_key FROM outbox WHERE effect_key IN :keys AND state IN ('waiting', 'held') AND attempts = 0"
        " {pg: FOR UPDATE}",
        keys=keys,
    )
    held = db.value("SELECT id FROM entry WHERE decision = :row AND held ORDER BY id LIMIT 1", row=row[0])
    opened = db.value(
        "SELECT number FROM ticket WHERE continues = :number AND channel = 'split' AND created = :at",
        number=number,
        at=row[1],
    )
    return ChangeSet(
        row=row[0],
        at=from_us(row[1]),
        decision=stored.decision,
        before=stored.snapshot.tickets,
        waiting=tuple(key for (key,) in waiting or ()),
        held=held or 0,
        opened=opened or 0,
    )


def _pending(db: Connection, state: TicketState, now: dt.datetime) -> Pending | None:
    """Read the newest reply whose `send_delay` is not over."""
    rows = db.all(
        "SELECT o.effect_key, length(r.raw) FROM outbox AS o JOIN outbox_raw AS r ON r.id = o.id"
        " WHERE o.effect_key IN :keys AND o.state = 'waiting' AND o.attempts = 0 AND o.due >= :now"
        " ORDER BY o.id {pg: FOR UPDATE OF o}",
        keys=list(state.pending),
        now=to_us(now),
    )
    if not rows:
        return None
    cause = ":".join(rows[-1][0].split(":")[1:3])
    row = db.one("SELECT content, packed FROM decision WHERE cause = :cause", cause=cause)
    if row is None:
        return None
    stored = from_json(unpack(*row), _Stored)
    mine = {key: size for key, size in rows if key.startswith(f"reply:{cause}:")}
    said = next((a for a in stored.decision.actions if isinstance(a, Say) and a.key in mine), None)
    if said is None or (said.attachments and _went_as_links(stored)):
        return None
    return Pending(said.data.get("agent", ""), said.text, tuple(mine), max(mine.values()))


def _went_as_links(stored: _Stored) -> bool:
    """Tell whether the files of a reply were too large to go along; what is not known is taken for it."""
    mail = stored.snapshot.mail
    return stored.decision.settles != 0 or mail is None or sum(a.size for a in mail.every_file) > MOST_SENT_BYTES


def _original(db: Connection, number: int) -> int:
    """Give the journal id of a customer's newest mail."""
    found = db.value(
        "SELECT journal_id FROM entry WHERE ticket = :number AND kind = 'mail' AND journal_id IS NOT NULL"
        " ORDER BY id DESC LIMIT 1",
        number=number,
    )
    return found or 0
