"""Unpack the compressed RTF that Outlook puts into a winmail.dat (LZFu, MS-OXRTFCP): one pass, bounded output.

A reader of our own, like that of TNEF around it: the one library there is looks at no limit and reads byte by byte.
"""

import struct
import zlib

_HEADER = struct.Struct("<IIII")
_PACKED, _PLAIN = 0x75465A4C, 0x414C454D  # "LZFu", "MELA"
_WINDOW = 4096
# What both sides know before the first byte (MS-OXRTFCP §3.1.1.1).
_KNOWN = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbol"
    rb"ArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def unpack_rtf(data: bytes, limit: int) -> bytes | None:
    """Give the RTF, at most `limit` bytes of it; None if this is no compressed RTF or its checksum is not that of its bytes."""
    if len(data) < _HEADER.size:
        return None
    size, whole, kind, checksum = _HEADER.unpack_from(data)
    content = data[_HEADER.size : size + 4]
    if kind == _PLAIN:
        return content[: min(whole, limit)]
    # CRC-32 without its two inversions (MS-OXRTFCP §3.1.3.1).
    if kind != _PACKED or zlib.crc32(content, 0xFFFFFFFF) ^ 0xFFFFFFFF != checksum:
        return None
    return _unpack(content, len(_KNOWN) + min(whole, limit))


def _unpack(content: bytes, wanted: int) -> bytes:
    """Undo runs of eight tokens: a literal byte, or a reference of 12 bits place and 4 bits length into the last 4 kB."""
    out = bytearray(_KNOWN)
    at, end = 0, len(content)
    while at < end and len(out) < wanted:
        control = content[at]
        at += 1
        for bit in range(8):
            if not control >> bit & 1:
                out += content[at : at + 1]
                at += 1
            elif at + 1 < end:
                reference = content[at] << 8 | content[at + 1]
                at += 2
                back = (len(out) - (reference >> 4)) % _WINDOW
                if back == 0 or back > len(out):  # the end mark, or a place that was never written
                    return bytes(out[len(_KNOWN) : wanted])
                _copy(out, back, (reference & 15) + 2)
    return bytes(out[len(_KNOWN) : wanted])


def _copy(out: bytearray, back: int, length: int) -> None:
    """Repeat what stands `back` bytes before the end; it may run into itself."""
    start = len(out) - back
    piece = bytes(out[start : start + length])
    out += piece if len(piece) == length else (piece * (length // len(piece) + 1))[:length]
