"""File an archive on a desk of its own, in this process, in a given order; tell where each mail went and why.

The way of a mail is the daemon's: journaled, understood, decided, written down, its letters queued. Only the bytes are not parsed
anew for every order.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from maildesk.decide import Desk
from maildesk.desk import Received, handle_mail, wanted
from maildesk.ingest.arrival import build_arrival
from maildesk.ingest.parse import parse_mail
from maildesk.model.decision import Decision
from maildesk.model.mail import Envelope, Mail
from maildesk.store.db import Store
from tests.archive.corpora import Piece
from tests.golden.desk import build_desk, open_store

BOX = "support@demo.test"
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
    """Bring the mails one after the other; `source` smtp or import."""
    keys: dict[int, str] = {}
    decisions: dict[str, Decision] = {}
    moment = NOW
    for one in mails:
        moment += dt.timedelta(seconds=1)
        journal_id, decision = file_one(one, store, desk, source, moment)
        keys.setdefault(journal_id, one.key)
        decisions[one.key] = decision
    return _filed(store, keys, decisions)


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


def _filed(store: Store, keys: dict[int, str], decisions: dict[str, Decision]) -> dict[str, Filed]:
    rows = store.read(lambda db: db.all("SELECT journal_id, ticket, held FROM entry WHERE kind = 'mail'"))
    places = {keys[journal_id]: (ticket, bool(held)) for journal_id, ticket, held in rows}
    filed = {}
    for key, decision in decisions.items():
        why = tuple((w.reason.value, w.text) for w in decision.why)
        twin = next((keys[int(text.split()[-1])] for reason, text in why if reason == "duplicate"), "")
        filed[key] = Filed(key, *places.get(key, (None, False)), twin, why)
    return filed


def new_store(folder: Path, number: int) -> Store:
    """Open an empty store below a folder."""
    place = folder / str(number)
    place.mkdir()
    return open_store(folder / "template.db", place)


def partition(filed: dict[str, Filed]) -> set[frozenset[str]]:
    """Say which mails lie on one ticket; a mail that doubles another lies with it, one without a ticket alone."""
    found: dict[object, set[str]] = {}
    for key, one in filed.items():
        first = filed[one.twin] if one.twin else one
        found.setdefault(first.ticket or first.key, set()).add(key)
    return {frozenset(group) for group in found.values()}
