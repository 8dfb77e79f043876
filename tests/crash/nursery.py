"""A process that has loaded the whole desk and forks daemons and parse workers from itself: a start in milliseconds.

`python -m tests.crash.nursery SOCKET` answers requests until its client has gone. A forked daemon runs `maildesk run` as any
other does, with its own listeners, threads and database connections; only the imports, and the reading of the policy, are done
already. A request may name a patch: a function of `tests.crash.mutants` or `tests.crash.places` that is called in the forked
daemon before it starts.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from tests.services.forked import DAEMON, MOST, Forked, ask, be_worker, load_worker, place

# ---- the client's side ----


class Nursery:
    """A running nursery, seen from a test."""

    def __init__(self, folder: Path) -> None:
        path = str(folder / "nursery.sock")
        self._process = subprocess.Popen([sys.executable, "-m", __name__, path], stdin=subprocess.PIPE)
        self.path = path
        try:
            assert wait_for_socket(path, self._process), "the nursery did not start"
        except BaseException:
            self.close()
            raise

    def start(self, words: list[str], stderr: int, patch: str = "", **setting: object) -> int:
        """Fork a daemon; gives its process id."""
        return int(ask(self.path, {"what": "daemon", "words": words, "patch": patch, "setting": setting}, [stderr]))

    def workers(self) -> list[int]:
        """Give the process ids of the parse workers that live; each leads a process group."""
        return list(ask(self.path, {"what": "workers"}, []))

    def close(self) -> None:
        """End it; what it has started is the starter's business."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


def wait_for_socket(path: str, process: "subprocess.Popen[bytes]") -> bool:
    """Wait until somebody answers."""
    import time

    for _ in range(3000):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as probe:
            if probe.connect_ex(path) == 0:
                return True
        if process.poll() is not None:
            return False
        time.sleep(0.02)
    return False


# ---- the server's side ----


def serve(path: str) -> None:
    """Answer requests until stdin is closed."""
    _load()
    proofs, workers = _Proofs(), set[int]()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(path)
    listener.listen(64)
    gc.freeze()  # what is loaded stays; a fork need not copy it at the first collection
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [], 0.2)
        workers -= set(_reap())
        if sys.stdin in ready:
            return
        if listener not in ready:
            continue
        channel, _ = listener.accept()
        with channel:
            message, fds, _, _ = socket.recv_fds(channel, MOST, 4)
            if message:
                request = json.loads(message)
                answer = _obey(request, fds, [listener, channel], proofs, path)
                if request["what"] == "worker" and isinstance(answer, int):
                    workers.add(answer)
                with contextlib.suppress(OSError):  # a daemon that asks for a worker may be killed before it hears
                    channel.send(json.dumps(sorted(workers) if request["what"] == "workers" else answer).encode())
        for fd in fds:
            os.close(fd)


def _obey(
    request: dict[str, Any], fds: list[int], ours: list[socket.socket], proofs: "_Proofs", path: str
) -> int | str:
    try:
        if request["what"] == "workers":
            return 0
        if request["what"] == "worker":
            return _fork(lambda: be_worker(*fds), ours)
        proofs.take(Path(request["words"][request["words"].index("--config") + 1]))
        return _fork(lambda: _be_daemon(request, fds[0], proofs, path), ours)
    except Exception as problem:  # noqa: BLE001 - it belongs to who asked
        return f"{type(problem).__name__}: {problem}"


def _fork(be: Callable[[], NoReturn], ours: list[socket.socket]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        for one in ours:
            one.close()
        be()
    except BaseException:  # noqa: BLE001 - nothing of a child may run on as the nursery
        traceback.print_exc()
    finally:
        os._exit(70)


def _be_daemon(request: dict[str, Any], stderr: int, proofs: "_Proofs", path: str) -> NoReturn:
    from maildesk.cli import run
    from maildesk.daemon import keeper
    from maildesk.ingest.workers import process

    place(os.open(os.devnull, os.O_RDONLY), stderr, stderr)
    sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115 - for the rest of its life
    keeper.prove = proofs.find  # type: ignore[assignment,attr-defined]
    process._start = lambda: Forked(path)  # type: ignore[assignment,return-value]
    status: object = 0
    try:
        if request["patch"]:
            module, _, name = request["patch"].partition(":")
            getattr(importlib.import_module(module), name)(**request["setting"])
        run.command.main(args=request["words"], prog_name="maildesk run")
    except SystemExit as leaving:
        status = leaving.code
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    os._exit(status if isinstance(status, int) else 1)


class _Proofs:
    """What the policies in configuration folders came to; read once, because no test here edits one."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}

    def take(self, config: Path) -> None:
        """Read a folder's policy, unless it is known."""
        from maildesk.proof import prove

        key = f"{config}\n{(config / 'maildesk.yaml').read_text()}"
        if key not in self._known:
            import datetime as dt

            self._known[key] = prove(config, dt.datetime.now(dt.UTC))

    def find(self, config: Path, _now: object) -> Any:
        """Do as `maildesk.proof.prove` does."""
        return self._known[f"{config}\n{(config / 'maildesk.yaml').read_text()}"]


def _load() -> None:
    for name in ("maildesk.cli.run", "maildesk.cli.opening", *DAEMON, "tests.crash.mutants", "tests.crash.places"):
        importlib.import_module(name)
    load_worker()


def _reap() -> list[int]:
    ended: list[int] = []
    with contextlib.suppress(ChildProcessError):
        while child := os.waitpid(-1, os.WNOHANG)[0]:
            ended.append(child)
    return ended


if __name__ == "__main__":
    serve(sys.argv[1])
