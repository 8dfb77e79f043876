"""The policy is replaced whole or not at all, while mail goes on coming."""

import json
import os
import signal
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from maildesk.demo.writer import new_mail
from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.services.processes import free_port, wait_until
from tests.services.sink import Sink

RULES = """\
rules:
  - name: Printers
    when: {subject: noisy}
    then: {team: TEAM}
"""
CASE = """\
tests:
  - name: A printer goes to IT
    mail: {subject: My noisy printer}
    expect: {team: it}
"""


def rules(desk: RunningDesk, text: str) -> None:
    """Save the test's own rule file; no case that is shipped speaks of what its rule is about."""
    (desk.folder / "config" / "rules" / "05-printers.yaml").write_text(text, encoding="utf-8")


def status(desk: RunningDesk) -> dict[str, Any]:
    """Ask for the state of the desk."""
    found: dict[str, Any] = json.loads(desk.run("status", "--json").stdout)
    return found


def until(desk: RunningDesk, wanted: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
    """Wait until the status is as wanted, and give it."""
    seen: list[dict[str, Any]] = []

    def is_ready() -> bool:
        seen.append(status(desk))
        return wanted(seen[-1])

    wait_until(is_ready, what, pause=0.1)  # asking more often would keep the machine from the answer
    return seen[-1]


def ask(desk: RunningDesk, subject: str) -> dict[str, Any]:
    """Send a mail about a printer and give the ticket it became."""
    desk.send(
        new_mail("Jana <jana@odberatel.cz>", "support@demo.test", subject, "It makes noises."), "jana@odberatel.cz"
    )
    desk.settle()
    return next(ticket for ticket in desk.tickets() if ticket["subject"] == subject)


def broken_letters(sink: Sink) -> list[bytes]:
    """Give the mails about a broken policy."""
    return [mail.data for mail in sink.mails if b"X-Maildesk-Event: policy-broken" in mail.data]


def test_an_edited_rule_holds_from_the_next_mail_on(sink: Sink, tmp_path: Path) -> None:
    """B69: after an edit the next mail lands elsewhere, explain names the rule and where it stands, editors know its name."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        first = ask(desk, "Noisy printer one")
        before = status(desk)["policy"]["digest"]
        rules(desk, RULES.replace("TEAM", "sales"))
        until(desk, lambda found: found["policy"]["digest"] != before, "the new policy")
        second = ask(desk, "Noisy printer two")
        assert (first["team"], second["team"]) == ("it", "sales")
        told = json.loads(desk.run("explain", f"#{second['number']}", "--json").stdout.splitlines()[0])
        assert [(r["name"], r["file"], r["line"]) for r in told["rules"] if r["matched"]][:1] == [
            ("Printers", "rules/05-printers.yaml", 2)
        ]
        assert told["result"]["team"] == "sales"
        schema = json.loads((desk.folder / "config" / ".schema" / "tests.json").read_text(encoding="utf-8"))
        assert "Printers" in schema["definitions"]["expected"]["properties"]["rules"]["anyOf"][0]["enum"]


def test_a_bad_edit_changes_nothing_and_is_told_once(sink: Sink, tmp_path: Path) -> None:
    """B72: a bad edit or a failing case leaves the old rules in force, turns the status red, and is mailed to the admins once."""
    port = free_port()
    with running_desk(
        tmp_path, settings(sink.port, more=f"web: {{listen: '127.0.0.1:{port}', url: 'http://127.0.0.1:{port}'}}\n")
    ) as desk:
        good = RULES.replace("TEAM", "it")
        shipped = status(desk)["policy"]["digest"]
        rules(desk, good)
        before = until(desk, lambda found: found["policy"]["digest"] != shipped, "the rule")
        digest = before["policy"]["digest"]
        assert before["state"] == "green"
        assert ask_quietly(desk) == "it"

        rules(desk, RULES.replace("TEAM", "itt"))
        red = until(desk, lambda found: found["state"] == "red", "red")
        assert red["policy"]["digest"] == digest
        assert [(p["file"], p["line"], p["col"]) for p in red["policy"]["problems"]] == [
            ("rules/05-printers.yaml", 4, 18)
        ]
        assert "itt" in red["alarms"][0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            health = json.load(answer)
        assert health["ok"] is True
        assert health["state"] == "red"
        assert health["policy"]["problems"][0]["file"] == "rules/05-printers.yaml"
        assert ask(desk, "Noisy printer three")["team"] == "it"

        assert desk.process
        os.kill(desk.process.pid, signal.SIGHUP)
        os.utime(desk.folder / "config" / "rules" / "05-printers.yaml")
        wait_until(lambda: sum("policy refused" in line for line in desk.log) > 1, "another look")
        desk.settle()
        [letter] = broken_letters(sink)
        assert b"rules/05-printers.yaml:4:18" in letter
        assert b"To: eva@demo.test" in letter

        rules(desk, good)
        assert until(desk, lambda found: found["state"] == "green", "green again")["policy"]["problems"] == []

        (desk.folder / "config" / "tests" / "05-printers.yaml").write_text(CASE, encoding="utf-8")
        until(desk, lambda found: found["policy"]["digest"] != digest, "the case")
        rules(desk, RULES.replace("TEAM", "billing"))
        red = until(desk, lambda found: found["state"] == "red", "red for a failing case")
        assert [(p["file"], p["line"]) for p in red["policy"]["problems"]] == [("tests/05-printers.yaml", 2)]
        assert "expected it, got billing" in red["policy"]["problems"][0]["text"]
        assert ask(desk, "Noisy printer four")["team"] == "it"
        desk.settle()
        assert len(broken_letters(sink)) == 2

        rules(desk, good)
        until(desk, lambda found: found["state"] == "green", "green in the end")
        desk.verify()
        assert desk.stop() == 0


def ask_quietly(desk: RunningDesk) -> str:
    """Say where a mail about a printer would land now, without sending one."""
    mail = b"From: jana@odberatel.cz\r\nTo: support@demo.test\r\nSubject: noisy printer\r\n\r\nIt makes noises.\r\n"
    return str(json.loads(desk.run("explain", "-", "--json", stdin=mail).stdout)["result"]["team"])


def test_a_broken_template_is_refused(sink: Sink, tmp_path: Path) -> None:
    """A template with an unknown value never reaches a customer: the edit is refused whole, also at SIGHUP."""
    (tmp_path / "templates" / "en").mkdir(parents=True)
    with running_desk(tmp_path, settings(sink.port)) as desk:
        (tmp_path / "templates" / "en" / "acknowledgement.txt.j2").write_text("Hello {{ nmae }}\n", encoding="utf-8")
        red = until(desk, lambda found: found["state"] == "red", "red")
        assert [(p["file"], p["line"]) for p in red["policy"]["problems"]] == [
            ("templates/en/acknowledgement.txt.j2", 1)
        ]
        ask(desk, "Noisy printer five")
        told = {mail.rcpt_to[0] for mail in sink.mails if b"Hello {{" in mail.data}
        assert told == {"eva@demo.test"}, "only the admin sees the template's text"
        assert [mail for mail in sink.mails if mail.rcpt_to == ("jana@odberatel.cz",)]


def test_a_desk_does_not_start_with_a_failing_case(tmp_path: Path) -> None:
    """A policy whose own cases fail ends the start with 78, and every problem is printed."""
    desk = RunningDesk(tmp_path, settings(1))
    desk.configure()
    rules(desk, RULES.replace("TEAM", "billing"))
    (tmp_path / "config" / "tests" / "05-printers.yaml").write_text(CASE, encoding="utf-8")
    done = desk.run("run", check=False)
    assert done.returncode == 78
    assert (
        "tests/05-printers.yaml:2:5: error: case “A printer goes to IT” fails: team: expected it, got billing"
        in done.stderr.decode()
    )
