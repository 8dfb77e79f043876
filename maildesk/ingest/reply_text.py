"""Say what a mail's author newly wrote: without quote, signature, device line and disclaimer.

HTML is read first, by the fingerprints of mail clients; then the text, line by line. Answers inside a quote keep the quote. If
nothing is left, everything is kept and `Reply.nothing_new` says so: such a text must never be read as a command or a rating.
A line of the result is always a line of the input, or its beginning. The time is linear in the text, whatever it says.
"""

from dataclasses import dataclass

from maildesk.ingest.quoting.html import labelled_lines
from maildesk.ingest.quoting.interleaved import decide_interleaved
from maildesk.ingest.quoting.labels import Part, label_of, shown
from maildesk.ingest.quoting.lines import is_rule
from maildesk.ingest.quoting.separate import mark_quotes
from maildesk.ingest.quoting.signature import cut_signature
from maildesk.model.reason import Reason
from maildesk.model.why import Why

TEXT_LIMIT = 1_000_000
LINES_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply taken apart.

    `own` is what its author wrote, "" if nothing was found; `with_signature` the same with the signature kept; `forwarded` a mail
    passed on below it. `text` is what to show: `own`, or everything where that is empty (then `nothing_new` is True).
    """

    own: str
    with_signature: str
    forwarded: str
    text: str
    nothing_new: bool
    why: tuple[Why, ...]


def new_text(text: str, html: str = "") -> tuple[str, tuple[Why, ...]]:
    """Give what the author newly wrote, everything if that is nothing, and why."""
    reply = read_reply(text, html)
    return reply.text, reply.why


def strip_quote(text: str, html: str = "") -> str:
    """Give the text without what it quotes, its signature kept; everything if nothing else is there."""
    reply = read_reply(text, html)
    return reply.with_signature or reply.text


def read_reply(text: str, html: str = "") -> Reply:
    """Take a mail's text apart; `html` is its HTML part, if it has one."""
    lines, labels, found = labelled_lines(html)
    if found:
        reply = _read_lines(lines, labels, [Why(Reason.QUOTE_CUT, f"HTML: {', '.join(found[:4])}")])
        if not reply.nothing_new:
            return reply  # else somebody wrote into the quote's own container: the text may tell more
    if found or not text.strip():
        text = text if text.strip() else "\n".join(lines)
    plain = text[:TEXT_LIMIT].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return _read_lines(plain, [label_of(line) for line in plain], [])


def _read_lines(lines: list[str], labels: list[Part], why: list[Why]) -> Reply:
    if len(lines) > LINES_LIMIT:  # what stands beyond is dropped from the answer, never from the original
        lines, labels = lines[:LINES_LIMIT], labels[:LINES_LIMIT]
    mark_quotes(lines, labels, why)
    decide_interleaved(lines, labels, why)
    return _compose(lines, labels, why)


def _compose(lines: list[str], labels: list[Part], why: list[Why]) -> Reply:
    """Put the author's lines together, segment by segment: each text between quotes may end in a signature."""
    own: list[str] = []
    signed: list[str] = []
    if not why and any(label is Part.QUOTE and line.strip() for line, label in zip(lines, labels, strict=True)):
        why.append(Why(Reason.QUOTE_CUT, "quote marks"))
    for segment in _segments(lines, labels):
        text = [line for line, label in segment if label is Part.OWN]
        cut = cut_signature(text, whole=any(line.strip() for line in own))
        if below := " ".join(text[cut:]).strip():
            why.append(Why(Reason.SIGNATURE_CUT, shown(below)))
        own += text[:cut]
        signed += [line for line, _ in segment]
    said, with_signature, whole = _joined(own), _joined(signed), _joined(lines)
    if whole and not said:
        why.append(Why(Reason.KEPT_WHOLE, "nothing new above, between or below the quote"))
    forwarded = _joined([line for line, label in zip(lines, labels, strict=True) if label is Part.FORWARDED])
    return Reply(said, with_signature, forwarded, said or with_signature or whole, not said, tuple(why))


def _segments(lines: list[str], labels: list[Part]) -> list[list[tuple[str, Part]]]:
    """Split what stays (own lines and signatures) at what goes, with the blank and drawn lines that frame a quote."""
    segments: list[list[tuple[str, Part]]] = [[]]
    for line, label in zip(lines, labels, strict=True):
        segment = segments[-1]
        if label in (Part.OWN, Part.SIGNATURE):
            if segment or len(segments) == 1 or line.strip():  # blank lines below a quote belong to it
                segment.append((line, label))
        elif segment:
            last = next((at for at in range(len(segment) - 1, -1, -1) if segment[at][0].strip()), 0)
            if is_rule(segment[last][0]):
                del segment[last:]
            segments.append([])
    return segments


def _joined(lines: list[str]) -> str:
    """Join lines without the blank ones at both ends."""
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return "\n".join(lines[start:end]).rstrip()
