import datetime as dt
import os
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from imapclient import IMAPClient

from maildesk.ingest.imap import Options, Rhythm
from maildesk.model.mail import Arrival
from tests.conftest import ImapUser
from tests.integration.ingest.mailboxes import QUICK, Journal, mail, make_box, polling, subject_of, wait_for_state
from tests.services.certificate import Certificate, make_certificate
from tests.services.dovecot import Dovecot, running_dovecot, with_rights
from tests.services.processes import wait_until


@pytest.fixture
def other(imap_user: ImapUser) -> Iterator[IMAPClient]:
    """A second client of the same mailbox: a person with a mail program."""
    with IMAPClient("127.0.0.1", imap_user.server.port, ssl=False, timeout=10) as client:
        client.login(imap_user.name, imap_user.password)
        yield client


def test_mail_is_taken_oldest_first_and_left_as_it_is(imap_user: ImapUser, tmp_path: Path, other: IMAPClient) -> None:
    """`after: keep` marks with $maildesk, never as read; key, mailbox and time of arrival are the server's (B113)."""
    put = [imap_user.put(mail(f"number {number}")) for number in range(3)]
    os.utime(put[0], (1_600_000_000, 1_600_000_000))
    journal = Journal()
    with polling(make_box(imap_user.server.port, imap_user.name), journal, tmp_path) as poller:
        journal.wait_for(3)
        status = wait_for_state(poller, "waiting")
        assert status["fetched"] == status["on_server"] == 3
        assert status["problem"] == ""
    assert journal.subjects == ["number 0", "number 1", "number 2"]
    first = journal.arrivals[0]
    assert first.raw == mail("number 0", newline="\r\n")
    assert (first.source, first.mailbox, first.message_id) == (
        "imap:support@firma.test",
        "support@firma.test",
        "number 0@firma.cz".replace(" ", ""),
    )
    assert first.received_at == dt.datetime.fromtimestamp(1_600_000_000, dt.UTC)
    uidvalidity = other.select_folder("INBOX")[b"UIDVALIDITY"]
    assert first.source_key.split("/")[1:] == [str(uidvalidity), "1"]
    flags = other.get_flags([1, 2, 3])
    assert all(b"$maildesk" in found and b"\\Seen" not in found for found in flags.values())


def test_new_mail_is_noticed_at_once_by_idle(imap_user: ImapUser, tmp_path: Path) -> None:
    """A mail that comes while we wait is taken within moments, also several in a row (B116)."""
    journal = Journal()
    with polling(make_box(imap_user.server.port, imap_user.name), journal, tmp_path) as poller:
        wait_for_state(poller, "waiting")
        for number in range(3):
            time.sleep(0.1)
            imap_user.put(mail(f"number {number}"))
            journal.wait_for(number + 1, 5)


def test_idle_is_begun_anew_before_routers_forget_the_connection(imap_user: ImapUser, tmp_path: Path) -> None:
    """One IDLE is short; mail is noticed in a later one as well (B116)."""
    journal = Journal()
    options = Options(rhythm=Rhythm(idle=0.1, sweep=3600))
    with polling(make_box(imap_user.server.port, imap_user.name), journal, tmp_path, options) as poller:
        wait_for_state(poller, "waiting")
        time.sleep(0.5)
        imap_user.put(mail("late"))
        journal.wait_for(1, 5)
        wait_until(lambda: poller.status()["fetched"] == 1, "counted")


def test_a_restart_takes_nothing_twice_and_misses_nothing(imap_user: ImapUser, tmp_path: Path) -> None:
    """What is in the journal is not fetched again; what came meanwhile is (B114)."""
    journal = Journal()
    box = make_box(imap_user.server.port, imap_user.name)
    for number in range(3):
        imap_user.put(mail(f"run {number}"))
        with polling(box, journal, tmp_path) as poller:
            journal.wait_for(number + 1)
            wait_for_state(poller, "waiting")
    assert journal.subjects == ["run 0", "run 1", "run 2"]
    assert journal.again == 0


