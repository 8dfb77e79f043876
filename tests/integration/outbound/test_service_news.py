"""What the daemon makes of letters that do not leave: people of the ticket hear of it, and the status turns red."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from maildesk.daemon.office import open_office
from maildesk.daemon.service import LATE, Service
from maildesk.model.decision import NEW, CommandGiven, Decision, OpenTicket
from maildesk.model.mail import Address
from maildesk.model.outgoing import Outgoing, Promise
from maildesk.model.snapshot import Lookup
from maildesk.settings import load_settings, shipped_dir
from maildesk.store import read

NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """A daemon that was put together and not started."""
    shutil.copytree(shipped_dir("config"), tmp_path / "config")
    settings, _ = load_settings(tmp_path / "config" / "maildesk.yaml")
    assert settings is not None
    office = open_office(settings, tmp_path / "config", tmp_path / "var")
    return Service(office, lambda: NOW)


async def test_a_reply_that_waits_for_hours_is_told_once(service: Service) -> None:
    """6.3, B120: after four hours the ticket's people hear of a reply that has not left, once, whoever looks again."""
    store, made = service.office.store, NOW - LATE - dt.timedelta(minutes=1)
    box = service.office.settings.mailboxes[0].address

    def work(tx):  # type: ignore[no-untyped-def]
        snapshot = tx.snapshot(CommandGiven("o", "o"), Lookup(), made)
        opened = OpenTicket("Židle", box, Address("jana@odberatel.cz"), "cs", team="l1")
        tx.apply(Decision((opened,), ticket=NEW), snapshot)
        letter = Outgoing(
            "r",
            "reply",
            box,
            "jana@odberatel.cz",
            "r@x",
            b"Subject: x\r\n\r\nx\r\n",
            Promise.AT_LEAST_ONCE,
            False,
            1001,
        )
        tx.queue([letter])

    store.transact(work).result()
    for _ in range(3):
        await service.warn()
    letters = [row for row in store.read(read.list_outbox) if row["kind"] == "agent:undelivered"]
    assert len(letters) == 1
    (line,) = (store.read(lambda db: read.find_ticket(db, 1001)) or {})["entries"]
    assert "has not left for hours" in line["text"]
    store.close()


async def test_trouble_with_the_relay_turns_the_status_red_until_it_is_over(service: Service) -> None:
    """6.2: a relay that takes nothing is said once, in the log and in the status, not by mails to anybody."""
    store = service.office.store
    service._route("login: 535 5.7.8 wrong password")
    store.free_abandoned()  # another write of the same lane: what came before it is committed
    found = store.read(lambda db: read.status(db, NOW))
    assert "relay: login: 535 5.7.8 wrong password" in found["alarms"]
    service._route("")
    store.free_abandoned()  # another write of the same lane: what came before it is committed
    assert not [alarm for alarm in store.read(lambda db: read.status(db, NOW))["alarms"] if "relay" in alarm]
    assert store.read(read.list_outbox) == []
    store.close()
