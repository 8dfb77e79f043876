"""Pollers and the real journal, on both databases: several at one mailbox, folders numbered anew, whose turn it is."""

import concurrent.futures
import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from imapclient import IMAPClient

from maildesk.daemon.mailboxes import StoreMemory
from maildesk.ingest.imap import ImapThread, Options
from maildesk.store import Store, mailboxes, read
from maildesk.store import owner as owners
from tests.conftest import ImapUser
from tests.integration.ingest.mailboxes import QUICK, mail, make_box
from tests.services.processes import wait_until

LONG = bool(os.environ.get("MAILDESK_IMAP_LONG"))


class OnlyStore:
    """As much of an office as the pollers' memory needs."""

    def __init__(self, store: Store) -> None:
        self.store = store


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    """An empty desk."""
    opened = Store.open(database_url, tmp_path)
    yield opened
    opened.close()


@contextlib.contextmanager
def pollers(count: int, store: Store, tmp_path: Path, box: Any, options: Options) -> Iterator[list[ImapThread]]:
    """Run several pollers of one mailbox at once, as if each daemon thought it were its turn."""
    (tmp_path / "pw").write_text("secret")
    memory = StoreMemory(OnlyStore(store))  # type: ignore[arg-type]
    running = [
        ImapThread(box, lambda arrival: store.accept(arrival).result(), memory, base_dir=tmp_path, options=options)
        for _ in range(count)
    ]
    try:
        for one in running:
            one.start()
        yield running
    finally:
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            assert all(pool.map(lambda one: one.stop(6), running))


def journaled(store: Store) -> list[dict[str, Any]]:
    """Give the rows of the journal."""
    return store.read(read.list_journal)


@pytest.mark.parametrize("after", ["keep", "move:Done"])
def test_i13_several_pollers_of_one_mailbox_take_each_mail_once(
    after: str, store: Store, imap_user: ImapUser, tmp_path: Path
) -> None:
    """IMAP's MOVE is no claim (202 of 500 mails doubled, measured): the key in the journal is, on both databases (I13, B121)."""
    count = 500 if LONG else 80
    for number in range(count):
        imap_user.put(mail(f"number {number}"))
    box = make_box(imap_user.server.port, imap_user.name, after=after)
    with pollers(3, store, tmp_path, box, Options(rhythm=QUICK)):
        wait_until(lambda: len(journaled(store)) >= count, "all taken", None, 120)
        if after != "keep":
            wait_until(lambda: not imap_user.mails(), "all moved", None, 60)
    assert len(journaled(store)) == len({row["message_id"] for row in journaled(store)}) == count


def test_i1_the_journal_renames_what_it_has_when_a_folder_is_numbered_anew(
    store: Store, imap_user: ImapUser, tmp_path: Path
) -> None:
    """No row more than there are mails, however often UIDVALIDITY changes, with three pollers at once (I1, I13)."""
    bumps, count = (20, 500) if LONG else (3, 30)
    box = make_box(imap_user.server.port, imap_user.name, folder="Dotazy")
    with IMAPClient("127.0.0.1", imap_user.server.port, ssl=False, timeout=10) as other:
        other.login(imap_user.name, imap_user.password)
        for bump in range(bumps):
            other.create_folder("Dotazy")
            for number in range(count):
                other.append("Dotazy", mail(f"number {number}", newline="\r\n"))
            other.append("Dotazy", mail(f"bump {bump}", newline="\r\n"))
            with pollers(3, store, tmp_path, box, Options(rhythm=QUICK)) as running:
                wait_until(lambda: all(one.state.state == "waiting" for one in running), "looked through", None, 90)
            other.delete_folder("Dotazy")
    rows = journaled(store)
    assert len(rows) == len({row["message_id"] for row in rows}) == count + bumps
    keys = store.read(lambda db: db.all("SELECT source_key FROM journal WHERE message_id LIKE 'number%'"))
    assert len({key.rpartition("/")[0] for (key,) in keys}) == 1, "all have the names of the last epoch"


