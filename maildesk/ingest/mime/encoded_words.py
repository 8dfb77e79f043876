"""Read header text: encoded words (RFC 2047) in all their odd forms, parameters (RFC 2231), and bytes that are just there.

`decode_header_text` and `parse_parameters` take the raw bytes of a field. What they give is safe to show: no line ends, no
control characters, nothing that turns the direction of text. Encoded words are found by walking, not by a regular
expression: a pattern with `.*?` needs quadratic time on unfinished words.
"""

import binascii
import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

import msgspec

from maildesk.ingest.mime.charset import decode_text
from maildesk.ingest.mime.guess import guess_text
from maildesk.ingest.mime.limits import PARAMETER_FIELD, PARAMETERS

# Controls (C0, DEL, C1), line and paragraph separators, everything that changes direction or takes no room.
# ZWJ and ZWNJ stay: Persian, Hindi and emoji need them.
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u061c\u2060\ufeff\ud800-\udfff]+"
)
_LINE_ENDS = re.compile("[\r\n\x0b\x0c\x85\u2028\u2029]+")
_WORD_START = re.compile(r"=\?[^?\s]{1,60}\?[BbQq]\?")


def showable(text: str) -> str:
    """Take out of a text what must not be shown: line ends become spaces, control and direction marks vanish."""
    text = text.replace("\t", " ")
    if text.isascii() and text.isprintable():
        return text
    return _UNSHOWABLE.sub("", _LINE_ENDS.sub(" ", text))


def raw_text(data: bytes, hint: str = "") -> str:
    """Turn the bytes of a field into text as they stand, guessing what 8-bit ones mean; encoded words stay encoded."""
    if data.isascii() and b"\x1b" not in data:
        return data.decode("ascii")
    return guess_text(data, hint)


def decode_header_text(data: bytes, hint: str = "") -> str:
    """Decode one field's value into what a person should read."""
    text = raw_text(data, hint)
    if "=?" not in text and text.isascii() and text.isprintable():
        return text.strip()
    return showable(decode_words(text, hint) if "=?" in text else text).strip()


class _Word(NamedTuple):
    start: int
    end: int
    charset: str
    base64: bool
    payload: str


def decode_words(text: str, hint: str = "") -> str:
    """Replace every encoded word; neighbours are joined first, since characters get cut in two between them."""
    out: list[str] = []
    done = 0
    run: list[_Word] = []
    for word in _find_words(text):
        gap = text[run[-1].end if run else done : word.start]
        if run and gap.strip(" \t\r\n"):
            out.append(_decode_run(run, hint))
            out.append(gap)
            run = []
        elif not run:
            out.append(gap)
        run.append(word)
        done = word.end
    if run:
        out.append(_decode_run(run, hint))
    out.append(text[done:])
    return "".join(out)


def _find_words(text: str) -> list[_Word]:
    """Find `=?charset?B or Q?payload?=`, also with spaces or question marks in the payload; one pass."""
    found: list[_Word] = []
    at = text.find("=?")
    while at >= 0:
        word = _word_at(text, at)
        if word is None:
            if text.find("?=", at + 2) < 0:
                break
            at = text.find("=?", at + 2)
        else:
            found.append(word)
            at = text.find("=?", word.end)
    return found


def _word_at(text: str, start: int) -> _Word | None:
    mark = text.find("?", start + 2, start + 82)
    if mark < 0 or text[mark + 2 : mark + 3] != "?" or text[mark + 1] not in "BbQq":
        return None
    end = text.find("?=", mark + 3)
    if end < 0:
        return None
    payload = text[mark + 3 : end]
    if "=?" in payload and _WORD_START.search(payload) is not None:
        return None  # an unfinished word in front of a whole one
    return _Word(start, end + 2, text[start + 2 : mark].strip().lower(), text[mark + 1] in "Bb", payload)


def _decode_run(run: list[_Word], hint: str) -> str:
    """Decode neighbouring words, those of one charset and encoding together."""
    out: list[str] = []
    first = 0
    for at in range(1, len(run) + 1):
        if at == len(run) or (run[at].charset, run[at].base64) != (run[first].charset, run[first].base64):
            data = b"".join(_payloads(run[first:at]))
            out.append(decode_text(data, run[first].charset or hint, hint)[0])
            first = at
    return "".join(out)


