"""Read a mail's header block from its raw bytes: bounded, one pass, every field with its value as it stood.

This is the only reader of the fields that say who wrote and what is answered. It draws the line between header and body
where Postfix and the standard library draw it: at the first empty line, or the first line that cannot be a field.
"""

import re
from functools import lru_cache

from maildesk.ingest.mime.encoded_words import decode_header_text
from maildesk.ingest.mime.limits import FIELD, FIELDS, HEADER_BLOCK, SHOWN_VALUE
from maildesk.model.value import Value


class Field(Value, frozen=True, gc=False):
    """One field: `name` as written, `key` lower case, `value` its unfolded bytes (cut at the limit)."""

    name: str
    key: str
    value: bytes


class Headers(Value, frozen=True):
    """A header block, read: fields in order, where the body starts, and what was odd about it.

    `noise` is True where two programs may see two different headers: lone CRs, NULs, mixed line ends, lines that are no field.
    """

    fields: tuple[Field, ...]
    body: int
    noise: bool = False
    defects: tuple[str, ...] = ()

    def first(self, key: str) -> bytes:
        """Give the first value of a field (key in lower case), b"" where there is none."""
        for field in self.fields:  # no generator: this is asked some twenty times a mail
            if field.key == key:
                return field.value
        return b""

    def all(self, key: str) -> list[bytes]:
        """Give every value of a field (key in lower case)."""
        return [field.value for field in self.fields if field.key == key]


_NAME = re.compile(rb"[!-9;-~]+$")  # RFC 5322 §3.6.8
_HARMLESS = bytes(byte for byte in range(256) if (byte >= 32 and byte != 127) or byte in b"\t\n")
_NEAR = 4 * 1024
_IDS = frozenset({"references", "in-reply-to"})
# A parameter that stands on a line of its own without being folded: `Content-Type: text/plain;` and then `charset="utf-8"`.
_LOST_PARAMETER = re.compile(rb"[a-z][a-z0-9*-]{1,30}=(?:\"[^\"]{0,500}\"|[^\s\";]{1,500});?[ \t]*$", re.IGNORECASE)
_WITH_PARAMETERS = frozenset({"content-type", "content-disposition"})
_TELLING = re.compile(rb"\n(?:from|sender|to|subject|date|message-id|received):", re.IGNORECASE)
_TELLING_OF_PART = re.compile(rb"\ncontent-[a-z-]{1,30}:", re.IGNORECASE)


def read_headers(raw: bytes, start: int = 0, end: int | None = None, *, part: bool = False) -> Headers:
    """Read the header block of a mail or of a part, which starts at `start`; the lines end in LF or CRLF."""
    end = len(raw) if end is None else end
    stop, body = _header_end(raw, start, end)
    if stop == start:
        return Headers((), body)
    defects: list[str] = []
    block = raw[start:stop]
    noise = _has_noise(raw[start:body])
    if len(block) > HEADER_BLOCK:
        block = block[:HEADER_BLOCK]
        defects.append(f"header block larger than {HEADER_BLOCK // 1024} kB: the rest of it is not read")
    block = block.replace(b"\r\n", b"\n")
    fields, junk, ended = _split_fields(block, defects, part)
    if ended is not None:
        body = _offset_of(raw, start, end, ended)
        defects.append("a line in the header is no field: the body starts there")
    if junk:
        defects.append("lines in the header that are no fields")
    return Headers(tuple(fields), body, noise or junk, tuple(defects))


