"""Say what an edit of the rules came to: which rules changed, what is wrong with them, and which mail lands elsewhere since."""

import datetime as dt
from collections.abc import Iterable, Iterator

from maildesk.demo.happened import Happening
from maildesk.desk import Outcome
from maildesk.model.decision import OpenTicket
from maildesk.model.people import People
from maildesk.rules.policy import Policy
from maildesk.yaml_file import Problem

_AGAIN = "send a sample again and see where it lands"


def describe_rules(before: Policy, after: Policy, at: dt.datetime) -> Happening:
    """Say that edited rules hold, and which ones are new, changed or gone."""
    return Happening(at, None, "rules", f"taken over: {_AGAIN}", details=tuple(_changes(before, after)))


def describe_refusal(problems: Iterable[Problem], at: dt.datetime) -> Happening:
    """Say that edited rules are refused, and what is wrong with them."""
    details = tuple(line for problem in problems for line in str(problem).splitlines())
    return Happening(at, None, "rules", "refused, the old ones stay", details=details, bad=True)


def compare_landing(told: Happening, outcome: Outcome, landed: dict[str, str], people: People) -> Happening:
    """Point out a mail that went to another team than the last one with its subject; `landed` remembers that."""
    opened = next((action for action in outcome.decision.actions if isinstance(action, OpenTicket)), None)
    if opened is None:
        return told
    team = people.teams.get(opened.team)
    now = team.title if team else opened.team
    before = landed.get(opened.subject, now)
    landed[opened.subject] = now
    if before == now:
        return told
    return told._replace(details=(f"moved: the last mail like this went to {before}", *told.details))


def _changes(before: Policy, after: Policy) -> Iterator[str]:
    old, new = ({rule.name: rule for rule in policy.rules} for policy in (before, after))
    for name, rule in new.items():
        if name not in old:
            yield f"new: “{name}”   ({rule.file}:{rule.line})"
        elif (rule.when, rule.unless, rule.then, rule.events, rule.enabled, rule.trial) != (
            old[name].when, old[name].unless, old[name].then, old[name].events, old[name].enabled, old[name].trial,
        ):  # fmt: skip
            yield f"changed: “{name}”   ({rule.file}:{rule.line})"
    yield from (f"gone: “{name}”" for name in old if name not in new)
    if before.rules == after.rules:
        named = sorted(
            name for name in {*before.texts, *after.texts} if before.texts.get(name) != after.texts.get(name)
        )
        yield f"changed: {', '.join(named[:5])}"
