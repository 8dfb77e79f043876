"""The loop that calls hooks: claims calls that are due, sends them, and writes down what they came to.

Calls are rows of the outbox like letters, committed with what they tell of and sent outside of any transaction; an answer that is
no success is tried again, later and later, for a day. The same id each time: whoever was told already can tell.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from maildesk.model.hook import Hook
from maildesk.model.outgoing import Attempt, OutboxState, Queued
from maildesk.outbound.backoff import MAX_REPLY, pause
from maildesk.outbound.hooks.answer import Answer
from maildesk.outbound.hooks.payload import KIND, sign
from maildesk.settings import SecretTrouble, read_secret

AT_ONCE = 4
POLL_SECONDS = 5.0
_LONGEST_RETRY_AFTER = dt.timedelta(hours=6)
_AGAIN = (408, 425, 429)


class Calls(Protocol):
    """What the caller needs of the store."""

    async def claim(self, limit: int) -> list[Queued]:
        """Claim calls that are due, counting the attempt before it is made."""

    async def finish(self, attempts: Sequence[Attempt]) -> None:
        """Commit what attempts came to."""


class Caller:
    """Call hooks until cancelled. A desk that never had a hook looks into its outbox once, and then waits to be woken."""

    def __init__(
        self,
        calls: Calls,
        hooks: Callable[[], Mapping[str, Hook]],
        now: Callable[[], dt.datetime],
        base_dir: Path = Path(),
    ) -> None:
        """`hooks` gives those of the active policy, `base_dir` is where secrets and authorities lie."""
        self._calls, self._hooks, self._now, self._base_dir = calls, hooks, now, base_dir
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Look for calls now."""
        self._news.set()

    async def run(self) -> None:
        """Claim and call."""
        while True:
            self._news.clear()
            claimed = await self._calls.claim(AT_ONCE)
            if claimed:
                await self._calls.finish(await asyncio.gather(*(self._call(queued) for queued in claimed)))
                continue
            try:
                async with asyncio.timeout(POLL_SECONDS if self._hooks() else None):
                    await self._news.wait()
            except TimeoutError:
                pass

    async def _call(self, queued: Queued) -> Attempt:
        """Make one call; gives what it came to."""
        from maildesk.outbound.hooks.request import send_request  # with h11, which a desk without hooks does not need

        hook = self._hooks().get(queued.mail.kind.removeprefix(KIND))
        now = self._now()
        if hook is None:
            return Attempt(queued.id, OutboxState.FAILED, "there is no such hook in hooks.yaml any more")
        if queued.mail.expires is not None and now >= queued.mail.expires:
            return Attempt(queued.id, OutboxState.FAILED, "its time was over")
        try:
            secret = hook.endpoint.secret_file
            words = await asyncio.to_thread(read_secret, secret, self._base_dir) if secret else ""
        except SecretTrouble as trouble:
            return judge_call(queued, Answer(text=str(trouble)), now)
        fields = sign(words, queued.mail.message_id, int(now.timestamp()), queued.mail.raw)
        answer = await send_request(hook.endpoint, queued.mail.raw, fields, base_dir=self._base_dir)
        return judge_call(queued, answer, self._now())


def judge_call(queued: Queued, answer: Answer, now: dt.datetime) -> Attempt:
    """Say what becomes of a call after an answer: done, tried again, or given up."""
    said = f"{answer.status or ''} {answer.text}".strip()
    words = "".join(c if c.isprintable() else " " for c in said)[:MAX_REPLY]
    if 200 <= answer.status < 300:
        return Attempt(queued.id, OutboxState.SENT, words)
    if 300 <= answer.status < 500 and answer.status not in _AGAIN:
        return Attempt(queued.id, OutboxState.FAILED, words)
    wait = pause(queued.attempts, queued.mail.key)
    if answer.retry_after.isascii() and answer.retry_after.isdigit():
        wait = min(max(wait, dt.timedelta(seconds=int(answer.retry_after[:9]))), _LONGEST_RETRY_AFTER)
    if queued.mail.expires is not None and now + wait >= queued.mail.expires:
        return Attempt(queued.id, OutboxState.FAILED, words)
    return Attempt(queued.id, OutboxState.WAITING, words, now + wait)
