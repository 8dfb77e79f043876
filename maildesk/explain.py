"""Turn a decision into sentences, and into the JSON that `explain --json` prints."""

from maildesk.model.decision import AddEntry, Decision, OpenTicket, RuleTrace
from maildesk.model.mail import Mail
from maildesk.model.reason import Reason
from maildesk.model.ticket import EntryKind

_LINK = ("link-", "merged", "merge-", "ghost", "duplicate", "continues", "subject-token", "same-id", "parked", "unparked")


def as_json(decision: Decision, number: int | None) -> dict[str, object]:
    """Give the stable JSON form; `number` is the ticket's, None if there is none (or none yet)."""
    evidence = [f"{w.reason.value}: {w.text}".rstrip(": ") for w in decision.why if w.reason.value.startswith(_LINK)]
    return {
        "kind": decision.kind,
        "trust": decision.trust.value,
        "ticket": {"number": number, "evidence": evidence},
        "rules": [_rule(rule) for rule in decision.rules],
        "result": _result(decision),
        "notices": [
            {"kind": n.notice, "to": n.to, "due": n.due, "why": f"{n.why.reason.value}: {n.why.text}".rstrip(": ")}
            for n in decision.notices
        ],
        "why": [{"reason": w.reason.value, "text": w.text} for w in decision.why],
    }


def _rule(rule: RuleTrace) -> dict[str, object]:
    return {
        "name": rule.name,
        "file": rule.file,
        "line": rule.line,
        "matched": rule.matched,
        "why": rule.why,
        "set": rule.set,
        "ignored": rule.ignored,
    }


def _result(decision: Decision) -> dict[str, object]:
    result: dict[str, object] = dict(decision.result)
    result["tags"] = decision.result.get("tags", "").split()
    return result


def in_sentences(decision: Decision, number: int | None, mail: Mail | None) -> str:
    """Tell the whole path for people: who, what kind, which ticket, which rules, what is said and what is withheld."""
    lines = [*_heading(decision, mail), *_reasons(decision), *_rules(decision), *_outcome(decision, number)]
    return "\n".join([*lines, *_notices(decision)])


def _heading(decision: Decision, mail: Mail | None) -> list[str]:
    if mail is None:
        return []
    author = mail.author.address if mail.author else f"an ambiguous author ({mail.author_ambiguous})"
    return [f"“{mail.subject}”  from {author}", f"kind {decision.kind} · trust {decision.trust.value} · language {mail.language or '?'}"]


def _reasons(decision: Decision) -> list[str]:
    rules = (Reason.RULE_MATCHED, Reason.RULE_DEFAULTS)
    return [f"   {w.reason.value:<24} {w.text}".rstrip() for w in decision.why if w.reason not in rules]


def _rules(decision: Decision) -> list[str]:
    lines = []
    for position, rule in enumerate(decision.rules, start=1):
        lines.append(f" {'✓' if rule.matched else '·'} {position:>2}  {rule.name}   ({rule.file}:{rule.line})")
        lines += [f"        {line}" for line in rule.why.splitlines()]
        if rule.set or rule.ignored:
            done = [f"→ {field} = {value}" for field, value in rule.set.items()]
            late = [f"→ {field} ignored, {why}" for field, why in rule.ignored.items()]
            lines.append("        " + " · ".join([*done, *late]))
    return lines


def _outcome(decision: Decision, number: int | None) -> list[str]:
    opened = any(isinstance(a, OpenTicket) for a in decision.actions)
    held = any(isinstance(a, AddEntry) and a.hold and a.kind in (EntryKind.MAIL, EntryKind.REPLY) for a in decision.actions)
    where = f"ticket #{number}" if number else "a new ticket" if opened else "no ticket"
    lines = ["Result", f"   {'opens ' if opened and number else ''}{where}{', held for a person' if held else ''}"]
    return lines + [f"   {field:<9} {value}" for field, value in decision.result.items() if value]


def _notices(decision: Decision) -> list[str]:
    return [
        f"   {n.notice} to {n.to or 'nobody'}: {'sent' if n.due else 'withheld'} ({n.why.reason.value}{': ' + n.why.text if n.why.text else ''})"
        for n in decision.notices
    ]
