"""Start a server program for a test, wait until it answers, and stop it with all its children."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

HOST = "127.0.0.1"


class NotReady(Exception):
    """A server did not come up in time; the text holds the end of its log."""


def free_port() -> int:
    """Ask the system for a port that nobody listens on now; another may still be faster, so starters retry."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def private_folder(name: str) -> Iterator[Path]:
    """Make a folder with a path short enough for unix sockets (108 bytes) and open to the users servers change to."""
    folder = Path(tempfile.mkdtemp(prefix=f"maildesk-{name}-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def start(command: Sequence[str | Path], log: Path, *, env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Run a program in a session of its own, so that it and its children can be stopped together."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **(env or {})},
        )


def stop(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM, seconds: float = 10) -> None:
    """Stop the program, then whatever of its session is left."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(seconds)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def wait_until(
    is_ready: Callable[[], bool], what: str, log: Path | None = None, seconds: float = 20, *, pause: float = 0.02
) -> None:
    """Ask again after each `pause` (seconds); raise NotReady with the end of the log when time is up."""
    deadline = time.monotonic() + seconds
    while not is_ready():
        if time.monotonic() > deadline:
            raise NotReady(f"{what} not within {seconds:g} s\n{tail(log)}")
        time.sleep(pause)


def wait_for_port(port: int, process: subprocess.Popen[bytes] | None, log: Path, seconds: float = 20) -> None:
    """Wait until something listens; a program that has ended is not waited for."""

    def is_up() -> bool:
        if process is not None and process.poll() is not None:
            raise NotReady(f"ended with {process.returncode}\n{tail(log)}")
        return is_listening(port)

    wait_until(is_up, f"port {port} answers", log, seconds)


def is_listening(port: int) -> bool:
    """Say whether a connection to the port is taken."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def tail(log: Path | None, lines: int = 20) -> str:
    """Give the last lines of a log for an error text."""
    if log is None or not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
