"""Turn a decision into sentences, and into the JSON that `explain --json` prints."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from maildesk.model.decision import AddEntry, CommandGiven, Decision, OpenTicket, RuleTrace, TimerDue
from maildesk.model.reason import Reason
from maildesk.model.snapshot import Snapshot
from maildesk.model.ticket import EntryKind
from maildesk.model.value import Value
from maildesk.model.why import Why
from maildesk.rules.policy import Policy

_LINK = (
    "link-",
    "merged",
    "merge-",
    "ghost",
    "duplicate",
    "continues",
    "subject-token",
    "same-id",
    "parked",
    "unparked",
)
_FIELDS = ("team", "assign", "priority", "sla", "tags")
_ADDED = ("tags", "suggest", "notify", "needs", "note")
_TOLD_ELSEWHERE = (Reason.RULE_MATCHED, Reason.RULE_DEFAULTS, Reason.LANGUAGE)
_GAP = " " * 8


class Told(Value, frozen=True):
    """A decision to explain, and what was known: `number` is its ticket's (None: none, or none yet), `office` open or closed.

    `policy` are the rules it was made by, where they are at hand.
    """

    decision: Decision
    snapshot: Snapshot
    number: int | None = None
    timezone: str = "UTC"
    office: str = ""
    policy: Policy | None = None


def as_json(told: Told) -> dict[str, object]:
    """Give the stable JSON form."""
    decision = told.decision
    evidence = [_said(why) for why in decision.why if why.reason.value.startswith(_LINK)]
    origins = _origins(decision)
    return {
        "kind": decision.kind,
        "trust": decision.trust.value,
        "ticket": {"number": told.number, "evidence": evidence},
        "rules": [_rule_json(rule) for rule in decision.rules],
        "result": {**_result(decision), "origin": origins},
        "notices": [{"kind": n.notice, "to": n.to, "due": n.due, "why": _said(n.why)} for n in decision.notices],
        "why": [{"reason": why.reason.value, "text": why.text} for why in decision.why],
        "cause": told.snapshot.cause.key,
        "at": told.snapshot.now.isoformat(timespec="seconds"),
    }


def _rule_json(rule: RuleTrace) -> dict[str, object]:
    names = ("name", "file", "line", "matched", "why", "set", "ignored", "trial")
    return {name: getattr(rule, name) for name in names}


def _result(decision: Decision) -> dict[str, object]:
    """Give what came of it; every field is there, empty where nothing was asked."""
    result: dict[str, object] = dict.fromkeys(_FIELDS, "")
    return {**result, **decision.result, "tags": decision.result.get("tags", "").split()}


def in_sentences(told: Told) -> str:
    """Tell the whole path for people: who, what kind, which ticket, which rules, what is said and what is withheld."""
    decision = told.decision
    return "\n".join([*_heading(told), *_reasons(decision), *_rules(decision), *_outcome(told), *_notices(decision)])


def _heading(told: Told) -> Iterator[str]:
    snapshot, mail = told.snapshot, told.snapshot.mail
    if isinstance(snapshot.cause, TimerDue):
        yield f"timer “{snapshot.cause.kind.value}” of #{snapshot.cause.ticket}"
    elif isinstance(snapshot.cause, CommandGiven):
        yield f"command “{snapshot.cause.verb}” by {snapshot.cause.by or 'admin'}"
    elif mail is not None:
        author = mail.author.address if mail.author else f"an ambiguous author ({mail.author_ambiguous})"
        yield f"“{mail.subject}”  from {author}"
    language = next((why.text for why in told.decision.why if why.reason is Reason.LANGUAGE), "")
    moment = snapshot.now.astimezone(ZoneInfo(told.timezone))
    parts = [
        f"language {language}" if language else "",
        _moment(moment),
        f"office {told.office}" if told.office else "",
    ]
    yield " · ".join(part for part in parts if part)
    if mail is not None:
        yield f"kind {told.decision.kind} · trust {told.decision.trust.value}"


def _moment(at: dt.datetime) -> str:
    """Write a moment the same whatever the machine's locale: Sun 22 Nov 2026 03:10 CET."""
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[at.weekday()]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[at.month - 1]
    return f"{day} {at.day} {month} {at.year} {at:%H:%M} {at.tzname()}"


def _reasons(decision: Decision) -> list[str]:
    return [f"   {w.reason.value:<24} {w.text}".rstrip() for w in decision.why if w.reason not in _TOLD_ELSEWHERE]


