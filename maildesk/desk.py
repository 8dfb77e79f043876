"""The story: load what a decision needs, decide, apply, in one transaction.

This is where pure deciding meets the store. Every cause, a mail, a timer or a command, takes the same road; what
leaves the road is committed together: ticket, timeline, timers, outgoing mail and the reasons.
"""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from maildesk import tokens
from maildesk.decide import Desk, decide
from maildesk.decide.questions import find_asks
from maildesk.explain import Told, in_sentences
from maildesk.ingest.mime.addresses import parse_addresses
from maildesk.model.decision import DESK, NEW, Call, CommandGiven, Decision, Event, MailArrived, Say, Tell, TimerDue
from maildesk.model.mail import Arrival, Kind, Mail
from maildesk.model.outgoing import Outgoing, Queued
from maildesk.model.reason import Reason
from maildesk.model.snapshot import Asks, Due, Lookup, Snapshot, View, Written
from maildesk.model.ticket import TicketState
from maildesk.model.why import Why
from maildesk.outbound.alarms import letters_of_brake
from maildesk.outbound.compose import compose_say, compose_tell
from maildesk.outbound.digest import first_words
from maildesk.outbound.enclosed import enclosed_files
from maildesk.outbound.file_links import with_links
from maildesk.outbound.hooks.payload import compose_call
from maildesk.outbound.voice import Voice
from maildesk.threading.external import external_ids
from maildesk.threading.lookup import is_keyed, look_up

if TYPE_CHECKING:  # `explain FILE` needs the story, and no database
    from maildesk.store.db import Tx

PARENT_PAUSE = dt.timedelta(milliseconds=200)
# An attachment on its way: name, content type, bytes.
File = tuple[str, str, bytes]
_MOST_ASKED = 20_000
_AUTHORS_OF_LISTS = ("X-Original-From", "X-MailFrom")
_NO_FILES: dict[int, File] = {}


class Received(NamedTuple):
    """A claimed mail, understood: `files` are its attachments by index, `original` the mail behind a held question.

    `trusted` is for `import` (its references count as history), `silent` when nothing may be sent.
    """

    journal_id: int
    arrival: Arrival
    mail: Mail
    files: dict[int, File] = _NO_FILES
    original: Mail | None = None
    trusted: bool = False
    silent: bool = False
    problem: str = ""
    looked_up: dict[str, str] = {}


class Outcome(NamedTuple):
    """What came of a cause: the decision, the ticket as it now stands, and letters that this process may deliver at once."""

    decision: Decision
    ticket: TicketState | None = None
    queued: tuple[Queued, ...] = ()
    waits: bool = False
    repeated: bool = False


def wanted(received: Received, desk: Desk) -> Lookup:
    """Say what deciding about a mail needs to know, and so which locks it takes."""
    mail, arrival = as_agreed(received.mail, desk), received.arrival
    lookup = look_up(mail, arrival.envelope, arrival.source, desk.keys, received.journal_id)
    if received.trusted or desk.terms.trusting:
        lookup = msgspec.structs.replace(lookup, trusted=True)
    agent = desk.find_agent(mail.author.address) if mail.author else None
    if agent and not received.trusted:
        named = numbers_in_commands(mail.words)
        asks = find_asks(mail.words, agent, desk.policy, held=bool(lookup.hold))
        # Where nobody checks senders a reply address is proof, and there will be nothing to ask about.
        proven = not desk.settings.auth.checks and is_keyed(mail, arrival.envelope, arrival.source)
        asked = "" if proven else agent.addresses[0]
        numbers = tuple(dict.fromkeys((*lookup.tickets, *named)))
        lookup = msgspec.structs.replace(lookup, tickets=numbers, asked=asked, asks=asks)
    return lookup


def as_agreed(mail: Mail, desk: Desk) -> Mail:
    """Read a mail by this desk's own agreements: whose numbers tie mails together, which forms speak for others."""
    settings, author = desk.settings.threading, mail.author
    if author is None or mail.author_ambiguous:
        return mail
    if settings.contact_forms:
        forms = {form.casefold() for form in settings.contact_forms}
        if author.address.casefold() in forms:
            mail = _of_a_form(mail, author.address)
        if mail.kind is Kind.LIST:
            mail = _by_our_group(mail, forms)
    if settings.external_numbers:
        patterns = [(known.domain, known.pattern) for known in settings.external_numbers]
        mail = msgspec.structs.replace(mail, external=external_ids(author.address, mail.subject, patterns))
    return mail


