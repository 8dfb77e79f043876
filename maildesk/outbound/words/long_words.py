"""The words a letter is about, which are most of it: made ready for a relay, as text and as HTML, in few passes of C code.

What comes out is what `html_words` and `ready` make of the same words within a letter; anything out of the ordinary goes that way.
"""

import re
from operator import itemgetter
from typing import NamedTuple, Self

from maildesk.outbound.letter import CONTROLS, Lines, ready
from maildesk.outbound.words.html_words import blocks

MOST_CHARS = 500_000
GAPS = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")
_FIRST = itemgetter(0)
_SPACE, _TAB, _HYPHEN = b" \t-"
# What white space begins with that is not ASCII: a line of nothing else is empty (U+0085, U+00A0, U+1680, U+2000…, U+3000).
_WIDE = frozenset(b"\xc2\xe1\xe2\xe3")


class LongWords(NamedTuple):
    """Words ready for a relay, as text and as HTML."""

    text: Lines
    html: Lines


class _Last(NamedTuple):
    """What was made of the last words: every colleague is told of the same mail."""

    text: str = ""
    link: bool = False
    tidy: bool = False
    made: LongWords | None = None


_LAST = [_Last()]


def long_words(text: str, *, link: bool, tidy: bool) -> LongWords | None:
    """Make words ready that stand between empty lines; None if that could differ from how a whole letter is made.

    `tidy` leaves one of several empty lines, as all letters do that are not a person's.
    """
    last = _LAST[0]
    if last.text != text or last.link is not link or last.tidy is not tidy:
        last = _LAST[0] = _Last(text, link, tidy, _made(text, link=link, tidy=tidy))
    return last.made


def _made(text: str, *, link: bool, tidy: bool) -> LongWords | None:
    if not text or len(text) > MOST_CHARS or text[0].isspace() or text[-1].isspace() or "\r" in text:
        return None
    data = text.encode("utf-8", "replace")
    if len(data.translate(None, CONTROLS)) != len(data):
        return None
    found = _Found.of(data)
    if tidy and (found.wide_gaps or _SPACE in found.starts or _TAB in found.starts):
        tidied = GAPS.sub("\n\n", text)
        if len(tidied) != len(text):
            return _made(tidied, link=link, tidy=False)
    words = Lines(data.replace(b"\n", b"\r\n") + b"\r\n", len(data) - len(text), len(data) + 1)
    html = _html(data, found, link)
    if html is None:
        return LongWords(words, ready(blocks(text, link=link)))
    return LongWords(words, Lines(html, words.odd, len(html) - found.filled))


class _Found(NamedTuple):
    """How many lines are not empty, with which bytes these begin, whether others are empty, and two of them in a row."""

    filled: int
    starts: frozenset[int]
    gaps: bool
    wide_gaps: bool

    @classmethod
    def of(cls, data: bytes) -> Self:
        lines = data.split(b"\n")
        filled = [*filter(None, lines)]
        gaps = len(filled) != len(lines)
        wide = gaps and b"\0\0" in bytes(map(bool, lines))
        return cls(len(filled), frozenset(map(_FIRST, filled)), gaps, wide)


def _html(data: bytes, found: _Found, link: bool) -> bytes | None:
    """Write words that have nothing but paragraphs; None for indented ones, lists and links."""
    if _SPACE in found.starts or b"\t" in data or (link and b"://" in data) or found.wide_gaps:
        return None
    if _HYPHEN in found.starts and (data.startswith(b"- ") or b"\n- " in data):
        return None
    data = data.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    if b"  " in data:
        if not found.starts.isdisjoint(_WIDE):
            return None
        data = data.replace(b"  ", b"&nbsp; ")
    data = data.replace(b"\n", b"<br>\r\n")
    if found.gaps:
        data = data.replace(b"<br>\r\n<br>\r\n", b"</p>\r\n<p>")
    return b"<p>%b</p>\r\n" % data
