"""Write a decision down: the ticket, its timeline, people, known ids, timers, and the decision itself.

One decision per cause, for ever (UNIQUE): a second one changes nothing. Say and Tell are not looked at here; their
letters are composed elsewhere and come through the outbox.
"""

import json

import msgspec

import maildesk
from maildesk.model.decision import AddEntry, Cause, Decision, OpenTicket, Tell, TimerDue
from maildesk.model.mail import Mail
from maildesk.model.snapshot import Snapshot, Written
from maildesk.model.ticket import Ticket, TicketState
from maildesk.model.value import Value, to_json
from maildesk.store.actions import LAST_NUMBER, columns, flush_rows, write
from maildesk.store.codec import PACK_JSON_OVER, pack, to_us
from maildesk.store.engines.connection import Connection, insert_into
from maildesk.store.loads import Loads
from maildesk.store.pen import Pen
from maildesk.store.schema import decision as decisions
from maildesk.store.tickets import load_states, reread_state, written_state

MAIL_TEXT = "(the words of the mail)"
WORTH_LEAVING_OUT = 200  # characters

_DECIDE = insert_into(
    decisions, "cause", "at", "ticket", "policy", "software", "packed", "content",
    tail="ON CONFLICT (cause) DO NOTHING",
)  # fmt: skip


class Content(Value, frozen=True):
    """What a decision row holds: what was known, and what followed."""

    snapshot: Snapshot
    decision: Decision


def apply(  # noqa: PLR0917 -- what one decision stands on
    db: Connection, decision: Decision, snapshot: Snapshot, policy: str, loads: Loads, turns: dict[str, int]
) -> Written:
    """Write a decision down; a cause that was decided before is left as it is.

    `turns` are the moments at which turns were passed on last, as the snapshot saw them.
    """
    pen = Pen(db, decision, snapshot)
    pen.turned = dict(turns)
    if any(isinstance(action, OpenTicket) for action in decision.actions):
        pen.number = _next_number(db)
    content, packed = pack(
        _write(Content(without_texts(snapshot), without_mail_text(decision, snapshot.mail))), over=PACK_JSON_OVER
    )
    row = db.insert(
        _DECIDE,
        cause=snapshot.cause.key,
        at=to_us(pen.now),
        ticket=None if decision.ticket is None else pen.find(decision.ticket),
        policy=policy,
        software=maildesk.__version__,
        packed=packed,
        content=content,
    )
    if row is None:
        earlier = find_earlier(db, snapshot.cause)
        assert earlier is not None
        return earlier
    pen.row = row
    if isinstance(snapshot.cause, TimerDue):
        db.run("UPDATE timer SET state = 'done', owner = NULL WHERE id = :id", id=snapshot.cause.timer_id)
    for action in decision.actions:
        write(pen, action)
    _flush(pen, loads)
    loads.turned({team: pen.turned[team] for team in pen.turns})
    states = tuple(
        _state_after(pen, number, ticket) for number, ticket in sorted(pen.after.items()) if ticket.merged_into is None
    )
    main = None if decision.ticket is None else pen.find(decision.ticket)
    return Written(next((s for s in states if s.ticket.number == main), None), tuple(pen.entries), states)


def _state_after(pen: Pen, number: int, ticket: Ticket) -> TicketState:
    """Give a ticket as it stands now, without reading back what this decision has just written, where that is all there is."""
    before, rows = pen.states.get(number), pen.rows
    if rows is None or before is None or pen.fresh is None or number != pen.fresh.number:
        return reread_state(pen.db, ticket, before, pen.touched[number])
    return written_state(ticket, before, {part: rows.get(part, []) for part in pen.touched[number]})


def find_earlier(db: Connection, cause: Cause) -> Written | None:
    """Give what a cause has led to already; a timer that was cancelled has led to nothing, and will not."""
    row = db.one("SELECT id, ticket FROM decision WHERE cause = :cause", cause=cause.key)
    if row is None:
        cancelled = isinstance(cause, TimerDue) and not db.value(
            "SELECT 1 FROM timer WHERE id = :id AND state = 'waiting'", id=cause.timer_id
        )
        return Written(repeated=True) if cancelled else None
    number, ticket_number = row
    entries = db.all("SELECT id FROM entry WHERE decision = :decision ORDER BY id", decision=number)
    states = load_states(db, [ticket_number]) if ticket_number else ()
    return Written(states[0] if states else None, tuple(i for (i,) in entries), states, repeated=True)


def without_texts(snapshot: Snapshot) -> Snapshot:
    """Leave out what the raw mail and the timeline hold anyway."""
    replace = msgspec.structs.replace
    mail = snapshot.mail and replace(snapshot.mail, text="", new_text="", event="", headers=())
    if mail and mail.forwarded:
        mail = replace(mail, forwarded=replace(mail.forwarded, text=""))
    return replace(
        snapshot,
        mail=mail,
        original=None,
        hold=snapshot.hold and replace(snapshot.hold, text=""),
        tickets=tuple(replace(state, last_text="", public_texts=(), notes=()) for state in snapshot.tickets),
    )


def without_mail_text(decision: Decision, mail: Mail | None) -> Decision:
    """Leave out of a decision's actions the mail's own words, which the timeline and the raw mail hold."""
    shown = mail.shown if mail else ""
    if len(shown) < WORTH_LEAVING_OUT:
        return decision
    actions = tuple(
        msgspec.structs.replace(action, text=MAIL_TEXT)
        if isinstance(action, AddEntry | Tell) and action.text == shown
        else action
        for action in decision.actions
    )
    return msgspec.structs.replace(decision, actions=actions)


def _write(content: Content) -> bytes:
    """Write JSON; an envelope may hold what is no UTF-8 (undecodable bytes of an address), which is replaced then."""
    try:
        return to_json(content)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(content), ensure_ascii=False).encode("utf-8", "replace")


def _next_number(db: Connection) -> int:
    """Take the next ticket number; on PostgreSQL one is lost when a transaction is not committed."""
    if not db.sqlite:
        number: int = db.value("SELECT nextval('ticket_number')")
        return number
    return 1 + db.remember(LAST_NUMBER, lambda: int(db.value("SELECT COALESCE(MAX(number), 1000) FROM ticket")))


def _flush(pen: Pen, loads: Loads) -> None:
    """Write what was gathered: people, ids, and each touched ticket once."""
    flush_rows(pen)
    for number, state in pen.after.items():
        before = pen.before[number]
        loads.move(before, state)
        if state is pen.fresh:
            continue
        pen.after[number] = msgspec.structs.replace(
            state, updated=max(state.updated, pen.now), version=state.version + 1
        )
        _change(pen, before, pen.after[number])


def _change(pen: Pen, before: Ticket | None, after: Ticket) -> None:
    """Write the columns that changed, and no others: SQLite would write the indexes of unchanged ones again."""
    topic, index = pen.topics.get(after.number, ("", ""))
    old, row = columns(before) if before else {}, columns(after)
    row |= {name: value for name, value in (("thread_topic", topic), ("thread_index", index)) if value}
    changed = {name: value for name, value in row.items() if name not in old or old[name] != value}
    sets = ", ".join(f"{name} = :{name}" for name in sorted(changed))
    sql = f"UPDATE ticket SET {sets}{', ' if sets else ''}version = version + 1 WHERE number = :number"  # noqa: S608 -- ours
    pen.db.run(sql, **{**changed, "number": after.number})
    if after.number in pen.topics and (state := pen.states.get(after.number)):
        pen.states[after.number] = msgspec.structs.replace(
            state, thread_topic=topic or state.thread_topic, thread_index=index or state.thread_index
        )
