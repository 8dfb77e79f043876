"""Feed one worker process from the event loop: its requests, its answers, its clock, and what happens when it dies.

A worker is fed two small mails at a time so that it never waits; one that dies, or sits on a mail for 15 s, fails that mail alone,
is replaced, and its successor gets the others again. Whatever takes long (starting a process, burying one) is done in a thread.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

import msgspec
import structlog

from maildesk.ingest.workers.frames import BROKEN
from maildesk.ingest.workers.lanes import Job, Lanes
from maildesk.ingest.workers.process import START_SECONDS, NoWorker, ParseFailed, Worker
from maildesk.model.value import from_json

T = TypeVar("T")

MAIL_SECONDS = 15
_AHEAD = 2
_PAUSES = (0.5, 1, 2, 4)

log = structlog.get_logger("maildesk.ingest")


class Feeder:
    """The owner of one worker process; starts it at once, and belongs to one loop from `attend` on."""

    def __init__(self, lanes: Lanes) -> None:
        self.killed = 0
        self._lanes = lanes
        self._worker: Worker | None = None
        self._at_work: deque[Job] = deque()
        self._clock: asyncio.TimerHandle | None = None
        self._mending: asyncio.Task[None] | None = None
        self._starting: Future[Worker] | None = _in_thread(Worker)
        self._loop: asyncio.AbstractEventLoop
        self._feed_all: Callable[[], None]

    async def attend(self, feed_all: Callable[[], None]) -> None:
        """Wait for the worker's first word; from now on this loop feeds it. `feed_all` says that there may be work for others."""
        self._loop, self._feed_all = asyncio.get_running_loop(), feed_all
        assert self._starting is not None
        try:
            async with asyncio.timeout(START_SECONDS + 5):
                worker = await asyncio.wrap_future(self._starting)
        except (NoWorker, TimeoutError) as failed:
            raise ParseFailed(str(failed)) from failed
        self._starting = None
        self._employ(worker)

    async def leave(self) -> None:
        """Let the worker finish what it has, then end it."""
        while self._at_work or self._mending is not None:  # noqa: ASYNC110 - at the end nobody is in a hurry
            await asyncio.sleep(0.01)
        worker = self._dismiss()
        await asyncio.wrap_future(_in_thread(lambda: self._end(worker)))

    def end(self) -> None:
        """End the worker at once; for when there is no loop any more."""
        worker, self._worker = self._worker, None
        self._end(worker)

    def _end(self, worker: Worker | None) -> None:
        starting, self._starting = self._starting, None
        if worker is None and starting is not None:
            with contextlib.suppress(ParseFailed, NoWorker, TimeoutError):
                worker = starting.result(START_SECONDS)
        if worker is not None:
            worker.end()

    def feed(self) -> None:
        """Hand the worker what it may begin; one that is gone is replaced as soon as there is work."""
        while not self._is_away and (job := self._next()) is not None:
            if not job.begin():
                self._lanes.finish(job)
                continue
            self._at_work.append(job)
            if self._worker is None:
                self._mend(None)
            else:
                self._send(self._worker, job)

    @property
    def _is_away(self) -> bool:
        """Tell whether a worker is being started: nothing is taken from the others for it."""
        return self._starting is not None or self._mending is not None

    def _next(self) -> Job | None:
        if not self._at_work:
            return self._lanes.take()
        if len(self._at_work) < _AHEAD and not self._at_work[0].is_slow:
            return self._lanes.take_ahead()
        return None

    def _send(self, worker: Worker, job: Job) -> None:
        worker.send(*job.request)
        if worker.is_behind:
            self._loop.add_writer(worker.ends[1], self._write_on, worker)
        if self._clock is None:
            self._clock = self._loop.call_later(MAIL_SECONDS, self._lose_patience)

    def _write_on(self, worker: Worker) -> None:
        worker.write_some()
        if not worker.is_behind:
            self._loop.remove_writer(worker.ends[1])

    def _hear(self, worker: Worker) -> None:
        """Take what the worker says."""
        try:
            if not worker.read_some():
                self._mend(None)
                return
            while (answer := worker.find_answer()) is not None:
                self._settle(*answer)
        except Exception as problem:  # whatever it was, the mails must not wait for ever  # noqa: BLE001
            known = isinstance(problem, ParseFailed | NoWorker)
            self._mend(problem if known else ParseFailed(f"{type(problem).__name__}: {problem}"))

    def _settle(self, kind: bytes, text: bytes, data: bytes) -> None:
        """Give the oldest request its answer, then the worker more to do."""
        if not self._at_work:
            raise ParseFailed("the parse worker spoke unasked")
        job = self._at_work[0]
        try:
            if kind == BROKEN:
                raise ParseFailed(from_json(text, str))
            result = job.read(text, data)
        except (msgspec.MsgspecError, ValueError) as garbled:
            raise ParseFailed(f"the parse worker's answer makes no sense: {garbled}") from garbled
        self._at_work.popleft()
        self._lanes.finish(job)
        job.answer(result)
        self._wind_clock()
        # Of slow mails the end of one may be the beginning of another, at another worker.
        (self._feed_all if job.is_slow else self.feed)()

    def _wind_clock(self) -> None:
        """Give the oldest request its time, if there is one."""
        if self._clock is not None:
            self._clock.cancel()
        self._clock = self._loop.call_later(MAIL_SECONDS, self._lose_patience) if self._at_work else None

    def _lose_patience(self) -> None:
        self._mend(ParseFailed(f"took longer than {MAIL_SECONDS:g} s"))

    # ---- when something goes wrong

    def _mend(self, problem: Exception | None) -> None:
        """Bury the worker, if there is one, and go on with another; `problem` is None where its end will tell."""
        worker = self._dismiss()
        self._mending = self._loop.create_task(self._replace(worker, problem))
        self._mending.add_done_callback(self._mended)

    def _mended(self, done: "asyncio.Task[None]") -> None:
        self._mending = None
        if not done.cancelled() and (problem := done.exception()) is not None:
            log.error("parse worker not replaced", exc_info=problem)
        self._feed_all()

    def _dismiss(self) -> Worker | None:
        """Hear the worker no longer."""
        worker, self._worker = self._worker, None
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None
        if worker is not None:
            self._loop.remove_reader(worker.ends[0])
            self._loop.remove_writer(worker.ends[1])
        return worker

    async def _replace(self, worker: Worker | None, problem: Exception | None) -> None:
        if worker is not None:
            self.killed += 1
            self._fail(await asyncio.wrap_future(_in_thread(lambda: _bury(worker, problem))))
        while self._at_work:
            try:
                self._employ(await asyncio.wrap_future(_in_thread(self._start_anew)))
            except (NoWorker, ParseFailed) as failed:
                self._fail(failed)
            else:
                return

    def _fail(self, problem: Exception) -> None:
        """Fail the mail that the worker had in hand."""
        if self._at_work:
            job = self._at_work.popleft()
            self._lanes.finish(job)
            job.fail(problem)

    def _employ(self, worker: Worker) -> None:
        """Hear a worker, and give it everything that is unanswered."""
        self._worker = worker
        self._loop.add_reader(worker.ends[0], self._hear, worker)
        for job in self._at_work:
            self._send(worker, job)

    def _start_anew(self) -> Worker:
        """Start a worker in place of a dead one.

        No worker to be had (no memory, no files, no processes) is no mail's fault: the mails wait, for a while.
        """
        for pause in _PAUSES:
            try:
                return Worker()
            except NoWorker as problem:
                log.error("no parse worker", problem=str(problem), again_in=pause)
                if self._lanes.is_closed or pause == _PAUSES[-1]:
                    raise
                time.sleep(pause)
        raise NoWorker


def _bury(worker: Worker, problem: Exception | None) -> Exception:
    """Make sure that a worker is gone; give what its mail is told."""
    problem = problem or ParseFailed(worker.why_it_ended())
    worker.kill()
    return problem


def _in_thread(work: "Callable[[], T]") -> "Future[T]":
    """Do something slow in a thread of its own; it is seldom."""
    done: Future[T] = Future()

    def run() -> None:
        if not done.set_running_or_notify_cancel():
            return
        try:
            done.set_result(work())
        except BaseException as problem:  # noqa: BLE001 - for who waits
            done.set_exception(problem)

    Thread(target=run, name="parse-worker", daemon=True).start()
    return done
