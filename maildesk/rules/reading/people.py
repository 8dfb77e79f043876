"""Read teams.yaml and customers.yaml: who answers, and who asks."""

import datetime as dt
import re
from typing import Annotated

import msgspec

from maildesk.model.people import Agent, People, Team
from maildesk.rules.assign import WAYS
from maildesk.rules.reading.conditions import read_patterns
from maildesk.rules.reading.known import Known, check_name
from maildesk.rules.reading.times import read_spans
from maildesk.settings.texts import parse_address
from maildesk.yaml_file import Mapping, Node, Scalar, Sequence
from maildesk.yaml_file.take import Parse, Place, Refused, take_struct

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_RESERVED = frozenset((*WAYS, "me", "customer", "desk", "admin", "system", "mailbox", "defaults"))
_QUIET = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-–]\s*([0-9]{1,2}):([0-9]{2})")
EmailAddress = Annotated[str, Parse(parse_address)]


def parse_quiet(text: str) -> tuple[int, int]:
    """Read the hours in which a person wants no mail, such as 22:00-6:00, as minutes of the day."""
    found = _QUIET.fullmatch(text.strip())
    hours, minutes = (tuple(map(int, found.group(1, 3))), tuple(map(int, found.group(2, 4)))) if found else ((), ())
    if not found or max(hours) > 24 or max(minutes) > 59:
        raise Refused("must be a time of day, such as 22:00-6:00")
    begins, ends = (60 * hour + minute for hour, minute in zip(hours, minutes, strict=True))
    if begins == ends or max(begins, ends) > 24 * 60:
        raise Refused("must begin and end at different times of the day")
    return begins % (24 * 60), ends % (24 * 60)


Quiet = Annotated[tuple[int, int], Parse(parse_quiet)]


class _AgentKeys(msgspec.Struct, frozen=True):
    addresses: tuple[EmailAddress, ...]
    name: str = ""
    skills: tuple[str, ...] = ()
    max_open: int = 0
    calendar: str = ""
    quiet: Quiet | None = None
    epoch: int = 0
    away: tuple[str, ...] = ()
    cover: str = ""


class _TeamKeys(msgspec.Struct, frozen=True):
    members: tuple[str, ...] = ()
    calendar: str = ""
    title: str = ""
    on_call: tuple[str, ...] = ()


AGENT_KEYS, TEAM_KEYS = _AgentKeys.__struct_fields__, _TeamKeys.__struct_fields__


class _File(msgspec.Struct, frozen=True):
    teams: dict[str, _TeamKeys]
    agents: dict[str, _AgentKeys] = {}


def read_people(node: Node, place: Place, known: Known, own_addresses: tuple[str, ...]) -> People:
    """Read teams.yaml; `own_addresses` are the desk's, which no agent may have: mail to him would come back as a ticket."""
    file = take_struct(node, _File, place)
    if isinstance(node, Mapping) and isinstance(teams := node.find("teams"), Mapping) and not teams.pairs:
        place.error(teams, "at least one team is needed")
    agents = {
        login: Agent(
            login=login,
            name=" ".join(keys.name.split()) or login.title(),
            addresses=keys.addresses,
            skills=keys.skills,
            max_open=keys.max_open,
            calendar=keys.calendar,
            epoch=keys.epoch,
            quiet=keys.quiet,
            away=_away(node, login, place),
            cover=keys.cover,
        )
        for login, keys in file.agents.items()
    }
    teams_by_name = {
        name: Team(name, tuple(dict.fromkeys(keys.members)), keys.calendar, keys.title or name, keys.on_call)
        for name, keys in file.teams.items()
    }
    _check_names(node, place)
    _check_members(node, place, frozenset(agents))
    _check_covers(node, place, frozenset(agents))
    _check_calendars(node, place, known)
    _check_addresses(node, place, agents, own_addresses)
    return People(teams_by_name, agents, tuple(login for login, agent in agents.items() if agent.away))


