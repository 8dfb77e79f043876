"""Write mail as the people of the demo would: new mail, and real replies with quote and references."""

import asyncio
import email.utils
import smtplib
from email.message import EmailMessage, Message
from typing import NamedTuple

from maildesk.demo.catcher import Caught, decoded


class File(NamedTuple):
    """An attachment."""

    name: str
    content_type: str
    data: bytes


def new_mail(sender: str, to: str, subject: str, text: str, files: tuple[File, ...] = ()) -> EmailMessage:
    """Compose a new mail."""
    mail = EmailMessage()
    name, address = email.utils.parseaddr(sender)
    mail["From"], mail["To"], mail["Subject"] = email.utils.formataddr((name, address)), to, subject
    mail["Date"] = email.utils.formatdate(localtime=True)
    mail["Message-ID"] = email.utils.make_msgid(domain=address.rpartition("@")[2] or "demo.test")
    mail.set_content(text)
    for file in files:
        main, _, sub = file.content_type.partition("/")
        mail.add_attachment(file.data, maintype=main, subtype=sub, filename=file.name)
    return mail


def reply_to(caught: Caught, sender: str, text: str, files: tuple[File, ...] = ()) -> EmailMessage:
    """Answer a caught mail the way a mail client does: to its Reply-To, above its quote."""
    parent: Message = caught.message
    subject = caught.subject if caught.subject.lower().startswith("re:") else f"Re: {caught.subject}"
    target = decoded(parent.get("Reply-To") or parent.get("From") or "")
    quote = "\n".join(f"> {line}".rstrip() for line in caught.text().splitlines())
    name = email.utils.parseaddr(decoded(parent.get("From", "")))[0] or "Support"
    mail = new_mail(sender, email.utils.parseaddr(target)[1], subject, f"{text}\n\nOn {parent.get('Date')}, {name} wrote:\n{quote}\n", files)
    mail["In-Reply-To"] = parent.get("Message-ID", "")
    mail["References"] = " ".join(f"{parent.get('References', '')} {parent.get('Message-ID', '')}".split()[-20:])
    return mail


async def post(mail: EmailMessage, host: str, port: int) -> None:
    """Hand a mail to the desk by SMTP."""
    await asyncio.to_thread(_post, mail, host, port)


def _post(mail: EmailMessage, host: str, port: int) -> None:
    sender = email.utils.parseaddr(str(mail["From"]))[1]
    with smtplib.SMTP(host, port, timeout=30) as client:
        client.sendmail(sender, [email.utils.parseaddr(str(mail["To"]))[1]], mail.as_bytes(policy=mail.policy.clone(linesep="\r\n", max_line_length=998)))
