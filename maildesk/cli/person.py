"""`maildesk person`: hand out or erase what is stored about a person."""

import sys
from functools import partial
from pathlib import Path

import click

from maildesk.cli.options import desk_options
from maildesk.cli.say import Exit, fail, say, say_json, tell
from maildesk.cli.stored import look, opened_store


@click.group(name="person")
def command() -> None:
    """What is stored about a person."""


@command.command(name="export")
@click.argument("address")
@click.option("--with-notes", is_flag=True, help="Add what agents wrote for each other.")
@click.option(
    "--mails",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write their mails there as .eml files.",
)
@desk_options
def export(address: str, with_notes: bool, mails: Path | None, config_dir: Path, data_dir: Path) -> None:
    """Print all that is stored of a person as one JSON object.

    \b
    Example: maildesk person export jana@firma.cz --mails jana
    """
    from maildesk.store import recall
    from maildesk.store.traces import export as gather

    with opened_store(config_dir, data_dir) as store:
        found = store.read(lambda db: gather(db, address, notes=with_notes))
        say_json(found)
        if mails is None:
            return
        mails.mkdir(parents=True, exist_ok=True)
        for number in found["mails"]:
            if raw := store.read(partial(recall.raw_mail, journal_id=number)):
                (mails / f"{number}.eml").write_bytes(raw)


@command.command(name="erase")
@click.argument("address")
@click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@desk_options
def erase(address: str, dry_run: bool, yes: bool, config_dir: Path, data_dir: Path) -> None:
    """Erase a person's words, mails and address; tickets keep their numbers, times and states.

    \b
    Example: maildesk person erase jana@firma.cz --dry-run

    Gone for good are the texts and files of all tickets the person asked for, what they wrote on those of others, and
    letters to them. In mail of others the address is exchanged for one that means nobody. Nothing of it comes back, except
    from backups, which are yours to renew.
    """
    import secrets

    from maildesk.store.traces import find_traces

    _refuse_agents(address, config_dir)
    traces = look(config_dir, data_dir, lambda db: find_traces(db, address))
    if traces.nothing:
        fail(f"nothing is stored of {address}", Exit.NO)
    for name, rows in traces._asdict().items():
        if rows:
            say(f"{name.replace('_', ' '):<16} {len(rows)}")
    if dry_run:
        return
    if not yes:
        if not sys.stdin.isatty():
            fail("say --yes to erase this without being asked", Exit.USAGE)
        click.confirm("Erase all of this for good?", abort=True, err=True)
    nobody = f"erased-{secrets.token_hex(6)}@erased.invalid"
    with opened_store(config_dir, data_dir) as store:
        store.erase(address, nobody)
        left = store.read(lambda db: find_traces(db, address))
    tell(
        f"{address} is {nobody} now; words are found again once the desk, or `maildesk database reindex`, has indexed them"
    )
    if not left.nothing:
        fail("something came in meanwhile; run it again", Exit.TRY_AGAIN)


def _refuse_agents(address: str, config_dir: Path) -> None:
    """Leave if the address is an agent's, or one of the desk's: the configuration names it, and would bring it back."""
    from maildesk.cli.opening import read_policy, read_settings
    from maildesk.store.codec import fold

    settings = read_settings(config_dir)
    people = read_policy(config_dir, settings).people
    if any(fold(address) == fold(own) for agent in people.agents.values() for own in agent.addresses):
        fail(f"{address} is an agent's address: take it out of teams.yaml first", Exit.USAGE)
    if any(fold(address) == fold(own) for own in settings.own_addresses):
        fail(f"{address} is an address of this desk", Exit.USAGE)
