"""Mail by a pipe, mail that cannot be delivered, and mail that no worker can read."""

import asyncio
import contextlib
import datetime as dt
import email
import email.policy
import json
import os
import shutil
import signal
import smtplib
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from maildesk.daemon import Service, open_office
from maildesk.demo.catcher import Catcher, Caught
from maildesk.demo.clock import Clock
from maildesk.demo.writer import File, new_mail, post, reply_to
from maildesk.ingest.workers import ParseFailed
from maildesk.settings import load_settings, shipped_dir
from maildesk.store import read
from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.services.postfix import Postfix
from tests.services.processes import free_port, private_folder, wait_until
from tests.services.sink import Sink

JANA = "Jana Nováková <jana@odberatel.cz>"


def test_a_mail_by_a_pipe(sink: Sink, tmp_path: Path) -> None:
    """`maildesk deliver` leaves with 0 once the mail is written down; the running daemon makes a ticket of it."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        asked = new_mail(JANA, "support@demo.test", "Chyba ve faktuře", "Dobrý den, nesedí částka.")
        raw = b"From jana@odberatel.cz Sun Nov 22 10:00:00 2026\n" + asked.as_bytes()
        desk.run("deliver", "--to", "support@demo.test", stdin=raw)
        wait_until(lambda: bool(sink.mails_to("jana@odberatel.cz")), "the acknowledgement")
        (ticket,) = desk.tickets()
        assert (ticket["requester"], ticket["team"]) == ("jana@odberatel.cz", "billing")
        # The MTA that heard nothing of our 0 comes again: the same mail is the same mail.
        desk.run("deliver", "--to", "support@demo.test", stdin=raw)
        assert len(desk.listed("journal")) == 1


def test_the_postmaster_is_somebody(sink: Sink, tmp_path: Path) -> None:
    """Mail to postmaster, of our domain or of none, is the first mailbox's (RFC 5321 §4.5.1); of another domain it is not ours."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        for number, to in enumerate(("Postmaster@demo.test", "postmaster", "postmaster@elsewhere.test")):
            mail = new_mail(
                JANA, "postmaster@demo.test", f"Vaše pošta {number}", "Dobrý den, Váš server odmítá naši poštu."
            )
            with contextlib.suppress(smtplib.SMTPRecipientsRefused):
                desk.send(mail, "jana@odberatel.cz", to)
        desk.settle()
        assert sorted(ticket["subject"] for ticket in desk.tickets()) == ["Vaše pošta 0", "Vaše pošta 1"]


def test_a_pipe_into_a_desk_that_is_broken(tmp_path: Path) -> None:
    """With a broken maildesk.yaml, `deliver` leaves with 75 and says what is wrong, so the MTA keeps the mail."""
    config = tmp_path / "config"
    shutil.copytree(shipped_dir("config"), config)
    (config / "maildesk.yaml").write_text("desk: {nam: x}\n")
    desk = RunningDesk(tmp_path, "")
    done = desk.run("deliver", "--to", "support@demo.test", stdin=b"Subject: x\n\ny\n", check=False)
    assert done.returncode == 75
    assert b"maildesk.yaml:1:8" in done.stderr
    (config / "maildesk.yaml").write_text(settings(1, database="sqlite:////proc/nowhere/maildesk.db"))
    assert desk.run("deliver", "--to", "support@demo.test", stdin=b"Subject: x\n\ny\n", check=False).returncode == 75


# ---- bounces


@pytest.fixture
def mailboxes() -> Iterator[Path]:
    """A folder in which Postfix makes Maildirs, which it does as the user nobody."""
    with private_folder("mail") as folder:
        folder.chmod(0o777)
        yield folder


def agents_elsewhere(folder: Path) -> None:
    """Give the agents addresses of another domain than the desk's."""
    shutil.copytree(shipped_dir("config"), folder / "config")
    teams = folder / "config" / "teams.yaml"
    teams.write_text(teams.read_text().replace("@demo.test", "@agents.test"))


def in_maildir(folder: Path) -> list[Caught]:
    """Read what was delivered."""
    raws = [path.read_bytes() for path in sorted((folder / "new").glob("*"))]
    return [_caught(n, raw) for n, raw in enumerate(raws)]