def _section(node: Node, key: str) -> tuple[tuple[Scalar, Node], ...]:
    found = node.find(key) if isinstance(node, Mapping) else None
    return tuple((pair.key, pair.value) for pair in found.pairs) if isinstance(found, Mapping) else ()


def _scalars(node: Node, key: str) -> tuple[Scalar, ...]:
    """List the texts under a key, one or many."""
    found = node.find(key) if isinstance(node, Mapping) else None
    items = found.items if isinstance(found, Sequence) else (found,)
    return tuple(item for item in items if isinstance(item, Scalar))


def _check_names(node: Node, place: Place) -> None:
    seen: dict[str, str] = {}
    for kind in ("teams", "agents"):
        for key, _ in _section(node, kind):
            if not _LOGIN.fullmatch(key.text) or key.text in _RESERVED:
                reserved = "is a word of the rules" if key.text in _RESERVED else "cannot be a name here"
                place.error(key, f"“{key.text[:60]}” {reserved}", "use a-z, 0-9, -, _ and .")
            elif seen.setdefault(key.text, kind) != kind:
                place.error(key, f"“{key.text}” is both a team and an agent: #assign could mean either")


def _check_members(node: Node, place: Place, logins: frozenset[str]) -> None:
    known = Known(agents=logins)
    for _, team in _section(node, "teams"):
        for key in ("members", "on_call"):
            for login in _scalars(team, key):
                check_name(login, "agents", known, place)


def _away(node: Node, login: str, place: Place) -> tuple[tuple[dt.date, dt.date], ...]:
    """Read the days on which an agent is away."""
    agent = next((value for key, value in _section(node, "agents") if key.text == login), None)
    days = agent.find("away") if isinstance(agent, Mapping) else None
    return tuple(read_spans(days, place, "away")) if days else ()


def _check_covers(node: Node, place: Place, logins: frozenset[str]) -> None:
    for key, agent in _section(node, "agents"):
        for cover in _scalars(agent, "cover"):
            if cover.text == key.text:
                place.error(cover, f"{key.text} cannot cover for {key.text}")
            elif cover.text:
                check_name(cover, "agents", Known(agents=logins), place)


def _check_calendars(node: Node, place: Place, known: Known) -> None:
    for kind in ("teams", "agents"):
        for _, each in _section(node, kind):
            for calendar in _scalars(each, "calendar"):
                if calendar.text:
                    check_name(calendar, "calendars", known, place)


def _check_addresses(node: Node, place: Place, agents: dict[str, Agent], own: tuple[str, ...]) -> None:
    desk = {address.casefold() for address in own}
    owners: dict[str, str] = {}
    for key, each in _section(node, "agents"):
        if (
            key.text in agents
            and not agents[key.text].addresses
            and isinstance(each, Mapping)
            and each.find("addresses")
        ):
            place.error(key, f"{key.text} has no address")
        for address in _scalars(each, "addresses"):
            folded = address.text.casefold()
            if folded in desk:
                place.error(
                    address,
                    f"{address.text} is an address of this desk, not of a person",
                    "agents need one of their own",
                )
            elif owners.setdefault(folded, key.text) != key.text:
                place.error(address, f"{address.text} belongs to {owners[folded]} already")


def read_customers(node: Node, place: Place) -> dict[str, tuple[str, ...]]:
    """Read customers.yaml: groups of addresses and domains."""
    if not isinstance(node, Mapping):
        place.error(node, "customers.yaml names groups", "write it like “vip: [firma.cz, jana@odberatel.cz]”")
        return {}
    groups: dict[str, tuple[str, ...]] = {}
    for pair in node.pairs:
        if pair.key.text in {"known", "new"}:
            place.error(pair.key, f"“{pair.key.text}” means something by itself", "it cannot name a group")
        groups[pair.key.text] = read_patterns(pair.value, place, pair.key.text)
    return groups