def test_i14_mail_that_people_have_read_is_new_to_us(imap_user: ImapUser, tmp_path: Path, other: IMAPClient) -> None:
    """Neither \\Seen nor \\Flagged nor \\Deleted, set by others, hides a mail (B114)."""
    for number in range(3):
        imap_user.put(mail(f"number {number}"))
    other.select_folder("INBOX")
    other.add_flags([1], [b"\\Seen"])
    other.add_flags([2], [b"\\Flagged", b"\\Seen", b"\\Answered"])
    other.add_flags([3], [b"\\Deleted"])
    journal = Journal()
    with polling(make_box(imap_user.server.port, imap_user.name), journal, tmp_path):
        journal.wait_for(3)


def test_i8_mail_that_people_remove_meanwhile_is_no_trouble(
    imap_user: ImapUser, tmp_path: Path, other: IMAPClient
) -> None:
    """Mail expunged between listing and fetching is gone, not empty; the rest is taken (I8)."""
    for number in range(30):
        imap_user.put(mail(f"number {number}"))
    other.select_folder("INBOX")
    journal = Journal()

    def remove_the_rest(arrival: Arrival) -> None:
        if subject_of(arrival.raw) == "number 0":
            other.add_flags(list(range(20, 31)), [b"\\Deleted"])
            other.expunge()

    journal.refuse = remove_the_rest
    # One mail a portion, so that the removal comes between two fetches.
    options = Options(rhythm=QUICK, largest=300)
    with polling(make_box(imap_user.server.port, imap_user.name), journal, tmp_path, options) as poller:
        journal.wait_for(19)
        wait_for_state(poller, "waiting")
        imap_user.put(mail("one more"))
        journal.wait_for(20)
        assert poller.status()["failures"] == 0
    assert journal.subjects == [f"number {number}" for number in range(19)] + ["one more"]


def test_i16_taken_mail_is_moved_to_a_folder_that_is_made_for_it(imap_user: ImapUser, tmp_path: Path) -> None:
    """`after: move:Done` moves when the journal has the mail, never before; the folder need not exist (B113)."""
    imap_user.put(mail("one"))
    journal = Journal()
    seen_in_inbox = []
    journal.refuse = lambda _arrival: seen_in_inbox.append(len(imap_user.mails()))
    box = make_box(imap_user.server.port, imap_user.name, after="move:Hotovo")
    with polling(box, journal, tmp_path) as poller:
        journal.wait_for(1)
        wait_until(lambda: not imap_user.mails() and len(imap_user.mails("Hotovo")) == 1, "moved")
        imap_user.put(mail("two"))
        journal.wait_for(2)
        wait_until(lambda: len(imap_user.mails("Hotovo")) == 2, "moved")
        assert wait_for_state(poller, "waiting")["problem"] == ""
    assert seen_in_inbox == [1, 1]


def test_a_mail_that_was_taken_but_not_moved_is_moved_later(imap_user: ImapUser, tmp_path: Path) -> None:
    """A crash between commit and move leaves a mail in INBOX; the next start moves it and takes nothing twice."""
    imap_user.put(mail("one"))
    journal = Journal()
    with polling(make_box(imap_user.server.port, imap_user.name), journal, tmp_path):
        journal.wait_for(1)
    with polling(make_box(imap_user.server.port, imap_user.name, after="move:Done"), journal, tmp_path):
        wait_until(lambda: not imap_user.mails() and len(imap_user.mails("Done")) == 1, "moved")
    assert len(journal.arrivals) == 1
    assert journal.again == 0


