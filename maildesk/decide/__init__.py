"""Say what a mail, a timer or a command means for the desk; change nothing.

Pure: the same snapshot, policy and keys give the same decision, which is what `explain --replay` checks.
`mail.py` tells the story of a mail; the others are its chapters.
"""

from typing import assert_never
from zoneinfo import ZoneInfo

from maildesk.decide.desk import Desk
from maildesk.decide.given import decide_command
from maildesk.decide.hooks import with_calls
from maildesk.decide.mail import decide_mail
from maildesk.decide.reread import settle_unreadable
from maildesk.decide.timer import decide_timer
from maildesk.model.decision import CommandGiven, Decision, MailArrived, TimerDue
from maildesk.model.snapshot import Snapshot

__all__ = ["Desk", "decide"]


def decide(snapshot: Snapshot, desk: Desk) -> Decision:
    """Decide what follows from the snapshot's cause, and why."""
    if (people := desk.policy.people).planned or snapshot.away:
        today = snapshot.now.astimezone(ZoneInfo(desk.settings.desk.timezone)).date()
        desk = desk.without({*snapshot.away, *people.away_on(today)})
    decision = _decide(snapshot, desk)
    return with_calls(decision, snapshot, desk) if desk.policy.hooks else decision


def _decide(snapshot: Snapshot, desk: Desk) -> Decision:
    match snapshot.cause:
        case MailArrived():
            decision = decide_mail(snapshot, desk)
            return settle_unreadable(decision, snapshot) if snapshot.unreadable else decision
        case TimerDue():
            return decide_timer(snapshot, desk)
        case CommandGiven():
            return decide_command(snapshot, desk)
    assert_never(snapshot.cause)
