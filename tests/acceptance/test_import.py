"""An import that is killed, broken off and run again: nothing twice, nothing missing, in order."""

import json
import mailbox
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.acceptance.desk import RunningDesk, settings
from tests.services import forks

COUNT = 40


def mail(number: int) -> bytes:
    """Write a mail; each third answers the one before."""
    answers = f"In-Reply-To: <n{number - 1}@x.test>\n" if number % 3 == 2 else ""
    lines = (
        f"From: Person {number} <p{number}@x.test>\nTo: support@demo.test\nSubject: Number {number}\n"
        f"Date: Mon, 02 Nov 2026 10:{number:02}:00 +0100\nMessage-ID: <n{number}@x.test>\n{answers}\nHello.\n\n"
    )
    return (
        lines + f"From here on it is number {number}.\nFrom ana@x.test Mon Nov  2 09:00:00 2026 it is quoted\n"
    ).encode()


@pytest.fixture
def desk(tmp_path: Path) -> RunningDesk:
    """A desk without a daemon: its folder and its command line."""
    desk = RunningDesk(tmp_path, settings(1))
    source = Path(__file__).parents[2] / "config"
    desk.run("check", check=False)
    (tmp_path / "config").mkdir()
    for path in source.iterdir():
        if path.is_dir():
            continue
        (tmp_path / "config" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "config" / "maildesk.yaml").write_text(desk.settings)
    return desk


def lay_out(kind: str, folder: Path) -> Path:
    """Write the mails as an mbox, a Maildir or single files."""
    place = folder / f"old-{kind}"
    if kind == "mbox":
        box = mailbox.mbox(place)
        for number in range(COUNT):
            box.add(mail(number))
        box.close()
        assert b"\n>From ana@x.test" in place.read_bytes()
    elif kind == "maildir":
        for part in ("cur", "new", "tmp"):
            (place / part).mkdir(parents=True)
        for number in range(COUNT):
            (place / "cur" / f"17{number:08}.M1P1.host:2,S").write_bytes(mail(number))
    else:
        place.mkdir()
        for number in range(COUNT):
            (place / f"{number:03}.eml").write_bytes(mail(number))
    return place


def words(desk: RunningDesk, *more: str) -> list[str]:
    """The command line of an import."""
    place = ["--config", str(desk.folder / "config"), "--data", str(desk.folder / "data")]
    return ["import", *more, *place]


def check(desk: RunningDesk) -> None:
    """Fail unless every mail is on one ticket, conversations are whole, and texts are what was written."""
    tickets = desk.tickets()
    shown = desk.show(*(ticket["number"] for ticket in tickets))
    mails = [entry["message_id"] for ticket in shown for entry in ticket["entries"] if entry["kind"] == "mail"]
    assert sorted(mails) == sorted(f"n{number}@x.test" for number in range(COUNT))
    assert len(tickets) == len([number for number in range(COUNT) if number % 3 != 2])
    texts = [entry["text"] for ticket in shown for entry in ticket["entries"] if entry["kind"] == "mail"]
    assert all("\nFrom ana@x.test Mon" in text for text in texts)
    desk.verify()


PLACES = [
    ("mbox", "after-work-commit=kill:11"),
    ("maildir", "after-quick-commit=kill:15"),
    ("mbox", "before-work-commit=kill:17"),
    ("eml", "before-quick-commit=kill:9"),
]


@pytest.mark.parametrize(("kind", "where"), PLACES if os.environ.get("MAILDESK_IMAP_LONG") else PLACES[:2])
def test_an_import_that_was_killed_goes_on_where_it_stopped(kind: str, where: str, desk: RunningDesk) -> None:
    """Killed between any two steps, and run again: no mail twice, none missing, conversations whole (B111)."""
    place = lay_out(kind, desk.folder)
    killed = forks.run(words(desk, str(place)), MAILDESK_FAILPOINTS=where)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    done = forks.run(words(desk, str(place)))
    assert done.returncode == 0, done.stderr.decode()
    known = re.search(rb"(\d+) had been taken before", done.stdout)
    assert known
    assert 3 <= int(known[1]) < COUNT - 3, "it goes on where it stopped"
    check(desk)
    again = forks.run(words(desk, str(place)))
    assert f"took 0 mails into 0 tickets, {COUNT} had been taken before" in again.stdout.decode()


def test_an_import_that_is_interrupted_says_how_far_it_came(desk: RunningDesk) -> None:
    """Ctrl-C ends it in order: what was taken is said, the status is 130, and the same command goes on."""
    place = lay_out("eml", desk.folder)
    slow = {**os.environ, "MAILDESK_FAILPOINTS": "after-work-commit=sleep:1"}
    running = subprocess.Popen(
        # Where tests run in the background Ctrl-C is ignored, by programs they start, too.
        ["env", "--default-signal=INT", sys.executable, "-m", "maildesk", *words(desk, str(place))],
        env=slow,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        listed = desk.run("journal", "list", "--json", check=False).stdout
        if listed.startswith(b"[") and len(json.loads(listed)) > 3:
            break
    os.killpg(running.pid, signal.SIGINT)
    said, told = running.communicate(timeout=30)
    assert running.returncode == 130, told
    taken = re.search(r"took (\d+) mails?", said)
    assert taken, said + told
    assert 0 < int(taken[1]) < COUNT
    assert f"of {COUNT}. The same command goes on" in told
    assert "Traceback" not in told
    assert forks.run(words(desk, str(place))).returncode == 0
    check(desk)
