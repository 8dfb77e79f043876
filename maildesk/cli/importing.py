"""Open a desk to import into: the real one, or for a dry run one that is thrown away. Loaded when `import` runs, not before."""

import asyncio
import datetime as dt
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from maildesk.cli.opening import complain, read_settings
from maildesk.cli.say import Exit
from maildesk.daemon import BadPolicy, open_office
from maildesk.daemon.intake import Intake
from maildesk.ingest.workers import ParseFailed, ParsePool
from maildesk.model.mail import Arrival, Mail
from maildesk.settings import Settings
from maildesk.store import Claimed, Store, read

WORKERS = 2
TRIES = 3
TURNS = 100
PAUSE = 0.1


class Imported(NamedTuple):
    """What became of one mail: its ticket, and whether it was new to the desk."""

    ticket: int | None
    fresh: bool


class Importer(NamedTuple):
    """An opened desk: `decide_one` takes a mail from start to end; `begin` has one parsed whose turn comes soon."""

    settings: Settings
    begin: Callable[[Arrival], None]
    decide_one: Callable[[Arrival], Imported]


@contextmanager
def open_importer(config_dir: Path, data_dir: Path, *, notify: bool, dry_run: bool) -> Iterator[Importer]:
    """Open the desk; a dry run decides in a database of its own."""
    settings = read_settings(config_dir)
    if not dry_run:
        with _opened(settings, config_dir, data_dir, notify=notify) as importer:
            yield importer
        return
    settings = msgspec.structs.replace(settings, database="sqlite:///dry-run.db")
    with (
        tempfile.TemporaryDirectory(prefix="maildesk-dry-run-") as folder,
        _opened(settings, config_dir, Path(folder), notify=False) as importer,
    ):
        yield importer


@contextmanager
def _opened(settings: Settings, config_dir: Path, data_dir: Path, *, notify: bool) -> Iterator[Importer]:
    try:
        # A running desk keeps the policy it has; an import does not put edited rules into force.
        office = open_office(settings, config_dir, data_dir, activate=False)
    except BadPolicy as bad:
        complain(bad.problems, int(Exit.USAGE))
        raise
    with asyncio.Runner() as runner:
        pool = _ParseAhead()
        try:
            pool.open(WORKERS)
            intake = Intake(office.store, pool, office.keeper, lambda _letters: None, _now)
            yield Importer(
                settings,
                lambda arrival: pool.begin(arrival.raw),
                lambda arrival: runner.run(_decide(intake, office.store, arrival, notify=notify)),
            )
        finally:
            pool.close()
            office.store.close()


class _ParseAhead(ParsePool):
    """Parse the next mails while this one is decided; they are journaled and decided one by one all the same."""

    def __init__(self) -> None:
        super().__init__()
        self._begun: dict[int, tuple[bytes, Future[Mail]]] = {}

    def begin(self, raw: bytes) -> None:
        """Hand a mail to a worker."""
        self._begun[id(raw)] = (raw, self.submit(raw))

    async def parse(self, raw: bytes, envelope_from: str | None = None, *, suspect: bool = False) -> Mail:
        """Give what a worker made of a mail that was begun, or have it parsed now."""
        begun = self._begun.pop(id(raw), None)
        return await asyncio.wrap_future(begun[1] if begun else self.submit(raw, envelope_from, suspect=suspect))


async def _decide(intake: Intake, store: Store, arrival: Arrival, *, notify: bool) -> Imported:
    """Journal and decide one mail; one that stands there undecided, from an import that was broken off, is decided now."""
    accepted = await asyncio.wrap_future(store.accept(arrival, lease=True))
    if not accepted.fresh:
        [row] = store.read(lambda db: read.list_journal(db, journal_id=accepted.journal_id))
        if row["state"] == "done":
            return Imported(row["ticket"], fresh=False)
    try:
        return await _decide_journaled(intake, Claimed(accepted.journal_id, arrival, 1), notify=notify)
    except Exception as problem:
        # Put aside, or a daemon would take it for mail that has just come.
        text = f"import: {type(problem).__name__}: {problem}"[:500]
        await asyncio.wrap_future(store.transact(lambda tx: tx.quarantine(accepted.journal_id, text)))
        raise


async def _decide_journaled(intake: Intake, claimed: Claimed, *, notify: bool) -> Imported:
    """Decide a mail; wait for its parent if that is being decided elsewhere, and give an unlucky worker another chance."""
    for turn in range(TURNS):
        try:
            outcome = await intake.decide(claimed, trusted=True, silent=not notify)
        except ParseFailed:
            if claimed.attempts >= TRIES:
                raise
            claimed = msgspec.structs.replace(claimed, attempts=claimed.attempts + 1)
            continue
        if not outcome.waits:
            return Imported(outcome.ticket.ticket.number if outcome.ticket else None, fresh=True)
        await asyncio.sleep(PAUSE * (turn > 0))
    raise TimeoutError("the mail it answers is still not decided")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
