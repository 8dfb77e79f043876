"""`maildesk brake`, as an admin uses it in a storm."""

import datetime as dt
import json
import shutil
from pathlib import Path

from click.testing import CliRunner, Result

from maildesk.cli import cli
from maildesk.model.outgoing import Outgoing, Promise
from maildesk.settings import shipped_dir
from maildesk.settings.load import read_settings
from maildesk.store import Store
from maildesk.yaml_file import Problems


def held(number: int) -> Outgoing:
    """Make an acknowledgement that the brake holds."""
    now = dt.datetime.now(dt.UTC)
    return Outgoing(
        key=f"ack:{number}", kind="acknowledgement", mail_from="", rcpt_to="x@y.cz", message_id=f"{number}@firma.hr",
        raw=b"Subject: x\r\n\r\nx\r\n", promise=Promise.AT_MOST_ONCE, automatic=True, held="a storm",
        expires=now + dt.timedelta(hours=1),
    )  # fmt: skip


def test_a_storm_is_looked_at_released_and_purged(tmp_path: Path) -> None:
    """Held mail is shown, released and purged, and the status is red in between; B43: an admin mutes and clears addresses."""
    config, data = tmp_path / "config", tmp_path / "var"
    shutil.copytree(shipped_dir("config"), config)
    data.mkdir()
    settings = read_settings("maildesk.yaml", (config / "maildesk.yaml").read_text(), Problems())
    assert settings is not None

    def run(*arguments: str) -> Result:
        places = ["--config", str(config), "--data", str(data)]
        return CliRunner().invoke(cli, [*arguments, *places], catch_exceptions=False)

    def hold(*numbers: int) -> None:
        store = Store.open(settings.database, data)
        store.transact(lambda tx: tx.queue([held(number) for number in numbers])).result()
        store.close()

    hold(1, 2)
    told = json.loads(run("brake", "status", "--json").stdout)
    assert (told["made"], told["held"], told["most"], told["holds"]) == (2, 2, 60, False)
    assert "! held        2, since" in run("brake", "status").stdout
    assert any("held back: 2" in alarm for alarm in json.loads(run("status", "--json").stdout)["alarms"])
    assert "2 mails wait to be sent" in run("brake", "release").stderr
    hold(3)
    assert "1 mails were dropped" in run("brake", "purge").stderr
    run("outbox", "mute", "Jana@Firma.cz")
    assert [one["address"] for one in json.loads(run("outbox", "muted", "--json").stdout)] == ["jana@firma.cz"]
    assert run("outbox", "unmute", "jana@firma.cz").exit_code == 0
    assert run("outbox", "unmute", "jana@firma.cz").exit_code != 0
    states = [letter["state"] for letter in json.loads(run("outbox", "list", "--json").stdout)]
    assert states == ["waiting", "waiting", "dropped"]
