"""What names a mail at a server, and what is done when the names change: UIDVALIDITY, servers that only count, beginnings."""

import datetime as dt
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from imapclient import IMAPClient

from maildesk.ingest.imap import Options, Rhythm, begin_by
from maildesk.settings import Since
from maildesk.settings.fetching import parse_since
from tests.conftest import ImapUser
from tests.integration.ingest.fake_imap import FakeImap, fake_imap
from tests.integration.ingest.mailboxes import QUICK, Journal, mail, make_box, polling, wait_for_state
from tests.services.processes import wait_until

NOW = dt.datetime.now(dt.UTC)


def test_i1_a_folder_numbered_anew_is_looked_through_and_recognised(
    imap_user: ImapUser, tmp_path: Path, other: IMAPClient
) -> None:
    """UIDVALIDITY changes again and again: nothing is taken twice, nothing that came meanwhile is missed (B114, I1)."""
    journal = Journal()
    box = make_box(imap_user.server.port, imap_user.name, folder="Dotazy")
    bumps, count = (20, 500) if os.environ.get("MAILDESK_IMAP_LONG") else (3, 40)
    for bump in range(bumps):
        other.create_folder("Dotazy")
        for number in range(count):
            other.append("Dotazy", mail(f"number {number}", newline="\r\n"), msg_time=NOW)
        other.append("Dotazy", mail(f"new after bump {bump}", newline="\r\n"))
        with polling(box, journal, tmp_path) as poller:
            journal.wait_for(count + 1 + bump, 60)
            assert wait_for_state(poller, "waiting", 60)["missing"] == 0
        other.delete_folder("Dotazy")
    assert len(journal.arrivals) == len({arrival.raw for arrival in journal.arrivals}) == count + bumps
    assert journal.recognised == count * (bumps - 1)
    assert journal.again == 0


def test_i1_two_equal_mails_stay_two_when_their_folder_is_numbered_anew(
    imap_user: ImapUser, tmp_path: Path, other: IMAPClient
) -> None:
    """Each row of the journal is recognised in one mail at the server, so that keys and mails stay one to one."""
    journal = Journal()
    box = make_box(imap_user.server.port, imap_user.name, folder="Dotazy")
    for _ in (1, 2):
        other.create_folder("Dotazy")
        for _ in (1, 2):
            other.append("Dotazy", mail("twin", newline="\r\n"))
        with polling(box, journal, tmp_path) as poller:
            journal.wait_for(2)
            wait_for_state(poller, "waiting")
        other.delete_folder("Dotazy")
    assert len({arrival.source_key for arrival in journal.arrivals}) == len(journal.arrivals) == 2


def test_i1_a_mail_too_large_is_recognised_as_well(imap_user: ImapUser, tmp_path: Path, other: IMAPClient) -> None:
    """What stands for it does not tell its number, so a new number makes no new mail of it (I1, I7)."""
    journal = Journal()
    box = make_box(imap_user.server.port, imap_user.name, folder="Dotazy")
    for more in (0, 3):
        other.create_folder("Dotazy")
        for number in range(more):
            other.append("Dotazy", mail(f"small {number}", newline="\r\n"))
        other.append("Dotazy", mail("huge", "x" * 3000, newline="\r\n"))
        with polling(box, journal, tmp_path, Options(rhythm=QUICK, largest=1000)) as poller:
            journal.wait_for(1 + more)
            wait_for_state(poller, "waiting")
        other.delete_folder("Dotazy")
    assert sorted(journal.subjects) == ["huge", "small 0", "small 1", "small 2"]


def renumber(server: FakeImap) -> None:
    """Count the mails from 1 again, as servers do that know no UIDs."""
    server.mails = dict(enumerate(server.mails.values(), 1))


@pytest.mark.parametrize("change", ["between connections", "while we watch"])
def test_i2_at_a_server_that_only_counts_mails_are_told_by_their_content(change: str, tmp_path: Path) -> None:
    """UIDs that belong to another mail than before are noticed: nothing is skipped, nothing is taken twice (I2)."""
    journal = Journal()
    first = {uid: mail(f"number {uid}", newline="\r\n") for uid in range(1, 6)}
    # Two mails of the same size and kind, and one without any Message-ID: by their bytes they are told apart.
    first[4] = b"Subject: none\r\n\r\nwithout an id\r\n"
    rhythm = Rhythm(idle=0.1, sweep=0.2, again=0.1)
    with fake_imap(mails=dict(first)) as server:
        box = make_box(server.port, "ana")
        with polling(box, journal, tmp_path, Options(rhythm=rhythm)) as poller:
            journal.wait_for(5)
            if change == "while we watch":
                shift(server)
                journal.wait_for(6)
            wait_for_state(poller, "waiting")
        if change == "between connections":
            shift(server)
        with polling(box, journal, tmp_path, Options(rhythm=rhythm)) as poller:
            journal.wait_for(6)
            server.mails[6] = mail("number 7", newline="\r\n")
            server.new_mail.set()
            journal.wait_for(7)
            assert wait_for_state(poller, "waiting")["missing"] == 0
    expected = [*first.values(), mail("number 6", newline="\r\n"), mail("number 7", newline="\r\n")]
    assert [arrival.raw for arrival in journal.arrivals] == expected


def shift(server: FakeImap) -> None:
    """A person deletes the first mail, another one comes: it gets the number of a mail that we know."""
    server.mails.pop(1)
    renumber(server)
    server.mails[5] = mail("number 6", newline="\r\n")
    server.new_mail.set()


