"""Read calendars.yaml and sla.yaml: when people work, and what is promised."""

import datetime as dt
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec

from maildesk.model.ticket import Priority
from maildesk.rules.policy import Escalation, Sla
from maildesk.rules.reading.known import Known, check_name
from maildesk.settings.texts import parse_zone
from maildesk.worktime import Calendar
from maildesk.yaml_file import WARNING, Mapping, Node, Scalar, Sequence, suggest
from maildesk.yaml_file.take import (
    MISSING,
    Parse,
    Place,
    Refused,
    parse_date,
    parse_duration,
    take,
    take_struct,
    take_text,
)

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY_YEARS = range(2020, 2041)
LONGEST_BREAK = 366
_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-–]\s*([0-9]{1,2}):([0-9]{2})")
_CALENDAR_KEYS = ("timezone", "hours", "holidays", "days_off")
_REGION = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,4})?")
DAY = 24 * 60


def read_calendars(node: Node, place: Place, timezone: str) -> dict[str, Calendar]:
    """Read calendars.yaml; a calendar without a time zone is in the desk's."""
    if not isinstance(node, Mapping):
        place.error(node, "calendars.yaml names calendars", "write it like “zagreb: {hours: {mon-fri: 8:00-16:00}}”")
        return {}
    return {pair.key.text: _calendar(pair.key.text, pair.value, place, timezone) for pair in node.pairs}


def _calendar(name: str, node: Node, place: Place, timezone: str) -> Calendar:
    hours: dict[int, tuple[tuple[int, int], ...]] = {}
    days_off: set[dt.date] = set()
    if not isinstance(node, Mapping):
        place.error(node, f"“{name}” must have keys: {', '.join(_CALENDAR_KEYS)}")
        return Calendar(name, timezone)
    for pair in node.pairs:
        key, value = pair.key.text, pair.value
        if key == "timezone":
            zone = take(value, Annotated[str, Parse(parse_zone)], place, key)
            timezone = timezone if zone is MISSING else zone
        elif key == "hours":
            hours = _hours(value, place)
        elif key == "holidays":
            days_off |= set(_holidays(value, place))
        elif key == "days_off":
            days_off |= set(_days_off(value, place))
        else:
            place.error(pair.key, f"unknown key “{key[:60]}” in a calendar", suggest(key, _CALENDAR_KEYS))
    if not hours:
        place.error(node, f"the calendar “{name}” has no hours: nothing would ever be due")
    return Calendar(name, timezone, hours, tuple(sorted(days_off)))


def _hours(node: Node, place: Place) -> dict[int, tuple[tuple[int, int], ...]]:
    if not isinstance(node, Mapping):
        place.error(node, "“hours” names days", "write it like {mon-thu: 8:00-16:00, fri: [8:00-12:00, 13:00-15:00]}")
        return {}
    hours: dict[int, tuple[tuple[int, int], ...]] = {}
    for pair in node.pairs:
        days = _weekdays(pair.key.text)
        if days is None:
            hint = suggest(pair.key.text, DAYS) or f"days are {', '.join(DAYS)}, mon-fri, daily"
            place.error(pair.key, f"“{pair.key.text[:60]}” is no day", hint)
            continue
        spans = tuple(_spans(pair.value, place))
        for day in days:
            if day in hours:
                place.error(pair.key, f"{DAYS[day]} is named twice")
            hours[day] = spans
    return {day: spans for day, spans in hours.items() if spans}


def _weekdays(text: str) -> tuple[int, ...] | None:
    lower = text.lower().replace(" ", "")
    if lower == "daily":
        return tuple(range(7))
    first, dash, last = lower.partition("-")
    if first not in DAYS or (dash and last not in DAYS):
        return None
    start, end = DAYS.index(first), DAYS.index(last or first)
    return tuple((start + step) % 7 for step in range((end - start) % 7 + 1))


def _spans(node: Node, place: Place) -> Iterator[tuple[int, int]]:
    """Read 8:00-16:00; an end before its start is on the next day; `closed` is no span at all."""
    for item in node.items if isinstance(node, Sequence) else (node,):
        text = take_text(item, place, "hours")
        if text is None or text == "closed":
            continue
        found = _SPAN.fullmatch(text.strip())
        numbers = [int(number) for number in found.groups()] if found else []
        if (
            not numbers
            or max(numbers[1], numbers[3]) > 59
            or numbers[0] * 60 + numbers[1] >= DAY
            or numbers[2] * 60 + numbers[3] > DAY
        ):
            place.error(item, f"“{text[:60]}” is no time of day", "write it like 8:00-16:00 or 22:00-6:00")
            continue
        start, end = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
        yield start, end if end > start else end + DAY


def _days_off(node: Node, place: Place) -> Iterator[dt.date]:
    """Read dates, and ranges of them: 2026-12-24..2027-01-01."""
    for start, end in read_spans(node, place, "days_off"):
        yield from (start + dt.timedelta(days=n) for n in range((end - start).days + 1))


def read_spans(node: Node, place: Place, key: str) -> Iterator[tuple[dt.date, dt.date]]:
    """Read spans of days, first and last: 2026-12-24..2027-01-01, or one day alone."""
    for item in node.items if isinstance(node, Sequence) else (node,):
        text = take_text(item, place, key)
        if text is None:
            continue
        first, dots, last = text.partition("..")
        try:
            start, end = parse_date(first.strip()), parse_date((last if dots else first).strip())
        except Refused as refused:
            place.error(item, f"“{key}” {refused}, not “{text[:60]}”", "like 2026-12-24, or 2026-12-24..2027-01-01")
            continue
        if not 0 <= (end - start).days < LONGEST_BREAK:
            place.error(item, f"“{text[:60]}” does not end within a year")
            continue
        yield start, end


