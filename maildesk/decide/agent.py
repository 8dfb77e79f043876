"""What an agent's mail does: a reply to the customer, a note, commands; all of it or nothing."""

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec

from maildesk import commands
from maildesk.decide.asking import OWN_WORDS, ask_author
from maildesk.decide.author import Author
from maildesk.decide.draft import Draft
from maildesk.decide.known import know_mail
from maildesk.decide.leaving import find_leak
from maildesk.decide.orders import Orders, read_orders
from maildesk.decide.questions import tell_answers
from maildesk.decide.receipt import tell_receipt
from maildesk.decide.reply import answer_customer, find_faster, sent_directly
from maildesk.decide.say import ask_feedback, say_closing
from maildesk.decide.split import split_off
from maildesk.decide.tell import Whose, of, tell, watchers
from maildesk.decide.timer import close_timer, waiting_timer
from maildesk.decide.undo import take_back
from maildesk.model.amends import Away
from maildesk.model.decision import (
    AddEntry,
    AddParticipant,
    CancelTimers,
    ChangeTicket,
    Decision,
    Event,
    HoldKind,
    Merge,
    SetTimer,
    Tell,
    TimerKind,
)
from maildesk.model.mail import MOST_SENT_BYTES, Address
from maildesk.model.people import Agent
from maildesk.model.reason import Reason
from maildesk.model.sheet import Deed, Did, Sheet
from maildesk.model.snapshot import View
from maildesk.model.ticket import EntryKind, Participant, Role, Status, TicketState
from maildesk.model.value import Value
from maildesk.model.why import Why
from maildesk.threading.link import Link
from maildesk.tokens import TokenKind

REMIND_AFTER = dt.timedelta(days=1)
MOST_QUESTIONS = 3  # an hour and agent: a forger must not bury anybody
# What these notifications show is public: their answer may go to the customer. All others stay inside.
_PUBLIC = tuple(f"agent:{e}" for e in (Event.NEW_TICKET, Event.CUSTOMER_MAIL, Event.ASSIGNED, Event.REOPENED))


class _Held(Value, frozen=True):
    """An agent's words that wait; `note` if they may only become a note."""

    text: str
    kind: HoldKind
    note: bool
    problems: str = ""


def decide_agent_mail(draft: Draft, author: Author, found: Link) -> Decision:
    """Say what a proven agent's mail on a ticket does."""
    assert found.ticket is not None
    assert author.agent is not None
    state = draft.snapshot.ticket(found.ticket)
    assert state is not None
    know_mail(draft, found.ticket, ghosts=False)
    files = tuple(a.index for a in draft.mail.files)
    return carry_out(draft, author.agent, state, draft.mail.words, files, note=_is_for_team(draft, author))


def _is_for_team(draft: Draft, author: Author) -> bool:
    """Tell whether a mail answers something that only agents saw: by the note address, or by what it replies to."""
    if author.token is not None and author.token.kind is TokenKind.AGENT_NOTE:
        return True
    answered = set(draft.mail.in_reply_to)
    return any(
        known.message_id in answered and known.what.startswith("agent:") and known.what not in _PUBLIC
        for known in draft.snapshot.known
    )


