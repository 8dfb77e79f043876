"""Read conditions: what stands below `when`, `unless`, and in the lists of `any`, `all` and `none`."""

import re
from collections.abc import Callable
from typing import Any

from maildesk.rules.index import compile_regex
from maildesk.rules.matchers import is_regex
from maildesk.rules.policy import AddressIn, Combined, Condition, HeaderIs, HoursAre, IsOneOf, LookupIs, WordsIn
from maildesk.rules.reading.known import Known, check_name
from maildesk.rules.reading.terms import Lists, read_terms
from maildesk.yaml_file import Mapping, Node, Scalar, Sequence, suggest
from maildesk.yaml_file.take import (
    MISSING,
    Place,
    is_null,
    take,
    take_choice,
    take_text,
    take_tuple,
)

CHANNELS = ("email", "web", "phone", "api")
TRUST = ("none", "aligned", "agent")
CUSTOMER_WORDS = ("vip", "known", "new")
_PATTERN = re.compile(r"[^\s@<>,;]*@?[^\s@<>,;/]+")
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
_FIELD_NAME = re.compile(r"[!-9;-~]{1,76}")  # RFC 5322 §2.2

Conditions = tuple[Condition, ...]


class Where:
    """Where conditions are read: the names that exist, and the place for problems."""

    def __init__(self, known: Known, lists: Lists | None, place: Place) -> None:
        """Keep them together for the readers below."""
        self.known, self.lists, self.place = known, lists, place


def read_conditions(node: Node, known: Known, lists: Lists | None, place: Place, what: str) -> Conditions:
    """Read a mapping of conditions; all of them must hold."""
    return _set(node, Where(known, lists, place), what)


def _set(node: Node, where: Where, what: str) -> Conditions:
    if not isinstance(node, Mapping):
        where.place.error(
            node, f"“{what}” must have conditions: words, from, customer, …", "write it like {words: invoice}"
        )
        return ()
    if not node.pairs:
        where.place.error(node, f"“{what}” is empty", "it would hold for every mail; “defaults” does that")
    found: list[Condition] = []
    for pair in node.pairs:
        read = CONDITIONS.get(pair.key.text)
        if read is None:
            close = suggest(pair.key.text, CONDITIONS)
            where.place.error(
                pair.key, f"unknown condition “{pair.key.text[:60]}”", close if "did you" in close else ""
            )
        elif is_null(pair.value):
            where.place.error(pair.key, f"“{pair.key.text}” has no value")
        elif (condition := read(pair.key.text, pair.value, where)) is not None:
            found.append(condition)
    return tuple(found)


def _words(key: str, node: Node, where: Where) -> Condition | None:
    terms = read_terms(node, where.lists, where.place, key)
    return WordsIn(key, terms) if terms else None


def _addresses(key: str, node: Node, where: Where) -> Condition | None:
    return AddressIn(key, read_patterns(node, where.place, key))


def read_patterns(node: Node, place: Place, what: str) -> tuple[str, ...]:
    """Read addresses and domains."""
    patterns: list[str] = []
    for item in node.items if isinstance(node, Sequence) else (node,):
        text = take_text(item, place, what)
        if text is None:
            continue
        pattern = text.removeprefix("@") if text.startswith("@") else text
        if _is_pattern(pattern):
            patterns.append(pattern)
        else:
            place.error(
                item, f"“{text[:60]}” is neither an address nor a domain", "write it like jana@firma.cz or firma.cz"
            )
    return tuple(patterns)


