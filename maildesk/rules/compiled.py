"""A policy made ready to run, once per digest."""

from typing import NamedTuple

from maildesk.rules.index import Index
from maildesk.rules.matchers import Check, compile_conditions
from maildesk.rules.policy import Combined, Condition, Policy, Rule, Term, WordsIn

_KEPT = 8
_made: dict[str, "Compiled"] = {}


class CompiledRule(NamedTuple):
    """A rule and its conditions as functions."""

    rule: Rule
    when: tuple[Check, ...]
    unless: tuple[Check, ...]


class Compiled(NamedTuple):
    """All rules of a policy and the index of all their terms."""

    rules: tuple[CompiledRule, ...]
    terms: Index
    source: tuple[Rule, ...]


def compiled(policy: Policy) -> Compiled:
    """Give the policy's machine; made once for as long as it is in use."""
    found = _made.get(policy.digest)
    if found is None or found.source is not policy.rules:
        found = compile_policy(policy)
        while len(_made) >= _KEPT:
            _made.pop(next(iter(_made)), None)
        _made[policy.digest] = found
    return found


def compile_policy(policy: Policy) -> Compiled:
    """Build the index of all terms and turn every condition into a function."""
    terms = [term for rule in policy.rules for term in terms_of((*rule.when, *rule.unless))]
    index = Index(terms, policy.languages)
    rules = tuple(
        CompiledRule(rule, compile_conditions(rule.when, index), compile_conditions(rule.unless, index))
        for rule in policy.rules
    )
    return Compiled(rules, index, policy.rules)


def terms_of(conditions: tuple[Condition, ...]) -> list[Term]:
    """List the terms of some conditions and of those inside them."""
    found: list[Term] = []
    for condition in conditions:
        if isinstance(condition, WordsIn):
            found.extend(condition.terms)
        elif isinstance(condition, Combined):
            found.extend(term for each in condition.sets for term in terms_of(each))
    return found
