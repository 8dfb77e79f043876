"""Take in one mail from a pipe, for an MTA's alias or a .forward: `|maildesk deliver --to podrska@firma.hr`.

The MTA gets one of three answers. 0: the mail is written down. 75 (EX_TEMPFAIL): something is wrong with us, even if it is only how
we were called, so it keeps the mail and comes again. 65 (EX_DATAERR): the mail is too large, so it tells the sender.
"""

import contextlib
import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maildesk.cli.options import desk_options
from maildesk.cli.say import Exit, tell

if TYPE_CHECKING:
    from maildesk.model.mail import Arrival

DATA_ERROR = 65
SECONDS = 60


class _Patient(click.Command):
    """A command whose misuse is temporary: a typing mistake in an alias must not make mail bounce."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line; a mistake in it is trouble of ours."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as mistake:
            mistake.show()
            sys.exit(int(Exit.TRY_AGAIN))


@click.command(cls=_Patient)
@click.option(
    "--from", "mail_from", metavar="ADDR", help="The envelope's sender; <> for none. [default: as the mail says]"
)
@click.option("--to", "rcpt_to", metavar="ADDR", multiple=True, required=True, help="An address it is for.")
@click.argument("more", nargs=-1, metavar="[ADDR...]")
@desk_options
def command(
    mail_from: str | None, rcpt_to: tuple[str, ...], more: tuple[str, ...], config_dir: Path, data_dir: Path
) -> None:
    """Take in one mail from standard input.

    Leaves with 0 only when the mail is written down, with 75 when it should be tried again.
    """
    try:
        status = deliver(mail_from, (*rcpt_to, *more), config_dir, data_dir)
    except Exception as problem:  # noqa: BLE001 - whatever it is, the MTA must keep the mail
        tell(f"maildesk: not taken, try again: {type(problem).__name__}: {problem}")
        status = int(Exit.TRY_AGAIN)
    sys.exit(status)


def deliver(mail_from: str | None, rcpt_to: tuple[str, ...], config_dir: Path, data_dir: Path) -> int:
    """Read the mail and write it down; gives the exit status."""
    from maildesk.cli.opening import read_settings
    from maildesk.ingest.envelope import is_address
    from maildesk.ingest.pipe import TooLarge, pipe_arrival, read_pipe

    sender = mail_from.strip("<>") if mail_from is not None else None
    for address in (*rcpt_to, *([sender] if sender else [])):
        if not is_address(address):
            tell(f"maildesk: {address!r} is no address")
            return int(Exit.TRY_AGAIN)
    settings = read_settings(config_dir, int(Exit.TRY_AGAIN))
    try:
        raw = read_pipe(sys.stdin.buffer, settings.limits.message_size)
    except TooLarge:
        tell(f"maildesk: the mail is larger than {settings.limits.message_size:,} bytes")
        return DATA_ERROR
    if not raw.strip():
        tell("maildesk: nothing came on standard input")
        return int(Exit.TRY_AGAIN)
    write_down(pipe_arrival(raw, sender, rcpt_to, dt.datetime.now(dt.UTC)), settings.database, data_dir)
    return int(Exit.FINE)


def write_down(arrival: "Arrival", database: str, data_dir: Path) -> None:
    """Commit the mail to the journal, where a running daemon finds it; raises where that cannot be."""
    from maildesk.store import Store

    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = Store.open(database, data_dir)
    try:
        store.accept(arrival, lease=False).result(timeout=SECONDS)
    finally:
        with contextlib.suppress(Exception):  # what is committed stays committed
            store.close()
