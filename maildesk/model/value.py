"""What all values have in common: frozen, compared by content, one JSON form."""

import datetime as dt
from typing import TypeVar

import msgspec

T = TypeVar("T")


class Value(msgspec.Struct, frozen=True, kw_only=False, omit_defaults=True):
    """Hold what was found out; never change it."""


def to_json(value: object) -> bytes:
    """Write any value (or tuple, dict of values) as UTF-8 JSON."""
    return msgspec.json.encode(value)


def from_json(text: bytes | str, kind: type[T]) -> T:
    """Read a value back, checking every field; raises msgspec.ValidationError on anything else."""
    return msgspec.json.decode(text, type=kind)


def utc(moment: dt.datetime) -> dt.datetime:
    """Bring an aware moment to UTC; a naive one is taken to be UTC."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=dt.UTC)
    return moment.astimezone(dt.UTC)
