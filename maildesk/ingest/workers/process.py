"""One worker process seen from the desk: its two pipes, its clock, its end."""

import contextlib
import fcntl
import os
import select
import signal
import subprocess
import sys
import time
from collections import deque

from maildesk.ingest.workers.frames import OUT_OF_MEMORY, READY, SIGNALLED, complete
from maildesk.model.value import from_json

START_SECONDS = 60
_PIPE_SIZE = 1 << 20
_PIECE = 1 << 18
"""Bytes read at once: blocks of a megabyte are mapped anew for every read (`daemon.memory`)."""


class ParseFailed(Exception):
    """The worker gave up on this mail; the message says why."""


class NoWorker(Exception):
    """No worker can be started: no memory, files or processes to be had. No mail is to blame."""


class Worker:
    """A worker process and its two pipes."""

    def __init__(self) -> None:
        self._process = _start()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        for end in (self._to, self._from):
            os.set_blocking(end, False)
            _enlarge(end)
        self._outgoing: deque[memoryview] = deque()
        self._incoming = bytearray()
        try:
            self._greet()
        except ParseFailed:
            self.kill()
            raise

    def _greet(self) -> None:
        """Wait for the worker's first word."""
        kind, text, _ = self._first_word()
        if kind != READY:
            raise ParseFailed(f"a parse worker cannot start: {from_json(text, str)}")

    @property
    def ends(self) -> tuple[int, int]:
        """Name the pipe that is read from, and the one that is written to."""
        return self._from, self._to

    @property
    def is_behind(self) -> bool:
        """Tell whether the pipe had no room for all that was sent."""
        return bool(self._outgoing)

    def send(self, *request: bytes) -> None:
        """Put a request in line, in pieces, and write what there is room for."""
        self._outgoing.extend(memoryview(piece) for piece in request if piece)
        self.write_some()

    def find_answer(self) -> tuple[bytes, bytes, bytes] | None:
        """Take the next answer that has come, if one has; raises ValueError on what no worker would send."""
        return complete(self._incoming)

    def _first_word(self) -> tuple[bytes, bytes, bytes]:
        """Wait until the worker says whether it is ready."""
        until = time.monotonic() + START_SECONDS
        poll = select.poll()
        poll.register(self._from, select.POLLIN)
        while (answer := self.find_answer()) is None:
            left = until - time.monotonic()
            if left <= 0:
                raise ParseFailed(f"took longer than {START_SECONDS:g} s")
            if poll.poll(left * 1000) and not self.read_some():
                raise ParseFailed(self.why_it_ended())
        return answer

    def read_some(self) -> bool:
        """Take what has come; False once the worker has ended."""
        try:
            piece = os.read(self._from, _PIECE)
        except BlockingIOError:
            return True
        self._incoming += piece
        return bool(piece)

    def write_some(self) -> None:
        """Write what there is room for."""
        while self._outgoing:
            try:
                written = os.write(self._to, self._outgoing[0][:_PIPE_SIZE])
            except BlockingIOError:
                return
            except BrokenPipeError:
                self._outgoing.clear()  # it ended; reading will tell why
                return
            rest = self._outgoing[0][written:]
            if rest:
                self._outgoing[0] = rest
            else:
                self._outgoing.popleft()

    def why_it_ended(self) -> str:
        """Say what became of a worker that closed its pipe."""
        try:
            status = self._process.wait(5)
        except subprocess.TimeoutExpired:
            return "the parse worker closed its pipe"
        number = -status if status < 0 else status - SIGNALLED
        if status == OUT_OF_MEMORY:
            return "needed too much memory"
        if number == signal.SIGXCPU:
            return "took too much processor time"
        return f"the parse worker was killed (signal {number})" if number > 0 else f"the parse worker ended ({status})"

    def end(self) -> None:
        """Let the worker finish and leave."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2)
        self.kill()

    def kill(self) -> None:
        """End the worker and its child at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._outgoing.clear()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


def _start() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "maildesk.ingest.workers"]
    try:
        return subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as problem:
        raise NoWorker(f"a parse worker cannot start: {problem}") from problem


def _enlarge(pipe: int) -> None:
    """Make room for a whole mail in the pipe where the system allows it."""
    set_size = getattr(fcntl, "F_SETPIPE_SZ", None)
    if set_size is not None:
        try:
            fcntl.fcntl(pipe, set_size, _PIPE_SIZE)
        except OSError:
            return
