"""Find files that stand in the middle of a text: uuencoded (POSIX) or yEnc, as programs without MIME send them.

One pass; only what begins, goes on and ends like a file is taken for one, for people write "begin 644" too.
"""

import binascii
import re
from functools import lru_cache
from typing import NamedTuple

_FILES = 50
_FALSE_ALARMS = 1000
_SHORT_LINES = 1000  # all lines but the last hold 45 bytes, and begin with an M
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)
_UU_LINE = re.compile(rb"[ -`]{1,90}\r?\n?$")
_YENC_BEGIN = re.compile(rb"^=ybegin [^\r\n]{0,200}?\bname=([^\r\n]{1,255})\r?\n", re.MULTILINE)
_YENC_PART = re.compile(rb"=ypart [^\r\n]{0,200}\r?\n")
_YENC = bytes((byte - 42) % 256 for byte in range(256))
_YENC_MARKS = 100
_YENC_ESCAPED = re.compile(rb"=(.)", re.DOTALL)


class Inside(NamedTuple):
    """A file inside a text: where it stands in the bytes, its name, its content."""

    start: int
    end: int
    name: bytes
    content: bytes


def may_hold_files(data: bytes) -> bool:
    """Tell at a glance whether a file could begin here; the word alone stands in many English mails."""
    if b"begin " not in data:
        return False
    return b"\nbegin " in data or b"=ybegin " in data or data.startswith(b"begin ")


@lru_cache(1)
def find_files(data: bytes) -> tuple[Inside, ...]:
    """List the files inside the bytes of a text, in their order."""
    found: list[Inside] = []
    if not may_hold_files(data):
        return ()
    for pattern, read in ((_UU_BEGIN, _read_uu), (_YENC_BEGIN, _read_yenc)):
        at = alarms = 0
        while alarms < _FALSE_ALARMS and len(found) < _FILES and (begin := pattern.search(data, at)):
            inside = read(data, begin)
            if inside is None and pattern is _YENC_BEGIN:
                break  # there is no end to any
            at = inside.end if inside else begin.end()
            found += [inside] if inside else []
            alarms += inside is None
    return tuple(sorted(found))


def _read_uu(data: bytes, begin: "re.Match[bytes]") -> Inside | None:
    """Read lines up to `end`; the first that is none makes all of it a text."""
    content: list[bytes] = []
    short = 0
    at = begin.end()
    while at < len(data):
        stop = data.find(b"\n", at) + 1 or len(data)
        line = data[at:stop]
        if line.rstrip() == b"end" and content:
            return Inside(begin.start(), stop, begin.group(1).strip(), b"".join(content))
        short += line[:1] != b"M"
        if short > _SHORT_LINES or _UU_LINE.match(line) is None:
            return None
        try:
            # Encoders differ in how they fill up the last line; its first character says how much counts.
            content.append(binascii.a2b_uu(line.rstrip(b"\r\n")[: (((line[0] - 32) & 63) * 4 + 5) // 3 + 1]))
        except binascii.Error:
            return None
        at = stop
    return None


def _read_yenc(data: bytes, begin: "re.Match[bytes]") -> Inside | None:
    """Read up to `=yend`: each byte is 42 too high, `=` marks one that is 64 more so."""
    end = data.find(b"\n=yend ", begin.end() - 1)
    if end < 0:
        return None
    part = _YENC_PART.match(data, begin.end())
    coded = data[part.end() if part else begin.end() : end].replace(b"\r", b"").replace(b"\n", b"")
    if coded.count(b"=") > _YENC_MARKS + len(coded) // 8:  # one byte in 64 is marked, by chance
        return None
    plain = _YENC_ESCAPED.sub(lambda match: bytes([(match.group(1)[0] - 64) % 256]), coded)
    stop = data.find(b"\n", end + 1) + 1 or len(data)
    return Inside(begin.start(), stop, begin.group(1).strip(), plain.translate(_YENC))
