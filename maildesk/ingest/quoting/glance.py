"""See at a glance which lines of a text need a closer look: nearly all divide nothing and introduce nothing."""

from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from maildesk.ingest.quoting.lines import BEGINS

_FIRST = itemgetter(slice(1))


class Glance(NamedTuple):
    """A text's lines, the first visible character of each ("" for a blank line), and the numbers of those worth a look."""

    lines: list[str]
    heads: list[str]
    worth: list[int]


@lru_cache(1)
def glance(text: str) -> Glance:
    """Take the text's lines in; the readers of replies and of forwarded mail ask for the same text, one after the other.

    Whoever changes what he is given copies it first.
    """
    lines = text.split("\n")
    heads = first_characters(lines)
    return Glance(lines, heads, _worth(lines, heads, colon=":" in text, wide="\uff1a" in text))


def glance_at(lines: list[str]) -> Glance:
    """Take in lines that come from HTML."""
    heads = first_characters(lines)
    return Glance(lines, heads, _worth(lines, heads, colon=True, wide=True))


def first_characters(lines: Sequence[str]) -> list[str]:
    """Give the first visible character of each line, "" for a blank one."""
    return [*map(_FIRST, map(str.lstrip, lines))]


def _worth(lines: list[str], heads: list[str], *, colon: bool, wide: bool) -> list[int]:
    """List the lines for which `lines.may_divide` holds; what the whole text lacks no line is searched for."""
    if wide:
        pairs = enumerate(zip(lines, heads, strict=True))
        return [at for at, (line, head) in pairs if head in BEGINS or ":" in line or "\uff1a" in line]
    if colon:
        return [at for at, line in enumerate(lines) if ":" in line or heads[at] in BEGINS]
    return [] if BEGINS.isdisjoint(heads) else [at for at, head in enumerate(heads) if head in BEGINS]
