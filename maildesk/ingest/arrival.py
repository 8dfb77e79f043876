"""Turn bytes on our doorstep into an `Arrival`: what names it in the journal, and the one header field the journal indexes."""

import datetime as dt
import hashlib

from maildesk.ingest.headers import read_headers
from maildesk.ingest.mime.fields import parse_message_id
from maildesk.ingest.mime.limits import HEADER_BLOCK
from maildesk.ingest.mime.lines import start_of_mail, with_line_ends
from maildesk.model.mail import Arrival, Envelope

_BEFORE_HEADER = 16 * 1024  # empty lines and the like before the first field


def build_arrival(
    source: str, raw: bytes, envelope: Envelope, now: dt.datetime, *, key: str = "", mailbox: str = ""
) -> Arrival:
    """Describe a mail that has come; without a `key` of its source's own, its envelope and bytes are its key."""
    digest = hashlib.sha256(raw).digest()  # once: it costs as much as writing the mail down
    return Arrival(
        source=source,
        source_key=key or key_of(envelope, digest),
        raw=raw,
        envelope=envelope,
        received_at=now,
        mailbox=mailbox,
        message_id=find_message_id(raw),
        digest=digest,
    )


def key_of(envelope: Envelope, digest: bytes) -> str:
    """Name a mail by sender, recipients (in any order) and bytes, so that the same mail sent again has the same name."""
    seen = hashlib.sha256(b"maildesk arrival 2")
    # Each piece is ended by NUL, which no address may hold, so that no two envelopes read the same.
    for piece in (envelope.mail_from, *sorted(envelope.rcpt_to), ""):
        seen.update(piece.encode("utf-8", "surrogateescape") + b"\0")
    seen.update(digest)
    return seen.hexdigest()


def find_message_id(raw: bytes) -> str:
    """Read the Message-ID as the parser will, without parsing the mail; "" where there is none."""
    head, _ = with_line_ends(raw[: HEADER_BLOCK + _BEFORE_HEADER])
    return parse_message_id(read_headers(head, start_of_mail(head)).first("message-id"))
