"""Empty the outbox into the relay: a few connections, used again and again, and nothing sent that was not committed first.

Before the final dot of a mail a mark is committed, so a crash knows which mails have an unknown fate; marks and outcomes of
several connections share a commit. A relay that is down costs no mail an attempt: the route rests, then one mail probes it.
"""

import asyncio
import datetime as dt
import ssl
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol

from maildesk.model.outgoing import Attempt, OutboxState, Promise, Queued
from maildesk.outbound.backoff import (
    BREAKER_FAILURES,
    Heard,
    Outcome,
    Phase,
    Verdict,
    breaker_pause,
    give_back,
    give_up,
    is_hopeless,
    is_stale,
    judge,
    probably_sent,
    refuses_null,
)
from maildesk.outbound.relay.sender import named
from maildesk.outbound.relay.session import COMMAND_SECONDS, DOT_SECONDS, Access, Session, Unreachable
from maildesk.outbound.relay.together import Together
from maildesk.settings import Relay, read_secret

CONNECTIONS = 4
CLAIM = 20
POLL_SECONDS = 5.0
IDLE_SECONDS = 20.0
STOP_SECONDS = 5.0
MOST_IN_HAND = 5000

Failed = Callable[[Queued, Attempt], Awaitable[None]]


class Outbox(Protocol):
    """What the deliverer needs of the store."""

    async def claim(self, limit: int) -> list[Queued]:
        """Claim mails that are due, counting the attempt before it is made."""

    async def data_sent(self, ids: Sequence[int]) -> None:
        """Commit that the final dots of these mails are about to be written."""

    async def finish(self, attempts: Sequence[Attempt]) -> None:
        """Commit what attempts came to."""


