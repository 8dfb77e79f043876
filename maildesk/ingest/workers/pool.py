"""The pool of parse workers: one queue, a thread for each worker, and what happens when a worker dies.

Not ProcessPoolExecutor: there one killed child breaks the pool for all. A worker is fed two mails at a time so that it never
waits; one that dies, or sits on a mail for 15 s, fails that mail alone, is replaced, and its successor gets the others again.
"""

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import msgspec

from maildesk.ingest.workers.frames import BROKEN, FILES, PARSE, frame
from maildesk.ingest.workers.process import START_SECONDS, ParseFailed, Worker
from maildesk.model.mail import Mail
from maildesk.model.value import from_json

File = tuple[str, str, bytes]

MAIL_SECONDS = 15
_AHEAD = 2
_MAIL = msgspec.json.Decoder(Mail)


@dataclass(slots=True)
class _Job:
    """One request, what to make of its answer, and who waits for it."""

    request: bytes
    read: Callable[[bytes, bytes], Any]
    future: "Future[Any]" = field(default_factory=Future)


class ParsePool:
    """A few workers behind one queue; `start` before use, `stop` at the end."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._feeders: list[_Feeder] = []
        self._stopped = False

    async def start(self, n: int = 2) -> None:
        """Start `n` workers and wait until they are ready; raises ParseFailed if one cannot start."""
        await asyncio.to_thread(self.open, n)

    async def stop(self) -> None:
        """End the workers; mails in work are finished, those still waiting fail."""
        await asyncio.to_thread(self.close)

    async def parse(self, raw: bytes, envelope_from: str | None = None) -> Mail:
        """Parse a mail; raises ParseFailed if its worker died, ran out of memory or took too long."""
        return await asyncio.wrap_future(self.submit(raw, envelope_from))

    async def attachments(self, raw: bytes, indices: tuple[int, ...]) -> tuple[File, ...]:
        """Fetch attachments as (name, content type, bytes) in the order of `indices`; raises ParseFailed like `parse`."""
        return await asyncio.wrap_future(self.submit_files(raw, indices))

    # ---- the same without an event loop ----

    def open(self, n: int = 2) -> None:
        """Start `n` workers and wait until they are ready."""
        self._feeders = [_Feeder(self._jobs, n) for _ in range(n)]
        for feeder in self._feeders:
            feeder.start()
        try:
            for feeder in self._feeders:
                feeder.wait_until_ready()
        except ParseFailed:
            self.close()
            raise

    def close(self) -> None:
        """End the workers; mails in work are finished, those still waiting fail."""
        self._stopped = True
        _fail_waiting(self._jobs)
        for _ in self._feeders:
            self._jobs.put(None)
        for feeder in self._feeders:
            feeder.join()
        _fail_waiting(self._jobs)

    def submit(self, raw: bytes, envelope_from: str | None = None) -> "Future[Mail]":
        """Queue a mail for parsing."""
        request = frame(PARSE, msgspec.json.encode(envelope_from), raw)
        return self._queue(_Job(request, lambda text, _: _MAIL.decode(text)))

    def submit_files(self, raw: bytes, indices: tuple[int, ...]) -> "Future[tuple[File, ...]]":
        """Queue a mail whose attachments are wanted."""
        return self._queue(_Job(frame(FILES, msgspec.json.encode(indices), raw), _read_files))

    def _queue(self, job: _Job) -> "Future[Any]":
        if self._stopped or not self._feeders:
            job.future.set_exception(ParseFailed("the parse workers are not running"))
        else:
            self._jobs.put(job)
        return job.future


def _fail_waiting(jobs: "queue.SimpleQueue[_Job | None]") -> None:
    while True:
        try:
            job = jobs.get_nowait()
        except queue.Empty:
            return
        if job is not None and job.future.set_running_or_notify_cancel():
            job.future.set_exception(ParseFailed("the parse workers were stopped"))


def _read_files(text: bytes, data: bytes) -> tuple[File, ...]:
    files: list[File] = []
    at = 0
    for name, content_type, size in from_json(text, list[tuple[str, str, int]]):
        files.append((name, content_type, data[at : at + size]))
        at += size
    return tuple(files)


class _Feeder(threading.Thread):
    """The thread that owns one worker process."""

    def __init__(self, jobs: "queue.SimpleQueue[_Job | None]", workers: int) -> None:
        super().__init__(name="parse-worker", daemon=True)
        self._jobs = jobs
        self._workers = workers
        self._worker: Worker | None = None
        self._at_work: deque[_Job] = deque()
        self._ready: Future[None] = Future()

    def wait_until_ready(self) -> None:
        """Wait for the worker's first word; raises ParseFailed if there is none."""
        self._ready.result(START_SECONDS + 5)

    def run(self) -> None:
        """Feed jobs to the worker until told to stop."""
        try:
            self._worker = Worker()
        except ParseFailed as failed:
            self._ready.set_exception(failed)
            return
        self._ready.set_result(None)
        running = True
        while running or self._at_work:
            running = running and self._take_jobs()
            if self._at_work:
                self._advance()
        if self._worker is not None:
            self._worker.end()

    def _take_jobs(self) -> bool:
        """Hand the worker what it can take; wait only if it has nothing to do. False once it is time to stop."""
        while len(self._at_work) < _AHEAD:
            if self._at_work and self._jobs.qsize() < self._workers:
                break  # somebody idle takes it sooner
            try:
                job = self._jobs.get(block=not self._at_work)
            except queue.Empty:
                break
            if job is None:
                return False
            if job.future.set_running_or_notify_cancel():
                self._at_work.append(job)
                if self._worker is not None:
                    self._worker.send(job.request)
        return True

    def _advance(self) -> None:
        """Wait for the answer to the oldest job; if there is none, fail it and give the others to a new worker."""
        job = self._at_work[0]
        try:
            answer = self._answer_to(job)
        except ParseFailed as failed:
            if self._worker is not None:
                self._worker.kill()
                self._worker = None
            self._at_work.popleft()
            job.future.set_exception(failed)
        else:
            self._at_work.popleft()
            job.future.set_result(answer)

    def _answer_to(self, job: _Job) -> Any:
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
        """Start a worker in place of a dead one and give it everything that is unanswered."""
        worker = Worker()
        for job in self._at_work:
            worker.send(job.request)
        return worker
