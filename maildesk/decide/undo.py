"""Take an agent's last mail on a ticket back: whatever of its effects stands as it left it becomes what it was before.

What somebody has changed since stays, and the receipt says so. A mail to a customer can be stopped until it leaves, never after.
"""

from maildesk.decide.draft import Draft
from maildesk.decide.receipt import tell_receipt
from maildesk.decide.timer import waiting_timer
from maildesk.model.amends import DropLetters, DropParticipant, RestoreLetters, Split, TakeBack, Unmerge
from maildesk.model.decision import (
    Action,
    AddEntry,
    AddParticipant,
    ChangeTicket,
    Decision,
    Event,
    Merge,
    Notice,
    Say,
    SetTimer,
    SettleEntry,
    Tell,
)
from maildesk.model.people import Agent
from maildesk.model.reason import Reason
from maildesk.model.sheet import Deed, Did
from maildesk.model.snapshot import ChangeSet
from maildesk.model.ticket import EntryKind, Status, Ticket, TicketState
from maildesk.model.why import Why

_SHOWN = 60


def take_back(draft: Draft, agent: Agent, state: TicketState) -> Decision:
    """Take back what the agent's last mail did on this ticket."""
    number = state.ticket.number
    view = draft.snapshot.view
    last = view.last.get(number) if view else None
    if last is None:
        draft.because(Why(Reason.UNDONE, "nothing to take back"))
        tell_receipt(draft, agent, number, (Deed(Did.NOTHING),))
        return draft.done(number)
    draft.because(Why(Reason.UNDONE, f"decision {last.row}"))
    if last.held:
        draft.do(SettleEntry(last.held, released=False))
    deeds = [Deed(Did.UNDONE, (_named(last),))]
    deeds += _letters(draft, number, last)
    gone = any(deed.did is Did.LEFT for deed in deeds)
    timers = tuple(action.key for action in last.decision.actions if isinstance(action, SetTimer) and action.key)
    replied = any(isinstance(a, AddEntry) and a.kind is EntryKind.REPLY for a in last.decision.actions)
    draft.do(TakeBack(number, last.row, timers, unsaid=replied and not gone))
    if gone:  # the customer has the answer: he is waited for, as he would be without the other commands
        draft.do(*waiting_timer(draft, state.ticket))
    deeds += _fields(draft, agent, state.ticket, last, gone=gone)
    deeds += _tickets(draft, state, last)
    draft.do(AddEntry(number, EntryKind.CHANGE, agent.login, f"undo: {_named(last)}", public=False))
    tell_receipt(draft, agent, number, tuple(deeds), undo=False)
    return draft.done(number)


def _named(last: ChangeSet) -> str:
    """Say which mail it was: by its commands, or by the first of its words."""
    entries = [action for action in last.decision.actions if isinstance(action, AddEntry)]
    said = next((e.text for e in entries if e.kind is EntryKind.CHANGE), "") or next((e.text for e in entries), "")
    line = " ".join(said.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN].rstrip()}…"


def _letters(draft: Draft, number: int, last: ChangeSet) -> list[Deed]:
    """Stop what has not left, and let the mail that it had taken in leave by itself again."""
    said = [action for action in last.decision.actions if isinstance(action, Say)]
    stopped = [s for s in said if s.key.replace("{ticket}", str(number)) in last.waiting]
    if stopped:
        draft.do(DropLetters(number, last.waiting))
    joins = {key for action in stopped for key in action.joins}
    if joins:
        due = draft.snapshot.now + draft.desk.settings.send_delay
        draft.do(RestoreLetters(number, tuple(sorted(joins)), due))
    mine = [s.to.address for s in stopped if s.notice in (Notice.REPLY, Notice.CLOSING)]
    left = [s.to.address for s in said if s not in stopped and s.notice in (Notice.REPLY, Notice.CLOSING)]
    deeds = [Deed(Did.STOPPED, tuple(dict.fromkeys(mine)))] if mine else []
    return [*deeds, Deed(Did.LEFT, tuple(dict.fromkeys(left)))] if left else deeds


