"""The pool of parse workers: a thread for each worker, and what happens when a worker dies.

Not ProcessPoolExecutor: there one killed child breaks the pool for all. A worker is fed two small mails at a time so that it never
waits; one that dies, or sits on a mail for 15 s, fails that mail alone, is replaced, and its successor gets the others again.
"""

import asyncio
import threading
import time
from collections import deque
from concurrent.futures import Future
from typing import Any

import msgspec
import structlog

from maildesk.ingest.workers.frames import BROKEN, FILES, PARSE, begin, read_mail
from maildesk.ingest.workers.lanes import LARGE, Job, Lanes
from maildesk.ingest.workers.process import START_SECONDS, NoWorker, ParseFailed, Worker
from maildesk.model.mail import Mail
from maildesk.model.value import from_json

File = tuple[str, str, bytes]

MAIL_SECONDS = 15
_AHEAD = 2
_PAUSES = (0.5, 1, 2, 4)


log = structlog.get_logger("maildesk.ingest")

PARSE_WORKERS = 2


class ParsePool:
    """A few workers behind two lanes; `start` before use, `stop` at the end."""

    def __init__(self) -> None:
        self._lanes: Lanes | None = None
        self._feeders: list[_Feeder] = []

    @property
    def killed(self) -> int:
        """How many workers died or had to be killed since the start."""
        return sum(feeder.killed for feeder in self._feeders)

    async def start(self, n: int = 2) -> None:
        """Start `n` workers and wait until they are ready; raises ParseFailed if one cannot start."""
        await asyncio.to_thread(self.open, n)

    async def stop(self) -> None:
        """End the workers; mails in work are finished, those still waiting fail."""
        await asyncio.to_thread(self.close)

    async def parse(self, raw: bytes, envelope_from: str | None = None, *, suspect: bool = False) -> Mail:
        """Parse a mail; raises ParseFailed if its worker died, ran out of memory or took too long."""
        return await asyncio.wrap_future(self.submit(raw, envelope_from, suspect=suspect))

    async def attachments(self, raw: bytes, indices: tuple[int, ...]) -> tuple[File, ...]:
        """Fetch attachments as (name, content type, bytes) in the order of `indices`; raises ParseFailed like `parse`."""
        return await asyncio.wrap_future(self.submit_files(raw, indices))

    # ---- the same without an event loop ----

    def launch(self, n: int = 2) -> None:
        """Start `n` workers and go on; `open` waits for them."""
        self._lanes = lanes = Lanes(n)
        self._feeders = [_Feeder(lanes) for _ in range(n)]
        for feeder in self._feeders:
            feeder.start()

    def open(self, n: int = 2) -> None:
        """Wait until the workers are ready; start `n` of them first if nobody has."""
        if not self._feeders:
            self.launch(n)
        try:
            for feeder in self._feeders:
                feeder.wait_until_ready()
        except ParseFailed:
            self.close()
            raise

    def close(self) -> None:
        """End the workers; mails in work are finished, those still waiting fail."""
        for job in self._lanes.close() if self._lanes is not None else ():
            if job.future.set_running_or_notify_cancel():
                job.future.set_exception(ParseFailed("the parse workers were stopped"))
        for feeder in self._feeders:
            feeder.join()

    def submit(self, raw: bytes, envelope_from: str | None = None, *, suspect: bool = False) -> "Future[Mail]":
        """Queue a mail for parsing; a `suspect`, which an earlier attempt has failed on, leaves the others a worker."""
        request = begin(PARSE, msgspec.json.encode(envelope_from), len(raw)), raw
        return self._queue(Job(request, read_mail, suspect or len(raw) > LARGE))

    def submit_files(self, raw: bytes, indices: tuple[int, ...]) -> "Future[tuple[File, ...]]":
        """Queue a mail whose attachments are wanted."""
        request = begin(FILES, msgspec.json.encode(indices), len(raw)), raw
        return self._queue(Job(request, _read_files, len(raw) > LARGE))

    def _queue(self, job: Job) -> "Future[Any]":
        if self._lanes is None or not self._lanes.put(job):
            job.future.set_exception(ParseFailed("the parse workers are not running"))
        return job.future


