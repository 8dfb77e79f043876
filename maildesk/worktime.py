"""How much working time lies between two moments, and when an amount of it will be over.

A calendar says on which weekdays and minutes of the wall clock people work, in its own time zone. Spans are half-open:
at 17:00 sharp it is closed. Measured is the time that really passes: a night shift over the change of clocks has an hour
more or less. A span whose edge falls into a skipped hour ends or begins at the change; inside a repeated hour it begins in
the first pass and ends in the second. A day off cancels the spans that begin on it.

Laws: `between(c, a, add(c, a, w)) == w`, `add` gives the earliest such moment, both grow with their arguments.
The calendar's time zone and hours are checked by whoever loads it; `add` over hours that never come raises ValueError.
"""

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo

from maildesk.model.value import Value, utc

DAY = 24 * 60
_NONE = dt.timedelta(0)
_LONGEST_WAIT = 3700  # days that `add` looks ahead for the next opening
_MOST_DAYS = 256


class Calendar(Value, frozen=True):
    """When people work: weekday (0 is Monday) → spans of minutes after midnight; a span may end after 1440, the next day."""

    name: str
    timezone: str
    hours: dict[int, tuple[tuple[int, int], ...]] = {}
    days_off: tuple[dt.date, ...] = ()


# The openings of a day by the calendar's identity, which the calendar itself, kept beside them, keeps its own.
_DAYS: dict[tuple[int, dt.date], tuple[Calendar, tuple[tuple[dt.datetime, dt.datetime], ...]]] = {}


def always_open(timezone: str = "UTC", name: str = "always") -> Calendar:
    """Make the calendar of a desk that has none: every minute counts."""
    return Calendar(name, timezone, dict.fromkeys(range(7), ((0, DAY),)))


def is_open(calendar: Calendar, at: dt.datetime) -> bool:
    """Say whether a moment is working time."""
    now = utc(at)
    return any(start <= now < end for start, end in _openings_of(calendar, now.date()))


def is_working_day(calendar: Calendar, at: dt.datetime) -> bool:
    """Say whether any working time begins on the local day of a moment."""
    day = utc(at).astimezone(ZoneInfo(calendar.timezone)).date()
    return day not in calendar.days_off and bool(calendar.hours.get(day.weekday()))


def add(calendar: Calendar, start: dt.datetime, working: dt.timedelta) -> dt.datetime:
    """Give the earliest moment (UTC) at which so much working time has passed since `start`; `start` itself for none."""
    moment, left = utc(start), working
    if left <= _NONE:
        return moment
    for opens, closes in _openings(calendar, moment, None):
        begin = max(opens, moment)
        if closes - begin >= left:
            return begin + left
        left -= max(closes - begin, _NONE)
        moment = max(moment, closes)
    raise ValueError(f"calendar {calendar.name} has no working time to add")


def between(calendar: Calendar, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    """Give the working time from one moment to another; negative if the second comes first."""
    first, last = utc(start), utc(end)
    if last < first:
        return -between(calendar, last, first)
    total = _NONE
    for opens, closes in _openings(calendar, first, last):
        total += max(min(closes, last) - max(opens, first), _NONE)
    return total


def next_opening(calendar: Calendar, at: dt.datetime) -> dt.datetime:
    """Give the moment itself if it is working time, else the next opening (UTC)."""
    now = utc(at)
    for opens, closes in _openings(calendar, now, None):
        if closes > now:
            return max(opens, now)
    raise ValueError(f"calendar {calendar.name} has no working time to come")


def _openings_of(calendar: Calendar, day: dt.date) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
    """List the openings that may touch a day (UTC); every mail of that day asks for the same ones."""
    key = (id(calendar), day)
    known = _DAYS.get(key)
    if known is None or known[0] is not calendar:
        if len(_DAYS) >= _MOST_DAYS:
            _DAYS.clear()
        begins = dt.datetime.combine(day, dt.time(), dt.UTC)
        known = _DAYS[key] = calendar, tuple(_openings(calendar, begins, begins + dt.timedelta(days=1)))
    return known[1]


def _openings(
    calendar: Calendar, first: dt.datetime, last: dt.datetime | None
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """List the openings that may touch a period, in order and never overlapping; without an end, while any come."""
    zone, off = ZoneInfo(calendar.timezone), frozenset(calendar.days_off)
    longest = max((end for spans in calendar.hours.values() for _, end in spans), default=0)
    day = first.astimezone(zone).date() - dt.timedelta(days=1 + longest // DAY)
    stop = last.astimezone(zone).date() if last else day + dt.timedelta(days=_LONGEST_WAIT)
    covered: dt.datetime | None = None
    while day <= stop:
        spans = () if day in off else calendar.hours.get(day.weekday(), ())
        for start, end in sorted(spans):
            opens, closes = _first(zone, day, start), _end(zone, day, end)
            if covered and opens < covered:
                opens = covered
            if opens < closes:
                covered = closes
                yield opens, closes
                if last is None:
                    stop = day + dt.timedelta(days=_LONGEST_WAIT)
        day += dt.timedelta(days=1)


def _first(zone: ZoneInfo, day: dt.date, minute: int) -> dt.datetime:
    """Give the moment (UTC) at which the wall clock first shows a minute of a day, or jumps over it."""
    first, second = _readings(zone, day, minute)
    return _change(zone, second, first) if second < first else first


def _end(zone: ZoneInfo, day: dt.date, minute: int) -> dt.datetime:
    """Give the moment (UTC) at which the minute before is over for the last time: a shift to 2:00 ends at the first 2:00."""
    first, second = _readings(zone, day, minute - 1)
    return _change(zone, second, first) if second < first else second + dt.timedelta(minutes=1)


def _readings(zone: ZoneInfo, day: dt.date, minute: int) -> tuple[dt.datetime, dt.datetime]:
    # PEP 495: of a repeated hour fold=0 is the earlier; of a skipped one fold=0 lies after the change, fold=1 before it.
    wall = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minute)
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    return first, second


@lru_cache(maxsize=256)
def _change(zone: ZoneInfo, before: dt.datetime, after: dt.datetime) -> dt.datetime:
    """Find the moment between two others at which the zone's offset changes, to the second."""
    old = before.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (before + dt.timedelta(seconds=middle)).astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return before + dt.timedelta(seconds=high)
