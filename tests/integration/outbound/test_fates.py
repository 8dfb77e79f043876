"""Letters from the outbox to their end: a relay that misbehaves by a script, the real store, real sockets, days of virtual time."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from maildesk.daemon.post import StoreOutbox, news_of
from maildesk.decide import Desk
from maildesk.desk import Outcome, handle_command
from maildesk.model.decision import CommandGiven
from maildesk.model.outgoing import Attempt, Outgoing, Promise, Queued
from maildesk.model.snapshot import Lookup
from maildesk.outbound.deliver import Deliverer
from maildesk.settings import Relay
from maildesk.store.codec import from_us
from maildesk.store.db import Store
from tests.golden.desk import build_desk, open_store
from tests.pingpong.world import START, Mail, World
from tests.services.sink import Sink

CUSTOMER = "ivana@kupac.example"
NOW = START + dt.timedelta(minutes=5)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


Steps = tuple[tuple[str, str | None, int, str, bool], ...]


class Script(NamedTuple):
    """What the relay does, and what must come of it.

    `steps` are calls of `Sink.answer`: phase, reply, times, then, and whether the mail was taken all the same. `tried` are
    the minutes of the attempts, `copies` what the receiver has, `told` the fate that agents hear of, `muted` whether
    automatic mail to the address stops.
    """

    name: str
    steps: Steps
    state: str
    tried: tuple[float, ...]
    copies: int
    told: str = ""
    muted: bool = False
    kind: str = "reply"
    attempts: int = 0


def says(phase: str, reply: str, times: int = 1) -> Steps:
    return ((phase, reply, times, "go on", False),)


def breaks(phase: str, reply: str | None = None, times: int = 1, *, taken: bool = False) -> Steps:
    return ((phase, reply, times, "drop", taken),)


SCRIPTS = (
    Script("all well", (), "sent", (0,), 1),
    Script("greeting: 421", breaks("connect", "421 4.3.2 busy", 2), "sent", (0, 0, 0), 1, attempts=1),
    Script("greeting: 554", breaks("connect", "554 5.7.1 not you", 1), "sent", (0, 5), 1, attempts=1),
    Script("greeting: silence", breaks("connect", None, 1), "sent", (0, 0), 1, attempts=1),
    Script("EHLO: closed", breaks("helo", None, 1), "sent", (0, 0), 1, attempts=1),
    Script("MAIL: 451", says("mail", "451 4.3.0 later"), "sent", (0, 1), 1),
    Script("MAIL: 421", breaks("mail", "421 4.3.2 going"), "sent", (0, 0), 1, attempts=1),
    Script("MAIL: 530", says("mail", "530 5.7.0 log in"), "sent", (0, 5), 1, attempts=1),
    Script("MAIL: 550 for our sender", says("mail", "550 5.7.1 sender", 9), "failed", (0, 60, 360, 1440), 0, "refused"),
    Script("MAIL: closed", breaks("mail"), "sent", (0, 1), 1),
    Script("RCPT: greylisted", says("rcpt", "450 4.2.0 greylisted", 2), "sent", (0, 1, 6), 1),
    Script("RCPT: no such user", says("rcpt", "550 5.1.1 no such user"), "failed", (0,), 0, "no-such-address", True),
    Script("RCPT: no such domain", says("rcpt", "550 5.1.2 bad host"), "failed", (0,), 0, "no-such-address", True),
    Script("RCPT: policy", says("rcpt", "550 5.7.1 no", 9), "failed", (0, 60, 360, 1440), 0, "refused"),
    Script("RCPT: full", says("rcpt", "552 5.2.2 full", 9), "failed", (0, 60, 360, 1440), 0, "refused", True),
    Script(
        "RCPT: late, then policy", says("rcpt", "450 4.2.0 later", 5) + says("rcpt", "550 5.7.1 no"),
        "sent", (0, 1, 6, 21, 51, 111, 171), 1,
    ),
    Script("RCPT: closed", breaks("rcpt"), "sent", (0, 1), 1),
    Script("DATA: 451", says("data", "451 4.3.0 later"), "sent", (0, 1), 1),
    Script("DATA: 554", says("data", "554 5.5.0 no"), "failed", (0,), 0, "refused"),
    Script("DATA: closed", breaks("data"), "sent", (0, 1), 1),
    Script("dot: 451", says("dot", "451 4.3.0 later"), "sent", (0, 1), 1),
    Script("dot: 421", says("dot", "421 4.3.2 closing"), "sent", (0, 1), 1),
    Script("dot: spam", says("dot", "554 5.7.1 spam"), "failed", (0,), 0, "refused"),
    Script("dot: too big", says("dot", "552 5.3.4 too big"), "failed", (0,), 0, "too-big"),
    Script("dot: taken, then silence", breaks("dot", taken=True), "sent", (0, 10), 2),
    Script("dot: not taken, silence", breaks("dot"), "sent", (0, 10), 1),
    Script("dot: always silence", breaks("dot", None, 0, taken=True), "unsure", (0, 10, 40, 160), 4, "unknown-fate"),
    Script("ack: dot, silence", breaks("dot", taken=True), "unsure", (0,), 1, kind="acknowledgement"),
    Script("ack: no such user", says("rcpt", "550 5.1.1 none"), "failed", (0,), 0, "no-such-address", True, kind="acknowledgement"),
    Script(
        "ack: always later", says("rcpt", "451 4.3.0 later", 0),
        "failed", (0, 1, 6, 21, 51, 111, 231, 471, -1, -1, 1439), 0, "(expired)", kind="acknowledgement",
    ),
    Script("reply: always later", says("rcpt", "451 4.3.0 later", 0), "failed", (), 0, "expired"),
)  # fmt: skip


class Rig:
    """A desk with a ticket, its outbox, a deliverer and a clock that is moved by hand."""

    def __init__(self, store: Store, desk: Desk, sink: Sink) -> None:
        self.store, self.desk, self.sink = store, desk, sink
        self.now = NOW
        self.tried: list[float] = []
        self.told: list[Outcome] = []
        world = World(desk, store, lambda _: [])
        head = f"From: {CUSTOMER}\nTo: support@demo.test\nSubject: Chairs\nMessage-ID: <1@kupac.example>"
        world.bring(Mail(CUSTOMER, "support@demo.test", f"{head}\n\nDo they squeak?\n".encode()))
        store.drop_letters([1, 2])  # what the ticket itself brought about was another letter
        store.retry_letters([])

    @property
    def row(self) -> dict[str, object]:
        """The letter's row."""
        names = "id, state, attempts, last_reply"
        row = self.store.read(lambda db: db.one(f"SELECT {names} FROM outbox WHERE effect_key = 'the letter'"))
        assert row is not None
        return dict(zip(names.split(", "), row, strict=True))

    def queue(self, kind: str) -> None:
        """Put a finished letter to the customer into the outbox."""
        is_reply = kind == "reply"
        raw = b"From: Demo <support@demo.test>\r\nMessage-ID: <md1.x@demo.test>\r\n\r\n.words\r\n"
        letter = Outgoing(
            "the letter", kind, "support+verp@demo.test" if is_reply else "", CUSTOMER, "md1.x@demo.test", raw,
            Promise.AT_LEAST_ONCE if is_reply else Promise.AT_MOST_ONCE, not is_reply, 1001,
            expires=NOW + dt.timedelta(days=5 if is_reply else 1),
        )  # fmt: skip

        def work(tx):  # type: ignore[no-untyped-def]
            tx.snapshot(CommandGiven("q", "q"), Lookup(), NOW)
            tx.queue([letter])

        self.store.transact(work).result()

    @contextlib.asynccontextmanager
    async def delivering(self, relay: Relay) -> AsyncIterator[Deliverer]:
        """Run the deliverer."""
        deliverer = Deliverer(relay, StoreOutbox(self.store, self.clock), self.clock, self.on_failed, dot_seconds=5)
        loop = asyncio.create_task(deliverer.run())
        yield deliverer
        await deliverer.stop()
        await loop

    def clock(self) -> dt.datetime:
        """Read the clock."""
        return self.now

    async def on_failed(self, queued: Queued, attempt: Attempt) -> None:
        """Do what the daemon does."""
        news = news_of(queued, attempt)
        assert news is not None
        await self.tell(news)

    async def tell(self, news: CommandGiven) -> None:
        """Let the desk decide what people hear."""

        def work(tx):  # type: ignore[no-untyped-def]
            outcome = handle_command(tx, news, self.desk, self.now, lease=False)
            # This relay is asked about one letter only.
            tx._db.run("UPDATE outbox SET state = 'dropped', finished = 1 WHERE kind LIKE 'agent:%'")
            return outcome

        self.told.append(await asyncio.wrap_future(self.store.transact(work)))

    async def until_the_end(self, deliverer: Deliverer) -> None:
        """Let days pass: whenever nothing happens any more, go to the moment when the letter is due."""
        before = -1
        for _ in range(400):
            deliverer.wake()
            await self._settled(deliverer)
            tried = deliverer.counts.total() - deliverer.counts["connections"]
            if tried != before:
                self.tried += [(self.now - NOW) / MINUTE] * (1 if before >= 0 or tried else 0)
                before = tried
            due = self.store.read(lambda db: db.value("SELECT MIN(due) FROM outbox WHERE state = 'waiting'"))
            if due is None:
                return
            self.now = max(self.now + dt.timedelta(seconds=2), from_us(due))
        raise AssertionError("the letter comes to no end")

    async def _settled(self, deliverer: Deliverer) -> None:
        """Wait until the letter is in nobody's hands and was looked at in vain."""
        async with asyncio.timeout(20):
            await asyncio.sleep(0.03)
            while deliverer._workers or self.row["state"] == "sending":  # noqa: ASYNC110 - it happens elsewhere
                await asyncio.sleep(0.01)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy."""
    return tmp_path_factory.mktemp("fates") / "maildesk.db"


@pytest.fixture
def rig(template: Path, tmp_path: Path, sink: Sink) -> Iterator[Rig]:
    """A desk with one ticket."""
    store = open_store(template, tmp_path)
    yield Rig(store, build_desk({}), sink)
    store.close()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
async def test_each_script_comes_to_its_end(rig: Rig, script: Script) -> None:
    """Whatever a relay does, the letter ends as its kind and the phase say, and the people of the ticket hear of it (B120)."""
    for phase, reply, times, then, taken in script.steps:
        rig.sink.answer(phase, reply, times=times, then=then, keep=taken)  # type: ignore[arg-type]
    rig.queue(script.kind)
    async with rig.delivering(Relay(host="127.0.0.1", port=rig.sink.port)) as deliverer:
        await rig.until_the_end(deliverer)
    assert rig.row["state"] == script.state, rig.row
    assert_tried(rig.tried, script)
    assert len(rig.sink.mails) == script.copies
    assert len({mail.data for mail in rig.sink.mails}) <= 1  # frozen: every copy is the same, byte for byte
    if script.attempts:
        assert rig.row["attempts"] == script.attempts
    assert_told(rig, script)


def assert_tried(tried: list[float], script: Script) -> None:
    """Compare the minutes of the attempts; -1 stands for one with jitter, a pause of seconds counts as none."""
    rounded = [round(minute) for minute in tried]
    for minute, wanted in zip(rounded, script.tried, strict=bool(script.tried)):
        assert wanted in (-1, minute) or abs(wanted - minute) <= 1, rounded
    if not script.tried:  # five days: the schedule, then every six hours, and once just before the end
        gaps = [b - a for a, b in pairwise(tried[7:-1])]
        assert all(4.8 * 60 <= gap <= 7.2 * 60 for gap in gaps), gaps
        assert 119 * 60 < tried[-1] <= 120 * 60


def assert_told(rig: Rig, script: Script) -> None:
    """Compare what stands on the ticket, what the agents were told, and whether the address is muted."""
    lines = rig.store.read(lambda db: db.all("SELECT text FROM entry WHERE kind = 'change' AND ticket = 1001"))
    assert len(lines) == len(rig.told) == (1 if script.told else 0), lines
    letters = rig.store.read(lambda db: db.all("SELECT id FROM outbox WHERE kind = 'agent:undelivered'"))
    assert len(letters) == (1 if script.told and not script.told.startswith("(") else 0)
    if script.told:
        assert f"{CUSTOMER} {script.told.strip('()')}" in rig.told[0].decision.why[1].text
    muted = rig.store.read(lambda db: db.all("SELECT address FROM suppression"))
    assert muted == ([(CUSTOMER,)] if script.muted else [])
