"""What an agent's mail for somebody else does: a ticket for the person who asked, in his own words and with his files.

`#for jana@firma.cz` names him; with `#new` he is the author of the mail that is passed on. What the agent wrote himself becomes
a note, and nothing of the agent's mail, neither its address nor its message id, reaches the person. Where it is not clear who
asked, or whether the agent wrote this, the mail waits on a ticket without a requester until the agent answers.
"""

import datetime as dt
import zoneinfo

import msgspec

from maildesk import commands
from maildesk.commands import Asked
from maildesk.decide.agent import MOST_QUESTIONS
from maildesk.decide.author import Author
from maildesk.decide.customer import Wish, open_ticket
from maildesk.decide.draft import Draft
from maildesk.decide.known import know_mail
from maildesk.decide.orders import Orders, read_orders
from maildesk.decide.routing import language, route, team_for
from maildesk.decide.say import say_notice
from maildesk.decide.tell import Whose, tell
from maildesk.decide.timer import close_timer
from maildesk.ingest.forwarded import read_forwarded
from maildesk.ingest.parts import Structure
from maildesk.model.decision import (
    NEW,
    AddEntry,
    AddParticipant,
    ChangeTicket,
    Decision,
    Event,
    HoldKind,
    KnowMessage,
    KnownKind,
    Notice,
    OpenTicket,
    SettleEntry,
    Tell,
)
from maildesk.model.mail import MOST_SENT_BYTES, Address, Attachment, Forwarded, Kind, Mail
from maildesk.model.people import Agent
from maildesk.model.phrases import Verb
from maildesk.model.reason import Reason
from maildesk.model.snapshot import HeldEntry
from maildesk.model.ticket import EntryKind, Priority, Role, Status
from maildesk.model.value import Value
from maildesk.model.why import Why
from maildesk.threading.link import Link

# What may stand beside `#for` and `#new`; the rest has no meaning for a ticket that does not exist yet.
_BESIDE = (Verb.FOR, Verb.NEW, Verb.NOTE, Verb.TAKE, Verb.ASSIGN, Verb.PRIORITY, Verb.TAG)
_OLDEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)


class Request(Value, frozen=True):
    """What somebody asked through an agent; with `problems` it is not clear what. `note` are the agent's own words."""

    who: Address = Address("")
    subject: str = ""
    text: str = ""
    at: dt.datetime | None = None
    message_id: str = ""
    files: tuple[Attachment, ...] = ()
    note: str = ""
    orders: Orders = Orders()
    problems: tuple[str, ...] = ()


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


def read_request(draft: Draft, agent: Agent, mail: Mail, asked: Asked, named: Address | None = None) -> Request:
    """Say who asked what through this mail; `named` is the answer to our question who it was."""
    beside = Asked(tuple(c for c in asked.commands if c.verb not in (Verb.FOR, Verb.NEW)), asked.text, asked.problems)
    orders = read_orders(beside, agent, draft.snapshot, draft.desk, note=False)
    stray = (c for c in asked.commands if c.verb not in _BESIDE)
    problems = [*orders.problems, *(f"line {c.line}: “{c.source}”: not together with #for or #new" for c in stray)]
    passed, words = mail.forwarded, asked.text.strip()
    who, doubt = _who(draft, mail, asked, named)
    if doubt:
        problems.append(doubt)
    if passed is not None and (inner := _inner(passed, who)):
        passed = inner
    if passed is None:
        # A call that an agent writes down: his words are all there is.
        return Request(who, mail.subject, words, files=mail.files, orders=orders, problems=tuple(problems))
    attached = passed.part >= 0
    own = tuple(file for file in mail.files if not attached or file.index != passed.part)
    return Request(
        who,
        passed.subject or _without_prefix(mail.subject),
        passed.text,
        _moment(draft, passed.date),
        passed.message_id,
        (*passed.files, *own),
        words.removesuffix(passed.text.strip()).strip() if passed.text.strip() else words,
        orders,
        tuple(problems),
    )


def _who(draft: Draft, mail: Mail, asked: Asked, named: Address | None) -> tuple[Address, str]:
    """Find who asked: named by the agent, or the author of the mail he passes on; else say why it is not clear."""
    passed, command = mail.forwarded, asked.find(Verb.FOR)
    if named is None and command is not None:
        address, *name = command.words
        same = passed is not None and passed.author.address.casefold() == address.casefold()
        named = Address(address, name[0] if name else passed.author.name if passed and same else "")
    if named is not None:
        own = draft.desk.is_own(named.address)
        return named, f"{named.address} is an address of this desk" if own else ""
    if passed is None:
        return Address(""), "no forwarded mail was found in it, or none that names its author's address"
    if passed.doubt:
        return passed.author, passed.doubt
    if draft.desk.is_own(passed.author.address) or draft.desk.find_agent(passed.author.address):
        return passed.author, f"the forwarded mail is from {passed.author.address}, which is one of us"
    return passed.author, ""


def _inner(passed: Forwarded, who: Address) -> Forwarded | None:
    """Read what a colleague had passed on before, if that is from the person who was named: what he wrote to us is not theirs."""
    if passed.author.address.casefold() == who.address.casefold():
        return None
    inner = read_forwarded(passed.text, Structure(headers=(("Subject", "Fwd: "),)))
    return inner if inner and inner.author.address.casefold() == who.address.casefold() else None


