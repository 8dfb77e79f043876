"""Decide in what portions mails are fetched, and how long to wait before trying again; pure."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
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


class Trouble(StrEnum):
    """Why a connection came to nothing, as far as it matters for the next one."""

    BROKEN = "broken"
    THROTTLED = "throttled"
    REFUSED = "refused"


_FIRST_AND_LONGEST = {
    Trouble.BROKEN: (1.0, 1800.0),
    Trouble.THROTTLED: (60.0, 1800.0),
    # Servers lock accounts that hammer; but a password that was mended should not have to wait for half an hour.
    Trouble.REFUSED: (60.0, 900.0),
}
# RFC 5530 §3 and what large providers say instead of it.
_WANTS_PEACE = (
    "[throttled]",
    "[limit]",
    "[unavailable]",
    "[inuse]",
    "[overquota]",
    "too many",
    "bandwidth",
    "rate limit",
)


def kind_of_trouble(text: str, *, refused: bool) -> Trouble:
    """Read out of what a server said whether it wants to be left in peace."""
    lower = text.lower()
    if any(word in lower for word in _WANTS_PEACE):
        return Trouble.THROTTLED  # also where it was said to a login: the password is not to blame
    return Trouble.REFUSED if refused else Trouble.BROKEN


def pause(failures: int, trouble: Trouble, *, jitter: float) -> float:
    """Seconds to wait after so many failures in a row; `jitter` is between 0 and 1."""
    first, longest = _FIRST_AND_LONGEST[trouble]
    return min(longest, first * 2.0 ** min(failures - 1, 20)) * (0.75 + jitter / 2)


_BEGINNING_OF_MAIL = dt.datetime(1982, 8, 13, tzinfo=dt.UTC)


def arrival_time(claimed: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """Take the server's word for when a mail came, unless it is absurd: then it came now."""
    if claimed is None:
        return now
    claimed = utc(claimed)
    return claimed if _BEGINNING_OF_MAIL <= claimed <= now else now