def _fields(draft: Draft, agent: Agent, now: Ticket, last: ChangeSet, *, gone: bool) -> list[Deed]:
    """Put back each field that still stands as the mail left it."""
    before = next((s.ticket for s in last.before if s.ticket.number == now.number), None)
    changes = [a for a in last.decision.actions if isinstance(a, ChangeTicket) and a.ticket == now.number]
    if before is None or not changes:
        return []
    back: dict[str, object] = {}
    deeds: list[Deed] = []
    for name, did in _FIELDS.items():
        given = [value for change in changes if (value := getattr(change, name)) is not None]
        old = _reached(getattr(before, name), gone=gone)
        if not given or given[-1] == old:
            continue
        if getattr(now, name) != given[-1]:
            deeds.append(Deed(Did.KEPT, (name, str(getattr(now, name)))))
            continue
        back[name] = old
        deeds += [_deed(did, old)] if did else []
    added = tuple(t for c in changes for t in c.add_tags if t not in before.tags and t in now.tags)
    taken = tuple(t for c in changes for t in c.drop_tags if t in before.tags and t not in now.tags)
    if added or taken:
        deeds.append(Deed(Did.TAGS, (*(f"+{t}" for t in taken), *(f"-{t}" for t in added))))
    if back or added or taken:
        draft.do(ChangeTicket(now.number, add_tags=taken, drop_tags=added, **back))  # type: ignore[arg-type]
    _tell_former(draft, agent, now, back)
    return deeds


_FIELDS = {"status": Did.STATUS, "team": Did.TEAM, "assignee": Did.ASSIGNED, "priority": Did.PRIORITY, "spam": None}


def _reached(old: object, *, gone: bool) -> object:
    """A customer who has got the answer is the one to speak next, whatever is taken back."""
    return Status.WAITING if gone and isinstance(old, Status) and old in (Status.NEW, Status.OPEN) else old


def _deed(did: Did, value: object) -> Deed:
    if did is Did.ASSIGNED and not value:
        return Deed(Did.UNASSIGNED)
    return Deed(did, (str(value),))


def _tell_former(draft: Draft, agent: Agent, now: Ticket, back: dict[str, object]) -> None:
    """Tell whoever had been given the ticket that it is not his after all."""
    former = draft.desk.policy.people.agents.get(now.assignee)
    if "assignee" not in back or former is None or former.login == agent.login:
        return
    draft.do(
        Tell(
            now.number,
            Event.NOTE,
            former.login,
            f"tell:taken-back:{draft.snapshot.cause.key}:{former.login}",
            by=agent.name,
            text=f"#undo: #{now.number} {now.subject}",
            note_address=True,
            why="it was yours",
        )
    )


def _tickets(draft: Draft, state: TicketState, last: ChangeSet) -> list[Deed]:
    """Part what was merged, put together what was split off, and let go whom the mail had let in."""
    number, deeds = state.ticket.number, []
    known = {s.ticket.number: s for s in last.before}
    for action in last.decision.actions:
        match action:
            case Merge(survivor=low, absorbed=high):
                deeds.append(_unmerge(draft, state, known.get(max(low, high))))
            case Split() if last.opened:
                draft.do(Merge(number, last.opened))
                deeds.append(Deed(Did.UNSPLIT, (str(last.opened),)))
            case AddParticipant(person=person) if number in known and not known[number].participant(person.address):
                draft.do(DropParticipant(number, person.address))
                deeds.append(Deed(Did.CC, (f"-{person.address}",)))
            case _:
                pass
    return deeds


def _unmerge(draft: Draft, state: TicketState, absorbed: TicketState | None) -> Deed:
    if absorbed is None or absorbed.ticket.number not in state.aliases:
        return Deed(Did.KEPT, ("merge", ""))
    ways: tuple[Action, ...] = (Unmerge(state.ticket.number, absorbed.ticket, absorbed.aliases),)
    draft.do(*ways)
    return Deed(Did.UNMERGED, (str(absorbed.ticket.number),))
