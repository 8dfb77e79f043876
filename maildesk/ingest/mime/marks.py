"""Thin out accents that are piled up on one letter: to normalise a million of them takes hours, and nobody writes like that."""

import re
from unicodedata import combining

MOST_MARKS = 30  # in a row; no language has more (Unicode UAX #15 §13, the Stream-Safe Text Format)

# Whatever is no letter, digit, space or ASCII, so many times in a row: drawn lines and rows of emoji, too.
_RUN = re.compile(rf"[^\w\s\x00-\x7f]{{{MOST_MARKS + 1},}}")
# ASCII becomes 1, not 0: to CPython's search 0 looks like 0x80 (their low six bits are the same), and it would skip nothing.
_HIGH = bytes(byte & 0x80 or 1 for byte in range(256))
_LONG_RUN = b"\x80" * (2 * (MOST_MARKS + 1))


def thin_marks(text: str) -> str:
    """Give the text with no more than thirty combining marks in a row."""
    if text.isascii():
        return text
    # Thirty-one characters beyond ASCII are sixty-two bytes or more; to look for such a run first takes a tenth of the time.
    high = text.encode("utf-8", "surrogatepass").translate(_HIGH)
    return _RUN.sub(_thin, text) if _LONG_RUN in high else text


def _thin(run: "re.Match[str]") -> str:
    marks = 0
    kept: list[str] = []
    for character in run.group():
        marks = marks + 1 if combining(character) else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