def carry_out(  # noqa: PLR0913 - the words, and all that may be different about them
    draft: Draft,
    agent: Agent,
    state: TicketState,
    text: str,
    files: tuple[int, ...],
    *,
    note: bool,
    as_is: bool = False,
    confirmed: bool = False,
    second: bool = False,
) -> Decision:
    """Do what an agent's words ask.

    `note` if they went to the note address, `as_is` to send lines that look like commands, `confirmed` if he has seen what the
    leak guard says, `second` if he knows that a colleague was faster.
    """
    policy = draft.desk.policy
    asked = commands.Asked((), text) if as_is else commands.read_commands(text, policy.phrases, policy.people)
    orders = read_orders(asked, agent, draft.snapshot, draft.desk, note=note, state=state)
    if orders.problems:
        return _refuse(draft, agent, state, _Held(text, HoldKind.COMMAND, note, "\n".join(orders.problems)))
    if orders.visible and files and (problem := _unsendable(draft)):
        return _refuse(draft, agent, state, _Held(text, HoldKind.COMMAND, note, problem))
    draft.because(*orders.why)
    if orders.undo:
        return take_back(draft, agent, state)
    if as_is:
        draft.because(Why(Reason.AS_IS, agent.login))
    speaks = orders.visible and bool(orders.said or files)
    if speaks and (leak := find_leak(draft, agent, state, orders.text, confirmed=confirmed, beside=orders.canned)):
        draft.because(leak)
        return _refuse(draft, agent, state, _Held(text, HoldKind.LEAK, note, leak.text))
    if speaks and not second and (faster := _faster(draft, agent, state)):
        return _refuse(draft, agent, state, _Held(text, HoldKind.COLLISION, note, faster))
    deeds = orders.deeds
    if not (
        asked.commands or orders.said or files or note
    ):  # only where a customer may wait for words that are not there
        deeds = (Deed(Did.EMPTY),)
    if speaks:
        deeds += _reply(draft, agent, state, orders, files)
    elif orders.said or files:
        _note(draft, agent, state, orders)
    if orders.changes:
        _change(draft, agent, state, orders)
        deeds += sent_directly(draft, state)
    if orders.away:
        set_away(draft, agent, orders)
    tell_answers(draft, agent, orders.questions, state)
    tell_receipt(draft, agent, state.ticket.number, deeds)
    return draft.done(state.ticket.number)


def _faster(draft: Draft, agent: Agent, state: TicketState) -> str:
    """Say which colleague has answered the same mail, where the desk wants the second answer held; "" if none."""
    other = find_faster(draft, agent, state) if draft.desk.settings.second_answer == "hold" else None
    if other is None:
        return ""
    draft.because(Why(Reason.ANSWERED_TOO, f"{other.agent} at {other.at:%H:%M} UTC"))
    known = draft.desk.policy.people.agents.get(other.agent)
    at = other.at.astimezone(ZoneInfo(draft.desk.settings.desk.timezone))
    return f"{known.name if known else other.agent} answered the same mail at {at:%H:%M}, before you; #status shows it"


def _unsendable(draft: Draft) -> str:
    """Say why an agent's files can reach nobody: too large for a mail, and no pages from which they could be fetched."""
    size = sum(file.size for file in (draft.snapshot.original or draft.mail).every_file)
    web = draft.desk.settings.web
    if size <= MOST_SENT_BYTES or (web and web.url):
        return ""
    most, unit = MOST_SENT_BYTES // 1_000_000, 1_000_000
    return f"the files take {size / unit:.1f} MB, at most {most} MB go along with a mail (with web.url set they would go as links)"


def set_away(draft: Draft, agent: Agent, orders: Orders) -> None:
    """Remember until when an agent is not there, or that he is back."""
    draft.because(Why(Reason.AWAY, f"{agent.login} until {orders.away_until}" if orders.away_until else agent.login))
    draft.do(Away(agent.login, orders.away_until))


def _reply(draft: Draft, agent: Agent, state: TicketState, orders: Orders, files: tuple[int, ...]) -> tuple[Deed, ...]:
    draft.do(_entry(draft, agent, state.ticket.number, EntryKind.REPLY, orders.said))
    for person in orders.cc:
        draft.do(AddParticipant(state.ticket.number, person, Role.JOINED, wrote=True))
    deeds = answer_customer(draft, agent, _with(state, orders), orders.said, files)
    tell_others(draft, agent, state, orders.said)
    return deeds


def _with(state: TicketState, orders: Orders) -> TicketState:
    """Count those in who take part from this mail on."""
    people = tuple(Participant(p.address, p.name, Role.JOINED, wrote=True) for p in orders.cc)
    return msgspec.structs.replace(state, participants=(*state.participants, *people))


def _note(draft: Draft, agent: Agent, state: TicketState, orders: Orders) -> None:
    draft.because(Why(Reason.AGENT_NOTE, agent.login))
    draft.do(_entry(draft, agent, state.ticket.number, EntryKind.NOTE, orders.said))
    if orders.assignee is None:
        tell_others(draft, agent, state, orders.said)
    tell_mentioned(draft, agent, state, orders.said)


