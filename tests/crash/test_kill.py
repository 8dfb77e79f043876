"""Kill the daemon at random moments under load: what was acknowledged is never lost, and nothing is doubled."""

import os
import random
import re
import smtplib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.services.sink import Sink

KILLS = int(os.environ.get("MAILDESK_KILLS", "6"))
_SENDERS = 4
_KEY = re.compile(rb"key-(\d+-\d+)-end")


class Ledger:
    """What an MTA would know: which mails were acknowledged; the others it sends again."""

    def __init__(self) -> None:
        self.acknowledged: set[str] = set()
        self.sent: set[str] = set()
        self.lock = threading.Lock()
        self.stop = threading.Event()


def mail(key: str) -> bytes:
    """Write the same bytes for the same key, as a client that tries again does."""
    return (
        f"From: <p{key}@customer.test>\r\nTo: <support@demo.test>\r\nSubject: Help key-{key}-end\r\n"
        f"Message-ID: <{key}@customer.test>\r\n"
        f"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\n\r\nPlease help me with {key}.\r\n"
    ).encode()


def send_on_and_on(desk: RunningDesk, ledger: Ledger, number: int) -> None:
    """Send mail after mail, each until it is acknowledged."""
    for count in range(100_000):
        key = f"{number}-{count}"
        while not (done := try_once(desk, key)) and not ledger.stop.is_set():
            time.sleep(0.05)
        with ledger.lock:
            ledger.sent.add(key)
            if done:
                ledger.acknowledged.add(key)
        if ledger.stop.is_set():
            return


def try_once(desk: RunningDesk, key: str) -> bool:
    """Try to hand a mail in; True only after the 250."""
    try:
        with smtplib.SMTP("127.0.0.1", desk.port, timeout=10) as client:
            client.sendmail(f"p{key}@customer.test", ["support@demo.test"], mail(key))
    except (OSError, smtplib.SMTPException):
        return False
    return True


@pytest.fixture
def killed(tmp_path: Path, sink: Sink) -> Iterator[tuple[RunningDesk, Ledger, Sink]]:
    """A desk that was killed again and again while mail came in, and has then been left to finish."""
    chance = random.Random(20261122)
    ledger = Ledger()
    with running_desk(tmp_path, settings(sink.port)) as desk:
        threads = [threading.Thread(target=send_on_and_on, args=(desk, ledger, n)) for n in range(_SENDERS)]
        for thread in threads:
            thread.start()
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.8))
            desk.kill()
            desk.start()
        ledger.stop.set()
        for thread in threads:
            thread.join()
        desk.settle(120)
        yield desk, ledger, sink


def test_nothing_acknowledged_is_lost_and_nothing_doubled(killed: tuple[RunningDesk, Ledger, Sink]) -> None:
    """After every kill: each acknowledged mail is on exactly one ticket, and no ticket was acknowledged twice."""
    desk, ledger, sink = killed
    tickets = Counter(_KEY.search(t["subject"].encode())[1].decode() for t in desk.tickets())  # type: ignore[index]
    assert len(ledger.acknowledged) > KILLS
    assert not ledger.acknowledged - set(tickets), "acknowledged mail without a ticket"
    assert not [key for key, count in tickets.items() if count > 1], "doubled tickets"
    acks = Counter(m.rcpt_to[0] for m in sink.mails if b"X-Maildesk-Notice: acknowledgement" in m.data)
    assert not [address for address, count in acks.items() if count > 1], "doubled acknowledgements"
    desk.verify()
