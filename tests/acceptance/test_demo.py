"""`maildesk demo` on the command line: what it says, what it does with a port that is taken, how it ends."""

import asyncio
import signal
import smtplib
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.demo.writer import new_mail, post
from tests.acceptance.demo import COMMAND, RunningDemo, running_demo
from tests.services import forks
from tests.services.processes import wait_until


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[RunningDemo]:
    """A real `maildesk demo`."""
    with running_demo(tmp_path / "demo") as running:
        yield running


def fails(*words: str) -> tuple[int, str]:
    """Run a demo that ends by itself; gives its status and what it complained about."""
    done = forks.run(["demo", *words])
    return done.returncode, done.stderr.decode()


def test_what_it_says(tmp_path: Path) -> None:
    """The welcome says where to send mail, where to see it and what to try; each mail is a line with its rule and its word."""
    with running_demo(tmp_path / "demo", program=True) as demo:
        _says_what_happens(demo)
        assert demo.interrupt() == 0


def _says_what_happens(demo: RunningDemo) -> None:
    welcome = "".join(demo.lines)
    assert welcome.startswith("maildesk demo: nothing leaves this machine.\n")
    assert f"support@demo.test  at smtp://{demo.smtp}   (any sender, no password)" in welcome
    assert f"swaks --server {demo.smtp}" in welcome
    assert "maildesk demo send invoice-cs" in welcome
    sent = demo.send("invoice-cs")
    assert sent == (0, "sent “Chyba ve faktuře” from Jana Nováková <jana@odberatel.cz>\n")
    demo.has_printed("#1001  jana@odberatel.cz  “Chyba ve faktuře”  → Billing, ")
    line = next(line for line in demo.lines if "#1001" in line)
    assert "rule “Invoices → Billing” (“faktuře” ≈ faktura" in line
    demo.has_printed("acknowledgement to jana@odberatel.cz (cs)")
    demo.has_printed("is told: new ticket")


def test_ctrl_c_ends_it(demo: RunningDemo) -> None:
    """Ctrl-C ends the demo cleanly within three seconds, even with a client that holds a connection and an open page."""
    host, _, port = demo.smtp.rpartition(":")
    page = demo.url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port))), socket.create_connection((page[0], int(page[2]))) as browser:
        ask = b"GET / HTTP/1.1\r\nHost: demo\r\nReferer: http://demo/\r\n"
        browser.sendall(ask + b"\r\n")
        seen = next(line for line in browser.recv(65536).split(b"\r\n") if line.lower().startswith(b"set-cookie"))
        browser.sendall(ask + b"Cookie: " + seen.split(b" ")[1] + b"\r\n\r\n")  # and now it waits for news
        time.sleep(0.2)
        began = time.monotonic()
        assert demo.interrupt() == 0
        assert time.monotonic() - began < 3
    assert "Traceback" not in "".join(demo.lines)


def test_it_goes_on_where_it_ended(tmp_path: Path) -> None:
    """A second start in the same folder keeps tickets and edited rules."""
    with running_demo(tmp_path) as first:
        first.send("invoice-cs")
        first.has_printed("#1001")
        assert first.interrupt() == 0
    rules = tmp_path / "config" / "rules" / "30-billing.yaml"
    rules.write_text(rules.read_text() + "# mine\n")
    with running_demo(tmp_path) as second:
        second.send("invoice-hr")
        second.has_printed("#1002")
    assert rules.read_text().endswith("# mine\n")


def test_rules_are_edited_while_it_runs(demo: RunningDemo) -> None:
    """A saved rule holds from the next mail on; a bad one is told with its place and changes nothing."""
    rules = demo.folder / "config" / "rules" / "30-billing.yaml"
    good = rules.read_text()
    rules.write_text(good.replace("team: billing", "team: nowhere"))
    demo.has_printed("rules  refused, the old ones stay")
    demo.has_printed("30-billing.yaml:")
    rules.write_text(
        good + "\n  - name: Spare parts → Sales\n    when: {words: [turbodmychadlo]}\n    then: {team: sales}\n"
    )
    demo.has_printed("rules  taken over")
    host, _, port = demo.smtp.rpartition(":")
    asyncio.run(post(new_mail("x@example.cz", "support@demo.test", "Turbodmychadla", "Máte je?"), host, int(port)))
    demo.has_printed("“Turbodmychadla”  → Sales")


def test_control_characters_do_not_reach_the_terminal(demo: RunningDemo) -> None:
    """A stranger's subject cannot move the cursor of who watches."""
    host, _, port = demo.smtp.rpartition(":")
    mail = b"From: <x@example.com>\r\nTo: <support@demo.test>\r\nSubject: =?utf-8?q?a=1B[2Jb?=\r\n\r\nHello\r\n"
    with smtplib.SMTP(host, int(port)) as client:
        client.sendmail("x@example.com", ["support@demo.test"], mail)
    demo.has_printed("x@example.com")
    assert "\x1b" not in "".join(demo.lines)


@pytest.mark.parametrize("option", ["--smtp", "--web"])
def test_a_port_that_is_taken(option: str, tmp_path: Path) -> None:
    """A port that somebody else has is said in a sentence with the way out; nothing is written, nothing is left running."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        place = f"127.0.0.1:{other.getsockname()[1]}"
        free = "--web" if option == "--smtp" else "--smtp"
        status, said = fails("--data", str(tmp_path / "demo"), option, place, free, "127.0.0.1:0")
    assert status == 1
    assert f"cannot listen on {place}" in said
    assert f"maildesk demo {option} " in said
    assert "Traceback" not in said
    assert not (tmp_path / "demo").exists()


def test_what_is_misspelt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place that is none, a sample that is none and a demo that does not run are said in a line each, with its status."""
    monkeypatch.chdir(tmp_path)
    for words, status, said in (
        (("--smtp", "here"), 2, "'here' is not HOST:PORT"),
        (("send", "nonsense"), 2, "there are: pdf-cs"),
        (("send", "vip", "--smtp", "127.0.0.1:1"), 4, "start one with: maildesk demo"),
    ):
        got, complaint = fails(*words)
        assert got == status, complaint
        assert said in complaint
        assert "Traceback" not in complaint
    assert list(tmp_path.iterdir()) == []


def test_rules_that_are_broken_at_the_start(tmp_path: Path) -> None:
    """A demo whose edited rules are broken does not start, and says where and why."""
    with running_demo(tmp_path) as demo:
        demo.interrupt()
    (tmp_path / "config" / "rules" / "30-billing.yaml").write_text("rules:\n  - nam: x\n")
    status, said = fails("--data", str(tmp_path), "--smtp", "127.0.0.1:0", "--web", "127.0.0.1:0")
    assert status == 78
    assert "30-billing.yaml:2:" in said
    assert "Traceback" not in said


def test_once(tmp_path: Path) -> None:
    """`--once` plays the conversation in three languages, prints what happened, and leaves nothing behind."""
    done = subprocess.run([*COMMAND, "--data", str(tmp_path), "--once"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].endswith("the acknowledgement, the agent's answer and the survey all arrived.")
    assert done.stdout.count("praise reached") == 3
    assert list(tmp_path.iterdir()) == []


def test_a_second_ctrl_c(demo: RunningDemo) -> None:
    """Pressing Ctrl-C twice does no harm."""
    demo.process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    demo.process.send_signal(signal.SIGINT)
    wait_until(lambda: demo.process.poll() is not None, "the demo ends", None, 5)
