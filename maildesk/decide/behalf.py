"""What an agent's mail for somebody else does: a ticket for the person who asked, in his own words and with his files.

`#for jana@firma.cz` names him; with `#new` he is the author of the mail that is passed on. What the agent wrote himself becomes
a note, and nothing of the agent's mail, neither its address nor its message id, reaches the person. Where it is not clear who
asked, or whether the agent wrote this, the mail waits on a ticket without a requester until the agent answers.
"""

import msgspec

from maildesk import commands
from maildesk.commands import Asked
from maildesk.decide.agent import MOST_QUESTIONS
from maildesk.decide.asking import ask_author
from maildesk.decide.author import Author
from maildesk.decide.customer import Wish, open_ticket
from maildesk.decide.draft import Draft
from maildesk.decide.known import know_mail
from maildesk.decide.request import Request, read_request
from maildesk.decide.routing import language
from maildesk.model.decision import (
    NEW,
    AddEntry,
    AddParticipant,
    Decision,
    Event,
    HoldKind,
    KnowMessage,
    KnownKind,
    OpenTicket,
)
from maildesk.model.mail import Address, Kind
from maildesk.model.people import Agent
from maildesk.model.phrases import Verb
from maildesk.model.reason import Reason
from maildesk.model.ticket import EntryKind, Role, Status
from maildesk.model.why import Why
from maildesk.threading.link import Link


def decide_on_behalf(draft: Draft, author: Author, found: Link) -> Decision | None:
    """Say what an agent's mail for somebody else does; None if it is not one."""
    mail, agent = draft.mail, author.agent
    if agent is None or mail.kind is not Kind.PERSON:
        return None
    asked = commands.read_commands(mail.words, draft.desk.policy.phrases, draft.desk.policy.people)
    if not _is_marked(draft, author, asked):
        return _addressed_to_a_customer(draft, author, found)
    if found.ticket is not None and (found.by is Reason.LINK_TOKEN or not asked.find(Verb.NEW)):
        return None
    request = read_request(draft, agent, mail, asked)
    if not author.proven:
        return _hold(draft, agent, request, Event.CHALLENGE)
    if request.problems:
        return _hold(draft, agent, request, Event.BEHALF)
    return _open(draft, author, request, found)


def _is_marked(draft: Draft, author: Author, asked: Asked) -> bool:
    """Tell whether a mail says that it is for somebody else; a bare forward does so where the settings want it."""
    if asked.find(Verb.FOR) or asked.find(Verb.NEW):
        return True
    if draft.mail.forwarded is None:
        return False
    if author.proven and draft.desk.settings.threading.agent_forwards == "sender":
        return True
    draft.because(Why(Reason.FORWARD_UNMARKED, draft.mail.forwarded.author.address))
    return False


def _open(draft: Draft, author: Author, request: Request, found: Link) -> Decision:
    """Open the ticket as if the person had written himself; then set right what only his own mail would have had."""
    assert author.agent is not None
    draft.because(Why(Reason.ON_BEHALF, f"{request.who.address}, by {author.agent.login}"))
    theirs = stand_in(draft, request)
    writer = Author(request.who, level=author.level, trust=author.trust, verdict=author.verdict)
    wish = Wish(request.orders.team, request.orders.assignee, request.orders.priority, request.orders.add_tags)
    decision = open_ticket(theirs, writer, Link(parked=found.parked), wish)
    actions = tuple(
        original(a, request) if isinstance(a, AddEntry) and a.kind is EntryKind.MAIL else a for a in decision.actions
    )
    return msgspec.structs.replace(decision, actions=(*actions, *extras(request, author.agent, NEW)))


def stand_in(draft: Draft, request: Request) -> Draft:
    """Make a draft in which the person's own mail stands where the agent's is."""
    came = draft.snapshot.original or draft.mail
    ours = tuple(a for a in (*came.to, *came.cc) if draft.desk.is_own(a.address))
    mail = msgspec.structs.replace(
        came,
        author=request.who,
        to=ours,
        cc=(),
        subject=request.subject,
        text=request.text,
        new_text=request.text,
        nothing_new=False,
        event="",
        forwarded=None,
        attachments=request.files,
        headers=(),
        no_ack="",
    )
    other = Draft(msgspec.structs.replace(draft.snapshot, mail=mail, repeats=0), draft.desk)
    other.whys, other.trust, other.settles = list(draft.whys), draft.trust, draft.settles
    return other


