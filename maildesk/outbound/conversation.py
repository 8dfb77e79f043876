"""How a mail of ours joins its conversation in every client: subject, References, Thread-Topic and Thread-Index."""

import base64
import binascii
import datetime as dt
import hashlib
import re

from maildesk.model.ticket import Ticket, TicketState
from maildesk.outbound.letter import header_safe, usable_id
from maildesk.tokens import strip_subject, subject_token

MAX_SUBJECT = 80
MAX_REFERENCES = 50
MAX_REFERENCES_BYTES = 3800

_URL = re.compile(r"(?:https?|ftp)://\S+|www\.\S+", re.IGNORECASE)
_FILETIME_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)
_HEADER, _BLOCK, _MAX_INDEX = 22, 5, 22 + 5 * 40  # MS-OXOMSG 2.2.1.3


def participant_subject(ticket: Ticket) -> str:
    """Write the subject that all mail to participants has, for the whole life of the ticket.

    The tag stands in front: clients ignore `Re:` and a bracket there, so the mail joins the customer's own conversation.
    The customer's words are kept, short and without working links, because an acknowledgement goes to whoever the author
    claims to be.
    """
    return f"Re: {subject_token(ticket.number)} {participant_words(ticket)}".rstrip()


def participant_words(ticket: Ticket) -> str:
    """Write what of a subject stands behind the tag."""
    words = strip_subject(ticket.subject)
    if "." in words or "/" in words:
        words = _URL.sub(_defang, words)
    return header_safe(words, MAX_SUBJECT)


def agent_subject(ticket: Ticket) -> str:
    """Write the subject that every notification about a ticket has."""
    return f"{subject_token(ticket.number)} {header_safe(strip_subject(ticket.subject), 150)}".rstrip()


def reference_chain(state: TicketState, root: str) -> tuple[str, ...]:
    """List the ids to refer to: the conversation's first, our root of the ticket, and as many of the last as fit.

    Our root stands there for providers that rewrite our Message-ID: an answer still names an id that is ours.
    """
    chain = [i for i in dict.fromkeys((*state.chain, state.last_from_customer)) if i and usable_id(i) and i != root]
    if (
        state.last_from_customer in chain[1:]
    ):  # the first stays first, whoever is answered: clients take it for the root
        chain.remove(state.last_from_customer)  # RFC 5322 §3.6.4: the parent comes last
        chain.append(state.last_from_customer)
    first, rest = chain[:1], chain[1:]
    room = MAX_REFERENCES_BYTES - sum(len(i) + 3 for i in (*first, root))
    kept: list[str] = []
    for message_id in reversed(rest[-(MAX_REFERENCES - 2) :]):
        room -= len(message_id) + 3
        if room < 0 and kept:
            break
        kept.append(message_id)
    return (*first, root, *reversed(kept)) if chain else (root,)


def thread_topic(state: TicketState) -> str:
    """Say the topic by which Outlook groups: the customer's own, if their mail had one."""
    return header_safe(state.thread_topic) or header_safe(strip_subject(state.ticket.subject))


def child_index(thread_index: str, ticket: Ticket, now: dt.datetime, seed: str) -> str:
    """Answer the customer's Thread-Index with a child block, or begin one for the ticket."""
    data = _index_bytes(thread_index)
    if data is None:
        return root_index(ticket, "participants")
    if len(data) > _MAX_INDEX:
        return base64.b64encode(data).decode()
    then = int.from_bytes(data[:6], "big") << 16
    passed = max(_filetime(now) - then, 0)
    # MS-OXOMSG 2.2.1.3: one bit says how fine, 31 bits of the time passed, then random bits (here: derived) and a level.
    delta = (passed >> 18) & 0x7FFFFFFF if passed < 1 << 49 else 1 << 31 | (passed >> 23) & 0x7FFFFFFF
    random = hashlib.sha256(seed.encode()).digest()[0] & 0xF0
    return base64.b64encode(data + delta.to_bytes(4, "big") + bytes([random])).decode()


def root_index(ticket: Ticket, audience: str) -> str:
    """Make the constant Thread-Index of a ticket: its birth, and an id derived from it."""
    guid = hashlib.sha256(f"{audience}/{ticket.number}/{ticket.salt}/{ticket.mailbox}".encode()).digest()[:16]
    return base64.b64encode(_filetime(ticket.created).to_bytes(8, "big")[:6] + guid).decode()


def _defang(found: re.Match[str]) -> str:
    return found[0].replace("://", "[:]//").replace(".", "[.]")


def _index_bytes(thread_index: str) -> bytes | None:
    try:
        data = base64.b64decode("".join(thread_index[:2000].split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if len(data) >= _HEADER and (len(data) - _HEADER) % _BLOCK == 0 else None


def _filetime(moment: dt.datetime) -> int:
    return max(int((moment - _FILETIME_EPOCH) / dt.timedelta(microseconds=1)) * 10, 0)
