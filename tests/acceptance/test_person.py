"""`maildesk person` at a running desk: what is handed out, what is asked first, and what is left after an erasure."""

import email.message
import json
from pathlib import Path

from tests.acceptance.desk import running_desk, settings
from tests.services.sink import Sink

JANA = "jana@odberatel.cz"


def _mail(subject: str, text: str) -> email.message.EmailMessage:
    mail = email.message.EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Jana Nováková <{JANA}>", "support@demo.test", subject
    mail["Message-ID"] = f"<{len(subject)}@odberatel.cz>"
    mail.set_content(text)
    mail.add_attachment(b"secret figures", maintype="application", subtype="octet-stream", filename="vypis.bin")
    return mail


def test_a_person_is_handed_out_and_erased_while_the_desk_runs(sink: Sink, tmp_path: Path) -> None:
    """B129: an export holds words and mails; an erasure asks, says what goes, spares agents, and the desk goes on."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        desk.send(_mail("Objednávka", "Kde je moje žluté kolo?"), JANA)
        desk.settle()
        given = json.loads(desk.run("person", "export", JANA, "--mails", str(tmp_path / "jana")).stdout)
        assert "žluté kolo" in given["tickets"][0]["entries"][0]["text"]
        [mail] = (tmp_path / "jana").glob("*.eml")
        assert b"vypis.bin" in mail.read_bytes()

        assert b"mails            1" in desk.run("person", "erase", JANA, "--dry-run").stdout
        unasked = desk.run("person", "erase", JANA, check=False)
        assert (unasked.returncode, b"--yes" in unasked.stderr) == (2, True)
        agent = desk.run("person", "erase", "lucie@demo.test", "--yes", check=False)
        assert (agent.returncode, b"teams.yaml" in agent.stderr) == (2, True)
        assert desk.show(1001)[0]["requester"] == JANA

        desk.run("person", "erase", JANA, "--yes")
        shown = desk.show(1001)[0]
        assert (shown["subject"], shown["requester"].partition("@")[2]) == ("(erased)", "erased.invalid")
        assert JANA not in desk.run("explain", "#1001").stdout.decode()
        replayed = desk.run("explain", "#1001", "--replay", check=False)
        assert b"what it knew was erased" in replayed.stdout
        assert desk.run("person", "erase", JANA, "--yes", check=False).returncode == 1
        desk.verify()

        desk.send(_mail("Znovu", "Tak nic."), JANA)
        desk.settle()
        assert [(t["number"], t["requester"]) for t in desk.tickets()][1:] == [(1002, JANA)]
