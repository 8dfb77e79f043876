"""Moments as people write them, read without a clock and placed in time with one."""

import datetime as dt

import pytest

from maildesk.commands import moment_of
from maildesk.commands.moment import read_moment

from .desk import PHRASES

NOON = dt.datetime(2026, 11, 22, 11, 0, tzinfo=dt.UTC)  # a Sunday, 12:00 in Zagreb


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3d", ("+4320m",)),
        ("2h", ("+120m",)),
        ("90 min", ("+90m",)),
        ("1 week", ("+10080m",)),
        ("za 3 dny", ("+4320m",)),
        ("za 3 dana", ("+4320m",)),
        ("in 2 days.", ("+2880m",)),
        ("friday", ("friday",)),
        ("friday 9:00", ("friday", "09:00")),
        ("on Friday at 9.00", ("friday", "09:00")),
        ("friday 9h", ("friday", "09:00")),
        ("v pátek 14:30", ("friday", "14:30")),
        ("do pátku", ("friday",)),
        ("u petak u 9:00", ("friday", "09:00")),
        ("tomorrow", ("+1d",)),
        ("sutra 8:15", ("+1d", "08:15")),
        ("pozítří", ("+2d",)),
        ("9:00", ("09:00",)),
        ("3.12.", ("12-03",)),
        ("3.12", ("12-03",)),
        ("until 3.12. 9:00", ("12-03", "09:00")),
        ("3. 12. 2026", ("2026-12-03",)),
        ("3.12.2026 14:30", ("2026-12-03", "14:30")),
        ("2026-12-03", ("2026-12-03",)),
        ("29.2.", ("02-29",)),
    ],
)
def test_what_people_write_is_read(text: str, words: tuple[str, ...]) -> None:
    """Durations, weekdays, days and dates in three languages have one form."""
    assert read_moment(text, PHRASES) == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "0d",
        "367d",
        "9999999d",
        "31.4.",
        "2026-02-29",
        "25:00",
        "friday 25:00",
        "9.30",
        "3/12",
        "friday monday",
        "x" * 500,
    ],
)
def test_what_is_no_moment_is_none(text: str) -> None:
    """Impossible dates, more than a year, and mere words name no moment."""
    assert read_moment(text, PHRASES) is None


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        (("+120m",), "2026-11-22T13:00"),
        (("friday", "09:00"), "2026-11-27T08:00"),
        (("friday",), "2026-11-27T07:00"),
        (("sunday", "14:00"), "2026-11-22T13:00"),
        (("sunday", "12:00"), "2026-11-29T11:00"),
        (("sunday",), "2026-11-29T07:00"),
        (("13:00",), "2026-11-22T12:00"),
        (("09:00",), "2026-11-23T08:00"),
        (("+1d",), "2026-11-23T07:00"),
        (("12-03",), "2026-12-03T07:00"),
        (("11-03",), "2027-11-03T07:00"),
        (("02-29",), "2028-02-29T07:00"),
        (("2026-12-03", "14:30"), "2026-12-03T13:30"),
    ],
)
def test_the_next_such_moment_is_meant(words: tuple[str, ...], moment: str) -> None:
    """A weekday, a day or a time means the next one, in the desk's time zone; a day begins at eight."""
    assert moment_of(words, NOON, "Europe/Zagreb") == dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize("words", [(), ("off",), ("2026-11-01",), ("2026-11-22", "12:00"), ("+0d",)])
def test_the_past_is_no_moment(words: tuple[str, ...]) -> None:
    """What has passed already, or names no time, cannot be waited for."""
    assert moment_of(words, NOON, "Europe/Zagreb") is None


def test_days_keep_the_time_of_day_over_a_change_of_clocks() -> None:
    """Three days from Friday noon is Monday noon, though the night between has an hour more."""
    friday = dt.datetime(2026, 10, 23, 10, 0, tzinfo=dt.UTC)
    assert moment_of(("+4320m",), friday, "Europe/Zagreb") == dt.datetime(2026, 10, 26, 11, 0, tzinfo=dt.UTC)
