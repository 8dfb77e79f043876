"""What is said to participants: each notice is considered, and either asked for or withheld with its reason."""

import datetime as dt

from maildesk.decide.draft import Draft
from maildesk.model.decision import NEW, Notice, NoticeTrace, Say, SetTimer, TimerKind
from maildesk.model.mail import Address, Envelope
from maildesk.model.reason import Reason
from maildesk.model.ticket import Ticket, TicketState
from maildesk.model.why import Why
from maildesk.outbound.notices import ASKED_FOR, consider, hold_back


def say_notice(  # noqa: PLR0913, PLR0917 - all that a notice is judged by
    draft: Draft,
    notice: Notice,
    number: int,
    to: Address,
    key: str,
    language: str,
    *,
    verdict: str = "none",
    rule_ack: bool = True,
    spam: bool = False,
    follow_up: bool = False,
    by_agent: bool = False,
    data: dict[str, str] | None = None,
    delay: dt.timedelta = dt.timedelta(),
) -> bool:
    """Consider one notice: ask for it if it is due, record in any case why; tells whether it is."""
    snapshot, desk = draft.snapshot, draft.desk
    state = snapshot.ticket(number) if number != NEW else None
    trace = consider(
        notice,
        to,
        mail=None if by_agent else snapshot.mail,
        envelope=Envelope() if by_agent else snapshot.envelope,
        source=snapshot.source,
        history=snapshot.history(to.address),
        own_addresses=desk.own_addresses,
        limits=desk.settings.limits,
        said=state.said if state else (),
        key=key.replace("{ticket}", str(number)),
        verdict=verdict,
        follow_up=follow_up,
        rule_ack=rule_ack,
        spam=spam or bool(state and state.ticket.spam),
        silent=snapshot.silent,
        now=snapshot.now,
        received=snapshot.received_at,
        news=_news(state, snapshot.now) if state else 0,
    )
    held = _brake(draft, notice) if trace.due else None
    draft.notices.append(NoticeTrace(trace.notice, trace.to, False, held) if held else trace)
    if trace.due:
        seconds = int(delay.total_seconds())
        draft.do(Say(number, notice, to, key, language, delay=seconds, data=data or {}, held=held.text if held else ""))
    return trace.due


def _news(state: TicketState, now: dt.datetime) -> int:
    """Count the status mails that a ticket brought about within a day."""
    day = now - dt.timedelta(days=1)
    return sum(key.startswith("status:") and at > day for key, at in zip(state.said, state.said_at, strict=False))


def _brake(draft: Draft, notice: Notice) -> Why | None:
    """Say why a notice that is due waits all the same: far more leaves than usual."""
    if notice in ASKED_FOR:
        return None
    snapshot = draft.snapshot
    return hold_back(snapshot.made_hour, snapshot.usual_hour, draft.desk.settings.limits.brake_per_hour)[1]


def say_reply(
    draft: Draft,
    state: TicketState,
    text: str,
    attachments: tuple[int, ...],
    *,
    agent: str,
    about: str,
    joins: tuple[str, ...] = (),
) -> int:
    """Send an agent's words to everybody who takes part and may read; one mail each; gives how many.

    `about` makes the effect key: one reply of one cause is sent once to each address.
    """
    delay = int(draft.desk.settings.send_delay.total_seconds())
    people = readers(state)
    for person in people:
        key = f"reply:{about}:{person.address.casefold()}"
        draft.do(
            Say(
                state.ticket.number,
                Notice.REPLY,
                person,
                key,
                state.ticket.language,
                text,
                attachments,
                delay,
                data={"agent": agent},
                joins=joins,
            )
        )
        why = Why(Reason.AGENT_REPLY, agent)
        draft.notices.append(NoticeTrace(Notice.REPLY.value, person.address, True, why))
    return len(people)


def readers(state: TicketState) -> list[Address]:
    """List who receives replies: the requester, and participants who wrote or were let in."""
    people = {}
    if state.ticket.requester:
        people[state.ticket.requester.casefold()] = Address(state.ticket.requester, state.ticket.requester_name)
    for p in state.participants:
        if p.wrote and p.role.value != "agent":
            people.setdefault(p.address.casefold(), Address(p.address, p.name))
    return list(people.values())


def say_closing(
    draft: Draft,
    ticket: Ticket,
    to: Address,
    *,
    quietly: bool,
    by_agent: bool = False,
    delay: dt.timedelta = dt.timedelta(),
) -> None:
    """Send the short closing notice (unless closed `quietly`) and see to the feedback request."""
    cause = draft.snapshot.cause.key
    if not quietly:
        say_notice(
            draft,
            Notice.CLOSING,
            ticket.number,
            to,
            f"closing:{ticket.number}:{cause}",
            ticket.language,
            by_agent=by_agent,
            delay=delay,
        )


def ask_feedback(draft: Draft, ticket: Ticket, after: dt.timedelta = dt.timedelta()) -> None:
    """Ask for a rating now, or set the timer that will."""
    delay: dt.timedelta = draft.desk.settings.feedback.delay
    key = f"feedback:{ticket.number}:{draft.snapshot.cause.key}"
    if delay:
        draft.do(SetTimer(ticket.number, TimerKind.FEEDBACK, draft.snapshot.now + delay, f"timer:{key}"))
    else:
        feedback_now(draft, ticket, key, after)


def feedback_now(draft: Draft, ticket: Ticket, key: str, after: dt.timedelta = dt.timedelta()) -> None:
    """Ask the requester for a rating, if anybody may be asked."""
    to = Address(ticket.requester, ticket.requester_name)
    say_notice(draft, Notice.FEEDBACK, ticket.number, to, key, ticket.language, by_agent=True, delay=after)
