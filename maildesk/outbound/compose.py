"""Finished mail to participants: the words, the header and the envelope as bytes that no retry changes.

A reply is human mail and says so by saying nothing; every notice says that a machine wrote it (RFC 3834). Only what a `Say`
holds gets in here, and a `Say` cannot hold a note. `compose_tell` in `tell.py` is the other half: mail to agents.
"""

import datetime as dt
import re
from typing import NamedTuple

from maildesk import tokens
from maildesk.model.decision import Notice, Say
from maildesk.model.outgoing import Outgoing, Promise
from maildesk.model.ticket import TicketState
from maildesk.outbound.articles import suggest_articles
from maildesk.outbound.conversation import (
    child_index,
    participant_subject,
    participant_words,
    reference_chain,
    thread_topic,
)
from maildesk.outbound.leaks import leak_guard
from maildesk.outbound.letter import (
    Field,
    File,
    address_field,
    fixed_field,
    freeze_wires,
    ids_field,
    text_field,
    usable_id,
    usual_address,
    usual_field,
)
from maildesk.outbound.render import Dress, wording
from maildesk.outbound.speak import Spoken, speak
from maildesk.outbound.tell import compose_tell
from maildesk.outbound.voice import (
    Voice,
    agent_name,
    ascii_address,
    from_address,
    keyed_address,
    letter_date,
    mint,
    person_name,
    return_path,
)
from maildesk.outbound.words.html_words import button_row
from maildesk.outbound.words.moments import say_moment, say_since, say_until
from maildesk.outbound.words.terms import PARTICIPANT_VALUES, RATE
from maildesk.tokens import TokenKind

__all__ = ["File", "Voice", "compose_say", "compose_tell", "leak_guard"]

MOST_SUGGESTIONS = 3
_SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}", re.ASCII | re.IGNORECASE)


class _Manner(NamedTuple):
    """How one kind of mail presents itself and how long it is worth sending."""

    auto_submitted: str
    null_return_path: bool
    lasts: dt.timedelta
    promise: Promise = Promise.AT_MOST_ONCE


_MANNERS = {
    Notice.ACKNOWLEDGEMENT: _Manner("auto-replied", True, dt.timedelta(days=1)),
    Notice.STATUS: _Manner("auto-generated", False, dt.timedelta(days=1)),
    Notice.CLOSING: _Manner("auto-generated", False, dt.timedelta(days=1)),
    Notice.FEEDBACK: _Manner("auto-generated", False, dt.timedelta(days=7)),
    Notice.REPLY: _Manner("", False, dt.timedelta(days=5), Promise.AT_LEAST_ONCE),
}


def compose_say(
    say: Say, state: TicketState, voice: Voice, files: tuple[tuple[str, str, bytes], ...] = (), *, entry: int = 0
) -> Outgoing:
    """Write a mail to one participant: its words, header and envelope, frozen.

    `files` are (name, content type, bytes); `entry` is the id of the entry it says, for the effect key.
    """
    ticket, manner = state.ticket, _MANNERS[say.notice]
    key = say.key.replace("{ticket}", str(ticket.number)).replace("{entry}", str(entry))
    message_id = tokens.message_id(voice.keys, key, ticket.number, voice.domain)
    mailbox = from_address(voice, ticket)
    reply_to = keyed_address(mailbox, mint(voice, _reply_kind(say), ticket))
    rcpt_to = ascii_address(say.to.address)
    said = _words(say, state, voice)
    fields = [
        usual_address("From", mailbox, _from_name(say, voice)),
        address_field("Reply-To", reply_to, voice.desk),
        address_field("To", rcpt_to, person_name(say.to)),
        text_field("Subject", participant_subject(ticket)),
        *_thread_fields(state, voice, message_id),
        *_notice_fields(say, manner, state, reply_to, voice),
        usual_field("Content-Language", said.language),
        fixed_field("X-Maildesk-Loop", tokens.loop_mark(voice.keys, message_id)),
    ]
    start = voice.now + dt.timedelta(seconds=say.delay)
    return Outgoing(
        key=key,
        kind=say.notice.value,
        mail_from="" if manner.null_return_path else return_path(voice, ticket, mailbox),
        rcpt_to=rcpt_to,
        message_id=message_id,
        raw=freeze_wires(fields, said.text, said.html, (File(*file) for file in files), message_id[4:30]),
        promise=manner.promise,
        automatic=bool(manner.auto_submitted),
        ticket=ticket.number,
        entry=entry or None,
        not_before=start if say.delay else None,
        expires=start + manner.lasts,
        held=say.held,
    )


def _reply_kind(say: Say) -> TokenKind:
    """An answer to the feedback request is a rating even if every reference is lost."""
    return TokenKind.FEEDBACK if say.notice is Notice.FEEDBACK else TokenKind.REQUESTER


def _from_name(say: Say, voice: Voice) -> str:
    agent = agent_name(voice, say.data.get("agent", "")) if say.notice is Notice.REPLY else ""
    if not agent:
        return voice.desk
    return voice.from_name.replace("{agent}", agent).replace("{desk}", voice.desk)