def _header_end(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Say where the header block stops and where the body starts: at the first empty line."""
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return start, start + (1 if raw[start] == 10 else 2)
    # Near the start first: in a large mail of the one kind of line ends, the other kind is looked for in vain to the end.
    for limit in (min(end, start + _NEAR), end):
        plain = raw.find(b"\n\n", start, limit)
        crlf = raw.find(b"\n\r\n", start, limit if plain < 0 else plain + 1)
        if crlf >= 0:
            return crlf, crlf + 3
        if plain >= 0:
            return plain, plain + 2
    return end, end


def _has_noise(block: bytes) -> bool:
    crlf = block.count(b"\r\n")
    return b"\0" in block or block.count(b"\r") > crlf or bool(crlf and block.count(b"\n") != crlf)


def _split_fields(block: bytes, defects: list[str], part: bool) -> tuple[list[Field], bool, int | None]:
    """Split into fields; say whether junk was passed over, and at which unfolded line the header ended early, if it did."""
    fields: list[Field] = []
    dirty = bool(block.translate(None, _HARMLESS))
    junk = False
    lines = block.replace(b"\n ", b" ").replace(b"\n\t", b" ").split(b"\n")  # unfold (RFC 5322 §2.2.3)
    for number, line in enumerate(lines):
        name, colon, value = line.partition(b":")
        names = _names(name) if colon else None
        if names is not None:
            if len(fields) == FIELDS:
                defects.append(f"more than {FIELDS} header fields: the rest of them are not read")
                break
            fields.append(_field(*names, value, dirty, defects))
        elif number and not line.strip() and number == len(lines) - 1:
            break
        elif fields and fields[-1].key in _WITH_PARAMETERS and _LOST_PARAMETER.match(line):
            junk = True
            fields[-1] = _field(fields[-1].name, fields[-1].key, fields[-1].value + b"; " + line, dirty, defects)
        elif number or not line.startswith((b"From ", b">From ")):
            if _body_starts(lines, number, fields, part):
                return fields, junk, number
            # Exported mail that lost its folding: who wrote it comes after the damage. Two programs may read it as two mails.
            junk = True
            fields.extend(_fields_after_junk(lines[number + 1 :], FIELDS - len(fields), dirty, defects))
            break
    return fields, junk, None


def _body_starts(lines: list[bytes], number: int, fields: list[Field], part: bool) -> bool:
    """Tell whether a line that is no field ends the header, or is damage before fields that say what the rest is."""
    if part:
        return lines[number].startswith(b"--") or not _TELLING_OF_PART.search(b"\n".join(lines[number:]))
    return any(field.key == "from" for field in fields) or not _TELLING.search(b"\n".join(lines[number:]))


def _fields_after_junk(lines: list[bytes], limit: int, dirty: bool, defects: list[str]) -> list[Field]:
    found: list[Field] = []
    for line in lines:
        name, colon, value = line.partition(b":")
        names = _names(name) if colon else None
        if names is not None and len(found) < limit:
            found.append(_field(*names, value, dirty, defects))
    return found


@lru_cache(4096)
def _names(name: bytes) -> tuple[str, str] | None:
    """Give a field's name as written and in lower case, None if it cannot be one (RFC 5322 §4.5 allows spaces before the colon)."""
    bare = name.rstrip(b" \t")
    if len(bare) > 998 or _NAME.match(bare) is None:
        return None
    text = bare.decode("ascii")
    return text, text.lower()


def _field(name: str, key: str, value: bytes, dirty: bool, defects: list[str]) -> Field:
    if len(value) > FIELD:
        defects.append(f"{name[:40]} is longer than {FIELD // 1024} kB: the rest of it is not read")
        # Of a list of ids both ends count: the first mail of the conversation and the last.
        value = value[: FIELD // 2] + b" " + value[-FIELD // 2 :] if key in _IDS else value[:FIELD]
    if dirty and key != "from":
        # `sender` must see the From field as it came, with everything odd in it.
        value = value.replace(b"\r", b" ").replace(b"\0", b"")
    return Field(name, key, value.strip(b" \t"))


def _offset_of(raw: bytes, start: int, end: int, unfolded: int) -> int:
    """Find where the given unfolded line (counted from 0) starts."""
    at = start
    while unfolded:
        found = raw.find(b"\n", at, end)
        if found < 0:
            return end
        at = found + 1
        unfolded -= raw[at : at + 1] not in (b" ", b"\t")
    return at


def decoded_headers(headers: Headers, hint: str = "") -> tuple[tuple[str, str], ...]:
    """Decode every field for people and rules: one line each, safe to show, cut at the limit."""
    return tuple((field.name, decode_header_text(field.value[:SHOWN_VALUE], hint)) for field in headers.fields)
