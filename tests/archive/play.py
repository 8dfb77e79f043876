"""File an archive on a desk of its own, in this process, in a given order; tell where each mail went and why.

The way of a mail is the daemon's: journaled, understood, decided, written down, its letters queued. Only the bytes are not parsed
anew for every order.
"""

import datetime as dt
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from maildesk.decide import Desk
from maildesk.desk import Received, handle_mail, wanted
from maildesk.ingest.arrival import build_arrival
from maildesk.ingest.parse import parse_mail
from maildesk.model.decision import AddEntry, Decision, Event, HoldKind, KnowMessage, KnownKind, Tell
from maildesk.model.mail import Envelope, Mail
from maildesk.store.db import Store
from tests.archive.corpora import Piece
from tests.golden.desk import build_desk, open_store

BOX = "support@demo.test"
_DUPLICATE = re.compile(r"duplicate: of journal (\d+)")
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)


class Read(NamedTuple):
    """A mail of an archive that has been parsed."""

    key: str
    raw: bytes
    mail: Mail


class Filed(NamedTuple):
    """Where a mail went: a ticket (None: none), held or not; `twin` is the mail it doubles, `why` the reasons with their words."""

    key: str
    ticket: int | None
    held: bool
    twin: str
    author: str
    why: tuple[tuple[str, str], ...]

    def says(self, *reasons: str) -> bool:
        """Tell whether one of these reasons was given."""
        return any(reason in reasons for reason, _ in self.why)


def read_all(pieces: Iterable[Piece]) -> dict[str, Read]:
    """Parse an archive once."""
    return {piece.path: Read(piece.path, piece.raw, parse_mail(piece.raw)) for piece in pieces}


def usual_desk(references: str = "strict") -> Desk:
    """Make the usual desk, strict or trusting."""
    return build_desk({"settings": {"threading": {"references": references}}})


def file_all(mails: Sequence[Read], store: Store, desk: Desk, source: str = "smtp") -> dict[str, Filed]:
    """Bring the mails one after the other, `source` smtp or import; a stranger's mail must do nothing but wait."""
    keys: dict[int, str] = {}
    moment = NOW
    for one in mails:
        moment += dt.timedelta(seconds=1)
        journal_id, decision = file_one(one, store, desk, source, moment)
        keys.setdefault(journal_id, one.key)
        does_nothing_if_held(one.key, decision)
    return read_filed(store, keys)


def does_nothing_if_held(key: str, decision: Decision) -> None:
    """Of a held mail nothing may come but the mail, its own id, and the question to agents."""
    held = [a for a in decision.actions if isinstance(a, AddEntry) and a.hold]
    if not held:
        return
    for action in decision.actions:
        match action:
            case AddEntry(public=False, hold=HoldKind.STRANGER | HoldKind.MERGE) | KnowMessage(kind=KnownKind.SEEN):
                pass
            case Tell(event=Event.HELD, agent=agent) if agent:
                pass
            case _:
                raise AssertionError(f"{key} is held, and yet there is {action}")


def file_one(one: Read, store: Store, desk: Desk, source: str, now: dt.datetime) -> tuple[int, Decision]:
    """Bring one mail; it never waits, since every mail before it is decided."""
    imported = source == "import"
    envelope = Envelope() if imported else Envelope("archive-bounces@lists.test", (BOX,))
    arrival = build_arrival(source, one.raw, envelope, now, key=one.key if imported else "", mailbox=BOX)
    accepted = store.accept(arrival, lease=True).result()
    received = Received(accepted.journal_id, arrival, one.mail, trusted=imported, silent=imported)
    lookup = wanted(received, desk)
    outcome = store.transact(lambda tx: handle_mail(tx, received, lookup, desk, now), lookup).result()
    assert not outcome.waits, f"{one.key} waits for a mail that is decided"
    return accepted.journal_id, outcome.decision


def read_filed(store: Store, keys: dict[int, str]) -> dict[str, Filed]:
    """Read out of the database where each journaled mail went; `keys` names them."""
    notes = store.read(lambda db: db.all("SELECT id, note FROM journal WHERE state = 'done'"))
    rows = store.read(lambda db: db.all("SELECT journal_id, ticket, held, author, why FROM entry WHERE kind = 'mail'"))
    entries = {journal_id: rest for journal_id, *rest in rows}
    assert len(entries) == len(rows), "a mail stands on two tickets"
    filed = {}
    for journal_id, note in notes:
        key = keys[journal_id]
        ticket, held, author, why = entries.get(journal_id, (None, False, "", "[]"))
        double = _DUPLICATE.search(note)
        assert double or journal_id in entries, f"{key} is nowhere: {note}"
        reasons = tuple((one["reason"], one.get("text", "")) for one in json.loads(why))
        filed[key] = Filed(key, ticket, bool(held), keys[int(double[1])] if double else "", author, reasons)
    assert set(filed) == set(keys.values()), "a mail was not decided"
    return filed


def new_store(folder: Path, number: int) -> Store:
    """Open an empty store below a folder."""
    place = folder / str(number)
    place.mkdir()
    return open_store(folder / "template.db", place)
