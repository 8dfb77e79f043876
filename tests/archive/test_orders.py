"""Real archives in many orders, whole and with a tenth of their mails missing: the same tickets each time, the conversations.

The desk works in this process, decision by decision as the daemon does; tests/acceptance/test_archive.py brings the same archives
to a running daemon. What was run is printed (`-s`), and kept where MAILDESK_ARCHIVE_TABLE says.
"""

import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from maildesk.store.verify import verify
from tests.archive.check import Difference, conversations, differences, gained_rights, tickets
from tests.archive.corpora import PLACES, Piece, read_archive, stated_trees
from tests.archive.graph import Node, components, read_node
from tests.archive.play import Filed, Read, file_all, new_store, read_all, usual_desk

MAILS = int(os.environ.get("MAILDESK_ARCHIVE_MAILS", "30"))
SHUFFLES = int(os.environ.get("MAILDESK_ARCHIVE_SHUFFLES", "1"))
TABLE = os.environ.get("MAILDESK_ARCHIVE_TABLE", "")
SEED = 20261122


class Archive(NamedTuple):
    """An archive, read twice: by maildesk's parser, and by nothing of it."""

    mails: list[Read]
    nodes: dict[str, Node]


@pytest.fixture(scope="module", params=sorted(PLACES))
def archive(request: pytest.FixtureRequest, corpora: Path) -> Archive:
    """Each archive in turn, or its first mails."""
    return read(read_archive(corpora, request.param, MAILS))


def read(pieces: Sequence[Piece]) -> Archive:
    """Read mails for the desk, and for the answer."""
    return Archive(list(read_all(pieces).values()), {piece.path: read_node(piece.raw) for piece in pieces})


def orders(mails: Sequence[Read]) -> Iterator[tuple[str, list[Read]]]:
    """Give the orders: by date (in the long form), the last first, and shuffled."""
    if SHUFFLES > 1:
        yield "by date", list(mails)
    yield "reversed", list(reversed(mails))
    for seed in range(SHUFFLES):
        yield f"shuffle {seed}", random.Random(seed).sample(list(mails), len(mails))


def without_a_tenth(mails: Sequence[Read]) -> list[Read]:
    """Leave out a tenth of the mails, always the same ones."""
    gone = set(random.Random(SEED).sample(range(len(mails)), len(mails) // 10))
    return [one for place, one in enumerate(mails) if place not in gone]


def note(*lines: object) -> None:
    """Print what was run, and keep it where it is wanted."""
    text = "\n".join(map(str, lines)) + "\n"
    print(text, end="")
    if TABLE:
        with Path(TABLE).open("a", encoding="utf-8") as table:
            table.write(text)


@pytest.mark.parametrize(("way", "missing"), [("trusting", False), ("trusting", True), ("import", True)])
def test_trusted_references_have_one_answer_in_any_order(
    archive: Archive, way: str, missing: bool, tmp_path: Path
) -> None:
    """Where references are trusted the tickets are the conversations, whatever comes first and whatever never comes (B4, B122)."""
    mails = without_a_tenth(archive.mails) if missing else archive.mails
    for number, (order, arranged) in enumerate(orders(mails)):
        filed = _file(arranged, way, tmp_path, number)
        found, wanted = tickets(filed), conversations(filed, archive.nodes)
        assert found == wanted, f"{order}: {len(found)} tickets, {len(wanted)} conversations"
        assert not [one for one in filed.values() if one.held]
        note(f"{way:<9} {_first(mails)}, {len(mails)} mails, {order}: {len(found)} tickets, the conversations")


def _file(mails: list[Read], way: str, folder: Path, number: int) -> dict[str, Filed]:
    store = new_store(folder, number)
    try:
        desk = usual_desk("trusting" if way == "trusting" else "strict")
        filed = file_all(mails, store, desk, "import" if way == "import" else "smtp")
        assert store.read(verify) == []
        return filed
    finally:
        store.close()


def _first(mails: Sequence[Read]) -> str:
    return mails[0].key.split("/")[0]


@pytest.mark.parametrize("missing", [False, True], ids=["whole", "a tenth missing"])
def test_strangers_gain_nothing_in_any_order(archive: Archive, missing: bool, tmp_path: Path) -> None:
    """On a strict desk no ticket mixes conversations; what keeps one apart is held or only proposed, and is listed; nobody who
    was not let in takes part, and no held mail does anything (B6, B20)."""
    mails = without_a_tenth(archive.mails) if missing else archive.mails
    desk = usual_desk()
    for number, (order, arranged) in enumerate(orders(mails)):
        store = new_store(tmp_path, number)
        try:
            filed = file_all(arranged, store, desk)
            assert store.read(verify) == []
            listed = differences(filed, archive.nodes)
            assert list(gained_rights(store, filed, archive.nodes)) == []
        finally:
            store.close()
        _note_strict(mails, order, filed, archive, listed)


def _note_strict(
    mails: Sequence[Read], order: str, filed: dict[str, Filed], archive: Archive, listed: list[Difference]
) -> None:
    wanted = len(conversations(filed, archive.nodes))
    held = sum(one.what == "held" for one in listed)
    line = (
        f"{'strict':<9} {_first(mails)}, {len(mails)} mails, {order}: {len(tickets(filed))} tickets for {wanted}"
        f" conversations; {held} mails held, {len(listed) - held} propose a merge"
    )
    note(line, *(f"    {one}" for one in sorted(listed)))


def test_threads_that_archives_state(corpora: Path, tmp_path: Path) -> None:
    """The threads that upstream suites state for their archives are our tickets, in any order, but where they join by subject or
    part what refers to itself in a circle."""
    number = 0
    for name, pieces, groups in stated_trees(corpora):
        read_here = read(pieces)
        stated = {frozenset(_keys(name, group, read_here)) for group in groups}
        for order, arranged in orders(read_here.mails):
            filed = _file(arranged, "trusting", tmp_path, number := number + 1)
            assert tickets(filed) == conversations(filed, read_here.nodes), f"{name} {order}"
        ours = components(read_here.nodes)
        note(f"stated    {name}: {len(pieces)} mails, {len(ours)} tickets, {len(stated)} threads stated")
        assert ours == stated or name in OTHERWISE, f"{name}: {ours} {stated}"
        assert ours != stated or name not in OTHERWISE, f"{name} is listed in vain"


OTHERWISE = {
    "imaptest/tests/thread.mbox": "two mails name each other: RFC 5256 breaks the circle and leaves the first mail alone",
    "imaptest/tests/thread2.mbox": "two mails with one id and no subject: two threads there; here the second is a copy",
    "imaptest/tests/thread4.mbox": "joined by subject alone",
    "perl_mail_thread/t/testbox-9": "joined by subject alone",
}


def _keys(name: str, group: list[object], archive: Archive) -> Iterator[str]:
    by_id = {node.own: key for key, node in archive.nodes.items()}
    for one in group:
        key = f"{name}#{one}" if isinstance(one, int) else by_id.get(str(one))
        if key:
            yield key
