"""Networks that break, stall and lie between us and a real Dovecot."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.ingest.imap import JournalAway, Options, Rhythm
from tests.conftest import ImapUser
from tests.integration.ingest.fake_imap import Hangup, Line, fake_imap
from tests.integration.ingest.mailboxes import QUICK, Journal, mail, make_box, polling, wait_for_state
from tests.services.processes import wait_until
from tests.services.proxy import Proxy, running_proxy

KILOBYTE = 1000


@pytest.fixture
def proxy(imap_user: ImapUser) -> Iterator[Proxy]:
    """A bad network in front of Dovecot."""
    with running_proxy(imap_user.server.port) as proxy:
        yield proxy


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Come back at once after trouble."""
    monkeypatch.setattr("maildesk.ingest.imap.poller.pause", lambda *_args, **_words: 0.01)


def test_i4_cut_after_every_kilobyte_each_mail_is_whole_and_taken_once(
    imap_user: ImapUser, proxy: Proxy, tmp_path: Path, no_pause: None
) -> None:
    """Wherever the stream of a session ends, half a mail is never handed on, and what was taken stays taken (I4)."""
    sent = [mail(f"number {number}", f"{number} " * 2000, newline="\r\n") for number in range(4)]
    for raw in sent:
        imap_user.put(raw.replace(b"\r\n", b"\n"))
    journal = Journal()
    cut_after = KILOBYTE
    proxy.cut_after = cut_after
    with polling(make_box(proxy.port, imap_user.name), journal, tmp_path):
        while len(journal.arrivals) < len(sent):
            before = proxy.connections
            wait_until(
                lambda before=before: proxy.connections > before or len(journal.arrivals) == len(sent),  # type: ignore[misc]
                "one more attempt",
            )
            proxy.cut_after = cut_after = cut_after + KILOBYTE
    assert sorted(arrival.raw for arrival in journal.arrivals) == sorted(sent)
    assert journal.again == 0
    assert proxy.connections >= 5


@pytest.mark.parametrize("reset", [False, True])
def test_i4_a_connection_cut_from_outside_is_made_anew(
    reset: bool, imap_user: ImapUser, proxy: Proxy, tmp_path: Path, no_pause: None
) -> None:
    """An end and a reset in the middle of waiting cost nothing but a new connection (B116)."""
    journal = Journal()
    with polling(make_box(proxy.port, imap_user.name), journal, tmp_path) as poller:
        wait_for_state(poller, "waiting")
        proxy.cut_all(reset=reset)
        imap_user.put(mail("after"))
        journal.wait_for(1)


def test_i5_a_network_that_swallows_everything_is_noticed(
    imap_user: ImapUser, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_pause: None
) -> None:
    """Half open TCP in the middle of a fetch is given up after the patience of a minute, and mail goes on (I5)."""
    monkeypatch.setattr("maildesk.ingest.imap.connect.READ_SECONDS", 0.5)
    monkeypatch.setattr("maildesk.ingest.imap.wire.READ_SECONDS", 0.5)
    for number in range(3):
        imap_user.put(mail(f"number {number}"))
    journal = Journal()

    def swallow(_arrival: object) -> None:
        proxy.is_black_hole = True

    journal.refuse = swallow
    # One mail a portion, so that the network forgets us between two fetches.
    options = Options(rhythm=QUICK, largest=300)
    with polling(make_box(proxy.port, imap_user.name), journal, tmp_path, options) as poller:
        assert "timed out" in str(wait_for_state(poller, "failing")["problem"])
        journal.refuse = lambda _arrival: None
        proxy.is_black_hole = False
        journal.wait_for(3)
    assert journal.again == 0


def test_i6_an_idle_that_the_network_forgot_ends_by_itself(
    imap_user: ImapUser, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_pause: None
) -> None:
    """IDLE is ended by DONE after four minutes; where no answer comes, there is a new connection 15 s later (I6, B116)."""
    monkeypatch.setattr("maildesk.ingest.imap.wire.DONE_SECONDS", 0.3)
    journal = Journal()
    options = Options(rhythm=Rhythm(idle=0.3, sweep=3600))
    assert Rhythm().idle == 240
    with polling(make_box(proxy.port, imap_user.name), journal, tmp_path, options) as poller:
        wait_for_state(poller, "waiting")
        before = proxy.connections  # before the dark begins: the next one may come while the mail is put there
        proxy.is_black_hole = True
        imap_user.put(mail("in the dark"))
        wait_until(lambda: proxy.connections > before, "a new connection")
        proxy.is_black_hole = False
        proxy.cut_all()
        journal.wait_for(1)