def test_i16_taken_mail_is_deleted_and_nothing_else_is(imap_user: ImapUser, tmp_path: Path, other: IMAPClient) -> None:
    """`after: delete` removes what the journal has, not what others have marked as deleted."""
    journal = Journal()
    imap_user.put(mail("kept"))
    with polling(make_box(imap_user.server.port, imap_user.name), journal, tmp_path):
        journal.wait_for(1)
    other.select_folder("INBOX")
    other.add_flags([1], [b"\\Deleted"])
    with polling(make_box(imap_user.server.port, imap_user.name, after="delete"), journal, tmp_path) as poller:
        wait_for_state(poller, "waiting")
        imap_user.put(mail("deleted"))
        journal.wait_for(2)
        wait_until(lambda: [subject_of(raw) for raw in imap_user.mails()] == ["kept"], "only the taken one is gone")


@pytest.mark.parametrize("capability", ["IMAP4rev1 UIDPLUS IDLE", "IMAP4rev1 UIDPLUS", "IMAP4rev1 IDLE"])
def test_i15_a_server_with_few_abilities_is_used_as_far_as_it_goes(capability: str, tmp_path: Path) -> None:
    """Without MOVE mail is copied and expunged by UID; without UIDPLUS it stays; without IDLE we ask (B116, I15)."""
    with running_dovecot({"ana": "secret"}, extra=f"\nimap_capability = {capability}\n") as server:
        server.put("ana", mail("one"))
        journal = Journal()
        with polling(make_box(server.port, "ana", after="move:Done"), journal, tmp_path) as poller:
            journal.wait_for(1)
            status = wait_for_state(poller, "waiting")
            server.put("ana", mail("two"))
            journal.wait_for(2)
            if "UIDPLUS" in capability:
                wait_until(lambda: not server.mails("ana") and len(server.mails("ana", "Done")) == 2, "moved")
            else:
                assert len(server.mails("ana")) == 2
                assert "stays where it is" in str(status["problem"])


def test_i24_many_mails_come_in_portions_and_each_once(imap_user: ImapUser, tmp_path: Path) -> None:
    """A full mailbox at the first start is taken whole, in order (I24)."""
    for number in range(230):
        imap_user.put(mail(f"number {number:03}"))
    journal = Journal()
    with polling(make_box(imap_user.server.port, imap_user.name), journal, tmp_path):
        journal.wait_for(230, 30)
    assert journal.subjects == [f"number {number:03}" for number in range(230)]


def test_i7_of_a_mail_that_is_too_large_the_header_is_taken(imap_user: ImapUser, tmp_path: Path) -> None:
    """People learn who wrote and where the mail is; mails before and behind it are taken whole (I7)."""
    imap_user.put(mail("before"))
    imap_user.put(mail("huge", "x" * 76 + "\n" + ("y" * 76 + "\n") * 3000))
    imap_user.put(mail("behind"))
    journal = Journal()
    options = Options(rhythm=QUICK, largest=100_000)
    with polling(make_box(imap_user.server.port, imap_user.name), journal, tmp_path, options):
        journal.wait_for(3)
    assert journal.subjects == ["before", "huge", "behind"]
    raw = journal.arrivals[1].raw
    assert raw.startswith(b"From: jana@firma.cz\r\nSubject: huge\r\n")
    assert b"in the folder INBOX of" in raw
    assert b"yyyy" not in raw


def test_i18_one_mail_that_cannot_be_written_down_does_not_keep_back_the_others(
    imap_user: ImapUser, tmp_path: Path
) -> None:
    """It is tried again until it can, the mailbox says so meanwhile, and it is not moved before (P3)."""
    for name in ("good", "poison", "also good"):
        imap_user.put(mail(name))
    journal = Journal()
    troubled = True

    def refuse(arrival: Arrival) -> None:
        if troubled and b"poison" in arrival.raw:
            raise ValueError("cannot be stored")

    journal.refuse = refuse
    box = make_box(imap_user.server.port, imap_user.name, after="move:Done")
    with polling(box, journal, tmp_path) as poller:
        journal.wait_for(2)
        wait_until(lambda: "ValueError" in str(poller.status()["problem"]), "the problem is told")
        assert [subject_of(raw) for raw in imap_user.mails()] == ["poison"]
        troubled = False
        journal.wait_for(3)
        wait_until(lambda: poller.status()["problem"] == "", "the problem is forgotten")
        wait_until(lambda: not imap_user.mails(), "moved")


