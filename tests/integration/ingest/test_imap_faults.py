import datetime as dt
import resource
import time
import tracemalloc
from pathlib import Path

import pytest

from maildesk.ingest.imap import Bearer, Options, Rhythm
from tests.integration.ingest.fake_imap import DATE, FakeImap, Hangup, Line, body_line, fake_imap
from tests.integration.ingest.mailboxes import QUICK, Journal, mail, make_box, polling, wait_for_state
from tests.services.processes import wait_until

ONE, TWO = mail("one", newline="\r\n"), mail("two", newline="\r\n")


def hang_up(_line: Line, _tag: bytes) -> None:
    """End the connection."""
    raise Hangup


@pytest.mark.parametrize("cut", [0, 1, 20, len(ONE) - 1, len(ONE), len(ONE) + 1])
def test_i4_a_connection_that_ends_in_the_middle_of_a_mail_gives_no_mail(
    cut: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a mail is never handed on; the whole one is, after a new connection (I4)."""
    monkeypatch.setattr("maildesk.ingest.imap.poller.pause", lambda *_args, **_words: 0.01)

    def cut_short(line: Line, _tag: bytes) -> None:
        line.send((b"* " + body_line(1, ONE))[: len(b"* 1 FETCH (UID 1 BODY[]<0> {77}\r\n") + cut])
        raise Hangup

    journal = Journal()
    with fake_imap(mails={1: ONE}) as server:
        server.answer(r"BODY\.PEEK", cut_short)
        with polling(make_box(server.port, "ana"), journal, tmp_path):
            journal.wait_for(1)
    assert [arrival.raw for arrival in journal.arrivals] == [ONE]


@pytest.mark.alone
def test_i6_the_end_of_the_connection_in_idle_costs_no_time_and_no_turns(tmp_path: Path) -> None:
    """After EOF imapclient's idle_check returns at once for ever; we connect anew, a second later (B116)."""

    def end(line: Line, _tag: bytes) -> None:
        line.send(b"+ idling\r\n")
        raise Hangup

    journal = Journal()
    with fake_imap(mails={1: ONE}) as server:
        server.answer("IDLE", end, times=2)
        used = resource.getrusage(resource.RUSAGE_SELF)
        with polling(make_box(server.port, "ana"), journal, tmp_path) as poller:
            journal.wait_for(1)
            time.sleep(0.6)
            assert server.connections == 1
            wait_until(lambda: server.connections == 3, "two new connections")
            server.mails[2] = TWO
            server.new_mail.set()
            journal.wait_for(2)
            wait_until(lambda: poller.status()["failures"] == 0, "a whole round without trouble")
        now = resource.getrusage(resource.RUSAGE_SELF)
        assert now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime < 2
    assert server.connections == 3


def test_news_that_comes_before_or_with_the_plus_of_idle_is_news(tmp_path: Path) -> None:
    """Servers may speak of new mail before they say "idling", or in the same breath: no error, no delay."""

    def before(line: Line, tag: bytes) -> None:
        line.server.mails[2] = TWO
        line.send(b"* 2 EXISTS\r\n+ idling\r\n")
        line.file.readline()
        line.send(tag + b" OK done\r\n")

    def with_it(line: Line, tag: bytes) -> None:
        line.server.mails[3] = mail("three", newline="\r\n")
        line.send(b"+ idling\r\n* 3 EXISTS\r\n* OK Still here\r\n")
        line.file.readline()
        line.send(tag + b" OK done\r\n")

    journal = Journal()
    with fake_imap(mails={1: ONE}) as server:
        server.answer("IDLE", before)
        server.answer("IDLE", with_it)
        with polling(make_box(server.port, "ana"), journal, tmp_path):
            journal.wait_for(3, 5)
        assert server.connections == 1


def test_news_in_passing_is_not_slept_over(tmp_path: Path) -> None:
    """An EXISTS in the answer to a search that did not list the mail yet leads to another search at once."""

    def late(line: Line, tag: bytes) -> None:
        line.send(b"* SEARCH 1\r\n* 2 EXISTS\r\n" + tag + b" OK done\r\n")
        line.server.mails[2] = TWO

    journal = Journal()
    with fake_imap(mails={1: ONE}) as server:
        server.answer("SEARCH UID", late)
        with polling(make_box(server.port, "ana"), journal, tmp_path):
            journal.wait_for(2, 5)


def test_a_server_that_refuses_to_idle_is_not_hammered(tmp_path: Path) -> None:
    """IDLE answered NO is trouble like any other: a pause, then a new connection."""
    journal = Journal()
    with fake_imap(mails={1: ONE}) as server:
        server.answer("IDLE", lambda line, tag: line.send(tag + b" NO not now\r\n"))
        with polling(make_box(server.port, "ana"), journal, tmp_path) as poller:
            status = wait_for_state(poller, "failing")
            assert "not now" in str(status["problem"])
            wait_until(lambda: server.connections == 2, "a new connection")


def test_i7_an_announced_giant_is_not_read(tmp_path: Path) -> None:
    """A literal of 4 GB is refused before it is read, and costs no memory (F21, T49)."""

    def lie(line: Line, _tag: bytes) -> None:
        line.send(b"* 1 FETCH (UID 1 BODY[]<0> {4000000000}\r\n" + b"x" * 100_000)
        line.file.readline()

    journal = Journal()
    with fake_imap(mails={1: ONE}) as server:
        server.answer(r"BODY\.PEEK", lie)
        tracemalloc.start()
        with polling(make_box(server.port, "ana"), journal, tmp_path) as poller:
            assert "announces 4000000000 bytes" in str(wait_for_state(poller, "failing")["problem"])
            journal.wait_for(1)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 20 * 2**20


def test_i7_an_answer_without_end_is_ended(tmp_path: Path) -> None:
    """A server that talks for ever is left after some megabytes."""

    def babble(line: Line, _tag: bytes) -> None:
        while True:
            line.send((b"* OK and another thing" + b"!" * 5000 + b"\r\n") * 100)

    journal = Journal()
    options = Options(rhythm=QUICK, largest=100_000)
    with fake_imap(mails={1: ONE}) as server:
        server.answer(r"RFC822\.SIZE", babble)
        with polling(make_box(server.port, "ana"), journal, tmp_path, options) as poller:
            assert "no end" in str(wait_for_state(poller, "failing", 20)["problem"])
            journal.wait_for(1)


def test_i7_a_mail_larger_than_the_server_said_is_too_large_all_the_same(tmp_path: Path) -> None:
    """Sizes are approximate on some servers: what is cut off is never taken for the whole."""
    big = mail("big", "x" * 5000, newline="\r\n")

    def too_small(line: Line, tag: bytes) -> None:
        line.send(b"* 1 FETCH (UID 1 RFC822.SIZE 10 INTERNALDATE " + DATE + b")\r\n" + tag + b" OK done\r\n")

    def header(line: Line, tag: bytes) -> None:
        head = big.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        line.send(b"* 1 FETCH (UID 1 BODY[HEADER]<0> {%d}\r\n%s)\r\n" % (len(head), head) + tag + b" OK done\r\n")

    def partial(line: Line, tag: bytes) -> None:
        line.send(b"* " + body_line(1, big[:1001]) + b"\r\n" + tag + b" OK done\r\n")

    journal = Journal()
    with fake_imap(mails={1: big}) as server:
        server.answer(r"RFC822\.SIZE", too_small)
        server.answer(r"BODY\.PEEK\[\]<0\.1001>", partial)
        server.answer(r"BODY\.PEEK\[HEADER\]", header)
        with polling(make_box(server.port, "ana"), journal, tmp_path, Options(rhythm=QUICK, largest=1000)):
            journal.wait_for(1)
    assert b"more than is taken here" in journal.arrivals[0].raw
    assert b"Subject: big" in journal.arrivals[0].raw


def test_i8_nil_is_not_an_empty_mail(tmp_path: Path) -> None:
    """A mail that was expunged under our hands may come as NIL or as nothing; it is looked for again while it is listed (I8)."""

    def nil(line: Line, tag: bytes) -> None:
        line.send(b"* 1 FETCH (UID 1 BODY[]<0> NIL)\r\n" + tag + b" OK done\r\n")

    def nothing(line: Line, tag: bytes) -> None:
        line.send(tag + b" OK done\r\n")

    journal = Journal()
    with fake_imap(mails={1: ONE}) as server:
        server.answer(r"BODY\.PEEK", nil)
        server.answer(r"BODY\.PEEK", nothing)
        with polling(make_box(server.port, "ana"), journal, tmp_path):
            journal.wait_for(1)
        assert server.connections == 1
    assert [arrival.raw for arrival in journal.arrivals] == [ONE]


def test_i9_answers_nobody_asked_for_are_not_taken_for_ours(tmp_path: Path) -> None:
    """Another UID's body, flags of others and stray lines in an answer change nothing (I9)."""

    def confused(line: Line, tag: bytes) -> None:
        line.send(b"* 9 FETCH (FLAGS (\\Seen))\r\n* 3 EXPUNGE\r\n* 5 EXISTS\r\n")
        line.send(b"* " + body_line(77, TWO) + b"\r\n* " + body_line(1, ONE) + b"\r\n* 1 FETCH (FLAGS (\\Seen))\r\n")
        line.send(tag + b" OK done\r\n")

    journal = Journal()
    with fake_imap(mails={1: ONE}) as server:
        server.answer(r"BODY\.PEEK", confused)
        with polling(make_box(server.port, "ana"), journal, tmp_path) as poller:
            journal.wait_for(1)
            wait_for_state(poller, "waiting")
    assert [arrival.raw for arrival in journal.arrivals] == [ONE]


def test_one_mail_the_server_cannot_give_does_not_keep_back_the_others(tmp_path: Path) -> None:
    """A portion that is answered NO is asked for one by one."""

    def no(line: Line, tag: bytes) -> None:
        line.send(tag + b" NO some messages could not be fetched\r\n")

    journal = Journal()
    with fake_imap(mails={1: ONE, 2: TWO, 3: mail("three", newline="\r\n")}) as server:
        server.answer(r"FETCH 1,2,3 \(BODY", no, times=100)
        server.answer(r"FETCH 2 \(BODY", no, times=100)
        with polling(make_box(server.port, "ana"), journal, tmp_path):
            journal.wait_for(2)
    assert journal.subjects == ["one", "three"]


@pytest.mark.parametrize(
    "word",
    [
        "NO [THROTTLED] slow down",
        "NO [LIMIT] too many",
        "NO [UNAVAILABLE] later",
        "BYE over bandwidth limits",
        "BAD what",
    ],
)
def test_i10_a_server_that_wants_peace_gets_it(word: str, tmp_path: Path) -> None:
    """Throttling ends in a pause of a minute that doubles, not in a loop (I10); any other refusal in one of a second."""

    def say(line: Line, tag: bytes) -> None:
        line.send((b"* " if word.startswith("BYE") else tag + b" ") + word.encode() + b"\r\n")
        if word.startswith("BYE"):
            raise Hangup

    with fake_imap(mails={1: ONE}) as server:
        server.answer("SELECT", say, times=100)
        with polling(make_box(server.port, "ana"), Journal(), tmp_path) as poller:
            status = wait_for_state(poller, "failing")
            assert word.rpartition("]")[2].removeprefix("BYE").removeprefix("BAD").strip() in str(status["problem"])
            wait = dt.datetime.fromisoformat(str(status["next_try"])) - dt.datetime.now(dt.UTC)
            assert (wait > dt.timedelta(seconds=40)) is not word.startswith("BAD")
            time.sleep(0.3)
            assert server.connections == 1


def test_a_connection_that_breaks_during_login_is_no_refusal(tmp_path: Path) -> None:
    """EOF while logging in is tried again soon: the password is not to blame."""
    journal = Journal()
    with fake_imap(mails={1: ONE}) as server:
        server.answer("LOGIN", hang_up)
        with polling(make_box(server.port, "ana"), journal, tmp_path) as poller:
            assert "Refused" not in str(wait_for_state(poller, "failing")["problem"])
            journal.wait_for(1, 5)


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_a_token_is_asked_for_anew_when_it_was_refused(mechanism: str, tmp_path: Path) -> None:
    """The seam for OAuth: credentials are given for each connection, and told when the last were not taken (B117)."""
    asked: list[bool] = []

    def give(*, refused: bool) -> Bearer:
        asked.append(refused)
        return Bearer("ana@firma.test", f"token{len(asked)}", mechanism)  # type: ignore[arg-type]

    def authenticate(line: Line, tag: bytes) -> None:
        line.send(b"+ \r\n")
        line.file.readline()
        line.send(tag + b" OK welcome\r\n")

    journal = Journal()
    with fake_imap(mails={1: ONE}, capability=b"IMAP4rev1 IDLE AUTH=XOAUTH2 AUTH=OAUTHBEARER") as server:
        server.answer("AUTHENTICATE", authenticate)
        server.answer("IDLE", hang_up)
        server.answer("AUTHENTICATE", authenticate)
        with polling(make_box(server.port, "ana"), journal, tmp_path, Options(rhythm=QUICK, credentials=give)):
            journal.wait_for(1)
            wait_until(lambda: len(asked) == 2, "asked again")
        assert f"AUTHENTICATE {mechanism}" in server.commands
        assert asked == [False, False]


def test_i11_a_refused_token_is_told_to_whoever_gives_tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a refusal the next credentials are asked for with `refused`, so that a fresh token is fetched (I11)."""
    monkeypatch.setattr("maildesk.ingest.imap.poller.pause", lambda *_args, **_kw: 0.01)
    asked: list[bool] = []

    def give(*, refused: bool) -> Bearer:
        asked.append(refused)
        return Bearer("ana@firma.test", "token")

    def refuse(line: Line, tag: bytes) -> None:
        line.send(b"+ \r\n")
        line.file.readline()
        line.send(tag + b" NO [AUTHENTICATIONFAILED] expired\r\n")

    with fake_imap(capability=b"IMAP4rev1 AUTH=XOAUTH2") as server:
        server.answer("AUTHENTICATE", refuse, times=3)
        with polling(make_box(server.port, "ana"), Journal(), tmp_path, Options(credentials=give)):
            wait_until(lambda: len(asked) >= 3, "asked again")
    assert asked[:3] == [False, True, True]


def test_no_text_of_a_mail_is_ever_sent_to_the_server(tmp_path: Path) -> None:
    """Only UIDs and names from the settings stand in our commands, whatever a mail contains (F22, T45)."""
    evil = b'Subject: x\r\nMessage-ID: <a\r\n A9 DELETE INBOX\r\n @x>\r\nX: "\r\nA8 LOGOUT\r\n\r\nA7 DELETE INBOX\r\n'
    journal = Journal()
    with fake_imap(mails={1: evil}) as server:
        with polling(make_box(server.port, "ana", after="move:Done"), journal, tmp_path) as poller:
            journal.wait_for(1)
            wait_for_state(poller, "waiting")
        assert not any("DELETE" in command or "HEADER" in command for command in server.commands)
        assert any(command.startswith("UID MOVE 1 ") for command in server.commands)


@pytest.mark.alone
def test_a_server_that_falls_silent_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    """`stop` breaks off whatever waits, in the middle of an answer too; the poller's own patience is a minute."""

    def silence(line: Line, _tag: bytes) -> None:
        line.send(b"* 1 FETCH (UID 1 BODY[]<0> {100}\r\nSubj")
        line.file.readline()

    with fake_imap(mails={1: ONE}) as server:
        server.answer(r"BODY\.PEEK", silence)
        with polling(make_box(server.port, "ana"), Journal(), tmp_path) as poller:
            wait_until(lambda: any("BODY.PEEK" in command for command in server.commands), "the fetch")
            time.sleep(0.1)
            began = time.monotonic()
            assert poller.stop()
            assert time.monotonic() - began < 1.8


def test_a_server_that_nobody_listens_at_is_trouble_and_no_crash(tmp_path: Path) -> None:
    """A refused connection is named, waited out and tried again, longer each time."""
    with fake_imap() as server:
        port = server.port
    with polling(make_box(port, "ana"), Journal(), tmp_path) as poller:
        assert "ConnectionRefusedError" in str(wait_for_state(poller, "failing")["problem"])


def test_a_missing_password_file_is_named_and_not_its_content(tmp_path: Path) -> None:
    """The status says which file; it is read again at the next try, so that it can be put right while we run."""
    (tmp_path / "pw").write_text("")
    with fake_imap(mails={1: ONE}) as server:
        journal = Journal()
        with polling(make_box(server.port, "ana"), journal, tmp_path) as poller:
            assert "pw" in str(wait_for_state(poller, "failing")["problem"])
            (tmp_path / "pw").write_text("secret")
            journal.wait_for(1, 5)


def test_i24_very_many_mails_are_listed_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A listing longer than one line may be is asked for by sequence numbers, so that no folder is too full (I24)."""
    monkeypatch.setattr("maildesk.ingest.imap.session.LIST_AT_ONCE", 3)
    mails = {uid * 10: mail(f"n{uid}", newline="\r\n") for uid in range(1, 9)}

    def some(server: FakeImap, first: int, last: int) -> bytes:
        return b"* SEARCH " + b" ".join(b"%d" % uid for uid in sorted(server.mails)[first - 1 : last]) + b"\r\n"

    journal = Journal()
    with fake_imap(mails=mails) as server:
        for first, last in ((1, 3), (4, 6), (7, 8)):
            server.answer(
                f"SEARCH {first}:{last}$",
                lambda line, tag, first=first, last=last: line.send(some(server, first, last) + tag + b" OK done\r\n"),  # type: ignore[misc]
            )
        with polling(make_box(server.port, "ana"), journal, tmp_path, Options(rhythm=Rhythm(sweep=3600))):
            journal.wait_for(8)
    assert journal.subjects == [f"n{uid}" for uid in range(1, 9)]
