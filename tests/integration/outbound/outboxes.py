"""An outbox in memory that remembers what it was told, and when."""

import asyncio
import datetime as dt
from collections.abc import Sequence

from maildesk.model.outgoing import Attempt, OutboxState, Outgoing, Promise, Queued


class Box:
    """Rows that are waiting, marks and ends in the order they were committed."""

    def __init__(self) -> None:
        self.waiting: list[Queued] = []
        self.marked: list[int] = []
        self.ends: dict[int, Attempt] = {}
        self.all_ends: list[Attempt] = []
        self.events: list[str] = []
        self.claims = 0
        self.commits = 0
        self.failed: list[tuple[Queued, Attempt]] = []
        self.before_mark: asyncio.Event | None = None
        self.before_end: asyncio.Event | None = None
        self.trouble: Exception | None = None

    async def claim(self, limit: int) -> list[Queued]:
        self.claims += 1
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return taken

    async def data_sent(self, ids: Sequence[int]) -> None:
        await self._commit()
        if self.before_mark is not None:
            await self.before_mark.wait()
        self.marked += ids
        self.events += [f"mark {i}" for i in ids]

    async def finish(self, attempts: Sequence[Attempt]) -> None:
        await self._commit()
        if self.before_end is not None:
            await self.before_end.wait()
        for attempt in attempts:
            self.ends[attempt.queued_id] = attempt
            self.all_ends.append(attempt)
            self.events.append(f"end {attempt.queued_id} {attempt.state.value}")

    async def on_failed(self, queued: Queued, attempt: Attempt) -> None:
        self.failed.append((queued, attempt))

    async def _commit(self) -> None:
        self.commits += 1
        await asyncio.sleep(0.002)
        if self.trouble is not None:
            trouble, self.trouble = self.trouble, None
            raise trouble

    def state(self, number: int) -> OutboxState | None:
        return self.ends[number].state if number in self.ends else None


def letter(
    number: int = 1,
    to: str = "ivana@kupac.hr",
    promise: Promise = Promise.AT_LEAST_ONCE,
    *,
    attempts: int = 1,
    **more: object,
) -> Queued:
    """Make a claimed row."""
    fields: dict[str, object] = {
        "key": f"key:{number}",
        "kind": "reply",
        "mail_from": "podrska+verp@firma.hr",
        "rcpt_to": to,
        "message_id": f"id{number}@firma.hr",
        "raw": f"Subject: letter {number}\r\n\r\n.dot\r\nwords\r\n".encode(),
        "promise": promise,
        "automatic": promise is Promise.AT_MOST_ONCE,
        "ticket": 1042,
        "expires": dt.datetime(2100, 1, 1, tzinfo=dt.UTC),
    }
    return Queued(number, Outgoing(**(fields | more)), attempts)  # type: ignore[arg-type]
