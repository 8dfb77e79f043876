"""Real archives brought to a running desk: however their mails arrive, they fall into the same tickets.

tests/archive does the same in this process for many more orders; here mails come side by side, over sixteen connections.
"""

import os
import random
import re
import smtplib
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from maildesk.store import recall
from maildesk.store.db import Store
from maildesk.store.verify import verify
from tests.acceptance.desk import ADDRESS, RunningDesk, running_desk, settings
from tests.archive.check import conversations, differences, gained_rights, tickets
from tests.archive.corpora import Piece, read_archive
from tests.archive.graph import Node, read_node
from tests.archive.play import Filed, read_filed
from tests.archive.test_orders import note, without_a_tenth
from tests.services.sink import Sink

MAILS = int(os.environ.get("MAILDESK_ARCHIVE_MAILS", "60"))
CONNECTIONS = 16
_LINE_END = re.compile(rb"\r\n|\n|\r")
_KEY = b"X-Archive-Key: "


class Case(NamedTuple):
    """One archive on one desk: whole or with a tenth missing, reversed or shuffled."""

    archive: str
    references: str
    missing: bool
    order: str


_SHORT = [Case("list", "trusting", True, "shuffled"), Case("ham", "strict", False, "shuffled")]
_FULL = [
    Case(archive, *how)
    for archive in ("list", "ham", "notmuch")
    for how in (
        ("trusting", False, "by date"),
        ("trusting", False, "shuffled"),
        ("trusting", True, "reversed"),
        ("strict", False, "shuffled"),
        ("strict", True, "reversed"),
    )
]
CASES = _FULL if MAILS > 10_000 else _SHORT


@pytest.mark.parametrize("shuffle", [None, 7] if MAILS > 10_000 else [7])
def test_an_import_has_one_answer_in_any_order(corpora: Path, shuffle: int | None, tmp_path: Path) -> None:
    """Imported in order or shuffled, the mails fall into the connected components of their references, and nothing is sent."""
    pieces = read_archive(corpora, "list", MAILS)
    folder = tmp_path / "mails"
    folder.mkdir()
    for number, piece in enumerate(pieces):
        (folder / f"{number:06d}.eml").write_bytes(_marked(piece.raw, number))
    desk = RunningDesk(tmp_path, settings(25))
    desk.configure()
    (tmp_path / "data").mkdir()
    desk.run("import", str(folder), *(["--shuffle", str(shuffle)] if shuffle is not None else []))
    filed, nodes = look(desk, pieces)
    assert tickets(filed) == conversations(filed, nodes)
    assert not desk.listed("outbox")
    note(
        f"maildesk import, list, {len(pieces)} mails, --shuffle {shuffle}: {len(tickets(filed))} tickets, the conversations"
    )


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.archive} {case.references} {case.missing} {case.order}"
)
def test_many_connections_have_the_same_answer(case: Case, corpora: Path, sink: Sink, tmp_path: Path) -> None:
    """Sent over sixteen connections at once: trusted references give the conversations; on a strict desk what keeps one apart is
    held or proposed, and no stranger gains anything (B20, B121, B122)."""
    pieces = _arranged(read_archive(corpora, case.archive, MAILS), case)
    with running_desk(tmp_path, settings(sink.port, references=case.references)) as desk:
        began = time.monotonic()
        send_all(desk, [_marked(piece.raw, number) for number, piece in enumerate(pieces)])
        settle(desk)
        took = time.monotonic() - began
        desk.stop()
        filed, nodes = look(desk, pieces)
        what = f"{case.references} {case.archive}, {len(pieces)} mails, {case.order}"
        line = f"SMTP, {CONNECTIONS} connections, {what}, {took:.0f} s:"
        wanted = conversations(filed, nodes)
        if case.references == "trusting":
            assert tickets(filed) == wanted
            note(f"{line} {len(wanted)} tickets, the conversations")
        else:
            listed = differences(filed, nodes)
            held = sum(one.what == "held" for one in listed)
            note(
                f"{line} {len(tickets(filed))} tickets for {len(wanted)} conversations; {held} mails held,"
                f" {len(listed) - held} propose a merge",
                *(f"    {one}" for one in sorted(listed)),
            )
            with opened(desk) as store:
                assert list(gained_rights(store, filed, nodes)) == []


def _arranged(pieces: list[Piece], case: Case) -> list[Piece]:
    pieces = without_a_tenth(pieces) if case.missing else pieces
    if case.order == "reversed":
        return pieces[::-1]
    return random.Random(20261122).sample(pieces, len(pieces)) if case.order == "shuffled" else pieces


def _marked(raw: bytes, number: int) -> bytes:
    """Write a mail's place into its header, to know it again in the journal; lines end as SMTP wants it."""
    raw = _LINE_END.sub(b"\r\n", raw.replace(b"\0", b""))
    first, rest = (raw.split(b"\n", 1) if raw.startswith(b"From ") else (b"", raw))[:2]
    return (first + b"\n" if first else b"") + _KEY + b"%d\r\n" % number + rest


class opened:  # noqa: N801 - reads like the function it is
    """Open the database of a desk."""

    def __init__(self, desk: RunningDesk) -> None:
        data = desk.folder / "data"
        self._store = Store.open(f"sqlite:///{data / 'maildesk.db'}", data)

    def __enter__(self) -> Store:
        return self._store

    def __exit__(self, *_: object) -> None:
        self._store.close()


def look(desk: RunningDesk, pieces: Sequence[Piece]) -> tuple[dict[str, Filed], dict[str, Node]]:
    """Read where each mail went, and what its header says."""
    with opened(desk) as store:
        assert store.read(verify) == []
        keys = {}
        for (journal_id,) in store.read(lambda db: db.all("SELECT id FROM journal")):
            raw = store.read(lambda db, n=journal_id: recall.raw_mail(db, n)) or b""
            keys[journal_id] = pieces[int(raw.split(_KEY, 1)[1].split(b"\n", 1)[0])].path
        assert sorted(keys.values()) == sorted(piece.path for piece in pieces), "a mail is missing, or there twice"
        return read_filed(store, keys), {piece.path: read_node(piece.raw) for piece in pieces}


def settle(desk: RunningDesk) -> None:
    """Wait until every mail is decided."""
    with opened(desk) as store:
        last, since = -1, time.monotonic()
        while waiting := store.read(lambda db: db.value("SELECT COUNT(*) FROM journal WHERE state = 'waiting'")):
            if waiting != last:
                last, since = waiting, time.monotonic()
            assert time.monotonic() - since < 120, f"{waiting} mails wait, and nothing moves"
            time.sleep(0.2)


def send_all(desk: RunningDesk, raws: list[bytes]) -> None:
    """Share the mails out among connections; each must be accepted."""
    queue: Iterator[bytes] = iter(raws)
    lock, problems = threading.Lock(), []

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", desk.port, timeout=120) as client:
            while True:
                with lock:
                    raw = next(queue, None)
                if raw is None:
                    return
                try:
                    client.sendmail("archive-bounces@lists.test", [ADDRESS], raw)
                except smtplib.SMTPException as problem:
                    problems.append(repr(problem)[:300])

    threads = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems, problems[:3]
