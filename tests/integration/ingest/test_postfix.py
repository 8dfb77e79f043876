import asyncio
import smtplib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from maildesk.ingest.smtp import Limits, listen
from maildesk.settings import ListenAddress
from tests.integration.ingest.talk import FREE, Recorder, eventually, port_of, settings
from tests.services.postfix import Postfix
from tests.services.processes import private_folder

DOMAIN = "firma.test"
KNOWN = frozenset({f"{name}@{DOMAIN}" for name in ("support", "help", "billing")})


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the user Postfix may enter."""
    with private_folder("lmtp") as folder:
        yield folder


def send(postfix: Postfix, recipients: list[str], mail: bytes) -> None:
    """Hand Postfix a mail, as a client of the firm's mail server would."""
    with smtplib.SMTP(postfix.host, postfix.port, timeout=10) as client:
        client.sendmail("jana@firma.cz", recipients, mail)


async def test_postfix_delivers_one_mail_to_three_recipients_in_one_attempt(
    postfix_inbound: Callable[..., Postfix],
) -> None:
    """Real Postfix gets its three replies by LMTP and tries nobody again (F4: with one reply, six deliveries)."""
    recorder = Recorder()
    [listener] = await listen(settings(lmtp=FREE), recorder.accept, KNOWN.__contains__)
    try:
        postfix = await asyncio.to_thread(postfix_inbound, domains=[DOMAIN], lmtp=f"inet:127.0.0.1:{port_of(listener)}")
        recipients = [f"support+token@{DOMAIN}", f"help@{DOMAIN}", f"billing@{DOMAIN}"]
        mail = b"From: jana@firma.cz\r\nSubject: tri\r\nMessage-ID: <3@x>\r\n\r\n.dots\r\n..more\r\n"
        await asyncio.to_thread(send, postfix, recipients, mail)
        await asyncio.to_thread(postfix.wait_for_empty_queue)
        [arrival] = recorder.arrivals
        assert sorted(arrival.envelope.rcpt_to) == sorted(recipients)
        assert arrival.envelope.mail_from == "jana@firma.cz"
        assert arrival.raw.endswith(b"\r\n\r\n.dots\r\n..more\r\n")
        assert arrival.message_id == "3@x"
        assert postfix.log.read_text().count("status=sent") == 3
    finally:
        await listener.close()


async def test_postfix_keeps_a_mail_we_cannot_take_now_and_brings_it_again(
    postfix_inbound: Callable[..., Postfix], open_folder: Path
) -> None:
    """451 for trouble of ours: the mail stays with Postfix, comes again, and is taken once (B49); by a unix socket, too."""
    path = open_folder / "lmtp.sock"
    recorder = Recorder(trouble=RuntimeError("database is away"))
    [listener] = await listen(settings(lmtp=ListenAddress(path=str(path))), recorder.accept, KNOWN.__contains__)
    try:
        postfix = await asyncio.to_thread(postfix_inbound, domains=[DOMAIN], lmtp=f"unix:{path}")
        await asyncio.to_thread(send, postfix, [f"support@{DOMAIN}", f"help@{DOMAIN}"], b"Subject: later\r\n\r\nx\r\n")
        await eventually(lambda: postfix.log.read_text().count("status=deferred") >= 2, 20)
        assert "database" not in postfix.log.read_text()
        recorder.trouble = None
        await asyncio.to_thread(postfix.flush)
        await asyncio.to_thread(postfix.wait_for_empty_queue, 30)
        assert len(recorder.arrivals) == 1
        assert "status=bounced" not in postfix.log.read_text()
    finally:
        await listener.close()


async def test_postfix_is_told_for_good_what_will_never_be_taken(postfix_inbound: Callable[..., Postfix]) -> None:
    """Unknown recipients and mails over the limit are refused in the dialogue, the rest of the recipients get theirs (B48)."""
    recorder = Recorder()
    limits = Limits(message_size=20_000)
    [listener] = await listen(settings(lmtp=FREE), recorder.accept, KNOWN.__contains__, limits=limits)
    try:
        postfix = await asyncio.to_thread(postfix_inbound, domains=[DOMAIN], lmtp=f"inet:127.0.0.1:{port_of(listener)}")
        await asyncio.to_thread(send, postfix, [f"nobody@{DOMAIN}", f"help@{DOMAIN}"], b"Subject: x\r\n\r\nx\r\n")
        await eventually(lambda: postfix.log.read_text().count("status=bounced") == 1, 20)
        await asyncio.to_thread(send, postfix, [f"help@{DOMAIN}"], b"Subject: big\r\n\r\n" + b"x" * 76 * 1000 + b"\r\n")
        await eventually(lambda: postfix.log.read_text().count("status=bounced") == 2, 20)
        assert [arrival.envelope.rcpt_to for arrival in recorder.arrivals] == [(f"help@{DOMAIN}",)]
        assert "5.1.1" in postfix.log.read_text()
    finally:
        await listener.close()
