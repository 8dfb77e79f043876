"""Moments in the words of a language: “v úterý 24. 11. do 12:00”, “Tuesday 24 November, 12:00”.

Babel knows names in the nominative; after a preposition Czech and Croatian decline them, so these seven stand here.
"""

import datetime as dt
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class _Words(NamedTuple):
    """How a language says a day and a time: the weekdays with their preposition, the date, `until` and `since`."""

    days: tuple[str, ...]
    date: str
    short: str
    until: str
    since: str


_WORDS = {
    "cs": _Words(
        ("v pondělí", "v úterý", "ve středu", "ve čtvrtek", "v pátek", "v sobotu", "v neděli"),
        "d. M.",
        "d. M. y H:mm",
        " do ",
        " od ",
    ),
    "hr": _Words(
        ("u ponedjeljak", "u utorak", "u srijedu", "u četvrtak", "u petak", "u subotu", "u nedjelju"),
        "d. M.",
        "d. M. y. H:mm",
        " do ",
        " od ",
    ),
    "en": _Words((), "EEEE d MMMM", "d MMMM y, H:mm", ", ", " from "),
}


def say_until(moment: str, language: str, zone: str) -> str:
    """Say a moment (RFC 3339) as the end of a time, to stand after “by”, “nejpozději”, “najkasnije”; "" if it is none."""
    return _say(moment, language, zone, until=True)


def say_since(moment: str, language: str, zone: str) -> str:
    """Say a moment (RFC 3339) as the begin of a time: “v pondělí 23. 11. od 8:00”; "" if it is none."""
    return _say(moment, language, zone, until=False)


def say_moment(moment: dt.datetime, language: str, zone: str) -> str:
    """Say when something was: “3. 11. 2026 14:05”."""
    return _say_minute(moment.replace(second=0, microsecond=0), language, zone)


@lru_cache(maxsize=1024)
def _say_minute(moment: dt.datetime, language: str, zone: str) -> str:
    words = _WORDS.get(language)
    return _format(moment.astimezone(find_zone(zone)), words.short if words else "short", language)


@lru_cache(maxsize=64)
def find_zone(name: str) -> dt.tzinfo:
    """Find a time zone by its name; UTC for one that does not exist."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return dt.UTC


@lru_cache(maxsize=1024)
def _say(moment: str, language: str, zone: str, *, until: bool) -> str:
    try:
        local = dt.datetime.fromisoformat(moment)
    except ValueError:
        return ""
    if local.tzinfo is None:
        return ""
    local = local.astimezone(find_zone(zone))
    words = _WORDS.get(language)
    if words is None:
        return _format(local, "medium", language)
    day = _format(local, words.date, language)
    if words.days:
        day = f"{words.days[local.weekday()]} {day}"
    return f"{day}{words.until if until else words.since}{local.hour}:{local.minute:02}"


def _format(moment: dt.datetime, pattern: str, language: str) -> str:
    from babel import Locale, UnknownLocaleError
    from babel.dates import format_datetime

    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return format_datetime(moment, pattern, locale=locale)
