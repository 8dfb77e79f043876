import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from maildesk.cli import cli

SETTINGS = """
desk: {name: Firma, domain: firma.test, timezone: Europe/Prague, admins: [it@firma.test]}
mailboxes: [{address: support@firma.test, aliases: [help@firma.test], team: l1}]
"""
TEAMS = """
teams: {l1: {members: [ana]}}
agents: {ana: {name: Ana, addresses: [ana@firma.test]}}
"""
MAIL = b"From: jana@firma.cz\nSubject: Chyba\nMessage-ID: <1@firma.cz>\n\nDobry den\n"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a configuration to start from."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "maildesk.yaml").write_text(SETTINGS)
    (tmp_path / "config" / "teams.yaml").write_text(TEAMS)
    return tmp_path


def from_line(sender: str, clock: str = "12:09:16") -> bytes:
    """Write the line an MTA puts before a mail."""
    return f"From {sender} Tue Jan  7 {clock} 2003\n".encode()


def maildesk(desk: Path, *args: str | Path, mail: bytes = b"", data: str = "var") -> Result:
    """Run a command on that desk, in this process; the places come last."""
    places = ["--config", str(desk / "config"), "--data", str(desk / data)]
    return CliRunner().invoke(cli, [*map(str, args), *places], input=mail, prog_name="maildesk")


def listed(desk: Path, *args: str) -> list[dict[str, Any]]:
    """Run a command that lists things as JSON."""
    rows: list[dict[str, Any]] = json.loads(maildesk(desk, *args, "--json").stdout or "[]")
    return rows


