"""Unpack winmail.dat, what Outlook makes of rich text (TNEF, MS-OXTNEF): its text, its HTML, its files.

A reader of our own: the libraries copy what remains for every object, and loop as often as the mail tells them to. One pass,
nothing of the input decides how long it takes but its size. What does not fit the format ends the reading; what was read
until then counts. A body in RTF is read where there is no other (`rtf.py`).
"""

import mimetypes
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from maildesk.ingest.mime.charset import decode_text
from maildesk.ingest.mime.rtf import read_rtf
from maildesk.ingest.mime.rtf_packed import unpack_rtf

UNPACKED = 1000
"""Index step of attachments that came out of a part: what leaf n holds has the indices (n + 1) * UNPACKED and following."""

_SIGNATURE = b"\x78\x9f\x3e\x22"
_OBJECTS = 5000
_RTF = 2 * 1024 * 1024
"""Bytes of RTF that are unpacked; its words are far fewer."""
_PROPERTIES = 2000
_OBJECT = struct.Struct("<BHHI")
_U32 = struct.Struct("<I")

_BODY, _ATTACHMENT_DATA, _ATTACHMENT_TITLE = 0x800C, 0x800F, 0x8010
_ATTACHMENT_STARTS, _MESSAGE_PROPERTIES, _ATTACHMENT_PROPERTIES, _CODEPAGE = 0x9002, 0x9003, 0x9005, 0x9007
_P_BODY, _P_RTF, _P_HTML, _P_CPID = 0x1000, 0x1009, 0x1013, 0x3FDE
_P_DATA, _P_SHORT_NAME, _P_LONG_NAME, _P_MIME, _P_DISPLAY = 0x3701, 0x3704, 0x3707, 0x370E, 0x3001
_STORED_OBJECT = bytes.fromhex("0b00000000000000c000000000000046")  # an OLE object: the compound file follows
_NESTED_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")
_SIZES = {2: 4, 11: 4, 3: 4, 4: 4, 10: 4, 5: 8, 6: 8, 7: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_SIZED = frozenset({0x1E, 0x1F, 0x0D, 0x102})
_WIDE = 0x1F


class Unpacked(NamedTuple):
    """What a winmail.dat held: text, HTML source, files as (name, content type, bytes); and whether there was a body
    that could not be read."""

    text: str
    html: str
    files: tuple[tuple[str, str, bytes], ...]
    damaged: bool = False


@dataclass(slots=True)
class _File:
    title: str = ""
    name: str = ""
    content_type: str = ""
    data: bytes = b""


@dataclass(slots=True)
class _Found:
    """What has been read so far."""

    codepage: str = ""
    text: str = ""
    html: str = ""
    rtf: bytes = b""
    files: list[_File] = field(default_factory=list)


@lru_cache(1)
def unpack_tnef(data: bytes) -> Unpacked | None:
    """Read a winmail.dat; None if it is none, or nothing could be read."""
    if not data.startswith(_SIGNATURE):
        return None
    found = _Found()
    for kind, content in _objects(data):
        _take(found, kind, content)
    files = tuple(
        (file.name or file.title, _type_of(file), file.data) for file in found.files if file.data or file.name
    )
    damaged = _read_rtf(found) if found.rtf and not found.text.strip() and not found.html else False
    unpacked = Unpacked(found.text, found.html, files, damaged)
    return unpacked if any(unpacked[:3]) else None


def _read_rtf(found: _Found) -> bool:
    """Read the body that stands in RTF alone; say whether it is damaged."""
    plain = unpack_rtf(found.rtf, _RTF)
    if plain is None:
        return True
    found.text, found.html = read_rtf(plain)
    return False


def _objects(data: bytes) -> Iterator[tuple[int, memoryview]]:
    """Walk the objects: level, id, type, length, content, checksum."""
    view = memoryview(data)
    at = 6
    for _ in range(_OBJECTS):
        if at + _OBJECT.size > len(data):
            return
        _, kind, _, length = _OBJECT.unpack_from(data, at)
        at += _OBJECT.size
        yield kind, view[at : at + length]
        at += length + 2


def _take(found: _Found, kind: int, content: memoryview) -> None:
    if kind == _CODEPAGE and len(content) >= 4:
        found.codepage = _codepage(_U32.unpack_from(content)[0])
    elif kind == _ATTACHMENT_STARTS:
        found.files.append(_File())
    elif kind == _BODY:
        found.text = found.text or _text(bytes(content), found.codepage)
    elif kind == _MESSAGE_PROPERTIES:
        _take_message(found, content)
    elif found.files and kind == _ATTACHMENT_TITLE:
        found.files[-1].title = _text(bytes(content), found.codepage)
    elif found.files and kind == _ATTACHMENT_DATA:
        found.files[-1].data = bytes(content)
    elif found.files and kind == _ATTACHMENT_PROPERTIES:
        _take_file(found.files[-1], content, found.codepage)


def _take_message(found: _Found, content: memoryview) -> None:
    properties = {name: (kind, value) for name, kind, value in _properties(content)}
    cpid = properties.get(_P_CPID, (0, b""))[1]
    label = _codepage(_U32.unpack(cpid)[0]) if len(cpid) == 4 else found.codepage
    for name in (_P_BODY, _P_HTML):
        kind, value = properties.get(name, (0, b""))
        if value:
            text = _text(value, "utf-16le" if kind == _WIDE else label)
            found.text, found.html = (text, found.html) if name == _P_BODY else (found.text, text)
    found.rtf = found.rtf or properties.get(_P_RTF, (0, b""))[1]


def _take_file(file: _File, content: memoryview, codepage: str) -> None:
    shown = ""
    for name, kind, value in _properties(content):
        label = "utf-16le" if kind == _WIDE else codepage
        if name == _P_LONG_NAME or (name == _P_SHORT_NAME and not file.name):
            file.name = _text(value, label)
        elif name == _P_DISPLAY:
            shown = _text(value, label)
        elif name == _P_MIME:
            file.content_type = _text(value, label).lower()
        elif name == _P_DATA and value:
            nested = value.startswith(_NESTED_MESSAGE)
            file.data = value[len(_NESTED_MESSAGE) :] if nested or value.startswith(_STORED_OBJECT) else value
            file.content_type = "application/ms-tnef" if nested else file.content_type
    file.name = file.name or (shown if not file.title else "")


def _properties(content: memoryview) -> Iterator[tuple[int, int, bytes]]:
    """Walk MAPI properties (MS-OXTNEF §2.1.3.4) as name, type, first value; stops at the first that does not fit."""
    if len(content) < 4:
        return
    at = 4
    try:
        for _ in range(min(_U32.unpack_from(content)[0], _PROPERTIES)):
            kind, name = struct.unpack_from("<HH", content, at)
            at += 4
            if name >= 0x8000:
                at = _after_name(content, at)
            several, kind = kind & 0x1000, kind & 0xEFFF
            if kind in _SIZED or several:
                count = _U32.unpack_from(content, at)[0]
                at += 4
            else:
                count = 1
            value, at = _values(content, at, kind, min(count, _PROPERTIES))
            yield name, kind, value
    except (struct.error, ValueError):
        return


def _after_name(content: memoryview, at: int) -> int:
    """Step over a named property's GUID and name."""
    if _U32.unpack_from(content, at + 16)[0] == 0:
        return at + 24
    length: int = _U32.unpack_from(content, at + 20)[0]
    return at + 24 + length + (-length % 4)


def _values(content: memoryview, at: int, kind: int, count: int) -> tuple[bytes, int]:
    first = b""
    for number in range(count):
        if kind in _SIZED:
            length = _U32.unpack_from(content, at)[0]
            at += 4
        elif kind in _SIZES:
            length = _SIZES[kind]
        else:
            raise ValueError(kind)
        if at + length > len(content):
            raise ValueError(length)
        if number == 0:
            first = bytes(content[at : at + length])
        at += length + (-length % 4)
    return first, at


def _text(data: bytes, label: str) -> str:
    text = decode_text(data, label)[0]
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _codepage(number: int) -> str:
    return {65001: "utf-8", 20127: "us-ascii", 20866: "koi8-r", 28591: "iso-8859-1", 28592: "iso-8859-2"}.get(
        number, f"windows-{number}" if 1250 <= number <= 1258 else f"cp{number}"
    )


def _type_of(file: _File) -> str:
    guessed = mimetypes.guess_type(file.name or file.title)[0]
    return file.content_type or guessed or "application/octet-stream"
