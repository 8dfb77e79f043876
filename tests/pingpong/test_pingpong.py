"""Every kind of robot against the desk for a day: it stops, at the latest after one acknowledgement a conversation."""

import contextlib
import datetime as dt
import email
import os
from collections import Counter
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import NamedTuple

import pytest

from maildesk.model.outgoing import Outgoing
from tests.golden.desk import build_desk, open_store
from tests.pingpong.kinds import AGENT, HIDDEN, ROBOTS
from tests.pingpong.robots import HOME, Robot
from tests.pingpong.world import POST, START, Got, Mail, World

HOUR = dt.timedelta(hours=1)
HOURS = int(os.environ.get("MAILDESK_PINGPONG_HOURS", "4"))
DESK = "support@demo.test"
PER_DOMAIN = 60
OTHER_DESK = {
    "settings": {
        "desk": {"name": "Other", "domain": "other.test", "admins": ["admin@other.test"]},
        "mailboxes": [{"address": "support@other.test", "team": "l1"}],
    }
}
_ASKED_FOR = ("closing", "feedback", "reply")


class Day(NamedTuple):
    """What a day with a robot came to."""

    mails_in: int
    letters: list[tuple[dt.datetime, Outgoing]]
    acknowledged: Counter[int | None]
    tickets: int
    status: str
    why: str


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy."""
    return tmp_path_factory.mktemp("pingpong") / "maildesk.db"


@pytest.mark.parametrize("robot", [*ROBOTS, *HIDDEN], ids=lambda robot: robot.kind)
def test_no_robot_is_answered_for_long(
    robot: Robot, template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """L1 to L46, B33, B39, B40: one acknowledgement a conversation, three automatic mails an address and day; then silence."""
    day = play(robot, template, tmp_path)
    if HOURS >= 24:
        with capsys.disabled():
            print(f"\n{_row(robot, day)}", end=" ")
    assert all(count <= 1 for count in day.acknowledged.values()), day.acknowledged
    unasked = Counter(letter.rcpt_to for _, letter in day.letters if letter.kind not in _ASKED_FOR)
    assert all(count <= 3 for count in unasked.values()), unasked
    by_hour = Counter(moment.replace(minute=0) for moment, letter in day.letters if letter.kind not in _ASKED_FOR)
    assert all(count <= 2 * PER_DOMAIN for count in by_hour.values()), by_hour
    asked = Counter(letter.kind for _, letter in day.letters if letter.kind in _ASKED_FOR)
    assert all(count <= 1 for count in asked.values()), asked
    assert asked["reply"] == 1, "an agent's words go out whatever robots do"
    assert day.status == "resolved" or robot.wakes, "a machine's mail opened a solved ticket again"


def test_two_desks_fall_silent(template: Path, tmp_path: Path) -> None:
    """T33: two desks pointed at each other acknowledge once at most, and neither opens a ticket for what the other says."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with (
        contextlib.closing(open_store(template, tmp_path / "a")) as store_a,
        contextlib.closing(open_store(template, tmp_path / "b")) as store_b,
    ):
        mine, other = World(build_desk({}), store_a, lambda _: []), World(build_desk(OTHER_DESK), store_b, lambda _: [])
        mine.answers, other.answers = _carry_to(other, "@other.test"), _carry_to(mine, "@demo.test")
        head = "From: support@other.test\nTo: support@demo.test\nSubject: Printer\nMessage-ID: <1@other.test>"
        mine.bring(Mail("support@other.test", DESK, f"{head}\n\nOur printer is on fire.\n".encode()))
        for minute in range(HOURS * 60):
            mine.run(START + dt.timedelta(minutes=minute))
            other.run(START + dt.timedelta(minutes=minute))
        out = [letter.kind for world in (mine, other) for _, letter in world.sent if letter.kind == "acknowledgement"]
        assert len(out) <= 2
        assert len(_look(mine).letters) == 1
        assert _look(other).tickets == 0


def _carry_to(world: World, domain: str) -> Callable[[Got], list[Mail]]:
    """Bring what is addressed to the other desk to its door."""

    def carry(got: Got) -> list[Mail]:
        if got.to.endswith(domain):
            world.at(world.now + POST, lambda: world.bring(Mail(got.envelope_from, got.to, got.raw)))
        return []

    return carry


def play(robot: Robot, template: Path, folder: Path) -> Day:
    """Let a person at the robot's address ask, an agent answer and close, the robot answer everything and write by itself."""
    store = open_store(template, folder)
    try:
        world = World(build_desk({}), store, lambda got: robot.answers(got) if _lives_here(robot, got) else [])
        world.at(START, lambda: world.bring(_question(HOME)))
        for hour in range(HOURS):
            for mail in robot.writes(DESK):
                world.at(START + hour * HOUR + HOUR / 2, lambda mail=mail: world.bring(mail))
        world.at(START + HOUR, lambda: _work(world, "Please try again.\n"))
        world.at(START + 2 * HOUR, lambda: _work(world, "#close\n"))
        world.run(START + HOURS * HOUR)
        return _look(world)
    finally:
        store.close()


def _lives_here(robot: Robot, got: Got) -> bool:
    inside = got.to.endswith("@demo.test")
    return got.to == robot.sender if robot.sender == AGENT else not inside


def _question(sender: str) -> Mail:
    words = "Good morning,\n\nour chairs squeak. What can we do?\n\nKind regards\n"
    head = f"From: {sender}\nTo: {DESK}\nSubject: Squeaking chairs\nMessage-ID: <first@peer.example>"
    return Mail(sender, DESK, f"{head}\n\n{words}".encode())


def _work(world: World, words: str) -> None:
    """Answer as the agent who was told of the first ticket."""
    told = [letter for _, letter in world.sent if letter.rcpt_to == AGENT and letter.kind == "agent:new-ticket"]
    if not told:
        return
    back = parseaddr(str(email.message_from_bytes(told[0].raw)["Reply-To"]))[1]
    number = len(world.sent)
    head = f"From: {AGENT}\nTo: {back}\nSubject: Re: x\nMessage-ID: <work{number}@demo.test>\nDate: Tue, 24 Nov 2026 10:00:00 +0000"
    world.bring(Mail(AGENT, back, f"{head}\n\n{words}".encode()))


def _look(world: World) -> Day:
    letters = [(moment, letter) for moment, letter in world.sent if not letter.kind.startswith("agent:")]
    tickets = world.store.read(lambda db: db.all("SELECT number, status FROM ticket ORDER BY number"))
    whys = Counter(
        notice.why.reason.value
        for decision in world.decisions
        for notice in decision.notices
        if not notice.due and notice.notice in ("acknowledgement", "status")
    )
    kinds = Counter(
        why.reason.value for decision in world.decisions for why in decision.why if why.reason.startswith("kind-")
    )
    why = whys.most_common(1) or [(kind, n) for kind, n in kinds.most_common() if kind != "kind-person"]
    return Day(
        world.brought,
        letters,
        Counter(letter.ticket for _, letter in letters if letter.kind == "acknowledgement"),
        len(tickets),
        tickets[0][1] if tickets else "resolved",
        why[0][0] if why else "-",
    )


def _row(robot: Robot, day: Day) -> str:
    out = Counter(letter.kind for _, letter in day.letters)
    shown = ", ".join(f"{count} {kind}" for kind, count in out.items()) or "none"
    came = f"in {day.mails_in:>4}  tickets {day.tickets:>3}  {day.status:<9}"
    return f"{robot.kind:<5} {robot.title:<36} {came} {day.why:<20} out: {shown}"
