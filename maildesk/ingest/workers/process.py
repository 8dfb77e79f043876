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
        kind, text, _ = self.receive(START_SECONDS)
        if kind != READY:
            raise ParseFailed(f"a parse worker cannot start: {from_json(text, str)}")

    def send(self, *request: bytes) -> None:
        """Put a request in line, in pieces; it is written while answers are awaited."""
        self._outgoing.extend(memoryview(piece) for piece in request if piece)
        self._write_some()

    def receive(self, seconds: float) -> tuple[bytes, bytes, bytes]:
        """Wait for the next answer; raises ParseFailed if the worker ends or takes longer."""
        until = time.monotonic() + seconds
        poll = select.poll()
        poll.register(self._from, select.POLLIN)
        while (answer := complete(self._incoming)) is None:
            left = until - time.monotonic()
            if left <= 0:
                raise ParseFailed(f"took longer than {seconds:g} s")
            if self._outgoing:
                poll.register(self._to, select.POLLOUT)
            else:
                _forget(poll, self._to)
            for end, _ in poll.poll(left * 1000):
                if end == self._from:
                    self._read_some()
                else:
                    self._write_some()
        return answer

    def _read_some(self) -> None:
        try:
            piece = os.read(self._from, _PIPE_SIZE)
        except BlockingIOError:
            return
        if not piece:
            raise ParseFailed(self._why_it_ended())
        self._incoming += piece

    def _write_some(self) -> None:
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

    def _why_it_ended(self) -> str:
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


def _forget(poll: "select.poll", end: int) -> None:
    try:
        poll.unregister(end)
    except KeyError:
        return