def test_i12_equal_mails_of_one_epoch_are_each_their_own(store: Store, imap_user: ImapUser, tmp_path: Path) -> None:
    """A copy in the folder is a mail with a number of its own; only what stood there under other numbers is renamed (I12)."""
    box = make_box(imap_user.server.port, imap_user.name)
    imap_user.put(mail("from another epoch"))
    with pollers(1, store, tmp_path, box, Options(rhythm=QUICK)):
        wait_until(lambda: len(journaled(store)) == 1, "taken")
    [old] = store.claim_mails(1)
    epoch = old.arrival.source_key.rpartition("/")[0] + "9/"
    twins = [msgspec.structs.replace(old.arrival, source_key=f"{epoch}{uid}") for uid in (1, 2)]
    assert store.recognise(twins, epoch) == {f"{epoch}1"}
    assert store.recognise(twins[1:], epoch) == set()
    assert store.recognise(twins[1:], "") == {f"{epoch}2"}


def test_what_the_journal_tells_pollers(store: Store, imap_user: ImapUser, tmp_path: Path) -> None:
    """Message ids, sizes, quarantine and age, by key."""
    imap_user.put(mail("one"))
    imap_user.put(mail("two"))
    box = make_box(imap_user.server.port, imap_user.name)
    with pollers(1, store, tmp_path, box, Options(rhythm=QUICK)):
        wait_until(lambda: len(journaled(store)) == 2, "taken")
    memory, source = StoreMemory(OnlyStore(store)), f"imap:{box.address}"  # type: ignore[arg-type]
    first, second = store.claim_mails(10)
    keys = [first.arrival.source_key, second.arrival.source_key]
    assert set(memory.message_ids(source, keys).values()) == {"one@firma.cz", "two@firma.cz"}
    assert memory.known_contents(source, ["one@firma.cz", "none@x"]) == {("one@firma.cz", len(first.arrival.raw))}
    epoch = keys[0].rpartition("/")[0] + "/"
    assert not memory.has_other_epochs(source, epoch)
    assert memory.has_other_epochs(source, epoch.replace("/", "1/"))
    store.transact(lambda tx: tx.quarantine(first.journal_id, "poison")).result()
    assert memory.quarantined(source, keys) == {keys[0]}
    assert memory.done_before(source, keys, first.arrival.received_at.replace(year=2100)) == set()


# ---- turns ----


@pytest.fixture
def two_stores(database_url: str, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Two daemons of one desk."""
    first, second = Store.open(database_url, tmp_path), Store.open(database_url, tmp_path)
    yield first, second
    first.close()
    second.close()


def test_i13_a_mailbox_is_one_daemons_turn_until_it_gives_it_back(two_stores: tuple[Store, Store]) -> None:
    """One at a time, the same one as long as it lives, the other as soon as it is given back; each change counts one up."""
    first, second = two_stores
    assert [first.take_lease("imap:a"), second.take_lease("imap:a"), first.take_lease("imap:a")] == [True, False, True]
    assert second.take_lease("imap:b")
    first.give_lease_back("imap:a")
    assert second.take_lease("imap:a")
    second.give_lease_back("imap:b")
    second.give_lease_back("imap:nothing")
    assert not first.take_lease("imap:a")
    assert first.meta("lease:imap:a")["lease:imap:a"].startswith("2 ")


def test_i13_of_many_who_ask_at_once_one_gets_the_turn(database_url: str, tmp_path: Path) -> None:
    """Also when nobody had it before."""
    stores = [Store.open(database_url, tmp_path) for _ in range(4)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for name in ("x", "y", "z"):
            asked: Callable[[Store], bool] = lambda one, name=name: one.take_lease(name)  # type: ignore[misc] # noqa: E731 - one name a round
            assert sum(pool.map(asked, stores)) == 1
    for one in stores:
        one.close()


def test_i22_i23_a_daemon_that_was_paused_loses_its_turn_by_the_databases_clock(
    two_stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own clock says nothing; silent for a minute of the database's time it is taken for dead, and hears so when it wakes."""
    first, second = two_stores
    monkeypatch.setattr(owners, "is_dead", lambda _owner: False)  # as on another machine
    assert first.take_lease("imap:a")
    for seconds, is_free in ((30, False), (61, True)):
        # The clock of the daemons is ten minutes wrong, either way: nobody asks it.
        silence = int(seconds * 1_000_000)
        second._quick(  # what a paused daemon looks like: nothing was heard of it for so long
            lambda db, silence=silence: db.run(  # type: ignore[misc]
                "UPDATE process SET seen = {clock} - :silence WHERE owner = :owner", silence=silence, owner=first._owner
            )
        ).result()
        assert second.take_lease("imap:a") is is_free
    assert not first.take_lease("imap:a")
    assert not first.read(lambda db: mailboxes.holds_lease(db, "imap:a", first._owner))
