"""Give the deliverer what it asks of the store, and the desk the news of what could not be delivered."""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence

import structlog

from maildesk.daemon.crossing import settled
from maildesk.model.decision import CommandGiven
from maildesk.model.outgoing import Attempt, OutboxState, Queued
from maildesk.store.db import Store

log = structlog.get_logger("maildesk.hooks")


def news_of(queued: Queued, attempt: Attempt) -> CommandGiven | None:
    """Say what the desk must hear of a letter that will not be tried again; None if it is about no ticket or for an agent."""
    letter = queued.mail
    if letter.ticket is None or letter.kind.startswith("agent:"):
        return None
    words = (letter.rcpt_to, attempt.reply, letter.kind, attempt.outcome)
    return CommandGiven(f"undelivered:{queued.id}", "undelivered", letter.ticket, words)


class StoreOutbox:
    """The store's outbox, as the asyncio deliverer wants it."""

    def __init__(self, store: Store, now: Callable[[], dt.datetime]) -> None:
        """Stand in front of `store`; `now` is the clock that says what is due."""
        self._store, self._now = store, now

    async def claim(self, limit: int) -> list[Queued]:
        """Claim what is due."""
        return await asyncio.to_thread(self._store.claim_outbox, limit, self._now())

    async def data_sent(self, ids: Sequence[int]) -> None:
        """Commit that the final dots of these mails are about to be written."""
        await settled(self._store.mark_data_sent(ids))

    async def finish(self, attempts: Sequence[Attempt]) -> None:
        """Commit what attempts came to."""
        await settled(self._store.finish(attempts))


class StoreCalls:
    """The store's outbox, as the caller of hooks wants it."""

    def __init__(self, store: Store, now: Callable[[], dt.datetime]) -> None:
        """Stand in front of `store`; `now` is the clock that says what is due."""
        self._store, self._now = store, now

    async def claim(self, limit: int) -> list[Queued]:
        """Claim calls that are due."""
        return await asyncio.to_thread(self._store.claim_calls, limit, self._now())

    async def finish(self, attempts: Sequence[Attempt]) -> None:
        """Commit what attempts came to."""
        await settled(self._store.finish(attempts))
        for attempt in attempts:
            if attempt.state is OutboxState.FAILED:
                log.error("hook given up", outbox=attempt.queued_id, answer=attempt.reply)
