"""Run a desk: listeners, pollers, the desk itself, deliverers and the clock; stop them in that order."""

import asyncio
import datetime as dt
import functools
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING

import structlog

from maildesk.daemon.crossing import settled
from maildesk.daemon.digests import find_due, send_digest
from maildesk.daemon.intake import Intake
from maildesk.daemon.mailboxes import Mailboxes
from maildesk.daemon.office import Office
from maildesk.daemon.post import StoreCalls, StoreOutbox, news_of
from maildesk.desk import Outcome, handle_command, handle_timer
from maildesk.ingest.imap import ImapThread
from maildesk.ingest.smtp import Listener, listen
from maildesk.ingest.workers import PARSE_WORKERS, ParsePool
from maildesk.model.decision import CommandGiven
from maildesk.model.hook import Hook
from maildesk.model.mail import Accepted, Arrival
from maildesk.model.outgoing import Attempt, Queued
from maildesk.model.snapshot import Due
from maildesk.outbound.deliver import Deliverer
from maildesk.outbound.hooks.caller import Caller
from maildesk.store.db import Store, StoreUnavailable, Tx
from maildesk.store.disk import Disk
from maildesk.store.outbox import HOOK, late_replies
from maildesk.store.read import RELAY_TROUBLE
from maildesk.tokens import split_subaddress

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger("maildesk.daemon")

_FAILURES_IN_A_ROW = 5
_DATABASE_PAUSE = 2.0
_WATCH_SECONDS = 5
_INDEX_SECONDS = 3
_INDEX_AT_ONCE, _MOST_INDEXED = 100, 2000
LATE = dt.timedelta(hours=4)
_TIMER_PAUSE = dt.timedelta(minutes=5)


class LoopFailed(Exception):
    """A loop of the daemon failed five times in a row; the service manager should start it anew."""


def utc_now() -> dt.datetime:
    """Read the clock."""
    return dt.datetime.now(dt.UTC)


