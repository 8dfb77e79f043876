"""Run a mail through the rules: all are tried, top to bottom; the first that sets a field keeps it.

Order, in four sentences. All rules are tried, top to bottom, files in name order. The first rule that sets a field keeps it;
later ones are ignored for that field and the trace says so. `tags`, `suggest`, `notify`, `needs` and `note` add up. `team` and
`assign` of one rule travel together: if the team was taken already, that rule's assign is dropped too.
"""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from maildesk.model.decision import RuleTrace
from maildesk.model.reason import Reason
from maildesk.model.value import Value
from maildesk.model.why import Why
from maildesk.rules.compiled import LONGEST_WHY, CompiledRule, compiled, missed, shortened
from maildesk.rules.matchers import Seen, SoFar, all_hold, groups_of, tell_all, tell_failing
from maildesk.rules.policy import Policy, Rule, Then

DEFAULTS = "defaults"
MAILBOX = "mailbox"
_ONE_VALUE = ("team", "assign", "priority", "sla", "status", "reply")
_SWITCHES = ("ack", "ticket", "spam")
_ADDED = ("tags", "suggest", "notify", "needs")


class Facts(Value, frozen=True):
    """Everything conditions may ask about. `event` is `new`, `reply` or `reopened`; `mailbox_team` counts before the defaults."""

    subject: str
    body: str
    author: str
    now: dt.datetime
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    language: str = ""
    channel: str = "email"
    trust: str = "none"
    event: str = "new"
    customer_groups: tuple[str, ...] = ()
    known_customer: bool = False
    mailbox_team: str = ""
    looked_up: dict[str, str] = {}


class Routing(Value, frozen=True):
    """What the rules want; `origin` names the rule behind each field, `defaults` or `mailbox` where no rule set it."""

    team: str = ""
    assign: str = ""
    priority: str = ""
    sla: str = ""
    tags: tuple[str, ...] = ()
    reply: str = ""
    suggest: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    ack: bool = True
    ticket: bool = True
    status: str = ""
    spam: bool = False
    note: str = ""
    origin: dict[str, str] = {}
    traces: tuple[RuleTrace, ...] = ()
    why: tuple[Why, ...] = ()


def evaluate(policy: Policy, facts: Facts, *, misses: bool = True) -> Routing:
    """Run all rules; without `misses` only those that matched leave a trace, and ten thousand cost little more than ten."""
    machine = compiled(policy)
    found = _Found()
    seen = Seen(
        facts=facts,
        policy=policy,
        subject=machine.terms.find(facts.subject, "subject"),
        body=machine.terms.find(facts.body, "body"),
        groups=groups_of(policy.customers, facts.author).union(facts.customer_groups),
        so_far=SoFar(found.fields, found.lists["tags"]),
    )
    today = facts.now.astimezone(ZoneInfo(policy.timezone)).date()
    stopped = ""
    able = machine.candidates(seen)
    tried = frozenset(able)
    for place in range(len(machine.rules)) if misses else able:
        rule, number = machine.rules[place], place + 1
        if rule.miss is not None and place not in tried and not stopped and _is_on(rule.rule, facts):
            found.traces.append(rule.miss)
            continue
        why_not = f"{stopped} says stop" if stopped else _off(rule.rule, facts, today) or _why_not(rule, seen)
        if not why_not:
            _apply(found, rule.rule, number, tell_all(rule.when, seen))
            stopped = f"rule {number} “{rule.rule.name}”" if rule.rule.stop and not rule.rule.trial else ""
        elif misses:
            found.traces.append(missed(rule.rule, number, why_not))
    if facts.event == "new":
        _fill(found, policy.defaults, facts.mailbox_team)
    return found.routing()


