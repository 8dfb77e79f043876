"""Find where a mail starts, and mend files whose lines end in CR alone."""

import re

_LEADING = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n){0,100}(?=(?:>?From |[!-9;-~]{1,200}[ \t]*:))")
_HEAD = 8192


def with_line_ends(raw: bytes) -> tuple[bytes, bool]:
    """Give the mail with LF where its lines end in CR alone (files of old Macs), and whether they did."""
    head = raw[:_HEAD]
    if b"\r" in head and b"\n" not in head and head.count(b"\r") > 1:
        return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n"), True
    return raw, False


def start_of_mail(raw: bytes) -> int:
    """Step over empty lines and a byte order mark in front of the first field."""
    found = _LEADING.match(raw, 0, _HEAD)
    return found.end() if found else 0
