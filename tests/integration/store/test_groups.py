"""Writes to SQLite share a commit; one that fails takes nothing else with it."""

import datetime as dt
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from maildesk.model.decision import (
    AddEntry,
    AddParticipant,
    CommandGiven,
    Decision,
    KnowMessage,
    KnownKind,
    OpenTicket,
    SetTimer,
    TimerKind,
)
from maildesk.model.mail import Address
from maildesk.model.snapshot import Lookup
from maildesk.model.ticket import EntryKind, Role, TicketState
from maildesk.store.db import Store, Tx
from maildesk.store.engines.connection import Connection
from maildesk.store.engines.lanes import Lane
from maildesk.store.people import load_rotation, set_absence
from tests.integration.store.standin import BOX, NOW


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Open a store on SQLite."""
    return Store.open("sqlite:///groups.db", tmp_path)


def _note(store: Store, key: str, *, then: Exception | None = None) -> "Future[str]":
    """Hand in a write that leaves one mark for each time it was done, and may fail after it."""

    def work(db: Connection) -> str:
        db.run("INSERT INTO meta (key, value) VALUES (:key, '1')", key=key)
        if then is not None:
            raise then
        return key

    return store._engine.submit(Lane.QUICK, work)


def test_one_that_fails_takes_no_other_of_its_group_with_it(store: Store) -> None:
    """Those before and after a failure in one group are written, each once; of what failed, or was half done, nothing is."""
    begun, go = threading.Event(), threading.Event()
    seen: list[int] = []

    def decide(tx: Tx) -> int:
        begun.set()
        go.wait(10)
        tx._db.run("INSERT INTO meta (key, value) VALUES ('decided', '1')")
        seen.append(len(seen))
        return 1042

    decided = store.transact(decide)
    assert begun.wait(10)
    before = _note(store, "before")
    bad = _note(store, "bad", then=ValueError("of its own making"))
    after = _note(store, "after")
    worse = _note(store, "worse", then=KeyError("too"))
    last = _note(store, "last")
    go.set()
    assert decided.result(10) == 1042
    assert [one.result(10) for one in (before, after, last)] == ["before", "after", "last"]
    assert isinstance(bad.exception(10), ValueError)
    assert isinstance(worse.exception(10), KeyError)
    assert set(store.meta()) >= {"decided", "before", "after", "last"}
    assert not {"bad", "worse"} & set(store.meta())
    assert len(seen) == 2, "they did share a group: the decision was made again"
    store.close()


def test_what_is_counted_in_memory_is_counted_anew_when_a_group_is_done_again(store: Store) -> None:
    """A decision that is made again does not count its letters twice."""
    begun, go = threading.Event(), threading.Event()

    def decide(tx: Tx) -> int:
        begun.set()
        go.wait(10)
        tx._pace.read(tx._db, tx.now)
        tx._pace.add(1)
        return tx._pace.read(tx._db, tx.now)[0]

    decided = store.transact(decide)
    assert begun.wait(10)
    bad = _note(store, "bad", then=ValueError("of its own making"))
    go.set()
    assert decided.result(10) == 1
    assert isinstance(bad.exception(10), ValueError)
    store.close()


def _opens(number: int) -> tuple[CommandGiven, Decision]:
    who = Address("jana@firma.cz", "Jana")
    said = AddEntry(0, EntryKind.MAIL, who.address, "Nejde to, ženě taky ne.", message_id=f"m{number}@x")
    note = AddEntry(0, EntryKind.NOTE, "ana", "Volala už včera.", public=False)
    timer = SetTimer(0, TimerKind.REMIND, NOW)
    actions = (OpenTicket("Tiskárna", BOX, who), said, note, KnowMessage(0, f"m{number}@x", KnownKind.SEEN), timer)
    return CommandGiven(f"opens{number}", "test", 0), Decision(
        (*actions, AddParticipant(0, Address("b@x.cz"), Role.CC)), ticket=0
    )


def _decide(store: Store, number: int, then: Exception | None = None) -> TicketState:
    cause, decision = _opens(number)

    def work(tx: Tx) -> TicketState:
        written = tx.apply(decision, tx.snapshot(cause, Lookup(), NOW))
        assert written.ticket is not None
        if then is not None:
            raise then
        return written.ticket

    return store.transact(work).result(10)


def test_a_ticket_just_opened_is_given_as_it_would_be_read(database_url: str, tmp_path: Path) -> None:
    """People, texts, notes, ids and timers of a new ticket are those that the next decision will find."""
    store = Store.open(database_url, tmp_path)
    opened = _decide(store, 1)
    cause, lookup = CommandGiven("looks", "test", opened.ticket.number), Lookup(tickets=(opened.ticket.number,))
    (found,) = store.transact(lambda tx: tx.snapshot(cause, lookup, NOW)).result(10).tickets
    assert opened == found
    assert [len(part) for part in (found.participants, found.public_texts, found.notes, found.timers)] == [2, 1, 1, 1]
    store.close()


def test_numbers_go_on_where_they_stood_whoever_opened_the_last_ticket(store: Store, tmp_path: Path) -> None:
    """A ticket that came to nothing leaves no gap, and one that another process has opened is counted."""
    assert _decide(store, 1).ticket.number == 1001
    with pytest.raises(ValueError, match="came to nothing"):
        _decide(store, 2, then=ValueError("came to nothing"))
    assert _decide(store, 3).ticket.number == 1002
    other = Store.open("sqlite:///groups.db", tmp_path)
    assert _decide(other, 4).ticket.number == 1003
    other.close()
    assert _decide(store, 5).ticket.number == 1004
    store.close()


def test_the_policy_that_another_process_made_active_holds_at_the_next_decision(store: Store, tmp_path: Path) -> None:
    """What is kept of the active policy between decisions gives way to what another process, or this one, has changed."""

    def active() -> str:
        return store.transact(lambda tx: tx.active_policy()).result(10)

    other = Store.open("sqlite:///groups.db", tmp_path)
    assert active() == ""
    for digest, by in (("one", store), ("two", other), ("three", store)):
        by.save_policy(digest, {"rules.yaml": digest}, "test")
        by.activate(digest)
        assert active() == digest
    other.close()
    store.close()


def test_who_is_away_by_the_word_of_another_process_is_away_at_the_next_decision(store: Store, tmp_path: Path) -> None:
    """An absence that another process wrote down, or this one has ended, is known at once."""

    def away() -> dict[str, dt.datetime]:
        return store.transact(lambda tx: load_rotation(tx._db, NOW).away).result(10)

    other = Store.open("sqlite:///groups.db", tmp_path)
    assert away() == {}
    until = NOW + dt.timedelta(days=2)
    other.transact(lambda tx: set_absence(tx._db, "ana", until, NOW)).result(10)
    assert away() == {"ana": until}
    store.transact(lambda tx: set_absence(tx._db, "ana", None, NOW)).result(10)
    assert away() == {}
    other.close()
    store.close()
