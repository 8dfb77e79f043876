"""What an agent's mail does: a reply to the customer, a note, commands; all of it or nothing."""

from maildesk import commands, tokens
from maildesk.decide.author import Author
from maildesk.decide.draft import Draft
from maildesk.decide.known import know_mail
from maildesk.decide.orders import Orders, read_orders
from maildesk.decide.say import ask_feedback, say_closing, say_reply
from maildesk.decide.tell import Whose, of, tell, watchers
from maildesk.decide.timer import close_timer, waiting_timer
from maildesk.model.decision import (
    AddEntry,
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
from maildesk.model.ticket import EntryKind, Status, TicketState
from maildesk.model.value import Value
from maildesk.model.why import Why
from maildesk.outbound.leaks import attached_mails, leak_guard
from maildesk.threading.link import Link
from maildesk.tokens import TokenKind

# What these notifications show is public: their answer may go to the customer. All others stay inside.
_PUBLIC = tuple(f"agent:{e}" for e in (Event.NEW_TICKET, Event.CUSTOMER_MAIL, Event.ASSIGNED, Event.REOPENED))


MOST_QUESTIONS = 3  # an hour and agent: a forger must not bury anybody


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


def carry_out(
    draft: Draft,
    agent: Agent,
    state: TicketState,
    text: str,
    files: tuple[int, ...],
    *,
    note: bool,
    as_is: bool = False,
) -> Decision:
    """Do what an agent's words ask; `note` if they went to the note address, `as_is` to send lines that look like commands."""
    policy = draft.desk.policy
    asked = commands.Asked((), text) if as_is else commands.read_commands(text, policy.phrases, policy.people)
    orders = read_orders(asked, agent, draft.snapshot, draft.desk, note=note)
    if orders.problems:
        return _refuse(draft, agent, state, _Held(text, HoldKind.COMMAND, note, "\n".join(orders.problems)))
    if orders.visible and files and (problem := _unsendable(draft)):
        return _refuse(draft, agent, state, _Held(text, HoldKind.COMMAND, note, problem))
    draft.because(*orders.why)
    if orders.visible and (orders.text or files):
        clean, why = _may_leave(draft, agent, state, orders.text, confirmed=as_is)
        if not clean:
            draft.because(why)
            return _refuse(draft, agent, state, _Held(text, HoldKind.LEAK, note, why.text))
        _reply(draft, agent, state, orders, files)
    elif orders.text or files:
        _note(draft, agent, state, orders)
    _change(draft, agent, state, orders)
    return draft.done(state.ticket.number)


def _unsendable(draft: Draft) -> str:
    """Say why an agent's files can reach nobody: too large for a mail, and no pages from which they could be fetched."""
    size = sum(file.size for file in (draft.snapshot.original or draft.mail).every_file)
    web = draft.desk.settings.web
    if size <= MOST_SENT_BYTES or (web and web.url):
        return ""
    most, unit = MOST_SENT_BYTES // 1_000_000, 1_000_000
    return f"the files take {size / unit:.1f} MB, at most {most} MB go along with a mail (with web.url set they would go as links)"


def _may_leave(draft: Draft, agent: Agent, state: TicketState, text: str, *, confirmed: bool) -> tuple[bool, Why]:
    """Say whether words and files may go to participants; a mail among the files only if the agent says so, one of ours never."""
    mail = draft.snapshot.original or draft.mail
    names = [file.name for file in mail.files]
    passed_on = mail.forwarded if mail.forwarded and mail.forwarded.part >= 0 else None
    said = "\n".join((text, *names, passed_on.text if passed_on else ""))
    clean, why = leak_guard(said, state, draft.desk.policy.people, agent)
    mails = attached_mails(mail.files)
    if not clean or not mails:
        return clean, why
    ours = passed_on is None or tokens.read_message_id(draft.desk.keys, passed_on.message_id) is not None
    if confirmed and not ours and len(mails) == 1:
        return clean, why
    return False, Why(Reason.WITHHELD_LEAK, f"“{mails[0]}” is a mail, and may hold what is meant for the team only")


def _reply(draft: Draft, agent: Agent, state: TicketState, orders: Orders, files: tuple[int, ...]) -> None:
    ticket = state.ticket
    draft.because(Why(Reason.AGENT_REPLY, agent.login))
    draft.do(_entry(draft, agent, ticket.number, EntryKind.REPLY, orders.text))
    say_reply(draft, state, orders.text, files, agent=agent.login, about=draft.snapshot.cause.key)
    tell_others(draft, agent, state, orders.text)


def _note(draft: Draft, agent: Agent, state: TicketState, orders: Orders) -> None:
    draft.because(Why(Reason.AGENT_NOTE, agent.login))
    draft.do(_entry(draft, agent, state.ticket.number, EntryKind.NOTE, orders.text))
    if orders.assignee is None:
        tell_others(draft, agent, state, orders.text)
    tell_mentioned(draft, agent, state, orders.text)


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
    replied = orders.visible and bool(orders.text or draft.settles or draft.mail.files)
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
        say_closing(draft, ticket, requester, quietly=replied, by_agent=True)
        ask_feedback(draft, ticket)
    elif orders.wait_until:
        draft.do(CancelTimers(ticket.number, (TimerKind.REMIND, TimerKind.GIVE_UP)))
        key = f"wait:{ticket.number}:{draft.snapshot.cause.key}"
        draft.do(SetTimer(ticket.number, TimerKind.WAKE, orders.wait_until, key))
    elif status is Status.WAITING and replied:
        draft.do(*waiting_timer(draft, ticket))


def _hand_over(draft: Draft, agent: Agent, state: TicketState, orders: Orders) -> None:
    """Give the new assignee, or the team, the customer's words; the colleague's own come apart, for they are a note.

    No mail that shows a note has the address that leads to the customer: an answer in the midst of the quote keeps the quote.
    """
    ticket = state.ticket
    whose = Whose(orders.team or ticket.team, orders.assignee or "", orders.priority or ticket.priority)
    tell(draft, Event.ASSIGNED, ticket.number, whose, text=state.last_text, by=agent.name, never=agent.login)
    if orders.text and not orders.visible:
        tell(
            draft,
            Event.NOTE,
            ticket.number,
            whose,
            text=orders.text,
            by=agent.name,
            never=agent.login,
            note_address=True,
            files=True,
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
    draft.do(
        Tell(
            number,
            event,
            agent.login,
            f"tell:{event.value}:{draft.snapshot.cause.key}:{agent.login}",
            by=draft.desk.settings.desk.name,
            text=held.text,
            note_address=True,
            about=0,
            data={"problems": held.problems},
            why="you wrote it" if event is Event.COMMAND_REFUSED else "it claims to be yours",
        )
    )
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
