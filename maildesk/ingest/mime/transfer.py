"""Undo a part's transfer encoding (RFC 2045 §6) the way mail clients do: what can be decoded is, nothing raises."""

import binascii
import re

from maildesk.ingest.mime.encoded_words import decode_base64

_LOOSE_SOFT_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")
_UU = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})


def decode_transfer(data: bytes, encoding: str) -> bytes:
    """Give the bytes a part stands for; an unknown encoding is taken to be none."""
    if encoding == "base64":
        return decode_base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(_LOOSE_SOFT_BREAK.sub(b"=", data) if b"= " in data or b"=\t" in data else data)
    if encoding in _UU:
        return _decode_uu(data)
    return data


def _decode_uu(data: bytes) -> bytes:
    """Decode uuencoded lines between `begin` and `end`."""
    out: list[bytes] = []
    begun = False
    for line in data.splitlines():
        if not begun:
            begun = line.startswith(b"begin ")
        elif line.strip() == b"end":
            break
        elif line:
            out.append(_decode_uu_line(line))
    return b"".join(out) if begun else data


def _decode_uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        try:
            # Encoders that write more or fewer characters than the count says.
            return binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3])
        except binascii.Error:
            return b""
