"""Finished mail to agents: the customer's words first, then where a reply goes and what can be done.

Two addresses lead back to a ticket: the public one reaches the customer, the team's own stays inside. Which of them a mail
offers is decided by what it shows, so an answer to a note can only become a note.
"""

import datetime as dt
import re
from functools import lru_cache
from html import escape
from typing import NamedTuple
from urllib.parse import quote

from maildesk import tokens
from maildesk.model.decision import Event, Tell
from maildesk.model.outgoing import Outgoing, Promise
from maildesk.model.ticket import Role, Ticket, TicketState
from maildesk.outbound.conversation import agent_subject, root_index
from maildesk.outbound.letter import (
    Field,
    File,
    address_field,
    fixed_field,
    freeze_wires,
    header_safe,
    ids_field,
    text_field,
    usual_address,
    usual_field,
    usual_text,
)
from maildesk.outbound.render import Dress, wording
from maildesk.outbound.speak import speak
from maildesk.outbound.voice import (
    Voice,
    agent_name,
    ascii_address,
    defanged,
    from_address,
    keyed_address,
    letter_date,
    mint,
    return_path,
)
from maildesk.outbound.words.html_words import button_row
from maildesk.outbound.words.moments import say_until
from maildesk.outbound.words.sheets import word_sheet
from maildesk.outbound.words.terms import AGENT_VALUES, commands_line, customer_word, team_word
from maildesk.tokens import TokenKind, subject_token

LASTS = dt.timedelta(days=5)
_LABEL = re.compile(r"[^a-z0-9-]+", re.ASCII)
_MAX_BUTTON_SUBJECT = 60
_MOST_TEXT = 100_000
_LINK = "\0"


class _Manner(NamedTuple):
    """How a mail about one event is worded, whom a reply reaches, and what its buttons ask."""

    template: str
    audience: str
    buttons: tuple[str, ...] = ()


_WORK = ("#take", "#close", "#note", "#wait 3d")
_MANNERS = {
    Event.NEW_TICKET: _Manner("notification", "customer", _WORK),
    Event.CUSTOMER_MAIL: _Manner("notification", "customer", _WORK),
    Event.ASSIGNED: _Manner("notification", "customer", _WORK),
    Event.REOPENED: _Manner("notification", "customer", _WORK),
    Event.NOTE: _Manner("notification", "team", _WORK),
    Event.HELD: _Manner("held", "us", ("#yes", "#no", "#new")),
    Event.CHALLENGE: _Manner("challenge", "us", ("#yes", "#no")),
    Event.COMMAND_REFUSED: _Manner("command-refused", "us", ("#ok", "#drop")),
    Event.BEHALF: _Manner("behalf", "us", ("#for", "#drop")),
    Event.RECEIPT: _Manner("receipt", "team", ("#undo",)),
    Event.ANSWER: _Manner("answer", "team"),
    Event.RATED: _Manner("rated", "team"),
    Event.UNDELIVERED: _Manner("undelivered", "team"),
    Event.QUARANTINED: _Manner("quarantined", ""),
    Event.POLICY_BROKEN: _Manner("policy-broken", ""),
    Event.BRAKE: _Manner("brake", ""),
    Event.MAILBOX: _Manner("mailbox", ""),
}


class _Way(NamedTuple):
    """Where a reply goes: `audience` is customer, team, us (the desk itself) or nobody; `address` has the token in it."""

    audience: str
    address: str
    display: str


def compose_tell(
    tell: Tell,
    state: TicketState | None,
    voice: Voice,
    *,
    entry: int = 0,
    files: tuple[tuple[str, str, bytes], ...] = (),
) -> Outgoing:
    """Write a mail to one agent or admin, frozen; `entry` is the id of the held entry it asks about.

    Without `state` it is about the desk itself. Raises LookupError if there is nobody to send it to.
    """
    ticket = state.ticket if state else None
    number = ticket.number if ticket else 0
    key = tell.key.replace("{ticket}", str(number)).replace("{entry}", str(entry))
    message_id = tokens.message_id(voice.keys, key, number, voice.domain)
    mailbox, rcpt_to = from_address(voice, ticket), _address_of(tell, voice)
    words = wording(voice.templates, voice.digest)
    name = _MANNERS[tell.event].template
    language = words.find(name, "txt", (*voice.languages, "en")).partition("/")[0]
    way = _way(tell, ticket, voice, entry or tell.hold, language)
    subject = agent_subject(ticket) if ticket else ""
    dress = Dress(buttons=_buttons(tell, way, subject), link=False)
    values = _values(tell, ticket, voice, way, language)
    if state:
        values["others"] = _others(state)
    said = speak(words, name, values, voice.languages, dress=dress)
    fields = [
        usual_address("From", mailbox, _from_name(tell, voice)),
        *([address_field("Reply-To", way.address, way.display)] if way.address else []),
        usual_address("To", rcpt_to, agent_name(voice, tell.agent)),
        text_field("Subject", _subject(ticket, subject, said.subject)),
        *_thread_fields(ticket, subject, voice, message_id),
        *_filter_fields(tell, ticket, voice, mailbox),
        usual_field("Content-Language", said.language),
        fixed_field("X-Maildesk-Loop", tokens.loop_mark(voice.keys, message_id)),
    ]
    return Outgoing(
        key=key,
        kind=f"agent:{tell.event.value}",
        mail_from=return_path(voice, ticket, mailbox),
        rcpt_to=rcpt_to,
        message_id=message_id,
        raw=freeze_wires(fields, said.text, said.html, (File(*file) for file in files), message_id[4:30]),
        promise=Promise.AT_LEAST_ONCE,
        automatic=True,
        ticket=number or None,
        entry=entry or None,
        expires=voice.now + LASTS,
    )