def _caught(number: int, raw: bytes, recipient: str = "") -> Caught:
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    return Caught(number, dt.datetime.now(dt.UTC), "", recipient, raw, message)


def test_a_reply_that_bounces(postfix_relay: Callable[..., Postfix], mailboxes: Path, tmp_path: Path) -> None:
    """A customer's mailbox is gone: the relay's bounce marks her address, the agent is told once, nobody is answered (B41)."""
    port = free_port()
    relay = postfix_relay(
        to=("127.0.0.1", port),
        maildirs={
            "ana@agents.test": mailboxes / "ana",
            "eva.mala@agents.test": mailboxes / "eva",
            "x@odberatel.cz": mailboxes / "x",
        },
        # A relay that finds out only after it has taken the mail, as most do.
        settings={"smtpd_reject_unlisted_recipient": "no"},
    )
    agents_elsewhere(tmp_path)
    text = settings(relay.port).replace("smtp: '127.0.0.1:0'", f"smtp: '127.0.0.1:{port}'")
    with running_desk(tmp_path, text) as desk:
        asked = new_mail(JANA, "support@demo.test", "Chyba ve faktuře", "Dobrý den, nesedí částka.")
        desk.send(asked, "jana@odberatel.cz")
        box = mailboxes / "ana"
        wait_until(lambda: bool(in_maildir(box)), "the notification", relay.log)
        (told,) = in_maildir(box)
        send_reply(desk, told, "ana@agents.test", "Opravíme to.")
        wait_until(lambda: len(in_maildir(box)) > 1, "the news for the agent", relay.log)
        relay.wait_for_empty_queue()
        # Files of one second lie in any order.
        news = [m for m in in_maildir(box) if m.message["Message-ID"] != told.message["Message-ID"]]
        assert [m.message["X-Maildesk-Event"] for m in news] == ["undelivered"]
        assert "jana@odberatel.cz" in news[0].subject + news[0].text()
        assert "5.1.1" in news[0].text()
        status = json.loads(desk.run("status", "--json").stdout)
        assert status["suppressed"] == 1
        assert not [m for m in desk.listed("outbox") if "postfix.test" in m["to"]]

        # What is automatic is withheld from now on; nobody writes to a mailbox that is gone.
        send_reply(desk, told, "ana@agents.test", "#close")
        wait_until(lambda: "resolved" in json.dumps(desk.tickets()), "the ticket is resolved")
        kinds = [m["kind"] for m in desk.listed("outbox") if m["to"] == "jana@odberatel.cz"]
        assert kinds == ["acknowledgement", "reply"]
        assert [m["status"] for m in desk.tickets()] == ["resolved"]


def send_reply(desk: RunningDesk, parent: Caught, sender: str, text: str) -> None:
    """Answer a mail as a mail program does."""
    answer = reply_to(parent, sender, text)
    desk.send(answer, sender, str(answer["To"]))


# ---- mail that no worker can read


@contextlib.asynccontextmanager
async def desk_in_this_process(folder: Path, clock: Clock) -> AsyncIterator[tuple[Service, Catcher]]:
    """Run a desk in this process, so that its clock can be put forward and its parse workers are our children."""
    catcher = Catcher(clock.now)
    await catcher.start()
    config = folder / "config"
    shutil.copytree(shipped_dir("config"), config)
    (config / "maildesk.yaml").write_text(settings(catcher.port))
    wanted, problems = load_settings(config / "maildesk.yaml")
    assert wanted is not None, problems
    service = Service(open_office(wanted, config, folder / "data"), clock.now)
    await service.start()
    try:
        yield service, catcher
    finally:
        await service.stop()
        await catcher.stop()


@contextlib.contextmanager
def killed_parse_workers() -> Iterator[None]:
    """Kill each parse worker of ours, with its child, as soon as it is there: long before it can read a mail."""
    begun, stop = threading.Event(), threading.Event()

    def kill() -> None:
        while not stop.wait(0.02):
            for stat in Path("/proc").glob("[0-9]*/stat"):
                with contextlib.suppress(OSError, ValueError):
                    number, parent = int(stat.parent.name), int(stat.read_text().rpartition(")")[2].split()[1])
                    if parent == os.getpid() and b"maildesk.ingest.workers" in (stat.parent / "cmdline").read_bytes():
                        os.killpg(number, signal.SIGKILL)
            begun.set()

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        assert begun.wait(10)
        yield
    finally:
        stop.set()
        killer.join()


