"""Kill the daemon at random moments under load: what was acknowledged is never lost, and nothing is doubled."""

import os
from pathlib import Path

import pytest

from tests.crash.kills import kill_again_and_again, killing_ground
from tests.crash.nursery import Nursery
from tests.services.dovecot import running_dovecot
from tests.services.postgres import running_postgres
from tests.services.sink import Sink

SHORT = 5
KILLS = int(os.environ.get("MAILDESK_KILLS", SHORT))


@pytest.mark.alone
def test_nothing_acknowledged_is_lost_and_nothing_doubled(
    nursery: Nursery, sink: Sink, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Killed at any moment: no mail by SMTP, LMTP or IMAP is lost, no ticket and no letter doubled (B111, B113)."""
    with running_dovecot() as dovecot, killing_ground(tmp_path, nursery, sink, dovecot=dovecot) as (desk, load):
        done = kill_again_and_again(desk, load, KILLS, seed=20261122)
    with capfd.disabled():
        print(f"\nSQLite: {done.line()}")
    assert done.findings.wrong == []
    assert done.findings.mails > KILLS


@pytest.mark.alone
def test_the_same_holds_on_postgresql(
    nursery: Nursery, sink: Sink, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The same on PostgreSQL, where what is in the dead one's hands is the server's to undo (B111)."""
    if KILLS <= SHORT:
        pytest.skip("killed on SQLite only, to be short: make prove ARGS=kills")
    with (
        running_postgres() as server,
        running_dovecot() as dovecot,
        killing_ground(tmp_path, nursery, sink, database=server.new_database(), dovecot=dovecot) as (desk, load),
    ):
        done = kill_again_and_again(desk, load, max(6, KILLS // 3), seed=20261123)
    with capfd.disabled():
        print(f"\nPostgreSQL: {done.line()}")
    assert done.findings.wrong == []
