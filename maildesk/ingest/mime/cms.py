"""Find the mail within an S/MIME signature that wraps it (RFC 5652 §5.2, RFC 8551 §3.5.2); nothing is verified here.

The wrapping is ASN.1 in DER or BER: each value says its tag and length, or that it goes on until an end mark, and the content
may come in pieces. Every byte is looked at once; what is not as expected holds no mail.
"""

from collections.abc import Iterator
from typing import NamedTuple

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_SEQUENCE, _OID, _INTEGER, _SET, _FIRST, _OCTETS, _PIECES = 0x30, 0x06, 0x02, 0x31, 0xA0, 0x04, 0x24
_DEPTH = 8
_PARTS = 100_000


class _Value(NamedTuple):
    """A value: its tag, and where its content begins and ends; `end` is -1 where an end mark ends it."""

    tag: int
    start: int
    end: int


def find_signed(data: bytes) -> bytes:
    """Give the mail that an opaque signature holds, b"" if there is none."""
    try:
        content = _enter(data, _Value(_SEQUENCE, 0, -1), ((_SEQUENCE, b""),))
        signed = _enter(data, content, ((_OID, _SIGNED_DATA), (_FIRST, b""), (_SEQUENCE, b"")), within=1)
        held = _enter(data, signed, ((_INTEGER, b""), (_SET, b""), (_SEQUENCE, b"")))
        place = _enter(data, held, ((_OID, _DATA), (_FIRST, b"")))
        return b"".join(_octets(data, place, _DEPTH))
    except (ValueError, IndexError, RecursionError):
        return b""


def _enter(data: bytes, outer: _Value, wanted: tuple[tuple[int, bytes], ...], within: int = 0) -> _Value:
    """Go along the values within one, as `wanted`, and give the last; the last `within` of them are inside each other."""
    at, value = outer.start, outer
    for number, (tag, content) in enumerate(wanted):
        value = _read(data, at)
        if value.tag != tag or (content and data[value.start : value.end] != content):
            raise ValueError("not as expected")
        goes_in = number >= len(wanted) - 1 - within
        at = value.start if goes_in else _after(data, value, _DEPTH)
    return value


def _read(data: bytes, at: int) -> _Value:
    """Read a tag and a length (X.690 §8.1); tags above 30 do not occur here."""
    tag, length, at = data[at], data[at + 1], at + 2
    if length == 0x80:
        return _Value(tag, at, -1)
    if length > 0x80:
        count = length & 0x7F
        if count > 4:
            raise ValueError("longer than any mail")
        length, at = int.from_bytes(data[at : at + count]), at + count
    if at + length > len(data):
        raise ValueError("cut off")
    return _Value(tag, at, at + length)


def _after(data: bytes, value: _Value, depth: int) -> int:
    """Say where a value ends, its end mark included."""
    if value.end >= 0:
        return value.end
    at = value.start
    for _ in range(_PARTS):
        if data[at : at + 2] == b"\0\0":
            return at + 2
        if not depth:
            break
        at = _after(data, _read(data, at), depth - 1)
    raise ValueError("too deep, or in too many pieces")


def _octets(data: bytes, outer: _Value, depth: int) -> Iterator[bytes]:
    """Give the pieces of the octet strings within a value."""
    at = outer.start
    for _ in range(_PARTS):
        if at == outer.end or (outer.end < 0 and data[at : at + 2] == b"\0\0"):
            return
        piece = _read(data, at)
        if piece.tag == _OCTETS and piece.end >= 0:
            yield data[piece.start : piece.end]
            at = piece.end
        elif piece.tag == _PIECES and depth:
            yield from _octets(data, piece, depth - 1)
            at = _after(data, piece, depth)
        else:
            raise ValueError("no octets")
    raise ValueError("too many pieces")
