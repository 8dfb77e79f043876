"""When an agent wants to hear of a ticket: now, or all together at the beginning of their next working hours.

A person's hours are the calendar and the quiet time that teams.yaml gives to the person; a team's calendar says what
customers are promised, and nothing about when its people read mail.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from maildesk import worktime
from maildesk.decide.desk import Desk
from maildesk.model.decision import Event
from maildesk.model.people import Agent
from maildesk.model.snapshot import Snapshot
from maildesk.model.ticket import Priority
from maildesk.rules.assign import on_call

_GATHERED = frozenset(
    (Event.NEW_TICKET, Event.CUSTOMER_MAIL, Event.ASSIGNED, Event.REOPENED, Event.NOTE, Event.RATED, Event.UNDELIVERED)
)
# A question that waits for any colleague's answer comes by itself, but in working hours, too.
_IN_HOURS = _GATHERED | {Event.HELD}
_QUARTER = dt.timedelta(minutes=15)
_MOST_STEPS = 20  # a quiet time may cover an opening; after so many days in a row something is wrong, and mail goes out


def later(
    snapshot: Snapshot, desk: Desk, event: Event, agent: Agent, *, team: str, priority: Priority
) -> tuple[dt.datetime | None, str]:
    """Say at which moment an agent is told of an event, None for at once, and why not at once.

    What is urgent wakes whoever is on call. What only one answer can settle, such as a refused command, never waits: whoever
    wrote is there. A question about a stranger's mail waits for the morning, but is not one of too many.
    """
    if event not in _IN_HOURS:
        return None, ""
    moment = next_hours(agent, desk, snapshot.now)
    if moment > snapshot.now:
        urgent = priority is Priority.URGENT and _is_on_call(agent, team, desk, snapshot.now)
        return (None, "") if urgent else (moment, "outside working hours")
    if event not in _GATHERED:
        return None, ""
    most = desk.settings.limits.notifications_per_hour
    told = snapshot.told.get(agent.addresses[0].casefold(), 0) if agent.addresses else 0
    if told < most or priority is Priority.URGENT:
        return None, ""
    return _next_quarter(snapshot.now), f"{told} mails in an hour, at most {most}"


def next_hours(agent: Agent, desk: Desk, now: dt.datetime) -> dt.datetime:
    """Give the first moment from now on at which a person wants mail: `now` itself if they have no hours."""
    calendar = desk.policy.calendars.get(agent.calendar) if agent.calendar else None
    if calendar is None and agent.quiet is None:
        return now
    zone = ZoneInfo(calendar.timezone if calendar else desk.settings.desk.timezone)
    moment = now
    for _ in range(_MOST_STEPS):
        before = moment
        if calendar:
            moment = worktime.next_opening(calendar, moment)
        if agent.quiet:
            moment = _after_quiet(agent.quiet, moment, zone)
        if moment == before:
            return moment
    return now


def _after_quiet(quiet: tuple[int, int], moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Give the end of a quiet time that a moment lies in, else the moment."""
    begins, ends = quiet
    local = moment.astimezone(zone)
    minute = 60 * local.hour + local.minute
    inside = begins <= minute < ends if begins < ends else minute >= begins or minute < ends
    if not inside:
        return moment
    day = local.date() + dt.timedelta(days=1 if minute >= ends else 0)
    # RFC 5545 §3.3.5: a time that the clocks skip is the same distance behind the change.
    end = dt.datetime.combine(day, dt.time(ends // 60, ends % 60), zone).astimezone(dt.UTC)
    return max(end, moment + dt.timedelta(minutes=1))


def _is_on_call(agent: Agent, team: str, desk: Desk, now: dt.datetime) -> bool:
    found = desk.policy.people.teams.get(team)
    return found is not None and on_call(found, desk.policy.people, now, desk.policy.calendars) == agent.login


def _next_quarter(now: dt.datetime) -> dt.datetime:
    hour = now.replace(minute=0, second=0, microsecond=0)
    return hour + ((now - hour) // _QUARTER + 1) * _QUARTER