# ---- where a folder begins for us ----


def begin(since: str, store: dict[str, str]) -> Options:
    """Options of a poller that begins as maildesk.yaml would say."""
    keep: Callable[[str, str], None] = store.__setitem__
    begin = begin_by(parse_since(since), lambda name: store.get(name, ""), keep, lambda: dt.datetime.now(dt.UTC))
    return Options(rhythm=QUICK, begin=begin)


def put_old(other: IMAPClient, folder: str = "INBOX") -> None:
    """Lay in mails of different ages, read and unread."""
    day = dt.timedelta(days=1)
    for subject, age, flags in (
        ("month unread", 30 * day, ()),
        ("month read", 30 * day, (b"\\Seen",)),
        ("days read", 3 * day, (b"\\Seen",)),
        ("days unread", 3 * day, ()),
        ("hours read", day / 4, (b"\\Seen",)),
        ("hours unread", day / 4, ()),
    ):
        other.append(folder, mail(subject, newline="\r\n"), flags, NOW - age)


@pytest.mark.parametrize(
    ("since", "taken"),
    [
        ("now", []),
        ("all", ["month unread", "month read", "days read", "days unread", "hours read", "hours unread"]),
        ("recent", ["days unread", "hours read", "hours unread"]),
        ("recent 60d", ["month unread", "days unread", "hours read", "hours unread"]),
        ("2d", ["hours read", "hours unread"]),
        (f"{(NOW - dt.timedelta(days=5)).date()}", ["days read", "days unread", "hours read", "hours unread"]),
    ],
)
def test_i24_a_desk_that_takes_over_a_mailbox_takes_the_old_mail_it_was_told_to(
    since: str, taken: list[str], imap_user: ImapUser, tmp_path: Path, other: IMAPClient
) -> None:
    """`since` chooses among what lies there at the first visit; whatever comes after it is taken, restarts included (I24)."""
    put_old(other)
    journal, store = Journal(), dict[str, str]()
    box = make_box(imap_user.server.port, imap_user.name)
    with polling(box, journal, tmp_path, begin(since, store)) as poller:
        wait_for_state(poller, "waiting")
        imap_user.put(mail("new"))
        journal.wait_for(len(taken) + 1)
    imap_user.put(mail("while away"))
    with polling(box, journal, tmp_path, begin(since, store)) as poller:
        journal.wait_for(len(taken) + 2)
        assert wait_for_state(poller, "waiting")["missing"] == 0
    assert journal.subjects == [*taken, "new", "while away"]


def test_i24_old_mail_that_was_left_is_left_also_when_the_folder_is_numbered_anew(
    imap_user: ImapUser, tmp_path: Path, other: IMAPClient
) -> None:
    """A new UIDVALIDITY does not bring back what the first visit left alone, and hides nothing that came after it (I1)."""
    journal, store = Journal(), dict[str, str]()
    box = make_box(imap_user.server.port, imap_user.name, folder="Dotazy")
    other.create_folder("Dotazy")
    put_old(other, "Dotazy")
    with polling(box, journal, tmp_path, begin("now", store)) as poller:
        wait_for_state(poller, "waiting")
        other.append("Dotazy", mail("new", newline="\r\n"))
        journal.wait_for(1)
    other.delete_folder("Dotazy")
    time.sleep(1.1)  # arrival is told in whole seconds
    other.create_folder("Dotazy")
    put_old(other, "Dotazy")
    other.append("Dotazy", mail("new", newline="\r\n"))
    other.append("Dotazy", mail("newer", newline="\r\n"))
    with polling(box, journal, tmp_path, begin("now", store)) as poller:
        journal.wait_for(2)
        wait_for_state(poller, "waiting")
        time.sleep(0.2)
    assert journal.subjects == ["new", "newer"]


def test_i14_mail_that_people_read_between_two_visits_is_taken(
    imap_user: ImapUser, tmp_path: Path, other: IMAPClient
) -> None:
    """What was unread at the first visit stays ours, whoever reads it before we come to take it (I14)."""
    put_old(other)
    journal, store = Journal(), dict[str, str]()
    journal.refuse = lambda _arrival: (_ for _ in ()).throw(OSError("database is away"))
    box = make_box(imap_user.server.port, imap_user.name)
    with polling(box, journal, tmp_path, begin("recent", store)) as poller:
        wait_for_state(poller, "failing")
    other.select_folder("INBOX")
    other.add_flags(other.search("ALL"), [b"\\Seen"])
    journal.refuse = lambda _arrival: None
    with polling(box, journal, tmp_path, begin("recent", store)):
        journal.wait_for(3)
    assert journal.subjects == ["days unread", "hours read", "hours unread"]


def test_the_beginning_is_asked_for_once(imap_user: ImapUser, tmp_path: Path) -> None:
    """Once remembered it holds for this folder at this server; another folder has its own."""
    store: dict[str, str] = {}
    for folder in ("INBOX", "INBOX", "Trash"):
        if folder == "Trash":
            (imap_user.server.maildir(imap_user.name) / ".Trash").mkdir()
        box = make_box(imap_user.server.port, imap_user.name, folder=folder)
        with polling(box, Journal(), tmp_path, begin("now", store)) as poller:
            wait_until(lambda: poller.status()["state"] in ("waiting", "failing"), "a visit")
    assert 1 <= len(store) <= 2
    assert Since().kind == "recent"