async def test_a_mail_that_kills_its_worker(tmp_path: Path) -> None:
    """After three killed workers the mail is kept aside, a ticket says so, nobody is answered, and later mails go on (B112)."""
    clock = Clock()
    async with desk_in_this_process(tmp_path, clock) as (service, catcher):
        host, _, port = service.listeners[0].addresses[0].rpartition(":")
        failures: asyncio.Queue[str] = asyncio.Queue()
        service.intake.on_failure = lambda _, text: failures.put_nowait(text)
        with killed_parse_workers():
            await post(new_mail(JANA, "support@demo.test", "Poison", "This one kills."), host, int(port))
            for _ in range(2):
                assert "killed (signal 9)" in await asyncio.wait_for(failures.get(), 60)
                clock.advance(days=1)  # the pause before the next attempt is over
                service.intake.wake()
            told = await catcher.wait_for(lambda m: "Unreadable mail" in m.subject, seconds=60)
        assert told is not None
        assert told.rcpt_to == "lucie@demo.test"
        assert "could not be read" in told.text()
        assert failures.empty()

        await post(new_mail(JANA, "support@demo.test", "Chyba ve faktuře", "Nesedí částka."), host, int(port))
        assert await catcher.wait_for(lambda m: m.message["X-Maildesk-Notice"] == "acknowledgement") is not None
        journal = service.office.store.read(read.list_journal)
        assert [row["state"] for row in journal] == ["quarantined", "done"]
        spoken = [m.rcpt_to for m in catcher.mails if "Poison" in m.text() or "Unreadable" in m.subject]
        assert "jana@odberatel.cz" not in spoken

        # Tried afresh when it can be read, it is a mail like any other, and the ticket that stood in for it is done with.
        assert service.office.store.retry_mail(1)
        service.intake.wake()
        told = await catcher.wait_for(lambda m: m.subject.endswith("Poison") and "This one kills." in m.text())
        assert told is not None
        assert [row["status"] for row in service.office.store.read(read.list_tickets)] == ["resolved", "new", "new"]
        (stood_in, shown) = (service.office.store.read(lambda db, n=n: read.find_ticket(db, n)) for n in (1001, 1003))
        assert stood_in is not None
        assert shown is not None
        assert "can be read now" in stood_in["entries"][-1]["text"]
        assert (shown["subject"], shown["requester"]) == ("Poison", "jana@odberatel.cz")
        assert "#1001" in shown["entries"][-1]["text"]
        assert [row["state"] for row in service.office.store.read(read.list_journal)] == ["done", "done"]


async def test_a_mail_that_cannot_be_decided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail that is read but fails later, here at its files, is a ticket that says so after three attempts, like any other."""
    clock = Clock()
    async with desk_in_this_process(tmp_path, clock) as (service, catcher):
        host, _, port = service.listeners[0].addresses[0].rpartition(":")
        failures: asyncio.Queue[str] = asyncio.Queue()
        service.intake.on_failure = lambda _, text: failures.put_nowait(text)

        async def fail(*_: object) -> None:
            raise ParseFailed("took longer than 15 s")

        monkeypatch.setattr(service.pool, "attachments", fail)
        picture = File("picture.png", "image/png", b"x")
        await post(new_mail(JANA, "support@demo.test", "Poison", "See the picture.", (picture,)), host, int(port))
        for _ in range(2):
            assert "took longer" in await asyncio.wait_for(failures.get(), 60)
            clock.advance(days=1)
            service.intake.wake()
        told = await catcher.wait_for(lambda m: "Unreadable mail" in m.subject, seconds=60)
        assert told is not None
        assert failures.empty()
        journal = service.office.store.read(read.list_journal)
        assert [row["state"] for row in journal] == ["quarantined"]
