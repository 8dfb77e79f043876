"""Hold where mails went against the conversations that their headers tell."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from maildesk.store.db import Store
from tests.archive.graph import Node, components
from tests.archive.play import Filed


class Difference(NamedTuple):
    """A mail because of which a conversation is not one ticket: what became of it, and why."""

    key: str
    what: str
    why: str

    def __str__(self) -> str:
        """Write a line of the table."""
        return f"{self.what:<8} {self.key}: {self.why}"


def tickets(filed: Mapping[str, Filed]) -> set[frozenset[str]]:
    """Say which mails lie on one ticket, those that double another with it; mail of machines that made none is left out."""
    found: dict[int, set[str]] = defaultdict(set)
    for key, one in filed.items():
        ticket = filed[one.twin].ticket if one.twin else one.ticket
        if ticket is not None:
            found[ticket].add(key)
    return {frozenset(group) for group in found.values()}


def conversations(filed: Mapping[str, Filed], nodes: Mapping[str, Node]) -> set[frozenset[str]]:
    """Say what the tickets should be: the conversations, but for those in which no mail wants a ticket."""
    found = components({key: nodes[key] for key in filed})
    return {group for group in found if any(filed[filed[key].twin or key].ticket is not None for key in group)}


def differences(filed: Mapping[str, Filed], nodes: Mapping[str, Node]) -> list[Difference]:
    """List the mails that keep tickets from being whole conversations: held, only proposing a merge, or rolled up.

    Raises AssertionError where a ticket mixes conversations, or two are kept apart for any other reason.
    """
    of = {key: group for group in components({key: nodes[key] for key in filed}) for key in group}
    for ticket in tickets(filed):
        # A third mail of the same words in an hour is filed with the second: both conversations meet there.
        rolled = any(_rolled_up(filed[key]) for key in ticket)
        assert rolled or len({of[key] for key in ticket}) == 1, f"a ticket mixes conversations: {sorted(ticket)[:5]}"
    listed = [found for one in filed.values() if (found := _explained(one))]
    apart = {difference.key for difference in listed}
    _nothing_else_keeps_apart(filed, nodes, apart)
    split = {of[key] for key in filed if len(_numbers(filed, of[key])) > 1}
    assert all(apart & group for group in split)
    return listed


def _explained(one: Filed) -> Difference | None:
    held = next((text for reason, text in one.why if reason == "stranger-held"), "")
    proposed = " ".join(text for reason, text in one.why if reason == "merge-proposed")
    if rolled := _rolled_up(one):
        return Difference(one.key, "rolled", f"the same words for the third time in an hour: {rolled}")
    if one.held:
        return Difference(one.key, "held", held + (f"; and refers to {proposed}" if proposed else ""))
    return Difference(one.key, "proposed", f"{one.author} on #{one.ticket} refers to {proposed}") if proposed else None


def _rolled_up(one: Filed) -> str:
    return next((text for reason, text in one.why if reason == "rolled-up"), "")


def _nothing_else_keeps_apart(filed: Mapping[str, Filed], nodes: Mapping[str, Node], apart: set[str]) -> None:
    """Two mails that name or bear one id, neither of them held nor proposing, must lie on one ticket."""
    places: dict[str, dict[int | None, str]] = defaultdict(dict)
    for key, one in filed.items():
        if key not in apart and not one.twin:
            for named in {nodes[key].own, *nodes[key].names} - {""}:
                places[named].setdefault(one.ticket, key)
    for named, where in places.items():
        assert len(where) == 1, f"<{named}> ties mails together that lie apart: {where}"


def _numbers(filed: Mapping[str, Filed], keys: frozenset[str]) -> set[int | None]:
    return {filed[filed[key].twin or key].ticket for key in keys}


def gained_rights(store: Store, filed: Mapping[str, Filed], nodes: Mapping[str, Node]) -> Iterator[str]:
    """Name whoever got more than his due: takes part though no open mail there is his nor was addressed to him by its requester,
    or was written to though he takes no part."""
    rows = store.read(
        lambda db: db.all("SELECT number, COALESCE(merged_into, number), requester_key, status FROM ticket")
    )
    home = {number: survivor for number, survivor, _, _ in rows}
    requesters = {(survivor, requester) for _, survivor, requester, _ in rows}
    writers, named = set(), defaultdict(list)
    for one in filed.values():
        if one.ticket is not None and not one.held:
            writers.add((one.ticket, one.author.casefold()))
            if (one.ticket, one.author.casefold()) in requesters:
                named[one.ticket].append(nodes[one.key].people)
    people = store.read(lambda db: db.all("SELECT ticket, address_key, role, wrote FROM participant"))
    for ticket, address, role, wrote in people:
        number = home[ticket]
        if (number, address) not in writers and (wrote or not any(address in text for text in named[number])):
            yield f"{address} takes part in #{ticket} as {role}"
    members = {(home[ticket], address) for ticket, address, _, _ in people}
    letters = store.read(lambda db: db.all("SELECT rcpt_key, kind, ticket FROM outbox WHERE kind NOT LIKE 'agent:%'"))
    yield from (f"{kind} of #{n} to {to}" for to, kind, n in letters if n and (home[n], to) not in members)
    yield from (
        f"#{number} is {status}" for number, survivor, _, status in rows if number == survivor and status != "new"
    )