def original(entry: AddEntry, request: Request) -> AddEntry:
    """Show the person's mail with its own date, name and id; the agent's id would lead to the agent."""
    return msgspec.structs.replace(
        entry, message_id=request.message_id, at=request.at, author_name=request.who.name, text=request.text
    )


def extras(request: Request, agent: Agent, number: int) -> tuple[AddEntry | KnowMessage, ...]:
    """Keep the agent's own words as a note, and know the person's mail by its own id."""
    extras: list[AddEntry | KnowMessage] = []
    if request.message_id:
        extras.append(KnowMessage(number, request.message_id, KnownKind.SEEN, request.at))
    if request.note:
        extras.append(AddEntry(number, EntryKind.NOTE, agent.login, request.note, public=False))
    return tuple(extras)


def _hold(draft: Draft, agent: Agent, request: Request, event: Event) -> Decision:
    """Keep the mail on a ticket of nobody's, and ask the agent's registered address."""
    mail = draft.mail
    spoken = language(stand_in(draft, request), Author(request.who))
    often = event is Event.CHALLENGE and draft.snapshot.asked_hour >= MOST_QUESTIONS
    if often:
        draft.because(Why(Reason.ASKED_OFTEN, f"{agent.login}, {draft.snapshot.asked_hour} times within an hour"))
    elif event is Event.CHALLENGE:
        draft.because(Why(Reason.CHALLENGED, agent.addresses[0]))
    else:
        draft.because(Why(Reason.BEHALF_HELD, "; ".join(request.problems)[:200]))
    team = draft.desk.mailbox_team(draft.snapshot.mailbox) or draft.desk.first_team
    draft.do(
        OpenTicket(request.subject[:500], draft.snapshot.mailbox, Address(""), spoken, team=team, assignee=agent.login),
        AddEntry(
            NEW,
            EntryKind.NOTE,
            agent.login,
            mail.shown,
            mail.message_id,
            draft.trust,
            public=False,
            hold=HoldKind.BEHALF,
            attachments=tuple(file.name for file in request.files),
            why=tuple(dict.fromkeys(draft.whys)),
        ),
    )
    know_mail(draft, NEW, ghosts=False)
    if not often:
        ask_author(draft, agent, NEW, mail.shown, event=event, problems="\n".join(request.problems))
    return draft.done(NEW)


def _addressed_to_a_customer(draft: Draft, author: Author, found: Link) -> Decision | None:
    """B64: an agent writes to a customer and copies the desk in: the ticket is the customer's, and nobody is answered."""
    desk, mail = draft.desk, draft.mail
    outside = [p for p in mail.to if not desk.is_own(p.address) and not desk.find_agent(p.address)]
    if found.ticket is not None or author.level < 1 or not outside or mail.forwarded or author.agent is None:
        return None
    login, customer = author.agent.login, outside[0]
    draft.because(Why(Reason.ON_BEHALF, f"{customer.address}, to whom {login} wrote"))
    spoken = language(draft, Author(customer))
    team = desk.mailbox_team(draft.snapshot.mailbox) or desk.first_team
    draft.do(
        OpenTicket(
            mail.subject.strip()[:500],
            draft.snapshot.mailbox,
            customer,
            spoken,
            status=Status.OPEN,
            team=team,
            assignee=login,
        ),
        AddEntry(
            NEW,
            EntryKind.MAIL,
            author.who.address,
            mail.shown,
            mail.message_id,
            author.trust,
            attachments=tuple(file.name for file in mail.files),
            why=tuple(dict.fromkeys(draft.whys)),
        ),
        *(AddParticipant(NEW, person, Role.CC) for person in outside[1:20]),
    )
    know_mail(draft, NEW)
    return draft.done(NEW)
