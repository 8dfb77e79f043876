"""Find the few rules that a mail can match among thousands: by a word, an address or a field that they need.

A handle is only a necessary condition; whoever has it is still tried in full.
"""

from collections.abc import Iterator

from maildesk.rules.index import Index
from maildesk.rules.matchers import ABSENT, Seen
from maildesk.rules.policy import AddressIn, Combined, Condition, HeaderIs, IsOneOf, WordsIn

# A term's number, or a condition's key and a value of it.
Handle = int | tuple[str, str]
_FACTS = ("language", "channel")
_GENERAL = (*_FACTS, "customer")  # half of all mails have these: taken only where there is nothing better


def handles_of(conditions: tuple[Condition, ...], index: Index) -> frozenset[Handle] | None:
    """Give the handles of which a mail needs at least one to fulfil all conditions; None if it may do without any."""
    found = [handles for each in conditions if (handles := _needed(each, index)) is not None]
    return min(found, key=_how_general, default=None)


def mail_handles(seen: Seen, kinds: frozenset[str]) -> Iterator[Handle]:
    """Give the handles of a mail beside its words, of the kinds that rules ask for."""
    facts = seen.facts
    for key, addresses in (("from", (facts.author,)), ("to", facts.to), ("cc", facts.cc)):
        for address in addresses if key in kinds else ():
            yield from ((key, pattern) for pattern in _patterns(address.casefold()))
    if "header" in kinds:
        yield from {("header", name.casefold()) for name, _ in facts.headers}
    if "customer" in kinds:
        yield from (("customer", group) for group in seen.groups)
    for key in _FACTS:
        if key in kinds:
            yield key, getattr(facts, key)


def _patterns(folded: str) -> Iterator[str]:
    """List everything a rule may say to mean an address: itself, its domain, and those above."""
    domain = folded.rpartition("@")[2]
    yield folded
    while domain:
        yield domain
        domain = domain.partition(".")[2]


def _needed(condition: Condition, index: Index) -> frozenset[Handle] | None:
    match condition:
        case WordsIn(terms=terms):
            return frozenset(index.numbers[term] for term in terms)
        case AddressIn(key=key, patterns=patterns):
            return frozenset((key, pattern.casefold()) for pattern in patterns)
        case HeaderIs(name=name, values=values) if ABSENT not in values:
            return frozenset({("header", name.casefold())})
        case IsOneOf(key="customer", values=values) if not {"known", "new"}.intersection(values):
            return frozenset(("customer", value) for value in values)
        case IsOneOf(key=key, values=values) if key in _FACTS:
            return frozenset((key, value) for value in values)
        case Combined(key="all", sets=sets):
            return handles_of(tuple(each for one in sets for each in one), index)
        case Combined(key="any", sets=sets):
            found = [handles_of(one, index) for one in sets]
            return None if None in found else frozenset().union(*(handles for handles in found if handles is not None))
        case _:
            return None


def _how_general(handles: frozenset[Handle]) -> tuple[bool, int]:
    return any(isinstance(handle, tuple) and handle[0] in _GENERAL for handle in handles), len(handles)
