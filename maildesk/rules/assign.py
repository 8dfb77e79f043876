"""Choose who of a team gets a ticket: a person, in turn, the least busy, the one on call, or nobody.

Absent people and those who have `max_open` tickets are passed over; among the others, those at work now come first.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from maildesk.model.decision import Rotate
from maildesk.model.people import Agent, People, Team
from maildesk.model.reason import Reason
from maildesk.model.why import Why
from maildesk.worktime import Calendar, is_open

NOBODY = "nobody"
ROUND_ROBIN = "round-robin"
LEAST_BUSY = "least-busy"
ON_CALL = "on-call"
WAYS = (LEAST_BUSY, ROUND_ROBIN, ON_CALL, NOBODY)

_MONDAY = dt.date(1970, 1, 5)  # the first Monday that rotas are counted from

Choice = tuple[str, Why, Rotate | None]


def choose_assignee(  # noqa: PLR0913, PLR0917 - what an admin can wish for, and all it depends on
    how: str,
    team: str,
    people: People,
    loads: dict[str, int],
    rotation: dict[str, str],
    now: dt.datetime,
    calendars: dict[str, Calendar],
    needs: tuple[str, ...] = (),
) -> Choice:
    """Give the agent's login ("" for nobody), why, and what to remember about turns.

    `loads` are open tickets by login, `rotation` the last one served by team; `needs` are skills that are wanted if anybody
    has them all.
    """
    if how in {"", NOBODY}:
        return "", Why(Reason.NOBODY_TO_ASSIGN, "the rules leave it to the team"), None
    if how not in WAYS:
        return _named(how, people)
    found = people.teams.get(team)
    if found is None:
        return "", Why(Reason.NOBODY_TO_ASSIGN, f"{how}: no team to choose from"), None
    if how == ON_CALL:
        return _on_call(found, people, now, calendars)
    candidates, passed = _free(found, people, loads, needs)
    candidates = _at_work(candidates, found, now, calendars)
    if not candidates:
        return "", Why(Reason.NOBODY_TO_ASSIGN, f"{how} of {team}: {passed or 'the team has no members'}"), None
    if how == LEAST_BUSY:
        return _least_busy(candidates, found, loads, rotation)
    return _in_turn(candidates, found, rotation)


def _named(login: str, people: People) -> Choice:
    """A rule that names a person means that person, however busy; only absence speaks against it."""
    agent = people.agents.get(login)
    if agent is None or agent.absent:
        missing = f"{login} is {'away' if agent else 'no agent'}"
        return "", Why(Reason.NOBODY_TO_ASSIGN, missing), None
    return login, Why(Reason.ASSIGNED, f"{login}, by name"), None


def _free(team: Team, people: People, loads: dict[str, int], needs: tuple[str, ...]) -> tuple[tuple[Agent, ...], str]:
    """List who can take one more, and say who was passed over and why."""
    passed, free = [], []
    for agent in people.members(team.name):
        if agent.absent:
            passed.append(f"{agent.login} is away")
        elif agent.max_open and loads.get(agent.login, 0) >= agent.max_open:
            passed.append(f"{agent.login} has {loads.get(agent.login, 0)} open")
        else:
            free.append(agent)
    able = [agent for agent in free if set(needs) <= set(agent.skills)]
    return tuple(able or free), ", ".join(passed)


def _at_work(
    candidates: tuple[Agent, ...], team: Team, now: dt.datetime, calendars: dict[str, Calendar]
) -> tuple[Agent, ...]:
    """Prefer those whose calendar is open; when nobody's is, everybody counts."""

    def works(agent: Agent) -> bool:
        calendar = calendars.get(agent.calendar or team.calendar)
        return calendar is None or is_open(calendar, now)

    return tuple(agent for agent in candidates if works(agent)) or candidates


def _in_turn(candidates: tuple[Agent, ...], team: Team, rotation: dict[str, str]) -> Choice:
    order = _after(rotation.get(team.name, ""), team)
    chosen = min(candidates, key=lambda agent: order.index(agent.login))
    return (
        chosen.login,
        Why(Reason.ASSIGNED, f"{chosen.login}, next in turn of {team.name}"),
        Rotate(team.name, chosen.login),
    )


def _least_busy(candidates: tuple[Agent, ...], team: Team, loads: dict[str, int], rotation: dict[str, str]) -> Choice:
    """Among equals it goes in turn, so that a quiet morning does not fall on the first name of the list."""
    order = _after(rotation.get(team.name, ""), team)
    chosen = min(candidates, key=lambda agent: (loads.get(agent.login, 0), order.index(agent.login)))
    why = f"{chosen.login}, least busy of {team.name} ({loads.get(chosen.login, 0)} open)"
    return chosen.login, Why(Reason.ASSIGNED, why), Rotate(team.name, chosen.login)


def _after(last: str, team: Team) -> tuple[str, ...]:
    """Give the team's order, beginning behind the one who was served last."""
    if last not in team.members:
        return team.members
    place = team.members.index(last) + 1
    return team.members[place:] + team.members[:place]


def on_call(team: Team, people: People, now: dt.datetime, calendars: dict[str, Calendar]) -> str:
    """Give who is on call for a team this week, "" if nobody is."""
    return _on_call(team, people, now, calendars)[0]


def _on_call(team: Team, people: People, now: dt.datetime, calendars: dict[str, Calendar]) -> Choice:
    """Weeks change on Monday at midnight in the team's time zone; an absent one's week falls to the next."""
    if not team.on_call:
        return "", Why(Reason.NOBODY_TO_ASSIGN, f"on-call: {team.name} has no rota in teams.yaml"), None
    calendar = calendars.get(team.calendar)
    zone = ZoneInfo(calendar.timezone) if calendar else dt.UTC
    week = (now.astimezone(zone).date() - _MONDAY).days // 7
    for step in range(len(team.on_call)):
        login = team.on_call[(week + step) % len(team.on_call)]
        agent = people.agents.get(login)
        if agent and not agent.absent:
            return login, Why(Reason.ASSIGNED, f"{login}, on call for {team.name}"), None
    return "", Why(Reason.NOBODY_TO_ASSIGN, f"everybody on the rota of {team.name} is away"), None
