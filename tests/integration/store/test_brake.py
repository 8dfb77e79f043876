"""The storm brake in the database: what two daemons count, what is usual, and what becomes of held mail."""

import datetime as dt
from pathlib import Path

import pytest

from maildesk.model.decision import CommandGiven
from maildesk.model.outgoing import Outgoing, Promise
from maildesk.model.snapshot import Lookup, Snapshot
from maildesk.store import Store, read
from maildesk.store.pace import FRESH, HOUR

NOW = dt.datetime.now(dt.UTC).replace(minute=30)


def letter(number: int, kind: str = "acknowledgement", *, held: str = "", lasts: dt.timedelta = HOUR) -> Outgoing:
    """Make a finished letter."""
    return Outgoing(
        key=f"{kind}:{number}",
        kind=kind,
        mail_from="",
        rcpt_to=f"p{number}@x{number}.cz",
        message_id=f"{kind}{number}@firma.hr",
        raw=b"Subject: x\r\n\r\nx\r\n",
        promise=Promise.AT_MOST_ONCE,
        automatic=kind != "reply",
        expires=dt.datetime.now(dt.UTC) + lasts,
        held=held,
    )


def make(store: Store, now: dt.datetime, *letters: Outgoing) -> Snapshot:
    """Queue letters at a moment; give what a decision knew then."""

    def work(tx):  # type: ignore[no-untyped-def]
        snapshot = tx.snapshot(CommandGiven(f"c{now}{letters[:1]}", "x"), Lookup(), now)
        tx.queue(letters)
        return snapshot

    return store.transact(work).result()  # type: ignore[no-any-return]


def test_letters_of_an_hour_are_counted_without_counting_each_time(store: Store) -> None:
    """Acknowledgements and status mails count, people's replies and agents' notifications do not; after an hour they are over."""
    make(store, NOW, letter(1), letter(2, "status"), letter(3, "reply"), letter(4, "agent:note"), letter(5, "closing"))
    assert make(store, NOW + dt.timedelta(seconds=1)).made_hour == 2
    assert make(store, NOW + dt.timedelta(minutes=59)).made_hour == 2
    assert make(store, NOW + dt.timedelta(minutes=61)).made_hour == 0


def test_two_daemons_see_each_others_letters(database_url: str, store: Store, tmp_path: Path) -> None:
    """What one process made, another knows seconds later: the brake is one for the whole desk."""
    other = Store.open(database_url, tmp_path)
    try:
        make(other, NOW)
        make(store, NOW, *[letter(number) for number in range(7)])
        assert make(other, NOW + FRESH).made_hour == 7
    finally:
        other.close()


def test_a_letter_that_was_rolled_back_does_not_count(store: Store) -> None:
    """A transaction that fails leaves no trace in the count."""

    def work(tx):  # type: ignore[no-untyped-def]
        tx.snapshot(CommandGiven("c", "x"), Lookup(), NOW)
        tx.queue([letter(1)])
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.transact(work).result()
    assert make(store, NOW).made_hour == 0


def test_what_is_usual_is_the_median_of_the_same_hour_of_two_weeks(store: Store) -> None:
    """A desk that always sends much at nine is not braked at nine; one storm of old does not make storms usual."""
    for day in range(1, 15):
        count = 40 if day == 3 else 5
        moment = NOW - dt.timedelta(days=day)
        make(store, moment, *[letter(day * 100 + number) for number in range(count)])
    assert make(store, NOW).usual_hour == 5
    assert make(store, NOW + 3 * HOUR).usual_hour == 0


def test_held_letters_leave_when_they_are_released(store: Store) -> None:
    """Nothing held is claimed; released it is, unless its time is over; agents' held letters are not the brake's."""
    late = letter(3, held="storm", lasts=-HOUR)
    make(store, NOW, letter(1, held="storm"), letter(2, held="storm"), late, letter(4, "reply"))
    store.hold_letters([4])
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
    assert store.claim_outbox(20, soon) == []
    told = store.read(lambda db: read.brake(db, NOW + FRESH, 2))
    assert (told["made"], told["most"], told["holds"], told["held"]) == (3, 2, True, 3)
    assert store.settle_brake(release=True) == (2, 1)
    assert [queued.mail.rcpt_to for queued in store.claim_outbox(20, soon)] == ["p1@x1.cz", "p2@x2.cz"]


def test_held_letters_can_be_dropped(store: Store) -> None:
    """Purging drops them for good: their effect keys stay used, so they are not said later either."""
    make(store, NOW, letter(1, held="storm"))
    assert store.settle_brake(release=False) == (0, 1)
    make(store, NOW + FRESH, letter(1))
    assert store.read(lambda db: db.all("SELECT state FROM outbox")) == [("dropped",)]


def test_the_count_reads_an_index_only(sqlite_store: Store) -> None:
    """Counting an hour walks that hour's part of an index, not the outbox."""
    plan = sqlite_store.read(
        lambda db: db.all(
            "EXPLAIN QUERY PLAN SELECT COUNT(*) FROM outbox WHERE counted AND created > 1 AND created <= 2"
        )
    )
    assert "ix_outbox_created" in str(plan)
