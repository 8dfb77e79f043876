"""An honest customer who writes to a desk again and again, and notes how long each answer took."""

import contextlib
import smtplib
import threading
import time
from collections.abc import Iterator

from tests.acceptance.desk import RunningDesk
from tests.services.sink import Sink

_PAUSE = 0.25


class Visitor:
    """Writes a small mail four times a second; `taken` and `answered` are the seconds until the 250, and until our letter."""

    def __init__(self, desk: RunningDesk, sink: Sink) -> None:
        self._desk, self._sink = desk, sink
        self._stop = threading.Event()
        self._sent: dict[str, float] = {}
        self._seen = 0
        self.taken: list[float] = []
        self.answered: dict[str, float] = {}

    @property
    def unanswered(self) -> set[str]:
        """Who has written and had no letter yet."""
        return self._sent.keys() - self.answered.keys()

    def write_on_and_on(self) -> None:
        """Write until told to stop."""
        number = 0
        while not self._stop.wait(_PAUSE):
            number += 1
            address = f"good{number}@customer.test"
            began = self._sent[address] = time.monotonic()
            with smtplib.SMTP("127.0.0.1", self._desk.port, timeout=30) as client:
                client.sendmail(address, ["support@demo.test"], letter(address, number))
            self.taken.append(time.monotonic() - began)

    def watch(self) -> None:
        """Note when letters arrive, until told to stop."""
        while not self._stop.wait(0.01):
            self.look()

    def look(self) -> None:
        """Note which letters have arrived since the last look."""
        mails, now = self._sink.mails, time.monotonic()
        for mail in mails[self._seen :]:
            for address in mail.rcpt_to:
                if address in self._sent:
                    self.answered.setdefault(address, now - self._sent[address])
        self._seen = len(mails)

    def stop(self) -> None:
        """Write no more."""
        self._stop.set()


def letter(address: str, number: int) -> bytes:
    """Write an everyday mail."""
    return (
        f"From: Good Customer <{address}>\r\nTo: support@demo.test\r\nSubject: Question {number}\r\n"
        f"Message-ID: <{number}.good@customer.test>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\n\r\n"
        f"Hello, I have question number {number} about my order. Can you help me, please?\r\n"
    ).encode()


@contextlib.contextmanager
def visiting(desk: RunningDesk, sink: Sink) -> Iterator[Visitor]:
    """Have a customer write to the desk until the block ends, and wait for the answers he has not had."""
    visitor = Visitor(desk, sink)
    threads = [threading.Thread(target=visitor.write_on_and_on), threading.Thread(target=visitor.watch)]
    for thread in threads:
        thread.start()
    try:
        yield visitor
    finally:
        visitor.stop()
        for thread in threads:
            thread.join()
        deadline = time.monotonic() + 30
        while visitor.unanswered and time.monotonic() < deadline:
            time.sleep(0.01)
            visitor.look()


def late(seconds: list[float], share: float = 0.99) -> float:
    """Give the time within which the given share of all was done."""
    return sorted(seconds)[min(int(len(seconds) * share), len(seconds) - 1)] if seconds else 0.0
