"""`maildesk template preview`: an edited template beside a stored ticket."""

import datetime as dt
import shutil
from pathlib import Path

from click.testing import CliRunner, Result

from maildesk.cli import cli
from maildesk.model.decision import NEW, CommandGiven, Decision, OpenTicket
from maildesk.model.mail import Address
from maildesk.model.snapshot import Lookup
from maildesk.settings import shipped_dir
from maildesk.settings.load import read_settings
from maildesk.store import Store
from maildesk.yaml_file import Problems


def test_an_edited_template_is_seen_with_a_stored_ticket(tmp_path: Path) -> None:
    """B86: the words are those of the files as they stand, the ticket is a stored one, and nothing is queued or changed."""
    config, data = tmp_path / "config", tmp_path / "var"
    shutil.copytree(shipped_dir("config"), config)
    shutil.copytree(shipped_dir("templates"), tmp_path / "templates")
    data.mkdir()
    settings = read_settings("maildesk.yaml", (config / "maildesk.yaml").read_text(), Problems())
    assert settings is not None
    store = Store.open(settings.database, data)
    open_it = Decision(
        (OpenTicket("Zelené židle", settings.mailboxes[0].address, Address("jana@odberatel.cz", "Jana"), "cs"),),
        ticket=NEW,
    )
    cause = CommandGiven("c", "c")
    store.transact(lambda tx: tx.apply(open_it, tx.snapshot(cause, Lookup(), dt.datetime.now(dt.UTC)), "p")).result()
    store.close()

    def run(*arguments: str) -> Result:
        places = ["--config", str(config), "--data", str(data)]
        return CliRunner().invoke(cli, ["template", "preview", *arguments, *places], catch_exceptions=False)

    path = tmp_path / "templates" / "cs" / "acknowledgement.txt.j2"
    path.write_text("Nová slova o #{{ number }}, {{ name }}.\n")
    shown = run("acknowledgement", "1001").stdout
    assert "Subject: Re: [#1001] Zelené židle" in shown
    assert "To: Jana <jana@odberatel.cz>" in shown
    assert "Nová slova o #1001, Jana." in shown
    assert "<html" in run("acknowledgement", "1001", "--html").stdout
    assert "#1001" in run("closing", "1001", "--language", "en").stdout
    assert run("acknowledgement", "7").exit_code != 0
    path.write_text("{{ no_such_value }}")
    assert "no_such_value" in run("acknowledgement", "1001").stderr
    store = Store.open(settings.database, data)
    assert store.read(lambda db: db.value("SELECT COUNT(*) FROM outbox")) == 0
    assert store.read(lambda db: db.value("SELECT version FROM ticket")) == 1
    store.close()
