"""Conditions, compiled: each can tell whether it holds for a mail, and say in a few words why or why not."""

from collections.abc import Callable
from typing import Any, NamedTuple, assert_never

from maildesk.model.value import Value
from maildesk.rules.index import Hit, Index, compile_regex
from maildesk.rules.policy import (
    AddressIn,
    Combined,
    Condition,
    HeaderIs,
    HoursAre,
    IsOneOf,
    LookupIs,
    Policy,
    WordsIn,
)
from maildesk.rules.words import without_accents
from maildesk.worktime import is_open

ATTACHMENT_ANY = "any"
PRESENT, ABSENT = "present", "absent"


class SoFar(NamedTuple):
    """What earlier rules have set, by field; tags are their own list."""

    fields: dict[str, str]
    tags: list[str]


class Seen(Value, frozen=True):
    """A mail as conditions see it: the facts, the hits of all terms by their numbers, and what rules have set so far."""

    facts: Any
    policy: Policy
    subject: dict[int, Hit]
    body: dict[int, Hit]
    groups: frozenset[str]
    so_far: SoFar


class Check(NamedTuple):
    """A compiled condition; `none` is what one about words says of a mail that has none of them."""

    holds: Callable[[Seen], bool]
    tell: Callable[[Seen], str]
    none: str = ""


def all_hold(checks: tuple[Check, ...], seen: Seen) -> bool:
    """Tell whether every condition of a set holds."""
    for check in checks:  # not all(…): this runs for every rule and mail  # noqa: SIM110
        if not check.holds(seen):
            return False
    return True


def tell_failing(checks: tuple[Check, ...], seen: Seen) -> str:
    """Say what stands against a set of conditions."""
    return "; ".join([check.tell(seen) for check in checks if not check.holds(seen)])


def tell_all(checks: tuple[Check, ...], seen: Seen) -> str:
    """Say what speaks for a set of conditions that holds."""
    return "; ".join(check.tell(seen) for check in checks)


def compile_conditions(conditions: tuple[Condition, ...], index: Index) -> tuple[Check, ...]:
    """Compile a set of conditions for one policy's index."""
    return tuple(_compile(condition, index) for condition in conditions)


def _compile(condition: Condition, index: Index) -> Check:
    match condition:
        case WordsIn():
            return _words(condition, index)
        case AddressIn():
            return _addresses(condition)
        case HoursAre():
            return _hours(condition)
        case HeaderIs():
            return _header(condition)
        case LookupIs():
            return _looked_up(condition)
        case IsOneOf():
            return _FACTS[condition.key](condition)
        case Combined():
            return _combined(condition, index)
    assert_never(condition)


def _words(condition: WordsIn, index: Index) -> Check:
    ordered = tuple(index.numbers[term] for term in condition.terms)
    numbers = frozenset(ordered)
    in_subject, in_body = condition.key != "body", condition.key != "subject"
    where = "subject/body" if in_subject and in_body else condition.key
    none = (
        f"none of {len(ordered)} words in {where}"
        if len(ordered) != 1
        else f"no “{condition.terms[0].text}” in {where}"
    )

    def holds(seen: Seen) -> bool:
        return (in_subject and not numbers.isdisjoint(seen.subject)) or (in_body and not numbers.isdisjoint(seen.body))

    def tell(seen: Seen) -> str:
        for hits in (seen.subject,) * in_subject + (seen.body,) * in_body:
            for number in ordered:
                if number in hits:
                    return str(hits[number])
        return none

    return Check(holds, tell, none)


def _addresses(condition: AddressIn) -> Check:
    key = condition.key

    def addresses(seen: Seen) -> tuple[str, ...]:
        facts = seen.facts
        return (facts.author,) if key == "from" else facts.to if key == "to" else facts.cc

    def holds(seen: Seen) -> bool:
        return any(fits(address, pattern) for address in addresses(seen) for pattern in condition.patterns)

    def tell(seen: Seen) -> str:
        given = addresses(seen)
        hits = [address for address in given if any(fits(address, pattern) for pattern in condition.patterns)]
        return f"{key} is {(hits or [*given[:3], '–'])[0] if hits or not given else ', '.join(given[:3])}"

    return Check(holds, tell)


def fits(address: str, pattern: str) -> bool:
    """Tell whether an address is the one named, or lies in the domain named or below it."""
    folded, wanted = address.casefold(), pattern.casefold()
    if "@" in wanted:
        return folded == wanted
    domain = folded.rpartition("@")[2]
    return bool(domain) and (domain == wanted or domain.endswith(f".{wanted}"))


def groups_of(customers: dict[str, tuple[str, ...]], address: str) -> frozenset[str]:
    """List the groups of customers.yaml that an address belongs to."""
    return frozenset(
        name for name, patterns in customers.items() if any(fits(address, pattern) for pattern in patterns)
    )


def _hours(condition: HoursAre) -> Check:
    def look(seen: Seen) -> tuple[bool, str]:
        calendars = seen.policy.calendars
        team = seen.policy.people.teams.get(seen.so_far.fields.get("team", ""))
        name = condition.calendar or (team.calendar if team else "") or next(iter(calendars), "")
        if name not in calendars:
            return True, "no calendar: always open"
        opened = is_open(calendars[name], seen.facts.now)
        return opened, f"{name} is {'open' if opened else 'closed'}"

    return Check(lambda seen: look(seen)[0] is condition.open, lambda seen: look(seen)[1])


