"""Undo a part's transfer encoding (RFC 2045 §6) the way mail clients do: what can be decoded is, nothing raises."""

import binascii
import re
from collections.abc import Iterator

from maildesk.ingest.mime.encoded_words import decode_base64

_LOOSE_SOFT_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")
_PIECE = 256 * 1024
_BROKEN_LINES = 1000
_MOST_LINES = 500_000
"""Lines that are looked at one by one; 25 MB of honest lines are fewer."""
_UU = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})


def decode_transfer(data: bytes, encoding: str) -> bytes:
    """Give the bytes a part stands for; an unknown encoding is taken to be none."""
    if encoding == "base64":
        return decode_base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(_tighten(data) if b"= " in data or b"=\t" in data else data)
    if encoding in _UU:
        return _decode_uu(data)
    return data


_BASE64_LINES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n"
# Words with spaces between them, or a rule.
_ADDED = re.compile(rb"[ \t]*(?:[^\s]+[ \t]+[^\s]|[-_*~#=]{5,}\s*$)")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]{20,}={0,2}[ \t]*\r?$")


def decode_text_transfer(data: bytes, encoding: str) -> bytes:
    """Undo the transfer encoding of a text: what is no base64 in one that calls itself so was added later, as it stands.

    Gateways put their footers below the encoded lines, scripts write the label and forget to encode.
    """
    if encoding != "base64" or not data.translate(None, _BASE64_LINES):
        return decode_transfer(data, encoding)
    lines = data[:_PIECE].split(b"\n")
    odd = next((at for at, line in enumerate(lines) if _ADDED.match(line)), len(lines))
    after = [line for line in lines[odd:] if line.strip()]
    if sum(1 for line in after if _BASE64_LINE.match(line)) * 2 >= len(after):
        return decode_base64(data)  # damaged on its way: what can be read of it is read
    at = sum(len(line) + 1 for line in lines[:odd])
    before = decode_base64(data[:at])
    return before + (b"\n" if before else b"") + data[at:]


def _pieces(data: bytes, at: int = 0) -> Iterator[bytes]:
    """Cut at line ends, so that no list of all lines is ever in memory."""
    while at < len(data):
        cut = data.find(b"\n", at + _PIECE) + 1 or len(data)
        yield data[at:cut]
        at = cut


def _tighten(data: bytes) -> bytes:
    """Take the spaces between a soft break's "=" and its line end away (RFC 2045 §6.7)."""
    out: list[bytes] = []
    found = 0
    for piece in _pieces(data):
        tightened, count = _LOOSE_SOFT_BREAK.subn(b"=", piece) if found < _MOST_LINES else (piece, 0)
        found += count
        out.append(tightened)
    return b"".join(out)


def _decode_uu(data: bytes) -> bytes:
    """Decode uuencoded lines between `begin` and `end`; what is broken in a thousand lines is taken as it stands."""
    begin = 0 if data.startswith(b"begin ") else data.find(b"\nbegin ") + 1
    if not data.startswith(b"begin ", begin):
        return data
    out: list[bytes] = []
    broken = count = 0
    for piece in _pieces(data, data.find(b"\n", begin) + 1 or len(data)):
        lines = piece.splitlines()
        end = next((at for at, line in enumerate(lines) if line[:3] == b"end" and line.strip() == b"end"), None)
        decoded = [_decode_uu_line(line) for line in lines[:end] if line]
        broken += decoded.count(None)
        count += len(decoded)
        if broken > _BROKEN_LINES or count > _MOST_LINES:
            return data
        out.append(b"".join(filter(None, decoded)))
        if end is not None:
            break
    return b"".join(out)


def _decode_uu_line(line: bytes) -> bytes | None:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        try:
            # Encoders that write more or fewer characters than the count says.
            return binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3])
        except binascii.Error:
            return None