def _without_prefix(subject: str) -> str:
    """Take one forwarding prefix off: the words behind it are the original's."""
    prefix, colon, rest = subject.partition(":")
    return (
        rest.strip() if colon and len(prefix.strip()) <= 12 and " " not in prefix.strip() and rest.strip() else subject
    )


def _moment(draft: Draft, date: dt.datetime | None) -> dt.datetime | None:
    """Place a date: one without a zone is of the desk's clock, one of the future or of long ago is none."""
    if date is None:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=zoneinfo.ZoneInfo(draft.desk.settings.desk.timezone))
    return date if _OLDEST < date <= draft.snapshot.now + dt.timedelta(hours=1) else None


def _open(draft: Draft, author: Author, request: Request, found: Link) -> Decision:
    """Open the ticket as if the person had written himself; then set right what only his own mail would have had."""
    assert author.agent is not None
    draft.because(Why(Reason.ON_BEHALF, f"{request.who.address}, by {author.agent.login}"))
    stand_in = _stand_in(draft, request)
    writer = Author(request.who, level=author.level, trust=author.trust, verdict=author.verdict)
    wish = Wish(request.orders.team, request.orders.assignee, request.orders.priority, request.orders.add_tags)
    decision = open_ticket(stand_in, writer, Link(parked=found.parked), wish)
    actions = tuple(
        _original(a, request) if isinstance(a, AddEntry) and a.kind is EntryKind.MAIL else a for a in decision.actions
    )
    return msgspec.structs.replace(decision, actions=(*actions, *_extras(request, author.agent, NEW)))


def _stand_in(draft: Draft, request: Request) -> Draft:
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
        forwarded=None,
        attachments=request.files,
        headers=(),
        no_ack="",
    )
    other = Draft(msgspec.structs.replace(draft.snapshot, mail=mail, repeats=0), draft.desk)
    other.whys, other.trust, other.settles = list(draft.whys), draft.trust, draft.settles
    return other


def _original(entry: AddEntry, request: Request) -> AddEntry:
    """Show the person's mail with its own date, name and id; the agent's id would lead to the agent."""
    return msgspec.structs.replace(
        entry, message_id=request.message_id, at=request.at, author_name=request.who.name, text=request.text
    )


def _extras(request: Request, agent: Agent, number: int) -> tuple[AddEntry | KnowMessage, ...]:
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
    stand_in = _stand_in(draft, request)
    spoken = language(stand_in, Author(request.who))
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
        _ask(draft, agent, NEW, mail.shown, request.problems, event)
    return draft.done(NEW)


def _ask(  # noqa: PLR0917 - what a question is made of
    draft: Draft, agent: Agent, number: int, text: str, problems: tuple[str, ...], event: Event, hold: int = 0
) -> None:
    draft.do(
        Tell(
            number,
            event,
            agent.login,
            f"tell:{event.value}:{draft.snapshot.cause.key}:{agent.login}",
            by=draft.desk.settings.desk.name,
            text=text,
            note_address=True,
            about=-1 if hold else 0,
            hold=hold,
            data={"problems": "\n".join(problems)},
            why="you wrote it" if event is Event.BEHALF else "it claims to be yours",
        )
    )


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
        _ask(draft, agent, held.ticket, held.text, request.problems, Event.BEHALF, held.id)
        return draft.done(held.ticket)
    draft.because(Why(Reason.COMMAND_REFUSED, "no answer was found in the mail"))
    _ask(draft, agent, held.ticket, held.text, (), Event.BEHALF, held.id)
    return draft.done(held.ticket)


def _release(draft: Draft, agent: Agent, held: HeldEntry, request: Request) -> Decision:
    """Give the waiting ticket to the person who asked."""
    state, number = draft.snapshot.ticket(held.ticket), held.ticket
    assert state is not None
    draft.settles = held.id
    stand_in = _stand_in_for_original(draft, request)
    spoken = state.ticket.language
    routing = route(stand_in, Author(request.who), "new", spoken)
    draft.because(
        Why(Reason.CONFIRMED, f"by {agent.login}"), Why(Reason.ON_BEHALF, f"{request.who.address}, by {agent.login}")
    )
    orders, team = request.orders, request.orders.team or team_for(stand_in, routing)
    assignee = orders.assignee if orders.assignee is not None else ""
    draft.rules = stand_in.rules
    entry = AddEntry(
        number, EntryKind.MAIL, request.who.address, trust=draft.trust, attachments=tuple(f.name for f in request.files),
        why=tuple(dict.fromkeys((*draft.whys, *stand_in.whys))), of_hold=True,
    )  # fmt: skip
    draft.do(
        SettleEntry(held.id, released=False),
        AddParticipant(number, request.who, Role.REQUESTER, wrote=True),
        ChangeTicket(
            number, team=team, assignee=assignee, priority=orders.priority or Priority(routing.priority or "normal"),
            add_tags=(*routing.tags, *orders.add_tags),
        ),
        _original(entry, request),
        *_extras(request, agent, number),
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
    tell(draft, Event.NEW_TICKET, number, Whose(team, assignee), text=request.text, by=by)
    files = tuple(f.index for f in request.files) if sum(f.size for f in request.files) <= MOST_SENT_BYTES else ()
    draft.actions = [msgspec.structs.replace(a, attachments=files) if isinstance(a, Tell) else a for a in draft.actions]
    return draft.done(number)


def _stand_in_for_original(draft: Draft, request: Request) -> Draft:
    """Make the stand-in for a mail that was held: the answer to our question stands in its place now."""
    whys, draft.whys = draft.whys, []
    other = _stand_in(draft, request)
    draft.whys = whys
    return other


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
