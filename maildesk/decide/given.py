"""What a command given at the command line does: the same effects, the same trail."""

from maildesk.decide.answer import settle
from maildesk.decide.desk import Desk
from maildesk.decide.draft import Draft
from maildesk.decide.say import ask_feedback, say_closing
from maildesk.decide.tell import of, tell
from maildesk.decide.timer import close_timer
from maildesk.model.decision import AddEntry, ChangeTicket, CommandGiven, Decision, Event
from maildesk.model.mail import Address
from maildesk.model.people import Agent
from maildesk.model.reason import Reason
from maildesk.model.snapshot import Snapshot
from maildesk.model.ticket import EntryKind, Status, TicketState
from maildesk.model.why import Why


def decide_command(snapshot: Snapshot, desk: Desk) -> Decision:
    """Say what `hold release`, `ticket close`, `ticket assign` or `ticket note` does."""
    cause = snapshot.cause
    assert isinstance(cause, CommandGiven)
    draft = Draft(snapshot, desk)
    agent = desk.policy.people.agents.get(cause.by) or Agent(cause.by or "admin", cause.by or "admin", ())
    draft.because(Why(Reason.COMMAND, f"{cause.verb} {' '.join(cause.words)}".strip()))
    if cause.verb == "release" and snapshot.hold and not snapshot.hold.settled:
        return settle(draft, agent, snapshot.hold, cause.words[0] if cause.words else "yes")
    state = snapshot.ticket(cause.ticket)
    if state is None:
        draft.because(Why(Reason.TICKET_UNKNOWN, f"#{cause.ticket}"))
        return draft.done()
    number = state.ticket.number
    if cause.verb == "undelivered":
        return _undelivered(draft, state, *cause.words[:3])
    match cause.verb:
        case "close":
            draft.do(ChangeTicket(number, status=Status.RESOLVED), *close_timer(draft, number))
            draft.do(AddEntry(number, EntryKind.CHANGE, agent.login, "resolved", public=False))
            if "quietly" not in cause.words:
                who = Address(state.ticket.requester, state.ticket.requester_name)
                say_closing(draft, state.ticket, who, quietly=False, by_agent=True)
                ask_feedback(draft, state.ticket)
        case "assign":
            draft.do(ChangeTicket(number, assignee=cause.words[0], status=Status.OPEN))
            draft.do(AddEntry(number, EntryKind.CHANGE, agent.login, f"assigned to {cause.words[0]}", public=False))
        case "note":
            draft.do(AddEntry(number, EntryKind.NOTE, agent.login, " ".join(cause.words), public=False))
        case _:
            draft.because(Why(Reason.COMMAND_REFUSED, cause.verb))
    return draft.done(number)


def _undelivered(draft: Draft, state: TicketState, address: str, reply: str, kind: str) -> Decision:
    """Tell the people of a ticket that a mail of ours was refused for good."""
    number = state.ticket.number
    draft.because(Why(Reason.DELIVERY_FAILED, f"{kind} to {address}: {reply}"))
    draft.do(AddEntry(number, EntryKind.CHANGE, "maildesk", f"{kind} to {address} failed: {reply}", public=False))
    tell(
        draft, Event.UNDELIVERED, number, of(state.ticket), text=reply, by=address, note_address=True,
        data={"address": address, "reply": reply},
    )
    return draft.done(number)
