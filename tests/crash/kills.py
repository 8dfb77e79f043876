"""Kill a desk again and again at random moments while mail comes and goes, then let it finish, and judge."""

import contextlib
import os
import random
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.desk import KEPT, MOVED, CrashDesk, crash_desk, crash_settings
from tests.crash.judge import Findings, judge, judge_mailboxes, settle
from tests.crash.load import Load
from tests.crash.nursery import Nursery
from tests.crash.places import BY_IMAP, LEFT_BY
from tests.services.dovecot import Dovecot
from tests.services.sink import Sink

PROGRAM_EVERY = 25  # of so many starts one is of the real program, imports and all
SETTLE_SECONDS = 180


@dataclass(slots=True)
class Killed:
    """What a series of kills came to."""

    findings: Findings
    kills: int = 0
    before_ready: int = 0
    workers: int = 0
    seconds: float = 0.0
    ready: dict[str, list[float]] = field(default_factory=dict)

    def line(self) -> str:
        """Say it in one line."""
        ready = ", ".join(
            f"{kind} start to ready {sorted(times)[len(times) // 2]:.2f} s (longest {max(times):.2f}, {len(times)} starts)"
            for kind, times in self.ready.items()
            if times
        )
        return (
            f"{self.kills} kills of the daemon ({self.before_ready} before it was ready), {self.workers} of workers,"
            f" in {self.seconds:.0f} s; {self.findings.line()}; {ready}"
        )


def kill_again_and_again(
    desk: CrashDesk, load: Load, times: int, *, seed: int, patch: str = "", program_every: int = PROGRAM_EVERY
) -> Killed:
    """Kill so many times; the desk is started anew each time, at the end too, and left to finish."""
    chance, kills, began = random.Random(seed), list[int](), time.monotonic()
    done = Killed(Findings())
    desk.launch(patch)
    assert desk.await_ready(), "".join(desk.log[-40:])
    load.start()
    while len(kills) < times:
        if desk.is_up:
            _let_mail_come(load, chance)
            if chance.random() < 0.15:
                done.workers += _kill_a_worker(desk, chance)
                time.sleep(chance.uniform(0.0, 0.2))
        desk.kill()
        kills.append(len(load.sink.mails))
        if program_every and len(kills) % program_every == 0:
            desk.launch_program()
        else:
            desk.launch(patch)
        if chance.random() < 0.1 and len(kills) < times:
            time.sleep(chance.uniform(0.0, 0.25))
            done.before_ready += 1
            continue
        assert desk.await_ready(), "".join(desk.log[-40:])
    load.stop()
    with desk.store() as store:
        settle(store, SETTLE_SECONDS)
        if load.dovecot is not None:
            _await_moves(load.dovecot)
            settle(store, SETTLE_SECONDS)
        desk.stop()
        done.findings = judge(store, load.ledger, load.sink, kills)
    if load.dovecot is not None:
        done.findings.wrong += judge_mailboxes(load.dovecot, MOVED, KEPT, load.ledger)
    done.kills, done.seconds, done.ready = len(kills), time.monotonic() - began, desk.starts
    return done


def _let_mail_come(load: Load, chance: random.Random) -> None:
    """Wait a moment, and on a busy machine until a few mails were taken: a desk that does nothing is no target."""
    some = len(load.ledger.acknowledged) + chance.randint(0, 6)
    time.sleep(chance.uniform(0.02, 0.6))
    end = time.monotonic() + 2
    while len(load.ledger.acknowledged) < some and time.monotonic() < end:
        time.sleep(0.005)


def kill_at_place(desk: CrashDesk, load: Load, place: str, times: int = 2) -> tuple[Findings, float]:
    """Let the daemon die so many times at one place; gives what was found, and how long the last start took to finish all."""
    kills = list[int]()
    only_first = place.startswith("S:") or place in BY_IMAP or place in LEFT_BY
    before = [(LEFT_BY[place], 1)] if place in LEFT_BY else []
    for turn, (where, nth) in enumerate([*before, *((place, 1 if only_first else n + 1) for n in range(times))]):
        desk.launch("tests.crash.places:kill_at", place=where, nth=nth)
        desk.await_ready()
        if turn == 0:
            load.start(smtp=2, lmtp=1)
        assert desk.wait_for_end(20), f"it never came to this place: {where}"
        kills.append(len(load.sink.mails))
    began = time.monotonic()
    desk.start()
    load.stop()
    with desk.store() as store:
        settle(store, SETTLE_SECONDS)
        seconds = time.monotonic() - began
        if load.dovecot is not None:
            _await_moves(load.dovecot)
            settle(store, SETTLE_SECONDS)
        desk.stop()
        found = judge(store, load.ledger, load.sink, kills)
    if load.dovecot is not None:
        found.wrong += judge_mailboxes(load.dovecot, MOVED, KEPT, load.ledger)
    return found, seconds


def _kill_a_worker(desk: CrashDesk, chance: random.Random) -> int:
    """Kill a parse worker, or all of its process group; its desk lives on."""
    assert desk.nursery is not None
    workers = desk.nursery.workers()
    if not workers:
        return 0
    with contextlib.suppress(ProcessLookupError):
        os.killpg(chance.choice(workers), signal.SIGKILL)
    return 1


def _await_moves(dovecot: Dovecot, seconds: float = 60) -> None:
    """Wait until the mailbox that is moved away is empty; what stays there is judged."""
    deadline = time.monotonic() + seconds
    while dovecot.mails(MOVED) and time.monotonic() < deadline:
        time.sleep(0.1)


@contextlib.contextmanager
def killing_ground(
    folder: Path,
    nursery: Nursery,
    sink: Sink,
    *,
    database: str = "sqlite:///maildesk.db",
    dovecot: Dovecot | None = None,
) -> Iterator[tuple[CrashDesk, Load]]:
    """Prepare a desk and its load, with mailboxes at a Dovecot of its own."""
    if dovecot is not None:
        for address in (MOVED, KEPT):
            dovecot.add_user(address)
    with crash_desk(folder, crash_settings(sink.port, database, dovecot), nursery) as desk:
        yield desk, Load(desk, sink, dovecot)
