"""Read the block of From, Sent, To and Subject lines that Outlook and others put above a quoted or forwarded mail."""

from dataclasses import dataclass

from maildesk.ingest.quoting import words
from maildesk.ingest.quoting.lines import COLONS, LINE
from maildesk.language import fold


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """Quoted headers: the lines from `start` up to `end`, and their values by kind ("from", "subject", …)."""

    start: int
    end: int
    values: dict[str, str]


def label(line: str) -> tuple[str, str]:
    """Split a quoted header line into its kind and value; the kind is "" for any other line."""
    text = line[:LINE].lstrip(" \t\xa0*>_|\u2022-").replace("\uff1a", ":", 1)
    name, colon, value = text.partition(":")
    if not colon or len(name) > 30:
        return "", ""
    said = value.strip(" \t\xa0*_|")
    if not said and "__" in value:  # a blank to be filled in, and no label whose value stands on the next line
        said = value.strip()
    return words.LABELS.get(fold(name).strip("*_ "), ""), said


def header_block(lines: list[str], start: int, *, sure: bool = False) -> HeaderBlock | None:
    """Read the block of From, Sent, To, Subject lines that begins at `start`, None if there is none.

    Below a dividing line it is `sure` that this is one; anywhere else it must be convincing.
    """
    values = _labels_in_a_row(lines[start])
    if not values:
        return _without_colons(lines, start) if sure else None
    kind = last = next(reversed(values))
    end, blanks = start + 1, 0
    for at in range(start + 1, min(start + 40, len(lines))):
        line = lines[at].strip(" \t\xa0>|")
        kind, value = label(line)
        if kind == "other":  # only right below the others: further down it is the text that says "Attachments:"
            if blanks:
                break
            end = at + 1
        elif kind and kind not in values:
            values[kind], last, end, blanks = value, kind, at + 1, 0
        elif not line:
            blanks += 1
            if blanks > 2 or (blanks and "subject" in values and len(values) >= 3):
                break
        elif kind:
            break  # the same label again: another block, or no block at all
        elif blanks or at - end > 5:
            if not _label_follows(lines, at) or values[last]:
                break
            values[last], end, blanks = line, at + 1, 0  # a table cell: the value has a line of its own
        elif _label_follows(lines, at) or (last == "subject" and len(values[last]) > 55):
            values[last] = f"{values[last]} {line}".strip()
            end = at + 1
    return HeaderBlock(start, end, values) if (sure and "from" in values) or _is_convincing(values) else None


def _labels_in_a_row(line: str) -> dict[str, str]:
    """Read a line that begins with a label; Yahoo and Samsung put all headers on one line."""
    kind, value = label(line)
    values = {kind: value} if kind and kind != "other" else {}
    if not values or value.count(":") < 1:
        return values
    parts = value.replace(">", "> ").split(" ")
    begin = 0
    for at, part in enumerate(parts):
        if not part.endswith(COLONS):
            continue
        for first in range(max(begin, at - 2), at + 1):
            found = words.LABELS.get(fold(" ".join(parts[first : at + 1])).strip("*_: \uff1a"), "")
            if found and found not in values:
                values[kind] = " ".join(parts[begin:first]).strip()
                kind, begin = found, at + 1
                values[kind] = ""
                break
        else:
            glued = _glued(parts[at - 1] if part in COLONS and at > begin else part)
            if glued[0] and glued[0] not in values:
                values[kind] = " ".join((*parts[begin : at - (part in COLONS)], glued[1])).strip()
                kind, begin = glued[0], at + 1
                values[kind] = ""
    values[kind] = " ".join(parts[begin:]).strip()
    return values


def _glued(part: str) -> tuple[str, str]:
    """Split a label off the word before it: Yahoo leaves out the space ("GMT+1Subject:"); its kind, and the word."""
    text = part[:60].rstrip(":\uff1a")
    for at in range(len(text) - 1, 0, -1):
        if text[at].isupper() and (kind := words.LABELS.get(fold(text[at:]), "")) and kind != "other":
            return kind, text[:at]
    return "", ""


def _without_colons(lines: list[str], start: int) -> HeaderBlock | None:
    """Read the headers that eM Client writes below its dividing line: labels without colons, one a line."""
    values: dict[str, str] = {}
    at = start
    for at in range(start, min(start + 8, len(lines))):
        name, _, value = lines[at][:LINE].strip(" \t\xa0>").partition(" ")
        kind = words.LABELS.get(fold(name), "")
        if not kind or kind in values or not value:
            break
        values[kind] = value.strip()
    if "@" not in values.get("from", "") or not values.keys() & {"to", "date", "sent"}:
        return None
    return HeaderBlock(start, start + len(values), values)


def _label_follows(lines: list[str], at: int) -> bool:
    return any(label(line)[0] for line in lines[at + 1 : at + 5])


def _is_convincing(values: dict[str, str]) -> bool:
    """Demand more than two labels: a customer may well write "From: Split, To: Zagreb, Date: Monday"."""
    kinds = values.keys()
    dated = kinds & {"sent", "date"}
    if not (("from" in kinds and dated) or (dated and kinds & {"to", "subject"}) or {"from", "to", "subject"} <= kinds):
        return False
    if "sent" in kinds or "subject" in kinds:
        return len(kinds) >= 3 or any("@" in value for value in values.values())
    return any("@" in value for value in values.values())
