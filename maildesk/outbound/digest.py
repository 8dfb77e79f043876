"""One mail that tells an agent of much: what happened outside their hours, or of what there was too much for single mails.

It shows each ticket as it stands now, under it what happened and the first words of it. The words are the templates
`digest`, `_digest-ticket` and `_digest-event`. The buttons of a ticket lead to its own addresses: of one whose notes are shown,
only to the team's.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from maildesk import tokens
from maildesk.model.decision import Event, Tell
from maildesk.model.outgoing import Outgoing, Promise
from maildesk.model.people import Agent
from maildesk.model.ticket import Ticket
from maildesk.outbound.letter import address_field, fixed_field, freeze, header_safe, ids_field, text_field
from maildesk.outbound.render import Dress, Wording, render, wording
from maildesk.outbound.tell import LASTS, button_address, ticket_values
from maildesk.outbound.voice import (
    Voice,
    ascii_address,
    defanged,
    from_address,
    keyed_address,
    letter_date,
    mint,
)
from maildesk.outbound.words.html_words import button_row
from maildesk.outbound.words.moments import say_moment
from maildesk.outbound.words.terms import AGENT_VALUES, answer_word
from maildesk.tokens import TokenKind

MOST_WORDS = 200
MOST_TICKETS = 50
MOST_EVENTS = 10  # of one ticket
FLOOD = "flood"


class Item(NamedTuple):
    """Something that happened, and when."""

    at: dt.datetime
    tell: Tell


class _Part(NamedTuple):
    """What the digest says of one ticket: its words, the line that stands for the buttons, and the buttons."""

    words: str
    line: str
    buttons: str


_Spoken = tuple[Voice, Wording, str]


def first_words(text: str) -> str:
    """Give the beginning of a text, on one line."""
    return header_safe(text[: 20 * MOST_WORDS], MOST_WORDS)


def compose_digest(
    agent: Agent, items: Sequence[Item], tickets: Mapping[int, Ticket], voice: Voice, number: int
) -> Outgoing:
    """Write the mail, frozen; `number` (of the first thing in it) names it once and for all."""
    key = f"digest:{agent.login}:{number}"
    message_id = tokens.message_id(voice.keys, key, 0, voice.domain)
    words, mailbox = wording(voice.templates, voice.digest), from_address(voice, None)
    language = words.find("digest", "txt", (*voice.languages, "en")).partition("/")[0]
    by_ticket = _by_ticket(items, tickets)
    parts = [_part(tickets[n], found, agent, (voice, words, language)) for n, found in by_ticket[:MOST_TICKETS]]
    values = dict.fromkeys(AGENT_VALUES, "") | {
        "desk": voice.desk,
        "event": Event.DIGEST.value,
        "count": str(len(items)),
        "tickets": str(len(by_ticket)),
        "more": str(max(len(by_ticket) - MOST_TICKETS, 0) or ""),
        "what": _occasion(items),
        "text": "\n\n".join(f"{part.words}\n{part.line}" for part in parts),
    }
    dress = Dress(marks={part.line: part.buttons for part in parts}, link=False)
    said = render(words, "digest", values, voice.languages, dress=dress)
    rcpt_to = ascii_address(agent.addresses[0])
    fields = [
        address_field("From", mailbox, voice.desk),
        address_field("To", rcpt_to, agent.name if "@" not in agent.name else ""),
        text_field("Subject", said.subject or voice.desk),
        fixed_field("Date", letter_date(voice)),
        ids_field("Message-ID", (message_id,)),
        fixed_field("Auto-Submitted", "auto-generated"),
        fixed_field("X-Auto-Response-Suppress", "OOF, AutoReply"),
        fixed_field("Precedence", "bulk"),
        fixed_field("X-Maildesk-Event", Event.DIGEST.value),
        fixed_field("X-Maildesk-Reason", values["what"] or "hours"),
        text_field("X-Maildesk-Why", "; ".join(f"#{n}" for n, _ in by_ticket[:MOST_TICKETS]) or "-"),
        fixed_field("Content-Language", said.language),
        fixed_field("X-Maildesk-Loop", tokens.loop_mark(voice.keys, message_id)),
    ]
    return Outgoing(
        key=key,
        kind=f"agent:{Event.DIGEST.value}",
        mail_from=mailbox,
        rcpt_to=rcpt_to,
        message_id=message_id,
        raw=freeze(fields, said.text, said.html, (), message_id[4:30]),
        promise=Promise.AT_LEAST_ONCE,
        automatic=True,
        expires=voice.now + LASTS,
    )


def _by_ticket(items: Sequence[Item], tickets: Mapping[int, Ticket]) -> list[tuple[int, list[Item]]]:
    """Put together what belongs to one ticket, merged ones under their survivor; the most urgent first, then the oldest."""
    found: dict[int, list[Item]] = {}
    for item in items:
        ticket = tickets.get(item.tell.ticket)
        if ticket is not None:
            found.setdefault(ticket.number, []).append(item)
    rank = ("urgent", "high", "normal", "low")
    return sorted(found.items(), key=lambda each: (rank.index(tickets[each[0]].priority.value), each[1][0].at, each[0]))


def _occasion(items: Sequence[Item]) -> str:
    """Say why it was gathered: `flood` if all of it waited for no more than a quarter of an hour."""
    waits = (item.tell.later - item.at for item in items if item.tell.later)
    return FLOOD if all(wait <= dt.timedelta(minutes=15) for wait in waits) else ""


def _part(ticket: Ticket, items: list[Item], agent: Agent, spoken: _Spoken) -> _Part:
    voice, words, language = spoken
    empty = dict.fromkeys(AGENT_VALUES, "") | {"desk": voice.desk, "language": language}
    head = words.fill(words.find("_digest-ticket", "txt", (language, "en")), empty | ticket_values(ticket, voice))
    shown = [_event(item, spoken, empty) for item in items[-MOST_EVENTS:]]
    if len(items) > MOST_EVENTS:
        shown.insert(0, f"- … +{len(items) - MOST_EVENTS}")
    inside = any(item.tell.event is Event.NOTE for item in items)
    kind = TokenKind.AGENT_NOTE if inside else TokenKind.AGENT_PUBLIC
    address = keyed_address(from_address(voice, ticket), mint(voice, kind, ticket, agent.login))
    subject = f"[#{ticket.number}] {header_safe(ticket.subject, 60)}"
    links = {} if inside else {answer_word(language): button_address(address, subject, "")}
    links |= {command: button_address(address, subject, command) for command in ("#take", "#close", "#note")}
    return _Part("\n".join((head.strip("\n"), *shown)), f"→ {address}", button_row(links))


def _event(item: Item, spoken: _Spoken, empty: dict[str, str]) -> str:
    tell, (voice, words, language) = item.tell, spoken
    values = (
        empty
        | {key: value for key, value in tell.data.items() if key in AGENT_VALUES}
        | {
            "event": tell.event.value,
            "by": defanged(tell.by) or voice.desk,
            "at": say_moment(item.at, language, voice.timezone),
            "text": first_words(tell.text),
        }
    )
    path = words.find("_digest-event", "txt", (language, "en"))
    return f"- {' '.join(words.fill(path, values).split())}"