def _holidays(node: Node, place: Place) -> Iterator[dt.date]:
    """Read the public holidays of countries and regions, such as HR or US-CA."""
    for item in node.items if isinstance(node, Sequence) else (node,):
        text = take_text(item, place, "holidays")
        if text is None:
            continue
        if not _REGION.fullmatch(text):
            place.error(item, f"“{text[:60]}” is no country", "write it like HR, CZ or US-CA")
            continue
        try:
            holidays = _import_holidays()
        except ImportError:
            hint = "pip install maildesk[calendar], or write the days under days_off"
            place.error(
                item, f"public holidays of {text} are not known: working days are counted through them", hint, WARNING
            )
            continue
        country, _, region = text.partition("-")
        try:
            yield from holidays.country_holidays(country, subdiv=region or None, years=HOLIDAY_YEARS)
        except NotImplementedError:
            place.error(item, f"no public holidays are known for {text}")


def _import_holidays() -> Any:
    """Import `holidays` so that a country costs its own module only.

    The package `holidays.countries` (0.109) imports all its 250 countries, a third of a second, to give one: an empty package of
    the same path in its place lets Python find each by itself. tests/unit/rules/test_load.py: only countries that are asked for.
    """
    import holidays

    name = "holidays.countries"
    if name not in sys.modules:
        package = types.ModuleType(name)
        package.__path__ = [str(Path(holidays.__file__).parent / "countries")]
        sys.modules[name] = package
    return holidays


# ---- service levels ----


def _share(text: str) -> int:
    """Read 80%."""
    number = text.removesuffix("%")
    if number == text or not number.isdigit() or not 0 < int(number) <= 1000:
        raise Refused("must be a share of the time", "write it like 80%")
    return int(number)


class _EscalationKeys(msgspec.Struct, frozen=True):
    at: Annotated[int, Parse(_share)]
    notify: str = ""
    priority: str = ""
    team: str = ""


def read_slas(node: Node, place: Place, known: Known) -> dict[str, Sla]:
    """Read sla.yaml: promises by name."""
    if not isinstance(node, Mapping):
        place.error(node, "sla.yaml names promises", "write it like “standard: {first_reply: 8h, resolution: 40h}”")
        return {}
    return {pair.key.text: _sla(pair.key.text, pair.value, place, known) for pair in node.pairs}


def _sla(name: str, node: Node, place: Place, known: Known) -> Sla:
    if not isinstance(node, Mapping):
        place.error(node, f"“{name}” must have keys: first_reply, next_reply, resolution, escalate")
        return Sla(name)
    targets: dict[str, dict[str, dt.timedelta]] = {}
    steps: tuple[Escalation, ...] = ()
    for pair in node.pairs:
        key = pair.key.text
        if key in {"first_reply", "next_reply", "resolution"}:
            targets[key] = _target(pair.value, place, key)
        elif key == "escalate":
            steps = tuple(_steps(pair.value, place, known))
        else:
            names = ("first_reply", "next_reply", "resolution", "escalate")
            place.error(pair.key, f"unknown key “{key[:60]}” in an SLA", suggest(key, names))
    return Sla(name, escalate=steps, **targets)


def _target(node: Node, place: Place, what: str) -> dict[str, dt.timedelta]:
    """Read one time for all priorities, or one for each."""
    if not isinstance(node, Mapping):
        time = _working_time(node, place, what)
        return dict.fromkeys(map(str, Priority), time) if time is not None else {}
    found: dict[str, dt.timedelta] = {}
    for pair in node.pairs:
        if pair.key.text not in tuple(Priority):
            place.error(pair.key, f"“{pair.key.text[:60]}” is no priority", suggest(pair.key.text, tuple(Priority)))
        elif (time := _working_time(pair.value, place, what)) is not None:
            found[pair.key.text] = time
    return found


def _working_time(node: Node, place: Place, what: str) -> dt.timedelta | None:
    text = take_text(node, place, what)
    if text is None:
        return None
    try:
        time = parse_duration(text)
    except Refused as refused:
        place.error(node, f"“{what}” {refused}, not “{text[:60]}”", "working time, like 30m, 4h or 16h")
        return None
    if re.search(r"[dw]", text):
        place.error(
            node,
            f"“{text[:60]}” is not clear: a working day is as long as its calendar says",
            "say it in hours: 8h, 16h",
        )
        return None
    if not time:
        place.error(node, f"“{what}” must be longer than nothing")
    return time


def _steps(node: Node, place: Place, known: Known) -> Iterator[Escalation]:
    for item in node.items if isinstance(node, Sequence) else (node,):
        keys = take_struct(item, _EscalationKeys, place, "escalate")
        team = item.find("team") if isinstance(item, Mapping) else None
        if isinstance(team, Scalar):
            check_name(team, "teams", known, place)
        priority = item.find("priority") if isinstance(item, Mapping) else None
        if priority is not None and keys.priority not in {"+1", *Priority}:
            place.error(priority, "“priority” is +1 or a priority", ", ".join(Priority))
        yield Escalation(keys.at, keys.notify, keys.priority, keys.team)
