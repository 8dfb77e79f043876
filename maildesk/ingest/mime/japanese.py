"""Read ISO-2022-JP as Windows writes it: with the numbers in circles and the short forms that the standard never had.

Windows calls its code page 50220 `iso-2022-jp` too; the standard library knows the standard only, and gives up at the first `①`.
"""

import re

_ESCAPE = re.compile(rb"\x1b(\$@|\$B|\(B|\(J|\(I)")
_TWO_BYTES = (b"$@", b"$B")
_LONGEST = 256 * 1024  # it is read byte by byte
_KANA = b"(I"
_HALF_WIDTH = bytes.maketrans(bytes(range(0x21, 0x60)), bytes(range(0xA1, 0xE0)))


def decode_windows_japanese(data: bytes) -> str:
    """Decode bytes in ISO-2022-JP with Windows' own characters; "" if no Windows writes such, or so much of it."""
    if len(data) > _LONGEST:
        return ""
    pieces = _ESCAPE.split(data)
    out = [pieces[0]]
    for escape, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if escape in _TWO_BYTES:
            out.append(_shifted(piece))
        else:
            out.append(piece.translate(_HALF_WIDTH) if escape == _KANA else piece)
    try:
        return b"".join(out).decode("cp932")
    except UnicodeDecodeError:
        return ""


def _shifted(piece: bytes) -> bytes:
    """Write pairs of JIS X 0208 as Shift_JIS does (two rows of 94 in one of 188); line ends between them stay."""
    out = bytearray()
    at = 0
    while at < len(piece):
        first = piece[at]
        if first < 0x21 or at + 1 == len(piece):
            out.append(first)
            at += 1
            continue
        second = piece[at + 1]
        row = (first - 0x21) // 2 + 0x81
        out.append(row if row <= 0x9F else row + 0x40)
        low = second + (0x1F if first % 2 else 0x7E)
        out.append(low + (1 if first % 2 and low >= 0x7F else 0))
        at += 2
    return bytes(out)
