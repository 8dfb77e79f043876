"""Whom an agent means by a name: a login, a first or full name, an address, or a team."""

import re

from maildesk.model.people import People
from maildesk.model.phrases import folded

# Bounded on both sides, so that a search takes linear time whatever the text.
_ADDRESS = re.compile(r"[^\s<>\"(),:;@\[\]\\]{1,64}@[^\W_](?:[\w-]{0,62}\.){1,10}[^\W\d_][\w-]{0,62}")

_MENTION = re.compile(r"(?<![\w.@+-])@([^\W_](?:[\w.-]{0,38}\w)?)(?![\w@])")
_MOST_MENTIONS = 20_000

Whom = tuple[str, str]


def find_people(text: str, people: People) -> tuple[Whom, ...]:
    """List whom a text can mean, as ("agent", login) or ("team", name); the surest way of naming that hits anybody decides."""
    name = folded(text).lstrip("@").rstrip(".")
    address = next(iter(find_addresses(text)), "")
    agent = people.find_agent(address) if address else None
    if agent:
        return (("agent", agent.login),)
    for ways in _ways(people):
        found = tuple(dict.fromkeys(whom for whom, known in ways if known == name))
        if found:
            return found
    return ()


def find_mentioned(text: str, people: People) -> tuple[str, ...]:
    """List the agents whom a text names by `@login` or `@Firstname`, each once; a name that several bear means nobody."""
    found: dict[str, None] = {}
    for name in _MENTION.findall(text[:_MOST_MENTIONS]):
        whom = find_people(name, people)
        if len(whom) == 1 and whom[0][0] == "agent":
            found.setdefault(whom[0][1])
    return tuple(found)


def known_names(people: People) -> list[str]:
    """List what may stand after #assign, for suggestions."""
    firsts = [folded(agent.name).split(" ")[0] for agent in people.agents.values() if agent.name]
    return list(dict.fromkeys([*people.agents, *people.teams, *firsts, "nobody"]))


def find_addresses(text: str) -> tuple[str, ...]:
    """List the addresses in a text, each once, domains in lower case; a link that a mail program added is the same address."""
    found: dict[str, str] = {}
    for match in _ADDRESS.finditer(text[:2000].replace("mailto:", " ")):
        local, _, domain = match[0].rpartition("@")
        found.setdefault(match[0].casefold(), f"{local}@{domain.lower()}")
    return tuple(found.values())


def _ways(people: People) -> tuple[list[tuple[Whom, str]], ...]:
    """Give the ways of naming people, surest first: keys of teams.yaml, full names and titles, single names."""
    keys = [(("agent", login), folded(login)) for login in people.agents]
    keys += [(("team", name), folded(name)) for name in people.teams]
    whole = [(("agent", login), folded(agent.name)) for login, agent in people.agents.items()]
    whole += [(("team", name), folded(team.title)) for name, team in people.teams.items() if team.title]
    single = [(whom, part) for whom, name in whole if whom[0] == "agent" for part in name.split(" ") if part]
    return keys, whole, single
