"""What a command given at the command line does: the same effects, the same trail."""

from typing import NamedTuple

from maildesk import commands
from maildesk.decide.agent import carry_out, tell_others
from maildesk.decide.answer import settle
from maildesk.decide.desk import Desk
from maildesk.decide.draft import Draft
from maildesk.decide.orders import read_orders
from maildesk.decide.say import ask_feedback, say_closing
from maildesk.decide.tell import of, tell
from maildesk.decide.timer import close_timer
from maildesk.model.decision import (
    AddEntry,
    ChangeTicket,
    CommandGiven,
    Decision,
    Event,
    HoldKind,
    Notice,
    Suppress,
)
from maildesk.model.mail import Address
from maildesk.model.people import Agent
from maildesk.model.reason import Reason
from maildesk.model.snapshot import STOPPED, Snapshot
from maildesk.model.ticket import EntryKind, Status, TicketState
from maildesk.model.why import Why

_LONGEST_WHY = 300
# What may be answered to a question, the first if nothing is said.
ANSWERS = {
    HoldKind.STRANGER: ("yes", "no", "new"),
    HoldKind.MERGE: ("yes", "no", "new"),
    HoldKind.UNPROVEN: ("yes", "no", "drop"),
    HoldKind.COMMAND: ("ok", "yes", "no", "drop"),
    HoldKind.LEAK: ("ok", "yes", "no", "drop"),
    HoldKind.COLLISION: ("ok", "yes", "no", "drop"),
    HoldKind.BEHALF: ("yes", "ok", "no", "drop"),
}
_FATES = {
    "expired": "could not leave in time",
    "unknown-fate": "has probably arrived, perhaps more than once",
    "late": "has not left for hours, and is tried again",
}
_DONE = (Status.RESOLVED, Status.CLOSED)


class Undelivered(NamedTuple):
    """What the deliverer says of a letter: to whom, the relay's last words, the letter's kind, and its fate."""

    address: str
    reply: str
    kind: str
    fate: str = ""

    @property
    def is_unreachable(self) -> bool:
        """Tell whether the relay spoke of the address and not of this mail: refused at RCPT, and not by policy (5.7.x)."""
        if not self.reply.startswith("rcpt: 5"):
            return False
        return self.fate == "no-such-address" or (self.fate == "refused" and " 5.7." not in self.reply[:20])


def decide_command(snapshot: Snapshot, desk: Desk) -> Decision:
    """Say what `hold release`, `ticket close`, `ticket assign` or `ticket note` does."""
    cause = snapshot.cause
    assert isinstance(cause, CommandGiven)
    draft = Draft(snapshot, desk)
    agent = desk.policy.people.agents.get(cause.by) or Agent(cause.by or "admin", cause.by or "admin", ())
    draft.because(Why(Reason.COMMAND, f"{cause.verb} {' '.join(cause.words)}".strip()[:_LONGEST_WHY]))
    if cause.verb == "release":
        return _answer(draft, agent, cause)
    state = snapshot.ticket(cause.ticket)
    if state is None:
        draft.because(Why(Reason.TICKET_UNKNOWN, f"#{cause.ticket}"))
        return draft.done()
    match cause.verb:
        case "undelivered":
            return _undelivered(draft, state, Undelivered(*cause.words[:4]))
        case "close":
            _close(draft, agent, state, quietly="quietly" in cause.words)
        case "assign":
            return _assign(draft, agent, state, " ".join(cause.words))
        case "stop" if address := " ".join(cause.words):
            draft.because(Why(Reason.STOPPED, address))
            draft.do(Suppress(address, reason=STOPPED))
        case "note" if text := " ".join(cause.words).strip():
            draft.do(AddEntry(state.ticket.number, EntryKind.NOTE, agent.login, text, public=False))
            tell_others(draft, agent, state, text)
        case _:
            draft.because(Why(Reason.COMMAND_REFUSED, cause.verb))
    return draft.done(state.ticket.number)


def _answer(draft: Draft, agent: Agent, cause: CommandGiven) -> Decision:
    """Settle a held mail; what an agent wrote himself is then carried out as his, whoever lets it through."""
    held, people = draft.snapshot.hold, draft.desk.policy.people
    if held is None or held.settled:
        state = "is settled already" if held else "does not wait for anybody"
        draft.because(Why(Reason.COMMAND_REFUSED, f"mail {cause.entry} {state}"))
        return draft.done(held.ticket if held else None)
    allowed = ANSWERS[held.kind]
    answer = cause.words[0] if cause.words else allowed[0]
    if answer not in allowed:
        draft.because(
            Why(Reason.COMMAND_REFUSED, f"“{answer}” is no answer to {held.kind.value}; {', '.join(allowed)} are")
        )
        return draft.done(held.ticket)
    if held.kind not in (HoldKind.STRANGER, HoldKind.MERGE):
        agent = people.agents.get(held.author) or people.find_agent(held.author) or agent
    return settle(draft, agent, held, answer)


def _close(draft: Draft, agent: Agent, state: TicketState, *, quietly: bool) -> None:
    ticket = state.ticket
    if ticket.status in _DONE:
        draft.because(Why(Reason.COMMAND_REFUSED, f"it is {ticket.status.value} already"))
        return
    draft.do(ChangeTicket(ticket.number, status=Status.RESOLVED), *close_timer(draft, ticket.number))
    draft.do(AddEntry(ticket.number, EntryKind.CHANGE, agent.login, "resolved", public=False))
    if not quietly:
        who = Address(ticket.requester, ticket.requester_name)
        say_closing(draft, ticket, who, quietly=False, by_agent=True)
        ask_feedback(draft, ticket)


def _assign(draft: Draft, agent: Agent, state: TicketState, name: str) -> Decision:
    """Hand a ticket over as `#assign` in a mail does, to a person, a team or nobody."""
    line = f"#assign {' '.join(name.split())}"
    policy = draft.desk.policy
    orders = read_orders(
        commands.read_commands(line, policy.phrases, policy.people), agent, draft.snapshot, draft.desk, note=False
    )
    if orders.problems or orders.assignee is None:
        draft.because(Why(Reason.COMMAND_REFUSED, "; ".join(orders.problems)[:_LONGEST_WHY] or line))
        return draft.done(state.ticket.number)
    return carry_out(draft, agent, state, line, (), note=False)


def _undelivered(draft: Draft, state: TicketState, letter: Undelivered) -> Decision:
    """Tell the people of a ticket what became of a mail of ours; a notice that merely came too late is only noted.

    Our own relay's word that there is no such address, or that its mailbox takes nothing, stops automatic mail to it.
    """
    number, address, reply = state.ticket.number, letter.address, letter.reply
    draft.because(Why(Reason.DELIVERY_FAILED, f"{letter.kind} to {address} {letter.fate}: {reply}"))
    line = f"{letter.kind} to {address} {_FATES.get(letter.fate, 'failed')}: {reply}"
    draft.do(AddEntry(number, EntryKind.CHANGE, "maildesk", line, public=False))
    muted = letter.is_unreachable and state.participant(address) is not None and not draft.desk.find_agent(address)
    if muted:
        draft.because(Why(Reason.RECIPIENT_FAILED, f"{address} {reply}"))
        draft.do(Suppress(address, reason=f"refused: {reply}"[:200]))
    if letter.kind == Notice.REPLY or letter.fate != "expired":
        tell(
            draft,
            Event.UNDELIVERED,
            number,
            of(state.ticket),
            text="",
            by=address,
            note_address=True,
            data={"address": address, "reply": reply, "fate": letter.fate, "muted": "yes" if muted else ""},
        )
    return draft.done(number)
