"""Moments as people write them: `3d`, `2 weeks`, `friday 9:00`, `zítra`, `3.12.`, `2026-12-03 14:30`.

Reading checks the words without a clock and gives them in one form: ("+4320m",), ("friday", "09:00"), ("+1d",),
("12-03",), ("2026-12-03", "14:30"). `moment_of` turns that form into a moment, in the desk's time zone.
"""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from maildesk.model.phrases import WEEKDAYS, Phrases, folded
from maildesk.model.value import utc

MORNING = dt.time(8)
LONGEST = 366 * 24 * 60
_DURATION = re.compile(r"([0-9]{1,5})\s{0,3}([^\W\d_]{1,12})\.?")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])h?")
_HOUR = re.compile(r"([01]?[0-9]|2[0-3])h")
_DAY_MONTH = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.?(20[0-9]{2})?\.?")
_ISO = re.compile(r"(20[0-9]{2})-([0-9]{1,2})-([0-9]{1,2})")
_SPACED_DATE = re.compile(r"\b([0-9]{1,2})\. ([0-9]{1,2})\.( (?=20[0-9]{2}))?")


def read_moment(text: str, phrases: Phrases) -> tuple[str, ...] | None:
    """Read the words after `#wait` or `#away`; None if they name no moment."""
    joined = _SPACED_DATE.sub(r"\1.\2.", folded(text[:80]))
    words = [word for word in joined.replace(",", " ").split() if word not in phrases.fillers]
    duration = _duration(" ".join(words), phrases)
    if duration:
        return (f"+{duration}m",)
    clock = _clock(words[-1]) if words else None
    # `3.12` is a day, `9.30` alone cannot be told from one: a clock with a dot needs a day before it.
    if clock and (len(words) > 1 or ":" in words[-1]):
        words = words[:-1]
    else:
        clock = None
    if not words:
        return (clock,) if clock else None
    day = _day(words[0].rstrip("."), phrases) or _date(words[0]) if len(words) == 1 else None
    return None if day is None else (day, clock) if clock else (day,)


def moment_of(
    words: tuple[str, ...], now: dt.datetime, timezone: str, morning: dt.time = MORNING
) -> dt.datetime | None:
    """Give the next moment (UTC) that the words of a command mean; None if it lies in the past or no words are given.

    A day without a time begins in the morning; days and weeks keep the time of day over a change of clocks.
    """
    if not words or words == ("off",):
        return None
    zone = ZoneInfo(timezone)
    local = utc(now).astimezone(zone)
    if words[0].startswith("+") and words[0].endswith("m"):
        return _later(local, int(words[0][1:-1]))
    clock = dt.time.fromisoformat(words[-1]) if ":" in words[-1] else None
    candidates = _days(words[0], local.date()) if ":" not in words[0] else _next_days(local.date(), 2)
    moments = [dt.datetime.combine(day, clock or morning, zone).astimezone(dt.UTC) for day in candidates]
    return next((moment for moment in moments if moment > local), None)


def _later(local: dt.datetime, minutes: int) -> dt.datetime:
    days, rest = divmod(minutes, 24 * 60)
    if rest:
        return local.astimezone(dt.UTC) + dt.timedelta(minutes=minutes)
    return (local.replace(tzinfo=None) + dt.timedelta(days=days)).replace(tzinfo=local.tzinfo).astimezone(dt.UTC)


def _days(word: str, today: dt.date) -> list[dt.date]:
    """List the days a word can mean, soonest first."""
    if word in WEEKDAYS:
        ahead = (WEEKDAYS.index(word) - today.weekday()) % 7
        return [today + dt.timedelta(days=ahead), today + dt.timedelta(days=ahead + 7)]
    if word.startswith("+"):
        return [today + dt.timedelta(days=int(word[1:-1]))]
    if len(word) == len("2026-12-03"):
        return [dt.date.fromisoformat(word)]
    month, day = (int(part) for part in word.split("-"))
    years = range(today.year, today.year + 9)  # 29 February may be eight years away
    return [dt.date(year, month, day) for year in years if _is_date(year, month, day)]


def _next_days(today: dt.date, count: int) -> list[dt.date]:
    return [today + dt.timedelta(days=ahead) for ahead in range(count)]


def _duration(text: str, phrases: Phrases) -> int | None:
    found = _DURATION.fullmatch(text)
    minutes = int(found[1]) * phrases.units.get(found[2], 0) if found else 0
    return minutes if 0 < minutes <= LONGEST else None


def _clock(word: str) -> str | None:
    if found := _CLOCK.fullmatch(word):
        return f"{int(found[1]):02}:{found[2]}"
    found = _HOUR.fullmatch(word)
    return f"{int(found[1]):02}:00" if found else None


def _day(word: str, phrases: Phrases) -> str | None:
    if word in phrases.weekdays:
        return WEEKDAYS[phrases.weekdays[word]]
    return f"+{phrases.days[word]}d" if word in phrases.days else None


def _date(word: str) -> str | None:
    if found := _ISO.fullmatch(word):
        year, month, day = (int(part) for part in found.groups())
        return f"{year}-{month:02}-{day:02}" if _is_date(year, month, day) else None
    found = _DAY_MONTH.fullmatch(word)
    if not found:
        return None
    day, month = int(found[1]), int(found[2])
    if found[3]:
        return f"{found[3]}-{month:02}-{day:02}" if _is_date(int(found[3]), month, day) else None
    return f"{month:02}-{day:02}" if _is_date(2024, month, day) else None


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True
