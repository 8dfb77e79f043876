"""Show how far a long command is, on a terminal only: a bar, the rate, and when it will be done."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO, TypeVar

T = TypeVar("T")

WIDTH = 30
EVERY = 0.1
_BLOCKS = " ▏▎▍▌▋▊▉"


def with_bar(items: Iterable[T], total: int, clock: Callable[[], float], out: TextIO | None = None) -> Iterator[T]:
    """Give the items one by one, and draw on stderr how many have been given; nothing is drawn where nobody looks."""
    out = out or sys.stderr
    if not out.isatty():
        yield from items
        return
    began = drawn = clock()
    done = 0
    try:
        for item in items:
            yield item
            done += 1
            now = clock()
            if now - drawn >= EVERY:
                drawn = now
                out.write("\r" + bar(done, total, now - began) + "\x1b[K")
                out.flush()
    finally:
        out.write("\r\x1b[K")
        out.flush()


def bar(done: int, total: int, seconds: float) -> str:
    """Draw a bar: `████▌    1,204/9,000  231/s  34 s left`."""
    share = min(1.0, done / total) if total else 1.0
    eighths = int(share * WIDTH * 8)
    full, part = divmod(eighths, 8)
    blocks = "█" * full + (_BLOCKS[part] if part and full < WIDTH else "")
    rate = done / seconds if seconds > 0 else 0.0
    left = f"  {in_words((total - done) / rate)} left" if rate and done < total else ""
    return f"{blocks:<{WIDTH}} {done:,}/{total:,}  {rate:,.0f}/s{left}"


def in_words(seconds: float) -> str:
    """Say a duration in its two largest units."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"
