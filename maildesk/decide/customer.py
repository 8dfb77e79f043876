"""What a customer's mail does: open a ticket, continue one, or wait until people know its author."""

from maildesk import commands, tokens
from maildesk.decide.author import Author
from maildesk.decide.draft import Draft
from maildesk.decide.follow_up import UNDER_WAY, named, wake_up
from maildesk.decide.known import adopt_parked, know_mail
from maildesk.decide.rights import Rights
from maildesk.decide.routing import assignee, language, looked_up, route, said_by, team_for
from maildesk.decide.say import say_closing, say_notice
from maildesk.decide.tell import Whose, of, tell
from maildesk.decide.timer import close_timer, status_timers
from maildesk.model.amends import DropParticipant
from maildesk.model.decision import (
    NEW,
    AddEntry,
    AddParticipant,
    ChangeTicket,
    Decision,
    Event,
    HoldKind,
    Merge,
    Notice,
    OpenTicket,
    Suppress,
)
from maildesk.model.mail import Address
from maildesk.model.reason import Reason
from maildesk.model.snapshot import STOPPED, Snapshot
from maildesk.model.ticket import EntryKind, Priority, Role, Status, Ticket
from maildesk.model.value import Value
from maildesk.model.why import Why
from maildesk.rules.evaluate import DEFAULTS, MAILBOX, Routing
from maildesk.threading.link import Link

_MOST_CC = 20
_CROWD = 50  # a mail to so many is no conversation: nobody in it takes part by being named


class Wish(Value, frozen=True):
    """What an agent asked for a ticket that he has opened for somebody; it goes before the rules."""

    team: str | None = None
    assignee: str | None = None
    priority: Priority | None = None
    tags: tuple[str, ...] = ()


def open_ticket(draft: Draft, author: Author, found: Link, wish: Wish | None = None) -> Decision:
    """Open a ticket for a mail that belongs to none, unless a rule files it away."""
    mail, snapshot = draft.mail, draft.snapshot
    spoken = language(draft, author)
    routing = route(draft, author, "new", spoken)
    if not routing.ticket and wish is None:
        draft.because(Why(Reason.RULE_NO_TICKET, routing.origin.get("ticket", "")))
        return park(draft, author)
    repeated = snapshot.ticket(snapshot.repeats)
    if repeated and _is_repetition(draft, repeated.ticket):
        return _roll_up(draft, author, repeated.ticket)
    wish = wish or Wish()
    team = wish.team or team_for(draft, routing)
    login = wish.assignee if wish.assignee is not None else assignee(draft, routing, team)
    priority = wish.priority or Priority(routing.priority or "normal")
    if found.continues:
        draft.because(Why(Reason.CONTINUES, f"#{found.continues}"))
    if also := _other_mailboxes(draft):
        draft.because(Why(Reason.TWO_MAILBOXES, f"also to {', '.join(also)}"))
    draft.do(
        OpenTicket(
            subject=_subject(draft),
            mailbox=snapshot.mailbox,
            requester=author.who,
            language=spoken,
            channel="web" if snapshot.source == "web" else "email",
            status=Status(routing.status) if routing.status else Status.NEW,
            team=team,
            assignee=login,
            priority=priority,
            sla=routing.sla,
            tags=(*routing.tags, *wish.tags),
            spam=routing.spam,
            continues=found.continues,
        ),
        _entry(draft, author, NEW),
    )
    if routing.status:
        draft.do(*status_timers(draft, NEW, team, Status.NEW, Status(routing.status)))
    if routing.note:
        draft.do(AddEntry(NEW, EntryKind.NOTE, "maildesk", routing.note, public=False))
    _take_part(draft, author, NEW)
    if author.verdict == "pass" and snapshot.history(author.who.address).suppressed:
        # Unproven it could be anybody; an answer on a ticket is proof, too.
        draft.do(Suppress(author.who.address, lift=True))
    know_mail(draft, NEW)
    adopt_parked(draft, found, NEW, author)
    draft.result = _result(routing, team, login, priority)
    _welcome(draft, author, routing, spoken)
    tell(
        draft,
        Event.NEW_TICKET,
        NEW,
        Whose(team, login, priority),
        text=mail.shown,
        by=author.who.name or author.who.address,
        never=author.agent.login if author.agent else "",
        files=True,
        data={"rule": _rule(routing), **looked_up(draft)},
    )
    return draft.done(NEW)


def _is_repetition(draft: Draft, ticket: Ticket) -> bool:
    """Tell whether a program repeats itself on a ticket under way; where references decide alone, words do not count.

    Who writes only in the subject, above the same signature each time, says something else each time.
    """
    if draft.snapshot.trusted or draft.desk.settings.threading.references == "trusting":
        return False
    same = tokens.strip_subject(draft.mail.subject).casefold() == tokens.strip_subject(ticket.subject).casefold()
    return same and ticket.status in UNDER_WAY and bool(draft.mail.text.strip())


