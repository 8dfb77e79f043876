"""Mails made to stop a parser: each is read by a limited worker, far within its limits, and harms no other.

In short here; at full size in `make prove ARGS=hostile`, where `tests/acceptance/test_hostile.py` sends them to a whole desk, too.
"""

import os
import sys
from collections.abc import Iterator

import pytest

from maildesk.ingest.workers import ParsePool
from maildesk.model.mail import Mail
from tests.hostile import FAMILIES
from tests.hostile.meter import Workers

SIZES = [int(size) for size in os.environ.get("MAILDESK_HOSTILE_SIZES", "60000").split(",")]
MOST_SECONDS = 2.0
MOST_MEGABYTES = 256


@pytest.fixture(scope="module")
def workers() -> Iterator[ParsePool]:
    """A pool of one worker for all families, so that one that dies is seen by the next."""
    pool = ParsePool()
    pool.open(1)
    yield pool
    pool.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_hostile_mail_is_read(workers: ParsePool, family: str, size: int) -> None:
    """It comes back as a mail, in a fraction of the seconds and the memory a worker has, and no reader of ours fails on it."""
    raw = FAMILIES[family](size)
    meter = Workers(os.getpid())
    meter.begin()
    mail: Mail = workers.submit(raw, "").result(60)
    used = meter.cost()
    assert not [defect for defect in mail.defects if "unreadable" in defect or "could not be read" in defect]
    assert len(mail.to) <= 200
    assert len(mail.references) <= 100
    assert len(mail.attachments) <= 100
    if sys.platform == "linux":
        assert used.seconds < MOST_SECONDS
        assert used.megabytes < MOST_MEGABYTES
