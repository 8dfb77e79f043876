"""Find the mails in an mbox file: where each begins and ends, by searches over the whole, never line by line.

RFC 4155 says what separates: a line `From `, an address and a date, after an empty line. Files in the wild leave out the empty
line, forget to quote such lines in bodies (a patch made by git begins with one), or date them in other ways.
"""

import datetime as dt
import mmap
import re
from collections.abc import Iterator
from typing import NamedTuple

Bytes = bytes | mmap.mmap

FROM_LINE = 1000
_DAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")
_MONTH = rb"(?P<month>" + b"|".join(_MONTHS) + rb")"
_CLOCK = rb"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
_ZONE = rb"(?P<zone>[+-]\d{4})"
# Tue Jan  7 12:09:16 2003, with a zone before or behind the year, as asctime and its users write it.
_ASCTIME = re.compile(
    _DAY + rb",? +" + _MONTH + rb" +(?P<day>\d{1,2}) +" + _CLOCK
    + rb"(?: +(?:[A-Z]{1,5}|" + _ZONE + rb")){0,2} +(?P<year>\d{4})(?: +(?P<behind>[+-]\d{4}))?\s*\Z"
)  # fmt: skip
# Tue, 07 Jan 2003 12:09:16 +0100, as mail itself is dated.
_RFC_5322 = re.compile(
    _DAY + rb",? +(?P<day>\d{1,2})[ -]" + _MONTH + rb"[ -](?P<year>\d{4}) +" + _CLOCK + rb"(?: +" + _ZONE + rb")?"
)
_FIELD = re.compile(rb"(?:>?From |[!-9;-~]{1,76}[ \t]*:)")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
# `git format-patch` dates all its patches alike; one stands in many bodies, unquoted.
_PATCH = re.compile(rb"From [0-9a-f]{40,64} Mon Sep 17 00:00:00 2001\s*\Z")
_FOLDER_DATA = b"Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA"


class Span(NamedTuple):
    """One mail of an mbox: from `start` to `end`, after its `From ` line at `line`."""

    line: int
    start: int
    end: int


def find_spans(data: Bytes) -> Iterator[Span]:
    """Give the mails of an mbox in order; what stands before the first `From ` line is none."""
    style = _Style(data)
    line = 0 if data[:5] == b"From " else _next(data, 0, style)
    while line >= 0:
        start = _after_line(data, line)
        following = _next(data, start - 1, style)
        end = following if following >= 0 else len(data)
        if not data[start : start + 4096].partition(b"\n\n")[0].count(_FOLDER_DATA):
            yield Span(line, start, _without_blank_line(data, start, end))
        line = following


def unquote(raw: bytes) -> bytes:
    """Take the > off lines that were quoted to look unlike a separator (mboxrd; of mboxo it is the same but for one level)."""
    return _QUOTED.sub(rb"\1", raw) if b">From " in raw else raw


def parse_from_line(line: bytes) -> tuple[str | None, dt.datetime | None]:
    """Read sender ("" for a mailer daemon, None if there is none to read) and date of a `From ` line."""
    found = _ASCTIME.search(line) or _RFC_5322.search(line)
    who = line[5 : found.start() if found else len(line)].strip().decode("utf-8", "replace")
    if who.upper().startswith("MAILER-DAEMON"):
        sender: str | None = ""
    else:
        who = who.replace(" at ", "@")  # as archives of mailing lists write it
        sender = who if "@" in who and " " not in who and "?" not in who else None
    return sender, _date(found) if found else None


class _Style:
    """What the first line of a file tells about the others."""

    def __init__(self, data: Bytes) -> None:
        first = data[:FROM_LINE].partition(b"\n")[0]
        self.is_dated = not first.startswith(b"From ") or _is_dated(first)
        self.is_patches = _PATCH.match(first) is not None


def _next(data: Bytes, after: int, style: _Style) -> int:
    """Find the next separator behind a position, -1 if there is none."""
    at = data.find(b"\nFrom ", after)
    while at >= 0:
        if _separates(data, at + 1, style):
            return at + 1
        at = data.find(b"\nFrom ", at + 1)
    return -1


def _separates(data: Bytes, at: int, style: _Style) -> bool:
    """Tell whether a line that begins with `From ` begins a mail."""
    line = data[at : at + FROM_LINE].partition(b"\n")[0]
    behind = at + len(line) + 1
    follows = data[behind : behind + 100]
    after_blank = data[max(0, at - 2) : at] == b"\n\n" or data[max(0, at - 3) : at] == b"\n\r\n"
    if len(line) == FROM_LINE or (_PATCH.match(line) and not style.is_patches):
        return False
    if _is_dated(line):
        return _FIELD.match(follows) is not None or (after_blank and follows[:1] in (b"\n", b"\r", b""))
    return not style.is_dated and after_blank and _FIELD.match(follows) is not None


def _is_dated(line: bytes) -> bool:
    return _ASCTIME.search(line) is not None or _RFC_5322.search(line) is not None


def _after_line(data: Bytes, at: int) -> int:
    end = data.find(b"\n", at)
    return end + 1 if end >= 0 else len(data)


def _without_blank_line(data: Bytes, start: int, end: int) -> int:
    """Leave out the empty line that belongs to the separator, not to the mail."""
    if data[max(start, end - 3) : end] == b"\n\r\n":
        return end - 2
    return end - 1 if data[max(start, end - 2) : end] == b"\n\n" else end


def _date(found: re.Match[bytes]) -> dt.datetime | None:
    parts = found.groupdict()
    zone = (parts.get("behind") or parts.get("zone") or b"+0000").decode()
    try:
        moment = dt.datetime(
            int(parts["year"]),
            _MONTHS.index(parts["month"]) + 1,
            int(parts["day"]),
            int(parts["hour"]),
            int(parts["minute"]),
            min(59, int(parts["second"] or 0)),
            tzinfo=dt.UTC,
        )
        return moment - dt.timedelta(hours=int(zone[:3]), minutes=int(zone[0] + zone[3:]))
    except (ValueError, OverflowError):
        return None
