"""Golden mails: every case in tests/mails is played on a real desk and must come to what it expects."""

import difflib
import functools
import itertools
from pathlib import Path
from typing import Any

import pytest

from maildesk.model.reason import Reason
from tests.golden.case import Case, all_cases, read_case
from tests.golden.compare import differences
from tests.golden.desk import build_desk, open_store
from tests.golden.laws import broken_laws
from tests.golden.letters import Letter
from tests.golden.look import look
from tests.golden.play import play
from tests.golden.rewrite import rewrite

MOST_ORDERS = 24
# Reasons that no golden case can reach, each with the reason for it. Keep this list short and true.
NOT_REACHED = {
    "own-address": "a mail of our own addresses ends before any notice is considered; this row is the second lock",
    "erased": "it is written into old decisions when their words are erased, and stands in no new one",
    "merged-away": "a merged ticket's letters are its survivor's; this row is the second lock",
}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy."""
    return tmp_path_factory.mktemp("template") / "maildesk.db"


def run(case: Case, template: Path, folder: Path, order: tuple[int, ...] = ()) -> tuple[dict[str, Any], list[Letter]]:
    """Play a case on a fresh store; gives what came of it."""
    steps = [case.steps[place] for place in order] if order else list(case.steps)
    folder.mkdir(exist_ok=True)
    store = open_store(template, folder)
    try:
        played = play(steps, build_desk(case.desk), store)
        broken = list(broken_laws(played))
        assert not broken, f"{case.name}: " + "\n".join(broken)
        return look(played), played.letters
    finally:
        store.close()


@pytest.mark.parametrize("folder", all_cases(), ids=lambda folder: folder.name)
def test_golden(folder: Path, template: Path, tmp_path: Path, rewrite_golden: bool) -> None:
    """The case's mails come to what its expect.yaml says (`why.md` says why), and break none of the laws of all cases."""
    case = read_case(folder)
    if case.expect.get("order") == "any":
        _any_order(case, template, tmp_path)
    actual, letters = run(case, template, tmp_path / "0")
    if rewrite_golden:
        _rewrite(case, actual)
        return
    assert case.expect, "expect.yaml is empty: make golden fills it in"
    wrong = differences(case.expect, actual, letters)
    assert not wrong, f"{folder.name}: {(folder / 'why.md').read_text().strip()}\n" + "\n".join(wrong)


def _any_order(case: Case, template: Path, tmp_path: Path) -> None:
    """In whatever order the mails come, the same of them end on the same ticket."""
    orders = list(itertools.permutations(range(len(case.steps))))
    assert len(orders) <= MOST_ORDERS, "too many orders: four mails are enough"
    found = {order: run(case, template, tmp_path / str(n), order)[0]["partition"] for n, order in enumerate(orders, 1)}
    wrong = {order: partition for order, partition in found.items() if partition != case.expect["partition"]}
    assert not wrong, f"{case.name}: wanted {case.expect['partition']}, but got {wrong}"


def _rewrite(case: Case, actual: dict[str, Any]) -> None:
    path = case.folder / "expect.yaml"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    after = rewrite(path, actual)
    if before != after:
        name = f"tests/mails/{case.name}/expect.yaml"
        print("\n" + "".join(difflib.unified_diff(before.splitlines(True), after.splitlines(True), name, name)))


@functools.cache
def _listed(folder: Path) -> frozenset[str]:
    """List the reasons that a case expects."""
    reasons: dict[str, list[str]] = read_case(folder).expect.get("reasons", {})
    return frozenset(name for names in reasons.values() for name in names if not name.startswith("- "))


def test_every_reason_is_reached_by_a_case() -> None:
    """Each reason is expected by some golden case, or stands among the few that cannot be; none stands there in vain."""
    expected = frozenset().union(*map(_listed, all_cases()))
    assert {reason.value for reason in Reason} - expected == set(NOT_REACHED)
    assert all(NOT_REACHED.values())


def test_cases_are_told_in_a_sentence_and_a_few_lines() -> None:
    """A case says why it is there, and expects at most forty lines."""
    for folder in all_cases():
        assert (folder / "why.md").read_text(encoding="utf-8").strip(), folder.name
        assert len((folder / "expect.yaml").read_text(encoding="utf-8").splitlines()) <= 40, folder.name
