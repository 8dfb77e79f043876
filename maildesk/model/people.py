"""Agents and teams, as teams.yaml names them."""

import datetime as dt
from collections.abc import Collection

import msgspec

from maildesk.model.value import Value


class Agent(Value, frozen=True):
    """A person who answers: `login` is the key in teams.yaml; `addresses[0]` gets the notifications.

    `calendar` names the hours in which they want them, `quiet` the minutes of the day between which they do not.
    `away` are spans of days, first and last, on which he is not there; `cover` is who has his tickets meanwhile.
    """

    login: str
    name: str
    addresses: tuple[str, ...]
    skills: tuple[str, ...] = ()
    max_open: int = 0
    calendar: str = ""
    absent: bool = False
    epoch: int = 0
    quiet: tuple[int, int] | None = None
    away: tuple[tuple[dt.date, dt.date], ...] = ()
    cover: str = ""


class Team(Value, frozen=True):
    """Agents who share tickets; `members` are logins."""

    name: str
    members: tuple[str, ...] = ()
    calendar: str = ""
    title: str = ""
    on_call: tuple[str, ...] = ()


class People(Value, frozen=True):
    """Everybody who may answer, by login and by team name; `planned` are those whose absence stands in the file."""

    teams: dict[str, Team] = {}
    agents: dict[str, Agent] = {}
    planned: tuple[str, ...] = ()

    def find_agent(self, address: str) -> Agent | None:
        """Find the agent to whom an address is registered, without regard to case."""
        wanted = address.casefold()
        for agent in self.agents.values():
            if any(wanted == known.casefold() for known in agent.addresses):
                return agent
        return None

    def away_on(self, day: dt.date) -> list[str]:
        """List who is away on a day, as teams.yaml says."""
        return [login for login in self.planned if any(first <= day <= last for first, last in self.agents[login].away)]

    def cover(self, login: str) -> Agent | None:
        """Find who has the tickets of somebody who is away; nobody, if that one is away as well."""
        agent = self.agents.get(login)
        found = self.agents.get(agent.cover) if agent else None
        return found if found and not found.absent else None

    def without(self, logins: Collection[str]) -> "People":
        """Give the same people with these agents marked as absent."""
        marked = {
            login: msgspec.structs.replace(self.agents[login], absent=True) for login in logins if login in self.agents
        }
        return msgspec.structs.replace(self, agents={**self.agents, **marked}) if marked else self

    def members(self, team: str) -> tuple[Agent, ...]:
        """List a team's agents in the order of teams.yaml; an unknown team has none."""
        found = self.teams.get(team)
        return tuple(self.agents[login] for login in found.members if login in self.agents) if found else ()
