"""Label the introductions to quotes ("On … wrote:", headers, dividing lines), and all that follows one without quote marks."""

from maildesk.ingest.quoting.attribution import attribution_start, shared_at
from maildesk.ingest.quoting.header_block import header_block
from maildesk.ingest.quoting.labels import Part, shown
from maildesk.ingest.quoting.lines import divider, is_rule, may_divide
from maildesk.model.reason import Reason
from maildesk.model.why import Why

_LOOKS = 500
"""Fruitless looks at lines and those above them; in a text with so many lines that could divide, a line must do by itself."""


def mark_quotes(lines: list[str], labels: list[Part], why: list[Why]) -> None:
    """Label introductions to quotes, and all that follows one without quote marks."""
    at = shared = looks = 0
    quoted = Part.QUOTE in labels
    while at < len(lines):
        worth = may_divide(lines[at]) or (quoted and lines[at].strip() and _quote_follows(lines, labels, at))
        found = _separator(lines, labels, at, alone=looks > _LOOKS) if worth and labels[at] is Part.OWN else None
        if not found:
            looks += bool(worth)
            at += 1
            continue
        start, end, kind = found
        if kind == "attribution" and not shared and start == at and (shared := shared_at(lines[at])):
            lines.insert(at + 1, lines[at][shared:])
            labels.insert(at + 1, Part.OWN)
            lines[at] = lines[at][:shared].rstrip(" -")
            start, end = at + 1, end + 1
        why.append(Why(Reason.QUOTE_CUT, f"{kind}: {shown(lines[max(start, at)])}"))
        start = _above_rules(lines, start)
        following = _next_text(lines, end)
        if following < len(lines) and labels[following] is Part.QUOTE:
            labels[start:end] = [Part.INTRO] * (end - start)
            at = end
            continue
        _label_rest(labels, start, Part.FORWARDED if kind == "forwarded" else Part.QUOTE)
        return


def _separator(lines: list[str], labels: list[Part], at: int, *, alone: bool) -> tuple[int, int, str] | None:
    """Recognise what begins (a divider, headers) or ends (an attribution) in this line: its extent and its kind."""
    kind = divider(lines[at])
    if kind:
        block = header_block(lines, following) if (following := _next_text(lines, at + 1)) < len(lines) else None
        return at, block.end if block else at + 1, kind
    block = header_block(lines, at)
    if block:
        return at, block.end, "headers"
    start = attribution_start(lines, at, quote_follows=_quote_follows(lines, labels, at), alone=alone)
    return None if start is None else (start, at + 1, "attribution")


def _quote_follows(lines: list[str], labels: list[Part], at: int) -> bool:
    following = _next_text(lines, at + 1)
    return following < len(lines) and labels[following] is Part.QUOTE


def _next_text(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _above_rules(lines: list[str], start: int) -> int:
    """Move up over a drawn line and blank ones above an introduction."""
    at = start
    while at > 0 and start - at < 6 and (not lines[at - 1].strip() or is_rule(lines[at - 1])):
        at -= 1
        if lines[at].strip():
            start = at
    return start


def _label_rest(labels: list[Part], start: int, part: Part) -> None:
    labels[start:] = [part] * (len(labels) - start)
