import time
from pathlib import Path

import pytest

from maildesk.store import Store, read
from maildesk.store.engines.lanes import StoreUnavailable
from maildesk.store.verify import verify
from tests.integration.store import workers
from tests.integration.store.standin import handle, look_up, make_arrival, make_mail
from tests.services.postgres import running_postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def durable_url(request: pytest.FixtureRequest, sqlite_url: str) -> object:
    """A database that really writes to disk; the shared PostgreSQL does without fsync."""
    if request.param == "sqlite":
        yield sqlite_url
        return
    with running_postgres() as server:
        yield server.new_database()


def test_nothing_that_was_promised_is_lost_when_the_process_is_killed(durable_url: str, tmp_path: Path) -> None:
    """Kill -9 while mails stream in: every id that was told is in the journal, once, with its very bytes (B111, P1)."""
    Store.open(durable_url, tmp_path).close()
    told: dict[str, int] = {}
    for number in range(4):
        worker = workers.start("accept_until_killed", durable_url, tmp_path, number, 6)
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(0.15 + 0.05 * number)
        worker.kill()
        told |= dict(workers.finish(worker))
    assert len(told) > 100
    store = Store.open(durable_url, tmp_path)
    stored = {mail["message_id"]: mail["id"] for mail in store.read(read.list_journal)}
    assert {f"m{key}@x": journal_id for key, journal_id in told.items()}.items() <= stored.items()
    assert store.read(verify) == []
    assert not store.accept(make_arrival(next(iter(told)), size=2000)).result().fresh, (
        "and is known when it is sent again"
    )
    store.close()


@pytest.mark.parametrize(
    "point", ["before-work-commit", "after-work-commit", "after-claim-mails", "before-quick-commit"]
)
def test_killed_between_two_steps_a_mail_is_decided_once(database_url: str, tmp_path: Path, point: str) -> None:
    """Whichever step the process dies at, the next one decides every mail, once (B111)."""
    store = Store.open(database_url, tmp_path)
    for turn in range(3):
        store.accept(make_arrival(f"0.{turn}")).result()
    for passes in (1, 5):
        worker = workers.start(
            "decide_all", database_url, tmp_path, 1, env={"MAILDESK_FAILPOINTS": f"{point}=kill:{passes}"}
        )
        worker.communicate(timeout=60)
    worker = workers.start("decide_all", database_url, tmp_path, 3)
    worker.communicate(timeout=60)
    assert {mail["state"] for mail in store.read(read.list_journal)} == {"done"}
    (ticket,) = [t for t in store.read(read.list_tickets) if t["merged_into"] is None]
    assert ticket["mails"] == 3
    assert store.read(verify) == []
    store.close()


def test_a_server_that_goes_away_and_comes_back_is_no_ones_fault(tmp_path: Path) -> None:
    """While PostgreSQL is down mails are refused for now, and afterwards all goes on over new connections."""
    with running_postgres() as server:
        store = Store.open(server.new_database(), tmp_path)
        first = store.accept(make_arrival(1), lease=True).result()
        server.stop("immediate")
        with pytest.raises(StoreUnavailable):
            store.accept(make_arrival(2)).result(30)
        with pytest.raises(StoreUnavailable):
            store.read(read.list_tickets)
        server.start()
        assert store.accept(make_arrival(2)).result(30).fresh
        mail = make_mail(1)
        store.transact(lambda tx: handle(tx, first.journal_id, mail), look_up(mail, first.journal_id)).result(30)
        assert [row["attempts"] for row in store.read(read.list_journal)] == [1, 0]
        assert store.read(verify) == []
        store.close()
