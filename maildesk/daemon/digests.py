"""Send agents, when their hours begin, one mail about everything that waited for them."""

import datetime as dt

from maildesk.decide import Desk
from maildesk.desk import voice
from maildesk.model.decision import CommandGiven
from maildesk.model.outgoing import Queued
from maildesk.model.snapshot import Lookup
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
    numbers = tuple(dict.fromkeys(tell.ticket for _, tell in gathered))
    cause = CommandGiven(f"digest:{login}:{number}", "digest")
    snapshot = tx.snapshot(cause, Lookup(tickets=numbers, teams=False), now)
    tickets = {n: state.ticket for n in numbers if (state := snapshot.ticket(n))}
    tickets |= {ticket.number: ticket for ticket in tickets.values()}
    if not tickets:
        return ()
    items = [Item(at, tell) for at, tell in gathered]
    return tx.queue([compose_digest(agent, items, tickets, voice(desk, now), number)], lease=True)
