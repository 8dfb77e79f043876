"""What a timer means when it falls due; a timer that events have overtaken does nothing and says so."""

import datetime as dt

from maildesk import worktime
from maildesk.decide.asking import OWN_WORDS, ask
from maildesk.decide.desk import Desk
from maildesk.decide.draft import Draft
from maildesk.decide.say import feedback_now, say_notice
from maildesk.decide.tell import of, tell
from maildesk.model.decision import (
    NEW,
    Action,
    AddEntry,
    CancelTimers,
    ChangeTicket,
    Decision,
    Event,
    Notice,
    SetTimer,
    TimerDue,
    TimerKind,
)
from maildesk.model.mail import Address
from maildesk.model.reason import Reason
from maildesk.model.snapshot import Snapshot
from maildesk.model.ticket import EntryKind, Status, Ticket
from maildesk.model.why import Why

REMIND_AFTER_DAYS = 3
GIVE_UP_AFTER_DAYS = 7
HELD_A_DAY = dt.timedelta(hours=20)
_OF_A_STATUS = (TimerKind.REMIND, TimerKind.GIVE_UP, TimerKind.CLOSE)

_NEEDED = {
    TimerKind.REMIND: (Status.WAITING,),
    TimerKind.GIVE_UP: (Status.WAITING,),
    TimerKind.CLOSE: (Status.RESOLVED,),
    TimerKind.FEEDBACK: (Status.RESOLVED, Status.CLOSED),
    TimerKind.HELD: tuple(Status),
    TimerKind.WAKE: (Status.NEW, Status.OPEN, Status.WAITING),
}


def decide_timer(snapshot: Snapshot, desk: Desk) -> Decision:
    """Say what a due timer does."""
    cause = snapshot.cause
    assert isinstance(cause, TimerDue)
    draft = Draft(snapshot, desk)
    state = snapshot.ticket(cause.ticket)
    ticket = state.ticket if state else None
    if ticket is None or ticket.status not in _NEEDED[cause.kind]:
        draft.because(
            Why(Reason.TIMER_OVERTAKEN, f"{cause.kind.value}, ticket is {ticket.status.value if ticket else 'gone'}")
        )
        return draft.done(cause.ticket)
    draft.because(Why(Reason.TIMER_FELL_DUE, cause.kind.value))
    match cause.kind:
        case TimerKind.REMIND:
            _remind(draft, ticket)
        case TimerKind.GIVE_UP:
            _give_up(draft, ticket)
        case TimerKind.CLOSE:
            draft.do(
                ChangeTicket(ticket.number, status=Status.CLOSED),
                _change(ticket, "closed: the time for reopening is over"),
            )
        case TimerKind.FEEDBACK:
            feedback_now(draft, ticket, f"feedback:{ticket.number}:{cause.key}")
        case TimerKind.HELD:
            _remind_agents(draft)
        case TimerKind.WAKE:
            _wake(draft, ticket, state.last_text if state else "")
    return draft.done(ticket.number)


def _remind(draft: Draft, ticket: Ticket) -> None:
    key = f"status:{ticket.number}:remind:{draft.snapshot.cause.key}"
    to = Address(ticket.requester, ticket.requester_name)
    say_notice(draft, Notice.STATUS, ticket.number, to, key, ticket.language, by_agent=True, data={"what": "reminder"})
    due = working_days(draft, ticket.team, GIVE_UP_AFTER_DAYS)
    draft.do(SetTimer(ticket.number, TimerKind.GIVE_UP, due, f"give-up:{ticket.number}:{draft.snapshot.cause.key}"))


def _give_up(draft: Draft, ticket: Ticket) -> None:
    key = f"status:{ticket.number}:given-up:{draft.snapshot.cause.key}"
    to = Address(ticket.requester, ticket.requester_name)
    draft.do(ChangeTicket(ticket.number, status=Status.RESOLVED), *close_timer(draft, ticket.number))
    draft.do(_change(ticket, "resolved: no answer came"))
    say_notice(draft, Notice.STATUS, ticket.number, to, key, ticket.language, by_agent=True, data={"what": "given-up"})


def _remind_agents(draft: Draft) -> None:
    """Ask once more about each mail of an agent that has waited for his own word for a day."""
    for held in draft.snapshot.waits:
        agent = draft.desk.policy.people.agents.get(held.author)
        old = held.at is not None and draft.snapshot.now - held.at >= HELD_A_DAY
        if agent and old and held.kind in OWN_WORDS:
            ask(draft, agent, held, "", what="reminder", key=f"tell:reminder:{held.id}:{agent.login}")


def _wake(draft: Draft, ticket: Ticket, text: str) -> None:
    draft.do(ChangeTicket(ticket.number, status=Status.OPEN), _change(ticket, "the waiting time is over"))
    name = ticket.requester_name or ticket.requester
    tell(draft, Event.CUSTOMER_MAIL, ticket.number, of(ticket), text=text, by=name, data={"what": "wake"})


def _change(ticket: Ticket, text: str) -> AddEntry:
    return AddEntry(ticket.number, EntryKind.CHANGE, "maildesk", text, public=False)


def status_timers(draft: Draft, number: int, team: str, before: Status, after: Status) -> tuple[Action, ...]:
    """Give the timers that a ticket's new status brings with it, and end those of the old one."""
    if after is Status.WAITING:
        return _waiting(draft, number, team)
    if after is Status.RESOLVED:
        return () if before is Status.RESOLVED else close_timer(draft, number)
    return () if number == NEW else (CancelTimers(number, _OF_A_STATUS),)


def waiting_timer(draft: Draft, ticket: Ticket) -> tuple[Action, ...]:
    """Start waiting for the customer: one reminder after three working days."""
    return _waiting(draft, ticket.number, ticket.team)


def _waiting(draft: Draft, number: int, team: str) -> tuple[Action, ...]:
    due = working_days(draft, team, REMIND_AFTER_DAYS)
    key = f"remind:{number}:{draft.snapshot.cause.key}"
    return CancelTimers(number, _OF_A_STATUS), SetTimer(number, TimerKind.REMIND, due, key)


def close_timer(draft: Draft, number: int) -> tuple[Action, ...]:
    """Start the reopen window."""
    due = draft.snapshot.now + draft.desk.settings.threading.reopen
    cancel = CancelTimers(number, (TimerKind.REMIND, TimerKind.GIVE_UP))
    return cancel, SetTimer(number, TimerKind.CLOSE, due, f"close:{number}:{draft.snapshot.cause.key}")


def working_days(draft: Draft, team_name: str, days: int) -> dt.datetime:
    """Count working days of the team's calendar; without one every day works."""
    policy = draft.desk.policy
    team = policy.people.teams.get(team_name)
    calendar = policy.calendars.get(team.calendar) if team else None
    moment = draft.snapshot.now
    if calendar is None:
        return moment + dt.timedelta(days=days)
    while days:
        moment += dt.timedelta(days=1)
        days -= worktime.is_working_day(calendar, moment)
    return moment
