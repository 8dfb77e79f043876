"""What a line of a mail can be, and where its author's lines end."""

from enum import StrEnum

from maildesk.ingest.quoting.attribution import is_verb


class Part(StrEnum):
    """What a line is: the author's own, an introduction to a quote, the quote, a signature, a forwarded mail."""

    OWN = "own"
    INTRO = "intro"
    QUOTE = "quote"
    SIGNATURE = "signature"
    FORWARDED = "forwarded"


def label_of(line: str) -> Part:
    """Label a line of text; Polymail's broken "> wrote:" is an attribution's end and no quote."""
    if ">" not in line[:4]:
        return Part.OWN
    if line.startswith("> ") and len(line) < 30 and line.endswith(":") and is_verb(line[2:-1]):
        return Part.OWN
    return Part.QUOTE if line[:4].lstrip(" ").startswith(">") else Part.OWN


def shown(line: str) -> str:
    return " ".join(line.split())[:80]
