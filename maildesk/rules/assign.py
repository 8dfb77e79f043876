"""Choose who of a team gets a ticket: a person, in turn, the least busy, the one on call, or nobody.

Absent people and those who have `max_open` tickets are passed over; among the others, those with the skills that are wanted
come first, then those at work now. Where a person is meant who is away, whoever covers for him is.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from maildesk.model.decision import Rotate
from maildesk.model.people import Agent, People, Team
from maildesk.model.reason import Reason
from maildesk.model.ticket import Priority
from maildesk.model.why import Why
from maildesk.worktime import Calendar, is_open

NOBODY = "nobody"
ROUND_ROBIN = "round-robin"
LEAST_BUSY = "least-busy"
ON_CALL = "on-call"
WAYS = (LEAST_BUSY, ROUND_ROBIN, ON_CALL, NOBODY)

_NORMAL = Priority.NORMAL.weight
_MOST_NAMED = 6
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
    burdens: dict[str, int] | None = None,
) -> Choice:
    """Give the agent's login ("" for nobody), why, and what to remember about turns.

    `loads` are open tickets by login, `burdens` what they weigh (`Priority.weight`; without them all weigh the same),
    `rotation` the last one served by team; `needs` are skills that are wanted if anybody has them all.
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
    free, passed = _free(found, people, loads)
    able, unable = _able(free, needs)
    candidates, resting = _at_work(able, found, now, calendars)
    passed += unable + resting
    if not candidates:
        return "", Why(Reason.NOBODY_TO_ASSIGN, f"{how} of {team}: {_list(passed) or 'the team has no members'}"), None
    if how == LEAST_BUSY:
        weights = {a.login: (burdens or {}).get(a.login, _NORMAL * loads.get(a.login, 0)) for a in candidates}
        return _chosen(*_least_busy(candidates, found, weights, loads, rotation), found, passed)
    return _chosen(*_in_turn(candidates, found, rotation), found, passed)


def _named(login: str, people: People) -> Choice:
    """A rule that names a person means that person, however busy; only absence speaks against it."""
    agent = people.agents.get(login)
    if agent is None:
        return "", Why(Reason.NOBODY_TO_ASSIGN, f"{login} is no agent"), None
    if not agent.absent:
        return login, Why(Reason.ASSIGNED, f"{login}, by name"), None
    cover = people.cover(login)
    if cover:
        return cover.login, Why(Reason.ASSIGNED, f"{cover.login}, covers for {login}, who is away"), None
    return "", Why(Reason.NOBODY_TO_ASSIGN, f"{login} is away"), None


def _free(team: Team, people: People, loads: dict[str, int]) -> tuple[tuple[Agent, ...], list[str]]:
    """List who can take one more, and say who was passed over and why."""
    passed, free = [], []
    for agent in people.members(team.name):
        if agent.absent:
            passed.append(f"{agent.login} is away")
        elif agent.max_open and loads.get(agent.login, 0) >= agent.max_open:
            passed.append(f"{agent.login} has {loads.get(agent.login, 0)} open")
        else:
            free.append(agent)
    return tuple(free), passed


def _able(free: tuple[Agent, ...], needs: tuple[str, ...]) -> tuple[tuple[Agent, ...], list[str]]:
    """Prefer those who have all skills; when nobody has, everybody counts."""
    able = tuple(agent for agent in free if set(needs) <= set(agent.skills))
    if free and not able:
        return free, [f"nobody free has {', '.join(needs)}"]
    return able, [
        f"{agent.login} has not {', '.join(sorted({*needs} - {*agent.skills}))}" for agent in free if agent not in able
    ]


def _at_work(
    candidates: tuple[Agent, ...], team: Team, now: dt.datetime, calendars: dict[str, Calendar]
) -> tuple[tuple[Agent, ...], list[str]]:
    """Prefer those whose calendar is open; when nobody's is, everybody counts."""

    def works(agent: Agent) -> bool:
        calendar = calendars.get(agent.calendar or team.calendar)
        return calendar is None or is_open(calendar, now)

    working = tuple(agent for agent in candidates if works(agent))
    if not working:
        return candidates, []
    return working, [f"{agent.login} is not at work now" for agent in candidates if agent not in working]


def _in_turn(candidates: tuple[Agent, ...], team: Team, rotation: dict[str, str]) -> tuple[Agent, str]:
    order = _after(rotation.get(team.name, ""), team)
    return min(candidates, key=lambda agent: order.index(agent.login)), f"next in turn of {team.name}"


def _least_busy(
    candidates: tuple[Agent, ...], team: Team, weights: dict[str, int], loads: dict[str, int], rotation: dict[str, str]
) -> tuple[Agent, str]:
    """Among equals it goes in turn, so that a quiet morning does not fall on the first name of the list."""
    order = _after(rotation.get(team.name, ""), team)
    chosen = min(candidates, key=lambda agent: (weights[agent.login], order.index(agent.login)))
    weight = weights[chosen.login] / _NORMAL
    count = loads.get(chosen.login, 0)
    heavier = f", they weigh as {weight:g}" if weight != count else ""
    return chosen, f"least busy of {team.name} ({count} open{heavier})"


def _chosen(agent: Agent, how: str, team: Team, passed: list[str]) -> Choice:
    """Say who it is, and who was passed over."""
    why = f"{agent.login}, {how}{f'; {_list(passed)}' if passed else ''}"
    return agent.login, Why(Reason.ASSIGNED, why), Rotate(team.name, agent.login)


def _list(passed: list[str]) -> str:
    """List who was passed over, as many as a line can show."""
    more = f", and {len(passed) - _MOST_NAMED} more" if len(passed) > _MOST_NAMED else ""
    return ", ".join(passed[:_MOST_NAMED]) + more


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
    """Weeks change on Monday at midnight in the team's time zone; an absent one's week falls to who covers for him, or the next."""
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
        if cover := people.cover(login):
            why = f"{cover.login}, covers for {login}, on call for {team.name}"
            return cover.login, Why(Reason.ASSIGNED, why), None
    return "", Why(Reason.NOBODY_TO_ASSIGN, f"everybody on the rota of {team.name} is away"), None
