"""Read config/tests/*.yaml: mails, and where they must land."""

import datetime as dt
import re
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from maildesk.model.value import Value
from maildesk.settings.texts import parse_zone
from maildesk.yaml_file import Mapping, Node, Problems, Scalar, Sequence, read_yaml, suggest
from maildesk.yaml_file.take import Parse, Place, Refused, take_struct

FOLDER = "tests/"
_AT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{1,2}:[0-9]{2})(?: +([A-Za-z_+-]+(?:/[A-Za-z_+-]+)*))?")


class At(msgspec.Struct, frozen=True):
    """A wall clock time, and its zone if one was written."""

    wall: dt.datetime
    zone: str = ""

    def moment(self, desk_zone: str) -> dt.datetime:
        """Give the moment, in the desk's zone if none was written."""
        return self.wall.replace(tzinfo=ZoneInfo(self.zone or desk_zone))


def parse_at(text: str) -> At:
    """Read `2026-11-22 03:10 Europe/Zagreb`."""
    found = _AT.fullmatch(text.strip())
    try:
        if found:
            clock = found[2].zfill(5)
            return At(dt.datetime.fromisoformat(f"{found[1]}T{clock}"), parse_zone(found[3]) if found[3] else "")
    except ValueError as wrong:
        if isinstance(wrong, Refused):
            raise
    raise Refused("must be a moment", "write it like 2026-11-22 03:10 Europe/Zagreb")


# The keys are called `from`, `not`: fields that Python would not let have these names are renamed.
class CaseMail(msgspec.Struct, frozen=True, rename={"author": "from"}):
    """The mail of a case."""

    author: str = "somebody@example.com"
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    body: str = ""
    attachments: tuple[str, ...] = ()
    headers: dict[str, str] = {}
    channel: Literal["email", "web", "phone", "api"] = "email"
    trust: Literal["none", "aligned", "agent"] = "none"
    lookup: dict[str, str] = {}


class Expected(msgspec.Struct, frozen=True):
    """What a mail must, or must not, come to; only what is written is compared."""

    team: str | None = None
    assign: str | None = None
    priority: str | None = None
    sla: str | None = None
    status: str | None = None
    reply: str | None = None
    note: str | None = None
    language: str | None = None
    ack: bool | None = None
    ticket: bool | None = None
    spam: bool | None = None
    tags: tuple[str, ...] | None = None
    suggest: tuple[str, ...] | None = None
    notify: tuple[str, ...] | None = None
    needs: tuple[str, ...] | None = None
    rules: tuple[str, ...] | None = None


class _CaseKeys(msgspec.Struct, frozen=True):
    name: str
    mail: CaseMail | None = None
    eml: str = ""
    at: Annotated[At, Parse(parse_at)] | None = None
    event: Literal["new", "reply", "reopened"] = "new"
    customer: tuple[str, ...] = ()
    language: str = ""
    load: dict[str, int] = {}
    expect: Expected = Expected()
    expect_not: Expected = Expected()


class _File(msgspec.Struct, frozen=True):
    tests: tuple[_CaseKeys, ...]


class Case(Value, frozen=True):
    """One case, and where it stands."""

    name: str
    file: str
    line: int
    keys: Any

    def fields(self, which: str) -> dict[str, Any]:
        """List what is expected (`expect`) or excluded (`expect_not`)."""
        expected: Expected = getattr(self.keys, which)
        values = {name: getattr(expected, name) for name in Expected.__struct_fields__}
        return {name: value for name, value in values.items() if value is not None}


def read_cases(texts: dict[str, str], rule_names: frozenset[str], problems: Problems) -> tuple[Case, ...]:
    """Read all test files of a policy's texts."""
    cases: list[Case] = []
    names: dict[str, str] = {}
    for file in sorted(name for name in texts if name.startswith(FOLDER)):
        node, source = read_yaml(file, texts[file], problems)
        if node is None:
            continue
        place = Place(source, problems)
        read = take_struct(node, _File, place)
        nodes = _items(node)
        for keys, item in zip(read.tests, nodes, strict=False):
            _check(item, keys, place, names)
            expect = _joined(keys.expect, item, "expect", rule_names, place)
            excluded = _joined(keys.expect_not, item, "expect_not", rule_names, place)
            whole = msgspec.structs.replace(keys, expect=expect, expect_not=excluded)
            cases.append(Case(keys.name, file, item.line, whole))
    return tuple(cases)


def _items(node: Node) -> tuple[Node, ...]:
    found = node.find("tests") if isinstance(node, Mapping) else None
    return found.items if isinstance(found, Sequence) else (found,) if found is not None else ()


def _check(node: Node, keys: _CaseKeys, place: Place, names: dict[str, str]) -> None:
    if (keys.mail is None) == (not keys.eml):
        place.error(node, "a test has either “mail” or “eml”")
    here = f"{place.source.file}:{node.line}"
    first = names.setdefault(keys.name, here)
    if keys.name and first != here:
        place.error(node, f"two tests are called “{keys.name[:80]}”", f"the other stands in {first}")
    if isinstance(node, Mapping) and node.find("expect") is None and node.find("expect_not") is None:
        place.error(node, "a test needs “expect” or “expect_not”")


def _joined(expected: Expected, case: Node, key: str, known: frozenset[str], place: Place) -> Expected:
    """Check the names of rules; one with a comma in it that YAML took apart is put together again."""
    if not expected.rules:
        return expected
    parts, rules = list(expected.rules), []
    while parts:
        for length in range(len(parts), 0, -1):
            if (name := ", ".join(parts[:length])) in known:
                break
        else:
            length, name = 1, parts[0]
            place.error(_rules_node(case, key, name), f"no rule is called “{name[:80]}”", suggest(name, known))
        rules.append(name)
        del parts[:length]
    return msgspec.structs.replace(expected, rules=tuple(rules))


def _rules_node(case: Node, key: str, name: str) -> Node:
    expected = case.find(key) if isinstance(case, Mapping) else None
    rules = expected.find("rules") if isinstance(expected, Mapping) else None
    items = rules.items if isinstance(rules, Sequence) else (rules,)
    return next((item for item in items if isinstance(item, Scalar) and item.text == name), case)
