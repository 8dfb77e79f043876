"""Split a mail off: it opens a linked ticket of its own, where later answers to it land; its author is told nothing."""

from maildesk.decide.draft import Draft
from maildesk.model.amends import Split
from maildesk.model.decision import NEW, AddEntry, AddParticipant, Event, OpenTicket, Tell
from maildesk.model.mail import Address
from maildesk.model.people import Agent
from maildesk.model.reason import Reason
from maildesk.model.snapshot import View
from maildesk.model.ticket import EntryKind, Role, Status, TicketState
from maildesk.model.why import Why
from maildesk.threading.link import SPLIT


def split_off(draft: Draft, agent: Agent, state: TicketState, entry: int) -> None:
    """Open a ticket for a mail of this one; it is the agent's, and he is told of it as of any ticket."""
    ticket = state.ticket
    view = draft.snapshot.view or View()
    mail = next(e for e in view.timelines.get(ticket.number, ()) if e.id == entry)
    who = state.participant(mail.author)
    author = Address(mail.author, who.name if who and who.name else mail.name)
    draft.because(Why(Reason.SPLIT_OFF, f"entry {entry} of #{ticket.number}"))
    draft.do(
        OpenTicket(
            subject=ticket.subject,
            mailbox=ticket.mailbox,
            requester=author,
            language=ticket.language,
            channel=SPLIT,
            status=Status.OPEN,
            team=ticket.team,
            assignee=agent.login,
            priority=ticket.priority,
            sla=ticket.sla,
            continues=ticket.number,
        ),
        Split(entry, ticket.number),
        AddParticipant(NEW, author, Role.REQUESTER, wrote=True),
        AddEntry(NEW, EntryKind.CHANGE, agent.login, f"split off from #{ticket.number}", public=False),
        Tell(
            NEW,
            Event.ASSIGNED,
            agent.login,
            f"tell:split:{draft.snapshot.cause.key}:{agent.login}",
            by=author.name or author.address,
            text=mail.text,
            why="you split it off",
        ),
    )
