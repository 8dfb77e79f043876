"""Mailboxes at a real Dovecot, and the whole desk behind them."""

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from imapclient import IMAPClient

from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.services.dovecot import Dovecot, running_dovecot
from tests.services.processes import wait_until
from tests.services.sink import Sink

SECONDS = float(os.environ.get("MAILDESK_IMAP_CHAOS", "6"))
DWELL = (
    8.0  # a mail that lay so long in INBOX has been seen by a poll: IDLE tells at once, a change of daemons takes 5 s
)


@pytest.fixture
def server() -> Iterator[Dovecot]:
    """A Dovecot with the desk's mailbox."""
    with running_dovecot({"support": "secret"}) as server:
        yield server


def letter(number: int, *, message_id: str | None = None, sender: str = "") -> bytes:
    """Write a mail that no other is like."""
    lines = [
        f"From: {sender or f'person{number}@firma.cz'}",
        "To: support@demo.test",
        f"Subject: Chaos {number}",
        "Date: Sun, 22 Nov 2026 10:00:00 +0000",
        *([f"Message-ID: <{message_id or f'chaos{number}@firma.cz'}>"] if message_id != "" else []),
        "",
        f"This is number {number}.",
        "",
    ]
    return "\n".join(lines).encode()


def subjects(desk: RunningDesk) -> list[str]:
    """Give the subjects of all tickets, sorted."""
    return sorted(ticket["subject"] for ticket in desk.tickets())


def test_odd_mails_in_a_mailbox_become_the_tickets_they_should(server: Dovecot, sink: Sink, tmp_path: Path) -> None:
    """Without or with the same Message-ID (I3, B18), copied by a server (I12, B17), unreadable times (I21), our own (I26)."""
    for raw in (
        letter(1, message_id="", sender="jana@firma.cz"),
        letter(2, message_id="", sender="jana@firma.cz"),
        letter(3, message_id="same@firma.cz", sender="jana@firma.cz"),
        letter(4, message_id="same@firma.cz", sender="jana@firma.cz"),
        letter(5),
        letter(5),
        letter(6),
        b"Received: from other.test by firma.hr; Sun, 22 Nov 2026 10:00:00 +0000\n" + letter(6),
        letter(7).replace(b"Sun, 22 Nov 2026 10:00:00 +0000", b"Thu, 31 Dec 9999 23:59:60 +9999"),
    ):
        server.put("support", raw)
    with running_desk(tmp_path, settings(sink.port, imap_port=server.port)) as desk:
        wait_until(lambda: len(desk.listed("journal")) >= 9, "all taken", None, 60)
        desk.settle()
        assert subjects(desk) == [f"Chaos {number}" for number in (1, 2, 3, 4, 5, 6, 7)]
        own = next(mail.data for mail in sink.mails if b"X-Maildesk-Notice: acknowledgement" in mail.data)
        server.put("support", own.replace(b"\r\n", b"\n"))
        wait_until(lambda: len(desk.listed("journal")) >= 10, "ours taken", None, 30)
        desk.settle()
        assert len(subjects(desk)) == 7
        seen = "support@demo.test: last looked into"
        wait_until(lambda: seen in desk.run("status").stdout.decode(), "the mailbox in the status", pause=0.2)
        desk.verify()


