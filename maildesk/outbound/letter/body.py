"""The parts of a letter's body: text that any relay can carry, and attached files byte for byte."""

import binascii
import re
import struct
from typing import NamedTuple

from maildesk.outbound.letter.header import Field, fold, header_safe

LINE = 78
LONG = 8192  # bytes of text that is not ASCII
_CONTROL = bytes(byte for byte in (*range(32), 127) if byte not in b"\t\n\r")
_CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}", re.ASCII)
_BASE64_LINE = 76
_ROWS = struct.Struct(f"{_BASE64_LINE}s" * 1000)
_ATTR = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~")  # RFC 2231 §7
_MAX_FILENAME = 120
_SECTION = 55


class File(NamedTuple):
    """An attached file: its name as people see it, its type, its bytes."""

    name: str
    content_type: str
    data: bytes


class Part(NamedTuple):
    """A part of a body: its fields and its encoded content, which ends with a line end."""

    fields: tuple[Field, ...]
    content: str


def text_part(subtype: str, text: str) -> Part:
    """Write a text in the plainest encoding that carries it whole: 7bit, quoted-printable, else base64."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    data = text.encode("utf-8", "replace")
    odd = len(data) - len(text)
    data = data.translate(None, _CONTROL)
    if not data.endswith(b"\n"):
        data += b"\n"
    if not odd and max(map(len, data.split(b"\n"))) <= LINE:
        return Part(_text_fields(subtype, "us-ascii", "7bit"), data.replace(b"\n", b"\r\n").decode("ascii"))
    # Base64 is shorter where most is not Latin, and four times as fast where the text is long.
    if odd * 5 > len(data) or (odd and len(data) > LONG):
        return Part(_text_fields(subtype, "utf-8", "base64"), _base64(data.replace(b"\n", b"\r\n")))
    content = binascii.b2a_qp(data, istext=True).replace(b"\n", b"\r\n").decode("ascii")
    return Part(_text_fields(subtype, "utf-8", "quoted-printable"), content)


def file_part(file: File) -> Part:
    """Write an attached file; its bytes are what they were, its name is safe to show and to save."""
    fields = (
        Field("Content-Type", f"Content-Type: {_safe_type(file.content_type)}"),
        fold("Content-Disposition", _disposition(_safe_name(file.name))),
        Field("Content-Transfer-Encoding", "Content-Transfer-Encoding: base64"),
    )
    return Part(fields, _base64(file.data))


def many(subtype: str, parts: list[Part], boundary: str) -> Part:
    """Join parts into a multipart; `=_` in the boundary keeps it apart from every encoded content (RFC 2045 §6.7)."""
    if any(f"--{boundary}" in part.content for part in parts if part.fields[0].lines.startswith("Content-Type: text/")):
        raise ValueError("a text holds the boundary of its own letter")
    content = "".join(f"--{boundary}\r\n{_block(part)}\r\n\r\n{part.content}" for part in parts)
    field = Field("Content-Type", f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"')
    return Part((field,), f"{content}--{boundary}--\r\n")


def _block(part: Part) -> str:
    return "\r\n".join(field.lines for field in part.fields)


def _text_fields(subtype: str, charset: str, encoding: str) -> tuple[Field, ...]:
    return (
        Field("Content-Type", f"Content-Type: text/{subtype}; charset={charset}"),
        Field("Content-Transfer-Encoding", f"Content-Transfer-Encoding: {encoding}"),
    )


def _base64(data: bytes) -> str:
    """Write bytes in lines of 76 letters (RFC 2045 §6.8); rows of a struct are cut three times as fast as slices."""
    text = binascii.b2a_base64(data, newline=False)
    whole = len(text) - len(text) % _BASE64_LINE
    full = whole - whole % _ROWS.size
    lines = [line for at in range(0, full, _ROWS.size) for line in _ROWS.unpack_from(text, at)]
    lines += struct.unpack_from(f"{_BASE64_LINE}s" * ((whole - full) // _BASE64_LINE), text, full)
    lines += [text[whole:]] if whole < len(text) else []
    return b"\r\n".join([*lines, b""]).decode("ascii")


def _safe_type(content_type: str) -> str:
    kind = content_type.strip().lower()
    # RFC 2046 §5.2.1: a message must not be base64, and a multipart would be taken apart.
    if kind.startswith(("multipart/", "message/")) or not _CONTENT_TYPE.fullmatch(kind):
        return "application/octet-stream"
    return kind


def _safe_name(name: str) -> str:
    """Leave a plain file name: no folders, no controls, not too long, its ending kept."""
    name = header_safe(re.split(r"[/\\]", name[-1000:])[-1], 4 * _MAX_FILENAME).strip(" .")
    if len(name) <= _MAX_FILENAME:
        return name or "file"
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: _MAX_FILENAME - 11]}.{ending}" if dot and len(ending) <= 10 else name[:_MAX_FILENAME]


def _disposition(name: str) -> list[str]:
    """Write the name as it is, or by RFC 2231 where it is not plain ASCII, in numbered pieces if it is long."""
    if name.isascii() and len(name) <= _SECTION and not set('"\\%') & set(name):
        return ["attachment;", f'filename="{name}"']
    chars = ["".join(chr(b) if b in _ATTR else f"%{b:02X}" for b in char.encode("utf-8", "replace")) for char in name]
    pieces = [""]
    for char in chars:
        if len(pieces[-1]) + len(char) > _SECTION:
            pieces.append("")
        pieces[-1] += char
    if len(pieces) == 1:
        return ["attachment;", f"filename*=utf-8''{pieces[0]}"]
    pieces[0] = f"utf-8''{pieces[0]}"
    sections = [f"filename*{i}*={piece}" for i, piece in enumerate(pieces)]
    return ["attachment;", *(f"{s};" for s in sections[:-1]), sections[-1]]
