"""Label the introductions to quotes ("On … wrote:", headers, dividing lines), and all that follows one without quote marks."""

from maildesk.ingest.quoting.attribution import attribution_start, shared_at
from maildesk.ingest.quoting.header_block import header_block
from maildesk.ingest.quoting.labels import Lines, Part, shown
from maildesk.ingest.quoting.lines import divider, is_framed, is_rule
from maildesk.model.reason import Reason
from maildesk.model.why import Why

_LOOKS = 500
"""Fruitless looks at lines and those above them; in a text with so many lines that could divide, a line must do by itself."""
_MOST = 20_000
"""How many lines of a mail are looked at closely; of what stands below them nothing is taken for an introduction."""


def mark_quotes(page: Lines, why: list[Why]) -> None:
    """Label introductions to quotes, and all that follows one without quote marks."""
    lines, labels = page.texts, page.labels
    done = shared = looks = 0
    for candidate in _candidates(page):
        at = candidate + bool(shared)  # where a line was split, those below it moved down
        if at < done:
            continue
        found = _separator(page, at, alone=looks > _LOOKS)
        if not found:
            looks += 1
            continue
        start, end, kind = found
        if kind == "attribution" and not shared and start == at and (shared := shared_at(lines[at])):
            page.split(at, shared)
            start, end = at + 1, end + 1
        why.append(Why(Reason.QUOTE_CUT, f"{kind}: {shown(lines[max(start, at)])}"))
        start = _above_rules(lines, start)
        if not _quote_follows(page, end - 1):
            _label_rest(labels, start, Part.FORWARDED if kind == "forwarded" else Part.QUOTE)
            return
        labels[start:end] = [Part.INTRO] * (end - start)
        done = end


def _candidates(page: Lines) -> list[int]:
    """List the author's own lines that may introduce a quote: by what they hold, or since a quote follows."""
    found = page.worth
    if not page.is_all_own:
        labels = page.labels
        found = sorted({*(at for at in found if labels[at] is Part.OWN), *_above_quotes(page)})
    return found[:_MOST]


def _above_quotes(page: Lines) -> list[int]:
    found: list[int] = []
    above, above_is_own = -1, False
    for at, (head, label) in enumerate(zip(page.heads, page.labels, strict=True)):
        if head:
            if above_is_own and label is Part.QUOTE:
                found.append(above)
            above, above_is_own = at, label is Part.OWN
    return found


def _separator(page: Lines, at: int, *, alone: bool) -> tuple[int, int, str] | None:
    """Recognise what begins (a divider, headers) or ends (an attribution) in this line: its extent and its kind."""
    lines = page.texts
    kind = divider(lines[at])
    if kind:
        block = header_block(lines, following) if (following := _next_text(page, at + 1)) < len(lines) else None
        if block is None and kind == "original" and _is_announced(page, at):
            return None
        return at, block.end if block else at + 1, kind
    block = header_block(lines, at)
    if block:
        return at, block.end, "headers"
    start = attribution_start(lines, at, quote_follows=_quote_follows(page, at), alone=alone)
    return None if start is None else (start, at + 1, "attribution")


def _is_announced(page: Lines, at: int) -> bool:
    """Tell a dividing line without headers that somebody shows ("The mail says:"): what stands below may be his again."""
    above = at - 1
    while above >= 0 and not page.heads[above]:
        above -= 1
    return above >= 0 and page.texts[above].rstrip()[-1:] == ":" and not _quote_follows(page, at)


def _quote_follows(page: Lines, at: int) -> bool:
    following = _next_text(page, at + 1)
    return following < len(page.labels) and page.labels[following] is Part.QUOTE


def _next_text(page: Lines, at: int) -> int:
    heads = page.heads
    while at < len(heads) and not heads[at]:
        at += 1
    return at


def _above_rules(lines: list[str], start: int) -> int:
    """Move up over a drawn line, with or without words in it, and blank ones above an introduction."""
    at = start
    while (
        at > 0 and start - at < 6 and (not lines[at - 1].strip() or is_rule(lines[at - 1]) or is_framed(lines[at - 1]))
    ):
        at -= 1
        if lines[at].strip():
            start = at
    return start


def _label_rest(labels: list[Part], start: int, part: Part) -> None:
    labels[start:] = [part] * (len(labels) - start)
