"""The names that a site's schemas offer: what exists at this desk."""

import json
from typing import Any

from maildesk.model.value import Value
from maildesk.rules.policy import Policy
from maildesk.rules.reading.whole import DESK, template_names


class Names(Value, frozen=True):
    """Names by what they name; empty where the desk has none: then any text is allowed."""

    teams: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    calendars: tuple[str, ...] = ()
    slas: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def names_of(policy: Policy) -> Names:
    """Collect all names of a policy."""
    desk: dict[str, Any] = json.loads(policy.texts.get(DESK, "{}"))
    public = {article.name for article in policy.articles if article.public}
    inside = {article.name for article in policy.articles} - public
    return Names(
        teams=tuple(policy.people.teams),
        agents=tuple(policy.people.agents),
        skills=tuple(sorted({skill for agent in policy.people.agents.values() for skill in agent.skills})),
        calendars=tuple(policy.calendars),
        slas=tuple(policy.slas),
        customers=tuple(policy.customers),
        templates=tuple(sorted(template_names(policy.templates))),
        hooks=tuple(policy.hooks),
        articles=tuple(name for name in desk.get("articles") or () if name not in inside),
        lists=tuple(policy.words),
        languages=policy.languages,
        rules=tuple(rule.name for rule in policy.rules),
        tags=tuple(sorted({tag for rule in policy.rules for tag in rule.then.tags})),
    )