def _header(condition: HeaderIs) -> Check:
    name, folded = condition.name, condition.name.casefold()
    tests = tuple(_header_test(value) for value in condition.values)

    def values(seen: Seen) -> list[str]:
        return [value for field, value in seen.facts.headers if field.casefold() == folded]

    def tell(seen: Seen) -> str:
        given = values(seen)
        return f"{name} is {given[0].strip()[:80]}" if given else f"no header {name}"

    return Check(lambda seen: any(test(values(seen)) for test in tests), tell)


def _looked_up(condition: LookupIs) -> Check:
    name = condition.name
    wanted = frozenset(value.casefold() for value in condition.values)

    def holds(seen: Seen) -> bool:
        value = seen.facts.looked_up.get(name, "")
        return (PRESENT if value else ABSENT) in wanted or (bool(value) and value.casefold() in wanted)

    def tell(seen: Seen) -> str:
        return f"looked up: {name} is {seen.facts.looked_up.get(name) or 'not known'}"

    return Check(holds, tell)


def _header_test(wanted: str) -> Callable[[list[str]], bool]:
    if wanted == PRESENT:
        return bool
    if wanted == ABSENT:
        return lambda values: not values
    if is_regex(wanted):
        regex = compile_regex(wanted[1:-1])
        return lambda values: any(regex.search(without_accents(value[:2000])) is not None for value in values)
    folded = " ".join(wanted.casefold().split())
    return lambda values: any(" ".join(value.casefold().split()) == folded for value in values)


def is_regex(text: str) -> bool:
    """Tell whether a text is written as a regular expression: /…/."""
    return len(text) > 2 and text.startswith("/") and text.endswith("/")


def _combined(condition: Combined, index: Index) -> Check:
    sets = tuple(compile_conditions(each, index) for each in condition.sets)

    def first(seen: Seen) -> tuple[Check, ...] | None:
        return next((checks for checks in sets if all_hold(checks, seen)), None)

    def tell_any(seen: Seen) -> str:
        found = first(seen)
        return tell_all(found, seen) if found else "; ".join(tell_failing(checks, seen) for checks in sets)

    def tell_every(seen: Seen) -> str:
        failing = "; ".join(filter(None, (tell_failing(checks, seen) for checks in sets)))
        return failing or "; ".join(tell_all(checks, seen) for checks in sets)

    if condition.key == "any":
        return Check(lambda seen: first(seen) is not None, tell_any)
    if condition.key == "none":
        return Check(lambda seen: first(seen) is None, tell_any)
    return Check(lambda seen: all(all_hold(checks, seen) for checks in sets), tell_every)


# ---- one of some values ----


def _customer(condition: IsOneOf) -> Check:
    def is_a(seen: Seen, value: str) -> bool:
        if value in {"known", "new"}:
            known = seen.facts.known_customer or bool(seen.groups)
            return known is (value == "known")
        return value in seen.groups

    def tell(seen: Seen) -> str:
        hit = next((value for value in condition.values if is_a(seen, value)), "")
        return f"customer is {hit}" if hit else f"customer is not {' or '.join(condition.values)}"

    return Check(lambda seen: any(is_a(seen, value) for value in condition.values), tell)


def _attachment(condition: IsOneOf) -> Check:
    endings = tuple(f".{value.lstrip('.').casefold()}" for value in condition.values if value != ATTACHMENT_ANY)
    any_will_do = ATTACHMENT_ANY in condition.values
    missing = "no attachment" if any_will_do else f"no {'/'.join(condition.values)} attachment"

    def hit(seen: Seen) -> str | None:
        names: tuple[str, ...] = seen.facts.attachments
        return next((name for name in names if any_will_do or name.casefold().endswith(endings)), None)

    def tell(seen: Seen) -> str:
        name = hit(seen)
        return missing if name is None else f"attachment {name[:80] or 'without a name'}"

    return Check(lambda seen: hit(seen) is not None, tell)


def _fact(condition: IsOneOf) -> Check:
    key, values = condition.key, frozenset(condition.values)

    def holds(seen: Seen) -> bool:
        return getattr(seen.facts, key) in values

    return Check(holds, lambda seen: f"{key} is {getattr(seen.facts, key) or 'unknown'}")


def _trust(condition: IsOneOf) -> Check:
    values = frozenset(condition.values)

    def level(seen: Seen) -> str:
        return "none" if seen.facts.trust == "ambiguous" else str(seen.facts.trust)

    return Check(lambda seen: level(seen) in values, lambda seen: f"trust is {seen.facts.trust}")


def _set_earlier(condition: IsOneOf) -> Check:
    key, values = condition.key, frozenset(condition.values)

    def holds(seen: Seen) -> bool:
        return seen.so_far.fields.get(key, "no" if key == "spam" else "") in values

    return Check(holds, lambda seen: f"{key} is {seen.so_far.fields.get(key) or 'not set'}")


def _tags(condition: IsOneOf) -> Check:
    values = condition.values

    def hit(seen: Seen) -> str:
        return next((value for value in values if value in seen.so_far.tags), "")

    return Check(
        lambda seen: bool(hit(seen)),
        lambda seen: f"tagged {hit(seen)}" if hit(seen) else f"not tagged {' or '.join(values)}",
    )


_FACTS: dict[str, Callable[[IsOneOf], Check]] = {
    "customer": _customer,
    "attachment": _attachment,
    "language": _fact,
    "channel": _fact,
    "trust": _trust,
    "team": _set_earlier,
    "priority": _set_earlier,
    "sla": _set_earlier,
    "spam": _set_earlier,
    "tags": _tags,
}
