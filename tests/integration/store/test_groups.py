"""Writes to SQLite share a commit; one that fails takes nothing else with it."""

import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from maildesk.store.db import Store, Tx
from maildesk.store.engines.connection import Connection
from maildesk.store.engines.lanes import Lane


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