class Service:
    """A running desk. `start` returns when every listener is bound; `failed` completes if a loop gives up."""

    def __init__(self, office: Office, now: Callable[[], dt.datetime] = utc_now, pool: ParsePool | None = None) -> None:
        """Put the parts together; nothing runs yet but the workers of a `pool` that was begun before."""
        self.office, self.now = office, now
        self.pool = pool or ParsePool()
        self.disk = Disk(office.settings.database, office.data_dir)
        self.deliverer = Deliverer(
            office.settings.relay,
            StoreOutbox(office.store, now),
            now,
            self._undelivered,
            base_dir=office.base_of(office.settings.relay.password_file),
            name=office.settings.desk.domain,
            on_route=self._route,
            token=_token_of(office),
        )
        self.caller = Caller(StoreCalls(office.store, now), self._hooks, now, office.config_dir)
        self.intake = Intake(office.store, self.pool, office.keeper, self._offer, now, config_dir=office.config_dir)
        self.on_timer: Callable[[Due, Outcome], None] = _log_timer
        self.on_policy: Callable[[], None] = lambda: None
        self.listeners: list[Listener] = []
        self.mailboxes = Mailboxes(office, self.accept_blocking, now)
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._clock: AsyncIOScheduler | None = None
        self.failed: asyncio.Future[None] | None = None

    async def start(self, *, listen_now: bool = True) -> None:
        """Start the loops and bind the listeners."""
        self._loop = asyncio.get_running_loop()
        self.failed = self._loop.create_future()
        await self.pool.start(PARSE_WORKERS)
        self.office.store.set_meta(RELAY_TROUBLE, "")  # what an earlier run heard of the relay is over
        self._spawn("desk", self.intake.run)
        self._spawn("outbox", self.deliverer.run)
        self._spawn("hooks", self.caller.run)
        self._spawn("policy", lambda: self.office.keeper.watch(self._policy_changed))
        self._start_clock()
        if listen_now:
            self.listeners = await listen(
                self.office.settings,
                self.accept,
                self.is_known,
                has_room=self.disk.has_room,
                now=self.now,
                base_dir=self.office.config_dir,
            )
            self.mailboxes.start()

    async def stop(self) -> None:
        """Stop in order, however far `start` came: listeners, pollers, desk, deliverers; what was promised stays promised."""
        await asyncio.gather(*(listener.close() for listener in self.listeners))
        await asyncio.gather(*(asyncio.to_thread(self.mailboxes.stop, poller) for poller in self.pollers))
        if self._clock:
            self._clock.shutdown(wait=False)
        try:
            await asyncio.wait_for(self.intake.drain(), timeout=4)
        except TimeoutError:
            log.warning("mail in work is left to the next start")
        await self.deliverer.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.intake.close()
        await self.pool.stop()
        await asyncio.to_thread(self.office.store.close)

    async def accept(self, arrival: Arrival) -> Accepted:
        """Journal a mail; the listeners' promise."""
        return await self.intake.accept(arrival)

    def accept_blocking(self, arrival: Arrival) -> Accepted:
        """Journal a mail from a thread; raises StoreUnavailable, also while the disk is nearly full."""
        assert self._loop is not None
        if trouble := self.disk.trouble():
            raise StoreUnavailable(trouble)
        return asyncio.run_coroutine_threadsafe(self.accept(arrival), self._loop).result(60)

    def is_known(self, address: str) -> bool:
        """Tell whether we receive for an address; whether a token in it is genuine is not told at the door.

        `postmaster` is received for wherever a mailbox of ours is, and by itself (RFC 5321 §4.5.1).
        """
        base = split_subaddress(address)[0].casefold()
        ours = {own.casefold() for box in self.office.settings.mailboxes for own in (box.address, *box.aliases)}
        local, _, domain = base.partition("@")
        return base in ours or (
            local == "postmaster" and (not domain or domain in {one.partition("@")[2] for one in ours})
        )

    @property
    def pollers(self) -> list[ImapThread]:
        """The pollers of mailboxes."""
        return self.mailboxes.pollers

    async def command(self, cause: CommandGiven) -> None:
        """Carry out a command, as the command line and the deliverer give them."""
        keeper, store = self.office.keeper, self.office.store
        outcome = await settled(store.transact(lambda tx: handle_command(tx, cause, keeper.desk(tx), self.now())))
        self._offer(outcome.queued)

    def loops_alive(self) -> dict[str, bool]:
        """Say of each loop whether it runs."""
        return {task.get_name(): not task.done() for task in self._tasks}

    async def tick(self) -> None:
        """Fire the timers that are due."""
        store = self.office.store
        for due in await asyncio.to_thread(store.claim_timers, 20, self.now()):
            try:
                outcome = await self._fire(due)
            except Exception as problem:  # one timer must not keep the others waiting
                log.error("timer failed", timer=due.id, ticket=due.ticket, exc_info=problem)
                await self._put_off(due, f"{type(problem).__name__}: {problem}"[:500])
                continue
            self._offer(outcome.queued)
            self.on_timer(due, outcome)

    async def digest(self) -> None:
        """Send agents what waited for the beginning of their hours."""
        store = self.office.store
        while login := await asyncio.to_thread(find_due, store, self.now()):
            work = functools.partial(self._send_digest, login)
            self._offer(await settled(store.transact(work)))

    def _send_digest(self, login: str, tx: Tx) -> tuple[Queued, ...]:
        return send_digest(tx, self.office.keeper.desk(tx), login, self.now())

    async def _fire(self, due: Due) -> Outcome:
        keeper = self.office.keeper
        return await settled(self.office.store.transact(lambda tx: handle_timer(tx, due, keeper.desk(tx), self.now())))

    async def _put_off(self, due: Due, problem: str) -> None:
        later = self.now() + _TIMER_PAUSE
        await settled(self.office.store.transact(lambda tx: tx.defer_timer(due.id, later, problem)))

    async def index(self) -> None:
        """Index the words of what has come since; one daemon does it for all."""
        await asyncio.to_thread(_index_words, self.office.store)

    async def _watch_mailboxes(self) -> None:
        await asyncio.to_thread(self.mailboxes.watch)

    def _offer(self, queued: Sequence[Queued]) -> None:
        """Hand on what was just committed: letters to the deliverer, and the news that there are calls."""
        self.deliverer.offer(queued)
        if any(one.mail.kind.startswith(HOOK) for one in queued):
            self.caller.wake()

    def _hooks(self) -> dict[str, Hook]:
        keeper = self.office.keeper
        return keeper.desk_with(keeper.current).policy.hooks

    def _policy_changed(self) -> None:
        self.caller.wake()
        self.on_policy()

    async def _undelivered(self, queued: Queued, attempt: Attempt) -> None:
        """Tell the people of the ticket that a mail could not be delivered for good."""
        news = news_of(queued, attempt)
        if news is None:
            log.error("letter undeliverable", outbox=queued.id, kind=queued.mail.kind, reply=attempt.reply)
        else:
            await self.command(news)

    def _route(self, trouble: str) -> None:
        """Say once that the relay takes nothing, and once that it does again; mail waits meanwhile, uncounted."""
        if trouble:
            log.error("relay in trouble", relay=self.office.settings.relay.host, heard=trouble)
        else:
            log.info("relay works again", relay=self.office.settings.relay.host)
        self.office.store.set_meta(RELAY_TROUBLE, trouble)

    async def warn(self) -> None:
        """Tell the people of a ticket of replies that have not left for hours; once for each."""
        late = self.now() - LATE
        for letter in await asyncio.to_thread(self.office.store.read, lambda db: late_replies(db, late)):
            words = (letter.rcpt_to, letter.last_reply, letter.kind, "late")
            await self.command(CommandGiven(f"late:{letter.id}", "undelivered", letter.ticket, words))

    def _start_clock(self) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        # Ticks only: idempotent, in memory, coalesced. What is due stands in the tables.
        self._clock = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._clock.add_job(self._guarded(self.tick), "interval", seconds=1)
        self._clock.add_job(self._guarded(self.digest), "interval", seconds=2)
        self._clock.add_job(self.deliverer.wake, "interval", seconds=2)
        self._clock.add_job(self._guarded(self._watch_mailboxes), "interval", seconds=_WATCH_SECONDS)
        self._clock.add_job(self._guarded(self.warn), "interval", minutes=5)
        self._clock.add_job(self._guarded(self.index), "interval", seconds=_INDEX_SECONDS)
        self._clock.start()

    def _guarded(self, work: Callable[[], Coroutine[None, None, None]]) -> Callable[[], Coroutine[None, None, None]]:
        async def run() -> None:
            try:
                await work()
            except StoreUnavailable as problem:
                log.warning("tick waits for the database", problem=str(problem))
            except Exception as problem:
                log.error("tick failed", exc_info=problem)

        return run

    def _spawn(self, name: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
        self._tasks.append(asyncio.create_task(self._supervise(name, work), name=name))

    async def _supervise(self, name: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Run a loop; start it again when it fails, give up after five failures in a row."""
        failures = 0
        while failures < _FAILURES_IN_A_ROW:
            began = asyncio.get_running_loop().time()
            try:
                await work()
                return
            except StoreUnavailable as problem:
                # Not the loop's fault, and a new start would not help: whoever brings mail is told to come again.
                log.error("loop waits for the database", loop=name, problem=str(problem))
                await asyncio.sleep(_DATABASE_PAUSE)
            except Exception as problem:
                failures = failures + 1 if asyncio.get_running_loop().time() - began < 60 else 1
                log.error("loop failed", loop=name, failures=failures, exc_info=problem)
                await asyncio.sleep(min(2**failures, 10) / 4)
        if self.failed and not self.failed.done():
            self.failed.set_exception(LoopFailed(name))


def _index_words(store: Store) -> None:
    """Index in small steps, so that mail never waits long for one of them; what comes meanwhile is for the next time."""
    if store.take_lease("search"):
        for _ in range(_MOST_INDEXED // _INDEX_AT_ONCE):
            if store.index_words(_INDEX_AT_ONCE) < _INDEX_AT_ONCE:
                return


def _token_of(office: Office) -> Callable[[], Coroutine[None, None, str]] | None:
    source = office.token_source(office.settings.relay)
    if source is None:
        return None

    async def token() -> str:
        return await asyncio.to_thread(source.access_token)

    return token


def _log_timer(due: Due, outcome: Outcome) -> None:
    why = [w.reason.value for w in outcome.decision.why[-4:]]
    log.info("timer", ticket=due.ticket, kind=due.kind.value, why=why, letters=len(outcome.queued))