def _address_of(tell: Tell, voice: Voice) -> str:
    agent = voice.people.agents.get(tell.agent)
    address = tell.address or (agent.addresses[0] if agent and agent.addresses else "")
    if not address:
        raise LookupError(f"{tell.agent or 'nobody'} has no address")
    return ascii_address(address)


def _way(tell: Tell, ticket: Ticket | None, voice: Voice, held: int, language: str) -> _Way:
    """Choose the reply address by what the mail shows; an admin without a login gets none."""
    audience, mailbox = _MANNERS[tell.event].audience, from_address(voice, ticket)
    if ticket is None or not tell.agent or not audience:
        return _Way("", "", "")
    if audience == "us" and held:
        token = mint(voice, TokenKind.CONFIRM, ticket, tell.agent, held)
        return _Way("us", keyed_address(mailbox, token), voice.desk)
    if audience == "customer" and not tell.note_address:
        token = mint(voice, TokenKind.AGENT_PUBLIC, ticket, tell.agent)
        display = f"{_requester(ticket)} ({customer_word(language)})"
        return _Way("customer", keyed_address(mailbox, token), display)
    token = mint(voice, TokenKind.AGENT_NOTE, ticket, tell.agent)
    return _Way("team", keyed_address(mailbox, token), f"#{ticket.number} ({team_word(language)})")


def _from_name(tell: Tell, voice: Voice) -> str:
    return defanged(tell.by) or voice.desk


def _requester(ticket: Ticket) -> str:
    return _requester_name(ticket.requester_name) or defanged(ticket.requester)


@lru_cache(maxsize=256)
def _requester_name(given: str) -> str:
    return header_safe(given, 60)


def _others(state: TicketState) -> str:
    """Name who gets a reply beside the customer."""
    requester = state.ticket.requester.casefold()
    people = (
        p for p in state.participants if p.wrote and p.role is not Role.AGENT and p.address.casefold() != requester
    )
    return ", ".join(header_safe(p.name, 60) or defanged(p.address) for p in people)


def _subject(ticket: Ticket | None, subject: str, own: str) -> str:
    """Every event of a ticket has the ticket's subject; a question to the agent has its own."""
    if ticket is None:
        return own or "maildesk"
    return f"{subject_token(ticket.number)} {own}" if own else subject


def _thread_fields(ticket: Ticket | None, subject: str, voice: Voice, message_id: str) -> list[Field]:
    fields = [usual_field("Date", letter_date(voice)), ids_field("Message-ID", (message_id,))]
    if ticket is None:
        return fields
    root = tokens.message_id(voice.keys, f"root:agents:{ticket.number}", ticket.number, voice.domain)
    return [
        *fields,
        ids_field("In-Reply-To", (root,)),
        ids_field("References", (root,)),
        text_field("Thread-Topic", subject),
        fixed_field("Thread-Index", root_index(ticket, "agents")),
    ]


def _filter_fields(tell: Tell, ticket: Ticket | None, voice: Voice, mailbox: str) -> list[Field]:
    """Say what mail programs sort by; Gmail only knows List-Id, Thunderbird, Outlook and Sieve read the others."""
    asked = _MANNERS[tell.event].audience == "us"
    fields = [
        usual_field("Auto-Submitted", "auto-replied" if asked else "auto-generated"),
        usual_field("X-Auto-Response-Suppress", "All" if asked else "OOF, AutoReply"),
    ]
    if not asked:
        fields.append(usual_field("Precedence", "bulk"))
    if ticket is not None:
        fields += [
            _list_id(ticket.team, _team_title(voice, ticket), voice.desk, mailbox),
            fixed_field("X-Maildesk-Ticket", str(ticket.number)),
            usual_text("X-Maildesk-Team", ticket.team),
            usual_field("X-Maildesk-Priority", ticket.priority.value),
        ]
    fields += [
        usual_field("X-Maildesk-Event", tell.event.value),
        usual_field("X-Maildesk-Reason", _reason(tell, ticket)),
        usual_text("X-Maildesk-Why", "; ".join(part for part in (tell.why, tell.data.get("rule", "")) if part) or "-"),
    ]
    return fields


