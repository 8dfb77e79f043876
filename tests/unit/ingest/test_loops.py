"""The 46 kinds of mail that programs send, as whole mails: each is taken for what it is, and none is answered by a program."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from maildesk.ingest.classify import classify
from maildesk.ingest.parse import parse_mail
from maildesk.model.mail import Kind
from maildesk.model.reason import Reason
from tests.builders_mail import structure_of

FOLDER = Path(__file__).parents[2] / "loops"
EXPECTED: dict[str, dict[str, Any]] = YAML(typ="safe").load(FOLDER / "expected.yaml")
REASONS = {
    Kind.PERSON: Reason.KIND_PERSON,
    Kind.AUTOMATIC: Reason.KIND_AUTOMATIC,
    Kind.BOUNCE: Reason.KIND_BOUNCE,
    Kind.RECEIPT: Reason.KIND_RECEIPT,
    Kind.CALENDAR: Reason.KIND_CALENDAR,
    Kind.LIST: Reason.KIND_LIST,
    Kind.LOOP: Reason.KIND_OWN_LOOP,
}


def test_every_kind_has_a_mail() -> None:
    """All 46 rows are there, and every mail has its expectation."""
    assert {name[:3] for name in EXPECTED} == {f"L{row:02}" for row in range(1, 47)}
    assert {path.stem for path in FOLDER.glob("*.eml")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_mail_is_taken_for_what_it_is(name: str) -> None:
    """B33 to B38: kind, reason and evidence are those expected; what a program sent is never acknowledged."""
    expected = EXPECTED[name]
    raw = (FOLDER / f"{name}.eml").read_bytes()
    verdict = classify(structure_of(raw))
    kind = Kind(expected["kind"])
    assert (verdict.kind, verdict.why[0].reason) == (kind, REASONS[kind])
    said = " ".join([*(why.text for why in verdict.why), verdict.no_ack])
    assert expected.get("evidence", "").lower() in said.lower()
    assert (kind is Kind.PERSON and not verdict.no_ack) == bool(expected.get("answered")), verdict
    assert parse_mail(raw).kind is kind
