"""Say in a line or two what the desk did, for the terminal and for the page."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from maildesk.desk import Outcome
from maildesk.model.decision import (
    Action,
    AddEntry,
    ChangeTicket,
    Decision,
    OpenTicket,
    Rate,
    Say,
    SettleEntry,
    Suppress,
    Tell,
)
from maildesk.model.mail import Arrival
from maildesk.model.people import People
from maildesk.model.snapshot import Due
from maildesk.model.ticket import EntryKind


class Happening(NamedTuple):
    """One thing the desk did: when, on which ticket (None: no ticket), who or what was behind it, and the words for it."""

    at: dt.datetime
    ticket: int | None
    who: str
    line: str
    rule: str = ""
    details: tuple[str, ...] = ()
    rating: int = 0
    bad: bool = False

    def lines(self) -> Iterator[str]:
        """Write it for a terminal."""
        at = f"[{self.at:%H:%M:%S}]"
        where = f"#{self.ticket}" if self.ticket else "no ticket"
        yield f"{at} {where}  {self.who}  {self.line}{f'   {self.rule}' if self.rule else ''}"
        for detail in self.details:
            yield f"{at}     {detail}"


def describe_mail(arrival: Arrival, outcome: Outcome, people: People, at: dt.datetime) -> Happening:
    """Say what a mail came to."""
    sender = arrival.envelope.mail_from or "<>"
    return _describe(sender, outcome, people, at)


def describe_timer(due: Due, outcome: Outcome, people: People, at: dt.datetime) -> Happening:
    """Say what a timer did."""
    return _describe(f"timer “{due.kind.value}”", outcome, people, at)


def _describe(who: str, outcome: Outcome, people: People, at: dt.datetime) -> Happening:
    decision = outcome.decision
    number = outcome.ticket.ticket.number if outcome.ticket else decision.ticket
    opened = next((a for a in decision.actions if isinstance(a, OpenTicket)), None)
    line = _opened(opened, people) if opened else _summary(decision)
    rule = _rule(decision) if opened else ""
    rating = next((a.score for a in decision.actions if isinstance(a, Rate)), 0)
    return Happening(at, number, who, line, rule, tuple(_letters(decision, people)), rating)


def _opened(opened: OpenTicket, people: People) -> str:
    """Say where a new ticket went."""
    team, agent = people.teams.get(opened.team), people.agents.get(opened.assignee)
    places = [team.title or team.name if team else opened.team, agent.name if agent else opened.assignee]
    return f"“{opened.subject}”  → {', '.join(filter(None, places)) or 'nobody yet'}"


def _rule(decision: Decision) -> str:
    """Say which rule chose the team, and by which words."""
    rule = next((r for r in decision.rules if r.matched and "team" in r.set), None)
    if rule is None:
        return ""
    evidence = rule.why.splitlines()[0].strip() if rule.why.strip() else ""
    return f"rule “{rule.name}”{f' ({evidence})' if evidence else ''}"


def _summary(decision: Decision) -> str:
    """Say what changed, else why nothing did."""
    done = dict.fromkeys(words for action in decision.actions if (words := _words(action)))
    return ", ".join(done) or ", ".join(w.reason.value for w in decision.why[-3:]) or "nothing"


def _words(action: Action) -> str:
    match action:
        case AddEntry():
            return _entry(action)
        case ChangeTicket(status=status) if status:
            return f"now {status.value}"
        case SettleEntry(released=released):
            return "let in" if released else "question settled"
        case Rate(score=score):
            return f"rated {score} of 5"
        case Suppress(address=address, lift=False):
            return f"no automatic mail to {address} from now on"
        case _:
            return ""


def _entry(entry: AddEntry) -> str:
    if entry.hold:
        return f"held, a person is asked ({entry.hold.value})"
    if entry.ticket is None:
        return "kept, opens no ticket"
    match entry.kind:
        case EntryKind.REPLY:
            return "reply to the customer"
        case EntryKind.NOTE:
            return "note, for the team only"
        case EntryKind.MAIL:
            return "added to the ticket" if entry.public else "filed in silence"
        case _:
            return entry.text


def _letters(decision: Decision, people: People) -> Iterator[str]:
    """Say which letters leave, which are withheld and why, and which agents are told."""
    said = {(a.notice.value, a.to.address): a for a in decision.actions if isinstance(a, Say)}
    for notice in decision.notices:
        letter = said.get((notice.notice, notice.to))
        if letter is None:
            yield f"no {notice.notice} to {notice.to}: {notice.why.reason.value}"
        else:
            yield f"{notice.notice} to {notice.to}{f' ({letter.language})' if letter.language else ''}"
    for action in decision.actions:
        if isinstance(action, Tell):
            agent = people.agents.get(action.agent)
            name = agent.name if agent else action.address or action.agent
            yield f"{name} is told: {action.event.value.replace('-', ' ')}"
