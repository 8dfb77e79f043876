"""Daemons and parse workers that are forked from a process which has loaded the desk: what both sides of that need."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from typing import Any, NoReturn

MOST = 65_536
# What a daemon imports only when it starts.
DAEMON = (
    "maildesk.daemon",
    "maildesk.daemon.logs",
    "maildesk.daemon.web",
    "maildesk.store.engines.postgres",
    "psycopg",
    "apscheduler.schedulers.asyncio",
    "apscheduler.triggers.interval",
    "aiosmtplib",
    "imapclient",
    "watchfiles",
)
# What a demo imports only when it starts.
DEMO = ("maildesk.demo.show", "maildesk.demo.page")


def ask(path: str, request: dict[str, Any], fds: list[int]) -> Any:
    """Ask the process to fork from; these files go with the request."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as channel:
        channel.connect(path)
        socket.send_fds(channel, [json.dumps(request).encode()], fds)
        answer = json.loads(channel.recv(MOST))
    assert not isinstance(answer, str), answer
    return answer


class Forked:
    """A forked parse worker with the face of subprocess.Popen, as far as the pool looks at it."""

    def __init__(self, path: str) -> None:
        to_read, to_write = os.pipe()
        from_read, from_write = os.pipe()
        self.pid = ask(path, {"what": "worker"}, [to_read, from_write])
        os.close(to_read)
        os.close(from_write)
        self.stdin, self.stdout = os.fdopen(to_write, "wb", 0), os.fdopen(from_read, "rb", 0)
        try:
            self._pidfd = os.pidfd_open(self.pid)
        except ProcessLookupError:
            self._pidfd = -1

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; how it ended is only known to the process it was forked from, so it counts as killed."""
        if self._pidfd >= 0:
            ready, _, _ = select.select([self._pidfd], [], [], timeout)
            if not ready:
                raise subprocess.TimeoutExpired("worker", timeout or 0)
            os.close(self._pidfd)
            self._pidfd = -1
        return -signal.SIGKILL


def be_worker(stdin: int, stdout: int) -> NoReturn:
    """Become a parse worker that talks over these two files."""
    from maildesk.ingest.workers import child

    place(stdin, stdout, os.open(os.devnull, os.O_WRONLY))
    child.preload = lambda: None
    sys.meta_path.insert(0, child._Sealed())
    child.serve()


def place(*fds: int) -> None:
    """Make these the standard files, and close everything else."""
    copies = [os.dup(fd) for fd in fds]
    for number, fd in enumerate(copies):
        os.dup2(fd, number)
    os.closerange(3, 4096)


def load_worker() -> None:
    """Load what a parse worker needs."""
    from maildesk.ingest.workers import child

    sealed = list(sys.meta_path)
    child.preload()
    sys.meta_path[:] = sealed  # only a worker gives up files
