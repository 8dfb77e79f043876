"""What the answer does to our question who asked: the waiting ticket goes to the person, or is closed, or we ask again."""

import msgspec

from maildesk import commands
from maildesk.decide.asking import ask_author
from maildesk.decide.author import Author
from maildesk.decide.behalf import extras, original, stand_in
from maildesk.decide.draft import Draft
from maildesk.decide.request import Request, read_request
from maildesk.decide.routing import route, team_for
from maildesk.decide.say import say_notice
from maildesk.decide.tell import Whose, tell
from maildesk.decide.timer import close_timer
from maildesk.model.decision import AddEntry, AddParticipant, ChangeTicket, Decision, Event, Notice, SettleEntry, Tell
from maildesk.model.mail import MOST_SENT_BYTES, Address
from maildesk.model.people import Agent
from maildesk.model.phrases import Verb
from maildesk.model.reason import Reason
from maildesk.model.snapshot import HeldEntry
from maildesk.model.ticket import EntryKind, Priority, Role, Status
from maildesk.model.why import Why


def settle_behalf(draft: Draft, agent: Agent, held: HeldEntry, words: str, answer: str) -> Decision:
    """Do what the agent's answer says: `#yes` as it is, `#for jana@firma.cz` for her, `#no` not at all; else ask again."""
    policy, mail = draft.desk.policy, draft.snapshot.original
    said = commands.read_commands(words, policy.phrases, policy.people).find(Verb.FOR)
    if said is None and answer in ("no", "drop"):
        draft.because(Why(Reason.DROPPED, f"by {agent.login}"))
        draft.do(SettleEntry(held.id, released=False), ChangeTicket(held.ticket, status=Status.RESOLVED))
        draft.do(*close_timer(draft, held.ticket))
        return draft.done(held.ticket)
    if mail is not None and (said is not None or answer in ("yes", "ok")):
        named = Address(said.words[0], "".join(said.words[1:])) if said else None
        asked = commands.read_commands(mail.words, policy.phrases, policy.people)
        request = read_request(draft, agent, mail, asked, named)
        if not request.problems:
            return _release(draft, agent, held, request)
        draft.because(Why(Reason.BEHALF_HELD, "; ".join(request.problems)[:200]))
        problems = "\n".join(request.problems)
        ask_author(draft, agent, held.ticket, held.text, event=Event.BEHALF, problems=problems, hold=held.id)
        return draft.done(held.ticket)
    draft.because(Why(Reason.COMMAND_REFUSED, "no answer was found in the mail"))
    ask_author(draft, agent, held.ticket, held.text, event=Event.BEHALF, problems="", hold=held.id)
    return draft.done(held.ticket)


def _release(draft: Draft, agent: Agent, held: HeldEntry, request: Request) -> Decision:
    """Give the waiting ticket to the person who asked."""
    state, number = draft.snapshot.ticket(held.ticket), held.ticket
    assert state is not None
    draft.settles = held.id
    theirs = _stand_in_for_original(draft, request)
    spoken = state.ticket.language
    routing = route(theirs, Author(request.who), "new", spoken)
    draft.because(
        Why(Reason.CONFIRMED, f"by {agent.login}"), Why(Reason.ON_BEHALF, f"{request.who.address}, by {agent.login}")
    )
    orders, team = request.orders, request.orders.team or team_for(theirs, routing)
    assignee = orders.assignee if orders.assignee is not None else ""
    priority = orders.priority or Priority(routing.priority or "normal")
    draft.rules = theirs.rules
    entry = AddEntry(
        number, EntryKind.MAIL, request.who.address, trust=draft.trust, attachments=tuple(f.name for f in request.files),
        why=tuple(dict.fromkeys((*draft.whys, *theirs.whys))), of_hold=True,
    )  # fmt: skip
    draft.do(
        SettleEntry(held.id, released=False),
        AddParticipant(number, request.who, Role.REQUESTER, wrote=True),
        ChangeTicket(
            number, team=team, assignee=assignee, priority=priority, add_tags=(*routing.tags, *orders.add_tags),
        ),
        original(entry, request),
        *extras(request, agent, number),
    )  # fmt: skip
    say_notice(
        draft,
        Notice.ACKNOWLEDGEMENT,
        number,
        request.who,
        "ack:ticket:{ticket}",
        spoken,
        rule_ack=routing.ack,
        by_agent=True,
    )
    by = request.who.name or request.who.address
    tell(draft, Event.NEW_TICKET, number, Whose(team, assignee, priority), text=request.text, by=by)
    files = tuple(f.index for f in request.files) if sum(f.size for f in request.files) <= MOST_SENT_BYTES else ()
    draft.actions = [msgspec.structs.replace(a, attachments=files) if isinstance(a, Tell) else a for a in draft.actions]
    return draft.done(number)


def _stand_in_for_original(draft: Draft, request: Request) -> Draft:
    """Make the stand-in for a mail that was held: the answer to our question stands in its place now."""
    whys, draft.whys = draft.whys, []
    other = stand_in(draft, request)
    draft.whys = whys
    return other
