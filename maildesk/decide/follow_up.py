"""What a participant's mail does to its ticket: the rules for follow-ups, the status, and who hears of it."""

from maildesk.decide.author import Author
from maildesk.decide.draft import Draft
from maildesk.decide.routing import assignee, route, said_by
from maildesk.decide.say import say_notice
from maildesk.decide.tell import Whose, tell
from maildesk.decide.timer import status_timers
from maildesk.model.decision import AddEntry, ChangeTicket, Event, Notice
from maildesk.model.reason import Reason
from maildesk.model.ticket import EntryKind, Priority, Status, Ticket
from maildesk.model.why import Why
from maildesk.rules.assign import LEAST_BUSY, NOBODY, ROUND_ROBIN
from maildesk.rules.evaluate import Routing

UNDER_WAY = (Status.NEW, Status.OPEN, Status.WAITING)


def wake_up(draft: Draft, author: Author, ticket: Ticket, proposed: tuple[int, ...]) -> None:
    """Put the ticket back into people's hands after a customer's mail; they are told what else it may belong to.

    Rules for follow-ups may say otherwise: where one leaves the ticket resolved, nobody hears that it was opened again.
    """
    was_resolved = ticket.status is Status.RESOLVED
    routing = route(draft, author, "reopened" if was_resolved else "reply", ticket.language)
    changed = _follow(draft, routing, ticket)
    reopened = was_resolved and changed.status in UNDER_WAY
    if reopened:
        draft.because(Why(Reason.REOPENED, f"#{ticket.number}"))
    _say(draft, author, routing, ticket, reopened=reopened)
    whose = Whose(
        ticket.team if changed.team is None else changed.team,
        ticket.assignee if changed.assignee is None else changed.assignee,
        changed.priority or ticket.priority,
    )
    tell(
        draft,
        Event.REOPENED if reopened else Event.CUSTOMER_MAIL,
        ticket.number,
        whose,
        text=draft.mail.shown,
        by=author.who.name or author.who.address,
        never=author.agent.login if author.agent else "",
        files=True,
        data=_data(draft, ticket, whose, proposed),
    )


def _data(draft: Draft, ticket: Ticket, whose: Whose, proposed: tuple[int, ...]) -> dict[str, str]:
    """Say what a notification shows beside the mail: other tickets it names, and whose the ticket was until now."""
    data = {"merge": named(proposed)} if proposed else {}
    if any(why.reason is Reason.OWNER_AWAY for why in draft.whys) and whose.assignee != ticket.assignee:
        agent = draft.desk.policy.people.agents.get(ticket.assignee)
        data["left"] = agent.name if agent else ticket.assignee
    return data


def _say(draft: Draft, author: Author, routing: Routing, ticket: Ticket, *, reopened: bool) -> None:
    """Answer with the template that a rule names, each once per ticket; else say that the ticket is open again, if it is."""
    number = ticket.number
    if routing.reply:
        notice, key, data = Notice.STATUS, f"status:{number}:reply:{routing.reply}", said_by(routing)
    elif reopened:
        notice, key, data = (
            Notice.STATUS,
            f"status:{number}:reopened:{draft.snapshot.cause.key}",
            {"what": "reopened"},
        )
    else:
        notice, key, data = Notice.ACKNOWLEDGEMENT, "ack:ticket:{ticket}", {}
    say_notice(
        draft,
        notice,
        number,
        author.who,
        key,
        ticket.language,
        verdict=author.verdict,
        spam=routing.spam,
        follow_up=True,
        data=data,
    )


def _follow(draft: Draft, routing: Routing, ticket: Ticket) -> ChangeTicket:
    """Do what the rules for follow-ups want; the defaults are for new tickets only."""
    moves = "team" in routing.origin and routing.team != ticket.team
    team = routing.team if moves else ticket.team
    usual = Status.NEW if ticket.status is Status.NEW else Status.OPEN
    status = Status(routing.status) if routing.status else usual
    change = ChangeTicket(
        ticket.number,
        status=status,
        team=team if moves else None,
        assignee=_handed_to(draft, routing, ticket, team, moves=moves),
        priority=Priority(routing.priority) if "priority" in routing.origin else None,
        sla=routing.sla or None,
        spam=routing.spam if "spam" in routing.origin else None,
        add_tags=routing.tags,
    )
    draft.do(change, *status_timers(draft, ticket.number, team, ticket.status, status))
    if routing.note:
        draft.do(AddEntry(ticket.number, EntryKind.NOTE, "maildesk", routing.note, public=False))
    return change


def _handed_to(draft: Draft, routing: Routing, ticket: Ticket, team: str, *, moves: bool) -> str | None:
    """Say who has the ticket now, None if that stays; by turns or load it goes on only if nobody of the team has it."""
    if "assign" not in routing.origin:
        return "" if moves else _from_absent(draft, ticket)
    people = draft.desk.policy.people
    agent = people.agents.get(ticket.assignee)
    stays = agent is not None and not agent.absent and agent in people.members(team)
    if routing.assign in (LEAST_BUSY, ROUND_ROBIN) and stays:
        return None
    login = assignee(draft, routing, team)
    return login if login or moves or routing.assign == NOBODY else _from_absent(draft, ticket)


def _from_absent(draft: Draft, ticket: Ticket) -> str | None:
    """Hand a ticket whose owner is away or gone to who covers for him, or back to the team; None if he is there."""
    people, login = draft.desk.policy.people, ticket.assignee
    agent = people.agents.get(login)
    if not login or (agent and not agent.absent):
        return None
    cover = people.cover(login)
    missing = f"{login} is {'away' if agent else 'no agent any more'}"
    goes = f"{cover.login} covers" if cover else f"back to team {ticket.team}"
    draft.because(Why(Reason.OWNER_AWAY, f"{missing}: {goes}"))
    draft.do(AddEntry(ticket.number, EntryKind.CHANGE, "maildesk", f"{missing}: {goes}", public=False))
    return cover.login if cover else ""


def named(numbers: tuple[int, ...]) -> str:
    """List tickets as people write them: #1001 #1002."""
    return " ".join(f"#{number}" for number in numbers)
