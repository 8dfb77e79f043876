"""What becomes of a taken mail at the server, and what servers refuse."""

import datetime as dt
from pathlib import Path

import pytest
from imapclient import IMAPClient

from maildesk.ingest.imap import Options, Rhythm
from tests.conftest import ImapUser
from tests.integration.ingest.fake_imap import FakeImap, Line, fake_imap
from tests.integration.ingest.mailboxes import Journal, mail, make_box, polling, subject_of, wait_for_state
from tests.services.dovecot import running_dovecot, with_rights
from tests.services.processes import wait_until

NOW = dt.datetime.now(dt.UTC)


def test_i14_a_mail_that_somebody_moved_away_before_we_came_is_gone(
    imap_user: ImapUser, tmp_path: Path, other: IMAPClient
) -> None:
    """What is no longer in the folder is not looked for elsewhere; what is moved back comes to us (I14)."""
    other.create_folder("Elsewhere")
    other.append("Elsewhere", mail("moved away", newline="\r\n"))
    journal = Journal()
    with polling(make_box(imap_user.server.port, imap_user.name), journal, tmp_path) as poller:
        wait_for_state(poller, "waiting")
        other.select_folder("Elsewhere")
        other.move([1], "INBOX")
        journal.wait_for(1)
    assert journal.subjects == ["moved away"]


def test_i14_a_copy_made_by_a_person_is_noticed_and_has_its_own_key(
    imap_user: ImapUser, tmp_path: Path, other: IMAPClient
) -> None:
    """The same bytes under another UID are handed on; that they are one mail is for the desk to say (I12, I14)."""
    journal = Journal()
    with polling(make_box(imap_user.server.port, imap_user.name), journal, tmp_path):
        imap_user.put(mail("one"))
        journal.wait_for(1)
        other.select_folder("INBOX")
        other.copy([1], "INBOX")
        journal.wait_for(2)
    assert len({arrival.source_key for arrival in journal.arrivals}) == 2


def test_i15_a_full_folder_leaves_the_mail_where_it_is(tmp_path: Path) -> None:
    """A move that the quota refuses is told, costs no mail and no double, and is done when there is room (I15)."""

    def full(line: Line, tag: bytes) -> None:
        line.send(tag + b" NO [OVERQUOTA] Quota exceeded\r\n")

    journal = Journal()
    options = Options(rhythm=Rhythm(idle=0.1, sweep=0.3))
    with fake_imap(mails={1: mail("one", newline="\r\n")}) as server:
        # Twice for each attempt: the second one comes after an attempt to make the folder.
        server.answer("UID MOVE", full, times=2)
        with polling(make_box(server.port, "ana", after="move:Done"), journal, tmp_path, options) as poller:
            wait_until(lambda: "OVERQUOTA" in str(poller.status()["problem"]), "told")
            wait_until(lambda: poller.status()["problem"] == "", "moved when there was room")
            assert poller.status()["failures"] == 0
        assert sum("UID MOVE 1 " in command for command in server.commands) >= 3
    assert len(journal.arrivals) == 1
    assert journal.again == 0


@pytest.mark.parametrize(
    ("rights", "after"), [("lr", "keep"), ("lr", "delete"), ("lrs", "move:Done"), ("lrsw", "move:Done")]
)
def test_i15_whatever_we_may_not_do_mail_is_taken_once(rights: str, after: str, tmp_path: Path) -> None:
    """Without the right to flag, delete or move, what is asked for and not allowed is told, and nothing else (I15)."""
    with running_dovecot({"ana": "secret"}, extra=with_rights()) as server:
        (server.maildir("ana") / "dovecot-acl").write_text(f"owner {rights}\n")
        for turn in (1, 2):
            server.put("ana", mail(f"number {turn}"))
        journal = Journal()
        for turn in (1, 2):
            with polling(make_box(server.port, "ana", after=after), journal, tmp_path) as poller:
                journal.wait_for(2)
                status = wait_for_state(poller, "waiting")
                # What is silently not done at the server (a flag, where flags may not be set) cannot be told.
                assert (status["problem"] != "") is (after == "move:Done"), turn
        assert len(server.mails("ana")) == 2
        assert journal.again == 0


