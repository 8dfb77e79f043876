"""Send agents, when their hours begin, one mail about everything that waited for them, and each question that still does."""

import datetime as dt
from collections.abc import Iterator

import msgspec

from maildesk.decide import Desk
from maildesk.desk import voice
from maildesk.model.decision import CommandGiven, Event, Tell
from maildesk.model.outgoing import Outgoing, Queued
from maildesk.model.snapshot import Lookup
from maildesk.outbound.compose import compose_tell
from maildesk.outbound.digest import Item, compose_digest
from maildesk.store import digests
from maildesk.store.db import Store, Tx


def find_due(store: Store, now: dt.datetime) -> str:
    """Give an agent for whom something is due, "" if nobody is waiting."""
    return store.read(lambda db: digests.find_due(db, now))


def send_digest(tx: Tx, desk: Desk, login: str, now: dt.datetime) -> tuple[Queued, ...]:
    """Queue an agent's digest in the transaction that takes away what it tells of; who is no agent any more gets none."""
    number, gathered = tx.take_digest(login, now)
    agent = desk.policy.people.agents.get(login)
    if not gathered or agent is None or not agent.addresses:
        return ()
    cause = CommandGiven(f"digest:{login}:{number}", "digest")
    letters = list(_questions(tx, desk, cause, [tell for _, tell in gathered if tell.event is Event.HELD], now))
    items = [Item(at, tell) for at, tell in gathered if tell.event is not Event.HELD]
    numbers = tuple(dict.fromkeys(item.tell.ticket for item in items))
    snapshot = tx.snapshot(cause, Lookup(tickets=numbers, teams=False), now)
    tickets = {n: state.ticket for n in numbers if (state := snapshot.ticket(n))}
    tickets |= {ticket.number: ticket for ticket in tickets.values()}
    if tickets:
        letters.append(compose_digest(agent, items, tickets, voice(desk, now), number))
    return tx.queue(letters, lease=True) if letters else ()


def _questions(tx: Tx, desk: Desk, cause: CommandGiven, tells: list[Tell], now: dt.datetime) -> Iterator[Outgoing]:
    """Write the questions that nobody has answered meanwhile."""
    for tell in tells:
        snapshot = tx.snapshot(cause, Lookup(tickets=(tell.ticket,), hold=tell.hold, teams=False), now)
        state, held = snapshot.ticket(tell.ticket), snapshot.hold
        if state is not None and held is not None and not held.settled:
            yield compose_tell(msgspec.structs.replace(tell, later=None), state, voice(desk, now), entry=held.id)
