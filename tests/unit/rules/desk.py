"""Policies and mails for tests of the rules, made of the texts an admin would write."""

import datetime as dt
import json
from typing import Any

from maildesk.rules.evaluate import Facts, Routing, evaluate
from maildesk.rules.load import digest_of
from maildesk.rules.policy import Policy
from maildesk.rules.reading.whole import DESK, read_policy
from maildesk.yaml_file import Problems, print_problems

TEAMS = """\
teams:
  l1: {members: [ana]}
  billing: {members: [ana, petr], calendar: zagreb}
  network: {members: [ivan], on_call: [ivan, petr]}
agents:
  ana: {addresses: [ana@firma.hr]}
  petr: {addresses: [petr@firma.hr], skills: [erp]}
  ivan: {addresses: [ivan@firma.hr]}
"""
CALENDARS = """\
office: {timezone: Europe/Prague, hours: {mon-fri: 8:00-16:00}}
zagreb: {timezone: Europe/Zagreb, hours: {mon-fri: 6:00-10:00}, days_off: [2026-11-24]}
"""
SLAS = "standard: {first_reply: 8h}\ngold: {first_reply: 1h}\n"
LANGUAGES = ("en", "cs", "hr")
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)  # 10:00 in Prague and Zagreb


def policy_of(rules: str = "", **files: str) -> Policy:
    """Make a policy of one rule file, or of several files named like `rules__20` or `words`."""
    texts = {"teams.yaml": TEAMS, "calendars.yaml": CALENDARS, "sla.yaml": SLAS, "rules/10.yaml": rules}
    texts |= {f"{name.replace('__', '/')}.yaml": text for name, text in files.items()}
    texts[DESK] = json.dumps(
        {"languages": LANGUAGES, "timezone": "Europe/Zagreb", "addresses": [], "articles": ["faq", "vpn"]}
    )
    texts["templates/en/reset.txt.j2"] = "reset"
    problems = Problems()
    policy = read_policy(texts, problems, digest_of(texts))
    assert not problems.has_errors, print_problems(problems.sorted())
    return policy


def one_rule(when: str, then: str = "{team: billing}", more: str = "", **files: str) -> Policy:
    """Make a policy of one rule called R."""
    return policy_of(f"rules:\n  - name: R\n    when: {when}\n    then: {then}\n{more}", **files)


def mail(subject: str = "", body: str = "", **more: Any) -> Facts:
    """Make the facts of a mail that came on a Monday morning."""
    return Facts(**({"subject": subject, "body": body, "author": "jana@odberatel.cz", "now": MONDAY} | more))


def run(policy: Policy, facts: Facts) -> Routing:
    """Run the rules."""
    return evaluate(policy, facts)


def matches(when: str, facts: Facts, **files: str) -> bool:
    """Tell whether a rule with these conditions matches."""
    return run(one_rule(when, **files), facts).traces[0].matched


def why(when: str, facts: Facts, **files: str) -> str:
    """Give what the trace of a rule with these conditions says."""
    return run(one_rule(when, **files), facts).traces[0].why
