"""The whole conversation, as the people live it: real mailboxes, the real listener, both databases, three languages."""

import email.utils
from collections.abc import Callable
from pathlib import Path

import pytest

from maildesk.demo.catcher import Caught, decoded
from maildesk.demo.story import STORIES, Story
from maildesk.demo.writer import File, new_mail, reply_to
from tests.acceptance.desk import running_desk, settings
from tests.acceptance.people import Person, delivering
from tests.services.dovecot import Dovecot
from tests.services.processes import wait_until
from tests.services.sink import Sink

AGENTS = {
    "petr@demo.test": "Petr Dvořák <petr@demo.test>",
    "ana@demo.test": "Ana Horvat <ana@demo.test>",
    "ivan@demo.test": "Ivan <ivan@demo.test>",
}


def customer_address(story: Story) -> str:
    return story.customer.partition("<")[2].rstrip(">")


@pytest.mark.parametrize("story", STORIES, ids=[s.language for s in STORIES])
def test_from_question_to_praise(story: Story, database_url: str, dovecot: Dovecot, sink: Sink, tmp_path: Path) -> None:
    """A question arrives in the IMAP mailbox, is routed, answered, corrected with a file, closed and rated, all by mail."""
    dovecot.add_user("support")
    for old in dovecot.maildir("support").glob("*/*"):
        old.unlink()
    text = settings(sink.port, database=database_url, imap_port=dovecot.port)
    with delivering(sink, dovecot) as person, running_desk(tmp_path, text) as desk:
        customer = person(customer_address(story))
        asked = new_mail(story.customer, "support@demo.test", story.subject, story.text)
        dovecot.put("support", asked.as_bytes(policy=asked.policy.clone(linesep="\r\n")))
        ack = customer.wait_for(
            lambda m: (
                m.message["X-Maildesk-Notice"] == "acknowledgement" and m.message["In-Reply-To"] == asked["Message-ID"]
            ),
            "ack",
        )
        assert ack.message["Content-Language"] == story.language
        assert ack.message["Auto-Submitted"] == "auto-replied"
        assert story.text.splitlines()[2] not in ack.text()
        number = int(ack.message["X-Maildesk-Ticket"])
        ticket = desk.show(number)[0]
        assert ticket["team"] == "it", desk.run("explain", f"#{number}").stdout.decode()
        technician, told = find_told(sink, person, number)
        assert story.text.splitlines()[2] in told.text()

        before = len(customer.inbox())
        desk.send(
            reply_to(told, AGENTS.get(technician.address, technician.address), story.answer),
            technician.address,
            reply_address(told),
        )
        answer = customer.wait_for(lambda m: m.number > before and story.answer.splitlines()[2] in m.text(), "answer")
        assert technician.address.encode() not in answer.raw
        assert answer.message["Auto-Submitted"] is None
        assert asked["Message-ID"] in answer.message["References"]
        assert desk.show(number)[0]["status"] == "waiting"

        desk.send(reply_to(told, technician.address, story.note), technician.address, reply_address(told))
        before = len(customer.inbox())
        corrected = File(story.file, "application/pdf", b"%PDF-1.4 corrected")
        desk.send(
            reply_to(told, technician.address, story.correction, (corrected,)), technician.address, reply_address(told)
        )
        sent = customer.wait_for(lambda m: m.number > before and bool(m.files()), "corrected file")
        attached = next(part for part in sent.message.walk() if part.get_filename())
        assert attached.get_payload(decode=True) == corrected.data

        desk.send(reply_to(told, technician.address, "#close"), technician.address, reply_address(told))
        customer.wait_for(lambda m: m.message["X-Maildesk-Notice"] == "closing", "closing notice")
        survey = customer.wait_for(lambda m: m.message["X-Maildesk-Notice"] == "feedback", "feedback request")
        desk.send(reply_to(survey, story.customer, story.rating), customer.address, reply_address(survey))
        praise = technician.wait_for(lambda m: m.message["X-Maildesk-Event"] == "rated", "praise")
        assert story.praise in praise.text()
        assert "5" in praise.text()

        canary = story.note.splitlines()[1]
        assert not [m for m in customer.inbox() if canary in m.text() or canary.encode() in m.raw]
        shown = desk.show(number)[0]
        assert shown["status"] == "resolved"
        assert [e["text"] for e in shown["entries"] if e["kind"] == "note"] == [canary]
        desk.verify()


@pytest.mark.parametrize("story", STORIES, ids=[s.language for s in STORIES])
def test_a_mistake_in_an_invoice_goes_to_billing(story: Story, sink: Sink, tmp_path: Path) -> None:
    """The same words in another order mean another thing: a mistake in the invoice is billing's, not IT's."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        desk.send(
            new_mail(story.customer, "support@demo.test", story.other_subject, story.other_text),
            customer_address(story),
        )
        desk.settle()
        assert [t["team"] for t in desk.tickets()] == ["billing"]


def find_told(sink: Sink, person: Callable[[str], Person], number: int) -> tuple[Person, Caught]:
    """Find the agent who was told about a ticket, and the notification in his mailbox."""
    wait_until(lambda: bool(_told(sink, number)), f"an agent is told about #{number}")
    agent = person(_told(sink, number)[0])
    return agent, agent.wait_for(
        lambda m: m.message["X-Maildesk-Event"] == "new-ticket" and m.message["X-Maildesk-Ticket"] == str(number),
        "notification",
    )


def _told(sink: Sink, number: int) -> list[str]:
    wanted = b"X-Maildesk-Ticket: %d\r\n" % number
    return [m.rcpt_to[0] for m in sink.mails if b"X-Maildesk-Event: new-ticket" in m.data and wanted in m.data]


def reply_address(mail: Caught) -> str:
    """Give the address a reply to this mail goes to."""
    return email.utils.parseaddr(decoded(mail.message["Reply-To"]))[1]
