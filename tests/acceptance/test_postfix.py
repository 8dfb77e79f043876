"""The desk between two real Postfix servers: one in front that hands it mail by LMTP, one behind that takes its mail."""

import contextlib
import email
import email.message
import email.policy
import email.utils
import smtplib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from maildesk.demo.writer import new_mail
from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.services.postfix import Postfix
from tests.services.processes import private_folder, wait_until
from tests.services.sink import Sink

JANA = "Jana Nováková <jana@odberatel.cz>"


@pytest.fixture
def mailboxes() -> Iterator[Path]:
    """A folder in which Postfix makes Maildirs, which it does as the user nobody."""
    with private_folder("mail") as folder:
        folder.chmod(0o777)
        yield folder


def hand_to(postfix: Postfix, mail: email.message.EmailMessage, sender: str, recipient: str) -> None:
    """Send a mail to the server in front."""
    with smtplib.SMTP(postfix.host, postfix.port) as client:
        client.sendmail(sender, [recipient], mail.as_bytes(policy=email.policy.SMTP))


def in_maildir(folder: Path) -> list[email.message.EmailMessage]:
    """Read what was delivered."""
    raws = [path.read_bytes() for path in sorted((folder / "new").glob("*"))]
    return [email.message_from_bytes(raw, policy=email.policy.default) for raw in raws]  # type: ignore[misc]


def test_in_by_lmtp_and_out_by_a_relay(
    postfix_inbound: Callable[..., Postfix], postfix_relay: Callable[..., Postfix], mailboxes: Path, tmp_path: Path
) -> None:
    """Postfix hands the desk a mail by LMTP; the acknowledgement leaves through another Postfix into the customer's Maildir."""
    relay = postfix_relay(maildirs={"jana@odberatel.cz": mailboxes / "jana"})
    with running_desk(tmp_path, settings(relay.port)) as desk:
        front = postfix_inbound(domains=["demo.test"], lmtp=f"inet:127.0.0.1:{desk.lmtp_port}")
        asked = new_mail(JANA, "support@demo.test", "Chyba ve faktuře", "Dobrý den, nesedí částka.")
        hand_to(front, asked, "jana@odberatel.cz", "support@demo.test")
        wait_until(lambda: bool(in_maildir(mailboxes / "jana")), "the acknowledgement", relay.log)
        (ack,) = in_maildir(mailboxes / "jana")
        assert ack["X-Maildesk-Notice"] == "acknowledgement"
        assert ack["In-Reply-To"] == asked["Message-ID"]
        assert ack["Return-Path"] == "<>"
        front.wait_for_empty_queue()

        answer = new_mail(JANA, ack["Reply-To"] or ack["From"], f"Re: {ack['Subject']}", "A ještě něco.")
        hand_to(front, answer, "jana@odberatel.cz", email.utils.parseaddr(ack["Reply-To"] or ack["From"])[1])
        wait_until(lambda: _decided(desk) == 2, "the answer is decided", front.log)
        assert [t["mails"] for t in desk.tickets()] == [2]


def test_an_unknown_recipient_is_refused_not_bounced(
    postfix_inbound: Callable[..., Postfix], sink: Sink, make_sink: Callable[..., Sink], tmp_path: Path
) -> None:
    """The desk refuses an unknown recipient in the dialogue, so Postfix tells the sender and we write to nobody (B48)."""
    told = make_sink()
    with running_desk(tmp_path, settings(sink.port)) as desk:
        front = postfix_inbound(
            domains=["demo.test"], lmtp=f"inet:127.0.0.1:{desk.lmtp_port}", bounces_to=(told.host, told.port)
        )
        asked = new_mail(JANA, "nobody@demo.test", "Hello", "Is anybody there?")
        hand_to(front, asked, "jana@odberatel.cz", "nobody@demo.test")
        (bounce,) = told.wait_for(1)
        assert (bounce.mail_from, bounce.rcpt_to) == ("", ("jana@odberatel.cz",))
        assert b"MAILER-DAEMON@postfix.test" in bounce.data
        assert b"Status: 5.1.1" in bounce.data
        assert desk.listed("journal") == []
        assert desk.listed("outbox") == []
        assert sink.mails == []


def test_a_desk_that_is_down_loses_nothing(
    postfix_inbound: Callable[..., Postfix], sink: Sink, mailboxes: Path, tmp_path: Path
) -> None:
    """While the desk is down Postfix keeps the mail, and brings it when the desk is back: one ticket, one acknowledgement."""
    socket = mailboxes / "lmtp.sock"
    text = settings(sink.port).replace("lmtp: '127.0.0.1:0'", f"lmtp: 'unix:{socket}'")
    with running_desk(tmp_path, text) as desk:
        front = postfix_inbound(domains=["demo.test"], lmtp=f"unix:{socket}")
        assert desk.stop() == 0
        asked = new_mail(JANA, "support@demo.test", "Chyba ve faktuře", "Dobrý den, nesedí částka.")
        hand_to(front, asked, "jana@odberatel.cz", "support@demo.test")
        wait_until(lambda: _deferred(front), "Postfix keeps the mail", front.log)
        desk.start()
        front.flush()
        front.wait_for_empty_queue()
        wait_until(lambda: bool(sink.mails_to("jana@odberatel.cz")), "the acknowledgement")
        assert [t["mails"] for t in desk.tickets()] == [1]
        assert len(sink.mails_to("jana@odberatel.cz")) == 1


def test_a_locked_database_puts_postfix_off(
    postfix_inbound: Callable[..., Postfix], sink: Sink, tmp_path: Path
) -> None:
    """A desk that cannot write a mail down answers 4xx: Postfix keeps it and brings it again, nobody gets a bounce (B49)."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        front = postfix_inbound(domains=["demo.test"], lmtp=f"inet:127.0.0.1:{desk.lmtp_port}")
        asked = new_mail(JANA, "support@demo.test", "Chyba ve faktuře", "Dobrý den, nesedí částka.")
        with contextlib.closing(sqlite3.connect(tmp_path / "data" / "maildesk.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            hand_to(front, asked, "jana@odberatel.cz", "support@demo.test")
            wait_until(lambda: _deferred(front), "Postfix keeps the mail", front.log)
            # Its log is written by another process, which may be a moment behind.
            wait_until(lambda: "said: 451 4.3.0" in front.log.read_text(), "Postfix heard 451 4.3.0", front.log)
        front.flush()
        front.wait_for_empty_queue()
        wait_until(lambda: bool(sink.mails_to("jana@odberatel.cz")), "the acknowledgement")
        assert [row["source"] for row in desk.listed("journal")] == ["lmtp"]


def _decided(desk: RunningDesk) -> int:
    """Count the mails that the daemon says it has decided."""
    return sum('"event":"mail"' in line for line in desk.log)


def _deferred(postfix: Postfix) -> bool:
    """Tell whether a delivery was tried in vain and the mail kept."""
    return any(row["queue_name"] == "deferred" for row in postfix.queue())
