"""Take in mail that lies in files: each mail is journaled and decided before the next, daemon or not.

An import is history: references are trusted, nothing is held, no timer is set, and no mail leaves unless `--notify` says so. It can
be broken off and run again: what is in the journal is known by its bytes.
"""

import sys
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from maildesk.cli.options import desk_options
from maildesk.cli.say import Exit, fail, say, tell

if TYPE_CHECKING:
    from maildesk.cli.importing import Importer
    from maildesk.ingest.files import Place
    from maildesk.model.mail import Arrival

AHEAD = 8
AHEAD_BYTES = 16 * 1024 * 1024


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="PATH...")
@click.option("--mailbox", metavar="ADDRESS", help="The mailbox it counts as received for. [default: the first]")
@click.option("--dry-run", is_flag=True, help="Say what would come of it; write nothing.")
@click.option("--notify", is_flag=True, help="Send what would be sent if the mail came now.")
@click.option("--shuffle", type=int, metavar="SEED", help="Take the mails in a random order (for tests).")
@desk_options
def command(
    paths: tuple[Path, ...],
    mailbox: str | None,
    config_dir: Path,
    data_dir: Path,
    shuffle: int | None,
    *,
    dry_run: bool,
    notify: bool,
) -> None:
    """Take in mail from files.

    A PATH is an mbox, a Maildir, a folder or a single mail; folders are read in the order of names.
    """
    from maildesk.cli.importing import open_importer

    places = list_places(paths, shuffle)
    with open_importer(config_dir, data_dir, notify=notify, dry_run=dry_run) as importer:
        known = [box.address for box in importer.settings.mailboxes]
        box = mailbox or known[0]
        if box not in known:
            fail(f"{box} is no mailbox of this desk; there are: {', '.join(known)}", Exit.USAGE)
        tally: Counter[str] = Counter()
        try:
            import_all(places, box, importer, tally)
        except KeyboardInterrupt:
            broken_off(tally, len(places), dry_run=dry_run)
    say(in_words(tally, dry_run=dry_run))
    sys.exit(int(Exit.NO if tally["failed"] else Exit.FINE))


def list_places(paths: Iterable[Path], shuffle: int | None) -> "list[Place]":
    """Find all mails, in order or shuffled; say which files hold none."""
    import random

    from maildesk.ingest.files import find_mails

    try:
        places = list(find_mails(paths, lambda path, why: tell(f"left out {path}: {why}")))
    except OSError as problem:
        fail(f"{problem.filename}: {problem.strerror}", Exit.NO)
    if shuffle is not None:
        random.Random(shuffle).shuffle(places)  # noqa: S311 - a test wants the same order again
    return places


def import_all(places: "list[Place]", mailbox: str, importer: "Importer", tally: Counter[str]) -> None:
    """Decide one mail after the other and count; one that fails is named and does not stop the others."""
    from maildesk.cli.progress import with_bar

    tickets: set[int] = set()
    for place, found in with_bar(read_ahead(places, mailbox, importer), len(places), time.monotonic):
        try:
            imported = importer.decide_one(_readable(found))
        except Exception as problem:  # noqa: BLE001 - the next mail may be fine
            tell(f"failed {place.label}: {type(problem).__name__}: {problem}")
            tally["failed"] += 1
            continue
        tally["known" if not imported.fresh else "filed" if imported.ticket else "no ticket"] += 1
        if imported.ticket and imported.fresh:
            tickets.add(imported.ticket)
            tally["tickets"] = len(tickets)


def broken_off(tally: Counter[str], total: int, *, dry_run: bool) -> NoReturn:
    """Say how far it came, and leave as shells expect of a command that was interrupted."""
    done = sum(tally[name] for name in ("known", "filed", "no ticket", "failed"))
    say(in_words(tally, dry_run=dry_run))
    fail(f"broken off after {done:,} of {total:,}. The same command goes on from there.", Exit.INTERRUPTED)


def _readable(found: "Arrival | OSError") -> "Arrival":
    if isinstance(found, OSError):
        raise found
    return found


def read_ahead(
    places: "list[Place]", mailbox: str, importer: "Importer"
) -> "Iterator[tuple[Place, Arrival | OSError]]":
    """Read mails a little before their turn, so that they are parsed when it comes; a few, or much at once fills the memory."""
    import datetime as dt

    from maildesk.ingest.files import import_arrival, read_mail

    waiting: deque[tuple[Place, Arrival | OSError]] = deque()
    held = 0
    for place in places:
        try:
            arrival = import_arrival(read_mail(place), mailbox, dt.datetime.now(dt.UTC))
        except OSError as problem:
            waiting.append((place, problem))
        else:
            importer.begin(arrival)
            waiting.append((place, arrival))
        held += place.end - place.start
        while waiting and (len(waiting) > AHEAD or held > AHEAD_BYTES):
            first, found = waiting.popleft()
            held -= first.end - first.start
            yield first, found
    yield from waiting


def in_words(tally: Counter[str], *, dry_run: bool) -> str:
    """Sum an import up in a sentence."""
    taken = tally["filed"] + tally["no ticket"]
    verb = "would take" if dry_run else "took"
    parts = [f"{verb} {_number(taken, 'mail')} into {_number(tally['tickets'], 'ticket')}"]
    if tally["no ticket"]:
        parts.append(f"{tally['no ticket']:,} made no ticket")
    if tally["known"]:
        parts.append(f"{tally['known']:,} had been taken before")
    if tally["failed"]:
        parts.append(f"{tally['failed']:,} failed")
    return ", ".join(parts)


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