def _rules(decision: Decision) -> Iterator[str]:
    """List every rule that was tried: ✓ with the word that hit and what it did, · with why it did not match."""
    for number, rule in _numbered(decision):
        trial = "   (trial: changes nothing)" if rule.trial else ""
        yield f" {'✓' if rule.matched else '·'} {number:>2}  {rule.name}   ({rule.file}:{rule.line}){trial}"
        yield from (f"{_GAP}{line}" for line in rule.why.splitlines())
        done = [_set(field, value) for field, value in rule.set.items()]
        done += [f"→ {field}={what}" for field, what in rule.ignored.items()]
        if done:
            yield _GAP + " · ".join(done)


def _numbered(decision: Decision) -> Iterator[tuple[int, RuleTrace]]:
    """Give the rules with their numbers; of a large policy only those that matched are stored."""
    for place, rule in enumerate(decision.rules, start=1):
        yield rule.number or place, rule


def _set(field: str, value: str) -> str:
    return f"→ +{field} {value}" if field in _ADDED else f"→ {field} = {value}"


def _outcome(told: Told) -> Iterator[str]:
    decision, number = told.decision, told.number
    opened = any(isinstance(a, OpenTicket) for a in decision.actions)
    mails = (EntryKind.MAIL, EntryKind.REPLY)
    held = any(isinstance(a, AddEntry) and a.hold and a.kind in mails for a in decision.actions)
    where = f"ticket #{number}" if number else "a new ticket" if opened else "no ticket"
    yield "Result"
    yield f"   {'opens ' if opened and number else ''}{where}{', held for a person' if held else ''}"
    origins = _origins(decision)
    for field, value in decision.result.items():
        if value or field in origins:
            yield f"   {field:<9} {value or 'nobody':<14} {origins.get(field, '')}".rstrip()


def _origins(decision: Decision) -> dict[str, str]:
    """Say of each field of the result where it comes from: a rule by its number, the mailbox, or the defaults."""
    rules: dict[str, list[int]] = {}
    ways: dict[str, str] = {}
    for number, rule in _numbered(decision):
        for field, value in rule.set.items() if rule.matched and not rule.trial else ():
            rules.setdefault(field, []).append(number)
            ways[field] = value
    return {field: origin for field in decision.result if (origin := _origin(field, decision, rules, ways))}


def _origin(field: str, decision: Decision, rules: dict[str, list[int]], ways: dict[str, str]) -> str:
    if field in rules:
        which = f"rule{'s' if len(rules[field]) > 1 else ''} {', '.join(map(str, rules[field]))}"
        # A rule may say how to choose (“on-call”); the result is the person chosen so.
        return f"{which}, {ways[field]}" if field == "assign" and ways[field] != decision.result[field] else which
    for why in decision.why:
        if why.reason is Reason.MAILBOX_TEAM and field == "team":
            return "mailbox"
        if why.reason is Reason.RULE_DEFAULTS and f"{field}=" in why.text:
            return "defaults"
    return ""


def _notices(decision: Decision) -> Iterator[str]:
    if decision.notices:
        yield "Notices"
    for n in decision.notices:
        yield f"   {n.notice} to {n.to or 'nobody'}: {'sent' if n.due else 'withheld'} ({_said(n.why)})"


def _said(why: Why) -> str:
    return f"{why.reason.value}: {why.text}".rstrip(": ")


def why_not(told: Told, team: str) -> list[str]:
    """Say why a mail did not land with a team: what each rule that would have sent it there says, and who had it instead."""
    decision, policy = told.decision, told.policy
    got = decision.result.get("team", "")
    if got == team:
        return [f"it did land with {team}: {_origins(decision).get('team') or 'nothing else was said'}"]
    lines = [f"it landed with {got}: {_origins(decision).get('team') or 'the first team'}"] if got else []
    if not got:
        said = next((_said(why) for why in reversed(decision.why)), "no rule was asked")
        lines = [f"no ticket was opened by it: {said}"]
    rules = policy.rules if policy else ()
    chances = [rule for rule in rules if rule.then.team == team]
    traces = {rule.name: (number, rule) for number, rule in _numbered(decision)}
    for rule in chances:
        number, trace = traces.get(rule.name, (0, None))
        place = f"{rule.file}:{rule.line}"
        where = f"rule {number} “{rule.name}” ({place})" if number else f"rule “{rule.name}” ({place})"
        lines.append(f"{where}: {_why_not_by(trace)}")
    if not chances:
        lines.append(f"no rule sets team: {team}")
    return lines


def _why_not_by(trace: RuleTrace | None) -> str:
    if trace is None:
        return "was not asked"
    if not trace.matched:
        return "did not match: " + "; ".join(trace.why.splitlines())
    if trace.trial:
        return "matched, but is a trial and changes nothing"
    return f"matched, but team={trace.ignored['team']}" if "team" in trace.ignored else "matched"
