"""A desk at work in one process: mails are brought as the daemon brings them, and what leaves is decoded to the last byte."""

import datetime as dt
import email
import email.policy
import html
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parseaddr
from typing import NamedTuple

from maildesk.decide import Desk
from maildesk.desk import Received, handle_mail, wanted
from maildesk.ingest.arrival import build_arrival
from maildesk.ingest.parse import attachment_bytes, parse_mail
from maildesk.model.decision import Decision
from maildesk.model.mail import Envelope
from maildesk.model.outgoing import Outgoing
from maildesk.store.db import Store
from tests.leaks.quoting import Letter


class Brought(NamedTuple):
    """What a mail brought about."""

    decision: Decision
    letters: tuple[Outgoing, ...]


def bring(store: Store, desk: Desk, mail: EmailMessage, to: str, now: dt.datetime) -> Brought:
    """Hand in a mail by SMTP and decide it."""
    raw = mail.as_bytes(policy=email.policy.SMTP.clone(max_line_length=900))
    sender = parseaddr(str(mail["From"]))[1]
    arrival = build_arrival("smtp", raw, Envelope(sender, (to,)), now)
    accepted = store.accept(arrival, lease=True).result()
    assert accepted.fresh
    parsed = parse_mail(raw, sender)
    indices = tuple(a.index for a in parsed.attachments)
    files = dict(zip(indices, attachment_bytes(raw, indices), strict=True)) if indices else {}
    received = Received(accepted.journal_id, arrival, parsed, files)
    lookup = wanted(received, desk)
    outcome = store.transact(lambda tx: handle_mail(tx, received, lookup, desk, now), lookup).result()
    assert not outcome.waits
    return Brought(outcome.decision, tuple(queued.mail for queued in outcome.queued))


def open_letter(sent: Outgoing) -> tuple[Letter, EmailMessage]:
    """Show a letter as a mail program does."""
    message = email.message_from_bytes(sent.raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    name, address = parseaddr(str(message["From"]))
    texts = (str(part.get_content()) if part else "" for part in (plain, page))
    return Letter(*texts, name, address, str(message["Subject"]), sent.rcpt_to), message


def every_byte(raw: bytes) -> Iterator[str]:
    """Give all that a letter says: as sent, header fields, file names, each part decoded, pages unescaped."""
    yield raw.decode("latin-1")
    yield from _parts(email.message_from_bytes(raw, policy=email.policy.default))


def _parts(message: "email.message.Message") -> Iterator[str]:
    for part in message.walk():
        yield from (f"{name}: {value}" for name, value in part.items())
        yield part.get_filename() or ""
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            continue
        text = data.decode("utf-8", "replace")
        yield text
        if part.get_content_type() == "text/html":
            yield html.unescape(text)
        elif part.get_content_maintype() != "text" and b"\n\n" in data.replace(
            b"\r\n", b"\n"
        ):  # a mail that was attached
            yield from _parts(email.message_from_bytes(data, policy=email.policy.default))
