import datetime as dt
import random
import stat
import threading
import time
from pathlib import Path

import pytest

from maildesk.model.mail import Arrival, Envelope
from maildesk.store import Store, StoreUnavailable, read
from maildesk.store.engines import turnstile
from maildesk.store.verify import verify
from tests.integration.store import workers
from tests.integration.store.standin import BOX, NOW, make_arrival

DAY = dt.timedelta(days=1)


def test_same_bytes_today_or_yesterday_are_one_row(store: Store) -> None:
    """A client that sends again because it missed our 250 (RFC 1047) finds its mail in the journal, also over midnight."""
    first = store.accept(make_arrival(1)).result()
    again = store.accept(make_arrival(1)).result()
    over_midnight = store.accept(make_arrival(1, at=NOW + DAY)).result()
    assert (first.fresh, again.fresh, over_midnight.fresh) == (True, False, False)
    assert again.journal_id == over_midnight.journal_id == first.journal_id
    assert store.accept(make_arrival(1, at=NOW + 3 * DAY)).result().fresh, "the same text days later is another mail"


def test_another_envelope_is_another_mail(store: Store) -> None:
    """One text sent to two of our addresses in two transactions is two rows: each was promised by itself."""
    raw = b"Subject: x\r\n\r\nhello"
    one = Arrival("smtp", "", raw, Envelope("a@x.cz", ("podrska@firma.hr",)), NOW)
    two = Arrival("smtp", "", raw, Envelope("a@x.cz", ("info@firma.hr",)), NOW)
    assert store.accept(one).result().fresh
    assert store.accept(two).result().fresh


def test_a_uid_is_one_row_for_ever(store: Store) -> None:
    """An IMAP mail is known by mailbox, UIDVALIDITY and UID, whenever it is fetched (B113, B114)."""
    source = f"imap:{BOX}"
    first = store.accept(Arrival(source, "7/12", b"x", Envelope(), NOW)).result()
    assert first.fresh
    assert not store.accept(Arrival(source, "7/12", b"x", Envelope(), NOW + 30 * DAY)).result().fresh
    assert store.accept(Arrival(source, "8/12", b"x", Envelope(), NOW)).result().fresh, (
        "another UIDVALIDITY is another UID"
    )


@pytest.mark.parametrize("size", [300, 5_000, 200_000])
def test_what_is_claimed_is_what_came(store: Store, size: int) -> None:
    """Bytes, envelope and source come back exactly, compressed or not, small or packed in another thread."""
    raw = b"Message-ID:\r\n <folded@x>\r\n\r\n" + bytes(i * 7919 % 251 for i in range(size))
    came = Arrival("lmtp", "", raw, Envelope("o'neil@x.cz", (BOX, "čeština@firma.hr")), NOW, BOX)
    accepted = store.accept(came).result()
    (claimed,) = store.claim_mails(10, NOW)
    assert claimed.journal_id == accepted.journal_id
    assert claimed.arrival.raw == raw
    assert claimed.arrival.envelope == came.envelope
    assert (claimed.arrival.source, claimed.arrival.mailbox, claimed.arrival.received_at) == ("lmtp", BOX, NOW)
    assert claimed.arrival.message_id == "folded@x"
    assert claimed.attempts == 1
    assert store.read(verify) == []


def test_addresses_that_no_text_column_can_hold_survive(store: Store) -> None:
    """NUL and undecodable bytes in an envelope are kept: PostgreSQL refuses the one, UTF-8 the other."""
    came = Arrival("smtp", "", b"Subject: x\r\n\r\n", Envelope("a\0b@x.cz", ("caf\udce9@x.cz",)), NOW, "box\0")
    assert store.accept(came).result().fresh
    (claimed,) = store.claim_mails(1, NOW)
    assert claimed.arrival.envelope == came.envelope
    assert claimed.arrival.mailbox == "box\ufffd"


def test_a_leased_mail_is_not_claimed_again(store: Store) -> None:
    """Whoever accepts with a lease has the mail in hand; nobody else gets it."""
    leased = store.accept(make_arrival(1), lease=True).result()
    free = store.accept(make_arrival(2)).result()
    assert [one.journal_id for one in store.claim_mails(10, NOW)] == [free.journal_id]
    (row,) = store.read(lambda db: read.list_journal(db, journal_id=leased.journal_id))
    assert (row["state"], row["attempts"]) == ("waiting", 1)


def test_the_same_mail_from_many_clients_at_once_is_one_row(store: Store) -> None:
    """However many hand in the same bytes at the same moment, one is fresh and all are told the same id."""
    futures = [store.accept(make_arrival("same")) for _ in range(40)]
    receipts = [future.result() for future in futures]
    assert sum(receipt.fresh for receipt in receipts) == 1
    assert len({receipt.journal_id for receipt in receipts}) == 1


