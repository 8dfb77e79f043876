"""Warn about rules that real mail shows to be wrong: one that matches nearly everything, or nothing at all."""

from collections.abc import Mapping

from maildesk.rules.lint import Pages
from maildesk.rules.policy import Policy
from maildesk.yaml_file import Problem

MAILS = 1000  # of the last ones
FEWEST = 50  # of fewer mails nothing follows
TOO_MANY = 0.4


def lint_mails(policy: Policy, matched: Mapping[str, int], mails: int) -> tuple[Problem, ...]:
    """List warnings by how many of the last mails each rule matched, by its name."""
    if mails < FEWEST:
        return ()
    pages = Pages(policy)
    found = []
    for rule in policy.rules:
        count = matched.get(rule.name, 0)
        if not rule.enabled or 0 < count <= TOO_MANY * mails:
            continue
        text = f"“{rule.name}” matched {f'{count:,}' if count else 'none'} of the last {mails:,} mails"
        hint = "is it meant for nearly all mail? “defaults” is" if count else "try its words: maildesk words test"
        found.append(pages.warn(rule.file, rule.line, rule.name, text, hint))
    return tuple(found)
