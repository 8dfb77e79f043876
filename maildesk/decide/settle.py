"""What becomes of a stranger's held mail once an agent has answered."""

from maildesk.decide.draft import Draft
from maildesk.decide.tell import of, tell
from maildesk.model.decision import (
    NEW,
    AddEntry,
    AddParticipant,
    CancelTimers,
    ChangeTicket,
    Decision,
    Event,
    KnowMessage,
    KnownKind,
    Merge,
    OpenTicket,
    SettleEntry,
    TimerKind,
)
from maildesk.model.mail import Address
from maildesk.model.people import Agent
from maildesk.model.reason import Reason
from maildesk.model.snapshot import HeldEntry
from maildesk.model.ticket import EntryKind, Role, Status, TicketState
from maildesk.model.why import Why
from maildesk.threading.lookup import linking_ids


def settle_stranger(draft: Draft, agent: Agent, held: HeldEntry, answer: str) -> Decision:
    """yes: the author joins the ticket, and what his mail showed to be one becomes one; no: the mail stays for agents' eyes;
    new: it becomes a ticket of its own."""
    state = draft.snapshot.ticket(held.ticket)
    assert state is not None
    if answer == "yes":
        return _join(draft, agent, held, state)
    draft.do(SettleEntry(held.id, released=False))
    if answer == "no":
        draft.because(Why(Reason.DROPPED, f"by {agent.login}"))
        return draft.done(held.ticket)
    return _open(draft, agent, held, state)


def _join(draft: Draft, agent: Agent, held: HeldEntry, state: TicketState) -> Decision:
    ticket = state.ticket
    draft.because(Why(Reason.JOINED, f"{held.author}, let in by {agent.login}"))
    draft.do(
        SettleEntry(held.id, released=True),
        AddParticipant(ticket.number, Address(held.author, held.author_name), Role.JOINED, wrote=True),
    )
    _unite(draft, held, state)
    if ticket.status is not Status.NEW:
        draft.do(ChangeTicket(ticket.number, status=Status.OPEN))
        draft.do(CancelTimers(ticket.number, (TimerKind.REMIND, TimerKind.GIVE_UP, TimerKind.CLOSE)))
    by = held.author_name or held.author
    tell(draft, Event.CUSTOMER_MAIL, ticket.number, of(ticket), text=held.text, by=by, never=agent.login)
    return draft.done(ticket.number)


def _unite(draft: Draft, held: HeldEntry, state: TicketState) -> None:
    """Let a released mail say what it was not believed before: which tickets are one, and which mails belong here."""
    home, original = state.ticket.number, draft.snapshot.original
    for number in held.proposed:
        other = draft.snapshot.ticket(number)
        if other and other.ticket.number != home:
            draft.because(Why(Reason.MERGED_BY_REFERENCE, f"#{other.ticket.number} and #{home}"))
            draft.do(Merge(home, other.ticket.number))
    for message_id in linking_ids(original, draft.snapshot.mailbox) if original else ():
        if message_id not in state.chain:
            draft.do(KnowMessage(home, message_id, KnownKind.GHOST, original.date if original else None, invites=False))


def _open(draft: Draft, agent: Agent, held: HeldEntry, state: TicketState) -> Decision:
    """Open a ticket for the held mail; its author learns nothing of the other one."""
    original = draft.snapshot.original
    who = Address(held.author, held.author_name)
    draft.because(Why(Reason.CONFIRMED, f"a ticket of its own, by {agent.login}"))
    draft.do(
        OpenTicket(
            subject=original.subject[:500] if original else state.ticket.subject,
            mailbox=state.ticket.mailbox,
            requester=who,
            language=state.ticket.language,
            team=state.ticket.team,
            assignee=agent.login,
            status=Status.OPEN,
        ),
        AddEntry(NEW, EntryKind.MAIL, held.author, held.text, held.message_id, why=tuple(draft.whys)),
        AddParticipant(NEW, who, Role.REQUESTER, wrote=True),
    )
    if held.message_id:
        draft.do(KnowMessage(NEW, held.message_id, KnownKind.SEEN, original.date if original else None))
    return draft.done(NEW)
