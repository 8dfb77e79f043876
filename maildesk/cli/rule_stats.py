"""Count what each rule did with stored mail."""

import datetime as dt
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from maildesk.cli.opening import open_or_complain
from maildesk.cli.progress import with_bar
from maildesk.cli.rehearsal import stored_mails
from maildesk.daemon import Office
from maildesk.model.decision import OpenTicket
from maildesk.rules.policy import Policy
from maildesk.store import recall
from maildesk.store.recall import Stored


class RuleCount(NamedTuple):
    """How often a rule applied and when last; `sent` counts the tickets it gave to a team, `moved` those people then moved."""

    name: str
    place: str
    trial: bool
    applied: int
    last: dt.datetime | None
    sent: int
    moved: int
    gone: bool = False


def count_rules(since: dt.datetime, config_dir: Path, data_dir: Path) -> list[RuleCount]:
    """Count since a moment; the rules that hold now in their order, then those that do not exist any more."""
    office = open_or_complain(config_dir, data_dir, activate=False)
    try:
        policy = office.keeper.desk_with(office.store.active_policy()).policy
        total, mails = stored_mails(office, since)
        return gather(with_bar(mails, total, time.monotonic), policy, office)
    finally:
        office.store.close()


def gather(mails: Iterable[Stored], policy: Policy, office: Office) -> list[RuleCount]:
    """Go through decisions, oldest first."""
    counts = {
        rule.name: RuleCount(rule.name, f"{rule.file}:{rule.line}", rule.trial, 0, None, 0, 0) for rule in policy.rules
    }
    for stored in mails:
        for rule in stored.decision.rules:
            if not rule.matched:
                continue
            blank = RuleCount(rule.name, f"{rule.file}:{rule.line}", rule.trial, 0, None, 0, 0, gone=True)
            known = counts.get(rule.name, blank)
            sent, moved = _sent(stored, rule.set, office)
            counts[rule.name] = known._replace(
                applied=known.applied + 1, last=stored.snapshot.now, sent=known.sent + sent, moved=known.moved + moved
            )
    return list(counts.values())


def _sent(stored: Stored, done: dict[str, str], office: Office) -> tuple[bool, bool]:
    """Tell whether the rule gave a new ticket to a team, and whether people moved it afterwards."""
    opened = any(isinstance(action, OpenTicket) for action in stored.decision.actions)
    number = stored.ticket
    if "team" not in done or number is None or not opened:
        return False, False
    if office.store.read(lambda db: recall.team_of(db, number)) == done["team"]:
        return True, False
    by_hand = office.store.read(lambda db: recall.team_by_hand(db, number))
    return True, bool(by_hand) and by_hand != done["team"]