def test_a_mail_from_a_pipe_is_in_the_journal_when_the_command_has_ended(desk: Path) -> None:
    """Status 0 means written down; delivered again at once it is the same mail, whatever time its From line bears."""
    args = ["deliver", "--from", "jana@firma.cz", "--to", "support@firma.test"]
    places = ["--config", str(desk / "config"), "--data", str(desk / "var")]
    command = [sys.executable, "-m", "maildesk", *args, *places]
    mail = from_line("jana@firma.cz") + MAIL
    done = subprocess.run(command, input=mail, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert maildesk(desk, *args, mail=from_line("jana@firma.cz", "12:19:16") + MAIL).exit_code == 0
    [row] = listed(desk, "journal", "list")
    assert (row["source"], row["from"], row["to"]) == ("pipe", "jana@firma.cz", ["support@firma.test"])
    assert (row["size"], row["message_id"], row["state"]) == (len(MAIL), "1@firma.cz", "waiting")


def test_the_sender_may_be_read_off_the_line_before_the_mail(desk: Path) -> None:
    """MTAs that pipe into commands put the envelope's sender there; several recipients may follow --to."""
    mail = from_line("MAILER-DAEMON") + MAIL
    assert maildesk(desk, "deliver", "--to", "support@firma.test", "help@firma.test", mail=mail).exit_code == 0
    [row] = listed(desk, "journal", "list")
    assert (row["from"], row["to"]) == ("", ["support@firma.test", "help@firma.test"])


@pytest.mark.parametrize(
    "args",
    [
        ("--from", "a@b.cz"),
        ("--to", "support@firma.test", "--unknown"),
        ("--to", "no address at all"),
        ("--from", "a\r\nb@c.cz", "--to", "support@firma.test"),
    ],
)
def test_a_mistake_in_how_we_are_called_is_temporary(desk: Path, args: tuple[str, ...]) -> None:
    """An alias with a typing mistake does not make mail bounce: 75, and the MTA keeps it."""
    assert maildesk(desk, "deliver", *args, mail=MAIL).exit_code == 75


def test_whatever_is_wrong_with_us_is_temporary(desk: Path) -> None:
    """No configuration, a broken one, a database that cannot be: 75 each time, and a sentence on stderr."""
    to = ("--to", "support@firma.test")
    (desk / "file").write_text("not a folder")
    assert maildesk(desk, "deliver", *to, mail=MAIL, data="file").exit_code == 75
    assert maildesk(desk, "deliver", *to, mail=b"").exit_code == 75
    (desk / "config" / "maildesk.yaml").write_text("desk: [")
    broken = maildesk(desk, "deliver", *to, mail=MAIL)
    assert broken.exit_code == 75
    assert "maildesk.yaml" in broken.stderr
    assert "Traceback" not in broken.stderr
    (desk / "config" / "maildesk.yaml").unlink()
    assert maildesk(desk, "deliver", *to, mail=MAIL).exit_code == 75


def test_a_mail_that_is_too_large_is_refused_for_good(desk: Path) -> None:
    """65 lets the MTA tell the sender; nothing is stored and the rest of it is not read."""
    with (desk / "config" / "maildesk.yaml").open("a") as file:
        file.write("limits: {message_size: 64KB}\n")
    done = maildesk(desk, "deliver", "--to", "support@firma.test", mail=MAIL + b"x" * 70_000)
    assert done.exit_code == 65
    assert "larger than 65,536 bytes" in done.stderr


def test_an_import_decides_each_mail_and_can_be_run_again(desk: Path) -> None:
    """Mails of one conversation are one ticket; a second run takes nothing, a third takes what is new."""
    line = from_line("jana@firma.cz")
    answer = MAIL.replace(b"<1@firma.cz>", b"<2@firma.cz>\nIn-Reply-To: <1@firma.cz>").replace(
        b"Dobry den", b"Jeste neco"
    )
    other = MAIL.replace(b"<1@", b"<3@").replace(b"jana@", b"petr@")
    box = desk / "old.mbox"
    box.write_bytes(line + MAIL + b"\n" + line + answer + b"\n" + line + other + b"\n")
    dry = maildesk(desk, "import", box, "--dry-run")
    assert dry.stdout == "would take 3 mails into 2 tickets\n"
    assert not (desk / "var" / "maildesk.db").exists()
    assert maildesk(desk, "import", box).stdout == "took 3 mails into 2 tickets\n"
    assert maildesk(desk, "import", box).stdout == "took 0 mails into 0 tickets, 3 had been taken before\n"
    (desk / "new.eml").write_bytes(MAIL.replace(b"<1@", b"<4@").replace(b"jana@", b"eva@"))
    third = maildesk(desk, "import", desk / "new.eml", box, "--shuffle", "7")
    assert third.stdout == "took 1 mail into 1 ticket, 3 had been taken before\n"
    tickets = listed(desk, "ticket", "list")
    assert sorted(ticket["mails"] for ticket in tickets) == [1, 1, 2]
    rows = listed(desk, "journal", "list")
    assert {row["state"] for row in rows} == {"done"}
    assert {row["mailbox"] for row in rows} == {"support@firma.test"}
    received = {dt.datetime.fromisoformat(row["received"]).year for row in rows if row["message_id"] == "1@firma.cz"}
    assert received == {2003}
    assert listed(desk, "outbox", "list") == []


def test_an_import_says_what_it_left_out_and_refuses_a_strange_mailbox(desk: Path) -> None:
    """Names of files that hold no mail go to stderr; --mailbox must be one of the desk's."""
    (desk / "mails").mkdir()
    (desk / "mails" / "README.md").write_text("# no mail\n")
    (desk / "mails" / "1.eml").write_bytes(MAIL)
    done = maildesk(desk, "import", desk / "mails")
    assert done.stdout == "took 1 mail into 1 ticket\n"
    assert "README.md: not mail" in done.stderr
    strange = maildesk(desk, "import", desk / "mails", "--mailbox", "nobody@firma.test")
    assert strange.exit_code == 2
    assert "support@firma.test" in strange.stderr
    missing = maildesk(desk, "import", desk / "missing.mbox")
    assert missing.exit_code == 2
