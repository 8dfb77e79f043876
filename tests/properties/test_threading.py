"""Laws of threading: whatever mails name whatever ids, in whatever order they come, from wherever, and whichever never come."""

import datetime as dt
import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maildesk.decide import Desk
from maildesk.desk import Received, handle_mail, wanted
from maildesk.ingest.arrival import build_arrival
from maildesk.model.mail import Address, Envelope, Kind, Mail
from maildesk.store.db import Store
from maildesk.store.verify import verify
from tests.archive.check import conversations, differences, gained_rights, tickets
from tests.archive.graph import Node
from tests.archive.play import NOW, Filed, does_nothing_if_held, read_filed
from tests.golden.desk import build_desk, open_store

EXAMPLES = int(os.environ.get("MAILDESK_THREAD_EXAMPLES", "25"))
IDS = [f"m{number}@x" for number in range(7)] + ["never-came@x", "nor-this@x"]
PEOPLE = ["jana@odberatel.cz", "tomas@odberatel.cz", "viktor@cizinec.example"]
BOXES = ["support@demo.test", "shop@demo.test"]
YEARS = [None, *(NOW - dt.timedelta(days=days) for days in (0, 200, 400, 800, 3000))]


class Sent(NamedTuple):
    """A mail of an example and the way it comes."""

    key: str
    mail: Mail
    source: str
    box: str


@st.composite
def mails(
    draw: st.DrawFn,
    *,
    people: list[str],
    sources: list[str],
    boxes: list[str],
    dates: list[dt.datetime | None],
    forged: bool,
) -> list[Sent]:
    """Make some mails that name each other as they like: parents that never come, circles, one id on two mails, copies."""
    number = draw(st.integers(2, 6))
    own = st.sampled_from(IDS[:7]) if forged else st.nothing()
    made: list[Sent] = []
    for place in range(number):
        if forged and made and draw(st.integers(0, 5)) == 0:
            twin = draw(st.sampled_from(made))
            made.append(twin._replace(key=str(place), source=draw(st.sampled_from(sources))))
            continue
        author = draw(st.sampled_from(people))
        box = draw(st.sampled_from(boxes))
        mail = Mail(
            author=Address(author),
            to=(Address(box), *map(Address, draw(st.lists(st.sampled_from(people), max_size=1)))),
            subject="Židle",
            message_id=draw(own) if forged else IDS[place],
            references=tuple(draw(st.lists(st.sampled_from(IDS), max_size=3, unique=True))),
            date=draw(st.sampled_from(dates)),
            new_text=f"text {place}",
            text=f"text {place}",
            body_digest=f"digest {place}",
            kind=draw(st.sampled_from([Kind.PERSON, Kind.PERSON, Kind.PERSON, Kind.AUTOMATIC])),
        )
        made.append(Sent(str(place), mail, draw(st.sampled_from(sources)), box))
    return made


def nodes(example: list[Sent]) -> dict[str, Node]:
    """Say what ties the mails of an example together."""
    return {
        one.key: Node(one.mail.message_id, one.mail.references, " ".join(a.address for a in one.mail.to))
        for one in example
    }


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the empty database lies that each example starts from."""
    return tmp_path_factory.mktemp("empty") / "maildesk.db"


def desk(references: str) -> Desk:
    """Make a desk with two mailboxes."""
    boxes = [{"address": box, "team": "l1"} for box in BOXES]
    return build_desk({"settings": {"mailboxes": boxes, "threading": {"references": references}}})


def play(example: list[Sent], template: Path, references: str) -> Iterator[tuple[Store, dict[str, Filed]]]:
    """Bring the mails to a desk of their own; gives the store, still open, and where they went."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(template, Path(folder))
        try:
            keys: dict[int, str] = {}
            for one in example:
                keys[_bring(one, store, desk(references))] = one.key
            assert store.read(verify) == []
            yield store, read_filed(store, keys)
        finally:
            store.close()


def _bring(one: Sent, store: Store, at: Desk) -> int:
    raw = f"Message-ID: <{one.mail.message_id}>\r\nX-Key: {one.key}\r\n\r\n".encode()
    fetched = one.source in ("imap", "import")
    source = f"imap:{one.box}" if one.source == "imap" else one.source
    envelope = Envelope() if fetched else Envelope(PEOPLE[0], (one.box,))
    arrival = build_arrival(
        source, raw, envelope, NOW, key=one.key if fetched else "", mailbox=one.box if fetched else ""
    )
    journal_id = store.accept(arrival, lease=True).result().journal_id
    history = source == "import"
    received = Received(journal_id, arrival, one.mail, trusted=history, silent=history)
    lookup = wanted(received, at)
    outcome = store.transact(lambda tx: handle_mail(tx, received, lookup, at, NOW), lookup).result()
    does_nothing_if_held(one.key, outcome.decision)
    return journal_id


anywhere = mails(
    people=PEOPLE, sources=["smtp", "lmtp", "imap", "import", "pipe"], boxes=BOXES, dates=YEARS, forged=True
)
one_person = mails(people=PEOPLE[:1], sources=["smtp", "lmtp", "imap"], boxes=BOXES[:1], dates=YEARS[1:3], forged=False)
strangers = mails(people=PEOPLE, sources=["smtp"], boxes=BOXES[:1], dates=YEARS[1:3], forged=False)


@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_trusted_references_give_the_conversations_in_any_order(template: Path, data: st.DataObject) -> None:
    """Circles, forged and doubled ids, missing parents, two mailboxes, years apart, any way in: the components of the graph."""
    example = data.draw(anywhere)
    wanted_parts = None
    for order in (example, data.draw(st.permutations(example))):
        for _, filed in play(order, template, "trusting"):
            assert tickets(filed) == conversations(filed, nodes(example))
            assert wanted_parts in (None, tickets(filed))
            wanted_parts = tickets(filed)


@settings(max_examples=EXAMPLES // 2)
@given(data=st.data())
def test_one_persons_mails_give_the_conversations_on_a_strict_desk(template: Path, data: st.DataObject) -> None:
    """Who takes part is believed: his mails, and his machine's, end in the same tickets in any order."""
    example = data.draw(one_person)
    for order in (example, data.draw(st.permutations(example))):
        for _, filed in play(order, template, "strict"):
            assert tickets(filed) == conversations(filed, nodes(example))
            assert not [one for one in filed.values() if one.held]


@settings(max_examples=EXAMPLES // 2)
@given(data=st.data())
def test_strangers_gain_nothing_whatever_they_name(template: Path, data: st.DataObject) -> None:
    """No ticket mixes conversations, what parts one is held or proposes a merge, nobody comes in by a stranger's word (B20)."""
    example = data.draw(strangers)
    for store, filed in play(data.draw(st.permutations(example)), template, "strict"):
        differences(filed, nodes(example))
        assert list(gained_rights(store, filed, nodes(example))) == []


def test_every_order_of_a_chain_with_a_machine_in_it(template: Path) -> None:
    """Four mails, one a machine's, each naming only the one before: all 24 orders give one ticket."""
    kinds = [Kind.PERSON, Kind.AUTOMATIC, Kind.PERSON, Kind.PERSON]
    example = [
        Sent(str(n), Mail(author=Address(PEOPLE[0]), message_id=IDS[n], references=tuple(IDS[:n][-1:]), kind=kind, date=NOW,
                          new_text="x", text="x", body_digest=str(n)), "smtp", BOXES[0])
        for n, kind in enumerate(kinds)
    ]  # fmt: skip
    for order in itertools.permutations(example):
        for _, filed in play(list(order), template, "strict"):
            assert tickets(filed) == {frozenset("0123")}, order
