"""Read rule files: the grammar of rules, conditions and actions, with every mistake named at its place."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Literal

from maildesk.model.ticket import Priority, Status
from maildesk.rules.assign import WAYS
from maildesk.rules.policy import Rule, Then
from maildesk.rules.reading.conditions import CONDITIONS, read_conditions
from maildesk.rules.reading.known import Known, check_name
from maildesk.rules.reading.terms import Lists
from maildesk.yaml_file import Mapping, Node, Pair, Scalar, Sequence, suggest
from maildesk.yaml_file.take import (
    MISSING,
    Place,
    is_null,
    take,
    take_choice,
    take_text,
    take_tuple,
)

Event = Literal["new", "reply", "reopened"]
RULE_KEYS = ("name", "when", "unless", "then", "event", "stop", "trial", "until", "enabled", "description")
FILE_KEYS = ("rules", "defaults")
_RULE_VALUES: dict[str, Any] = {"stop": bool, "trial": bool, "enabled": bool, "until": dt.date, "description": str}
LONGEST_NAME = 120
LONGEST_NOTE = 4000


class Grammar:
    """What reading the rule files of one policy needs and gathers: the names they may use, and those they have given."""

    def __init__(self, known: Known, lists: Lists | None) -> None:
        """Start before the first file."""
        self.known = known
        self.lists = lists
        self.rules: list[Rule] = []
        self.defaults: Then | None = None
        self._defaults_at = ""
        self._names: dict[str, str] = {}

    def read_file(self, node: Node, place: Place) -> None:
        """Read one file of rules/; rules keep their order."""
        if not isinstance(node, Mapping):
            hint = "begin with “rules:” and indent the list below it"
            place.error(node, "a rule file has the keys rules and defaults", hint)
            return
        for pair in node.pairs:
            if pair.key.text == "rules":
                self._rules(pair.value, place)
            elif pair.key.text == "defaults":
                self._defaults(pair, place)
            else:
                place.error(pair.key, f"unknown key “{pair.key.text[:60]}”", suggest(pair.key.text, FILE_KEYS))

    def _rules(self, node: Node, place: Place) -> None:
        if is_null(node):
            return
        if not isinstance(node, Sequence):
            place.error(node, "“rules” must be a list", "each rule begins with “- name: …”")
            return
        for number, item in enumerate(node.items):
            after = node.items[number + 1] if number + 1 < len(node.items) else None
            if _is_stray(item):
                self._stray(item, place)
            elif isinstance(item, Mapping):
                self._rule(item, place, split=_is_stray(after))
            else:
                place.error(item, "a rule has keys: name, when, then", "each rule begins with “- name: …”")

    def _stray(self, item: Node, place: Place) -> None:
        """A dash too many has split a rule in two."""
        assert isinstance(item, Mapping)
        key = item.pairs[0].key
        missing = "when" if item.find("when") is None and key.text != "when" else "then"
        place.error(
            key,
            f"rule has “{key.text}” but no “{missing}”",
            f"an extra “-” in front of “{key.text}”? It starts a new rule",
        )
        for pair in item.pairs:
            if pair.key.text == "then":
                read_then(pair.value, self.known, place)
            elif pair.key.text in {"when", "unless"}:
                read_conditions(pair.value, self.known, self.lists, place, pair.key.text)

    def _rule(self, node: Mapping, place: Place, *, split: bool) -> None:
        fields: dict[str, Any] = {}
        for pair in node.pairs:
            self._key(pair, fields, place)
        present = {pair.key.text for pair in node.pairs}
        if "name" not in present:
            place.error(node, "rule has no “name”", "it is what explain and reports show")
        for needed in ("when", "then"):
            if needed not in present and not split:
                hint = "“defaults” holds what counts for every mail" if needed == "when" else ""
                place.error(_name_node(node), f"rule has no “{needed}”", hint)
        if not fields.get("name"):
            return
        self.rules.append(
            Rule(
                file=place.source.file,
                line=node.line,
                when=fields.pop("when", ()),
                then=fields.pop("then", Then()),
                **fields,
            )
        )

    def _key(self, pair: Pair, fields: dict[str, Any], place: Place) -> None:
        key, node = pair.key.text, pair.value
        if key in {"when", "unless"}:
            fields[key] = read_conditions(node, self.known, self.lists, place, key)
        elif key == "then":
            fields[key] = read_then(node, self.known, place)
        elif key == "name":
            fields[key] = self._name(node, place)
        elif key == "event":
            fields["events"] = take_tuple(node, Event, place, key) or ("new",)
        elif key in _RULE_VALUES:
            value = take(node, _RULE_VALUES[key], place, key)
            if value is not MISSING:
                fields[key] = value
        elif key in CONDITIONS and key not in ACTIONS:
            place.error(pair.key, f"“{key}” stands outside of “when”", "indent it below “when:”")
        elif key in ACTIONS:
            place.error(pair.key, f"“{key}” stands outside of “then”", "indent it below “then:”")
        else:
            place.error(pair.key, f"unknown key “{key[:60]}” in a rule", suggest(key, RULE_KEYS))

    def _name(self, node: Node, place: Place) -> str:
        text = take_text(node, place, "name")
        if text is None:
            return ""
        name = " ".join(text.split())
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            place.error(node, f"a rule's name has 1 to {LONGEST_NAME} characters")
            return ""
        here = f"{place.source.file}:{node.line}"
        first = self._names.setdefault(name, here)
        if first != here:
            place.error(node, f"two rules are called “{name}”", f"the other stands in {first}")
        return name

    def _defaults(self, pair: Pair, place: Place) -> None:
        if self.defaults is not None:
            place.error(pair.key, "“defaults” may stand once", f"they stand in {self._defaults_at} already")
            return
        self._defaults_at = f"{place.source.file}:{pair.key.line}"
        self.defaults = read_then(pair.value, self.known, place)


def _is_stray(node: Node | None) -> bool:
    """Tell whether a rule is only the lower half of one: no name, and not both conditions and actions."""
    if not isinstance(node, Mapping) or not node.pairs or node.find("name") is not None:
        return False
    whole = node.find("when") is not None and node.find("then") is not None
    return not whole and node.pairs[0].key.text in {"then", "when", "unless"}


def _name_node(node: Mapping) -> Node:
    return next((pair.key for pair in node.pairs if pair.key.text == "name"), node)


# ---- actions ----


def read_then(node: Node, known: Known, place: Place) -> Then:
    """Read what a rule, or `defaults`, sets."""
    if not isinstance(node, Mapping):
        place.error(node, "“then” must have actions: team, assign, priority, tags, …", "write it like {team: billing}")
        return Then()
    fields: dict[str, Any] = {}
    for pair in node.pairs:
        read = ACTIONS.get(pair.key.text)
        if read is None:
            place.error(pair.key, f"unknown action “{pair.key.text[:60]}”", suggest(pair.key.text, ACTIONS))
        elif is_null(pair.value):
            place.error(pair.key, f"“{pair.key.text}” has no value")
        elif (value := read(pair.value, known, place)) is not MISSING:
            fields[pair.key.text] = value
    if not node.pairs:
        place.error(node, "“then” is empty")
    return Then(**fields)


Reader = Callable[[Node, Known, Place], Any]


def _named(key: str, kind: str, also: tuple[str, ...] = ()) -> Reader:
    def read(node: Node, known: Known, place: Place) -> Any:
        if take_text(node, place, key) is None:
            return MISSING
        assert isinstance(node, Scalar)
        check_name(node, kind, known, place, also=also)
        return node.text

    return read


def _named_list(key: str, kind: str = "") -> Reader:
    def read(node: Node, known: Known, place: Place) -> Any:
        for item in node.items if isinstance(node, Sequence) else (node,):
            if kind and isinstance(item, Scalar):
                check_name(item, kind, known, place)
        return take_tuple(node, str, place, key)

    return read


def _chosen(key: str, choices: tuple[str, ...]) -> Reader:
    return lambda node, _known, place: take_choice(node, choices, place, key)


def _switch(key: str) -> Reader:
    return lambda node, _known, place: take(node, bool, place, key)


def _tags(node: Node, _known: Known, place: Place) -> Any:
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Scalar) and (
            not item.text.isprintable() or len(item.text) > 60 or set(item.text) & set(" ,#")
        ):
            place.error(item, f"“{item.text[:60]}” cannot be a tag", "one word, without spaces, commas and #")
    return take_tuple(node, str, place, "tags")


def _note(node: Node, _known: Known, place: Place) -> Any:
    text = take_text(node, place, "note")
    if text is not None and len(text) > LONGEST_NOTE:
        place.error(node, f"a note has at most {LONGEST_NOTE} characters")
    return text if text is not None else MISSING


ACTIONS: dict[str, Reader] = {
    "team": _named("team", "teams"),
    "assign": _named("assign", "agents", WAYS),
    "priority": _chosen("priority", tuple(Priority)),
    "sla": _named("sla", "slas"),
    "tags": _tags,
    "reply": _named("reply", "templates"),
    "suggest": _named_list("suggest", "articles"),
    "notify": _named_list("notify", "hooks"),
    "needs": _named_list("needs", "skills"),
    "ack": _switch("ack"),
    "ticket": _switch("ticket"),
    "status": _chosen("status", tuple(Status)),
    "spam": _switch("spam"),
    "note": _note,
}