class Deliverer:
    """The loop that sends. `run` returns after `stop`; `trouble` says what is wrong with the route, if anything."""

    def __init__(  # noqa: PLR0913 - the parts a deliverer is put together from
        self,
        relay: Relay,
        outbox: Outbox,
        now: Callable[[], dt.datetime],
        on_failed: Failed,
        *,
        base_dir: Path = Path(),
        name: str = "",
        token: Callable[[], Awaitable[str]] | None = None,
        context: ssl.SSLContext | None = None,
        on_route: Callable[[str], None] | None = None,
        connections: int = CONNECTIONS,
        dot_seconds: float = DOT_SECONDS,
        command_seconds: float = COMMAND_SECONDS,
    ) -> None:
        """Put the parts together; nothing is connected yet.

        `base_dir` is where password_file lies, `name` what we greet as, `token` gives an OAuth access token. `on_failed` is
        told of mails that will not be tried again, `on_route` of trouble with the relay ("" when it is over).
        """

        async def secret() -> str:
            return await asyncio.to_thread(read_secret, relay.password_file, base_dir)

        self._access = Access(
            relay.host,
            relay.port,
            relay.tls,
            name,
            relay.user,
            token if relay.oauth else secret if relay.password_file else None,
            bool(relay.oauth),
            context,
            dot_seconds,
            command_seconds,
        )
        self._outbox, self._now, self._on_failed, self._on_route = outbox, now, on_failed, on_route
        self._most = self._allowed = connections
        self._queue: deque[Queued] = deque()
        self._idle: list[Session] = []
        self._workers: set[asyncio.Task[None]] = set()
        self._busy: list[Session] = []
        self._marks = Together[int](outbox.data_sent)
        self._outcomes = Together[Attempt](outbox.finish)
        self._unsettled: list[Attempt] = []
        self._news = asyncio.Event()
        self._resting_until: dt.datetime | None = None
        self._failures = 0
        self._running = self._stopping = self._wants_names = False
        self._may_have_more = True
        self._problem: BaseException | None = None
        self.trouble = ""
        self.counts: Counter[str] = Counter()

    async def run(self) -> None:
        """Claim and send until stopped; raises what the store or `on_failed` raised."""
        self._running, self._stopping, self._problem = True, False, None
        self._may_have_more = True
        try:
            while not self._stopping and self._problem is None:
                self._news.clear()
                await self._fill()
                self._staff()
                await self._retire(IDLE_SECONDS)
                try:
                    async with asyncio.timeout(self._nap()):
                        await self._news.wait()
                except TimeoutError:
                    self._may_have_more = True
        finally:
            self._running = False
        if self._problem is not None:
            raise self._problem

    def wake(self) -> None:
        """Look into the outbox now."""
        self._may_have_more = True
        self._news.set()

    def offer(self, queued: Sequence[Queued]) -> None:
        """Take mails that were just committed and are already claimed for this process; others are left to `claim`."""
        mine = [item for item in queued if item.attempts > 0]
        self._may_have_more |= len(mine) < len(queued)
        if not mine or self._stopping:
            return  # what the process holds when it ends is given back with its lease
        self._queue.extend(mine)
        if self._running and not self._is_resting():
            self._staff()
        else:
            self._news.set()

    async def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Finish the attempts under way, give the rest back, close all connections."""
        self._stopping = True
        self._news.set()
        await self._hand_back(self._now(), "stopped")
        if self._workers:
            _, late = await asyncio.wait(self._workers, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._retire(-1)

    async def _fill(self) -> None:
        """Claim when there is room; while the relay rests nothing is claimed, afterwards one mail to try it with."""
        if self._unsettled:
            await self._outbox.finish(self._unsettled)
            self._unsettled.clear()
        if self._is_resting():
            await self._hand_back(self._resting_until or self._now(), self.trouble)
            return
        room = 1 - len(self._workers) if self._failures else CLAIM - len(self._queue)
        if room > 0 and (not self._queue if self._failures else self._may_have_more):
            self._may_have_more = False  # what this process makes itself is offered: nobody need look for it
            claimed = await self._outbox.claim(room)
            self._may_have_more |= len(claimed) >= room
            self._queue.extend(claimed)
            if len(self._queue) >= CLAIM:
                self._news.set()

    def _staff(self) -> None:
        """Give waiting mails to connections: rested ones first, new ones up to the limit; one only while in doubt."""
        if not self._workers:
            self._allowed = self._most
        most = 1 if self._failures else self._allowed
        waiting = len(self._queue)
        while waiting > 0 and len(self._workers) < most and not self._is_resting() and not self._stopping:
            session = self._idle.pop() if self._idle else Session(self._access)
            task = asyncio.create_task(self._work(session))
            self._workers.add(task)
            task.add_done_callback(self._worker_done)
            waiting -= 1

    def _worker_done(self, task: "asyncio.Task[None]") -> None:
        self._workers.discard(task)
        if not task.cancelled() and (problem := task.exception()) is not None:
            self._problem = self._problem or problem
        self._news.set()

    async def _work(self, session: Session) -> None:
        """Send one mail after the other over one connection; what each came to is committed while the next begins."""
        last: asyncio.Task[None] | None = None
        self._busy.append(session)
        try:
            while self._queue and not self._stopping and not self._is_resting():
                queued = self._queue.popleft()
                try:
                    verdict = await self._attempt(session, queued, last)
                except asyncio.CancelledError:
                    await self._finish(queued, self._cut_off(session, queued))
                    raise
                except Exception:
                    self._queue.appendleft(queued)  # the store's trouble: the claim is still ours
                    raise
                last = asyncio.create_task(self._finish(queued, verdict))
                if self._may_have_more and len(self._queue) < CLAIM // 2:
                    self._news.set()
                if not session.is_alive and len(self._workers) > self._allowed:
                    break
        finally:
            self._busy.remove(session)
            session.rested_at = asyncio.get_running_loop().time()
            self._idle.append(session)  # whatever went wrong, it is used again or closed
            if last is not None:
                await last

    async def _attempt(self, session: Session, queued: Queued, last: "asyncio.Task[None] | None") -> Verdict:
        """Try one mail, once; on a connection that fell asleep, once more on a new one."""
        if is_stale(queued, self._now()):
            return give_up(queued)
        if is_hopeless(queued):
            return probably_sent(queued)

        async def mark() -> None:
            if last is None:
                await self._marks.add(queued.id)
            else:  # both before the dot, and in one commit where the store can
                await asyncio.gather(asyncio.shield(last), self._marks.add(queued.id))

        rested = session.is_open
        heard = await self._send(session, queued, mark)
        if rested and heard.code in (0, 421) and heard.phase is Phase.MAIL:
            heard = await self._send(session, queued, mark)
        if not queued.mail.mail_from and not self._wants_names and refuses_null(heard):
            self._wants_names = True
            heard = await self._send(session, queued, mark)
            self._wants_names = not refuses_null(heard)  # else it was not the empty return path
        verdict = judge(heard, queued, self._now())
        self._note_route(verdict.outcome, heard)
        return verdict

    async def _send(self, session: Session, queued: Queued, mark: Callable[[], Awaitable[None]]) -> Heard:
        if not session.is_open:
            await session.close()
            try:
                await session.open()
            except Unreachable as problem:
                return problem.heard
            self.counts["connections"] += 1
        return await session.send(named(queued.mail) if self._wants_names else queued.mail, mark)

    async def _finish(self, queued: Queued, verdict: Verdict) -> None:
        """Commit what an attempt came to, then say so if nothing more will be done."""
        attempt = verdict.attempt
        self.counts[verdict.outcome.value] += 1
        try:
            await self._outcomes.add(attempt)
        except Exception:
            self._unsettled.append(attempt)  # what is known must not be lost with the store's trouble
            raise
        probably_sent = attempt.state is OutboxState.UNSURE and queued.mail.promise is Promise.AT_LEAST_ONCE
        if attempt.state is OutboxState.FAILED or probably_sent:
            await self._on_failed(queued, attempt)

    def _cut_off(self, session: Session, queued: Queued) -> Verdict:
        """Say what a stopped attempt came to: nothing, or nobody knows."""
        if session.phase is Phase.DOT:
            return judge(Heard(Phase.DOT, 0, "stopped before the relay answered"), queued, self._now())
        return Verdict(Outcome.DEFERRED, give_back(queued, self._now(), "stopped before it was sent"))

    def _note_route(self, outcome: Outcome, heard: Heard) -> None:
        """Let the route rest after trouble with the relay itself; anything else shows that it is alive."""
        if outcome not in (Outcome.HOST_DOWN, Outcome.MISCONFIGURED):
            if heard.phase is not Phase.ADDRESS and (heard.code or heard.phase is Phase.DOT):
                self._failures, self._resting_until = 0, None
                self._tell_route("")
            return
        others = sum(session.is_alive for session in self._busy)
        if others and heard.phase in (Phase.CONNECT, Phase.GREETING):
            self._allowed = others  # not down: it takes no more connections than these
            return
        self._failures += 1
        if outcome is Outcome.MISCONFIGURED:
            self._failures = max(self._failures, BREAKER_FAILURES)
        self._resting_until = self._now() + breaker_pause(self._failures)
        self._tell_route(heard.words)

    def _tell_route(self, words: str) -> None:
        changed, self.trouble = words != self.trouble, words
        if changed and self._on_route is not None:
            self._on_route(words)

    def _is_resting(self) -> bool:
        return self._resting_until is not None and self._now() < self._resting_until

    def _nap(self) -> float:
        if self._resting_until is None:
            return POLL_SECONDS
        return min(max((self._resting_until - self._now()).total_seconds(), 0.01), POLL_SECONDS)

    async def _hand_back(self, retry_at: dt.datetime, why: str) -> None:
        """Give mails back that were not tried; it costs them nothing."""
        given = [give_back(queued, retry_at, why) for queued in self._queue]
        self._queue.clear()
        if given:
            await self._outbox.finish(given)

    async def _retire(self, seconds: float) -> None:
        """Close connections that have rested for longer than `seconds`."""
        now = asyncio.get_running_loop().time()
        old = [session for session in self._idle if now - session.rested_at > seconds or not session.is_open]
        self._idle = [session for session in self._idle if session not in old]
        if old:
            await asyncio.gather(*(session.close() for session in old))