def test_when_the_desk_cannot_write_anything_down_the_mailbox_waits(imap_user: ImapUser, tmp_path: Path) -> None:
    """A database that is away costs no mail and no flag: the connection is given up and made again (B49)."""
    for number in range(5):
        imap_user.put(mail(f"number {number}"))
    journal = Journal()
    troubled = True

    def refuse(_arrival: Arrival) -> None:
        if troubled:
            raise OSError("database is away")

    journal.refuse = refuse
    with polling(make_box(imap_user.server.port, imap_user.name, after="delete"), journal, tmp_path) as poller:
        status = wait_for_state(poller, "failing")
        assert "NotAccepted" in str(status["problem"])
        assert len(imap_user.mails()) == 5
        troubled = False
        journal.wait_for(5)
    assert journal.subjects == [f"number {number}" for number in range(5)]


@pytest.mark.alone
def test_stopping_takes_no_time_wherever_it_comes(imap_user: ImapUser, tmp_path: Path) -> None:
    """`stop` breaks an IDLE off; a poller that never started stops as well."""
    journal = Journal()
    with polling(make_box(imap_user.server.port, imap_user.name), journal, tmp_path) as poller:
        wait_for_state(poller, "waiting")
        time.sleep(0.2)
        began = time.monotonic()
        assert poller.stop()
        assert time.monotonic() - began < 1
        assert poller.status()["state"] == "stopped"


def test_a_stop_in_the_middle_of_a_portion_settles_what_was_taken(imap_user: ImapUser, tmp_path: Path) -> None:
    """With `after: delete` no taken mail is left behind by a stop, and none that was not taken is deleted."""
    for number in range(40):
        imap_user.put(mail(f"number {number:02}"))
    journal = Journal()
    journal.refuse = lambda _arrival: time.sleep(0.05)
    with polling(make_box(imap_user.server.port, imap_user.name, after="delete"), journal, tmp_path) as poller:
        journal.wait_for(5)
        assert poller.stop()
    left = sorted(subject_of(raw) for raw in imap_user.mails())
    assert 0 < len(journal.arrivals) < 40
    assert left == [f"number {number:02}" for number in range(len(journal.arrivals), 40)]


def test_a_server_that_dies_and_comes_back_is_found_again(tmp_path: Path) -> None:
    """After a power cut at the server mail goes on, and the status says how long it did not (B116)."""
    with running_dovecot({"ana": "secret"}) as server:
        journal = Journal()
        with polling(make_box(server.port, "ana"), journal, tmp_path) as poller:
            wait_for_state(poller, "waiting")
            server.kill()
            status = wait_for_state(poller, "failing")
            assert status["failing_since"]
            assert status["next_try"]
            server.put("ana", mail("meanwhile"))
            server.start()
            journal.wait_for(1, 20)
            assert wait_for_state(poller, "waiting")["failing_since"] is None


def test_a_server_that_says_bye_is_found_again(tmp_path: Path) -> None:
    """An orderly end (BYE) is survived like any other (B116)."""
    with running_dovecot({"ana": "secret"}) as server:
        journal = Journal()
        with polling(make_box(server.port, "ana"), journal, tmp_path) as poller:
            wait_for_state(poller, "waiting")
            server.stop()
            server.put("ana", mail("meanwhile"))
            server.start()
            journal.wait_for(1, 20)