def _roll_up(draft: Draft, author: Author, ticket: Ticket) -> Decision:
    """File a mail that says for the third time in an hour what its author's last tickets say; nobody is told again.

    Where an agent has answered since, the answer was no help, or was not read: that is news, once for each answer.
    """
    draft.because(Why(Reason.ROLLED_UP, f"#{ticket.number}"))
    draft.do(_entry(draft, author, ticket.number))
    know_mail(draft, ticket.number)
    if ticket.status is Status.WAITING:
        wake_up(draft, author, ticket, ())
    return draft.done(ticket.number)


def park(draft: Draft, author: Author) -> Decision:
    """Keep a mail without a ticket: listed by `journal list`, filed when a later mail refers to it."""
    draft.because(Why(Reason.PARKED))
    draft.do(_entry(draft, author, None))
    know_mail(draft, None)
    return draft.done()


def append_mail(draft: Draft, author: Author, found: Link, rights: Rights) -> Decision:
    """File a mail of somebody who takes part, and do what it does to the ticket's state."""
    state = draft.snapshot.ticket(rights.home)
    assert state is not None
    for absorbed in rights.merge:
        draft.because(Why(Reason.MERGED_BY_REFERENCE, f"#{absorbed} into #{rights.home}"))
        draft.do(Merge(rights.home, absorbed))
    draft.do(_entry(draft, author, rights.home))
    _take_part(draft, author, rights.home)
    know_mail(draft, rights.home)
    adopt_parked(draft, found, rights.home, author)
    if _is_old(draft.snapshot, state.ticket):
        return draft.done(rights.home)
    if draft.snapshot.history(author.who.address).suppressed not in ("", STOPPED):
        draft.do(Suppress(author.who.address, lift=True))
    # What somebody wished for in the past is not done again, and a refuted author has no wishes.
    deaf = draft.snapshot.trusted or author.refuted
    words = "" if draft.mail.files or deaf else draft.mail.words
    named = f"{author.who.name} {author.who.address.partition('@')[0]}"
    said = commands.read_requester(words, draft.desk.policy.phrases, named)
    if said == "STOP":
        return _stop(draft, author, state.ticket)
    if said == "STATUS" and _is_requester(state.ticket, author):
        return _say_status(draft, author, state.ticket)
    if said == "THANKS" and state.ticket.status is Status.RESOLVED:
        draft.because(Why(Reason.THANKS_ONLY, draft.mail.new_text[:80]))
        return draft.done(rights.home)
    if said == "SOLVED" and _is_requester(state.ticket, author) and state.ticket.status is not Status.RESOLVED:
        return _solved(draft, author, state.ticket)
    wake_up(draft, author, state.ticket, rights.proposed)
    return draft.done(rights.home)


def _stop(draft: Draft, author: Author, ticket: Ticket) -> Decision:
    """Send the requester no more status mails; anybody else leaves the ticket, and hears of it again once he writes on it."""
    address = author.who.address
    if _is_requester(ticket, author):
        draft.because(Why(Reason.STOPPED, address))
        draft.do(Suppress(address, reason=STOPPED))
    else:
        draft.because(Why(Reason.LEFT, address))
        draft.do(DropParticipant(ticket.number, address), AddParticipant(ticket.number, author.who, Role.CC))
    return draft.done(ticket.number)


def _say_status(draft: Draft, author: Author, ticket: Ticket) -> Decision:
    """Tell the requester how the ticket stands; to the address on file, whatever the mail says, and nothing else happens."""
    draft.because(Why(Reason.STATUS_ASKED, author.who.address))
    say_notice(
        draft,
        Notice.STATUS,
        ticket.number,
        Address(ticket.requester, ticket.requester_name),
        f"status:{ticket.number}:summary:{draft.snapshot.cause.key}",
        ticket.language,
        verdict=author.verdict,
        data={"what": "summary"},
    )
    return draft.done(ticket.number)


def _is_old(snapshot: Snapshot, ticket: Ticket) -> bool:
    """Tell whether this is history of before the ticket's end, which changes nothing about that."""
    return snapshot.trusted and ticket.resolved is not None and snapshot.now <= ticket.resolved


def hold_stranger(draft: Draft, author: Author, rights: Rights) -> Decision:
    """File a stranger's mail where it points to, unseen by participants, and ask the desk whether he may join."""
    state = draft.snapshot.ticket(rights.home)
    assert state is not None
    kind = HoldKind.MERGE if rights.proposed else HoldKind.STRANGER
    draft.do(_entry(draft, author, rights.home, kind))
    know_mail(draft, rights.home, ghosts=False)
    tell(
        draft,
        Event.HELD,
        rights.home,
        of(state.ticket),
        text=draft.mail.shown,
        by=author.who.name or author.who.address or "?",
        note_address=True,
        about=0,
        data={"author": author.who.address or "?", "merge": named(rights.proposed)},
    )
    return draft.done(rights.home)