class Chaos:
    """A person and a few programs at the same mailbox, none of whom knows of the desk."""

    def __init__(self, port: int, seed: int) -> None:
        self.port, self.dice = port, random.Random(seed)
        self.came: dict[int, float] = {}
        self.stayed: set[int] = set()
        self.count = 0
        self.client = self.connect()

    def connect(self) -> IMAPClient:
        """Log in."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=10)
        client.login("support", "secret")
        for folder in ("Elsewhere",):
            if not client.folder_exists(folder):
                client.create_folder(folder)
        client.select_folder("INBOX")
        return client

    def act(self) -> None:
        """Do one thing."""
        deeds: list[tuple[Callable[[], None], int]] = [
            (self.append, 10),
            (self.flag, 6),
            (self.copy, 2),
            (self.move_away_and_back, 3),
            (self.expunge, 3),
            (self.append_and_expunge, 1),
            (self.disconnect, 1),
        ]
        self.dice.choices([deed for deed, _ in deeds], [weight for _, weight in deeds])[0]()

    def append(self) -> None:
        """A mail comes."""
        self.count += 1
        self.came[self.count] = time.monotonic()
        self.client.append("INBOX", letter(self.count).replace(b"\n", b"\r\n"))

    def flag(self) -> None:
        """Somebody reads, stars, marks as answered."""
        if uids := self.some():
            self.client.add_flags(uids, [self.dice.choice([b"\\Seen", b"\\Flagged", b"\\Answered", b"junk"])])

    def copy(self) -> None:
        """A filter copies."""
        if uids := self.some():
            self.client.copy(uids[:1], "INBOX")

    def move_away_and_back(self) -> None:
        """Somebody files a mail elsewhere and thinks better of it: it comes back under another number."""
        if uids := self.some():
            self.client.move(uids[:1], "Elsewhere")
            self.client.select_folder("Elsewhere")
            if back := self.client.search("ALL"):
                self.client.move(back, "INBOX")
            self.client.select_folder("INBOX")

    def expunge(self) -> None:
        """Somebody deletes mails that have lain for a while."""
        uids = self.some()
        found = self.client.fetch(uids, ["BODY.PEEK[HEADER.FIELDS (SUBJECT)]"]) if uids else {}
        for uid, data in found.items():
            text = next(value for key, value in data.items() if key.startswith(b"BODY"))
            number = int(text.split()[-1])
            if time.monotonic() - self.came[number] > DWELL:
                self.stayed.add(number)
                self.client.add_flags([uid], [b"\\Deleted"])
                self.client.uid_expunge([uid])

    def append_and_expunge(self) -> None:
        """A mail is gone before anybody has looked; nothing is promised for it, but that it is not two."""
        self.append()
        last = self.client.search("ALL")[-1:]
        self.client.add_flags(last, [b"\\Deleted"])
        self.client.uid_expunge(last)
        self.came[self.count] = float("inf")

    def disconnect(self) -> None:
        """The client dies."""
        self.client.shutdown()
        self.client = self.connect()

    def some(self) -> list[int]:
        """Choose a few mails."""
        self.client.noop()
        uids = self.client.search("ALL")
        return self.dice.sample(uids, min(len(uids), 3))

    def left(self) -> set[int]:
        """Say which mails lie in INBOX in the end."""
        self.client.noop()
        found = self.client.fetch(self.client.search("ALL"), ["BODY.PEEK[HEADER.FIELDS (SUBJECT)]"])
        return {int(next(v for k, v in data.items() if k.startswith(b"BODY")).split()[-1]) for data in found.values()}


@contextlib.contextmanager
def two_desks(folder: Path, text: str) -> Iterator[list[RunningDesk]]:
    """Two daemons of one desk on one database."""
    for name in ("one", "two"):
        key = folder / name / "data" / "secret.key"
        key.parent.mkdir(parents=True)
        key.write_bytes(b"k" * 32)
        key.chmod(0o600)
    with running_desk(folder / "one", text) as one, running_desk(folder / "two", text) as two:
        yield [one, two]


def test_i13_two_daemons_and_a_chaotic_client_at_one_mailbox(
    server: Dovecot, sink: Sink, postgres_url: str, tmp_path: Path
) -> None:
    """Tickets are the mails that stayed for a poll, each once, whoever moves, copies, deletes, or kills a daemon (I8, I13, I14)."""
    seed = int(os.environ.get("MAILDESK_SEED", "7"))
    dice = random.Random(seed)
    with two_desks(tmp_path, settings(sink.port, database=postgres_url, imap_port=server.port)) as desks:
        chaos, end = Chaos(server.port, seed), time.monotonic() + SECONDS
        next_blow, blows = time.monotonic() + 2.0, 0
        while time.monotonic() < end:
            chaos.act()
            time.sleep(0.02)
            if time.monotonic() >= next_blow:
                strike(dice.choice(desks), dice)
                blows += 1
                next_blow = time.monotonic() + dice.uniform(4, 12)
        must = chaos.stayed | chaos.left()
        chaos.client.shutdown()
        desk = desks[0]
        wait_until(lambda: must <= numbers(desk), "all that stayed are tickets", None, 150)
        desk.settle(120)
        tickets = [int(subject.split()[1]) for subject in subjects(desk)]
        assert len(tickets) == len(set(tickets)), "a mail became two tickets"
        assert must <= set(tickets) <= set(chaos.came)
        desk.verify()
        print(
            f"\n{SECONDS:.0f} s: {chaos.count} mails came, {len(must)} stayed, {len(tickets)} tickets, {blows} blows to daemons"
        )


def numbers(desk: RunningDesk) -> set[int]:
    """Give the numbers of the mails that are tickets."""
    return {int(subject.split()[1]) for subject in subjects(desk)}


def strike(desk: RunningDesk, dice: random.Random) -> None:
    """Kill a daemon and start it again, or stop its clock for a moment."""
    assert desk.process
    if dice.random() < 0.5:
        desk.kill()
        desk.start()
        return
    for number in (signal.SIGSTOP, signal.SIGCONT):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(desk.process.pid, number)
        time.sleep(dice.uniform(0.1, 1.0) if number == signal.SIGSTOP else 0)
