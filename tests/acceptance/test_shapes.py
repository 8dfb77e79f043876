"""What scripts read: every promised key of every JSON form, and decisions that come out the same when they are made again."""

import contextlib
import email
import email.utils
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from maildesk.demo.writer import new_mail
from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.services.sink import running_sink

TICKET = (
    "number subject status team assignee priority requester language tags created updated mails merged_into".split()
)
SHOWN = [*TICKET, "participants", "entries", "timers"]
ENTRY = "id at kind author text message_id trust held attachments reasons".split()
HELD = "id ticket from why at".split()
LETTER = "id kind ticket to state attempts next last_reply".split()
EXPLAINED = "kind trust ticket rules result notices".split()
RULE = "name file line matched why set ignored".split()
RESULT = "team assign priority sla tags".split()
NOTICE = "kind to due why".split()
PARSED = (
    "file from from_ambiguous to cc subject message_id in_reply_to references date language text new_text html attachments kind"
    " automatic bounce defects"
).split()
JANA = "jana@odberatel.cz"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """A desk that has seen a question, an answer, a note, a closing, a stranger and a newsletter; its daemon is stopped."""
    with running_sink() as sink, running_desk(tmp_path_factory.mktemp("shapes"), settings(sink.port)) as desk:
        asked = new_mail(f"Jana <{JANA}>", "support@demo.test", "Printer", "The printer is broken.\nPlease help.")
        desk.send(asked, JANA)
        desk.settle()
        told = next(email.message_from_bytes(m.data) for m in sink.mails if b"X-Maildesk-Event: new-ticket" in m.data)
        way = email.utils.parseaddr(str(told["Reply-To"]))[1]
        for words in ("We are on our way.", "#note\nShe is angry.", "#close"):
            answer = new_mail("Petr <petr@demo.test>", way, "Re: Printer", words)
            answer["In-Reply-To"] = str(told["Message-ID"])
            desk.send(answer, "petr@demo.test", way)
            desk.settle()
        stranger = new_mail("Viktor <viktor@cizinec.example>", "support@demo.test", "Re: Printer", "It is mine.")
        stranger["In-Reply-To"] = asked["Message-ID"]
        desk.send(stranger, "viktor@cizinec.example")
        newsletter = new_mail("News <news@shop.example>", "support@demo.test", "Offers", "Buy now.")
        newsletter["List-Unsubscribe"] = "<https://shop.example/u>"
        newsletter["Precedence"] = "bulk"
        desk.send(newsletter, "news@shop.example")
        desk.settle()
        assert desk.stop() == 0
        yield desk


def keys(wanted: list[str], found: dict[str, Any]) -> None:
    """Fail unless every promised key is there."""
    assert set(wanted) - set(found) == set()


def test_tickets(desk: RunningDesk) -> None:
    """`ticket list --json` is one list, `ticket show --json` one object a line, both with every promised key."""
    [ticket] = [one for one in desk.tickets() if one["subject"] == "Printer"]
    keys(TICKET, ticket)
    assert ticket["tags"] == ["hardware"]
    assert ticket["merged_into"] is None
    [shown] = desk.show(ticket["number"])
    keys(SHOWN, shown)
    for entry in shown["entries"]:
        keys(ENTRY, entry)
        assert entry["kind"] in ("mail", "reply", "note", "change", "notice")
        assert isinstance(entry["held"], bool)
    assert {"mail", "reply", "note", "change"} <= {entry["kind"] for entry in shown["entries"]}
    assert [entry["author"] for entry in shown["entries"] if entry["held"]] == ["viktor@cizinec.example"]
    assert all(set(person) >= {"address", "role"} for person in shown["participants"])
    assert shown["timers"]
    assert all(set(timer) >= {"kind", "due"} for timer in shown["timers"])
    assert desk.run("ticket", "show", "4711", "--json", check=False).returncode == 3


def test_lists(desk: RunningDesk) -> None:
    """`hold`, `outbox` and `journal list --json` have every promised key; `status --json` says how the desk is."""
    [held] = desk.listed("hold")
    keys(HELD, held)
    assert desk.listed("outbox")
    for letter in desk.listed("outbox"):
        keys(LETTER, letter)
    assert len(desk.listed("journal")) == 6
    done = json.loads(desk.run("journal", "list", "--json", "--state", "done").stdout)
    assert {row["state"] for row in done} == {"done"}
    found = json.loads(desk.run("status", "--json").stdout)
    keys(["state", "alarms", "policy", "tickets", "journal", "held", "outbox", "database"], found)
    assert (found["state"], found["held"]) == ("green", 1)
    assert desk.run("database", "verify").stdout == b""