def test_i16_delete_after_a_while_waits_for_it_and_for_the_desk(
    imap_user: ImapUser, tmp_path: Path, other: IMAPClient
) -> None:
    """`after: delete:7d` deletes what the desk has had for so long, leaves what is younger or not ours (I16)."""
    old = NOW - dt.timedelta(days=8)
    for subject, when in (("old", old), ("young", NOW), ("old too", old)):
        other.append("INBOX", mail(subject, newline="\r\n"), (), when)
    journal = Journal()
    options = Options(rhythm=Rhythm(idle=0.1, poll=0.1, sweep=0.2))
    with polling(make_box(imap_user.server.port, imap_user.name, after="delete:7d"), journal, tmp_path, options):
        journal.wait_for(3)
        wait_until(lambda: [subject_of(raw) for raw in imap_user.mails()] == ["young"], "the old ones are gone")


def test_i16_nothing_is_deleted_under_a_number_that_means_another_mail(tmp_path: Path) -> None:
    """Before something is deleted or put aside later, the server is asked whether it still means the same mail (I2, I16)."""
    journal = Journal()
    mails = {uid: mail(f"number {uid}", newline="\r\n") for uid in range(1, 31)}
    with fake_imap(mails=dict(mails)) as server:
        with polling(make_box(server.port, "ana"), journal, tmp_path):
            journal.wait_for(30)
        # Too old to be among those that are compared anyway.
        server.mails[1] = mail("another", newline="\r\n")
        with polling(make_box(server.port, "ana", after="delete:1s"), journal, tmp_path) as poller:
            wait_for_state(poller, "waiting")
        deleted = [command.split()[2] for command in server.commands if "STORE" in command and "Deleted" in command]
    assert sorted(int(uid) for uids in deleted for uid in uids.split(",")) == list(range(2, 31))


def without_star(server: FakeImap) -> None:
    """Let the server allow no keywords."""

    def select(line: Line, tag: bytes) -> None:
        exists = b"* %d EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 100] x\r\n" % len(server.mails)
        line.send(exists + b"* OK [PERMANENTFLAGS (\\Seen \\Deleted)] x\r\n" + tag + b" OK [READ-WRITE] done\r\n")

    server.answer("SELECT", select, times=10)


def test_i17_a_server_without_keywords_is_not_asked_to_set_one(tmp_path: Path) -> None:
    """The mark on a taken mail is a courtesy: where the server allows none, nothing is set and nothing is lost (I17)."""
    journal = Journal()
    with fake_imap(mails={1: mail("one", newline="\r\n")}) as server:
        without_star(server)
        for _ in (1, 2):
            with polling(make_box(server.port, "ana"), journal, tmp_path) as poller:
                journal.wait_for(1)
                assert wait_for_state(poller, "waiting")["problem"] == ""
        assert not any("STORE" in command for command in server.commands)
    assert journal.again == 0


def test_i18_a_mail_in_quarantine_is_put_aside_at_the_server_if_that_is_wanted(
    imap_user: ImapUser, tmp_path: Path
) -> None:
    """With `quarantine` set a person finds in that folder what the desk could not decide; all else stays in place (I18)."""
    for subject in ("good", "poison"):
        imap_user.put(mail(subject))
    journal = Journal()
    options = Options(rhythm=Rhythm(idle=0.1, poll=0.1, sweep=0.2))
    box = make_box(imap_user.server.port, imap_user.name, quarantine="Nečitljivo")
    with polling(box, journal, tmp_path, options) as poller:
        journal.wait_for(2)
        wait_for_state(poller, "waiting")
        assert len(imap_user.mails()) == 2
        journal.in_quarantine.add("poison@firma.cz")
        wait_until(lambda: [subject_of(raw) for raw in imap_user.mails()] == ["good"], "put aside")
    assert [subject_of(raw) for raw in imap_user.mails("Ne&AQ0-itljivo")] == ["poison"]