def test_a_250_does_not_wait_for_the_rules(sqlite_store: Store) -> None:
    """Accepting goes before deciding: a queue of slow decisions delays a mail by one of them at most."""
    begun, order = threading.Event(), []

    def slow(_tx: object) -> None:
        begun.set()
        threading.Event().wait(0.02)
        order.append("work")

    decisions = [sqlite_store.transact(slow) for _ in range(20)]
    begun.wait(5)
    accepted = sqlite_store.accept(make_arrival(1))
    accepted.add_done_callback(lambda _: order.append("accept"))
    for future in (*decisions, accepted):
        future.result(10)
    assert order.index("accept") <= 3


def test_a_busy_daemon_lets_the_command_line_in(sqlite_store: Store, sqlite_url: str, tmp_path: Path) -> None:
    """Processes write by turns: a daemon that never rests does not keep another process waiting for ever."""
    busy = workers.start("hog", sqlite_url, tmp_path, 4)
    assert busy.stdout is not None
    busy.stdout.readline()
    waits = []
    while busy.poll() is None and len(waits) < 40:
        begun = time.monotonic()
        sqlite_store.accept(make_arrival(len(waits))).result()
        waits.append(time.monotonic() - begun)
    busy.kill()
    busy.communicate()
    assert len(waits) == 40
    assert max(waits) < 1.5, "SQLite's own polling lets it wait for two to five seconds"


def test_a_stopped_process_is_not_waited_for(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stopped while it was its turn costs the others a moment, not their mail."""
    monkeypatch.setattr(turnstile, "PATIENCE", 0.1)
    stopped = turnstile.Turnstile(tmp_path / "maildesk.db")
    stopped.enter()
    assert sqlite_store.accept(make_arrival(1)).result(5).fresh
    stopped.close()
    assert sqlite_store.accept(make_arrival(2)).result(5).fresh


def test_a_full_disk_refuses_all_and_counts_nothing(sqlite_store: Store) -> None:
    """No space: every mail of the group is refused and none half kept; with space again all goes on (B49)."""
    kept = sqlite_store.accept(make_arrival("kept")).result()

    def limit(pages: str) -> None:
        sqlite_store._engine._writer._driver.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    used = sqlite_store.read(lambda db: db.value("PRAGMA page_count"))
    limit(str(used + 2))
    futures = [
        sqlite_store.accept(Arrival("smtp", "", random.Random(n).randbytes(60_000), Envelope(), NOW)) for n in range(5)
    ]
    for future in futures:
        with pytest.raises(StoreUnavailable):
            future.result()
    limit("1000000000")
    assert [mail["id"] for mail in sqlite_store.read(read.list_journal)] == [kept.journal_id]
    assert sqlite_store.accept(make_arrival("later")).result().fresh
    assert sqlite_store.read(verify) == []


def test_an_item_that_fails_takes_nothing_with_it(store: Store) -> None:
    """In a group, one failing transaction is undone alone; its neighbours are committed."""

    def bad(tx: object) -> None:
        tx.quarantine(good.journal_id, "half")  # type: ignore[attr-defined]
        raise ValueError("not this one")

    good, other, third = (store.accept(make_arrival(number)).result() for number in (1, 2, 3))
    first = store.transact(lambda tx: tx.finish_mail(other.journal_id, "done"))
    failed = store.transact(bad)
    last = store.transact(lambda tx: tx.finish_mail(third.journal_id, "done"))
    with pytest.raises(ValueError, match="not this one"):
        failed.result()
    first.result()
    last.result()
    states = {mail["id"]: mail["state"] for mail in store.read(read.list_journal)}
    assert list(states.values()) == ["waiting", "done", "done"]


def test_a_closed_store_refuses(database_url: str, tmp_path: Path) -> None:
    """Nothing is silently dropped after close."""
    store = Store.open(database_url, tmp_path)
    store.close()
    with pytest.raises((StoreUnavailable, RuntimeError)):
        store.accept(make_arrival(1)).result()


def test_the_files_are_for_their_owner_only(tmp_path: Path) -> None:
    """Mail is private: the database, its log and its locks have mode 0600, a folder we make 0700."""
    store = Store.open("sqlite:///deep/er/maildesk.db", tmp_path)
    store.accept(make_arrival(1)).result()
    folder = tmp_path / "deep" / "er"
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    store.close()
    assert modes
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "not a url", "postgresql://nobody@127.0.0.1:1/x"])
def test_a_wrong_url_is_a_sentence(url: str, tmp_path: Path) -> None:
    """A database that cannot be had is reported as such, not as somebody else's traceback."""
    with pytest.raises(StoreUnavailable, match="database"):
        Store.open(url, tmp_path)