def tell_mentioned(draft: Draft, agent: Agent, state: TicketState, text: str) -> None:
    """Tell the colleagues whom a note names by `@name`, unless they are told of it anyway."""
    ticket = state.ticket
    asked = {action.agent for action in draft.actions if isinstance(action, Tell) and action.event is Event.NOTE}
    for login in commands.find_mentioned(text, draft.desk.policy.people):
        if login not in asked:
            whose = Whose(ticket.team, login, ticket.priority)
            data = {"what": "mention"}
            tell(
                draft,
                Event.NOTE,
                ticket.number,
                whose,
                text=text,
                by=agent.name,
                never=agent.login,
                note_address=True,
                files=True,
                data=data,
            )


def tell_others(draft: Draft, agent: Agent, state: TicketState, text: str) -> None:
    """Tell who watches the ticket what a colleague wrote; with nobody else there, nobody is told."""
    if [
        login for login in watchers(draft, of(state.ticket)) if login != agent.login
    ] and state.ticket.assignee != agent.login:
        tell(
            draft,
            Event.NOTE,
            state.ticket.number,
            of(state.ticket),
            text=text,
            by=agent.name,
            never=agent.login,
            note_address=True,
            files=True,
        )


def _change(draft: Draft, agent: Agent, state: TicketState, orders: Orders) -> None:
    """Apply the commands, and the status that follows from what was said."""
    ticket = state.ticket
    replied = orders.visible and bool(orders.said or draft.settles or (draft.snapshot.mail and draft.mail.files))
    assignee = orders.assignee
    if assignee is None and not ticket.assignee and (replied or orders.close):
        assignee = agent.login
        draft.because(Why(Reason.ASSIGNED, f"{agent.login} answered first"))
    status = _status(orders, ticket.status, replied)
    draft.do(
        ChangeTicket(
            ticket.number,
            status=status,
            team=orders.team,
            assignee=assignee,
            priority=orders.priority,
            add_tags=orders.add_tags,
            drop_tags=orders.drop_tags,
            spam=True if orders.spam else None,
        )
    )
    if orders.summary:
        draft.do(AddEntry(ticket.number, EntryKind.CHANGE, agent.login, orders.summary, public=False))
    for number in orders.merge:
        low, high = sorted((number, ticket.number))
        draft.do(Merge(low, high))
    if orders.split:
        split_off(draft, agent, state, orders.split)
    if not replied:
        draft.do(*(AddParticipant(ticket.number, person, Role.JOINED, wrote=True) for person in orders.cc))
    _clock(draft, state, orders, status, replied)
    if orders.assignee is not None and orders.assignee != agent.login:
        _hand_over(draft, agent, state, orders)


def _status(orders: Orders, now: Status, replied: bool) -> Status:
    if orders.close or orders.spam:
        return Status.RESOLVED
    if replied:
        return Status.WAITING
    return Status.OPEN if now is Status.NEW else now


def _clock(draft: Draft, state: TicketState, orders: Orders, status: Status, replied: bool) -> None:
    """Set the timers of the new status and close with the customer."""
    ticket = state.ticket
    requester = Address(ticket.requester, ticket.requester_name)
    if orders.close or orders.spam:
        draft.because(Why(Reason.STATUS_CHANGED, "resolved"))
        draft.do(*close_timer(draft, ticket.number))
        if orders.quietly or orders.spam:
            draft.because(Why(Reason.CLOSED_QUIETLY))
            return
        say_closing(draft, ticket, requester, quietly=replied, by_agent=True, delay=draft.desk.settings.send_delay)
        ask_feedback(draft, ticket, after=draft.desk.settings.send_delay)
    elif orders.wait_until:
        draft.do(CancelTimers(ticket.number, (TimerKind.REMIND, TimerKind.GIVE_UP)))
        key = f"wait:{ticket.number}:{draft.snapshot.cause.key}"
        draft.do(SetTimer(ticket.number, TimerKind.WAKE, orders.wait_until, key))
    elif status is Status.WAITING and replied:
        draft.do(*waiting_timer(draft, ticket))