@pytest.mark.parametrize(
    ("prefix", "separator", "name", "on_disk"),
    [
        ("", "", "Hotovo/Žádosti", "Hotovo.&AX0A4Q-dosti"),
        ("INBOX.", ".", "Hotovo", "Hotovo"),
        ("INBOX.", ".", "Hotovo/2026", "Hotovo.2026"),
        ("INBOX.", ".", "INBOX.Hotovo.2025", "Hotovo.2025"),
        ("", "/", "Hotovo/2026", "Hotovo.2026"),
        ("Mail/", "/", 'A & B "C"', 'A &- B "C"'),
    ],
)
def test_i19_folders_are_found_whatever_the_server_calls_them(
    prefix: str, separator: str, name: str, on_disk: str, tmp_path: Path
) -> None:
    """Prefix, separator and letters (mUTF-7) are the server's business, not the admin's (I19)."""
    space = f"\nnamespace inbox {{\n  prefix = {prefix}\n" + (
        f"  separator = {separator}\n}}\n" if separator else "}\n"
    )
    with running_dovecot({"ana": "secret"}, extra=space) as server:
        server.put("ana", mail("one"))
        journal = Journal()
        with polling(make_box(server.port, "ana", after=f"move:{name}"), journal, tmp_path) as poller:
            journal.wait_for(1)
            assert wait_for_state(poller, "waiting")["problem"] == ""
            wait_until(lambda: not server.mails("ana"), "moved")
        with polling(make_box(server.port, "ana", folder=name), again := Journal(), tmp_path):
            again.wait_for(1)
        assert (server.maildir("ana") / f".{on_disk}").is_dir()


def test_i19_a_folder_is_found_by_its_use(tmp_path: Path) -> None:
    r"""`\Junk` and `\Archive` are what the server says they are (RFC 6154); a use that no folder has is told (I19)."""
    uses = (
        "\nnamespace inbox {\n mailbox Smeće {\n  auto = create\n  special_use = \\Junk\n }\n"
        " mailbox Arhiva {\n  auto = create\n  special_use = \\Archive\n }\n}\n"
    )
    with running_dovecot({"ana": "secret"}, extra=uses) as server:
        journal = Journal()
        with IMAPClient("127.0.0.1", server.port, ssl=False, timeout=10) as other:
            other.login("ana", "secret")
            other.append("Smeće", mail("junk", newline="\r\n"))
            with polling(make_box(server.port, "ana", folder="\\Junk", after="move:\\Archive"), journal, tmp_path):
                journal.wait_for(1)
                wait_until(lambda: len(server.mails("ana", "Arhiva")) == 1, "archived")
            with polling(make_box(server.port, "ana", folder="\\Flagged"), Journal(), tmp_path) as poller:
                assert "\\Flagged" in str(wait_for_state(poller, "failing")["problem"])


def test_i20_what_the_server_made_of_a_mail_is_what_is_taken(
    imap_user: ImapUser, tmp_path: Path, other: IMAPClient
) -> None:
    """Dovecot turns bare CR and LF into line ends; we keep and name the bytes it gives, the same ones each time (I20, F16)."""
    odd = b"From: jana@firma.cz\r\nSubject: odd\r\nX: a\rAuthentication-Results: mx; dkim=pass\r\n\r\nline\nline\rline\r\n"
    other.append("INBOX", odd)
    journal = Journal()
    for turn in (1, 2):
        with polling(make_box(imap_user.server.port, imap_user.name), journal, tmp_path) as poller:
            journal.wait_for(1)
            wait_for_state(poller, "waiting")
            other.select_folder("INBOX")
            assert journal.arrivals[0].raw == other.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"], turn
    assert len(journal.arrivals) == 1
    assert b"\rAuth" not in journal.arrivals[0].raw.replace(b"\r\n", b"\n")
