"""Silent mailboxes: who hears of them, when, and how often (B119)."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from maildesk.daemon import open_office
from maildesk.daemon.mailboxes import Mailboxes, Seen, alarm_of
from maildesk.model.mail import Accepted, Arrival
from maildesk.settings import load_settings
from maildesk.store import read
from tests.conftest import ImapUser
from tests.integration.ingest.fake_imap import fake_imap
from tests.integration.ingest.mailboxes import mail
from tests.services.processes import wait_until

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
AFTER = dt.timedelta(minutes=30)


class Watched:
    """A desk's mailboxes under a clock that a test turns."""

    def __init__(self, folder: Path, port: int, user: str = "ana", password: str = "secret") -> None:
        config = folder / "config"
        (config / "rules").mkdir(parents=True)
        (folder / "pw").write_text(password)
        (config / "teams.yaml").write_text(
            "teams: {l1: {members: [ana]}}\nagents: {ana: {name: Ana, addresses: [ana@x.test]}}\n"
        )
        (config / "maildesk.yaml").write_text(
            "desk: {name: Desk, domain: d.test, admins: [eva@x.test, ivo@x.test]}\n"
            "mailboxes:\n  - address: support@d.test\n    team: l1\n"
            f"    imap: {{host: 127.0.0.1, port: {port}, user: {user}, tls: none, password_file: pw}}\n"
        )
        settings, problems = load_settings(config / "maildesk.yaml")
        assert settings is not None, problems
        self.office = open_office(settings, config, folder)
        self.clock = dt.datetime.now(dt.UTC)
        self.mailboxes = Mailboxes(self.office, self._accept, lambda: self.clock)

    def _accept(self, arrival: Arrival) -> Accepted:
        return self.office.store.accept(arrival).result()

    def later(self, **span: float) -> None:
        """Turn the clock on, and look."""
        self.clock += dt.timedelta(**span)
        self.mailboxes.watch()

    @property
    def letters(self) -> list[dict[str, Any]]:
        """What waits to be sent about mailboxes."""
        rows = self.office.store.read(read.list_outbox)
        return [row for row in rows if row["kind"] == "agent:mailbox"]

    @property
    def status(self) -> dict[str, Any]:
        """What `maildesk status` would show."""
        return self.office.store.read(lambda db: read.status(db, self.clock))

    def close(self) -> None:
        """Stop all."""
        for poller in self.mailboxes.pollers:
            self.mailboxes.stop(poller)
        self.office.store.close()


@pytest.fixture
def dead(tmp_path: Path) -> Iterator[Watched]:
    """A desk whose mail server is away."""
    with fake_imap() as server:
        port = server.port
    watched = Watched(tmp_path, port)
    watched.mailboxes.start()
    yield watched
    watched.close()


def test_b119_a_mailbox_that_nobody_could_look_into_raises_one_alarm(dead: Watched) -> None:
    """After half an hour the admins hear of it, by mail, in the status and for /healthz; once, not every second."""
    dead.later(minutes=29)
    assert dead.letters == []
    for _ in range(3):
        dead.later(minutes=2)
    assert sorted(row["to"] for row in dead.letters) == ["eva@x.test", "ivo@x.test"]
    assert "no mail could be fetched since" in dead.mailboxes.alarms()["support@d.test"]
    assert dead.status["state"] == "red"
    assert "support@d.test" in dead.status["alarms"][0]
    assert "facts" not in str(dead.status["facts"])
    assert not [key for key in dead.status["facts"] if ":" in key]


def test_b119_a_restart_does_not_begin_the_wait_anew_nor_tell_it_twice(dead: Watched, tmp_path: Path) -> None:
    """What was told is remembered with the desk; a desk that was off for a week does not complain of the week."""
    dead.later(minutes=31)
    assert len(dead.letters) == 2
    again = Mailboxes(dead.office, lambda _arrival: Accepted(1), lambda: dead.clock)
    again.start()
    dead.clock += dt.timedelta(minutes=5)
    again.watch()
    assert len(dead.letters) == 2
    assert "no mail could be fetched since" in again.alarms()["support@d.test"]
    for poller in again.pollers:
        poller.stop()


def test_b119_when_it_works_again_that_is_told_too(imap_user: ImapUser, tmp_path: Path) -> None:
    """The admins need not look themselves whether the trouble is over."""
    imap_user.put(mail("one"))
    watched = Watched(tmp_path, imap_user.server.port, imap_user.name, "wrong")
    try:
        watched.clock -= dt.timedelta(minutes=31)
        watched.mailboxes.start()
        [poller] = watched.mailboxes.pollers
        wait_until(lambda: poller.state.state == "failing", "refused")
        watched.later(minutes=31)
        assert len(watched.letters) == 2
        assert "does not take" not in str(watched.mailboxes.alarms())
        (tmp_path / "pw").write_text("secret")
        watched.mailboxes.stop(poller)
        again = Mailboxes(watched.office, watched._accept, lambda: watched.clock)
        again.start()
        wait_until(lambda: again.pollers[0].state.state == "waiting", "works")
        again.watch()
        assert len(watched.letters) == 4
        assert again.alarms() == {}
        assert watched.status["mailboxes"]["support@d.test"]["on_server"] == 1
        again.stop(again.pollers[0])
    finally:
        watched.close()


@pytest.mark.parametrize(
    ("seen", "refusals", "since", "words"),
    [
        (Seen(NOW), 0, NOW, ""),
        (
            Seen(NOW - AFTER, "OSError: away"),
            0,
            NOW - AFTER,
            "no mail could be fetched since 2026-11-22 11:30 UTC: OSError: away",
        ),
        (Seen(NOW - AFTER), 0, NOW - AFTER / 2, ""),
        (Seen(NOW, "Refused: no"), 2, NOW, ""),
        (Seen(NOW, "Refused: no"), 3, NOW, "the server does not take our login: Refused: no"),
        (Seen(NOW, on_server=9, missing=2, missing_since=NOW - AFTER / 2), 0, NOW, ""),
        (
            Seen(NOW, on_server=9, missing=2, missing_since=NOW - AFTER),
            0,
            NOW,
            "2 of 9 mails at the server could not be taken",
        ),
    ],
)
def test_b119_what_is_worth_an_alarm(seen: Seen, refusals: int, since: dt.datetime, words: str) -> None:
    """Silence, a login refused three times, and mail that stays behind; none of them for a moment only."""
    assert alarm_of(seen, refusals, since, NOW, AFTER) == words
