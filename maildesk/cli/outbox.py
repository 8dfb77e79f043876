"""`maildesk outbox`: our own mails on their way out, and those that are stuck."""

from pathlib import Path

import click

from maildesk.cli.options import desk_options
from maildesk.cli.say import Exit, fail, say_json, say_table, tell
from maildesk.cli.stored import look, opened_store

_STATES = ("waiting", "sending", "sent", "unsure", "failed", "held", "dropped")
_HEAD = ("id", "state", "kind", "ticket", "to", "attempts", "next", "last reply")


@click.group(name="outbox")
def command() -> None:
    """Our own mails on their way out."""


@command.command(name="list")
@click.option("--state", "states", multiple=True, type=click.Choice(_STATES), help="Only these (may be repeated).")
@click.option("--ticket", default=0, type=int, help="Only of this ticket.")
@click.option("--limit", default=0, type=click.IntRange(min=0), help="Only the newest N. [default: all]")
@click.option("--json", "as_json", is_flag=True, help="Print the stable JSON form: one list.")
@desk_options
def list_(*, states: tuple[str, ...], ticket: int, limit: int, as_json: bool, config_dir: Path, data_dir: Path) -> None:
    """List our mails in rising order.

    \b
    Example: maildesk outbox list --state failed
    """
    from maildesk.store import read

    found = look(config_dir, data_dir, lambda db: read.list_outbox(db, states, ticket, limit))
    if as_json:
        say_json(found)
        return
    say_table(
        _HEAD,
        (
            (
                letter["id"],
                letter["state"],
                letter["kind"],
                f"#{letter['ticket']}" if letter["ticket"] else "",
                letter["to"],
                letter["attempts"],
                (letter["next"] or "")[:16].replace("T", " "),
                letter["last_reply"],
            )
            for letter in found
        ),
    )


@command.command(name="retry")
@click.argument("ids", type=int, nargs=-1, required=True, metavar="ID…")
@desk_options
def retry(ids: tuple[int, ...], config_dir: Path, data_dir: Path) -> None:
    """Send mails (again) that failed, are held, or whose fate is unknown: then the receiver may get them twice.

    \b
    Example: maildesk outbox retry 311
    """
    with opened_store(config_dir, data_dir) as store:
        _report("waits to be sent", ids, store.retry_letters(ids))


@command.command(name="drop")
@click.argument("ids", type=int, nargs=-1, required=True, metavar="ID…")
@desk_options
def drop(ids: tuple[int, ...], config_dir: Path, data_dir: Path) -> None:
    """Give mails up that have not left.

    \b
    Example: maildesk outbox drop 311
    """
    with opened_store(config_dir, data_dir) as store:
        _report("will not be sent", ids, store.drop_letters(ids))


@command.command(name="hold")
@click.argument("ids", type=int, nargs=-1, required=True, metavar="ID…")
@desk_options
def hold(ids: tuple[int, ...], config_dir: Path, data_dir: Path) -> None:
    """Keep waiting mails back until they are retried or dropped.

    \b
    Example: maildesk outbox hold 311
    """
    with opened_store(config_dir, data_dir) as store:
        _report("is held", ids, store.hold_letters(ids))


@command.command(name="muted")
@click.option("--json", "as_json", is_flag=True, help="Print the stable JSON form: one list.")
@desk_options
def muted(as_json: bool, config_dir: Path, data_dir: Path) -> None:
    """List addresses that get no automatic mail: ours bounced there, or an admin said so. Agents' answers go out all the same.

    \b
    Example: maildesk outbox muted
    """
    import datetime as dt

    from maildesk.store import people, read

    since = dt.datetime.now(dt.UTC) - people.SUPPRESSED
    found = look(config_dir, data_dir, lambda db: read.list_muted(db, since))
    if as_json:
        say_json(found)
        return
    say_table(("address", "since", "why"), ((one["address"], one["since"][:10], one["why"]) for one in found))


@command.command(name="mute")
@click.argument("address")
@desk_options
def mute(address: str, config_dir: Path, data_dir: Path) -> None:
    """Send an address no automatic mail for 90 days, or until its owner answers on a ticket.

    \b
    Example: maildesk outbox mute jana@firma.cz
    """
    with opened_store(config_dir, data_dir) as store:
        store.mute(address, "by an admin")
    tell(f"{address} gets no automatic mail")


@command.command(name="unmute")
@click.argument("address")
@desk_options
def unmute(address: str, config_dir: Path, data_dir: Path) -> None:
    """Let an address get automatic mail again.

    \b
    Example: maildesk outbox unmute jana@firma.cz
    """
    with opened_store(config_dir, data_dir) as store:
        found = store.unmute(address)
    if not found:
        fail(f"{address} is not muted", Exit.NO)
    tell(f"{address} gets automatic mail again")


def _report(what: str, asked: tuple[int, ...], done: list[int]) -> None:
    for number in done:
        tell(f"mail {number} {what}")
    missed = sorted(set(asked) - set(done))
    if missed:
        fail("unchanged (unknown, sent, or just being sent): " + ", ".join(map(str, missed)), Exit.NO)