def _hand_over(draft: Draft, agent: Agent, state: TicketState, orders: Orders) -> None:
    """Give the new assignee, or the team, the customer's words and what was said so far; what colleagues wrote comes apart.

    No mail that shows a note has the address that leads to the customer: an answer in the midst of the quote keeps the quote.
    """
    ticket, view = state.ticket, draft.snapshot.view or View()
    whose = Whose(orders.team or ticket.team, orders.assignee or "", orders.priority or ticket.priority)
    whole, earlier = view.timelines.get(ticket.number, ()), view.earlier.get(ticket.number, ())
    said = tuple(e for e in whole if e.public and e.kind in (EntryKind.MAIL, EntryKind.REPLY))
    story = Sheet("handover", (), ticket, said if len(said) > 1 else (), earlier)
    tell(
        draft, Event.ASSIGNED, ticket.number, whose, text=state.last_text, by=agent.name, never=agent.login, sheet=story
    )
    inside = orders.said if not orders.visible else ""
    if inside or any(e.kind is EntryKind.NOTE for e in whole):
        tell(
            draft,
            Event.NOTE,
            ticket.number,
            whose,
            text=inside,
            by=agent.name,
            never=agent.login,
            note_address=True,
            files=True,
            sheet=Sheet("handover", (), ticket, whole) if len(whole) > 1 else None,
        )


def hold_unproven(draft: Draft, author: Author, found: Link) -> Decision:
    """Keep a mail that claims to be an agent's, and ask the agent's registered address about it."""
    assert found.ticket is not None
    assert author.agent is not None
    state = draft.snapshot.ticket(found.ticket)
    assert state is not None
    know_mail(draft, found.ticket, ghosts=False)
    held = _Held(draft.mail.words, HoldKind.UNPROVEN, _is_for_team(draft, author))
    if draft.snapshot.asked_hour >= MOST_QUESTIONS:
        draft.because(
            Why(Reason.ASKED_OFTEN, f"{author.agent.login}, {draft.snapshot.asked_hour} times within an hour")
        )
        kind = EntryKind.NOTE if held.note else EntryKind.REPLY
        draft.do(_entry(draft, author.agent, state.ticket.number, kind, held.text, hold=held.kind))
        return draft.done(state.ticket.number)
    draft.because(Why(Reason.CHALLENGED, author.agent.addresses[0]))
    return _refuse(draft, author.agent, state, held)


def _refuse(draft: Draft, agent: Agent, state: TicketState, held: _Held) -> Decision:
    """Hold an agent's whole mail; nothing of it is done or sent, and the agent is told why."""
    if held.kind is HoldKind.COMMAND:
        draft.because(Why(Reason.COMMAND_REFUSED, held.problems[:200]))
    event = Event.CHALLENGE if held.kind is HoldKind.UNPROVEN else Event.COMMAND_REFUSED
    number = state.ticket.number
    kind = EntryKind.NOTE if held.note else EntryKind.REPLY
    draft.do(_entry(draft, agent, number, kind, held.text, hold=held.kind))
    if held.kind in OWN_WORDS:
        due = draft.snapshot.now + REMIND_AFTER
        draft.do(SetTimer(number, TimerKind.HELD, due, f"held:{number}:{draft.snapshot.cause.key}"))
    final = held.kind is HoldKind.LEAK and find_leak(draft, agent, state, held.text, confirmed=True) is not None
    what = "final" if final else ""
    ask_author(draft, agent, number, held.text, event=event, problems=held.problems, what=what)
    return draft.done(number)


def _entry(
    draft: Draft, agent: Agent, number: int, kind: EntryKind, text: str, *, hold: HoldKind | None = None
) -> AddEntry:
    mail = draft.snapshot.original or draft.mail
    return AddEntry(
        number,
        kind,
        agent.login,
        text,
        mail.message_id,
        draft.trust,
        public=kind is EntryKind.REPLY and hold is None,
        hold=hold,
        attachments=tuple(a.name for a in mail.files),
        why=tuple(dict.fromkeys(draft.whys)),
    )