def _of_a_form(mail: Mail, form: str) -> Mail:
    """Take the one other address in Reply-To for the author; without exactly one, the form speaks for itself.

    A mailing list that writes itself into From (DMARC forbids it to keep the author there) may claim Reply-To, too: then
    X-Original-From (Google Groups) or X-MailFrom (Mailman 3) names the author.
    """
    others = [who for who in mail.reply_to if who.address.casefold() != form.casefold()]
    if not others:
        kept = next((value for name in _AUTHORS_OF_LISTS for value in mail.header(name)[:1]), "")
        others = list(parse_addresses(kept.encode()))
    if len(others) != 1 or "@" not in others[0].address:
        return mail
    why = Why(Reason.CONTACT_FORM, f"{form} for {others[0].address}")
    return msgspec.structs.replace(mail, author=others[0], kind_why=(*mail.kind_why, why))


def _by_our_group(mail: Mail, forms: set[str]) -> Mail:
    """Hear what came by a group that stands before the desk as its author's own mail; what other lists post stays a list's."""
    lists = {value.strip().rpartition("<")[2].rstrip("> ").casefold() for value in mail.header("List-Id")[:1]}
    ours = next((form for form in sorted(forms) if form.replace("@", ".") in lists), "")
    if not ours or mail.author is None or mail.author.address.casefold() in forms:
        return mail
    why = Why(Reason.CONTACT_FORM, f"{ours} passes on what {mail.author.address} wrote to us")
    return msgspec.structs.replace(mail, kind=Kind.PERSON, kind_why=(*mail.kind_why, why))


def numbers_in_commands(text: str) -> tuple[int, ...]:
    """List the ticket numbers that lines starting with `#` name, so that `#merge 1040` finds its ticket."""
    lines = [line.strip() for line in text.splitlines()[:200]]
    words = [w.strip("#.,") for line in lines if line.startswith("#") for w in line.split()[1:3]]
    return tuple(int(w) for w in words if w.isascii() and w.isdigit() and len(w) <= 9)[:5]


def handle_mail(tx: "Tx", received: Received, lookup: Lookup, desk: Desk, now: dt.datetime) -> Outcome:
    """Decide one mail and write everything down, or put it off behind a parent that is still waiting."""
    outcome = _decide_mail(tx, received, lookup, desk, now)
    if outcome.repeated and not received.problem and (unreadable := tx.find_unreadable(received.journal_id)):
        outcome = _decide_mail(tx, received, lookup, desk, now, unreadable=unreadable)
    if outcome.waits:
        return outcome
    if received.problem:
        tx.quarantine(received.journal_id, received.problem)
    else:
        tx.finish_mail(received.journal_id, _note(outcome.decision))
    return outcome


def _decide_mail(
    tx: "Tx", received: Received, lookup: Lookup, desk: Desk, now: dt.datetime, *, unreadable: int = 0
) -> Outcome:
    """Decide, and write down; `unreadable` is the ticket that stood in for this mail until now."""
    arrival, mail = received.arrival, as_agreed(received.mail, desk)
    snapshot = tx.snapshot(
        MailArrived(received.journal_id, again=bool(unreadable)),
        lookup,
        _moment(received, now),
        mail,
        arrival,
        mailbox=find_mailbox(received.mail, arrival, desk),
        original=received.original,
        trusted=received.trusted,
        silent=received.silent,
    )
    if unreadable:
        snapshot = msgspec.structs.replace(snapshot, unreadable=unreadable)
    if received.looked_up:
        snapshot = msgspec.structs.replace(snapshot, looked_up=received.looked_up)
    if lookup.asks and lookup.asks.why:
        snapshot = _with_reasons(tx, snapshot, desk)
    decision = decide(snapshot, desk)
    if decision.wait_for:
        tx.defer_mail(received.journal_id, now + PARENT_PAUSE, f"after <{decision.wait_for}>", count_attempt=False)
        return Outcome(decision, waits=True)
    return _write_down(tx, snapshot, decision, desk, received.files)


def _with_reasons(tx: "Tx", snapshot: Snapshot, desk: Desk) -> Snapshot:
    """Put the sentences of `explain` about how each ticket was opened into what an agent asked to see."""
    sentences = {}
    for state in snapshot.tickets:
        number = state.ticket.number
        if opened := tx.opening(number):
            then, decision = opened
            sentences[number] = in_sentences(Told(decision, then, number, desk.settings.desk.timezone))
    view = msgspec.structs.replace(snapshot.view or View(), why=sentences)
    return msgspec.structs.replace(snapshot, view=view)


