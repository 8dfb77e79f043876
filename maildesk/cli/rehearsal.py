"""Run stored mail through edited rules, and say what would land elsewhere; nothing is changed or sent."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

from maildesk.cli.replaying import NotReplayable, complete
from maildesk.daemon import Office
from maildesk.decide import Desk, decide
from maildesk.model.decision import ChangeTicket, Decision, MailArrived, OpenTicket, RuleTrace
from maildesk.model.reason import Reason
from maildesk.store import recall
from maildesk.store.recall import Stored

NO_TICKET = "(no ticket)"
AS_IT_WAS = "(not moved)"
_BATCH = 50


class Moved(NamedTuple):
    """A mail that would land elsewhere: `rule` is the one because of which, with its place; `by_hand` where people moved it."""

    journal: int
    ticket: int | None
    subject: str
    author: str
    was: str
    now: str
    rule: str
    place: str
    by_hand: str = ""


class Seen(NamedTuple):
    """What came of one stored mail: whether the rules had a say, and where it lands."""

    asked: bool
    was: str = ""
    now: str = ""
    moved: Moved | None = None
    by_hand: str = ""
    otherwise: bool = False
    trials: tuple[str, ...] = ()
    problem: str = ""


class Rehearsal(NamedTuple):
    """What edited rules would have done with all of it."""

    mails: int
    moved: tuple[Moved, ...]
    table: dict[str, dict[str, int]]
    by_hand: int
    agreed: int
    agreed_then: int
    otherwise: int
    trials: dict[str, int]
    problems: tuple[str, ...]

    @property
    def share(self) -> float:
        """Give the part of the mails that would land elsewhere, 0 to 1."""
        return len(self.moved) / self.mails if self.mails else 0.0


def stored_mails(office: Office, since: dt.datetime) -> tuple[int, Iterator[Stored]]:
    """Count the mails decided since a moment, and give their decisions one by one."""
    rows = office.store.read(lambda db: recall.decision_rows(db, since, mails=True))
    return len(rows), _read(office, rows)


def _read(office: Office, rows: list[int]) -> Iterator[Stored]:
    for at in range(0, len(rows), _BATCH):
        batch = rows[at : at + _BATCH]
        yield from office.store.read(partial(recall.read_decisions, rows=batch))


def rehearse(stored: Stored, office: Office, desk: Desk) -> Seen:
    """Decide one mail again by the edited rules, from what was known then."""
    if not stored.decision.rules and not stored.decision.result:
        return Seen(asked=False)  # a loop, a bounce, an agent's mail: no rule is ever asked
    try:
        again = decide(complete(stored, office), desk)
    except NotReplayable as problem:
        return Seen(asked=True, problem=f"{stored.snapshot.cause.key}: {problem}")
    was, now = landing(stored.decision), landing(again)
    hand = _by_hand(stored, office)
    trials = tuple(rule.name for rule in again.rules if rule.trial and rule.matched)
    moved = _moved(stored, again, was, now, hand) if was != now else None
    otherwise = was == now and _plain(stored.decision) != _plain(again)
    return Seen(True, was, now, moved, hand, otherwise, trials)


def landing(decision: Decision) -> str:
    """Say where a mail landed: the team it opened a ticket with or moved one to."""
    for action in decision.actions:
        if isinstance(action, OpenTicket):
            return action.team
        if isinstance(action, ChangeTicket) and action.team is not None:
            return action.team
    return NO_TICKET if any(why.reason is Reason.RULE_NO_TICKET for why in decision.why) else AS_IT_WAS


def gather(seen: Iterable[Seen]) -> Rehearsal:
    """Put together what came of all mails."""
    asked = [one for one in seen if one.asked]
    table: dict[str, dict[str, int]] = {}
    for one in asked:
        if not one.problem:
            row = table.setdefault(one.was, {})
            row[one.now] = row.get(one.now, 0) + 1
    by_hand = [one for one in asked if one.by_hand]
    return Rehearsal(
        mails=len(asked),
        moved=tuple(one.moved for one in asked if one.moved),
        table=table,
        by_hand=len(by_hand),
        agreed=sum(one.now == one.by_hand for one in by_hand),
        agreed_then=sum(one.was == one.by_hand for one in by_hand),
        otherwise=sum(one.otherwise for one in asked),
        trials=dict(Counter(name for one in asked for name in one.trials)),
        problems=tuple(one.problem for one in asked if one.problem),
    )


def _by_hand(stored: Stored, office: Office) -> str:
    """Name the team to which people moved the ticket that the mail opened; "" if nobody did."""
    number = stored.ticket
    if number is None or not any(isinstance(action, OpenTicket) for action in stored.decision.actions):
        return ""
    if office.store.read(lambda db: recall.team_of(db, number)) == landing(stored.decision):
        return ""
    return office.store.read(lambda db: recall.team_by_hand(db, number))


def _moved(stored: Stored, again: Decision, was: str, now: str, by_hand: str) -> Moved:
    cause, mail = stored.snapshot.cause, stored.snapshot.mail
    journal = cause.journal_id if isinstance(cause, MailArrived) else 0
    rule, place = _because(stored.decision, again)
    author = mail.author.address if mail and mail.author else ""
    return Moved(journal, stored.ticket, mail.subject if mail else "", author, was, now, rule, place, by_hand)


def _because(then: Decision, again: Decision) -> tuple[str, str]:
    """Name the rule that sends the mail elsewhere; where none does any more, the one that did."""
    if rule := _chooser(again):
        return f"rule “{rule.name}”", f"{rule.file}:{rule.line}"
    if rule := _chooser(then):
        return f"no longer rule “{rule.name}”", f"{rule.file}:{rule.line}"
    return "defaults", ""


def _chooser(decision: Decision) -> RuleTrace | None:
    applied = [rule for rule in decision.rules if rule.matched and not rule.trial]
    return next((rule for rule in applied if rule.set.get("ticket") == "no" or "team" in rule.set), None)


def _plain(decision: Decision) -> dict[str, str]:
    return {field: value for field, value in decision.result.items() if value}