def test_explain(desk: RunningDesk) -> None:
    """B130: a ticket, a message id and a journal id are explained with every promised key, also by their sentences."""
    [ticket] = [one for one in desk.tickets() if one["subject"] == "Printer"]
    mail = desk.show(ticket["number"])[0]["entries"][0]
    journal = desk.listed("journal")[0]["id"]
    for what in (f"#{ticket['number']}", f"<{mail['message_id']}>", mail["message_id"], str(journal)):
        lines = desk.run("explain", what, "--json").stdout.splitlines()
        first = json.loads(lines[0])
        keys(EXPLAINED, first)
        keys(RESULT, first["result"])
        assert first["result"]["team"] == "it"
        assert first["result"]["tags"] == ["hardware"]
        assert first["ticket"]["number"] == ticket["number"]
        assert [rule["name"] for rule in first["rules"] if rule["matched"]] == ["Computers and printers → IT"]
        for rule in first["rules"]:
            keys(RULE, rule)
        for notice in first["notices"]:
            keys(NOTICE, notice)
    words = desk.run("explain", f"#{ticket['number']}").stdout.decode()
    assert "“Printer”  from jana@odberatel.cz" in words
    assert "(rules/20-it.yaml:16)" in words
    assert desk.run("explain", "#4711", check=False).returncode == 3
    assert desk.run("explain", "<nobody@knows.example>", check=False).returncode == 1


def test_what_is_stored_is_decided_the_same_again(desk: RunningDesk) -> None:
    """B130: snapshot, policy and raw mail give the stored actions again, for every mail, command and timer of the desk."""
    for journal in desk.listed("journal"):
        done = desk.run("explain", str(journal["id"]), "--replay", "--json", check=False)
        assert done.returncode == 0, done.stdout.decode()
        assert [json.loads(line)["same"] for line in done.stdout.splitlines()] == [True]


def test_a_changed_record_is_found_out(desk: RunningDesk) -> None:
    """When the stored mail no longer gives the stored actions, replay leaves with 1 and shows the difference."""
    row = desk.listed("journal")[0]["id"]
    _swap_words(desk, row, b"is broken", b"will do")
    done = desk.run("explain", str(row), "--replay", check=False)
    _swap_words(desk, row, b"will do", b"is broken")  # other tests share this desk
    assert done.returncode == 1
    assert "decided again" in done.stdout.decode()
    assert "will do" in done.stdout.decode()


def _swap_words(desk: RunningDesk, row: int, old: bytes, new: bytes) -> None:
    """Change the raw bytes of a journaled mail behind the desk's back."""
    with contextlib.closing(sqlite3.connect(desk.folder / "data" / "maildesk.db")) as db, db:
        ((packed, raw),) = db.execute("SELECT packed, raw FROM journal_raw WHERE id = ?", (row,)).fetchall()
        assert not packed
        assert old in raw
        db.execute("UPDATE journal_raw SET raw = ? WHERE id = ?", (raw.replace(old, new), row))


def test_parse(tmp_path: Path) -> None:
    """`parse --json` prints one object a line with exactly the promised keys, and needs no configuration."""
    file = tmp_path / "one.eml"
    file.write_bytes(b"From: jana@firma.cz\r\nTo: x@firma.hr\r\nSubject: A\r\n\r\nHello\r\n")
    command = [sys.executable, "-m", "maildesk", "parse", "--json", str(file)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True, cwd=tmp_path).stdout)
    assert set(found) >= set(PARSED)


def test_explain_of_a_file_needs_no_database(tmp_path: Path) -> None:
    """B69: explaining a file writes nothing: there is no data folder afterwards."""
    file = tmp_path / "one.eml"
    file.write_bytes(b"From: jana@firma.cz\r\nTo: support@demo.test\r\nSubject: printer\r\n\r\nHello\r\n")
    data = tmp_path / "data"
    command = [
        sys.executable,
        "-m",
        "maildesk",
        "explain",
        str(file),
        "--json",
        "--data",
        str(data),
        "--config",
        "config",
    ]
    command += ["--at", "2026-11-22 03:10 Europe/Zagreb"]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert found["result"]["team"] == "it"
    assert found["at"] == "2026-11-22T03:10:00+01:00"
    assert not data.exists()
