"""Read what somebody asked through an agent: who, what, when, with which files, and what is not clear about it."""

import datetime as dt
import zoneinfo

from maildesk.commands import Asked
from maildesk.decide.draft import Draft
from maildesk.decide.orders import Orders, read_orders
from maildesk.ingest.forwarded import read_forwarded
from maildesk.ingest.parts import Structure
from maildesk.model.mail import Address, Attachment, Forwarded, Mail
from maildesk.model.people import Agent
from maildesk.model.phrases import Verb
from maildesk.model.value import Value

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