def _payloads(words: list[_Word]) -> list[bytes]:
    if not words[0].base64:
        return [_decode_q(word.payload) for word in words]
    if any(len(word.payload.rstrip("= \t")) % 4 == 1 for word in words):
        return [decode_base64("".join(word.payload.rstrip("=") for word in words).encode("ascii", "replace"))]
    return [decode_base64(word.payload.encode("ascii", "replace")) for word in words]


def _decode_q(payload: str) -> bytes:
    return binascii.a2b_qp(payload.encode("utf-8", "replace"), header=True)


_NOT_BASE64 = bytes(
    byte for byte in range(256) if byte not in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
)


# To the JSON reader base64 is how bytes are written; it decodes them 2.5 times as fast as binascii (100 kB: 0.15 to 0.39 ms) and
# takes nothing that is not plain. Its copies are not worth it for a few bytes, nor the memory for many.
_FAST_BASE64 = msgspec.json.Decoder(bytes)
_LONG, _LONGEST = 2048, 4 * 1024 * 1024


def decode_base64(data: bytes) -> bytes:
    """Decode base64 as mail clients do: junk is skipped, missing padding is supplied, a lone last character dropped."""
    if _LONG <= len(data) <= _LONGEST:
        try:
            return _FAST_BASE64.decode(b'"' + data.replace(b"\r", b"").replace(b"\n", b"") + b'"')
        except msgspec.MsgspecError:
            pass  # not plain base64: junk in it, or its padding lacks
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        kept = data.translate(None, _NOT_BASE64).replace(b"=", b"")
        kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


_PARAMETER = re.compile(r"[;\s]*([^=;\s]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)", re.DOTALL)
_EMPTY_PARAMETERS = re.compile(r";[;\s]+")
_SEGMENT = re.compile(r"^([^*]+)(?:\*(\d{1,3}))?(\*)?$")


@lru_cache(512)
def parse_parameters(data: bytes, hint: str = "") -> tuple[str, dict[str, str]]:
    """Split a structured field into its value (lower case) and its parameters, decoded (RFC 2045 §5.1, RFC 2231)."""
    text = raw_text(data[:PARAMETER_FIELD], hint)
    value, _, rest = text.partition(";")
    value = value.strip()
    if " " in value and "=" in value:
        value, _, missed = value.partition(" ")  # "text/html charset=utf-8": a semicolon is missing
        rest = f"{missed};{rest}"
    value = value.strip('"').lower()
    if not rest:
        return value, {}
    rest = _EMPTY_PARAMETERS.sub(";", rest) if rest.count(";") > PARAMETERS // 4 else rest
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    at = 0
    for _ in range(PARAMETERS):
        match = _PARAMETER.match(rest, at)
        if match is None:
            after = rest.find(";", at + 1)
            if after < 0:
                break
            at = after + 1
            continue
        at = match.end()
        _take_parameter(match.group(1).lower(), _unquote(match.group(2)), plain, pieces)
    for name, segments in pieces.items():
        plain[name] = _join_segments(segments, hint)
    return value, {name: showable(decode_words(text, hint) if "=?" in text else text) for name, text in plain.items()}


def _take_parameter(
    name: str, value: str, plain: dict[str, str], pieces: dict[str, list[tuple[int, bool, str]]]
) -> None:
    segment = _SEGMENT.match(name) if "*" in name else None
    if segment is None or (segment.group(2) is None and segment.group(3) is None):
        plain.setdefault(name, value)
    else:
        pieces.setdefault(segment.group(1), []).append((int(segment.group(2) or 0), bool(segment.group(3)), value))


def _unquote(value: str) -> str:
    if not value.startswith('"'):
        return value.strip()
    inner = value[1:-1] if len(value) > 1 and value.endswith('"') else value[1:]
    # Only what a quoted-string must escape: Windows paths come with single backslashes.
    return inner.replace("\\\\", "\\").replace('\\"', '"')


def _join_segments(segments: list[tuple[int, bool, str]], hint: str) -> str:
    """Join the continuations of one parameter (RFC 2231 §3, §4): charset'language'percent-encoded."""
    charset = ""
    data: list[bytes] = []
    for order, (_, encoded, written) in enumerate(sorted(segments, key=lambda segment: segment[0])):
        value = written
        if encoded and order == 0 and written.count("'") >= 2:
            charset, _language, value = written.split("'", 2)
        data.append(unquote_to_bytes(value) if encoded else value.encode("utf-8", "replace"))
    return decode_text(b"".join(data), charset or "utf-8", hint)[0]
