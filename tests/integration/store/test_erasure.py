"""A person is handed out and erased (B129): nothing of them is left, and everything still fits together."""

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from maildesk.model.decision import AddEntry, HoldKind, Merge
from maildesk.model.mail import Address
from maildesk.model.reason import Reason
from maildesk.model.ticket import EntryKind
from maildesk.outbound.voice import is_reachable
from maildesk.store import Store
from maildesk.store.codec import unpack
from maildesk.store.engines.connection import Connection
from maildesk.store.recall import find_stored
from maildesk.store.schema import metadata
from maildesk.store.search import find_tickets
from maildesk.store.traces import export, find_traces, naming
from maildesk.store.verify import verify
from tests.golden.case import MAILS, read_case
from tests.golden.desk import build_desk
from tests.golden.play import play
from tests.integration.store.test_search import do, open_ticket

JANA, TOMAS = "jana@odberatel.cz", "tomas@odberatel.cz"
NOBODY = "erased-0123@erased.invalid"


def live(store: Store) -> None:
    """Let Jana ask, Tomáš in Cc write and leave, and agents answer both."""
    case = read_case(MAILS / "person_in_cc_who_leaves")
    play(case.steps, build_desk(case.desk), store)
    while store.index_words():
        pass


def everything(db: Connection) -> str:
    """Give all that stands in any column of any table, what is compressed taken apart."""
    found: list[str] = []
    for table in metadata.tables.values():
        names = [column.name for column in table.columns]
        for row in db.all(f"SELECT {', '.join(names)} FROM {table.name}"):
            values = dict(zip(names, row, strict=True))
            packed = values.get("packed", False)
            for value in values.values():
                is_bytes = isinstance(value, bytes | memoryview)
                found.append(unpack(value, bool(packed)).decode("utf-8", "replace") if is_bytes else str(value))
    return "\n".join(found)


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("From: Ana <ana@b.cz>", True),
        ("ANA@B.CZ.", True),
        ("jana@b.cz", False),
        ("x.ana@b.cz", False),
        ("ana@b.cz.example", False),
        ("ana@b.czech", False),
        ("ana@b.cz, ivo@b.cz", True),
    ],
)
def test_an_address_stands_only_where_it_is_whole(text: str, stands: bool) -> None:
    """Somebody whose address ends or begins with another's is somebody else."""
    assert bool(naming("ana@b.cz").search(text)) is stands


def test_nothing_of_an_erased_requester_is_left(store: Store) -> None:
    """Address, name, subject and words are in no column of any table afterwards; the ticket, its times and decisions are."""
    live(store)
    before = store.read(everything)
    assert all(word in before for word in (JANA, "Jana Nov", "zelené", "židl"))
    store.erase(JANA, NOBODY)
    after = store.read(everything)
    assert [word for word in (JANA, "jana@", "Jana", "zelen", "židl", "prvni@") if word in after] == []
    assert store.read(verify) == []
    assert store.read(lambda db: find_traces(db, JANA)).nothing
    assert store.read(lambda db: find_tickets(db, "židle")) == []
    ticket = store.read(lambda db: db.one("SELECT number, subject, requester, status, team FROM ticket"))
    assert ticket == (1001, "(erased)", NOBODY, "waiting", "l1")
    kinds = store.read(lambda db: db.all("SELECT kind FROM entry ORDER BY at, id"))
    assert [kind for (kind,) in kinds].count("mail") == 5


def test_decisions_about_the_erased_keep_their_reasons(store: Store) -> None:
    """What was decided, when and on what grounds can still be told; with what words cannot."""
    live(store)
    reasons = [[why.reason for why in found.decision.why] for found in store.read(lambda db: find_stored(db, "#1001"))]
    store.erase(JANA, NOBODY)
    store.erase(JANA, NOBODY)  # again changes nothing
    after = store.read(lambda db: find_stored(db, "#1001"))
    assert [[*dict.fromkeys(then), Reason.ERASED] for then in reasons] == [
        [why.reason for why in found.decision.why] for found in after
    ]
    assert {why.text for found in after for why in found.decision.why} == {""}