def _is_pattern(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return bool(_PATTERN.fullmatch(text) and _DOMAIN.fullmatch(domain) and (local or not at)) and len(text) <= 254


def _hours(key: str, node: Node, where: Where) -> Condition | None:
    del key
    if not isinstance(node, Mapping):
        state = take_choice(node, ("open", "closed"), where.place, "hours")
        return None if state is MISSING else HoursAre(state == "open")
    values: dict[str, str] = {}
    for pair in node.pairs:
        if pair.key.text == "calendar" and take_text(pair.value, where.place, "calendar") is not None:
            assert isinstance(pair.value, Scalar)
            check_name(pair.value, "calendars", where.known, where.place)
            values["calendar"] = pair.value.text
        elif pair.key.text == "is":
            state = take_choice(pair.value, ("open", "closed"), where.place, "is")
            values["is"] = "" if state is MISSING else state
        elif pair.key.text != "calendar":
            close = suggest(pair.key.text, ("calendar", "is"))
            where.place.error(pair.key, f"unknown key “{pair.key.text[:60]}” in hours", close)
    if "is" not in values:
        where.place.error(node, "“hours” needs “is: open” or “is: closed”")
        return None
    return HoursAre(values["is"] == "open", values.get("calendar", ""))


def _header(key: str, node: Node, where: Where) -> Condition | None:
    """Every field named must fit; of a list of values, one."""
    del key
    if not isinstance(node, Mapping) or not node.pairs:
        where.place.error(node, "“header” names fields", "write it like {List-Id: present} or {X-Spam-Flag: yes}")
        return None
    found: list[Condition] = []
    for pair in node.pairs:
        if not _FIELD_NAME.fullmatch(pair.key.text):
            where.place.error(pair.key, f"“{pair.key.text[:60]}” cannot be the name of a header field")
        values: tuple[str, ...] = take_tuple(pair.value, str, where.place, pair.key.text)
        for value in filter(is_regex, values):
            try:
                compile_regex(value[1:-1])
            except ValueError as wrong:
                where.place.error(pair.value, f"RE2 does not take this regular expression: {wrong}")
                values = ()
        found.append(HeaderIs(pair.key.text, values))
    return found[0] if len(found) == 1 else Combined("all", (tuple(found),))


def _lookup(key: str, node: Node, where: Where) -> Condition | None:
    """Every fact named must fit; of a list of values, one."""
    del key
    if not isinstance(node, Mapping) or not node.pairs:
        where.place.error(node, "“lookup” names facts", "write it like {order_status: [shipped, paid]}")
        return None
    found: list[Condition] = [
        LookupIs(pair.key.text, take_tuple(pair.value, str, where.place, pair.key.text)) for pair in node.pairs
    ]
    return found[0] if len(found) == 1 else Combined("all", (tuple(found),))


def _one_of(kind: str = "", choices: tuple[str, ...] = ()) -> "Reader":
    """Read names that must exist, or words from a short list."""

    def read(key: str, node: Node, where: Where) -> Condition | None:
        values: list[str] = []
        for item in node.items if isinstance(node, Sequence) else (node,):
            if take_text(item, where.place, key) is None:
                continue
            assert isinstance(item, Scalar)
            if kind:
                check_name(item, kind, where.known, where.place, also=choices)
            elif choices and take_choice(item, choices, where.place, key) is MISSING:
                continue
            values.append(item.text)
        return IsOneOf(key, tuple(values)) if values else None

    return read


def _attachment(key: str, node: Node, where: Where) -> Condition | None:
    values: tuple[str, ...] = take_tuple(node, str, where.place, key)
    return IsOneOf(key, tuple(value.removeprefix("*").lstrip(".") for value in values))


def _spam(key: str, node: Node, where: Where) -> Condition | None:
    value = take(node, bool, where.place, key)
    return None if value is MISSING else IsOneOf(key, ("yes" if value else "no",))


def _combined(key: str, node: Node, where: Where) -> Condition | None:
    items = node.items if isinstance(node, Sequence) else (node,)
    if not items:
        where.place.error(node, f"“{key}” is empty")
    return Combined(key, tuple(_set(item, where, key) for item in items))


Reader = Callable[[str, Node, Where], Any]
CONDITIONS: dict[str, Reader] = {
    "words": _words,
    "subject": _words,
    "body": _words,
    "from": _addresses,
    "to": _addresses,
    "cc": _addresses,
    "customer": _one_of("customers", CUSTOMER_WORDS),
    "language": _one_of(),
    "hours": _hours,
    "attachment": _attachment,
    "header": _header,
    "lookup": _lookup,
    "channel": _one_of(choices=CHANNELS),
    "trust": _one_of(choices=TRUST),
    "team": _one_of("teams"),
    "priority": _one_of(choices=("low", "normal", "high", "urgent")),
    "tags": _one_of(),
    "sla": _one_of("slas"),
    "spam": _spam,
    "any": _combined,
    "all": _combined,
    "none": _combined,
}