def _thread_fields(state: TicketState, voice: Voice, message_id: str) -> list[Field]:
    """Join the customer's conversation, by references and by Outlook's own index."""
    root = tokens.message_id(voice.keys, f"root:{state.ticket.number}", state.ticket.number, voice.domain)
    chain = reference_chain(state, root)
    parent = state.last_from_customer
    fields = [
        usual_field("Date", letter_date(voice)),
        ids_field("Message-ID", (message_id,)),
        ids_field("References", chain),
        text_field("Thread-Topic", thread_topic(state)),
        fixed_field("Thread-Index", child_index(state.thread_index, state.ticket, voice.now, message_id)),
    ]
    if parent and usable_id(parent):
        fields.insert(2, ids_field("In-Reply-To", (parent,)))
    return fields


def _notice_fields(say: Say, manner: _Manner, state: TicketState, reply_to: str, voice: Voice) -> list[Field]:
    """Say that a machine wrote it (RFC 3834 §5), to every mechanism that might answer; nothing on a person's reply."""
    if not manner.auto_submitted:
        return []
    fields = [
        usual_field("Auto-Submitted", manner.auto_submitted),
        usual_field("X-Auto-Response-Suppress", "All"),
        usual_field("Precedence", "bulk"),
        fixed_field("X-Maildesk-Ticket", str(state.ticket.number)),
        usual_field("X-Maildesk-Notice", say.notice.value),
    ]
    return fields + _unsubscribe_fields(say, state, reply_to, voice)


def _unsubscribe_fields(say: Say, state: TicketState, reply_to: str, voice: Voice) -> list[Field]:
    """Let mail programs end what may be ended: by a mail that says STOP, and by one press where there are pages (RFC 8058 §3.1)."""
    if say.notice not in (Notice.FEEDBACK, Notice.STATUS):
        return []
    by_mail = f"<mailto:{reply_to}?subject=STOP&body=STOP>"
    if not voice.web_url:
        return [fixed_field("List-Unsubscribe", by_mail)]
    token = mint(voice, TokenKind.UNSUBSCRIBE, state.ticket, say.to.address)
    return [
        fixed_field("List-Unsubscribe", f"<{voice.web_url.rstrip('/')}/u/{token}>, {by_mail}"),
        fixed_field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ]


def _words(say: Say, state: TicketState, voice: Voice) -> Spoken:
    ticket = state.ticket
    words = wording(voice.templates, voice.digest)
    languages = tuple(language for language in (say.language, ticket.language, *voice.languages) if language)
    name = _template(say)
    if not words.find(name, "txt", (*languages, "en"), (ticket.mailbox, ticket.team)):
        name = _STANDARD[say.notice]
    language = words.find(name, "txt", (*languages, "en"), (ticket.mailbox, ticket.team)).partition("/")[0]
    values = _values(say, state, voice, language)
    marks = {}
    if say.notice is Notice.FEEDBACK and values["feedback_link"]:
        marks[RATE] = button_row({digit: f"{values['feedback_link']}?s={digit}" for digit in "12345"})
    return speak(words, name, values, languages, scopes=(ticket.mailbox, ticket.team), dress=Dress(marks=marks))


_STANDARD = {
    Notice.ACKNOWLEDGEMENT: "acknowledgement",
    Notice.STATUS: "status-summary",
    Notice.CLOSING: "closing",
    Notice.FEEDBACK: "feedback",
    Notice.REPLY: "reply",
}


def _template(say: Say) -> str:
    """Choose the template: a rule's own, or the notice's, for a status by what has happened."""
    own = say.data.get("template", "")
    if own and _SAFE_NAME.fullmatch(own) and say.notice is not Notice.REPLY:
        return own
    if say.notice is Notice.STATUS:
        return f"status-{say.data.get('what', 'summary')}"
    return _STANDARD[say.notice]


_NO_VALUES = dict.fromkeys(PARTICIPANT_VALUES, "")


def _values(say: Say, state: TicketState, voice: Voice, language: str) -> dict[str, str]:
    """Give every value a template may use; what is not known is an empty text."""
    ticket, data, zone = state.ticket, say.data, voice.timezone
    values = _NO_VALUES.copy()
    values |= {key: value for key, value in data.items() if key in PARTICIPANT_VALUES}
    values |= {
        "number": str(ticket.number),
        "subject": participant_words(ticket),
        "desk": voice.desk,
        "name": person_name(say.to),
        "agent": agent_name(voice, data.get("agent", "")),
        "assignee": agent_name(voice, ticket.assignee) if ticket.assignee else "",
        "status": ticket.status.value,
        "created": say_moment(ticket.created, language, zone),
        "updated": say_moment(ticket.updated, language, zone),
        "promised": say_until(data.get("promised", ""), language, zone),
        "until": say_until(data.get("until", ""), language, zone),
        "opens": say_since(data.get("opens", ""), language, zone),
        "reopen_days": str(voice.reopen_days or ""),
        "rate": RATE,
        "text": say.text.strip("\n"),
    }
    if voice.web_url:
        web = voice.web_url.rstrip("/")
        values["status_link"] = f"{web}/s/{mint(voice, TokenKind.STATUS, ticket)}"
        if say.notice is Notice.FEEDBACK:
            values["feedback_link"] = f"{web}/f/{mint(voice, TokenKind.FEEDBACK, ticket)}"
    names = [name for name in data.get("suggest", "").split() if _SAFE_NAME.fullmatch(name)][:MOST_SUGGESTIONS]
    if names:
        values["suggestions"] = suggest_articles(names, voice, (language, *voice.languages))
    return values