def handle_timer(tx: "Tx", due: Due, desk: Desk, now: dt.datetime) -> Outcome:
    """Decide what a claimed timer does."""
    cause = TimerDue(due.id, due.ticket, due.kind)
    snapshot = tx.snapshot(cause, Lookup(tickets=(due.ticket,)), now)
    return _write_down(tx, snapshot, decide(snapshot, desk), desk, {})


def handle_command(
    tx: "Tx",
    cause: CommandGiven,
    desk: Desk,
    now: dt.datetime,
    *,
    original: Mail | None = None,
    files: dict[int, File] | None = None,
    lease: bool = True,
) -> Outcome:
    """Decide what a command from the command line does; `original` is the mail behind a held entry.

    Without `lease` the letters are left in the outbox to whoever delivers.
    """
    asks = Asks(cause.by, timeline=True) if cause.verb in ("assign", "release") else None
    lookup = Lookup(tickets=(cause.ticket,) if cause.ticket else (), hold=cause.entry, asks=asks)
    snapshot = tx.snapshot(cause, lookup, now, original=original)
    return _write_down(tx, snapshot, decide(snapshot, desk), desk, files or {}, lease=lease)


def _write_down(
    tx: "Tx", snapshot: Snapshot, decision: Decision, desk: Desk, files: dict[int, File], *, lease: bool = True
) -> Outcome:
    """Apply a decision and queue its letters; a cause that was decided before does nothing again."""
    written = tx.apply(decision, snapshot, desk.policy.digest)
    if written.repeated:
        return Outcome(decision, written.ticket, repeated=True)
    letters = (action for action in decision.actions if isinstance(action, Say | Tell))
    more = {action.key: _more(tx, action) for action in letters if _has_more(action)}
    queued = tx.queue(write_letters(decision, snapshot, written, desk, files, more), lease=lease)
    if any(isinstance(action, Tell) and action.later for action in decision.actions):
        tx.gather(_gathered(decision, snapshot, written))
    held = next((action.held for action in decision.actions if isinstance(action, Say) and action.held), "")
    if held and tx.is_first_alarm():
        alarm = letters_of_brake(held, desk.settings.desk.admins, voice(desk, snapshot.now))
        queued += tx.queue(alarm, lease=lease)
    return Outcome(decision, written.ticket, queued)


def _has_more(action: "Say | Tell") -> bool:
    return bool(action.joins if isinstance(action, Say) else action.original)


def _more(tx: "Tx", action: "Say | Tell") -> tuple[File, ...]:
    """Fetch what goes along and did not come with this mail: the files of a letter that joins it, or a whole original."""
    if isinstance(action, Say):
        return enclosed_files(tx.letter(action.joins[0]))
    raw = tx.original(action.original)
    return (("original.eml", "application/octet-stream", raw),) if raw else ()


def write_letters(  # noqa: PLR0917 - everything a letter can be made of
    decision: Decision,
    snapshot: Snapshot,
    written: Written,
    desk: Desk,
    files: dict[int, File],
    more: dict[str, tuple[File, ...]] | None = None,
) -> tuple[Outgoing, ...]:
    """Word and freeze every letter that a decision asks for."""
    speaker = voice(desk, snapshot.now)
    letters = []
    for action in decision.actions:
        if not isinstance(action, Say | Tell | Call) or (isinstance(action, Tell) and action.later):
            continue
        state = _state(action, snapshot, written)
        if isinstance(action, Tell):
            if state is not None or action.ticket == DESK:
                along = (more or {}).get(action.key, ()) + _own_files(action, files)
                letters.append(compose_tell(action, state, speaker, entry=_asked_about(action, written), files=along))
        elif state is not None and isinstance(action, Call):
            letters.append(compose_call(action, desk.policy.hooks[action.hook], state, speaker))
        elif state is not None and isinstance(action, Say):
            own, joined = _own_files(action, files), (more or {}).get(action.key, ())
            if whole := len(own) == len(action.attachments):
                joined += own
            say = action if whole else _linked(action, state, decision, snapshot, speaker)
            letters.append(compose_say(say, state, speaker, joined))
    return tuple(letters)


