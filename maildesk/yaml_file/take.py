"""Take typed values out of nodes: a struct's fields are the keys a mapping may have.

Every mistake is reported where it stands, and reading goes on with the field's default, so that one run finds them all.
"""

import datetime as dt
import functools
import re
import types
import typing
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from maildesk.yaml_file.nodes import Mapping, Node, Scalar, Sequence
from maildesk.yaml_file.problem import ERROR, Problems, Source, suggest

T = TypeVar("T", bound=msgspec.Struct)

YES = frozenset({"yes", "true", "on"})
NO = frozenset({"no", "false", "off"})
NULL = frozenset({"", "~", "null", "Null", "NULL"})


class Refused(ValueError):
    """A text that is not what is wanted: the message says what is wanted, `hint` how to write it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Parse(msgspec.Struct, frozen=True):
    """Mark a field (with `Annotated`) as made from a text by a function that raises `Refused`."""

    function: Callable[[str], Any]


class Or(msgspec.Struct, frozen=True):
    """Mark a field as made from a text by `function`, or from a mapping as the annotated struct."""

    function: Callable[[str], Any]


class Place(msgspec.Struct, frozen=True):
    """The file that is read, and where its problems go."""

    source: Source
    problems: Problems

    def error(self, node: Node, text: str, hint: str = "", severity: str = ERROR) -> None:
        """Report something about a node."""
        length = node.length if isinstance(node, Scalar) else 1
        self.problems.at(self.source, node.line, node.col, text, hint=hint, length=length, severity=severity)


class _Missing:
    """No value: the trouble has been reported."""


MISSING = _Missing()


def take_struct(node: Node, kind: type[T], place: Place, what: str = "") -> T:
    """Fill a struct from a mapping; unknown and missing keys are reported. `what` names the mapping in the messages."""
    values: dict[str, Any] = {}
    fields = _fields(kind)
    if not isinstance(node, Mapping):
        place.error(node, f"{what or 'this'} must have keys: {', '.join(fields)}")
        return _with_defaults(kind, values)
    for pair in node.pairs:
        field = fields.get(pair.key.text)
        if field is None:
            where = f" in {what}" if what else ""
            place.error(pair.key, f"unknown key “{pair.key.text}”{where}", suggest(pair.key.text, fields))
            continue
        if is_null(pair.value) and not field.required:
            continue
        value = take(pair.value, field.hint, place, pair.key.text)
        if value is not MISSING:
            values[field.name] = value
        elif field.required:
            values[field.name] = None  # reported already: do not call it missing as well
    for key, field in fields.items():
        if field.required and field.name not in values:
            place.error(node, f"“{key}” is missing{f' in {what}' if what else ''}")
    return _with_defaults(kind, values)


def take(node: Node, hint: Any, place: Place, what: str) -> Any:
    """Turn a node into what a type hint asks for, or report why not and give MISSING."""
    origin = typing.get_origin(hint)
    if origin is typing.Annotated:
        inner, mark = typing.get_args(hint)[:2]
        if isinstance(mark, Or) and isinstance(node, Mapping):
            return take_struct(node, inner, place, what)
        return _parsed(node, mark.function, place, what)
    if origin in (typing.Union, types.UnionType):
        inner = next(arg for arg in typing.get_args(hint) if arg is not type(None))
        return take(node, inner, place, what)
    if origin is tuple:
        return take_tuple(node, typing.get_args(hint)[0], place, what)
    if origin is dict:
        return _dict(node, typing.get_args(hint)[1], place, what)
    if origin is typing.Literal:
        return take_choice(node, typing.get_args(hint), place, what)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return take_struct(node, hint, place, what)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        chosen = take_choice(node, tuple(member.value for member in hint), place, what)
        return chosen if chosen is MISSING else hint(chosen)
    return _parsed(node, _SIMPLE[hint], place, what)


def take_tuple(node: Node, hint: Any, place: Place, what: str) -> Any:
    """Read a list; one value alone is a list of one."""
    items = node.items if isinstance(node, Sequence) else (node,)
    taken = [take(item, hint, place, what) for item in items]
    return tuple(item for item in taken if item is not MISSING)


def take_choice(node: Node, choices: tuple[str, ...], place: Place, what: str) -> Any:
    """Read one of a few words."""
    if not isinstance(node, Scalar):
        place.error(node, f"“{what}” must be one of: {', '.join(choices)}")
        return MISSING
    if node.text not in choices:
        close = suggest(node.text, choices)
        place.error(node, f"“{what}” cannot be “{node.text[:80]}”", close or f"one of: {', '.join(choices)}")
        return MISSING
    return node.text


def take_text(node: Node, place: Place, what: str) -> str | None:
    """Read a text of one line or more; a list or mapping in its place is reported."""
    if isinstance(node, Scalar):
        return node.text
    place.error(node, f"“{what}” must be a single value", "quote it if it has “: ” or brackets in it")
    return None


def is_null(node: Node) -> bool:
    """Tell whether nothing was written after the colon."""
    return isinstance(node, Scalar) and node.plain and node.text in NULL


def parse_bool(text: str) -> bool:
    """Read yes/no, true/false, on/off."""
    lower = text.lower()
    if lower not in YES | NO:
        raise Refused("must be yes or no")
    return lower in YES


def parse_int(text: str) -> int:
    """Read a whole number, not negative."""
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise Refused("must be a whole number")
    return int(text)


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def parse_duration(text: str) -> dt.timedelta:
    """Read `60s`, `10m`, `1h 30m`, `3d`, `2w`; plain 0 is allowed, other bare numbers lack their unit."""
    if text == "0":
        return dt.timedelta(0)
    compact = text.replace(" ", "")
    if not re.fullmatch(r"(?:[0-9]{1,6}[smhdw]){1,5}", compact):
        raise Refused("must be a duration", "write it like 60s, 10m, 2h, 3d, 1w")
    seconds = sum(int(number) * _UNITS[unit] for number, unit in re.findall(r"([0-9]+)([smhdw])", compact))
    if seconds > 20 * 365 * 86400:
        raise Refused("must be a duration of less than 20 years")
    return dt.timedelta(seconds=seconds)


def parse_date(text: str) -> dt.date:
    """Read a date like 2027-01-31."""
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise Refused("must be a date", "write it like 2027-01-31")


def _text(text: str) -> str:
    return text


_SIMPLE: dict[Any, Callable[[str], Any]] = {
    str: _text,
    bool: parse_bool,
    int: parse_int,
    dt.timedelta: parse_duration,
    dt.date: parse_date,
}


def _parsed(node: Node, function: Callable[[str], Any], place: Place, what: str) -> Any:
    text = take_text(node, place, what)
    if text is None:
        return MISSING
    try:
        return function(text)
    except Refused as refused:
        place.error(node, f"“{what}” {refused}, not “{text[:80]}”", refused.hint)
        return MISSING


def _dict(node: Node, hint: Any, place: Place, what: str) -> Any:
    if not isinstance(node, Mapping):
        place.error(node, f"“{what}” must be names with values: “name: …”")
        return MISSING
    taken = {pair.key.text: take(pair.value, hint, place, pair.key.text) for pair in node.pairs}
    return {key: value for key, value in taken.items() if value is not MISSING}


class _Field(msgspec.Struct, frozen=True):
    name: str
    hint: Any
    required: bool


@functools.cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, _Field]:
    """List a struct's keys as they stand in the file."""
    hints = typing.get_type_hints(kind, include_extras=True)
    return {
        field.encode_name: _Field(field.name, hints[field.name], field.required)
        for field in msgspec.structs.fields(kind)
    }


def _with_defaults(kind: type[T], values: dict[str, Any]) -> T:
    """Make the struct although required fields may be missing: the load has failed, but the checks after this go on."""
    for field in _fields(kind).values():
        if field.required:
            values.setdefault(field.name, None)
    for field in _fields(kind).values():
        if field.required and values[field.name] is None:
            values[field.name] = _empty(field.hint)
    return kind(**values)


def _empty(hint: Any) -> Any:
    """Give a harmless value of a type, for a required field that has none."""
    origin = typing.get_origin(hint)
    if origin is typing.Annotated:
        return _empty(typing.get_args(hint)[0])
    if origin in (tuple, dict):
        return origin()
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _with_defaults(hint, {})
    return {str: "", int: 0, bool: False}.get(hint)