def _read_files(text: bytes, data: bytes) -> tuple[File, ...]:
    files: list[File] = []
    at = 0
    for name, content_type, size in from_json(text, list[tuple[str, str, int]]):
        files.append((name, content_type, data[at : at + size]))
        at += size
    return tuple(files)


class _Feeder(threading.Thread):
    """The thread that owns one worker process."""

    def __init__(self, lanes: Lanes) -> None:
        super().__init__(name="parse-worker", daemon=True)
        self.killed = 0
        self._lanes = lanes
        self._worker: Worker | None = None
        self._at_work: deque[Job] = deque()
        self._ready: Future[None] = Future()

    def wait_until_ready(self) -> None:
        """Wait for the worker's first word; raises ParseFailed if there is none."""
        self._ready.result(START_SECONDS + 5)

    def run(self) -> None:
        """Feed jobs to the worker until told to stop."""
        try:
            self._worker = Worker()
        except (ParseFailed, NoWorker) as failed:
            self._ready.set_exception(ParseFailed(str(failed)))
            return
        self._ready.set_result(None)
        while self._at_work or self._begin(self._lanes.take()):
            if not self._at_work[0].is_slow:
                while len(self._at_work) < _AHEAD and self._begin(self._lanes.take_ahead()):
                    pass
            self._advance()
        if self._worker is not None:
            self._worker.end()

    def _begin(self, job: Job | None) -> bool:
        """Hand the worker a job; False if there was none. One whose caller has given up is done at once."""
        while job is not None and not job.future.set_running_or_notify_cancel():
            self._lanes.finish(job)
            job = self._lanes.take_ahead() if self._at_work else self._lanes.take()
        if job is None:
            return False
        self._at_work.append(job)
        if self._worker is not None:
            self._worker.send(*job.request)
        return True

    def _advance(self) -> None:
        """Wait for the answer to the oldest job; if there is none, fail it and give the others to a new worker."""
        job = self._at_work[0]
        try:
            answer = self._answer_to(job)
        except Exception as problem:  # a feeder that ended would leave its mails waiting for ever  # noqa: BLE001
            self.killed += 1
            if self._worker is not None:
                self._worker.kill()
                self._worker = None
            known = isinstance(problem, ParseFailed | NoWorker)
            failed = problem if known else ParseFailed(f"{type(problem).__name__}: {problem}")
            self._at_work.popleft()
            self._lanes.finish(job)
            job.future.set_exception(failed)
        else:
            self._at_work.popleft()
            self._lanes.finish(job)
            job.future.set_result(answer)

    def _answer_to(self, job: Job) -> Any:
        if self._worker is None:
            self._worker = self._restarted()
        try:
            kind, text, data = self._worker.receive(MAIL_SECONDS)
            if kind != BROKEN:
                return job.read(text, data)
            problem = from_json(text, str)
        except (msgspec.MsgspecError, ValueError) as garbled:
            raise ParseFailed(f"the parse worker's answer makes no sense: {garbled}") from garbled
        raise ParseFailed(problem)

    def _restarted(self) -> "Worker":
        """Start a worker in place of a dead one and give it everything that is unanswered.

        No worker to be had (no memory, no files, no processes) is no mail's fault: the mails wait, for a while.
        """
        for pause in _PAUSES:
            try:
                worker = Worker()
            except NoWorker as problem:
                log.error("no parse worker", problem=str(problem), again_in=pause)
                if self._lanes.is_closed or pause == _PAUSES[-1]:
                    raise
                time.sleep(pause)
            else:
                for job in self._at_work:
                    worker.send(*job.request)
                return worker
        raise NoWorker
