"""Read the fields that hold message ids and dates: bounded, lenient, never raising."""

import datetime as dt
import re
from email.utils import parsedate_tz

from maildesk.ingest.mime.encoded_words import decode_words, raw_text, showable
from maildesk.ingest.mime.limits import IDS_FIRST, IDS_LAST, MESSAGE_ID

_BRACKETED = re.compile(r"<([^<>]*)>")
_SPACES = re.compile(r"\s+")
# Nothing in here can fail late: an unfinished phrase runs to the end.
_ID_OR_WORDS = re.compile(r'<[^<>]*>|"(?:[^"\\]|\\.)*"?|\([^()]*\)')
_UNCLOSED = re.compile(r"<\s*([^\s<>]+@[^\s<>]+)\s*$")
_COMMENT = re.compile(rb"\([^()]*\)")
_NUMBERED_WORD = re.compile(r"(?=.*\d)[^\s,;:\"()]{10,}$")
_DATE_LENGTH = 120


def parse_ids(data: bytes) -> tuple[str, ...]:
    """Read the message ids of a field in order, each once, without brackets: the first and the last of very many."""
    text = _plain_ids(data)
    found = (_bracketed(text) if "<" in text else []) or _bare_ids(text)
    ids = list(dict.fromkeys(identity for identity in map(_clean, found) if identity))
    if len(ids) > IDS_FIRST + IDS_LAST:
        ids = ids[:IDS_FIRST] + ids[-IDS_LAST:]
    return tuple(ids)


def _plain_ids(data: bytes) -> str:
    """Undo what programs on the way do to ids: encoded words (Python up to 3.13, for long ones), brackets written for HTML."""
    text = raw_text(data)
    if "=?" in text:
        text = decode_words(text)
    return text.replace("&lt;", "<").replace("&gt;", ">") if "&lt;" in text else text


def _bracketed(text: str) -> list[str]:
    """Read what stands in brackets, but not within a phrase or a comment (`"Your message of … <jana@firma.cz>"`)."""
    if '"' not in text and "(" not in text:
        return _BRACKETED.findall(text)
    return [token[1:-1] for token in _ID_OR_WORDS.findall(text) if token[0] == "<"] or _BRACKETED.findall(text)


def _bare_ids(text: str) -> list[str]:
    """Read ids without brackets; in prose (`jana@firma.cz's message of …`, RFC 822 §4.6.2) an address is no id."""
    if "<" in text:  # cut off before its bracket: the only id is read all the same, as is the id of such a mail itself
        return _UNCLOSED.findall(text)
    words = [word.strip("<>,;") for word in text.split()]
    if len(words) == 1 and _NUMBERED_WORD.match(words[0]):
        return words
    return words if all("@" in word for word in words) else []


def parse_message_id(data: bytes) -> str:
    """Read a mail's own id, "" where it has none; an id without brackets or without an @ counts, since others will cite it."""
    if not data:
        return ""
    text = _plain_ids(data)
    bracketed = _BRACKETED.search(text)
    return _clean(bracketed.group(1) if bracketed else text.strip().strip("<>"))


def _clean(identity: str) -> str:
    """Take folding and what does not show out of an id."""
    return showable(_SPACES.sub("", identity[: MESSAGE_ID + 200]))[:MESSAGE_ID]


def parse_date(data: bytes) -> dt.datetime | None:
    """Read a Date field (RFC 5322 §3.3 and the older forms) as UTC, None if it makes no sense."""
    if b"(" in data:  # `12:00 (CEST) +0200`: the standard library stops at a comment that stands before the zone
        data = _COMMENT.sub(b" ", data[: 2 * _DATE_LENGTH])
    text = data[:_DATE_LENGTH].decode("ascii", "replace")
    try:
        parts = parsedate_tz(text)
        if parts is None or not 1970 <= parts[0] <= 9998:
            return None
        offset = parts[9] or 0
        if abs(offset) > 26 * 3600:
            offset = 0
        second = min(parts[5], 59)  # a leap second
        local = dt.datetime(parts[0], parts[1], parts[2], parts[3], parts[4], second, tzinfo=dt.UTC)
        return local - dt.timedelta(seconds=offset)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
