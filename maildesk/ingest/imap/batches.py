"""Decide in what portions mails are fetched, and how long to wait before trying again; pure."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from maildesk.model.value import utc


class Listed(NamedTuple):
    """What the server says of a mail before it is fetched."""

    size: int
    arrived: dt.datetime | None


def portions(listed: Mapping[int, Listed], count: int, size: int) -> Iterator[list[int]]:
    """Split UIDs, in order, so that no portion has more than `count` mails, nor more than `size` bytes unless it is one mail."""
    portion: list[int] = []
    held = 0
    for uid in sorted(listed):
        if portion and (len(portion) >= count or held + listed[uid].size > size):
            yield portion
            portion, held = [], 0
        portion.append(uid)
        held += listed[uid].size
    if portion:
        yield portion


def chunks(items: Iterable[int], length: int) -> Iterator[list[int]]:
    """Split a list into pieces of at most `length`."""
    chunk: list[int] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == length:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def pause(failures: int, *, refused: bool, jitter: float) -> float:
    """Seconds to wait after so many failures in a row; `jitter` is between 0 and 1.

    A refused login waits longer at first (servers lock accounts that hammer), but never so long as a dead server.
    """
    first, longest = (60.0, 900.0) if refused else (1.0, 1800.0)
    return min(longest, first * 2.0 ** min(failures - 1, 20)) * (0.75 + jitter / 2)


_BEGINNING_OF_MAIL = dt.datetime(1982, 8, 13, tzinfo=dt.UTC)


def arrival_time(claimed: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """Take the server's word for when a mail came, unless it is absurd: then it came now."""
    if claimed is None:
        return now
    claimed = utc(claimed)
    return claimed if _BEGINNING_OF_MAIL <= claimed <= now else now
