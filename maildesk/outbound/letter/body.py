"""The parts of a letter's body: text that any relay can carry, and attached files byte for byte."""

import binascii
import re
import struct
from functools import lru_cache
from typing import NamedTuple

from maildesk.outbound.letter.header import Field, fold, header_safe

LINE = 78
LONG = 8192  # bytes of text that is not ASCII
CONTROLS = bytes(byte for byte in (*range(32), 127) if byte not in b"\t\n\r")
_CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}", re.ASCII)
_BASE64_LINE, _ROW = 76, 57  # letters of a line, and the bytes they stand for
_DIFFERS = 4096  # bytes at the end of a text that may well differ from one agent's letter to the next one's
_BEGUN: dict[str, tuple[bytes, bytes]] = {}
_ROWS_AT_ONCE = 64
_ROWS = struct.Struct(f"{_BASE64_LINE}s" * _ROWS_AT_ONCE)
_ATTR = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~")  # RFC 2231 §7
_MAX_FILENAME = 120
_SECTION = 55


class File(NamedTuple):
    """An attached file: its name as people see it, its type, its bytes."""

    name: str
    content_type: str
    data: bytes


class Part(NamedTuple):
    """A part of a body: its fields and its encoded content, in pieces, which ends with a line end."""

    fields: tuple[Field, ...]
    content: tuple[bytes, ...]


class Lines:
    """Whole lines of a text on their way: UTF-8, CRLF at the end of every one, no controls.

    `odd` says how many bytes more than characters there are, `size` counts a line end as one. What is found out about lines
    is kept with them, since the same lines go into many letters.
    """

    __slots__ = ("_longest", "_quoted", "data", "odd", "size")

    def __init__(self, data: bytes, odd: int, size: int) -> None:
        """Take lines that are ready."""
        self.data, self.odd, self.size = data, odd, size
        self._longest = 0
        self._quoted = b""

    @property
    def longest(self) -> int:
        """Say how long the longest line is, its carriage return counted."""
        self._longest = self._longest or max(map(len, self.data.split(b"\n")))
        return self._longest

    @property
    def quoted(self) -> bytes:
        """Write the lines in quoted-printable, which looks at each by itself (RFC 2045 §6.7)."""
        if not self._quoted:
            lines = self.data.replace(b"\r\n", b"\n")  # b2a_qp would break a line before its CRLF, where none need be
            self._quoted = binascii.b2a_qp(lines, istext=True).replace(b"\n", b"\r\n")
        return self._quoted


# A text on its way: its lines, in as many pieces as they come from.
Wire = tuple[Lines, ...]


def ready(text: str) -> Lines:
    """Make lines ready for a relay: line ends of all kinds become CRLF, controls go, the last line ends, too."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    whole = text.encode("utf-8", "replace")
    data = whole.translate(None, CONTROLS)
    if not data.endswith(b"\n"):
        data += b"\n"
    return Lines(data.replace(b"\n", b"\r\n"), len(whole) - len(text), len(data))


def text_part(subtype: str, text: Wire) -> Part:
    """Write a text in the plainest encoding that carries it whole: 7bit, quoted-printable, else base64."""
    odd = sum([lines.odd for lines in text])
    if not odd and max([lines.longest for lines in text]) <= LINE + 1:
        return Part(_text_fields(subtype, "us-ascii", "7bit"), tuple([lines.data for lines in text]))
    size = sum([lines.size for lines in text])
    # Base64 is shorter where most is not Latin, and four times as fast where the text is long.
    if odd * 5 > size or (odd and size > LONG):
        whole = b"".join([lines.data for lines in text])
        return Part(_text_fields(subtype, "utf-8", "base64"), _coded(subtype, whole))
    return Part(_text_fields(subtype, "utf-8", "quoted-printable"), tuple([lines.quoted for lines in text]))


def file_part(file: File) -> Part:
    """Write an attached file; its bytes are what they were, its name is safe to show and to save."""
    fields = (
        Field("Content-Type", f"Content-Type: {_safe_type(file.content_type)}"),
        fold("Content-Disposition", _disposition(_safe_name(file.name))),
        Field("Content-Transfer-Encoding", "Content-Transfer-Encoding: base64"),
    )
    return Part(fields, (_base64(file.data),))


def many(subtype: str, parts: list[Part], boundary: str) -> Part:
    """Join parts into a multipart; `=_` in the boundary keeps it apart from every encoded content (RFC 2045 §6.7)."""
    mark = f"--{boundary}".encode("ascii")
    if any(mark in b"".join(part.content) for part in parts if part.fields[-1].lines.endswith(": 7bit")):
        raise ValueError("a text holds the boundary of its own letter")
    pieces: list[bytes] = []
    for part in parts:
        pieces += (mark, b"\r\n", _block(part), b"\r\n\r\n", *part.content)
    field = Field("Content-Type", f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"')
    return Part((field,), (*pieces, mark, b"--\r\n"))


def _block(part: Part) -> bytes:
    return "\r\n".join([field.lines for field in part.fields]).encode("utf-8")


@lru_cache(maxsize=16)
def _text_fields(subtype: str, charset: str, encoding: str) -> tuple[Field, ...]:
    return (
        Field("Content-Type", f"Content-Type: text/{subtype}; charset={charset}"),
        Field("Content-Transfer-Encoding", f"Content-Transfer-Encoding: {encoding}"),
    )


def _coded(subtype: str, whole: bytes) -> tuple[bytes, bytes]:
    """Write a long text in base64; what begins like the last letter's, which a colleague got, is not encoded again."""
    begun, letters = _BEGUN.get(subtype, (b"", b""))
    if not begun or not whole.startswith(begun):
        begun = whole[: max(len(whole) - _DIFFERS, 0) // _ROW * _ROW]
        letters = _base64(begun) if begun else b""
        _BEGUN[subtype] = begun, letters
    return letters, _base64(whole[len(begun) :])


def _base64(data: bytes) -> bytes:
    """Write bytes in lines of 76 letters (RFC 2045 §6.8); rows of a struct are cut three times as fast as slices."""
    text = binascii.b2a_base64(data, newline=False)
    whole = len(text) - len(text) % _BASE64_LINE
    full = whole - whole % _ROWS.size
    lines: list[bytes] = []
    for at in range(0, full, _ROWS.size):
        lines += _ROWS.unpack_from(text, at)
    lines += _rows((whole - full) // _BASE64_LINE).unpack_from(text, full)
    lines += (text[whole:], b"") if whole < len(text) else (b"",)
    return b"\r\n".join(lines)


@lru_cache(maxsize=_ROWS_AT_ONCE)
def _rows(count: int) -> struct.Struct:
    return struct.Struct(f"{_BASE64_LINE}s" * count)


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
