"""Tickets are shared out fairly by several daemons on one database, each with its own idea of who has how much to do."""

import datetime as dt
import os
from collections import Counter
from concurrent.futures import Future, wait
from pathlib import Path

import pytest

from maildesk.model.decision import CommandGiven, Decision, OpenTicket
from maildesk.model.mail import Address
from maildesk.model.people import Agent, People, Team
from maildesk.model.snapshot import Lookup
from maildesk.model.ticket import Priority
from maildesk.rules.assign import choose_assignee
from maildesk.store import Store
from maildesk.store.db import Tx

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
# In `make test` a few, in `make prove` a thousand.
TICKETS = int(os.environ.get("MAILDESK_FAIR_TICKETS", "120"))
AGENTS = tuple("abcd")
PEOPLE = People(
    {"t": Team("t", AGENTS)},
    {login: Agent(login, login, (f"{login}@firma.hr",), absent=login == "b") for login in AGENTS},
)


def open_one(store: Store, how: str, number: int, priority: Priority) -> "Future[str]":
    """Open a ticket as a decision does, assigned by what its snapshot knew; gives who got it."""

    def work(tx: Tx) -> str:
        cause = CommandGiven(f"open:{number}", "open")
        known = tx.snapshot(cause, Lookup(), NOW)
        login, _, rotate = choose_assignee(how, "t", PEOPLE, known.loads, known.rotation, NOW, {}, (), known.burdens)
        assert rotate is not None
        opened = OpenTicket(
            "x", "support@firma.hr", Address("jana@firma.cz"), team="t", assignee=login, priority=priority
        )
        tx.apply(Decision((opened, rotate), ticket=0), known, "policy")
        return login

    return store.transact(work)


def share_out(database_url: str, folder: Path, how: str, priorities: list[Priority]) -> list[str]:
    """Let two stores, as two daemons have them, open tickets at the same time."""
    stores = [Store.open(database_url, folder) for _ in range(2)]
    try:
        futures = [open_one(stores[number % 2], how, number, priority) for number, priority in enumerate(priorities)]
        wait(futures)
        return [future.result() for future in futures]
    finally:
        for store in stores:
            store.close()


@pytest.mark.parametrize("how", ["round-robin", "least-busy"])
def test_two_daemons_share_out_fairly(database_url: str, tmp_path: Path, how: str) -> None:
    """B94: in turn and by load the absent are skipped, and the others get the same number to within one."""
    given = Counter(share_out(database_url, tmp_path, how, [Priority.NORMAL] * TICKETS))
    assert given["b"] == 0
    assert max(given[login] for login in "acd") - min(given[login] for login in "acd") <= 1, given


def test_priorities_weigh(database_url: str, tmp_path: Path) -> None:
    """The least busy is who has the lightest burden: an urgent ticket keeps somebody as busy as four normal ones."""
    priorities = [Priority(["low", "normal", "high", "urgent"][number % 4]) for number in range(TICKETS)]
    given = share_out(database_url, tmp_path, "least-busy", priorities)
    burdens: Counter[str] = Counter()
    for login, priority in zip(given, priorities, strict=True):
        burdens[login] += priority.weight
    assert max(burdens.values()) - min(burdens.values()) <= Priority.URGENT.weight, burdens