def _own_files(action: Say | Tell, files: dict[int, File]) -> tuple[File, ...]:
    """List what of this mail goes along, as far as it is at hand."""
    return tuple([files[i] for i in action.attachments if i in files]) if action.attachments else ()


def _asked_about(tell: Tell, written: Written) -> int:
    """Give the id of the entry that a letter asks about: one written just now, or one held before."""
    return written.entries[tell.about] if 0 <= tell.about < len(written.entries) else tell.hold


def _gathered(decision: Decision, snapshot: Snapshot, written: Written) -> tuple[Tell, ...]:
    """List what agents are told of later, each with its ticket's number and no more words than a digest shows.

    A question is asked later as it would have been asked at once.
    """
    found = []
    for tell in decision.actions:
        if isinstance(tell, Tell) and tell.later and (state := _state(tell, snapshot, written)):
            number, asks = state.ticket.number, tell.event is Event.HELD
            text = tell.text[:_MOST_ASKED] if asks else first_words(tell.text)
            hold = _asked_about(tell, written) if asks else tell.hold
            found.append(msgspec.structs.replace(tell, ticket=number, text=text, hold=hold, about=-1, attachments=()))
    return tuple(found)


def _linked(say: Say, state: TicketState, decision: Decision, snapshot: Snapshot, speaker: Voice) -> Say:
    """Send links in place of files that are too large to go along."""
    held = snapshot.hold if decision.settles else None
    mail, journal_id = (snapshot.original, held.journal_id) if held else (snapshot.mail, snapshot.journal_id)
    if mail is None or not journal_id or not speaker.web_url:
        return say
    files = [file for file in mail.every_file if file.index in say.attachments]
    return with_links(say, state.ticket, speaker, files, journal_id)


def _state(action: Say | Tell | Call, snapshot: Snapshot, written: Written) -> TicketState | None:
    """Give the ticket a letter is about, as it stands after the decision."""
    main = written.ticket
    if action.ticket == NEW and (main is None or snapshot.ticket(main.ticket.number)):
        # The ticket that was opened is not the one the decision is about: it was split off.
        known = {state.ticket.number for state in snapshot.tickets}
        return next((state for state in written.tickets if state.ticket.number not in known), main)
    if main and action.ticket in (NEW, main.ticket.number, *main.aliases):
        return main
    return snapshot.ticket(action.ticket)


def voice(desk: Desk, now: dt.datetime) -> Voice:
    """Say as whom the desk speaks."""
    return Voice.of(desk.settings, desk.policy, desk.keys, now)


def find_mailbox(mail: Mail, arrival: Arrival, desk: Desk) -> str:
    """Say which of our mailboxes a mail was for: by the envelope, by the source, by its headers; else the first."""
    boxes = {a.casefold(): box.address for box in desk.settings.mailboxes for a in (box.address, *box.aliases)}
    headers = [*mail.header("Delivered-To"), *mail.header("X-Original-To"), *(a.address for a in (*mail.to, *mail.cc))]
    candidates = [*arrival.envelope.rcpt_to] if not arrival.mailbox else [arrival.mailbox]
    found = _boxes(candidates, boxes)
    if not found:
        found = _boxes(headers, boxes)
    elif arrival.source.startswith("imap:") and found <= (
        named := _boxes([a.address for a in (*mail.to, *mail.cc)], boxes)
    ):
        # A mail to two mailboxes that we fetch from comes out of both: whichever was first, it belongs to the same one.
        found = named
    return next(
        (box.address for box in desk.settings.mailboxes if box.address in found), desk.settings.mailboxes[0].address
    )


def _boxes(addresses: Iterable[str], boxes: dict[str, str]) -> set[str]:
    """List the mailboxes that these addresses belong to, with or without a subaddress."""
    return {boxes.get(tokens.split_subaddress(a.strip())[0].casefold(), "") for a in addresses} - {""}


def _moment(received: Received, now: dt.datetime) -> dt.datetime:
    """Tell the time at which a mail counts as decided: an imported one is history and keeps its own date."""
    date = received.mail.date
    if received.trusted and date is not None and dt.datetime(1990, 1, 1, tzinfo=dt.UTC) < date < now:
        return date
    return now


def _note(decision: Decision) -> str:
    """Say in a few words what became of a mail that left no entry."""
    return "; ".join(f"{why.reason}: {why.text}".rstrip(": ") for why in decision.why[:4])[:300]
