"""`maildesk parse` prints what it understood, in the order asked, and names what it could not open."""

import json
from concurrent.futures import Future
from pathlib import Path

import pytest
from click.testing import CliRunner

from maildesk.cli import cli, parse
from maildesk.cli.parse import command
from maildesk.ingest.workers import ParseFailed, ParsePool
from maildesk.model.mail import Mail

FIELDS = {
    "file": str, "from": str, "from_ambiguous": str, "to": list, "cc": list, "subject": str, "message_id": str,
    "in_reply_to": list, "references": list, "date": str, "language": str, "text": str, "new_text": str, "html": bool,
    "attachments": list, "kind": str, "automatic": bool, "bounce": dict, "defects": list,
}  # fmt: skip

LETTER = """From: Ivana Kovač <ivana@firma.hr>
To: help@example.com
Subject: Upit
Date: Sun, 22 Nov 2026 10:00:00 +0100
Message-ID: <1@firma.hr>
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Dobar dan, možete li mi poslati račun za listopad?
--b
Content-Type: image/png; name=a.png

x
--b--
"""


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A mail in a file."""
    path = tmp_path / "letter.eml"
    path.write_text(LETTER, encoding="utf-8")
    return path


def run(*arguments: object, given: bytes = b"") -> tuple[int, list[str], str]:
    """Run the command; give its status, its lines and what it said on stderr."""
    result = CliRunner().invoke(command, [str(argument) for argument in arguments], input=given, **cli.context_settings)
    return result.exit_code, result.stdout.splitlines(), result.stderr


def test_the_json_form(letter: Path) -> None:
    """One ASCII object a line with exactly these fields, plain addresses, a date with its zone."""
    status, (line,), _ = run("--json", letter)
    found = json.loads(line)
    assert status == 0
    assert line.isascii()
    assert {key: type(value) for key, value in found.items()} == FIELDS
    assert found["file"] == str(letter)
    assert (found["from"], found["to"], found["date"]) == (
        "ivana@firma.hr",
        ["help@example.com"],
        "2026-11-22T09:00:00+00:00",
    )
    assert found["bounce"] == {"failed": [], "delayed": []}
    assert found["language"] == "hr"
    assert found["attachments"] == [
        {
            "name": "a.png",
            "content_type": "image/png",
            "size": 1,
            "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
            "inline": False,
        }
    ]


def test_a_missing_date_is_null() -> None:
    """What is not there is empty, and a date that is not there is null."""
    _, (line,), _ = run("--json", "-", given=b"Subject: x\n\nhello")
    found = json.loads(line)
    assert (found["file"], found["date"], found["from"], found["message_id"]) == ("-", None, "", "")
    assert found["from_ambiguous"] == "there is no From field"


def test_a_file_that_cannot_be_opened_does_not_stop_the_others(letter: Path, tmp_path: Path) -> None:
    """It is named on stderr, and the status says so after the rest is done."""
    status, lines, said = run("--json", tmp_path / "none.eml", letter, tmp_path)
    assert status == 1
    assert [json.loads(line)["subject"] for line in lines] == ["Upit"]
    assert said.splitlines() == [
        f"maildesk: {tmp_path / 'none.eml'}: No such file or directory",
        f"maildesk: {tmp_path}: Is a directory",
    ]


def test_many_files_come_in_order(tmp_path: Path) -> None:
    """Workers parse them on every core; the lines stand in the order of the arguments."""
    paths = []
    for number in range(30):
        path = tmp_path / f"{number}.eml"
        path.write_bytes(b"From: a@b.cz\nSubject: %d\n\n" % number + b"word " * (10_000 if number % 3 == 0 else 1))
        paths.append(path)
    status, lines, _ = run("--json", *paths)
    assert status == 0
    assert [json.loads(line)["subject"] for line in lines] == [str(number) for number in range(30)]


def test_a_mail_that_kills_its_worker_is_listed(letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands in its place as a mail of a person that could not be read."""

    dead: Future[Mail] = Future()
    dead.set_exception(ParseFailed("the parse worker was killed (signal 9)"))
    monkeypatch.setattr(parse, "_FEW", 0)
    monkeypatch.setattr(ParsePool, "open", lambda *_: None)
    monkeypatch.setattr(ParsePool, "submit", lambda *_: dead)
    _, (line,), _ = run("--json", letter)
    found = json.loads(line)
    assert (found["kind"], found["defects"]) == ("person", ["unreadable: the parse worker was killed (signal 9)"])


def test_the_form_for_people(letter: Path) -> None:
    """Without --json a person reads who, what and what was newly written."""
    _, lines, _ = run(letter)
    text = "\n".join(lines)
    assert "from      Ivana Kovač <ivana@firma.hr>" in text
    assert "file      a.png (image/png, 1 bytes)" in text
    assert "    Dobar dan" in text