def test_somebody_in_cc_is_erased_from_the_tickets_of_others(store: Store) -> None:
    """His own words go; the requester's ticket keeps all of hers, and where his address stood stands one that means nobody."""
    live(store)
    store.erase(TOMAS, NOBODY)
    after = store.read(everything)
    assert [word for word in (TOMAS, "tomas@") if word in after] == []
    theirs = store.read(lambda db: db.all("SELECT text, author_name FROM entry WHERE author = :nobody", nobody=NOBODY))
    assert theirs == [("(erased)", "")] * 3
    assert JANA in after
    assert "máte ty židle i v zelené barvě?" in after
    assert f"Cc: =?utf-8?b?VG9tw6HFoSBEbG91aMO9?= <{NOBODY}>" in after
    assert store.read(verify) == []
    shown = store.read(lambda db: export(db, JANA))
    assert {person["address"] for person in shown["tickets"][0]["participants"]} >= {JANA, NOBODY}


def test_what_is_handed_out_holds_all_words_and_no_notes(store: Store) -> None:
    """Who asks what is stored of him gets his tickets and what he wrote on others', without the team's notes."""
    live(store)

    def note(db: Connection) -> Any:
        return db.value("SELECT MAX(id) FROM entry")

    last = store.read(note)
    of_jana = store.read(lambda db: export(db, JANA))
    said = [entry["text"] for entry in of_jana["tickets"][0]["entries"]]
    assert len(said) == 8
    assert any("máte ty židle" in text for text in said)
    of_tomas = store.read(lambda db: export(db, TOMAS))
    assert of_tomas["tickets"] == []
    assert [entry["author"] for entry in of_tomas["wrote_on"][0]["entries"]] == [TOMAS] * 3
    store._quick(
        lambda db: db.run("UPDATE entry SET public = :no, kind = 'note' WHERE id = :id", id=last, no=False)
    ).result()
    assert len(store.read(lambda db: export(db, JANA))["tickets"][0]["entries"]) == 7
    assert len(store.read(lambda db: export(db, JANA, notes=True))["tickets"][0]["entries"]) == 8


def test_a_merge_makes_nobody_the_owner_of_anothers_words(store: Store) -> None:
    """What came with another person's ticket is handed out to its author and to nobody else, and goes with its author only."""
    jana, ivana = Address("jana@firma.cz", "Jana"), Address("ivana@kupac.hr", "Ivana")
    first = open_ticket(store, "Faktura", "words of Jana", jana)
    second = open_ticket(store, "Narudžba", "words of Ivana", ivana)
    held = AddEntry(first, EntryKind.MAIL, jana.address, "held words", public=False, hold=HoldKind.STRANGER)
    do(store, held, Merge(first, second), ticket=first)
    of_jana, of_ivana = (json.dumps(store.read(partial(export, address=one.address))) for one in (jana, ivana))
    assert [words in of_jana for words in ("words of Jana", "held words", "words of Ivana")] == [True, True, False]
    assert [words in of_ivana for words in ("words of Jana", "held words", "words of Ivana")] == [False, False, True]
    store.erase(jana.address, NOBODY)
    left = store.read(everything)
    assert [words in left for words in ("words of Jana", "held words", "words of Ivana")] == [False, False, True]
    assert store.read(verify) == []


def test_nobody_is_written_to_in_place_of_the_erased() -> None:
    """The address that stands there afterwards is one to which no notice is sent."""
    assert is_reachable(JANA)
    assert not is_reachable(NOBODY)


def test_the_file_of_sqlite_holds_nothing_of_the_erased(sqlite_url: str, tmp_path: Path) -> None:
    """Not even in pages that are free: they are overwritten (`secure_delete`)."""
    store = Store.open(sqlite_url, tmp_path)
    live(store)
    store.erase(JANA, NOBODY)
    store.close()
    files = [path for path in tmp_path.rglob("*") if path.is_file() and ".db" in path.name]
    assert files
    for path in files:
        assert re.search(rb"(?i)jana@|barvu|prvni@", path.read_bytes()) is None, path.name
