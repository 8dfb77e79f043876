"""An agent's words to the customer: they join his last mail if that has not left, and he hears if a colleague was faster."""

import datetime as dt

from maildesk.decide.draft import Draft
from maildesk.decide.say import readers, say_reply
from maildesk.model.amends import DropLetters
from maildesk.model.mail import MOST_SENT_BYTES
from maildesk.model.people import Agent
from maildesk.model.reason import Reason
from maildesk.model.sheet import Deed, Did
from maildesk.model.snapshot import Pending
from maildesk.model.ticket import Answer, TicketState
from maildesk.model.why import Why

_SAME_TIME = dt.timedelta(days=1)


def answer_customer(
    draft: Draft, agent: Agent, state: TicketState, text: str, files: tuple[int, ...]
) -> tuple[Deed, ...]:
    """Send words to all who take part; gives what the agent should hear about that."""
    number = state.ticket.number
    draft.because(Why(Reason.AGENT_REPLY, agent.login))
    deeds: list[Deed] = []
    first = _waiting(draft, agent, state)
    joins: tuple[str, ...] = ()
    if first:
        draft.because(Why(Reason.JOINED_REPLY, f"{len(first.keys)} not sent yet"))
        draft.do(DropLetters(number, first.keys))
        text, joins = "\n\n".join(part for part in (first.text, text) if part), first.keys
        deeds.append(Deed(Did.JOINED))
    said = say_reply(draft, state, text, files, agent=agent.login, about=draft.snapshot.cause.key, joins=joins)
    if not said:
        deeds.append(Deed(Did.NOBODY_READS))
    if other := find_faster(draft, agent, state):
        draft.because(Why(Reason.ANSWERED_TOO, f"{other.agent} at {other.at:%H:%M} UTC"))
        deeds.append(Deed(Did.ANSWERED_TOO, (other.agent, other.at.isoformat())))
    return tuple(deeds)


def _waiting(draft: Draft, agent: Agent, state: TicketState) -> Pending | None:
    """Find this agent's own mail on the ticket that has not left yet and can take more in."""
    view = draft.snapshot.view
    found = view.pending.get(state.ticket.number) if view else None
    if found is None or found.agent != agent.login:
        return None
    mail = draft.snapshot.original or draft.snapshot.mail
    return found if found.size + sum(a.size for a in (mail.files if mail else ())) <= MOST_SENT_BYTES else None


def find_faster(draft: Draft, agent: Agent, state: TicketState) -> Answer | None:
    """Find a colleague's answer to the same mail of the customer that this agent has not seen."""
    other = next((answer for answer in state.answers if answer.agent != agent.login), None)
    mail = draft.snapshot.mail
    if other is None or mail is None or draft.snapshot.now - other.at > _SAME_TIME:
        return None
    answered = {*mail.in_reply_to}
    shown = (k.date for k in draft.snapshot.known if k.message_id in answered and k.what.startswith("agent:"))
    return None if any(date and date > other.at for date in shown) else other


def sent_directly(draft: Draft, state: TicketState) -> tuple[Deed, ...]:
    """Say so if the agent's program sent his mail to a customer as well, past the desk."""
    mail = draft.snapshot.mail
    people = {person.address.casefold() for person in readers(state)}
    direct = [a.address for a in (*mail.to, *mail.cc) if a.address.casefold() in people] if mail else []
    return (Deed(Did.DIRECT, tuple(direct[:3])),) if direct else ()
