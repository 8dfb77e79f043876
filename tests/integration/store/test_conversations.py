import itertools
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from maildesk.model.decision import CommandGiven, Decision, OpenTicket, Rotate
from maildesk.model.mail import Address, Arrival, Kind, Mail
from maildesk.model.snapshot import Lookup
from maildesk.store import Store, Tx, read
from maildesk.store.verify import verify
from tests.integration.store import workers
from tests.integration.store.standin import BOX, NOW, handle, look_up, make_arrival, make_mail


def partition(store: Store) -> set[frozenset[str]]:
    """Give the mails of each living ticket as a set of ids."""
    tickets = [t["number"] for t in store.read(read.list_tickets) if t["merged_into"] is None]
    shown = [store.read(lambda db, n=n: read.find_ticket(db, n)) for n in tickets]
    return {frozenset(entry["message_id"] for entry in ticket["entries"]) for ticket in shown if ticket}


def decide_at_once(store: Store, mails: list[Mail], threads: int = 8) -> None:
    """Journal all mails, then decide them from many threads at the same time."""
    arrivals: list[Arrival] = [make_arrival(mail.message_id[1:-2]) for mail in mails]
    ids = [store.accept(arrival, lease=True).result().journal_id for arrival in arrivals]

    def one(item: tuple[int, Mail, Arrival]) -> None:
        journal_id, mail, arrival = item
        store.transact(lambda tx: handle(tx, journal_id, mail, arrival), look_up(mail, journal_id)).result()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(one, zip(ids, mails, arrivals, strict=True)))


@pytest.mark.parametrize("seed", range(3))
def test_a_conversation_decided_from_all_sides_at_once_is_one_ticket(store: Store, seed: int) -> None:
    """Back-to-back mails of one conversation, in any order, from many workers: one ticket with all of them (B121, B122)."""
    mails = [
        make_mail(f"{c}.{turn}", [f"{c}.{n}" for n in range(turn)]) for c, turn in itertools.product(range(6), range(5))
    ]
    random.Random(seed).shuffle(mails)
    decide_at_once(store, mails)
    assert partition(store) == {frozenset(f"m{c}.{turn}@x" for turn in range(5)) for c in range(6)}
    assert store.read(verify) == []


@pytest.mark.parametrize("seed", range(3))
def test_the_partition_is_the_components_of_the_reference_graph(store: Store, seed: int) -> None:
    """Bridges, ghosts and parked mail in random order end in the connected components, however many decide at once."""
    chance = random.Random(seed)
    names = [str(n) for n in range(40)]
    refers = {name: [str(chance.choice(range(52)))] if chance.random() < 0.6 else [] for name in names}
    mails = [
        make_mail(name, refers[name], kind=Kind.AUTOMATIC if chance.random() < 0.2 else Kind.PERSON) for name in names
    ]
    chance.shuffle(mails)
    decide_at_once(store, mails)
    people = {mail.message_id for mail in mails if mail.kind is Kind.PERSON}
    expected = {part for part in _components(names, refers) if part & people}
    assert partition(store) == expected
    assert store.read(verify) == []


def _components(names: list[str], refers: dict[str, list[str]]) -> set[frozenset[str]]:
    group = {name: name for name in (*names, *(parent for parents in refers.values() for parent in parents))}

    def root(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for name, parents in refers.items():
        for parent in parents:
            group[root(name)] = root(parent)
    parts: dict[str, set[str]] = {}
    for name in names:
        parts.setdefault(root(name), set()).add(f"m{name}@x")
    return set(map(frozenset, parts.values()))


def test_daemons_on_one_database_end_with_one_ticket_each(store: Store, database_url: str, tmp_path: Path) -> None:
    """Several processes share the mails of several conversations: each conversation is one ticket, each ack is one (B121)."""
    for turn, conversation in itertools.product(range(4), range(8)):
        store.accept(make_arrival(f"{conversation}.{turn}")).result()
    running = [workers.start("decide_all", database_url, tmp_path, 10) for _ in range(3)]
    decided = [number for worker in running for number in workers.finish(worker)]
    assert sorted(decided) == sorted(set(decided))
    assert partition(store) == {frozenset(f"m{c}.{turn}@x" for turn in range(4)) for c in range(8)}
    acks = [row["ticket"] for row in store.read(read.list_outbox) if row["kind"] == "acknowledgement"]
    assert len(acks) == len(set(acks))
    assert store.read(verify) == []


def test_the_same_turn_is_never_given_twice(store: Store) -> None:
    """Round-robin stays fair when many tickets are opened at the same moment (B94)."""
    team = ["ana", "petr", "eva"]

    def work(tx: Tx, number: int) -> str:
        snapshot = tx.snapshot(CommandGiven(f"c{number}", "x"), Lookup(), NOW)
        last = snapshot.rotation.get("l1")
        login = team[(team.index(last) + 1) % 3] if last else team[0]
        actions = (OpenTicket("x", BOX, Address("j@x.cz"), assignee=login), Rotate("l1", login))
        tx.apply(Decision(actions, ticket=0), snapshot)
        return login

    futures = [store.transact(lambda tx, n=n: work(tx, n)) for n in range(30)]  # type: ignore[misc]
    given = [future.result() for future in futures]
    assert {login: given.count(login) for login in team} == {"ana": 10, "petr": 10, "eva": 10}
