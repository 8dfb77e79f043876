"""Write mail as the people of the demo would: new mail, and real replies with quote and references."""

import asyncio
import datetime as dt
import email.utils
import secrets
import smtplib
from email.message import EmailMessage, Message
from typing import NamedTuple

from maildesk.demo.catcher import Caught, decoded
from maildesk.demo.samples import Sample


class File(NamedTuple):
    """An attachment."""

    name: str
    content_type: str
    data: bytes


def new_mail(
    sender: str, to: str, subject: str, text: str, files: tuple[File, ...] = (), *, at: dt.datetime | None = None
) -> EmailMessage:
    """Compose a new mail, dated `at` or now."""
    mail = EmailMessage()
    name, address = email.utils.parseaddr(sender)
    mail["From"], mail["To"], mail["Subject"] = email.utils.formataddr((name, address)), to, subject
    mail["Date"] = email.utils.format_datetime(at or dt.datetime.now().astimezone())
    mail["Message-ID"] = email.utils.make_msgid(domain=address.rpartition("@")[2] or "demo.test")
    mail.set_content(text)
    for file in files:
        main, _, sub = file.content_type.partition("/")
        mail.add_attachment(file.data, maintype=main, subtype=sub, filename=file.name)
    return mail


def sample_mail(sample: Sample, to: str, at: dt.datetime | None = None) -> EmailMessage:
    """Compose one of the samples; each sending has a mark of its own, as the same words a third time in an hour are rolled up."""
    text = f"{sample.text}\n\nRef. {secrets.token_hex(3)}"
    mail = new_mail(sample.sender, to, sample.subject, text, at=at)
    for name, value in sample.headers:
        mail[name] = value
    return mail


def reply_to(
    caught: Caught, sender: str, text: str, files: tuple[File, ...] = (), *, at: dt.datetime | None = None
) -> EmailMessage:
    """Answer a caught mail the way a mail client does: to its Reply-To, above its quote."""
    parent: Message = caught.message
    subject = caught.subject if caught.subject.lower().startswith("re:") else f"Re: {caught.subject}"
    target = decoded(parent.get("Reply-To") or parent.get("From") or "")
    quote = "\n".join(f"> {line}".rstrip() for line in caught.text().splitlines())
    name = email.utils.parseaddr(decoded(parent.get("From", "")))[0] or "Support"
    body = f"{text}\n\nOn {parent.get('Date')}, {name} wrote:\n{quote}\n"
    mail = new_mail(sender, email.utils.parseaddr(target)[1], subject, body, files, at=at)
    mail["In-Reply-To"] = parent.get("Message-ID", "")
    mail["References"] = " ".join(f"{parent.get('References', '')} {parent.get('Message-ID', '')}".split()[-20:])
    return mail


async def post(mail: EmailMessage, host: str, port: int) -> None:
    """Hand a mail to the desk by SMTP; raises OSError if it is not taken."""
    await asyncio.to_thread(_post, mail, host, port)


def _post(mail: EmailMessage, host: str, port: int) -> None:
    sender = email.utils.parseaddr(str(mail["From"]))[1]
    raw = mail.as_bytes(policy=mail.policy.clone(linesep="\r\n", max_line_length=998))
    with smtplib.SMTP(host, port, timeout=30) as client:
        client.sendmail(sender, [email.utils.parseaddr(str(mail["To"]))[1]], raw)
