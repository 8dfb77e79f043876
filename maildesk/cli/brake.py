"""`maildesk brake`: automatic mail that is held because far more of it is due than usual."""

from pathlib import Path

import click

from maildesk.cli.options import desk_options
from maildesk.cli.say import say, say_json, tell
from maildesk.cli.stored import look, opened_store


@click.group(name="brake")
def command() -> None:
    """Automatic mail held in a storm."""


@command.command(name="status")
@click.option("--json", "as_json", is_flag=True, help="Print the stable JSON form: one object.")
@desk_options
def status(as_json: bool, config_dir: Path, data_dir: Path) -> None:
    """Show how much automatic mail was due in the last hour, how much is usual, and what is held.

    \b
    Example: maildesk brake status
    """
    import datetime as dt

    from maildesk.cli.opening import read_settings
    from maildesk.store import read

    now = dt.datetime.now(dt.UTC)
    most = read_settings(config_dir).limits.brake_per_hour
    found = look(config_dir, data_dir, lambda db: read.brake(db, now, most))
    if as_json:
        say_json(found)
        return
    say(f"{'!' if found['holds'] else ' '} last hour   {found['made']} automatic mails, at most {found['most']}")
    say(f"  usual       {found['usual']} in such an hour, the median of two weeks")
    say(
        f"{'!' if found['held'] else ' '} held        {found['held']}"
        + (f", since {found['since']}" if found["held"] else "")
    )


@command.command(name="release")
@desk_options
def release(config_dir: Path, data_dir: Path) -> None:
    """Send what is held, but nothing that comes too late by now.

    \b
    Example: maildesk brake release
    """
    with opened_store(config_dir, data_dir) as store:
        released, dropped = store.settle_brake(release=True)
    tell(f"{released} mails wait to be sent" + (f", {dropped} came too late and were dropped" if dropped else ""))


@command.command(name="purge")
@desk_options
def purge(config_dir: Path, data_dir: Path) -> None:
    """Drop what is held; the tickets stay.

    \b
    Example: maildesk brake purge
    """
    with opened_store(config_dir, data_dir) as store:
        _, dropped = store.settle_brake(release=False)
    tell(f"{dropped} mails were dropped")
