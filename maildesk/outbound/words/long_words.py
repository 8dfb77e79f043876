"""The words a letter is about, which are most of it: made ready for a relay, as text and as HTML, in few passes of C code.

What comes out is what `html_words` and `wire` make of the same words within a letter; anything out of the ordinary goes that way.
"""

import re
from operator import itemgetter
from typing import NamedTuple

from maildesk.outbound.letter import CONTROLS
from maildesk.outbound.words.html_words import blocks

MOST_CHARS = 500_000
GAPS = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")
_START = itemgetter(slice(1))
# What white space begins with that is not ASCII: a line of nothing else is empty (U+0085, U+00A0, U+1680, U+2000…, U+3000).
_WIDE = frozenset((b"\xc2", b"\xe1", b"\xe2", b"\xe3"))


class LongWords(NamedTuple):
    """Words as UTF-8 with CRLF; the text has no last line end. `odd` is how many bytes each has too many for ASCII."""

    text: bytes
    html: bytes
    odd: tuple[int, int]


def long_words(text: str, *, link: bool, tidy: bool) -> LongWords | None:
    """Make words ready that stand between empty lines; None if that could differ from how a whole letter is made.

    `tidy` leaves one of several empty lines, as all letters do that are not a person's.
    """
    if not text or len(text) > MOST_CHARS or text[0].isspace() or text[-1].isspace() or "\r" in text:
        return None
    data = text.encode("utf-8", "replace")
    if len(data.translate(None, CONTROLS)) != len(data):
        return None
    starts = set(map(_START, data.split(b"\n")))
    if tidy and (b" " in starts or b"\t" in starts or (b"" in starts and b"\n\n\n" in data)):
        tidied = GAPS.sub("\n\n", text)
        if len(tidied) != len(text):
            return long_words(tidied, link=link, tidy=False)
    odd, html = len(data) - len(text), _html(data, starts, link)
    if html is not None:
        return LongWords(data.replace(b"\n", b"\r\n"), html, (odd, odd))
    page = blocks(text, link=link)
    encoded = page.encode("utf-8", "replace")  # lines of white space are left out of it
    return LongWords(data.replace(b"\n", b"\r\n"), encoded.replace(b"\n", b"\r\n"), (odd, len(encoded) - len(page)))


def _html(data: bytes, starts: set[bytes], link: bool) -> bytes | None:
    """Write words that have nothing but paragraphs; None for indented ones, lists and links."""
    if b" " in starts or b"\t" in data or (link and b"://" in data):
        return None
    if b"-" in starts and (data.startswith(b"- ") or b"\n- " in data):
        return None
    data = data.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    spaced = data.replace(b"  ", b"&nbsp; ")
    if len(spaced) != len(data) and not starts.isdisjoint(_WIDE):
        return None
    if b"" not in starts:
        return b"".join((b"<p>", spaced.replace(b"\n", b"<br>\r\n"), b"</p>\r\n"))
    paragraphs = [lines for part in spaced.split(b"\n\n") if (lines := part.strip(b"\n"))]
    return b"".join([b"<p>%b</p>\r\n" % lines.replace(b"\n", b"<br>\r\n") for lines in paragraphs])
