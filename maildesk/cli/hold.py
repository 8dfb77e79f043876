"""`maildesk hold`: mail that waits for a person's word."""

from pathlib import Path

import click

from maildesk.cli.options import by_option, desk_options
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


@command.command(name="release")
@click.argument("entry", type=click.IntRange(min=1), metavar="ID")
@click.argument(
    "answer", default="", type=click.Choice(["", "yes", "no", "new", "ok", "drop"]), metavar="[yes|no|new|ok|drop]"
)
@by_option
@desk_options
def release(entry: int, answer: str, by: str, config_dir: Path, data_dir: Path) -> None:
    """Answer for a held mail, as the agent who was asked could.

    \b
    Example: maildesk hold release 311 yes

    A stranger's mail: yes lets its author join the ticket, no keeps it for agents' eyes, new makes a ticket of it.
    An agent's mail that is not proven, or has a wrong command: yes or ok sends it, no or drop does not.
    """
    from maildesk.cli.giving import Command, give

    give(Command("release", words=(answer,) if answer else (), by=by, entry=entry), config_dir, data_dir)