def _team_title(voice: Voice, ticket: Ticket) -> str:
    team = voice.people.teams.get(ticket.team)
    return (team.title if team else "") or ticket.team


@lru_cache(maxsize=256)
def _list_id(team: str, title: str, desk: str, mailbox: str) -> Field:
    local, _, domain = mailbox.partition("@")
    labels = [_LABEL.sub("-", part.lower()).strip("-") or "desk" for part in (team or "desk", local)]
    words = text_field("List-Id", header_safe(title or desk, 60))
    return Field("List-Id", f"{words.lines}\r\n <{labels[0]}.{labels[1]}.{domain}>")  # RFC 2919 §3


def _reason(tell: Tell, ticket: Ticket | None) -> str:
    if not tell.agent:
        return "admin"
    if tell.data.get("what") == "mention":
        return "mentioned"
    if ticket and ticket.assignee == tell.agent:
        return "assigned"
    return "asked" if _MANNERS[tell.event].audience == "us" else "team"


_NO_VALUES = dict.fromkeys(AGENT_VALUES, "")


def _values(tell: Tell, ticket: Ticket | None, voice: Voice, way: _Way, language: str) -> dict[str, str]:
    values = _NO_VALUES.copy()
    values |= {key: value for key, value in tell.data.items() if key in AGENT_VALUES}
    values |= {
        "desk": voice.desk,
        "event": tell.event.value,
        "by": header_safe(tell.by),
        "text": _shortened(_text(tell, voice, language)),
        "why": tell.why,
        "reason": _reason(tell, ticket),
        "commands": commands_line(language),
        "reply_to": way.audience,
        "promised": say_until(tell.data.get("promised", ""), language, voice.timezone),
        "address": header_safe(values["address"]),
        "author": header_safe(values["author"]),
    }
    return values if ticket is None else values | ticket_values(ticket, voice)


def ticket_values(ticket: Ticket, voice: Voice) -> dict[str, str]:
    """Give what a template for agents may say of a ticket."""
    name = _requester_name(ticket.requester_name)
    return {
        "number": str(ticket.number),
        "subject": header_safe(ticket.subject),
        "status": ticket.status.value,
        "priority": ticket.priority.value,
        "team": _team_title(voice, ticket),
        "assignee": agent_name(voice, ticket.assignee) if ticket.assignee else "",
        "requester": defanged(ticket.requester) if name else "",
        "requester_name": name or defanged(ticket.requester),
    }


def _text(tell: Tell, voice: Voice, language: str) -> str:
    """Give the words, and below them what was asked for or belongs to a ticket that changes hands."""
    text = tell.text.strip("\n")
    return "\n\n".join(part for part in (text, word_sheet(tell, voice, language)) if part)


def _shortened(text: str) -> str:
    """Cut what nobody reads to its end in a notification; the command that brings the whole mail is named."""
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT].rstrip()}\n[\u2026 #original]"


def _offered(tell: Tell) -> tuple[str, ...]:
    """Leave out what would not be done."""
    never = {"#ok"} if tell.data.get("what") == "final" else {"#undo"} if not tell.data.get("changed") else set()
    return tuple([c for c in _MANNERS[tell.event].buttons if c not in never])


def _buttons(tell: Tell, way: _Way, subject: str) -> str:
    """Make buttons that write the mail with the command already in it (RFC 6068): one press, one more to send."""
    if not way.address:
        return ""
    row = _row(_offered(tell))
    return row.replace(_LINK, escape(_mail_link(way.address, subject)))


@lru_cache(maxsize=64)
def _row(commands: tuple[str, ...]) -> str:
    """Write a row of buttons with a mark in place of the beginning of their links, which they have in common."""
    return button_row({command: _LINK + _first_line(command) for command in commands})


def button_address(address: str, subject: str, body: str) -> str:
    """Write a link that begins a mail to an address, with its subject and its first line (RFC 6068)."""
    return _mail_link(address, subject) + _first_line(body)


def _mail_link(address: str, subject: str) -> str:
    return f"mailto:{quote(address, safe='@+.-_')}?subject={quote(f'Re: {subject[:_MAX_BUTTON_SUBJECT]}', safe='')}"


@lru_cache(maxsize=256)
def _first_line(body: str) -> str:
    return f"&body={quote(body, safe='')}%0D%0A" if body else ""
