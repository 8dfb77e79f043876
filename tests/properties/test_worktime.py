"""Laws of working time, over random calendars in zones whose clocks change."""

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from maildesk.worktime import Calendar, add, between, is_open

ZONES = ["UTC", "Europe/Zagreb", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Kathmandu"]
spans = st.tuples(st.integers(0, 1439), st.integers(1, 1000)).map(lambda s: (s[0], s[0] + s[1]))
hours = st.dictionaries(st.integers(0, 6), st.lists(spans, min_size=1, max_size=3).map(tuple), min_size=1)
days_off = st.lists(st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 31)), max_size=5).map(tuple)
calendars = st.builds(Calendar, st.just("c"), st.sampled_from(ZONES), hours, days_off)
first, last = dt.datetime(2026, 1, 1), dt.datetime(2026, 12, 31)  # noqa: DTZ001 - hypothesis wants naive bounds
moments = st.datetimes(first, last, timezones=st.just(dt.UTC))
amounts = st.timedeltas(dt.timedelta(0), dt.timedelta(hours=200))


@given(calendars, moments, amounts)
def test_add_and_between_are_inverse(calendar: Calendar, start: dt.datetime, working: dt.timedelta) -> None:
    """The time between a moment and that moment plus w is w."""
    assert between(calendar, start, add(calendar, start, working)) == working


@given(calendars, moments, amounts)
def test_add_gives_the_earliest_moment(calendar: Calendar, start: dt.datetime, working: dt.timedelta) -> None:
    """An instant before the moment that `add` gives, less time has passed."""
    assume(working > dt.timedelta(0))
    end = add(calendar, start, working)
    assert between(calendar, start, end - dt.timedelta(microseconds=1)) < working


@given(calendars, moments, moments)
def test_what_is_between_can_be_added(calendar: Calendar, one: dt.datetime, other: dt.datetime) -> None:
    """Adding what lies between two moments never leads beyond the second, and only over closed time short of it."""
    earlier, later = min(one, other), max(one, other)
    end = add(calendar, earlier, between(calendar, earlier, later))
    assert earlier <= end <= later
    assert between(calendar, end, later) == dt.timedelta(0)


@given(calendars, moments, amounts, amounts)
def test_adding_is_additive_and_monotone(
    calendar: Calendar, start: dt.datetime, one: dt.timedelta, other: dt.timedelta
) -> None:
    """Adding in two steps equals adding at once; more work never ends sooner."""
    assert add(calendar, add(calendar, start, one), other) == add(calendar, start, one + other)
    assert (one <= other) <= (add(calendar, start, one) <= add(calendar, start, other))


@given(calendars, moments, moments, moments)
def test_between_is_additive(calendar: Calendar, a: dt.datetime, b: dt.datetime, c: dt.datetime) -> None:
    """Time from a to b and from b to c is the time from a to c, and never more than real time."""
    assert between(calendar, a, b) + between(calendar, b, c) == between(calendar, a, c)
    assert abs(between(calendar, a, b)) <= abs(b - a)


@given(calendars, moments)
def test_open_means_that_time_passes(calendar: Calendar, moment: dt.datetime) -> None:
    """It is open exactly when the next microsecond counts."""
    tick = dt.timedelta(microseconds=1)
    assert is_open(calendar, moment) is (between(calendar, moment, moment + tick) == tick)


@given(calendars, moments)
def test_on_ordinary_days_the_wall_clock_decides(calendar: Calendar, moment: dt.datetime) -> None:
    """Far from a change of clocks, open is what the spans say of the local weekday and time."""
    local = moment.astimezone(ZoneInfo(calendar.timezone))
    near = [moment + dt.timedelta(days=d) for d in (-3, 3)]
    assume(len({n.astimezone(ZoneInfo(calendar.timezone)).utcoffset() for n in near}) == 1)
    expected = False
    for back in range(3):
        day = local.date() - dt.timedelta(days=back)
        passed = (local.replace(tzinfo=None) - dt.datetime.combine(day, dt.time())) / dt.timedelta(minutes=1)
        if day not in calendar.days_off:
            expected |= any(start <= passed < end for start, end in calendar.hours.get(day.weekday(), ()))
    assert is_open(calendar, moment) is expected