class _Found:
    """What has been set so far, by whom, and the trace."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.lists: dict[str, list[str]] = {name: [] for name in _ADDED}
        self.notes: list[str] = []
        self.origin: dict[str, str] = {}
        self.setter: dict[str, int] = {}
        self.traces: list[RuleTrace] = []
        self.why: list[Why] = []

    def routing(self) -> Routing:
        """Put it together."""
        parts: dict[str, Any] = {name: self.fields[name] for name in _ONE_VALUE if name in self.fields}
        parts |= {name: self.fields[name] == "yes" for name in _SWITCHES if name in self.fields}
        parts |= {name: tuple(values) for name, values in self.lists.items()}
        return Routing(
            **parts,
            note="\n".join(self.notes),
            origin=self.origin,
            traces=tuple(self.traces),
            why=tuple(self.why),
        )


def _is_on(rule: Rule, facts: Facts) -> bool:
    """Tell whether nothing but its conditions can speak against a rule; such a rule has no day on which it ends."""
    return rule.until is None and facts.event in rule.events


def _off(rule: Rule, facts: Facts, today: dt.date) -> str:
    """Say why a rule is not even tried; "" if it is."""
    if not rule.enabled:
        return "not enabled"
    if facts.event not in rule.events:
        return f"only for {' and '.join(rule.events)} mail"
    if rule.until is not None and today > rule.until:
        return f"ended on {rule.until}"
    return ""


def _why_not(rule: CompiledRule, seen: Seen) -> str:
    """Say why a rule does not match; "" if it does."""
    if not all_hold(rule.when, seen):
        return tell_failing(rule.when, seen) or "its conditions do not hold"
    return f"unless: {tell_all(rule.unless, seen)}" if rule.unless and all_hold(rule.unless, seen) else ""


def _apply(found: _Found, rule: Rule, number: int, evidence: str) -> None:
    """Let a rule that matched set what is still free; a trial only says what it would do."""
    name, then = rule.name, rule.then
    wanted, ignored = _free(found, then)
    if rule.trial:
        would = ", ".join(f"{field}={value}" for field, value in (wanted | _added(then)).items())
        found.traces.append(_trace(rule, number, f"{evidence}; trial: would set {would or 'nothing'}", ignored=ignored))
        return
    for field, value in wanted.items():
        found.fields[field] = value
        found.origin[field] = name
        found.setter[field] = number
    for field, value in _added(then).items():
        _add(found, field, then, name)
        wanted[field] = value
    found.traces.append(_trace(rule, number, evidence, wanted=wanted, ignored=ignored))
    found.why.append(Why(Reason.RULE_MATCHED, f"{name}: {evidence}"[:LONGEST_WHY]))


def _free(found: _Found, then: Then) -> tuple[dict[str, str], dict[str, str]]:
    """Split what a rule sets into what is still free and what came too late, with who was first."""
    wanted, ignored = {}, {}
    for field, value in _set_by(then).items():
        if field in found.fields:
            who = f"rule {found.setter[field]}" if field in found.setter else found.origin[field]
            ignored[field] = f"{value} ignored, {who} set {found.fields[field]} first"
        elif field == "assign" and then.team and "team" in found.fields:
            ignored[field] = f"{value} dropped with its team"
        else:
            wanted[field] = value
    return wanted, ignored


def _set_by(then: Then) -> dict[str, str]:
    """List the fields of one value that a rule sets, `team` before `assign`."""
    fields: dict[str, str] = {name: value for name in _ONE_VALUE if (value := getattr(then, name))}
    for name in _SWITCHES:
        switch: bool | None = getattr(then, name)
        if switch is not None:
            fields[name] = "yes" if switch else "no"
    return fields


def _added(then: Then) -> dict[str, str]:
    """List what a rule adds to what others add."""
    added = {name: ", ".join(values) for name in _ADDED if (values := getattr(then, name))}
    return {**added, "note": then.note} if then.note else added


def _add(found: _Found, field: str, then: Then, name: str) -> None:
    if field == "note":
        found.notes.append(then.note)
    else:
        known = found.lists[field]
        known.extend(value for value in getattr(then, field) if value not in known)
    found.origin[field] = f"{found.origin[field]}, {name}" if field in found.origin else name


def _fill(found: _Found, defaults: Then, mailbox_team: str) -> None:
    """Set what no rule has set: the mailbox's team, then the defaults, as if they were two last rules."""
    if mailbox_team and "team" not in found.fields:
        found.fields["team"] = mailbox_team
        found.origin["team"] = MAILBOX
    wanted, _ = _free(found, defaults)
    for field, value in wanted.items():
        found.fields[field] = value
        found.origin[field] = DEFAULTS
    for field, value in _added(defaults).items():
        if field not in found.origin:
            _add(found, field, defaults, DEFAULTS)
            wanted[field] = value
    if wanted:
        said = ", ".join(f"{field}={value}" for field, value in wanted.items())
        found.why.append(Why(Reason.RULE_DEFAULTS, said[:LONGEST_WHY]))


def _trace(rule: Rule, number: int, why: str, **parts: Any) -> RuleTrace:
    return RuleTrace(
        name=rule.name,
        file=rule.file,
        line=rule.line,
        matched=True,
        why=shortened(why),
        set=parts.get("wanted", {}),
        ignored=parts.get("ignored", {}),
        trial=rule.trial,
        number=number,
    )
