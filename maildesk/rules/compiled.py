"""A policy made ready to run, once per digest."""

import itertools
from typing import NamedTuple

from maildesk.model.decision import RuleTrace
from maildesk.rules.handles import Handle, handles_of, mail_handles
from maildesk.rules.index import Index
from maildesk.rules.matchers import Check, Seen, compile_conditions
from maildesk.rules.policy import Combined, Condition, Policy, Rule, Term, WordsIn

LONGEST_WHY = 400
_KEPT = 8
_made: dict[str, "Compiled"] = {}
_asked: dict[str, int] = {}
_count = itertools.count()


class CompiledRule(NamedTuple):
    """A rule and its conditions as functions."""

    rule: Rule
    when: tuple[Check, ...]
    unless: tuple[Check, ...]
    # What a mail without any of the rule's words gets, where words are all it asks for: most rules, for most mail.
    miss: RuleTrace | None = None


class Compiled(NamedTuple):
    """All rules of a policy and the index of all their terms.

    A rule that cannot match without one of some handles stands in `by_handle` under each of them, by its place; the others
    are `always` tried. `kinds` are the conditions that handles other than terms come from.
    """

    rules: tuple[CompiledRule, ...]
    terms: Index
    source: tuple[Rule, ...]
    by_handle: dict[Handle, list[int]]
    always: tuple[int, ...]
    kinds: frozenset[str]

    def candidates(self, seen: Seen) -> list[int]:
        """List the places of all rules that can match a mail, in order."""
        found, here = set(self.always), self.by_handle
        for handle in (*seen.subject, *seen.body, *(mail_handles(seen, self.kinds) if self.kinds else ())):
            if handle in here:
                found.update(here[handle])
        return sorted(found)


def compiled(policy: Policy) -> Compiled:
    """Give the policy's machine; made once for as long as it is in use."""
    found = _made.get(policy.digest)
    if found is None or found.source is not policy.rules:
        found = compile_policy(policy)
        while len(_made) >= _KEPT:  # the one that mails are decided by is asked for all the time
            oldest = min(list(_made), key=lambda digest: _asked.get(digest, -1))
            _made.pop(oldest, None)
            _asked.pop(oldest, None)
        _made[policy.digest] = found
    _asked[policy.digest] = next(_count)
    return found


def compile_policy(policy: Policy) -> Compiled:
    """Build the index of all terms and turn every condition into a function."""
    terms = [term for rule in policy.rules for term in terms_of((*rule.when, *rule.unless))]
    index = Index(terms, policy.languages)
    rules = tuple(_compile_rule(rule, index, number) for number, rule in enumerate(policy.rules, start=1))
    by_handle: dict[Handle, list[int]] = {}
    always: list[int] = []
    for place, rule in enumerate(policy.rules):
        needed = handles_of(rule.when, index)
        if needed is None:
            always.append(place)
        for handle in needed or ():
            by_handle.setdefault(handle, []).append(place)
    kinds = frozenset(handle[0] for handle in by_handle if isinstance(handle, tuple))
    return Compiled(rules, index, policy.rules, by_handle, tuple(always), kinds)


def _compile_rule(rule: Rule, index: Index, number: int) -> CompiledRule:
    when = compile_conditions(rule.when, index)
    only_words = bool(rule.when) and rule.enabled and all(isinstance(condition, WordsIn) for condition in rule.when)
    miss = missed(rule, number, "; ".join(check.none for check in when)) if only_words else None
    return CompiledRule(rule, when, compile_conditions(rule.unless, index), miss)


def missed(rule: Rule, number: int, why_not: str) -> RuleTrace:
    """Tell of a rule that did not match."""
    why = shortened(why_not)
    return RuleTrace(rule.name, rule.file, rule.line, matched=False, why=why, trial=rule.trial, number=number)


def shortened(why: str) -> str:
    """Cut a reason to what a line of explain can show."""
    return why if len(why) <= LONGEST_WHY else f"{why[: LONGEST_WHY - 1]}…"


def terms_of(conditions: tuple[Condition, ...]) -> list[Term]:
    """List the terms of some conditions and of those inside them."""
    found: list[Term] = []
    for condition in conditions:
        if isinstance(condition, WordsIn):
            found.extend(condition.terms)
        elif isinstance(condition, Combined):
            found.extend(term for each in condition.sets for term in terms_of(each))
    return found
