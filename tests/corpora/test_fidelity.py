"""maildesk reads mail as others expect it to be read, or says why not; and better than the libraries one could have taken."""

from pathlib import Path

import pytest

from tests.corpora.fidelity import bounces, replies
from tests.corpora.fidelity.collections import COLLECTIONS, tally_of
from tests.corpora.fidelity.tally import load_reasons


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_difference_is_explained(corpora: Path, name: str) -> None:
    """No answer differs without a reason, and no reason stands there whose answer agrees by now."""
    reasons, tally = load_reasons(), tally_of(name, corpora)
    assert sum(tally.same.values()) > 19
    assert not reasons.unexplained(tally)
    assert not reasons.vanished(tally)


def test_every_reason_is_used() -> None:
    """The list of reasons holds none that explains nothing, and each says who is right."""
    reasons = load_reasons()
    assert set(reasons.words) == set(reasons.cases.values())
    assert {right for right, _ in reasons.words.values()} == {"here", "equal", "there"}


def test_new_text_above_the_quote(corpora: Path) -> None:
    """B105: nine of ten exact cases of five suites are met, and more than by either library."""
    ours, *others = replies.rates(corpora)
    assert ours.share >= 0.94
    assert ours.share > max(rate.share for rate in others)


def test_delivery_reports(corpora: Path) -> None:
    """B41, B42: nearly every report is told from other mail, its recipients are exact, and more often than by flufl.bounce."""
    kind, recipients, *others = bounces.rates(corpora)
    assert kind.share >= 0.98
    assert recipients.share >= 0.95
    assert min(kind.share, recipients.share) > max(rate.share for rate in others)
