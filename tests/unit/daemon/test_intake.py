"""The line of mails that wait to be decided."""

import asyncio
import datetime as dt
from typing import Any, cast

import pytest

from maildesk.daemon.intake import Intake
from maildesk.desk import Outcome
from maildesk.model.decision import Decision
from maildesk.model.mail import Arrival, Envelope
from maildesk.store.db import Claimed

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


class EmptyJournal:
    """A store in which nothing waits."""

    def claim_mails(self, *_: object) -> list[Claimed]:
        """Claim nothing."""
        return []


class Watched(Intake):
    """An intake whose mails take some turns of the loop and mean nothing; notes which are in hand together."""

    def __init__(self) -> None:
        nothing = cast(Any, None)
        super().__init__(cast(Any, EmptyJournal()), nothing, nothing, lambda _: None, lambda: NOW)
        self.in_hand: set[int] = set()
        self.together: dict[int, set[int]] = {}

    async def decide(self, claimed: Claimed, *, trusted: bool = False, silent: bool = False) -> Outcome:
        """Take a while."""
        self.in_hand.add(claimed.journal_id)
        for _ in range(20):
            await asyncio.sleep(0)
            for one in self.in_hand:
                self.together.setdefault(one, set()).update(self.in_hand - {one})
        self.in_hand.discard(claimed.journal_id)
        return Outcome(Decision())


def claimed(number: int, *, attempts: int = 1, crashes: int = 0) -> Claimed:
    """Make a claimed mail."""
    arrival = Arrival("smtp", str(number), b"x", Envelope(), NOW)
    return Claimed(number, arrival, attempts, crashes)


@pytest.mark.parametrize(
    ("attempts", "crashes", "alone"),
    [(2, 2, True), (3, 3, True), (1, 1, False), (2, 0, False), (1, 0, False)],
    ids=["died twice", "died three times", "died once", "failed once", "fresh"],
)
async def test_a_mail_that_was_in_hand_at_two_deaths_is_worked_on_alone(
    attempts: int, crashes: int, alone: bool
) -> None:
    """From the second death on no other mail is in hand with it, so three deaths do not come upon a mail by chance."""
    intake = Watched()
    for number in range(1, 6):
        intake._enqueue(claimed(number))
    intake._enqueue(claimed(6, attempts=attempts, crashes=crashes))
    for number in range(7, 12):
        intake._enqueue(claimed(number))
    work = asyncio.create_task(intake.run())
    await asyncio.wait_for(intake.drain(), 10)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert intake.decided == 11
    assert bool(intake.together.get(6)) is not alone
    assert intake.together[1], "others go on side by side"