def test_i11_a_wrong_password_is_told_from_a_broken_connection(imap_user: ImapUser, tmp_path: Path) -> None:
    """The status names the refusal and not the password; the next try is a minute away, so that no account is locked."""
    (tmp_path / "pw").write_text("hunter2")
    journal = Journal()
    with polling(make_box(imap_user.server.port, imap_user.name), journal, tmp_path) as poller:
        status = wait_for_state(poller, "failing")
        assert str(status["problem"]).startswith("Refused: ")
        assert "hunter2" not in str(status)
        wait = dt.datetime.fromisoformat(str(status["next_try"])) - dt.datetime.now(dt.UTC)
        assert wait > dt.timedelta(seconds=30)


def test_a_password_beyond_ascii_logs_in(dovecot: Dovecot, tmp_path: Path) -> None:
    """LOGIN knows ASCII only; such a password goes by AUTHENTICATE PLAIN."""
    name = dovecot.add_user("ascii-not", "žluťoučký kůň")
    (tmp_path / "pw").write_text("žluťoučký kůň\n")
    dovecot.put(name, mail("one"))
    journal = Journal()
    with polling(make_box(dovecot.port, name), journal, tmp_path):
        journal.wait_for(1)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_mail_is_fetched_through_tls(imap_user: ImapUser, certificate: Certificate, tmp_path: Path, tls: str) -> None:
    """Both kinds of TLS work, IDLE included, with the certificate verified."""
    imap_user.put(mail("one"))
    port = imap_user.server.tls_port if tls == "implicit" else imap_user.server.port
    journal = Journal()
    options = Options(rhythm=QUICK, tls=certificate.for_client())
    box = make_box(port or 0, imap_user.name, tls=tls, host="localhost")
    with polling(box, journal, tmp_path, options) as poller:
        journal.wait_for(1)
        wait_for_state(poller, "waiting")
        time.sleep(0.1)
        imap_user.put(mail("two"))
        journal.wait_for(2, 5)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_i25_a_certificate_that_cannot_be_trusted_ends_the_attempt(
    imap_user: ImapUser, tmp_path: Path, tls: str
) -> None:
    """No login is tried on a connection that is not as safe as was asked for (B118)."""
    (tmp_path / "other").mkdir()
    stranger = make_certificate(tmp_path / "other")
    port = imap_user.server.tls_port if tls == "implicit" else imap_user.server.port
    before = imap_user.server.log.read_text().count("Login: user=")
    options = Options(rhythm=QUICK, tls=stranger.for_client())
    with polling(make_box(port or 0, imap_user.name, tls=tls), Journal(), tmp_path, options) as poller:
        status = wait_for_state(poller, "failing")
        assert "NoTls" in str(status["problem"])
        assert "CERTIFICATE_VERIFY_FAILED" in str(status["problem"])
    assert imap_user.server.log.read_text().count("Login: user=") == before
    assert ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED


def test_i25_a_server_without_starttls_gets_no_password(tmp_path: Path) -> None:
    """A stripped STARTTLS is an error, never a reason to go on in clear (B118)."""
    with running_dovecot({"ana": "secret"}) as server:
        with polling(make_box(server.port, "ana", tls="starttls"), Journal(), tmp_path) as poller:
            status = wait_for_state(poller, "failing")
            assert "STARTTLS" in str(status["problem"])
        assert "Login: user=" not in server.log.read_text()


def test_i15_a_folder_that_may_only_be_read_is_read(tmp_path: Path) -> None:
    """What cannot be marked or moved is taken all the same, once, and the status says what did not work (I15)."""
    with running_dovecot({"ana": "secret"}, extra=with_rights()) as server:
        server.put("ana", mail("one"))
        (server.maildir("ana") / "dovecot-acl").write_text("owner lr\n")
        journal = Journal()
        with polling(make_box(server.port, "ana", after="move:Done"), journal, tmp_path) as poller:
            journal.wait_for(1)
            assert "move:Done" in str(wait_for_state(poller, "waiting")["problem"])
            server.put("ana", mail("two"))
            journal.wait_for(2)
        assert journal.again == 0
