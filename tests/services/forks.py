"""Run the command line in processes forked from one that has loaded it: the same code, without a second of imports each time.

`python -m tests.services.forks SOCKET` forks until its starter has gone. What is run is `maildesk.cli.main` with the words of a
command line, in a session of its own, with the environment, the folder and the standard files of who asked. Only loading is
saved: settings, rules and database are opened anew each time, and parse workers are processes as ever, forked from here as
well. What was loaded are the modules, the nodes of the shipped YAML files, and that the shipped templates are sound: it holds for
files of the very same words and is most of what a start costs; an edited file is read, and proved. That a fresh interpreter does
the same is tested by tests/unit/cli/test_main.py, by tests of the demo and by all tests that measure or wrap a process. A module
of tests with a `main` can be run instead.
"""

import atexit
import contextlib
import importlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import IO, NoReturn

from tests.services.forked import DAEMON, DEMO, Forked, be_worker, load_worker
from tests.services.remembered import remember_yaml

_MOST = 200_000


# ---- the client's side ----


class ForkedCommand:
    """A forked command with the face of subprocess.Popen, as far as tests look at it."""

    def __init__(self, pid: int, channel: socket.socket, output: IO[str] | None) -> None:
        self.pid, self.returncode, self._channel = pid, None if pid else 70, channel
        self.stdout = self.stderr = output

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end, and give its exit status, or the negative signal."""
        if self.returncode is None:
            self._channel.settimeout(timeout)
            try:
                self.returncode = int(self._channel.recv(_MOST) or b"70")
            except TimeoutError:
                raise subprocess.TimeoutExpired("maildesk", timeout or 0) from None
            self._channel.close()
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Read what it says to its end, and wait for that."""
        assert self.stdout
        with self.stdout:
            said = self.stdout.read()
        self.wait(timeout)
        return said, ""

    def poll(self) -> int | None:
        """Give its exit status if it has ended."""
        if self.returncode is None and select.select([self._channel], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def run(words: Sequence[str], stdin: bytes | None = None, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    """Run a command to its end; without `stdin` it has an empty one. `environment` is added to ours."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin or b"")
        given.seek(0)
        status = _fork(words, (given.fileno(), out.fileno(), err.fileno()), environment).wait()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(list(words), status, out.read(), err.read())


def start(words: Sequence[str], *, module: str = "", aloud: bool = False, **environment: str) -> ForkedCommand:
    """Start a command that runs on; what it says on stderr (`aloud`: on both), or a module on stdout, the caller is to read."""
    read, write = os.pipe()
    nothing = os.open(os.devnull, os.O_RDWR)
    files = (nothing, write, 2) if module else (nothing, write if aloud else nothing, write)
    try:
        return _fork(words, files, environment, module, os.fdopen(read, errors="replace"))
    finally:
        os.close(write)
        os.close(nothing)


def _fork(
    words: Sequence[str],
    files: tuple[int, int, int],
    environment: dict[str, str],
    module: str = "",
    output: IO[str] | None = None,
) -> ForkedCommand:
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    channel.connect(_server())
    place = {"environment": {**os.environ, **environment}, "folder": str(Path.cwd())}
    socket.send_fds(channel, [json.dumps({"words": list(words), "module": module, **place}).encode()], files)
    return ForkedCommand(int(channel.recv(_MOST)), channel, output)


@cache
def _server() -> str:
    """Start the process to fork from, once for each process of tests; it ends with that."""
    folder = Path(tempfile.mkdtemp(prefix="maildesk-forks-"))
    path = str(folder / "socket")
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin
    assert process.stdout
    assert process.stdout.readline() == "ready\n", "the process to fork from did not start"

    def end() -> None:
        process.communicate()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    return path


# ---- the server's side ----


def serve(path: str) -> None:
    """Fork whatever is asked for until stdin is closed."""
    from maildesk.cli import find_module
    from maildesk.cli.verbs import VERBS

    verbs = [module for verb in VERBS if (module := find_module(verb))]
    for name in (*verbs, *DEMO, *DAEMON):
        importlib.import_module(name)
    load_worker()
    _read_shipped_files()
    _freeze()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(path)
    listener.listen(64)
    ended, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes)
    print("ready", flush=True)
    channels: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([listener, sys.stdin, ended], [], [])
        if sys.stdin in ready:
            for pid in channels:  # a run of tests that was broken off leaves nothing behind
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
            return
        if ended in ready:
            os.read(ended, 4096)
            _bury(channels)
        if listener in ready:
            channel, _ = listener.accept()
            _obey(channel, channels, path)


def _read_shipped_files() -> None:
    import datetime as dt

    from maildesk.proof import prove
    from maildesk.settings import shipped_dir

    remember_yaml()
    prove(shipped_dir("config"), dt.datetime.now(dt.UTC))


def _freeze() -> None:
    import gc

    gc.collect()
    gc.freeze()  # what is loaded stays; a fork need not copy it at the first collection


def _obey(channel: socket.socket, channels: dict[int, socket.socket], path: str) -> None:
    message, fds, _, _ = socket.recv_fds(channel, _MOST, 3)
    if fds:
        request = json.loads(message)
        pid = os.fork()
        if not pid:
            _become(request, fds, path)
        channels[pid] = channel
        with contextlib.suppress(OSError):  # who asked may have been killed
            channel.send(str(pid).encode())
    for fd in fds:
        os.close(fd)


def _become(request: dict[str, object], fds: list[int], path: str) -> NoReturn:
    status: object = 70
    try:
        os.setsid()
        from maildesk.ingest.workers import process

        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if request.get("what") == "worker":
            be_worker(*fds)
        for number, fd in enumerate(fds):
            os.dup2(fd, number)
        os.closerange(3, 4096)
        process._start = lambda: Forked(path)  # type: ignore[assignment,return-value]
        status = _command(request)
    except SystemExit as leaving:
        status = leaving.code or 0
    except BaseException:  # noqa: BLE001 - nothing of a child may run on as the server
        traceback.print_exc()
        status = 1
    finally:
        for file in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                file.flush()
        os._exit(status if isinstance(status, int) else 1)


def _command(request: dict[str, object]) -> int:
    import random

    from maildesk.cli import main
    from maildesk.store import failpoint

    random.seed()  # not what all its siblings draw
    words, environment = request["words"], request["environment"]
    assert isinstance(words, list)
    assert isinstance(environment, dict)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(str(request["folder"]))
    failpoint._armed = failpoint.arm(os.environ.get("MAILDESK_FAILPOINTS", ""))
    sys.argv = ["maildesk", *words]
    if request["module"]:
        importlib.import_module(str(request["module"])).main(words)
    else:
        main()
    return 0


def _bury(channels: dict[int, socket.socket]) -> None:
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            with channels.pop(found[0]) as channel, contextlib.suppress(OSError):  # who asked may have gone
                channel.send(str(os.waitstatus_to_exitcode(found[1])).encode())


if __name__ == "__main__":
    serve(sys.argv[1])
