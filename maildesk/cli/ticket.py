"""`maildesk ticket`: list tickets, show all of one, and do with it what agents do by mail."""

import sys
from pathlib import Path
from typing import Any

import click

from maildesk.cli.options import by_option, desk_options, json_option
from maildesk.cli.say import Exit, fail, say, say_json, say_table, tell
from maildesk.cli.stored import look, opened_store

_HEAD = ("number", "status", "priority", "team", "assignee", "requester", "updated", "subject")
_LONGEST_NOTE = 100_000
_STATUSES = ("new", "open", "waiting", "resolved", "closed")


@click.group(name="ticket")
def command() -> None:
    """List tickets, show all of one, and change them."""


@command.command(name="list")
@click.option("--status", "statuses", multiple=True, type=click.Choice(_STATUSES), help="Only these (may be repeated).")
@click.option("--team", default="", help="Only of this team.")
@click.option("--requester", default="", metavar="ADDRESS", help="Only of this person.")
@click.option("--limit", default=0, type=click.IntRange(min=0), help="Only the newest N. [default: all]")
@click.option("--json", "as_json", is_flag=True, help="Print the stable JSON form: one list.")
@desk_options
def list_(
    *, statuses: tuple[str, ...], team: str, requester: str, limit: int, as_json: bool, config_dir: Path, data_dir: Path
) -> None:
    """List tickets in rising order.

    \b
    Example: maildesk ticket list --status open --team billing
    """
    from maildesk.store import read

    found = look(config_dir, data_dir, lambda db: read.list_tickets(db, statuses, team, limit, requester))
    if as_json:
        say_json(found)
        return
    shown = [ticket for ticket in found if ticket["merged_into"] is None]
    say_table(_HEAD, ([_cell(ticket, name) for name in _HEAD] for ticket in shown))


@command.command(name="show")
@click.argument("numbers", nargs=-1, required=True, metavar="N…")
@json_option
@desk_options
def show(numbers: tuple[str, ...], as_json: bool, config_dir: Path, data_dir: Path) -> None:
    """Show all of a ticket; the number of a merged one shows the ticket that lives.

    \b
    Example: maildesk ticket show 1042
    """
    from maildesk.store import read

    wanted = [_number(text) for text in numbers]
    found = look(config_dir, data_dir, lambda db: [read.find_ticket(db, number) for number in wanted])
    for ticket in found:
        if ticket is None:
            continue
        if as_json:
            say_json(ticket)
        else:
            _print(ticket)
    missing = [number for number, ticket in zip(wanted, found, strict=True) if ticket is None]
    if missing:
        fail("there is no ticket " + ", ".join(f"#{number}" for number in missing), Exit.NO_TICKET)


@command.command(name="search")
@click.argument("words", nargs=-1, required=True, metavar="WORDS…")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1, max=1000), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print the stable JSON form: one list.")
@desk_options
def search(*, words: tuple[str, ...], limit: int, as_json: bool, config_dir: Path, data_dir: Path) -> None:
    """Find tickets by words of their mails, notes, subjects, people and files; the newest first.

    \b
    Example: maildesk ticket search faktura jana@firma.cz
    """
    from maildesk.store.search import find_tickets

    with opened_store(config_dir, data_dir) as store:
        while store.index_words(500):
            pass  # what came since the running desk did so, or everything where none runs
        found = store.read(lambda db: find_tickets(db, " ".join(words), limit))
    if as_json:
        say_json(found)
        return
    for ticket in found:
        say(f"#{ticket['number']}  {ticket['status']}  {ticket['requester']}  {ticket['subject']}")
        if ticket["snippet"]:
            say(f"    {ticket['kind']} of {ticket['author']}: {ticket['snippet']}")
    if not found:
        fail("no ticket has these words")


@command.command(name="close")
@click.argument("number", metavar="N")
@click.option("--quietly", is_flag=True, help="Tell the customer nothing, and ask for no rating.")
@by_option
@desk_options
def close(number: str, by: str, config_dir: Path, data_dir: Path, *, quietly: bool) -> None:
    """Close a ticket; the customer is told, and asked how it was.

    \b
    Example: maildesk ticket close 1042 --by ana
    """
    from maildesk.cli.giving import Command, give

    give(Command("close", _number(number), ("quietly",) if quietly else (), by), config_dir, data_dir)


@command.command(name="assign")
@click.argument("number", metavar="N")
@click.argument("name")
@by_option
@desk_options
def assign(number: str, name: str, by: str, config_dir: Path, data_dir: Path) -> None:
    """Give a ticket to an agent, a team, or nobody.

    \b
    Example: maildesk ticket assign 1042 billing
    """
    from maildesk.cli.giving import Command, give

    give(Command("assign", _number(number), (name,), by), config_dir, data_dir)


@command.command(name="note")
@click.argument("number", metavar="N")
@click.argument("text", metavar="TEXT|-")
@by_option
@desk_options
def note(number: str, text: str, by: str, config_dir: Path, data_dir: Path) -> None:
    """Write a note that only agents see; `-` reads it from standard input.

    \b
    Example: maildesk ticket note 1042 "Called back, wants it in writing."
    """
    from maildesk.cli.giving import Command, give

    written = sys.stdin.read(_LONGEST_NOTE) if text == "-" else text
    if not written.strip():
        fail("the note is empty", Exit.USAGE)
    give(Command("note", _number(number), (written.strip(),), by), config_dir, data_dir)


@command.command(name="revoke-files")
@click.argument("number", metavar="N")
@desk_options
def revoke_files(number: str, config_dir: Path, data_dir: Path) -> None:
    """End the links to files that were sent from a ticket so far; links sent later work.

    \b
    Example: maildesk ticket revoke-files 1042
    """
    with opened_store(config_dir, data_dir) as store:
        if not store.revoke_files(_number(number)):
            fail(f"there is no ticket #{_number(number)}", Exit.NO_TICKET)
    tell(f"the files of #{_number(number)} that were sent as links are not given out any more")


def _number(text: str) -> int:
    """Read 1042 or #1042."""
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise click.BadParameter(f"{text!r} is no ticket number")
    return int(digits)


def _cell(ticket: dict[str, Any], name: str) -> object:
    if name == "number":
        return f"#{ticket['number']}"
    return ticket[name][:16].replace("T", " ") if name == "updated" else ticket[name]


def _print(ticket: dict[str, Any]) -> None:
    say(f"#{ticket['number']}  {ticket['subject']}")
    say(f"{ticket['status']} · {ticket['priority']} · {ticket['team'] or 'no team'} · {ticket['assignee'] or 'nobody'}")
    if ticket["aliases"]:
        say("also " + ", ".join(f"#{number}" for number in ticket["aliases"]))
    for person in ticket["participants"]:
        say(f"  {person['role']:<10} {person['address']}")
    for timer in ticket["timers"]:
        say(f"  {timer['kind']:<10} due {timer['due']}")
    for entry in ticket["entries"]:
        held = f"  HELD ({entry['hold']}), not seen by participants" if entry["held"] else ""
        say(f"\n{entry['at'][:16].replace('T', ' ')}  {entry['kind']}  {entry['author']}{held}")
        say("\n".join(f"    {line}" for line in entry["text"].splitlines()))
        for name in entry["attachments"]:
            say(f"    [{name}]")
    say("")
