"""Nothing that strangers can send raises in what reads it. Seconds here; `make prove ARGS=fuzz` goes on for ten minutes."""

import hashlib
import os
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.fuzz import dialogue, grammars, readers, samples
from tests.fuzz.mutate import compose, minimise, mutate
from tests.hostile import FAMILIES

SECONDS = float(os.environ.get("MAILDESK_FUZZ_SECONDS", "9"))
SEED = int(os.environ.get("MAILDESK_FUZZ_SEED", "0")) or (20261122 if os.environ.get("CI") else time.time_ns() % 10**9)
CASES = Path(__file__).parent / "cases"
SLOW = 2.0


class Target(NamedTuple):
    """What is tried, the pieces of its grammar, what mutation starts from, and its share of the time."""

    attempt: Callable[[bytes], None]
    pieces: Sequence[bytes]
    seeds: Sequence[bytes]
    share: float = 1.0


MAILS = [
    *grammars.MAIL_SEEDS,
    *(family(300) for family in FAMILIES.values()),
    *(path.read_bytes() for path in sorted(Path("tests/mails").glob("*/*.eml"))),
]
TARGETS = {
    "mail": Target(readers.try_mail, grammars.MAIL, MAILS, 4),
    "report": Target(readers.try_report, grammars.MAIL, [samples.DSN], 1),
    "reply": Target(readers.try_reply, grammars.MAIL, MAILS, 1),
    "sender": Target(readers.try_sender, grammars.ADDRESS, [b"Ana <a@b.cz>", b'"Horvat, Ana" <a@b.cz>'], 0.5),
    "path": Target(readers.try_path, grammars.ADDRESS, [b"<a@b.cz> SIZE=5"], 0.5),
    "results": Target(readers.try_results, grammars.RESULT, grammars.RESULT_SEEDS, 0.5),
    "commands": Target(readers.try_commands, grammars.COMMAND, [b"#close\n\nHello\n#tag vip", b"5\nthanks"], 0.5),
    "tokens": Target(readers.try_tokens, grammars.TOKEN, [readers.ISSUED.encode(), b"support+x@demo.test", b"Re: [#1042] x"], 0.5),
    "smtp": Target(dialogue.try_smtp, grammars.SESSION, [samples.SESSION], 1),
    "lmtp": Target(dialogue.try_lmtp, grammars.SESSION, [samples.SESSION.replace(b"EHLO", b"LHLO")], 0.5),
}  # fmt: skip


def what_is_wrong(attempt: Callable[[bytes], None], data: bytes) -> str:
    """Try an input; say what it raised, or that it took too long, "" if all is well."""
    began = time.process_time()
    try:
        attempt(data)
    except Exception as problem:  # noqa: BLE001 - that is what is looked for
        return f"{type(problem).__name__}: {problem}"[:300]
    taken = time.process_time() - began
    return f"took {taken:.1f} s" if taken > SLOW else ""


def keep(name: str, target: Target, data: bytes, problem: str) -> Path:
    """Make a failing input small and write it down as a test case."""
    kind = problem.partition(":")[0]
    small = minimise(data, lambda tried: what_is_wrong(target.attempt, tried).partition(":")[0] == kind)
    folder = CASES / name
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{hashlib.sha256(small).hexdigest()[:12]}.bin"
    path.write_bytes(small)
    return path


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_is_raised(name: str) -> None:
    """Made-up and mutated inputs are read without an exception and without delay; what fails is kept as a case."""
    target = TARGETS[name]
    chance = random.Random(f"{name} {SEED}")
    share = target.share / sum(other.share for other in TARGETS.values())
    deadline, tried = time.monotonic() + SECONDS * share, 0
    while time.monotonic() < deadline or tried < 20:
        seed = chance.choice(target.seeds)
        made_up = chance.random() < 0.4
        data = compose(chance, target.pieces) if made_up else mutate(chance, seed, target.seeds, target.pieces)
        tried += 1
        if problem := what_is_wrong(target.attempt, data):
            path = keep(name, target, data, problem)
            pytest.fail(
                f"{problem}\nafter {tried} inputs, seed {SEED}; kept as {path.name}: {path.read_bytes()[:500]!r}"
            )
    print(f"{name}: {tried} inputs in {SECONDS * share:.0f} s, seed {SEED}")


@pytest.mark.parametrize("path", sorted(CASES.glob("*/*.bin")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_once_failed_holds(path: Path) -> None:
    """An input that once raised or took too long, here or in the libraries that we looked at, is read."""
    assert what_is_wrong(TARGETS[path.parent.name].attempt, path.read_bytes()) == ""


def test_a_failure_is_found_and_made_small() -> None:
    """The fuzzer itself finds what it should: a reader that cannot bear two bytes is caught, and two bytes are what is left."""

    def weak(data: bytes) -> None:
        if b"<" in data and b"\0" in data:
            raise ValueError

    chance = random.Random(1)
    found = next(
        data for _ in range(5000) if what_is_wrong(weak, data := mutate(chance, b"x" * 50, [b"y"], grammars.MAIL))
    )
    small = minimise(found, lambda tried: what_is_wrong(weak, tried) != "")
    assert sorted(small) == sorted(b"<\0")
