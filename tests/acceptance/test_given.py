"""What people do at the command line takes the same road as mail, whether the daemon runs or not."""

import email
import json
import uuid
from pathlib import Path
from typing import Any

from maildesk.demo.writer import new_mail
from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.services.processes import wait_until
from tests.services.sink import Sink

JANA = "jana@odberatel.cz"


def entries(desk: RunningDesk, number: int, kind: str) -> list[dict[str, Any]]:
    """Give the lines of one kind of a ticket's timeline."""
    return [entry for entry in desk.show(number)[0]["entries"] if entry["kind"] == kind]


def test_a_ticket_is_noted_assigned_and_closed(sink: Sink, tmp_path: Path) -> None:
    """With the daemon running: a note stays inside, the new assignee is told, the customer hears that it is closed, once."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        desk.send(new_mail(f"Jana <{JANA}>", "support@demo.test", "My invoice", "There is a mistake in it."), JANA)
        desk.settle()
        [ticket] = desk.tickets()
        number = ticket["number"]
        secret = f"canary-{uuid.uuid4().hex}"
        desk.run("ticket", "note", f"#{number}", "-", "--by", "eva", stdin=f"Called her: {secret}".encode())
        desk.run("ticket", "assign", str(number), "petr", "--by", "eva")
        assert [note["author"] for note in entries(desk, number, "note")] == ["eva"]
        assert desk.show(number)[0]["assignee"] == "petr"
        done = desk.run("ticket", "close", str(number), "--by", "petr")
        assert f"#{number} is resolved, with petr" in done.stderr.decode()
        again = desk.run("ticket", "close", str(number), check=False)
        assert (again.returncode, again.stderr) == (1, b"maildesk: it is resolved already\n")
        desk.settle()
        told = [(m.rcpt_to[0], email.message_from_bytes(m.data)["X-Maildesk-Event"]) for m in sink.mails]
        assert ("petr@demo.test", "assigned") in told
        heard = [email.message_from_bytes(m.data)["X-Maildesk-Notice"] for m in sink.mails if m.rcpt_to == (JANA,)]
        assert heard == ["acknowledgement", "closing", "feedback"]
        assert not [m for m in sink.mails if m.rcpt_to == (JANA,) and secret.encode() in m.data]
        desk.verify()


def test_what_cannot_be_done_is_refused_with_a_reason(sink: Sink, tmp_path: Path) -> None:
    """An unknown ticket is 3, an unknown person, agent or held mail says so; nothing is written."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        desk.send(new_mail(f"Jana <{JANA}>", "support@demo.test", "My invoice", "There is a mistake in it."), JANA)
        desk.settle()
        number = str(desk.tickets()[0]["number"])
        before = desk.show(int(number))
        assert desk.run("ticket", "close", "4711", check=False).returncode == 3
        nobody = desk.run("ticket", "assign", number, "pter", check=False)
        assert nobody.returncode == 1
        assert "did you mean" in nobody.stderr.decode()
        assert desk.run("ticket", "note", number, "x", "--by", "nobody", check=False).returncode == 2
        held = desk.run("hold", "release", "99", "yes", check=False)
        assert (held.returncode, held.stderr) == (1, b"maildesk: mail 99 does not wait for anybody\n")
        assert desk.show(int(number)) == before


def test_letters_wait_for_the_daemon(sink: Sink, tmp_path: Path) -> None:
    """Without a daemon a stranger is let in and a ticket closed all the same; the letters leave when it is started."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        asked = new_mail(f"Jana <{JANA}>", "support@demo.test", "My invoice", "There is a mistake in it.")
        desk.send(asked, JANA)
        desk.settle()
        stranger = new_mail(
            "Viktor <viktor@cizinec.example>", "support@demo.test", "Re: My invoice", "I know more about this."
        )
        stranger["In-Reply-To"] = asked["Message-ID"]
        desk.send(stranger, "viktor@cizinec.example")
        desk.settle()
        [held] = desk.listed("hold")
        assert desk.stop() == 0
        sent = len(sink.mails)

        wrong = desk.run("hold", "release", str(held["id"]), "ok", check=False)
        assert wrong.returncode == 1
        assert "yes, no, new" in wrong.stderr.decode()
        desk.run("hold", "release", str(held["id"]), "yes", "--by", "lucie")
        assert desk.listed("hold") == []
        number = held["ticket"]
        assert "viktor@cizinec.example" in [p["address"] for p in desk.show(number)[0]["participants"]]
        desk.run("ticket", "close", str(number))
        waiting = [letter for letter in desk.listed("outbox") if letter["state"] == "waiting"]
        assert {letter["kind"] for letter in waiting} >= {"closing", "feedback"}
        assert len(sink.mails) == sent

        desk.start()
        wait_until(lambda: len(sink.mails) == sent + len(waiting), "the letters")
        desk.verify()


def test_letters_are_dropped_and_retried(sink: Sink, tmp_path: Path) -> None:
    """A letter dropped at the command line never leaves unless it is retried; quarantined mail alone can be retried."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        desk.send(new_mail(f"Jana <{JANA}>", "support@demo.test", "My invoice", "There is a mistake in it."), JANA)
        desk.settle()
        assert desk.stop() == 0
        number = str(desk.tickets()[0]["number"])
        desk.run("ticket", "close", number)
        letters = {
            letter["kind"]: str(letter["id"]) for letter in desk.listed("outbox") if letter["state"] == "waiting"
        }
        desk.run("outbox", "drop", letters["closing"], letters["feedback"])
        desk.run("outbox", "retry", letters["feedback"])
        done = desk.run("journal", "retry", "1", check=False)
        assert (done.returncode, b"not waiting again" in done.stderr) == (1, True)
        desk.start()
        desk.settle()
        states = {
            letter["kind"]: letter["state"] for letter in desk.listed("outbox") if letter["ticket"] == int(number)
        }
        assert (states["closing"], states["feedback"]) == ("dropped", "sent")
        assert json.loads(desk.run("status", "--json").stdout)["outbox"]["dropped"] == 1
