"""Delivery reports of sixty mail systems: is it one, and who was not reached; the same through flufl.bounce."""

import email
import json
import time
from pathlib import Path
from typing import Any

from maildesk.ingest.bounce import read_bounce
from tests.builders_mail import structure_of
from tests.corpora.fidelity.tally import Rate, Tally

Answer = tuple[bool, bool, set[str]]
"""Is it a report, did something fail for good, whom it names."""


def compare(corpora: Path, tally: Tally) -> None:
    """Compare what we say about every labelled report."""
    for case in cases(corpora):
        _compare(case, ours((corpora / case["file"]).read_bytes()), tally)


def rates(corpora: Path) -> list[Rate]:
    """Say how often, and how fast, maildesk and flufl.bounce are right."""
    return [
        rate for name, read in (("maildesk", ours), ("flufl.bounce", flufl)) for rate in _rates(corpora, name, read)
    ]


def cases(corpora: Path) -> list[dict[str, Any]]:
    """Read the labels."""
    return [json.loads(line) for line in (corpora / "_norm/bounces.jsonl").read_text("utf-8").splitlines()]


def ours(raw: bytes) -> Answer:
    """Ask maildesk."""
    bounce = read_bounce(structure_of(raw))
    if bounce is None:
        return False, False, set()
    return True, bool(bounce.failed), {address.lower() for address in (*bounce.failed, *bounce.delayed)}


def flufl(raw: bytes) -> Answer:
    """Ask flufl.bounce."""
    from flufl.bounce import all_failures

    temporary, permanent = all_failures(email.message_from_bytes(raw))
    found = {address.decode("utf-8", "replace").lower() for address in (*temporary, *permanent)}
    return bool(found), bool(permanent), found


def _compare(case: dict[str, Any], answer: Answer, tally: Tally) -> None:
    """A bounce must be seen as a report; what is no bounce may be one only if nothing failed (a delay, a success)."""
    report, failed, found = answer
    file = case["file"].rsplit("/", 1)[-1]
    if case["is_bounce"] is not None:
        tally.compare(file, "kind", report if case["is_bounce"] else not failed, True)
    if case["is_bounce"] and case["failed_recipients"] is not None:
        wanted = {a.lower() for a in (*case["failed_recipients"], *(case.get("temporary_recipients") or ()))}
        tally.compare(file, "recipients", sorted(found), sorted(wanted))


def _rates(corpora: Path, name: str, read: Any) -> list[Rate]:
    raws = [(case, (corpora / case["file"]).read_bytes()) for case in cases(corpora)]
    tally = Tally("bounces")
    began = time.process_time()
    answers = [(case, read(raw)) for case, raw in raws]
    seconds = (time.process_time() - began) / len(raws)
    for case, answer in answers:
        _compare(case, answer, tally)
    return [
        Rate("delivery reports: kind", name, *tally.score("kind"), seconds),
        Rate("delivery reports: exact recipients", name, *tally.score("recipients"), seconds),
    ]
