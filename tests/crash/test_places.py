"""Between every two steps of a mail, a letter and a start the daemon dies, twice; the next one finds its way."""

import contextlib
import os
from pathlib import Path

import pytest

from tests.crash.kills import kill_at_place, killing_ground
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
