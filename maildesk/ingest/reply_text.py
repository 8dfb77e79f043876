"""Say what a mail's author newly wrote: without quote, signature, device line and disclaimer.

HTML is read first, by the fingerprints of mail clients; then the text, line by line. Answers inside a quote keep the quote. If
nothing is left, everything is kept and `Reply.nothing_new` says so: such a text must never be read as a command or a rating.
A line of the result is always a line of the input, or its beginning. The time is linear in the text, whatever it says.
"""

from dataclasses import dataclass, replace

from maildesk.ingest.quoting.glance import glance
from maildesk.ingest.quoting.html import labelled_lines, mark_clients_quotes
from maildesk.ingest.quoting.interleaved import decide_interleaved
from maildesk.ingest.quoting.labels import Lines, Part, labelled, shown
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


def read_reply(text: str, html: str = "") -> Reply:
    """Take a mail's text apart; `html` is its HTML part, if it has one."""
    # Few mails bear a client's fingerprints: of the others only the plain text counts, so their HTML is not made into lines.
    marked, found = mark_clients_quotes(html)
    if found or not text.strip():
        page = labelled_lines(marked)
        if found:
            reply = _read_lines(page, [Why(Reason.QUOTE_CUT, f"HTML: {', '.join(found[:4])}")])
            if not reply.nothing_new:
                return reply  # else somebody wrote into the quote's own container: the text may tell more
        text = text if text.strip() else "\n".join(page.texts)
    text = text[:TEXT_LIMIT]
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return _read_lines(labelled(glance(text)), [])


def _read_lines(page: Lines, why: list[Why]) -> Reply:
    rest = page.cut(LINES_LIMIT)
    mark_quotes(page, why)
    decide_interleaved(page, why)
    goes_on = bool(rest) and page.labels[-1] is Part.OWN
    reply = _compose(page, why)
    return _with_rest(reply, _joined(rest)) if goes_on and not reply.nothing_new else reply


def _with_rest(reply: Reply, rest: str) -> Reply:
    """Add what stands beyond the lines that are looked at: a log that somebody pasted is his text to its end."""
    whole = f"{reply.with_signature}\n{rest}"
    return replace(reply, own=whole, with_signature=whole, text=whole)


def _compose(page: Lines, why: list[Why]) -> Reply:
    """Put the author's lines together, segment by segment: each text between quotes may end in a signature."""
    own: list[str] = []
    signed: list[str] = []
    lines, labels = page.texts, page.labels
    plain = page.is_all_own
    if not plain and not why and any(h and label is Part.QUOTE for h, label in zip(page.heads, labels, strict=True)):
        why.append(Why(Reason.QUOTE_CUT, "quote marks"))
    for start, end in _segments(page):
        text = lines[start:end]
        signed += text
        if not plain:
            text = [line for line, label in zip(text, labels[start:end], strict=True) if label is Part.OWN]
        cut = cut_signature(text, whole=any(line.strip() for line in own))
        if below := " ".join(text[cut:]).strip():
            why.append(Why(Reason.SIGNATURE_CUT, shown(below)))
        own += text[:cut]
    said = _joined(own)
    with_signature = said if len(signed) == len(own) else _joined(signed)
    whole = said or _joined(lines)
    if whole and not said:
        why.append(Why(Reason.KEPT_WHOLE, "nothing new above, between or below the quote"))
    forwarded = [] if plain else [line for at, line in enumerate(lines) if labels[at] is Part.FORWARDED]
    return Reply(said, with_signature, _joined(forwarded), said or with_signature or whole, not said, tuple(why))


def _segments(page: Lines) -> list[tuple[int, int]]:
    """Split what stays (own lines and signatures) at what goes, with the blank and drawn lines that frame a quote."""
    if page.is_all_own:
        return [(0, len(page.texts))]
    segments: list[tuple[int, int]] = []
    for start, end in _staying(page.labels):
        first = start
        while segments and first < end and not page.heads[first]:  # blank lines below a quote belong to it
            first += 1
        if first == end:
            continue
        last = end
        if end < len(page.texts):
            last = next((at for at in range(end - 1, first, -1) if page.heads[at]), first)
            last = last if is_rule(page.texts[last]) else end
        segments.append((first, last))
    return segments


def _staying(labels: list[Part]) -> list[tuple[int, int]]:
    """List where lines stay that are not cut: from, to."""
    found: list[tuple[int, int]] = []
    start = -1
    for at, label in enumerate(labels):
        if label is Part.OWN or label is Part.SIGNATURE:
            start = at if start < 0 else start
        elif start >= 0:
            found.append((start, at))
            start = -1
    if start >= 0:
        found.append((start, len(labels)))
    return found


def _joined(lines: list[str]) -> str:
    """Join lines without the blank ones at both ends."""
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return "\n".join(lines[start:end]).rstrip()
