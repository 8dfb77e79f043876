"""Delivery reports of sixty mail systems name the mail that came back."""

from pathlib import Path

from maildesk.ingest.bounce import read_bounce
from tests.builders_mail import structure_of
from tests.corpora.fidelity.bounces import cases


def test_returned_ids(corpora: Path) -> None:
    """B41: the returned mail's id is found wherever the collection names one."""
    for case in cases(corpora):
        if wanted := str(case.get("orig_message_id", "")).strip("<>"):
            bounce = read_bounce(structure_of((corpora / case["file"]).read_bytes()))
            assert bounce is not None, case["file"]
            assert wanted in bounce.original_ids, case["file"]
