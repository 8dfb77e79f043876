"""Take mail in: journal it before anybody is told so, understand it in a worker, let the desk decide, hand letters on."""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from maildesk.daemon.broken import letters_of_quarantine
from maildesk.daemon.crossing import settled
from maildesk.daemon.keeper import Keeper
from maildesk.daemon.signatures import Signatures
from maildesk.decide import Desk
from maildesk.desk import File, Outcome, Received, handle_mail, voice, wanted
from maildesk.ingest.workers import LARGE, NoWorker, ParseFailed, ParsePool
from maildesk.model.mail import MOST_SENT_BYTES, Accepted, Arrival, Kind, Mail
from maildesk.model.outgoing import Queued
from maildesk.model.reason import Reason
from maildesk.model.why import Why
from maildesk.store import recall
from maildesk.store.db import Claimed, Store, StoreUnavailable, Tx

if TYPE_CHECKING:
    from maildesk.outbound.hooks.asking import Asker

log = structlog.get_logger("maildesk.desk")

ATTEMPTS = 3
_WORKERS = 16
_SLOW_WORKERS = 2
_BACKLOG = 200
_SLOW_BYTES = 50_000_000
"""Bytes of large mails and suspects in hand; they have a line of their own, so that no other mail waits behind them."""


class Intake:
    """Journal, parse and decide; mails of different conversations side by side."""

    def __init__(
        self,
        store: Store,
        pool: ParsePool,
        keeper: Keeper,
        offer: Callable[[Sequence[Queued]], None],
        now: Callable[[], dt.datetime],
        *,
        config_dir: Path = Path(),
    ) -> None:
        """`offer` receives letters that this process may deliver at once; secrets of hooks lie below `config_dir`."""
        self._store, self._pool, self._keeper, self._offer, self._now = store, pool, keeper, offer, now
        self._signatures = Signatures()
        self._quick: asyncio.Queue[Claimed] = asyncio.Queue()
        self._slow: asyncio.Queue[Claimed] = asyncio.Queue()
        self._slow_bytes = 0
        self._config_dir = config_dir
        self._asker: Asker | None = None
        self._idle = asyncio.Event()
        self._wake = asyncio.Event()
        self._open = asyncio.Event()  # closed to other mails while a suspect is looked at alone
        self._open.set()
        self._busy = self._paused = 0
        self._swept: set[int] = set()
        self._left = True  # whether the journal may hold mail that nobody has in hand
        self.trouble = ""  # why nothing can be written down now, "" while all is well
        self.decided = 0
        self.on_outcome: Callable[[Claimed, Outcome], None] = _log_outcome
        self.on_failure: Callable[[Claimed, str], None] = lambda _claimed, _text: None

    async def accept(self, arrival: Arrival) -> Accepted:
        """Commit a mail to the journal; returning is the promise that it is not lost. Raises StoreUnavailable."""
        room = self._has_room(len(arrival.raw))
        try:
            accepted = await settled(self._store.accept(arrival, lease=room))
        except StoreUnavailable as problem:
            self._note_trouble(problem)
            raise
        self.trouble = ""
        if accepted.fresh and room:
            self._enqueue(Claimed(accepted.journal_id, arrival, 1))
        elif accepted.fresh:
            self._left = True
            self._wake.set()
        return accepted

    async def run(self) -> None:
        """Work until cancelled: several mails at a time, and a look into the journal for those left waiting."""
        async with asyncio.TaskGroup() as group:
            for _ in range(_WORKERS):
                group.create_task(self._work(self._quick))
            for _ in range(_SLOW_WORKERS):
                group.create_task(self._work(self._slow))
            group.create_task(self._sweep())

    def wake(self) -> None:
        """Look for waiting mail soon."""
        self._wake.set()

    def close(self) -> None:
        """Let go of what outlives a mail."""
        self._signatures.close()

    async def drain(self) -> None:
        """Wait until every mail in hand is decided."""
        while self._waiting or self._busy:  # noqa: ASYNC110 - counts have no event in common
            await asyncio.sleep(0.01)

    @property
    def _waiting(self) -> int:
        return self._quick.qsize() + self._slow.qsize()

    def _has_room(self, size: int) -> bool:
        """Tell whether a mail may be held in memory until it is decided; else the journal keeps it for later."""
        if size <= LARGE:
            return self._quick.qsize() < _BACKLOG
        return not self._slow_bytes or self._slow_bytes + size <= _SLOW_BYTES

    def _enqueue(self, claimed: Claimed) -> None:
        if _is_slow(claimed):
            self._slow_bytes += len(claimed.arrival.raw)
            self._slow.put_nowait(claimed)
        else:
            self._quick.put_nowait(claimed)

    async def _sweep(self) -> None:
        """Claim journaled mail that nobody has in hand: after a restart, a deferral, or a full line."""
        while True:
            self._wake.clear()
            try:
                claimed = await self._claim()
            except StoreUnavailable as problem:
                self._note_trouble(problem)
                await asyncio.sleep(1)
                continue
            # After a crash the store hands suspects out one by one: ask for the next as soon as this one is done.
            try:
                await asyncio.wait_for(self._wake.wait(), timeout=0.5 if claimed else 2)
            except TimeoutError:
                continue
            if not claimed:
                await asyncio.sleep(0.05)

    async def _claim(self) -> list[Claimed]:
        if self._quick.qsize() >= _BACKLOG // 2 or self._slow_bytes >= _SLOW_BYTES // 2:
            self._left = True
            return []
        self._left = False
        claimed = await asyncio.to_thread(self._store.claim_mails, 50, self._now(), _SLOW_BYTES // 2)
        self._left |= bool(claimed)
        self._swept.update(one.journal_id for one in claimed if not _is_slow(one))
        for one in claimed:
            self._enqueue(one)
        return claimed

    def _note_trouble(self, problem: StoreUnavailable) -> None:
        """Say once that nothing can be written down; the senders keep their mail, and come again."""
        if not self.trouble:
            log.error("nothing can be written down", problem=str(problem))
        self.trouble = str(problem)

    async def _work(self, line: "asyncio.Queue[Claimed]") -> None:
        while True:
            claimed = await line.get()
            self._busy += 1
            try:
                await self._take_turns()
                if claimed.crashes and claimed.attempts > 1:
                    await self._process_alone(claimed)
                else:
                    await self._process(claimed)
            finally:
                self._busy -= 1
                if _is_slow(claimed):
                    self._slow_bytes -= len(claimed.arrival.raw)
                    if self._left:
                        self._wake.set()
                elif claimed.journal_id in self._swept:
                    self._swept.discard(claimed.journal_id)
                    if not self._swept:
                        self._wake.set()

    async def _take_turns(self) -> None:
        """Wait while a suspect is looked at alone."""
        while not self._open.is_set():
            self._paused += 1
            await self._open.wait()
            self._paused -= 1

    async def _process_alone(self, claimed: Claimed) -> None:
        """Decide a mail that was in hand when the desk died more than once; should it die again, no other mail is to blame."""
        self._open.clear()
        try:
            while self._busy - self._paused > 1:  # noqa: ASYNC110 - counts have no event in common
                await asyncio.sleep(0.01)
            await self._process(claimed)
        finally:
            self._open.set()

    async def _process(self, claimed: Claimed) -> None:
        """Decide one mail; whatever goes wrong with it, the next ones go on."""
        try:
            # Mail that an import left behind when it was broken off is history, whoever decides it.
            history = claimed.arrival.source == "import"
            outcome = await self.decide(claimed, trusted=history, silent=history)
        except NoWorker as problem:
            log.error("parse worker unavailable", journal=claimed.journal_id, problem=str(problem)[:200])
            self._store.let_go(claimed.journal_id)
            await asyncio.sleep(1)
        except StoreUnavailable as problem:
            self._note_trouble(problem)
            self._store.let_go(claimed.journal_id)
            await asyncio.sleep(1)
        except Exception as problem:  # noqa: BLE001 - the one supervisor of mails: nothing may stop the line
            await self._failed(claimed, problem)
        else:
            if outcome.waits:
                asyncio.get_running_loop().call_later(0.25, self._wake.set)
                return
            self.decided += 1
            self.trouble = ""
            self._offer(outcome.queued)
            self._tell(claimed, outcome)

    def _tell(self, claimed: Claimed, outcome: Outcome) -> None:
        """Let whoever watches know; what goes wrong there does not undo what was decided."""
        try:
            self.on_outcome(claimed, outcome)
        except Exception as problem:  # a watcher's mistake must not stop the line
            log.error("nobody could be told of a mail", journal=claimed.journal_id, exc_info=problem)

    async def decide(self, claimed: Claimed, *, trusted: bool = False, silent: bool = False) -> Outcome:
        """Understand and decide one claimed mail; raises what goes wrong, but after the last attempt people get a ticket."""
        arrival = claimed.arrival
        try:
            if claimed.attempts > ATTEMPTS:  # nothing but the death of the desk itself lets the count go on
                raise ParseFailed(f"the desk died {ATTEMPTS} times while it had this mail in hand")  # noqa: TRY301 -- like any other
            mail = await self._pool.parse(arrival.raw, _envelope_from(arrival), suspect=claimed.attempts > 1)
            if self._keeper.auth.dkim and not trusted:
                mail = await self._signatures.looked_at(mail, arrival.raw, self._keeper.auth)
            return await self._decide(Received(claimed.journal_id, arrival, mail, trusted=trusted, silent=silent))
        except (StoreUnavailable, NoWorker):
            raise
        except Exception as problem:
            if claimed.attempts < ATTEMPTS:
                raise
            text = _told(problem)
            log.error("mail put aside", journal=claimed.journal_id, problem=text, exc_info=problem)
            mail = unreadable(claimed.journal_id, text, arrival.envelope.mail_from)
            return await self._decide(
                Received(claimed.journal_id, arrival, mail, trusted=trusted, silent=silent, problem=text)
            )

    async def _decide(self, received: Received) -> Outcome:
        """Decide a mail that was understood, or what stands in for one that was not."""
        arrival, mail = received.arrival, received.mail
        desk = self._keeper.desk_with(self._keeper.current)
        if desk.policy.lookup is not None:
            received = await self._look_up(received, desk)
        lookup = wanted(received, desk)
        if lookup.hold:
            original, files = await self._held(lookup.hold)
            received = received._replace(original=original, files=files)
        elif mail.attachments and not received.silent:
            received = received._replace(files=await self._files(arrival.raw, mail))
        return await settled(
            self._store.transact(
                lambda tx: handle_mail(tx, received, lookup, self._keeper.desk(tx), self._now()), lookup
            )
        )

    async def _look_up(self, received: Received, desk: Desk) -> Received:
        """Ask what is known of a customer who writes, before anything is locked."""
        mail, source = received.mail, desk.policy.lookup
        if source is None or received.silent or mail.kind is not Kind.PERSON or mail.author is None:
            return received
        if desk.find_agent(mail.author.address):
            return received
        if self._asker is None:
            from maildesk.outbound.hooks.asking import Asker

            self._asker = Asker(self._now, self._config_dir)
        before = self._asker.trouble
        found = await self._asker.ask(source, mail)
        if self._asker.trouble and self._asker.trouble != before:
            log.error("lookup does not answer", problem=self._asker.trouble)
        return received._replace(looked_up=found)

    async def _files(self, raw: bytes, mail: Mail) -> dict[int, File]:
        """Fetch the attachments' bytes before the transaction; too much of them travels by name only."""
        if sum(a.size for a in mail.every_file) > MOST_SENT_BYTES:
            return {}
        indices = tuple(a.index for a in mail.every_file)
        return dict(zip(indices, await self._pool.attachments(raw, indices), strict=True))

    async def _held(self, hold: int) -> tuple[Mail | None, dict[int, File]]:
        """Parse the mail behind a held entry again."""
        raw = await asyncio.to_thread(self._store.read, lambda db: recall.held_raw(db, hold))
        if raw is None:
            return None, {}
        mail = await self._pool.parse(raw, None)
        return mail, await self._files(raw, mail) if mail.attachments else {}

    async def _failed(self, claimed: Claimed, problem: Exception) -> None:
        """Try again later; after three attempts put the mail aside and say so."""
        text = _told(problem)
        log.error("mail failed", journal=claimed.journal_id, attempt=claimed.attempts, problem=text, exc_info=problem)
        pause = dt.timedelta(seconds=5 * 6 ** (claimed.attempts - 1))
        give_up = claimed.attempts >= ATTEMPTS
        try:
            await settled(
                self._store.transact(
                    lambda tx: (
                        self._quarantine(tx, claimed.journal_id, text)
                        if give_up
                        else tx.defer_mail(claimed.journal_id, self._now() + pause, text)
                    )
                )
            )
        except StoreUnavailable as unavailable:
            self._note_trouble(unavailable)
            self._store.let_go(claimed.journal_id)
        self.on_failure(claimed, text)

    def _quarantine(self, tx: Tx, journal_id: int, problem: str) -> None:
        """Put a mail aside and tell the admins, in one transaction."""
        tx.quarantine(journal_id, problem)
        desk = self._keeper.desk(tx)
        tx.queue(letters_of_quarantine(journal_id, problem, desk.settings.desk.admins, voice(desk, self._now())))


def _told(problem: Exception) -> str:
    return (str(problem) if isinstance(problem, ParseFailed) else f"{type(problem).__name__}: {problem}")[:500]


def unreadable(journal_id: int, problem: str, sender: str = "") -> Mail:
    """Stand in for a mail that no worker could read, so that people still get a ticket that says so.

    The envelope's `sender` is all that is known of who wrote it: it is shown to agents, and nobody is answered.
    """
    what = f"A mail from {sender[:254]} came" if sender else "A mail came"
    text = f"{what} that could not be read ({problem}). It is kept: maildesk journal show {journal_id}"
    return Mail(
        subject=f"Unreadable mail (journal {journal_id})",
        text=text,
        new_text=text,
        author_ambiguous="the mail could not be read",
        no_ack="the mail could not be read",
        kind_why=(Why(Reason.UNREADABLE, problem),),
        defects=("unreadable",),
    )


def _is_slow(claimed: Claimed) -> bool:
    return len(claimed.arrival.raw) > LARGE or claimed.attempts > 1


def _envelope_from(arrival: Arrival) -> str | None:
    return arrival.envelope.mail_from if arrival.source in ("smtp", "lmtp", "pipe") else None


def _log_outcome(claimed: Claimed, outcome: Outcome) -> None:
    decision = outcome.decision
    log.info(
        "mail",
        journal=claimed.journal_id,
        source=claimed.arrival.source,
        ticket=outcome.ticket.ticket.number if outcome.ticket else None,
        why=[w.reason.value for w in decision.why[-4:]],
        letters=len(outcome.queued),
    )
