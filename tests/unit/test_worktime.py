"""Working time in real calendars: weekends, holidays, nights, and the days when clocks change."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from maildesk.worktime import Calendar, add, always_open, between, is_open, next_opening

WORK = ((8 * 60, 16 * 60),)
ZAGREB = Calendar("zagreb", "Europe/Zagreb", dict.fromkeys(range(5), WORK), (dt.date(2026, 12, 25),))
SPLIT = Calendar("split", "Europe/Prague", {0: ((8 * 60, 12 * 60), (13 * 60, 17 * 60)), 2: ((9 * 60, 10 * 60),)})
NIGHT = Calendar("night", "Europe/Zagreb", dict.fromkeys(range(7), ((22 * 60, 30 * 60),)))
HOURS = dt.timedelta(hours=1)


def at(text: str, zone: str = "Europe/Zagreb", fold: int = 0) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        ("2026-11-23 08:00", True),
        ("2026-11-23 07:59:59", False),
        ("2026-11-23 15:59:59.999999", True),
        ("2026-11-23 16:00", False),
        ("2026-11-22 10:00", False),
        ("2026-12-25 10:00", False),
        ("2026-12-28 10:00", True),
    ],
)
def test_spans_are_half_open(moment: str, opened: bool) -> None:
    """Open from the first minute, closed at the last one sharp, on weekends and on days off (B91)."""
    assert is_open(ZAGREB, at(moment)) is opened


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23 10:00", 2, "2026-11-23 12:00"),
        ("2026-11-23 15:00", 1, "2026-11-23 16:00"),  # exactly what is left of the day ends today
        ("2026-11-23 15:00", 2, "2026-11-24 09:00"),
        ("2026-11-27 15:00", 2, "2026-11-30 09:00"),  # over a weekend
        ("2026-11-22 03:10", 4, "2026-11-23 12:00"),  # Sunday night
        ("2026-12-24 15:00", 2, "2026-12-28 09:00"),  # over Christmas and a weekend
        ("2026-11-23 10:00", 0, "2026-11-23 10:00"),
        ("2026-11-22 10:00", 0, "2026-11-22 10:00"),
        ("2026-11-23 08:00", 40, "2026-11-27 16:00"),
    ],
)
def test_working_time_is_added(start: str, hours: int, end: str) -> None:
    """Only open hours count towards a promise (B91)."""
    assert add(ZAGREB, at(start), hours * HOURS) == at(end)
    assert between(ZAGREB, at(start), at(end)) == hours * HOURS


def test_several_spans_a_day() -> None:
    """The lunch break and the days without hours are skipped."""
    assert add(SPLIT, at("2026-11-23 11:00"), 2 * HOURS) == at("2026-11-23 14:00")
    assert add(SPLIT, at("2026-11-23 16:00"), 3 * HOURS) == at("2026-11-30 09:00")
    assert next_opening(SPLIT, at("2026-11-23 12:30")) == at("2026-11-23 13:00")


@pytest.mark.parametrize(
    ("evening", "hours"), [("2026-03-28 22:00", 7), ("2026-10-24 22:00", 9), ("2026-11-21 22:00", 8)]
)
def test_a_night_shift_over_the_change_of_clocks(evening: str, hours: int) -> None:
    """A shift from 22:00 to 6:00 lasts 7, 9 or 8 real hours (B91)."""
    noon = at(evening) + 14 * HOURS
    assert between(NIGHT, at(evening), noon) == hours * HOURS
    assert add(NIGHT, at(evening), hours * HOURS) == at(f"{noon:%Y-%m-%d} 06:00")


@pytest.mark.parametrize(
    ("end", "hours"),
    [(26, 4.0), (26.5, 5.5), (27, 6.0)],
)
def test_a_shift_that_ends_around_the_repeated_hour(end: float, hours: float) -> None:
    """On the night of two 2:30s a shift to 2:00 ends at the first 2:00, one to 2:30 at the second 2:30."""
    late = Calendar("late", "Europe/Zagreb", {5: ((22 * 60, int(end * 60)),)})
    assert between(late, at("2026-10-24 12:00"), at("2026-10-25 12:00")) == hours * HOURS


@pytest.mark.parametrize(("end", "hours"), [(26, 4.0), (26.5, 4.0), (27, 4.0), (27.5, 4.5)])
def test_a_shift_that_ends_in_the_skipped_hour(end: float, hours: float) -> None:
    """On the night without a 2:30 a shift to 2:30 ends when the clock jumps."""
    late = Calendar("late", "Europe/Zagreb", {5: ((22 * 60, int(end * 60)),)})
    assert between(late, at("2026-03-28 12:00"), at("2026-03-29 12:00")) == hours * HOURS


def test_an_opening_in_the_skipped_hour_begins_at_the_jump() -> None:
    """A shift from 2:30 on the night without a 2:30 begins at 3:00 summer time."""
    early = Calendar("early", "Europe/Zagreb", {6: ((150, 300),)})
    assert next_opening(early, at("2026-03-28 12:00")) == at("2026-03-29 03:00")


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Zagreb", "America/Havana", "Africa/Cairo", "Pacific/Apia", "Asia/Beirut"]
)
def test_always_open_is_never_closed(zone: str) -> None:
    """Where clocks change at midnight too, an always open desk counts every second, each once."""
    start = dt.datetime(2011, 1, 1, tzinfo=dt.UTC)
    for month in range(30):
        begin = start + dt.timedelta(days=29 * month)
        assert between(always_open(zone), begin, begin + dt.timedelta(days=29)) == dt.timedelta(days=29)


def test_overlapping_spans_count_once() -> None:
    """A night shift that runs into the next day's early shift is counted once."""
    both = Calendar("both", "Europe/Zagreb", {0: ((22 * 60, 30 * 60),), 1: ((5 * 60, 13 * 60), (6 * 60, 7 * 60))})
    assert between(both, at("2026-11-23 12:00"), at("2026-11-24 23:00")) == 15 * HOURS


def test_a_day_off_cancels_what_begins_on_it() -> None:
    """The night that began the evening before a holiday is still worked to its end."""
    off = Calendar("off", "Europe/Zagreb", NIGHT.hours, (dt.date(2026, 12, 25),))
    assert is_open(off, at("2026-12-25 03:00"))
    assert not is_open(off, at("2026-12-25 23:00"))
    assert not is_open(off, at("2026-12-26 03:00"))


def test_time_backwards_is_negative() -> None:
    """Between a later and an earlier moment lies the same time with a minus."""
    assert between(ZAGREB, at("2026-11-24 09:00"), at("2026-11-23 15:00")) == -2 * HOURS


def test_hours_that_never_come_are_an_error() -> None:
    """A calendar without hours cannot promise anything; it says so and does not search for ever."""
    with pytest.raises(ValueError, match="no working time"):
        add(Calendar("empty", "UTC"), at("2026-11-23 10:00"), HOURS)
    assert between(Calendar("empty", "UTC"), at("2026-11-23 10:00"), at("2027-11-23 10:00")) == 0 * HOURS
