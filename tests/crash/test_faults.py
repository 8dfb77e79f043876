"""A disk that is full, a database that is locked or read-only: mail is refused for now, none is lost, and it ends by itself."""

import contextlib
import json
import os
import resource
import smtplib
import sqlite3
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.crash.desk import MOVED, CrashDesk, crash_desk, crash_settings
from tests.crash.judge import judge, settle
from tests.crash.load import Ledger, mail
from tests.crash.nursery import Nursery
from tests.services.dovecot import Dovecot, running_dovecot
from tests.services.processes import free_port, wait_until
from tests.services.sink import Sink

PATIENCE = 40.0
long = pytest.mark.skipif(
    not os.environ.get("MAILDESK_FAULTS") and os.geteuid() == 0,
    reason="a full disk is enough for every day: make prove ARGS=faults",
)


@dataclass(slots=True)
class Patient:
    """A running desk that something is about to happen to, and what its senders heard."""

    desk: CrashDesk
    dovecot: Dovecot
    web: int
    ledger: Ledger = field(default_factory=Ledger)
    answers: list[int] = field(default_factory=list)

    def bring(self, key: str, size: int = 0, *, lmtp: bool = False) -> int:
        """Hand a mail in once; gives the answer's code."""
        protocol, port = (smtplib.LMTP, self.desk.lmtp_port) if lmtp else (smtplib.SMTP, self.desk.port)
        raw = mail(key) + b"\r\n".join([b"y" * 70] * (size // 72)) + b"\r\n"
        self.ledger.note(key, done=False)
        try:
            with protocol("127.0.0.1", port, local_hostname="mx.test", timeout=60) as client:
                client.sendmail(f"p{key}@customer.test", ["support@demo.test"], raw)
        except smtplib.SMTPResponseException as problem:
            self.answers.append(problem.smtp_code)
            return problem.smtp_code
        except smtplib.SMTPRecipientsRefused as problem:
            code = next(iter(problem.recipients.values()))[0]
            self.answers.append(code)
            return code
        self.ledger.note(key, done=True)
        self.answers.append(250)
        return 250

    def put(self, key: str) -> None:
        """Lay a mail into the mailbox."""
        self.dovecot.put(MOVED, mail(key, MOVED))
        self.ledger.note(key, done=True)

    def health(self) -> dict[str, Any]:
        """Ask the daemon how it is."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.web}/healthz", timeout=30) as answer:
            found: dict[str, Any] = json.loads(answer.read())
            return found

    def status(self) -> dict[str, Any]:
        """Ask `maildesk status`."""
        found: dict[str, Any] = json.loads(self.desk.run("status", "--json").stdout)
        return found


@contextlib.contextmanager
def patient(
    folder: Path, nursery: Nursery, sink: Sink, patch: str = "tests.crash.places:impatient", **setting: object
) -> Iterator[Patient]:
    """Run a desk that has taken a mail by each way."""
    port = free_port()
    with running_dovecot() as dovecot:
        for address in (MOVED, "kept@demo.test"):
            dovecot.add_user(address)
        text = crash_settings(sink.port, dovecot=dovecot)
        text += f"web: {{listen: '127.0.0.1:{port}', url: 'http://127.0.0.1:{port}'}}\n"
        with crash_desk(folder, text, nursery) as desk:
            desk.launch(patch, **setting)
            assert desk.await_ready(), "".join(desk.log[-20:])
            ill = Patient(desk, dovecot, port)
            assert ill.bring("well-0-0") == ill.bring("well-0-1", lmtp=True) == 250
            ill.put("well-0-2")
            wait_until(lambda: not dovecot.mails(MOVED), "the first mail is fetched")
            yield ill


def suffer(ill: Patient, *, size: int = 0) -> None:
    """While it lasts: 4xx and nothing else for those who are refused, and IMAP mail stays where it is."""
    key = 0
    end = time.monotonic() + PATIENCE
    refused = {False: 0, True: 0}
    while min(refused.values()) < 2 and time.monotonic() < end:
        lmtp = refused[True] < refused[False]
        refused[lmtp] += ill.bring(f"ill-0-{key}", size, lmtp=lmtp) != 250
        key += 1
    assert min(refused.values()) >= 2, f"never refused: {ill.answers}"
    assert {code // 100 for code in ill.answers} <= {2, 4}, ill.answers
    ill.put("ill-1-0")
    ill.put("ill-1-1")
    wait_until(lambda: ill.health()["state"] == "red" and ill.health()["database"]["problem"] != "", "it says so")
    wait_until(lambda: ill.health()["mailboxes"][MOVED]["problem"] != "", "the mailbox says so")
    assert len(ill.dovecot.mails(MOVED)) == 2, "mail that could not be written down stays in its mailbox"


def recover(ill: Patient, sink: Sink) -> float:
    """When it is over: mail is taken again by the same process, all of it is decided, and nothing was lost."""
    began, pid = time.monotonic(), ill.desk.pid
    wait_until(lambda: ill.bring("again-0-0") == 250, "mail is taken again", seconds=PATIENCE)
    seconds = time.monotonic() - began
    for key in sorted(ill.ledger.tried - ill.ledger.acknowledged):
        assert ill.bring(key) == 250
    wait_until(lambda: not ill.dovecot.mails(MOVED), "the mailbox is fetched", seconds=PATIENCE)
    wait_until(lambda: ill.health()["state"] == "green", "it is well", seconds=PATIENCE)
    assert ill.desk.pid == pid
    assert ill.desk.is_up
    with ill.desk.store() as store:
        settle(store, PATIENCE)
        found = judge(store, ill.ledger, sink, [])
    assert found.wrong == []
    return seconds


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a small disk in memory; where that is not allowed the test is skipped."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", folder], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(
            "COMPONENT MISSING: no right to mount a small disk; the limit on the size of files is tried instead"
        )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.alone
def test_a_full_disk(nursery: Nursery, sink: Sink, tmp_path: Path) -> None:
    """On a disk that others have filled, mail is refused with 452 before it comes, and the desk goes on when there is room."""
    with small_disk(tmp_path / "disk", 24) as disk, patient(disk, nursery, sink) as ill:
        filler = disk / "filler"
        _fill(filler)
        suffer(ill)
        wait_until(lambda: ill.bring("ill-2-0") == 452, "it is refused before it comes")
        status = ill.status()
        assert status["state"] == "red"
        assert "the disk is nearly full" in status["database"]["problem"] or "full" in status["database"]["problem"]
        filler.unlink()
        recover(ill, sink)
        assert ill.status()["database"]["problem"] == ""


@long
@pytest.mark.alone
def test_no_room_in_the_middle_of_a_commit(nursery: Nursery, sink: Sink, tmp_path: Path) -> None:
    """Where the system refuses to let a file grow, each mail that did not fit hears 451, and no other is lost."""
    with patient(tmp_path, nursery, sink) as ill:
        limit = _largest_file(tmp_path / "data") + 150_000
        resource.prlimit(ill.desk.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        suffer(ill, size=40_000)
        assert 451 in ill.answers
        resource.prlimit(ill.desk.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        recover(ill, sink)


@long
@pytest.mark.alone
def test_a_database_that_becomes_read_only(nursery: Nursery, sink: Sink, tmp_path: Path) -> None:
    """A database that can only be read refuses mail for now, and takes it again as soon as it can be written."""
    flag = tmp_path / "read-only"
    with patient(tmp_path, nursery, sink, "tests.crash.places:read_only_while", flag=str(flag)) as ill:
        flag.touch()
        suffer(ill)
        assert 451 in ill.answers
        assert "readonly" in ill.health()["database"]["problem"]
        flag.unlink()
        recover(ill, sink)


@long
@pytest.mark.alone
def test_a_database_that_somebody_has_locked(nursery: Nursery, sink: Sink, tmp_path: Path) -> None:
    """A program that sits on the database's lock delays mail, 451 after some seconds; no loop gives up over it."""
    with patient(tmp_path, nursery, sink) as ill:
        with contextlib.closing(sqlite3.connect(tmp_path / "data" / "maildesk.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            suffer(ill)
            assert 451 in ill.answers
            other.execute("ROLLBACK")
        recover(ill, sink)


def _fill(file: Path) -> None:
    with contextlib.suppress(OSError), file.open("wb", buffering=0) as filler:
        while True:
            filler.write(b"0" * 65_536)


def _largest_file(folder: Path) -> int:
    return max(path.stat().st_size for path in folder.iterdir())
