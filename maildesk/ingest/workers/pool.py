"""The pool of parse workers: requests in, answers out, on one event loop; the daemon's, or one in a thread of its own.

Not ProcessPoolExecutor: there one killed child breaks the pool for all, and threads hand each mail to and fro. See `feeder`
for what happens when a worker dies.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import msgspec

from maildesk.ingest.workers.feeder import Feeder
from maildesk.ingest.workers.frames import FILES, PARSE, begin, read_mail
from maildesk.ingest.workers.lanes import LARGE, Job, Lanes
from maildesk.ingest.workers.process import ParseFailed
from maildesk.model.mail import Mail
from maildesk.model.value import from_json

File = tuple[str, str, bytes]
_Wanted = tuple[tuple[bytes, ...], Callable[[bytes, bytes], Any], bool]

PARSE_WORKERS = 2


class ParsePool:
    """A few workers behind two lanes; `start` (in a loop) or `open` (without one) before use, `stop` or `close` at the end."""

    def __init__(self) -> None:
        self._lanes: Lanes | None = None
        self._feeders: list[Feeder] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._ended: asyncio.Event

    @property
    def killed(self) -> int:
        """How many workers died or had to be killed since the start."""
        return sum(feeder.killed for feeder in self._feeders)

    def launch(self, n: int = 2) -> None:
        """Start `n` workers and go on; `start` or `open` waits for them."""
        self._lanes = lanes = Lanes(n)
        self._feeders = [Feeder(lanes) for _ in range(n)]

    # ---- in the loop that runs here

    async def start(self, n: int = 2) -> None:
        """Wait until the workers are ready, starting `n` if nobody has; raises ParseFailed if one cannot start."""
        if not self._feeders:
            self.launch(n)
        self._loop = asyncio.get_running_loop()
        try:
            for feeder in self._feeders:
                await feeder.attend(self._feed)
        except ParseFailed:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End the workers; mails in work are finished, those still waiting fail."""
        self._let_go()
        await asyncio.gather(*(feeder.leave() for feeder in self._feeders))

    async def parse(self, raw: bytes, envelope_from: str | None = None, *, suspect: bool = False) -> Mail:
        """Parse a mail; raises ParseFailed if its worker died, ran out of memory or took too long."""
        mail: Mail = await self._ask(_mail_wanted(raw, envelope_from, suspect))
        return mail

    async def attachments(self, raw: bytes, indices: tuple[int, ...]) -> tuple[File, ...]:
        """Fetch attachments as (name, content type, bytes) in the order of `indices`; raises ParseFailed like `parse`."""
        files: tuple[File, ...] = await self._ask(_files_wanted(raw, indices))
        return files

    def _ask(self, wanted: _Wanted) -> "asyncio.Future[Any]":
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            return asyncio.wrap_future(self._submit(wanted))
        waiter: asyncio.Future[Any] = loop.create_future()
        self._put(Job(*wanted, waiter))
        return waiter

    # ---- the same without an event loop

    def open(self, n: int = 2) -> None:
        """Wait until the workers are ready; start `n` of them first if nobody has."""
        ready: Future[None] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._live(ready, n)), name="parse-pool", daemon=True
        )
        self._thread.start()
        ready.result()

    async def _live(self, ready: "Future[None]", n: int) -> None:
        """Be the loop until somebody closes the pool."""
        self._ended = asyncio.Event()
        try:
            await self.start(n)
        except BaseException as problem:  # noqa: BLE001 - for the thread that waits
            ready.set_exception(problem)
            return
        ready.set_result(None)
        await self._ended.wait()
        await self.stop()

    def close(self) -> None:
        """End the workers; mails in work are finished, those still waiting fail. Where their loop is gone, they end at once."""
        if self._thread is not None and self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended already
                self._loop.call_soon_threadsafe(self._ended.set)
            self._thread.join()
        self._let_go()
        for feeder in self._feeders:
            feeder.end()

    def submit(self, raw: bytes, envelope_from: str | None = None, *, suspect: bool = False) -> "Future[Mail]":
        """Queue a mail for parsing; a `suspect`, which an earlier attempt has failed on, leaves the others a worker."""
        return self._submit(_mail_wanted(raw, envelope_from, suspect))

    def submit_files(self, raw: bytes, indices: tuple[int, ...]) -> "Future[tuple[File, ...]]":
        """Queue a mail whose attachments are wanted."""
        return self._submit(_files_wanted(raw, indices))

    def _submit(self, wanted: _Wanted) -> "Future[Any]":
        future: Future[Any] = Future()
        job = Job(*wanted, future)
        if self._loop is None or self._loop.is_closed():
            job.fail(ParseFailed("the parse workers are not running"))
        else:
            self._loop.call_soon_threadsafe(self._put, job)
        return future

    # ---- in either loop

    def _put(self, job: Job) -> None:
        if self._lanes is None or not self._lanes.put(job):
            job.fail(ParseFailed("the parse workers are not running"))
        else:
            self._feed()

    def _feed(self) -> None:
        """Give each worker what it may begin."""
        for feeder in self._feeders:
            feeder.feed()

    def _let_go(self) -> None:
        """Fail what nobody has begun."""
        for job in self._lanes.close() if self._lanes is not None else ():
            job.fail(ParseFailed("the parse workers were stopped"))


def _mail_wanted(raw: bytes, envelope_from: str | None, suspect: bool) -> _Wanted:
    request = begin(PARSE, msgspec.json.encode(envelope_from), len(raw)), raw
    return request, read_mail, suspect or len(raw) > LARGE


def _files_wanted(raw: bytes, indices: tuple[int, ...]) -> _Wanted:
    request = begin(FILES, msgspec.json.encode(indices), len(raw)), raw
    return request, _read_files, len(raw) > LARGE


def _read_files(text: bytes, data: bytes) -> tuple[File, ...]:
    files: list[File] = []
    at = 0
    for name, content_type, size in from_json(text, list[tuple[str, str, int]]):
        files.append((name, content_type, data[at : at + size]))
        at += size
    return tuple(files)
