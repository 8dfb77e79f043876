"""`maildesk journal`: every mail ever accepted, what became of it, and another try for those put aside."""

import sys
from pathlib import Path

import click

from maildesk.cli.options import desk_options, json_option
from maildesk.cli.say import Exit, fail, say, say_json, say_table, tell
from maildesk.cli.stored import look, opened_store

_HEAD = ("id", "state", "received", "from", "ticket", "attempts", "what became of it")


@click.group(name="journal")
def command() -> None:
    """Every mail ever accepted, and what became of it."""


@command.command(name="list")
@click.option("--state", default="", type=click.Choice(["", "waiting", "done", "quarantined"]), help="Only these.")
@click.option("--limit", default=0, type=click.IntRange(min=0), help="Only the newest N. [default: all]")
@click.option("--json", "as_json", is_flag=True, help="Print the stable JSON form: one list.")
@desk_options
def list_(state: str, limit: int, as_json: bool, config_dir: Path, data_dir: Path) -> None:
    """List accepted mails in rising order.

    \b
    Example: maildesk journal list --state quarantined
    """
    from maildesk.store import read

    found = look(config_dir, data_dir, lambda db: read.list_journal(db, state, limit))
    if as_json:
        say_json(found)
        return
    say_table(
        _HEAD,
        (
            (
                mail["id"],
                mail["state"],
                mail["received"][:16].replace("T", " "),
                mail["from"] or "<>",
                f"#{mail['ticket']}" if mail["ticket"] else "",
                mail["attempts"],
                mail["problem"].splitlines()[0] if mail["problem"] else ("parked" if mail["parked"] else mail["note"]),
            )
            for mail in found
        ),
    )


@command.command(name="show")
@click.argument("journal_id", type=int)
@click.option("--raw", is_flag=True, help="Print the mail's bytes, exactly as they came.")
@json_option
@desk_options
def show(journal_id: int, raw: bool, as_json: bool, config_dir: Path, data_dir: Path) -> None:
    """Show one mail: how it came, what became of it, or its very bytes.

    \b
    Example: maildesk journal show 812 --raw > mail.eml
    """
    from maildesk.store import read

    found = look(
        config_dir, data_dir, lambda db: (read.list_journal(db, journal_id=journal_id), read.find_raw(db, journal_id))
    )
    mails, content = found
    if not mails:
        fail(f"there is no mail {journal_id} in the journal")
    if raw:
        sys.stdout.buffer.write(content or b"")
        return
    if as_json:
        say_json(mails[0])
        return
    for name, value in mails[0].items():
        say(f"{name:<11} {value}")


@command.command(name="retry")
@click.argument("journal_ids", type=int, nargs=-1, required=True, metavar="ID…")
@desk_options
def retry(journal_ids: tuple[int, ...], config_dir: Path, data_dir: Path) -> None:
    """Let quarantined mails be tried afresh; the running desk takes them up within seconds.

    \b
    Example: maildesk journal retry 812
    """
    with opened_store(config_dir, data_dir) as store:
        refused = [number for number in journal_ids if not store.retry_mail(number)]
    for number in journal_ids:
        if number not in refused:
            tell(f"mail {number} waits again")
    if refused:
        fail("not waiting again (unknown, done, or in work): " + ", ".join(map(str, refused)), Exit.NO)