def test_i6_a_server_that_never_says_anything_in_idle_is_asked_all_the_same(tmp_path: Path) -> None:
    """Some servers take IDLE and never tell of new mail: each end of an IDLE is followed by a look (I6)."""

    def deaf(line: Line, tag: bytes) -> None:
        line.send(b"+ idling\r\n")
        line.file.readline()
        line.send(tag + b" OK done\r\n")

    journal = Journal()
    with fake_imap(mails={}) as server:
        server.answer("IDLE", deaf, times=1000)
        options = Options(rhythm=Rhythm(idle=0.1, sweep=3600))
        with polling(make_box(server.port, "ana"), journal, tmp_path, options) as poller:
            wait_for_state(poller, "waiting")
            server.mails[1] = mail("one", newline="\r\n")
            journal.wait_for(1, 5)


def test_i25_a_stranger_who_is_logged_in_before_tls_gets_nothing(tmp_path: Path) -> None:
    """PREAUTH in clear would make STARTTLS impossible: that is an error, never a reason to go on (B118, I25)."""
    with fake_imap(mails={1: mail("forged", newline="\r\n")}, greeting=b"* PREAUTH welcome\r\n") as server:
        journal = Journal()
        with polling(make_box(server.port, "ana", tls="starttls"), journal, tmp_path) as poller:
            assert wait_for_state(poller, "failing")["state"] == "failing"
            time.sleep(0.1)
        assert not any("SELECT" in command or "LOGIN" in command for command in server.commands)
    assert journal.arrivals == []


def test_i25_words_before_tls_are_not_taken_for_words_behind_it(tmp_path: Path) -> None:
    """What a stranger sends together with the answer to STARTTLS is not read as if it had come encrypted (I25)."""

    def inject(line: Line, tag: bytes) -> None:
        line.send(tag + b" OK begin\r\n* CAPABILITY IMAP4rev1\r\n* OK hello\r\n")
        raise Hangup

    with fake_imap(capability=b"IMAP4rev1 STARTTLS") as server:
        server.answer("STARTTLS", inject)
        with polling(make_box(server.port, "ana", tls="starttls"), Journal(), tmp_path) as poller:
            assert "NoTls" in str(wait_for_state(poller, "failing")["problem"])
        assert not any("LOGIN" in command for command in server.commands)


@pytest.mark.alone
def test_a_slow_network_is_not_a_dead_one(imap_user: ImapUser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Patience is for silence: a mail that trickles in over a longer time than the patience arrives whole."""
    monkeypatch.setattr("maildesk.ingest.imap.connect.READ_SECONDS", 0.4)
    monkeypatch.setattr("maildesk.ingest.imap.wire.READ_SECONDS", 0.4)
    raw = mail("slow", "x" * 200, newline="\r\n")

    def trickle(line: Line, tag: bytes) -> None:
        answer = b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n%s)\r\n" % (len(raw), raw) + tag + b" OK done\r\n"
        for start in range(0, len(answer), 25):
            line.send(answer[start : start + 25])
            time.sleep(0.1)

    journal = Journal()
    with fake_imap(mails={1: raw}) as server:
        server.answer(r"BODY\.PEEK\[\]", trickle)
        with polling(make_box(server.port, "ana"), journal, tmp_path, Options(rhythm=QUICK)):
            journal.wait_for(1, 5)
        assert server.connections == 1
    assert journal.arrivals[0].raw == raw


def test_a_database_that_was_away_for_long_is_not_waited_for_longer(tmp_path: Path) -> None:
    """Trouble of ours spares no server: after many failures the mailbox is looked into half a minute later, not half an hour."""
    journal = Journal()
    away = True

    def seen_keys(source: str, keys: list[str], /) -> set[str]:
        if away:
            raise JournalAway("disk full")
        return Journal.seen_keys(journal, source, keys)

    journal.seen_keys = seen_keys  # type: ignore[method-assign]
    options = Options(rhythm=Rhythm(idle=30, poll=0.05, sweep=3600, again=0.02))
    with (
        fake_imap(mails={1: mail("one", newline="\r\n")}) as server,
        polling(make_box(server.port, "ana"), journal, tmp_path, options) as poller,
    ):
        wait_until(lambda: int(str(poller.status()["failures"])) >= 12, "many failures", None, 10)
        away = False
        journal.wait_for(1, 5)
