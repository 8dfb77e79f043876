"""What waits for the morning: agents who are not at work get one mail, and can work from it."""

import datetime as dt
import email
import re
import sqlite3
import urllib.parse
from pathlib import Path

from maildesk.demo.catcher import Caught
from maildesk.demo.writer import new_mail
from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.acceptance.test_agents import JANA, decided, letter, letters
from tests.services.processes import wait_until
from tests.services.sink import Sink


def resting(folder: Path) -> str:
    """Give Lucie a quiet time that has begun and will not end during the test; Ana has none."""
    now = dt.datetime.now(dt.UTC).astimezone(dt.timezone(dt.timedelta(hours=1)))
    quiet = f"{(now.hour - 6) % 24}:00-{(now.hour + 6) % 24}:00"
    teams = folder / "config" / "teams.yaml"
    text = teams.read_text("utf-8").replace(
        "addresses: [lucie@demo.test],", f"addresses: [lucie@demo.test], quiet: '{quiet}',"
    )
    assert quiet in text
    teams.write_text(text, "utf-8")
    return quiet


def morning(folder: Path) -> int:
    """Let the quiet time be over; gives how much had waited."""
    with sqlite3.connect(folder / "data" / "maildesk.db", timeout=20) as db:
        count = db.execute("UPDATE digest SET due = 1").rowcount
    db.close()
    return count


def button(mail: Caught, number: int, label: str) -> tuple[str, str, str]:
    """Read a button of a ticket in the digest: where its mail goes, its subject and its text."""
    block = mail.html()[mail.html().index(f"<p>#{number} ") :]
    found = re.search(rf'href="mailto:([^"]*)">{label}</a>', block)
    assert found, block
    address, _, query = found[1].replace("&amp;", "&").partition("?")
    fields = dict(pair.split("=", 1) for pair in query.split("&"))
    return address, urllib.parse.unquote(fields["subject"]), urllib.parse.unquote(fields.get("body", ""))


def write(desk: RunningDesk, agent: str, target: tuple[str, str, str], text: str = "") -> None:
    address, subject, body = target
    desk.send(new_mail(agent, address, subject, body + text), agent, address)


def test_one_mail_in_the_morning(sink: Sink, tmp_path: Path) -> None:
    """Two questions and an addition at night make no mail; in the morning one tells of all, and its buttons do what they say."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        desk.stop()
        resting(tmp_path)
        desk.start()
        desk.send(new_mail(JANA, "support@demo.test", "Dotaz na barvu židlí", "Máte je i zelené?"), "jana@odberatel.cz")
        desk.send(new_mail(JANA, "support@demo.test", "Dotaz na stoly", "A co stoly?"), "jana@odberatel.cz")
        decided(desk, 2)
        assert letters(sink, "lucie@demo.test") == []
        assert morning(tmp_path) == 2
        told = letter(sink, "lucie@demo.test", event="digest")
        assert "tickets: 2, events: 2" in str(
            email.header.make_header(email.header.decode_header(told.message["Subject"]))
        )
        assert "Máte je i zelené?" in told.text()
        assert "A co stoly?" in told.html()

        write(desk, "lucie@demo.test", button(told, 1001, "Answer"), "Ano, máme zelené.")
        said = letter(sink, "jana@odberatel.cz", notice="-", text="Ano, máme zelené.")
        assert "lucie@demo.test" not in said.raw.decode()
        write(desk, "lucie@demo.test", button(told, 1002, "#take"))
        wait_until(lambda: desk.show(1002)[0]["assignee"] == "lucie", "the ticket is hers")
        assert len(letters(sink, "lucie@demo.test", event="digest")) == 1
        assert letters(sink, "lucie@demo.test", event="new-ticket") == []
        desk.verify()
