"""Make a mail that stands for one that is too large to take: its header, and a sentence that says what is missing and where.

Fields about the form of the body we do not have are renamed, so that the sentence is what is read.
"""

import re

_FORM = re.compile(rb"^(content-|mime-version[ \t]*:)", re.IGNORECASE | re.MULTILINE)
_LINE_END = re.compile(rb"\r?\n")


def stand_in(header: bytes, size: int, where: str) -> bytes:
    """Give the header (as far as it was fetched) with a text of ours for a body; `where` says where the mail is."""
    end = re.search(rb"\r?\n\r?\n", header)
    block = _LINE_END.sub(b"\r\n", header[: end.start()] if end else _whole_lines(header))
    block = _FORM.sub(rb"X-Original-\1", block.strip(b"\r\n"))
    text = f"[maildesk] This mail has {size / 1_000_000:.1f} MB, more than is taken here. Only its header was read. {where}"
    form = b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return block + (b"\r\n" if block else b"") + form + text.encode() + b"\r\n"


def _whole_lines(header: bytes) -> bytes:
    """Drop the line that was cut."""
    return header[: header.rfind(b"\n") + 1]
