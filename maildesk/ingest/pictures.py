"""Tell pictures that stand only in the quoted history of a mail: every answer brings them along again, and nobody attached them."""

import re
from urllib.parse import unquote

import msgspec

from maildesk.ingest.quoting.html import QUOTE, REST, mark_clients_quotes
from maildesk.model.mail import Attachment

_SHOWN = re.compile(rf"[{QUOTE}{REST}]|\bcid:([^\s\"'<>()]{{1,300}})", re.IGNORECASE)


def mark_quoted(attachments: list[Attachment], html: str) -> list[Attachment]:
    """Mark the pictures that the HTML shows in its quote and nowhere else."""
    if not html or not any(file.content_id for file in attachments):
        return attachments
    quoted = _only_quoted(html)
    if not quoted:
        return attachments
    return [
        msgspec.structs.replace(file, quoted=True) if file.content_id and file.content_id in quoted else file
        for file in attachments
    ]


def _only_quoted(html: str) -> set[str]:
    marked, found = mark_clients_quotes(html)
    if not found:
        return set()
    own: set[str] = set()
    quoted: set[str] = set()
    depth = 0
    for seen in _SHOWN.finditer(marked):
        mark = seen.group()
        if mark == REST:
            depth += 1  # everything below is quoted
        elif mark in QUOTE:
            depth += 1 if mark == QUOTE[0] else -1
        else:
            (quoted if depth > 0 else own).add(unquote(seen.group(1)))
    return quoted - own
