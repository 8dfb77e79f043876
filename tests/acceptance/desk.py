"""Run the real daemon for a test: its own configuration, real ports, and the command line to look inside."""

import contextlib
import email
import email.message
import email.policy
import json
import os
import shutil
import signal
import smtplib
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from maildesk.settings import shipped_dir
from tests.services import forks
from tests.services.processes import wait_until

ADDRESS = "support@demo.test"
READY_SECONDS = 30


@dataclass(slots=True)
class RunningDesk:
    """One daemon with its folder; `port` takes SMTP, `lmtp_port` LMTP.

    It is forked from a process that has loaded the program; as a `program` of its own, where that is what is tested or measured.
    """

    folder: Path
    settings: str
    wrapper: tuple[str, ...] = ()
    process: "subprocess.Popen[str] | forks.ForkedCommand | None" = None
    port: int = 0
    lmtp_port: int = 0
    log: list[str] = field(default_factory=list)
    program: bool = False

    def configure(self) -> Path:
        """Write the configuration; gives its folder."""
        config = self.folder / "config"
        if not config.exists():
            shutil.copytree(shipped_dir("config"), config)
        (config / "maildesk.yaml").write_text(self.settings, encoding="utf-8")
        return config

    def start(self) -> None:
        """Start the daemon and wait until every listener is bound."""
        config = self.configure()
        words = ["run", "--config", str(config), "--data", str(self.folder / "data")]
        if self.program or self.wrapper:
            self.process = subprocess.Popen(
                [*self.wrapper, sys.executable, "-m", "maildesk", *words],
                stderr=subprocess.PIPE,
                stdin=subprocess.DEVNULL,
                text=True,
                start_new_session=True,
            )
        else:
            self.process = forks.start(words)
        assert self.process.stderr
        for line in self.process.stderr:
            self.log.append(line)
            if "maildesk: ready" in line:
                break
        else:
            self.kill()
            raise AssertionError("the daemon did not start:\n" + "".join(self.log[-40:]))
        places = [word for word in line.split() if word.startswith("127.0.0.1:")]
        self.port = int(places[0].rpartition(":")[2])
        self.lmtp_port = int(places[1].rpartition(":")[2]) if len(places) > 1 else 0
        threading.Thread(target=self._drain, args=(self.process,), daemon=True).start()

    def _drain(self, process: "subprocess.Popen[str] | forks.ForkedCommand") -> None:
        assert process.stderr
        with process.stderr:
            self.log.extend(process.stderr)

    def stop(self) -> int:
        """Stop as the service manager does; gives the exit status."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)

    def kill(self) -> None:
        """End the daemon and its workers at once, as a power cut would."""
        assert self.process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(15)

    def run(self, *words: str, check: bool = True, stdin: bytes | None = None) -> "subprocess.CompletedProcess[bytes]":
        """Run a maildesk command on this desk's folders."""
        place = ["--config", str(self.folder / "config"), "--data", str(self.folder / "data")]
        done = forks.run([*words, *place], stdin)
        assert not check or done.returncode == 0, (
            f"maildesk {' '.join(words)}: {done.returncode}\n{done.stderr.decode()}"
        )
        return done

    def tickets(self) -> list[dict[str, Any]]:
        """List all tickets."""
        found: list[dict[str, Any]] = json.loads(self.run("ticket", "list", "--json").stdout)
        return found

    def show(self, *numbers: int) -> list[dict[str, Any]]:
        """Show tickets with their entries."""
        printed = self.run("ticket", "show", *map(str, numbers), "--json").stdout
        return [json.loads(line) for line in printed.splitlines()]

    def listed(self, what: str) -> list[dict[str, Any]]:
        """List the outbox, the journal or the held mails."""
        found: list[dict[str, Any]] = json.loads(self.run(what, "list", "--json").stdout)
        return found

    def send(self, mail: "email.message.EmailMessage | bytes", sender: str, *recipients: str) -> None:
        """Hand a mail to the listener."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes(policy=email.policy.SMTP.clone(max_line_length=998))
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as client:
            client.sendmail(sender, list(recipients) or [ADDRESS], raw)

    def settle(self, seconds: float = 60) -> None:
        """Wait until nothing waits in the journal and nothing is about to leave."""
        wait_until(lambda: not any(self._under_way()), "settled", None, seconds, pause=0.05)

    def _under_way(self) -> tuple[int, ...]:
        """Count the mails that are not decided and the letters that have not left."""
        questions = (
            "SELECT count(*) FROM journal WHERE state = 'waiting'",
            "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')",
        )
        url = next(line for line in self.settings.splitlines() if line.startswith("database: ")).partition(" ")[2]
        if url.startswith("sqlite:///"):
            file = self.folder / "data" / url.removeprefix("sqlite:///")
            with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as db:
                return tuple(db.execute(question).fetchone()[0] for question in questions)
        with psycopg.connect(url.replace("+psycopg", "")) as server:
            return tuple(row[0] for question in questions if (row := server.execute(question).fetchone()))

    def verify(self) -> None:
        """Fail unless every invariant of the database holds."""
        done = self.run("database", "verify", check=False)
        assert done.returncode == 0, done.stdout.decode()


def settings(
    relay_port: int,
    *,
    database: str = "sqlite:///maildesk.db",
    domain: str = "demo.test",
    imap_port: int = 0,
    more: str = "",
    references: str = "strict",
) -> str:
    """Write a maildesk.yaml for a test; `more` is appended as it is."""
    imap = ""
    if imap_port:
        imap = (
            f"\n    imap: {{host: 127.0.0.1, port: {imap_port}, user: support, password_file: imap.pw, tls: none,"
            " folder: INBOX, after: keep}"
        )
    return (
        f"desk: {{name: Demo podpora, domain: {domain}, languages: [en, cs, hr],"
        f" timezone: Europe/Prague, admins: [eva@{domain}]}}\n"
        f"database: {database}\nsecret_file: secret.key\nmailboxes:\n  - address: support@{domain}\n    team: l1{imap}\n"
        "listen: {smtp: '127.0.0.1:0', lmtp: '127.0.0.1:0'}\n"
        f"relay: {{host: 127.0.0.1, port: {relay_port}, tls: none}}\n"
        f"send_delay: 0s\nthreading: {{references: {references}}}\n{more}"
    )


@contextlib.contextmanager
def running_desk(
    folder: Path, text: str, wrapper: tuple[str, ...] = (), *, program: bool = False
) -> Iterator[RunningDesk]:
    """Run a daemon until the block ends; `wrapper` is a command that starts it with other limits, a `program` is not forked."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    password = folder / "data" / "imap.pw"
    password.write_text("secret")
    password.chmod(0o600)
    desk = RunningDesk(folder, text, wrapper, program=program)
    desk.start()
    try:
        yield desk
    finally:
        if desk.process and desk.process.poll() is None:
            desk.kill()
