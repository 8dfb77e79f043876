import io
from collections.abc import Iterator

import pytest

from maildesk.cli.progress import bar, in_words, with_bar


class Terminal(io.StringIO):
    """A terminal that keeps what is written."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def ticking(step: float) -> Iterator[float]:
    """Tell the time, later by a step each time."""
    now = 0.0
    while True:
        yield now
        now += step


def test_nothing_is_drawn_where_nobody_looks() -> None:
    """A log or a pipe gets the items' effects and no bar."""
    out = io.StringIO()
    assert list(with_bar([1, 2, 3], 3, iter(ticking(1)).__next__, out)) == [1, 2, 3]
    assert out.getvalue() == ""


def test_a_terminal_sees_a_bar_that_is_wiped_off_at_the_end() -> None:
    """The bar stands on one line, is redrawn, and leaves nothing behind, whether the work ends or breaks."""
    out = Terminal()
    assert list(with_bar(range(3), 3, iter(ticking(1)).__next__, out)) == [0, 1, 2]
    assert "2/3" in out.getvalue()
    assert "\n" not in out.getvalue()
    assert out.getvalue().endswith("\r\x1b[K")
    broken = Terminal()
    items = with_bar(range(3), 3, iter(ticking(1)).__next__, broken)
    next(items)
    items.close()  # type: ignore[attr-defined]
    assert broken.getvalue().endswith("\r\x1b[K")


def test_the_bar_is_not_redrawn_for_each_item() -> None:
    """Ten times a second is enough, however quick the work is."""
    out = Terminal()
    list(with_bar(range(1000), 1000, iter(ticking(0.001)).__next__, out))
    assert out.getvalue().count("/1,000") < 15


@pytest.mark.parametrize(
    ("done", "total", "seconds", "text"),
    [
        (0, 10, 0.0, " " * 30 + " 0/10  0/s"),
        (5, 10, 5.0, "█" * 15 + " " * 15 + " 5/10  1/s  5 s left"),
        (10, 10, 5.0, "█" * 30 + " 10/10  2/s"),
        (1204, 9000, 5.2, "████" + " " * 26 + " 1,204/9,000  232/s  34 s left"),
        (0, 0, 1.0, "█" * 30 + " 0/0  0/s"),
    ],
)
def test_the_bar_says_how_far_how_fast_and_how_long_still(done: int, total: int, seconds: float, text: str) -> None:
    """Count, rate and time left, from nothing done to all of it."""
    assert bar(done, total, seconds) == text


def test_durations_are_said_in_two_units() -> None:
    """Nobody needs the seconds of an hour."""
    assert [in_words(seconds) for seconds in (0.2, 59, 61, 3600, 7322)] == [
        "0 s",
        "59 s",
        "1 min 01 s",
        "1 h 00 min",
        "2 h 02 min",
    ]
