"""`maildesk doctor auth` at a running desk: by its own listener, and through mail servers that do their work and that do not."""

import json
import smtplib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.acceptance.desk import ADDRESS, RunningDesk, running_desk, settings
from tests.services.dovecot import Dovecot
from tests.services.sink import Sink

TRUSTED = "auth: {trusted_authserv_ids: [mx.demo.test]}\n"
OUTSIDE = b"Received: from a.example (a.example [203.0.113.9]) by mx.demo.test with ESMTPS id 1\r\n"
CHECKED = b"Authentication-Results: mx.demo.test; dmarc=fail header.from=demo.test\r\n"


def doctor(desk: RunningDesk, *words: str) -> tuple[int, dict[str, str], str]:
    """Run it; gives the status, the outcomes and what was told."""
    done = desk.run("doctor", "auth", "--json", "--wait", "20", *words, check=False)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, {one["pretends"]: one["outcome"] for one in found}, done.stderr.decode()


@contextmanager
def passing_on(front: Sink, hand_over: Callable[[bytes, tuple[str, ...]], None], top: bytes) -> Iterator[None]:
    """Let a server in front hand on what it takes, with its own words on top."""
    stop = threading.Event()

    def work() -> None:
        done = 0
        while not stop.wait(0.02):
            for mail in front.mails[done:]:
                hand_over(top + mail.data, mail.rcpt_to)
                done += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def nothing_is_left(desk: RunningDesk) -> None:
    """The journal, the tickets and the outbox are as before."""
    assert desk.listed("journal") == []
    assert desk.tickets() == []
    assert desk.listed("outbox") == []
    desk.verify()


def test_a_listener_that_strangers_reach_is_found_out(sink: Sink, tmp_path: Path) -> None:
    """Where anybody can hand in mail as the mail server does, the forged pass is believed, and the status is 1 (T12)."""
    with running_desk(tmp_path, settings(sink.port, more=TRUSTED)) as desk:
        status, outcomes, told = doctor(desk, "--via", f"127.0.0.1:{desk.port}")
        assert status == 1
        assert outcomes == {
            "the agent's name in From": "unbelieved",
            "a pass of mx.demo.test": "unbelieved",
            "a pass of mx.demo.test, with its Received": "believed",
            "a pass of mx.demo.test behind a bare CR": "refused",
        }
        assert "take the server out of auth.trusted_authserv_ids" in told
        nothing_is_left(desk)
        assert sink.mails == []


def test_a_server_in_front_that_checks_stands_the_test(
    sink: Sink, make_sink: Callable[..., Sink], tmp_path: Path
) -> None:
    """Behind a server that puts its own word and its own hop on top, nothing is believed; all is removed again (T12)."""
    front = make_sink()
    with running_desk(tmp_path, settings(sink.port, more=TRUSTED)) as desk:

        def hand_over(raw: bytes, rcpt_to: tuple[str, ...]) -> None:
            with smtplib.LMTP("127.0.0.1", desk.lmtp_port, timeout=30) as client:
                client.sendmail("", list(rcpt_to), raw)

        with passing_on(front, hand_over, CHECKED + OUTSIDE):
            status, outcomes, told = doctor(desk, "--via", f"127.0.0.1:{front.port}")
        assert (status, set(outcomes.values()) - {"refused"}, len(outcomes)) == (0, {"unbelieved"}, 4), told
        assert told.endswith("No forgery was believed.\n")
        nothing_is_left(desk)


def test_by_imap_the_mailbox_is_cleaned_too(
    sink: Sink, make_sink: Callable[..., Sink], dovecot: Dovecot, tmp_path: Path
) -> None:
    """Where mail is fetched, the forgeries are deleted from the mailbox as well."""
    front = make_sink()
    dovecot.add_user("support")
    for old in dovecot.maildir("support").glob("*/*"):  # another test's mail
        old.unlink()
    with running_desk(tmp_path, settings(sink.port, imap_port=dovecot.port, more=TRUSTED)) as desk:

        def hand_over(raw: bytes, _rcpt_to: tuple[str, ...]) -> None:
            dovecot.put("support", raw)

        with passing_on(front, hand_over, CHECKED + OUTSIDE):
            status, outcomes, told = doctor(desk, "--via", f"127.0.0.1:{front.port}", "--mailbox", ADDRESS)
        assert (status, set(outcomes.values()), len(outcomes)) == (0, {"unbelieved"}, 4), told
        assert dovecot.mails("support") == []
        nothing_is_left(desk)


def test_without_a_desk_or_a_way_nothing_is_proven(sink: Sink, tmp_path: Path) -> None:
    """A server that is not there, and a desk without a listener's port and without --via, are said."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        assert doctor(desk)[0] == 2
        assert doctor(desk, "--via", "127.0.0.1:1")[0] == 1
        status, outcomes, told = doctor(desk, "--via", f"127.0.0.1:{desk.port}")
        assert (status, outcomes) == (0, {"the agent's name in From": "unbelieved"})
        assert "agents act by their reply addresses alone" in told
