"""`maildesk database`: does what is stored fit together, and can it be found?"""

import sys
from pathlib import Path

import click

from maildesk.cli.options import desk_options
from maildesk.cli.say import Exit, say, tell
from maildesk.cli.stored import look, opened_store


@click.group(name="database")
def command() -> None:
    """Look after the database."""


@command.command(name="verify")
@desk_options
def verify(config_dir: Path, data_dir: Path) -> None:
    """Check that what is stored fits together; a line for everything that does not, and exit status 1.

    \b
    Example: maildesk database verify
    """
    from maildesk.store.verify import verify as find_broken

    broken = look(config_dir, data_dir, find_broken)
    for line in broken:
        say(line)
    if broken:
        sys.exit(int(Exit.NO))
    tell("everything fits together")


@command.command(name="reindex")
@desk_options
def reindex(config_dir: Path, data_dir: Path) -> None:
    """Build the index of words anew, by which `ticket search` and `#search` find tickets; the desk may run meanwhile.

    \b
    Example: maildesk database reindex
    """
    with opened_store(config_dir, data_dir) as store:
        store.forget_words()
        done = 0
        while more := store.index_words(500):
            done += more
    tell(f"{done} entries can be found by their words")
