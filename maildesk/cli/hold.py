"""`maildesk hold`: mail that waits for a person's word."""

from pathlib import Path

import click

from maildesk.cli.options import desk_options
from maildesk.cli.say import say_json, say_table
from maildesk.cli.stored import look


@click.group(name="hold")
def command() -> None:
    """Mail that waits for a person's word."""


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print the stable JSON form: one list.")
@desk_options
def list_(as_json: bool, config_dir: Path, data_dir: Path) -> None:
    """List held mail, the oldest first.

    \b
    Example: maildesk hold list
    """
    from maildesk.store import read

    found = look(config_dir, data_dir, read.list_held)
    if as_json:
        say_json(found)
        return
    say_table(
        ("id", "ticket", "from", "why", "at", "text"),
        (
            (
                entry["id"],
                f"#{entry['ticket']}" if entry["ticket"] else "",
                entry["from"],
                entry["why"],
                entry["at"][:16].replace("T", " "),
                " ".join(entry["text"].split())[:80],
            )
            for entry in found
        ),
    )
