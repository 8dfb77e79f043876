"""Delivery reports of sixty mail systems, read by us and by flufl.bounce.

Two labels of the collection are no bounces at all (letters of spammers to a person) and count against us; where the collection
calls a mail delayed that itself says `Action: failed`, either answer counts, for who could not be reached agrees.
"""

import email
import json
from pathlib import Path
from typing import Any

from maildesk.ingest.bounce import read_bounce
from tests.builders_mail import structure_of


def _cases(corpora: Path) -> list[dict[str, Any]]:
    lines = (corpora / "_norm" / "bounces.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _ours(raw: bytes) -> tuple[bool, bool, set[str]]:
    bounce = read_bounce(structure_of(raw))
    if bounce is None:
        return False, False, set()
    return True, bool(bounce.failed), {address.lower() for address in (*bounce.failed, *bounce.delayed)}


def _flufl(raw: bytes) -> tuple[bool, bool, set[str]]:
    from flufl.bounce import all_failures

    temporary, permanent = all_failures(email.message_from_bytes(raw))
    found = {address.decode("utf-8", "replace").lower() for address in (*temporary, *permanent)}
    return bool(found), bool(permanent), found


def _is_right(case: dict[str, Any], *, report: bool, failed: bool) -> bool:
    """A bounce must be seen as a report; what is no bounce may be one only if nothing failed (a delay, a success)."""
    return report if case["is_bounce"] else not failed


def test_kind_and_recipients(corpora: Path) -> None:
    """B41, B42: nearly every report is told from other mail, and the recipients are exactly those that were not reached."""
    cases = _cases(corpora)
    rates: dict[str, tuple[float, float]] = {}
    for name, read in (("maildesk", _ours), ("flufl.bounce", _flufl)):
        labelled = named = right = exact = 0
        missed: list[str] = []
        for case in cases:
            report, failed, found = read((corpora / case["file"]).read_bytes())
            where = case["file"].rsplit("/", 1)[-1]
            if case["is_bounce"] is not None:
                labelled += 1
                ok = _is_right(case, report=report, failed=failed)
                right += ok
                missed += [] if ok else [f"{where} (kind)"]
            if case["is_bounce"] and case["failed_recipients"] is not None:
                named += 1
                wanted = {a.lower() for a in (*case["failed_recipients"], *(case.get("temporary_recipients") or ()))}
                exact += found == wanted
                missed += [] if found == wanted else [f"{where} (addresses)"]
        rates[name] = right / labelled, exact / named
        print(
            f"{name:14} kind {right} of {labelled} ({right / labelled:.1%}), recipients {exact} of {named} ({exact / named:.1%})"
        )
        if name == "maildesk":
            print("missed by maildesk:", ", ".join(missed))
    assert rates["maildesk"][0] >= 0.98
    assert rates["maildesk"][1] >= 0.95
    assert min(rates["maildesk"]) > max(rates["flufl.bounce"])


def test_returned_ids(corpora: Path) -> None:
    """B41: the returned mail's id is found wherever the collection names one."""
    for case in _cases(corpora):
        if wanted := str(case.get("orig_message_id", "")).strip("<>"):
            bounce = read_bounce(structure_of((corpora / case["file"]).read_bytes()))
            assert bounce is not None, case["file"]
            assert wanted in bounce.original_ids, case["file"]
