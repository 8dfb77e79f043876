"""The harness is only worth something if it finds bugs: each of these was put into the desk on purpose."""

import os
from pathlib import Path

import pytest

from tests.crash.kills import kill_again_and_again, killing_ground
from tests.crash.nursery import Nursery
from tests.services.dovecot import running_dovecot
from tests.services.sink import Sink

KILLS = int(os.environ.get("MAILDESK_MUTANT_KILLS", "0"))
MUTANTS = {
    "promises_too_early": "lost: ",
    "knows_no_mail_again": "doubled: ",
    "moves_too_early": "is gone from its mailbox|lost: ",
    "marks_no_attempt": "left twice",
    "sends_before_the_commit": "left twice|not in the outbox",
}


@pytest.mark.alone
@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_seeded_bug_is_found(mutant: str, nursery: Nursery, sink: Sink, tmp_path: Path) -> None:
    """A desk that breaks one promise does not survive being killed a few times."""
    if not KILLS and mutant != "promises_too_early":
        pytest.skip("one mutant is enough for every day: make prove ARGS=mutants")
    with running_dovecot() as dovecot, killing_ground(tmp_path, nursery, sink, dovecot=dovecot) as (desk, load):
        patch = f"tests.crash.mutants:{mutant}"
        done = kill_again_and_again(desk, load, KILLS or 5, seed=7, patch=patch, program_every=0)
    found = [line for line in done.findings.wrong if any(word in line for word in MUTANTS[mutant].split("|"))]
    print(f"\n{mutant}: {len(found)} found in {done.line()}; such as {found[:3]}")
    assert found, f"the bug was not seen: {done.line()}"
