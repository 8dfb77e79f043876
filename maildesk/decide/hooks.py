"""Which hooks a decision calls: those that rules name, and those that want to hear of what has happened."""

import msgspec

from maildesk.decide.desk import Desk
from maildesk.model.decision import (
    NEW,
    AddEntry,
    Call,
    ChangeTicket,
    Decision,
    NoticeTrace,
    OpenTicket,
    Rate,
)
from maildesk.model.hook import HookEvent
from maildesk.model.reason import Reason
from maildesk.model.snapshot import Snapshot
from maildesk.model.ticket import EntryKind, Status
from maildesk.model.why import Why

_DONE = (Status.RESOLVED, Status.CLOSED)


def with_calls(decision: Decision, snapshot: Snapshot, desk: Desk) -> Decision:
    """Add the calls that a decision brings about; history, and what makes no ticket, calls nobody."""
    if decision.ticket is None or decision.wait_for or snapshot.silent:
        return decision
    calls = _calls(decision, snapshot, desk)
    if not calls:
        return decision
    traces = tuple(NoticeTrace(f"hook:{call.hook}", "", True, _why(call)) for call in calls)
    return msgspec.structs.replace(decision, actions=(*decision.actions, *calls), notices=(*decision.notices, *traces))


def _calls(decision: Decision, snapshot: Snapshot, desk: Desk) -> list[Call]:
    hooks = desk.policy.hooks
    happened = events_of(decision)
    named = rules_by_hook(decision)
    found: list[Call] = []
    for name, hook in hooks.items():
        events = [event for event in happened if event in hook.events]
        if not events and name in named:
            events = happened[:1] or [HookEvent.RULE]
        rules = ", ".join(named.get(name, ()))
        for event in events:
            key = f"hook:{name}:{event.value}:{snapshot.cause.key}"
            found.append(Call(decision.ticket or NEW, name, event, key, {"rules": rules} if rules else {}))
    return found


def events_of(decision: Decision) -> list[HookEvent]:
    """Say what a decision makes happen, the first being what it is about."""
    found: list[HookEvent] = []
    reopened = any(why.reason is Reason.REOPENED for why in decision.why)
    for action in decision.actions:
        match action:
            case OpenTicket():
                found.append(HookEvent.NEW_TICKET)
            case AddEntry(hold=hold) if hold is not None:
                found.append(HookEvent.HELD)
            case AddEntry(kind=EntryKind.MAIL, ticket=ticket) if ticket not in (None, NEW):
                found.append(HookEvent.REOPENED if reopened else HookEvent.CUSTOMER_MAIL)
            case AddEntry(kind=EntryKind.REPLY, public=True):
                found.append(HookEvent.REPLY)
            case ChangeTicket(status=status) if status in _DONE:
                found.append(HookEvent.RESOLVED)
            case Rate():
                found.append(HookEvent.RATED)
            case _:
                pass
    return list(dict.fromkeys(found))


def rules_by_hook(decision: Decision) -> dict[str, list[str]]:
    """List the rules that asked for each hook; `defaults` counts as one."""
    found: dict[str, list[str]] = {}
    for rule in decision.rules:
        if rule.matched and not rule.trial:
            for name in filter(None, rule.set.get("notify", "").split(", ")):
                found.setdefault(name, []).append(rule.name)
    for name in decision.result.get("notify", "").split():
        found.setdefault(name, ["defaults"])
    return found


def _why(call: Call) -> Why:
    return Why(Reason.HOOK_CALLED, call.event.value + (f", by {call.data['rules']}" if call.data else ""))
