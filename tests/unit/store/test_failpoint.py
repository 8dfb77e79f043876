import pytest

from maildesk.store import failpoint


@pytest.mark.parametrize("text", ["a=explode", "a", "=;a=boom:1"])
def test_an_unknown_action_is_an_error(text: str) -> None:
    """A misspelt fail-point must not become a test that tests nothing."""
    with pytest.raises(ValueError, match="MAILDESK_FAILPOINTS"):
        failpoint.arm(text)


def test_nothing_happens_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places without an action are passed; one with a number fails after so many passes."""
    monkeypatch.setattr(failpoint, "_armed", failpoint.arm("here=exc:2; there=sleep:0"))
    for _ in range(2):
        failpoint.reach("here")
        failpoint.reach("there")
        failpoint.reach("elsewhere")
    with pytest.raises(failpoint.FailPointReached):
        failpoint.reach("here")