def _entry(draft: Draft, author: Author, ticket: int | None, hold: HoldKind | None = None) -> AddEntry:
    mail = draft.mail
    return AddEntry(
        ticket,
        EntryKind.MAIL,
        author.who.address,
        mail.shown,
        mail.message_id,
        author.trust,
        public=hold is None,
        hold=hold,
        # Of a conversation that began elsewhere the quoted pictures are new to us, too.
        attachments=tuple(a.name for a in (mail.attachments if ticket == NEW else mail.files)),
        why=tuple(dict.fromkeys(draft.whys)),
    )


def _subject(draft: Draft) -> str:
    """Keep the customer's words, but never a number of ours that was not theirs to use."""
    return draft.mail.subject.strip()[:500]


def _other_mailboxes(draft: Draft) -> list[str]:
    """List which of our other mailboxes the mail was sent to as well."""
    mail, snapshot = draft.mail, draft.snapshot
    addressed = (*snapshot.envelope.rcpt_to, *(person.address for person in (*mail.to, *mail.cc)))
    return sorted({draft.desk.mailbox_of(address) for address in addressed} - {"", snapshot.mailbox})


def _take_part(draft: Draft, author: Author, ticket: int) -> None:
    """Let the author, and the people he addressed beside us, take part."""
    if author.known:
        role = Role.REQUESTER if ticket == NEW else Role.CC
        draft.do(AddParticipant(ticket, author.who, role, wrote=True))
    state = draft.snapshot.ticket(ticket) if ticket != NEW else None
    first_hand = ticket == NEW or (state is not None and _is_requester(state.ticket, author))
    if first_hand and (other := _answer_address(draft, author)):
        draft.because(Why(Reason.ANSWER_ADDRESS, other.address))
        draft.do(AddParticipant(ticket, other, Role.CC, wrote=True))
    if not (draft.desk.settings.threading.cc_may_write and first_hand) or author.refuted:
        return
    others = _others(draft, author)
    for person in others[:_MOST_CC] if len(others) <= _CROWD else ():
        draft.do(AddParticipant(ticket, person, Role.CC))


def _answer_address(draft: Draft, author: Author) -> Address | None:
    """Give the one other address to which a proven author wants answers, if it is of his own domain.

    Of anybody else Reply-To is only a claim: it could send the desk's answers to a stranger, or anybody's way.
    """
    if author.verdict != "pass" or len(draft.mail.reply_to) != 1:
        return None
    (other,) = draft.mail.reply_to
    ours, theirs = (address.casefold().rpartition("@")[2] for address in (author.who.address, other.address))
    same = ours == theirs or ours.endswith(f".{theirs}") or theirs.endswith(f".{ours}")
    is_other = "@" in other.address and other.address.casefold() != author.who.address.casefold()
    if not (same and is_other) or draft.desk.is_own(other.address) or draft.desk.find_agent(other.address):
        return None
    return other


def _others(draft: Draft, author: Author) -> list[Address]:
    desk, seen = draft.desk, {author.who.address.casefold()}
    people = []
    for person in (*draft.mail.to, *draft.mail.cc):
        folded = person.address.casefold()
        if folded in seen or desk.is_own(person.address) or desk.find_agent(person.address):
            continue
        seen.add(folded)
        people.append(person)
    return people


def _welcome(draft: Draft, author: Author, routing: Routing, spoken: str) -> None:
    """Acknowledge a new ticket, or record why not."""
    say_notice(
        draft,
        Notice.ACKNOWLEDGEMENT,
        NEW,
        author.who,
        "ack:ticket:{ticket}",
        spoken,
        verdict=author.verdict,
        rule_ack=routing.ack,
        spam=routing.spam,
        data={**said_by(routing), **looked_up(draft)},
    )


def _solved(draft: Draft, author: Author, ticket: Ticket) -> Decision:
    """Close at the requester's own word."""
    draft.because(Why(Reason.STATUS_CHANGED, "the requester says it is solved"))
    draft.do(ChangeTicket(ticket.number, status=Status.RESOLVED), *close_timer(draft, ticket.number))
    say_closing(draft, ticket, author.who, quietly=True)
    tell(
        draft,
        Event.CUSTOMER_MAIL,
        ticket.number,
        of(ticket),
        text=draft.mail.shown,
        by=author.who.name or author.who.address,
    )
    return draft.done(ticket.number)


def _is_requester(ticket: Ticket, author: Author) -> bool:
    return author.known and ticket.requester.casefold() == author.who.address.casefold()


def _rule(routing: Routing) -> str:
    """Name the rule that chose the team; nothing if no rule did."""
    origin = routing.origin.get("team", "")
    return "" if origin in (DEFAULTS, MAILBOX) else origin


def _result(routing: Routing, team: str, login: str, priority: Priority) -> dict[str, str]:
    result = {"team": team, "assign": login, "priority": priority.value, "sla": routing.sla}
    called = {"notify": " ".join(routing.notify)} if routing.notify else {}
    return {**result, "tags": " ".join(routing.tags), **called}
