"""Run the last stored mails through the rules that are checked, to see which match too much or never."""

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maildesk.rules.policy import Policy
    from maildesk.settings import Settings
    from maildesk.yaml_file import Problem

SECONDS = 10.0  # of looking: on a slow machine fewer mails must do


def warn_of_past_mail(
    settings: "Settings", policy: "Policy", config_dir: Path, data_dir: Path
) -> "tuple[Problem, ...]":
    """List warnings by what stored mail shows; none where there is no database, or it cannot be opened now."""
    from maildesk.daemon import BadPolicy, open_office
    from maildesk.rules.lint_mails import lint_mails
    from maildesk.store import StoreUnavailable

    file = settings.database.removeprefix("sqlite:///")
    if file != settings.database and not (data_dir / file).is_file():
        return ()
    try:
        office = open_office(settings, config_dir, data_dir, activate=False)
    except (BadPolicy, StoreUnavailable, OSError, ValueError):
        return ()
    try:
        from maildesk.cli.replaying import NotReplayable, complete
        from maildesk.decide import Desk, decide
        from maildesk.rules.lint_mails import MAILS
        from maildesk.store import recall

        desk = Desk(settings, policy, office.keys)
        rows = office.store.read(lambda db: recall.last_mails(db, MAILS))
        matched: Counter[str] = Counter()
        mails, ends = 0, time.monotonic() + SECONDS
        for row in rows:
            (stored,) = office.store.read(lambda db, row=row: recall.read_decisions(db, [row]))  # type: ignore[misc]
            if not stored.decision.rules and not stored.decision.result:
                continue  # an agent's mail, a bounce: no rule is ever asked
            try:
                again = decide(complete(stored, office), desk)
            except NotReplayable:
                continue
            mails += 1
            matched.update(rule.name for rule in again.rules if rule.matched)
            if time.monotonic() > ends:
                break
        return lint_mails(policy, matched, mails)
    finally:
        office.store.close()
