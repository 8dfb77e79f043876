"""What a line of a mail can be, and where its author's lines end."""

from dataclasses import dataclass
from enum import StrEnum

from maildesk.ingest.quoting.attribution import is_verb
from maildesk.ingest.quoting.glance import Glance, first_characters


class Part(StrEnum):
    """What a line is: the author's own, an introduction to a quote, the quote, a signature, a forwarded mail."""

    OWN = "own"
    INTRO = "intro"
    QUOTE = "quote"
    SIGNATURE = "signature"
    FORWARDED = "forwarded"


@dataclass(slots=True)
class Lines:
    """The lines of a text, what each is, and what a glance told of them."""

    texts: list[str]
    labels: list[Part]
    heads: list[str]
    worth: list[int]

    @property
    def is_all_own(self) -> bool:
        """Tell whether nothing is anything but the author's own text."""
        return self.labels.count(Part.OWN) == len(self.labels)

    def cut(self, limit: int) -> list[str]:
        """Drop what is more than so many lines; give those of it that are not quoted."""
        if len(self.texts) <= limit:
            return []
        rest = [text for text, label in zip(self.texts[limit:], self.labels[limit:], strict=True) if label is Part.OWN]
        self.texts, self.labels, self.heads = self.texts[:limit], self.labels[:limit], self.heads[:limit]
        self.worth = [at for at in self.worth if at < limit]
        return rest

    def split(self, at: int, column: int) -> None:
        """Make two lines of one, in front of the column."""
        whole = self.texts[at]
        self.texts[at : at + 1] = [whole[:column].rstrip(" -"), whole[column:]]
        self.labels.insert(at + 1, Part.OWN)
        self.heads[at : at + 1] = first_characters(self.texts[at : at + 2])


def labelled(seen: Glance) -> Lines:
    """Label the lines of a plain text by their quote marks."""
    labels = [Part.OWN] * len(seen.lines)
    if ">" in seen.heads:
        for at, head in enumerate(seen.heads):
            if head == ">":
                labels[at] = label_of(seen.lines[at])
    return Lines(seen.lines.copy(), labels, seen.heads.copy(), seen.worth)


def label_of(line: str) -> Part:
    """Label a line whose first character is ">"; Polymail's broken "> wrote:" is an attribution's end and no quote."""
    if line.startswith("> ") and len(line) < 30 and line.endswith(":") and is_verb(line[2:-1]):
        return Part.OWN
    return Part.QUOTE if line[:4].lstrip(" ").startswith(">") else Part.OWN


def shown(line: str) -> str:
    return " ".join(line.split())[:80]
