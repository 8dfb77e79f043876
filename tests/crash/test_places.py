"""Between every two steps of a mail, a letter and a start the daemon dies, twice; the next one finds its way."""

import contextlib
import datetime as dt
import os
from pathlib import Path

import pytest

from maildesk.ingest.arrival import build_arrival
from maildesk.model.mail import Envelope
from maildesk.store import read
from tests.crash.judge import settle
from tests.crash.kills import kill_at_place, killing_ground
from tests.crash.load import mail
from tests.crash.nursery import Nursery
from tests.crash.places import BY_IMAP, PLACES
from tests.services.dovecot import running_dovecot
from tests.services.sink import Sink

EVERY_DAY = ("O: final dot sent, no answer yet",)
ALL = bool(os.environ.get("MAILDESK_PLACES"))


@pytest.mark.alone
@pytest.mark.parametrize("place", PLACES)
def test_the_next_start_finds_its_way(place: str, nursery: Nursery, sink: Sink, tmp_path: Path) -> None:
    """After two deaths at this very place all mail is decided, nothing lost, nothing doubled that could be avoided (B111)."""
    if not ALL and place not in EVERY_DAY:
        pytest.skip("one place is enough for every day: make prove ARGS=places")
    with contextlib.ExitStack() as stack:
        dovecot = stack.enter_context(running_dovecot()) if place in BY_IMAP else None
        desk, load = stack.enter_context(killing_ground(tmp_path, nursery, sink, dovecot=dovecot))
        found, seconds = kill_at_place(desk, load, place)
    print(f"\n{place}: ready after {desk.ready_after:.2f} s, all done after {seconds:.2f} s; {found.line()}")
    assert found.wrong == []
    assert found.mails
    assert seconds < 15


@pytest.mark.alone
def test_a_mail_that_kills_the_desk_is_put_aside(nursery: Nursery, sink: Sink, tmp_path: Path) -> None:
    """A mail of which the daemon itself dies, again and again, becomes a ticket for people; all others are decided (B111, P3)."""
    with killing_ground(tmp_path, nursery, sink) as (desk, _):
        with desk.store() as store:
            for number in (3, 1, 5, 7, 9):  # the poison is not the first
                key = f"smtp-0-{number}"
                envelope = Envelope(f"p{key}@customer.test", ("support@demo.test",))
                store.accept(build_arrival("smtp", mail(key), envelope, dt.datetime.now(dt.UTC))).result()
        deaths = 0
        while deaths < 10:
            desk.launch("tests.crash.places:dies_of", word="smtp-0-1")
            desk.await_ready()
            if not desk.wait_for_end(4):
                break
            deaths += 1
        with desk.store() as store:
            settle(store, 30)
            states = {row["message_id"]: row["state"] for row in store.read(read.list_journal)}
            tickets = store.read(read.list_tickets)
    assert deaths == 4, "the first death is blamed on nobody, three more are enough"
    assert states.pop("smtp-0-1@customer.test") == "quarantined"
    assert set(states.values()) == {"done"}
    assert len(tickets) == 5
