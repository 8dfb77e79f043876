"""A desk that can be killed at any moment and started again in milliseconds, by SMTP, LMTP and IMAP, on either database."""

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from maildesk.settings import shipped_dir
from maildesk.store.db import Store
from tests.acceptance.desk import RunningDesk
from tests.crash.nursery import Nursery
from tests.services.dovecot import Dovecot

MOVED, KEPT = "moved@demo.test", "kept@demo.test"


@dataclass(slots=True)
class CrashDesk(RunningDesk):
    """One desk; `launch` starts its daemon, forked (quick) or as a program of its own, patched if a test wants a bug in it."""

    nursery: Nursery | None = None
    ready_after: float = 0.0
    pid: int = 0
    _pidfd: int = -1
    _pipe: int = -1
    _born: float = 0.0
    starts: dict[str, list[float]] = field(default_factory=lambda: {"forked": [], "program": []})

    def prepare(self) -> None:
        """Write the configuration."""
        config = self.folder / "config"
        if not config.exists():
            shutil.copytree(shipped_dir("config"), config)
        (config / "maildesk.yaml").write_text(self.settings, encoding="utf-8")
        (self.folder / "data").mkdir(exist_ok=True)
        password = self.folder / "data" / "imap.pw"
        password.write_text("secret")
        password.chmod(0o600)

    @property
    def words(self) -> list[str]:
        """What `maildesk run` is told."""
        return ["--config", str(self.folder / "config"), "--data", str(self.folder / "data")]

    def launch(self, patch: str = "", **setting: object) -> None:
        """Fork a daemon from the nursery; returns at once."""
        assert self.nursery is not None
        read, write = os.pipe()
        self._born = time.monotonic()
        self.pid = self.nursery.start(self.words, write, patch, **setting)
        os.close(write)
        self._watch(read)

    def launch_program(self, *before: str, patch: str = "") -> None:
        """Start the daemon as the service manager does, `before` in front of the command; returns at once."""
        program = ["tests.crash.patched", patch] if patch else ["maildesk"]
        read, write = os.pipe()
        self._born = time.monotonic()
        command = [*before, sys.executable, "-m", *program, "run", *self.words]
        self.process = subprocess.Popen(command, stderr=write, stdin=subprocess.DEVNULL, start_new_session=True)  # type: ignore[assignment]
        self.pid = self.process.pid
        os.close(write)
        self._watch(read)

    def _watch(self, pipe: int) -> None:
        self._forget()
        self._pipe = pipe
        try:
            self._pidfd = os.pidfd_open(self.pid)
        except ProcessLookupError:
            self._pidfd = -1

    def _forget(self) -> None:
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1

    @property
    def is_up(self) -> bool:
        """Tell whether the daemon has said that it is ready, and was not killed since."""
        return self._pipe < 0 <= self._pidfd

    def await_ready(self) -> bool:
        """Wait until every listener is bound; False if the daemon ends before that."""
        lines, self._pipe = os.fdopen(self._pipe, errors="replace"), -1
        for line in lines:
            self.log.append(line)
            if "maildesk: ready" in line:
                places = [word for word in line.split() if word.startswith("127.0.0.1:")]
                self.port, self.lmtp_port = (int(place.rpartition(":")[2]) for place in places)
                self.ready_after = time.monotonic() - self._born
                self.starts["program" if self.process else "forked"].append(self.ready_after)
                threading.Thread(target=self._drain_lines, args=(lines,), daemon=True).start()
                return True
        lines.close()
        return False

    def _drain_lines(self, lines: "contextlib.AbstractContextManager[Iterator[str]]") -> None:
        with lines as opened:
            self.log.extend(opened)

    def start(self) -> None:
        """Start and wait until every listener is bound."""
        self.launch()
        assert self.await_ready(), "the daemon did not start:\n" + "".join(self.log[-40:])

    def wait_for_end(self, seconds: float) -> bool:
        """Wait until the daemon has ended; False if it lives on."""
        if self._pidfd >= 0 and select.select([self._pidfd], [], [], seconds)[0]:
            self._forget()
        if self.process is not None and self._pidfd < 0:
            self.process.wait(15)
            self.process = None
        return self._pidfd < 0

    def kill(self) -> None:
        """SIGKILL to the daemon, and to strace if that watches it; its workers see their pipes end."""
        if self._pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            with contextlib.suppress(ProcessLookupError):  # so young that it leads no group yet
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            assert self.wait_for_end(15)

    def stop(self) -> int:
        """Stop as the service manager does."""
        if self._pidfd >= 0:
            ready = next(line for line in reversed(self.log) if "maildesk: ready" in line)
            os.kill(int(ready.split()[-1]), signal.SIGTERM)
            assert self.wait_for_end(30), "it did not stop"
        return 0

    @contextlib.contextmanager
    def store(self) -> Iterator[Store]:
        """Look into the database beside the daemon."""
        url = next(line for line in self.settings.splitlines() if line.startswith("database: ")).partition(" ")[2]
        store = Store.open(url, self.folder / "data")
        try:
            yield store
        finally:
            store.close()


def crash_settings(relay_port: int, database: str = "sqlite:///maildesk.db", dovecot: Dovecot | None = None) -> str:
    """Write a maildesk.yaml: one mailbox brought by SMTP and LMTP, two fetched by IMAP; no budget for notices."""
    boxes = "  - {address: support@demo.test, team: l1}\n"
    for address, after in ((MOVED, "move:Done"), (KEPT, "keep")) if dovecot else ():
        imap = f"{{host: 127.0.0.1, port: {dovecot.port if dovecot else 0}, user: {address}, password_file: imap.pw, tls: none"
        boxes += f"  - {{address: {address}, team: l1, imap: {imap}, after: '{after}'}}}}\n"
    return (
        "desk: {name: Demo podpora, domain: demo.test, languages: [en, cs, hr], timezone: Europe/Prague,"
        " admins: [it@demo.test]}\n"
        f"database: {database}\nsecret_file: secret.key\nmailboxes:\n{boxes}"
        "listen: {smtp: '127.0.0.1:0', lmtp: '127.0.0.1:0'}\n"
        f"relay: {{host: 127.0.0.1, port: {relay_port}, tls: none}}\nsend_delay: 0s\n"
        "limits: {brake_per_hour: 10000000, per_domain: 10000000, connections_per_ip: 100, notifications_per_hour: 10000000}\n"
    )


@contextlib.contextmanager
def crash_desk(folder: Path, text: str, nursery: Nursery | None) -> Iterator[CrashDesk]:
    """Prepare a desk; whatever runs at the end is killed."""
    desk = CrashDesk(folder, text, nursery=nursery)
    desk.prepare()
    try:
        yield desk
    finally:
        desk.kill()
