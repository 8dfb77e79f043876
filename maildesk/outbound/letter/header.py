"""Header fields as they stand on the wire: no value can end its own line, and message ids are never encoded."""

import base64
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

MAX_TEXT = 200
LINE = 78  # RFC 5322 §2.1.1: should
HARD_LINE = 998  # RFC 5322 §2.1.1: must
WORD = 75  # RFC 2047 §2
_OVERHEAD = len("=?utf-8?q??=")

# Line ends and other controls become a space; what reorders or hides text is dropped.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_HIDDEN = re.compile("[\u200b\u200e\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]+")

_ID = re.compile(r"[!-;=?-~]+", re.ASCII)  # printable, without white space and angle brackets
_NAME = re.compile(r"[!-9;-~]+", re.ASCII)  # RFC 5322 §2.2
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-\u0080-\U0010ffff]{1,64}")
_QUOTED = re.compile(r'"(?:[ !#-\[\]-~]|\\[ -~]){0,62}"', re.ASCII)
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", re.ASCII)
_PLAIN_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,20}[A-Za-z]{2,63}",
    re.ASCII,
)
_LITERAL = re.compile(r"\[[A-Za-z0-9.:-]{1,60}\]", re.ASCII)

# RFC 2047 §5 (3): what may stand for itself in an encoded word within a phrase, hence anywhere.
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_Q = tuple(chr(byte) if byte in _PLAIN else "_" if byte == 0x20 else f"={byte:02X}" for byte in range(256))


class Field(NamedTuple):
    """One header field: its name, and the folded lines it takes (without the last line end)."""

    name: str
    lines: str

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing stands behind the name; such a field is not written."""
        return len(self.lines) <= len(self.name) + 2


def header_safe(text: str, limit: int = MAX_TEXT) -> str:
    """Make any text fit for one header value: one line, nothing that hides or reorders, at most `limit` characters."""
    if len(text) <= limit and text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]:
        return text  # as nearly all are
    if not text.isprintable():  # true of letters, digits, signs and the plain space, in any script
        text = _HIDDEN.sub("", _CONTROL.sub(" ", text[: 20 * limit]))
    if len(text) > 4 * limit:
        text = text[: 4 * limit]
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def text_field(name: str, text: str) -> Field:
    """Write an unstructured field, such as the subject; words that are not ASCII are encoded (RFC 2047)."""
    text = header_safe(text)
    if text.isascii() and "=?" not in text:
        return _one_line(name, text) or fold(name, text.split(" "))
    return fold(name, _words(text, LINE - len(name) - 2))


def address_field(name: str, address: str, display: str = "") -> Field:
    """Write a field with exactly one mailbox; the display name can never become part of the address."""
    if not mailable(address):
        address = "undisclosed@maildesk.invalid"  # the envelope keeps what was given, and the deliverer refuses it
    display = header_safe(display)
    if not display:
        return fold(name, [address])
    if display.isascii() and "=?" not in display:
        quoted = '"' + display.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return fold(name, [*quoted.split(" "), f"<{address}>"])
    return fold(name, [*_encoded(display, LINE - len(name) - 2), f"<{address}>"])


def ids_field(name: str, ids: Iterable[str]) -> Field:
    """Write message ids, each in its brackets, folded between them and never encoded."""
    ids = tuple(ids)
    if len(ids) == 1 and usable_id(ids[0]) and (field := _one_line(name, f"<{ids[0]}>")):
        return field
    return fold(name, [f"<{message_id}>" for message_id in ids if usable_id(message_id)])


def fixed_field(name: str, value: str) -> Field:
    """Write a value of our own making as it is; raises ValueError if it is not plain ASCII of one line."""
    if not (value.isascii() and (value.isprintable() or not value)):
        raise ValueError(f"{name} is not plain ASCII")
    return _one_line(name, value) or fold(name, value.split(" "))


# Fields whose values come again and again: what every letter of an event, a team or a person says.
usual_field = lru_cache(maxsize=1024)(fixed_field)
usual_text = lru_cache(maxsize=1024)(text_field)
usual_address = lru_cache(maxsize=1024)(address_field)


def usable_id(message_id: str) -> bool:
    """Tell whether an id can be written down as it is: printable ASCII that fits a line (RFC 5322 §2.1.1)."""
    return len(message_id) <= HARD_LINE - 20 and _ID.fullmatch(message_id) is not None


def mailable(address: str) -> bool:
    """Tell whether an address can be put into an envelope and a header without breaking out of either."""
    if len(address) <= 254 and _PLAIN_ADDRESS.fullmatch(address):
        return True
    local, at, domain = address.rpartition("@")
    if not at or len(address) > 320 or not (_ATOMS.fullmatch(local) or _QUOTED.fullmatch(local)):
        return False
    if _HIDDEN.search(local) or _CONTROL.search(local) or any(char.isspace() for char in local if char != " "):
        return False
    return bool(_LITERAL.fullmatch(domain)) or (".." not in domain and bool(_DOMAIN.fullmatch(domain)))


def _one_line(name: str, value: str) -> Field | None:
    """Write a field that fits one line; None if it has to be folded."""
    _check_name(name)
    lines = f"{name}: {value}"
    return Field(name, lines) if len(lines) <= LINE else None


def fold(name: str, tokens: Iterable[str]) -> Field:
    """Join tokens with spaces, breaking the line before a token that would make it too long (RFC 5322 §2.2.3)."""
    _check_name(name)
    tokens = tuple(tokens)
    whole = f"{name}: {' '.join(tokens)}"
    if len(whole) <= LINE:
        return Field(name, whole)
    done: list[str] = []
    line, fresh = f"{name}:", True
    for token in tokens:
        if len(line) + 1 + len(token) > LINE and not fresh:
            done.append(line)
            line = ""
        line, fresh = f"{line} {token}", False
    return Field(name, "\r\n".join([*done, line]))


@lru_cache(maxsize=256)
def _check_name(name: str) -> None:
    """Raise ValueError for what is no field name; the few names there are, are looked at once."""
    if not _NAME.fullmatch(name):
        raise ValueError("not a header field name")


@lru_cache(maxsize=2048)
def _words(text: str, room: int) -> tuple[str, ...]:
    """Leave plain words as they are; from the first to the last word that is not ASCII, encode."""
    words = text.split(" ")
    odd = [i for i, word in enumerate(words) if not word.isascii() or "=?" in word]
    if not odd:
        return tuple(words)
    first, last = odd[0], odd[-1] + 1
    room = room if first == 0 else WORD
    return (*words[:first], *_encoded(" ".join(words[first:last]), room), *words[last:])


@lru_cache(maxsize=2048)
def _encoded(text: str, room: int) -> tuple[str, ...]:
    """Cut a text into encoded words at the borders of characters; each stands for itself (RFC 2047 §5)."""
    whole = text.encode("utf-8")
    quoted = sum(map(len, map(_Q.__getitem__, whole)))
    short = quoted <= len(whole) * 4 / 3 + 2
    limit = min(room, WORD) - _OVERHEAD
    if short and quoted <= limit:
        return (_word(text, short),)
    pieces: list[str] = []
    piece, size = "", 0
    for char in text:
        data = char.encode("utf-8")
        cost = sum(len(_Q[byte]) for byte in data) if short else len(data)
        if piece and size + cost > (limit if short else limit // 4 * 3):
            pieces.append(piece)
            piece, size, limit = "", 0, WORD - _OVERHEAD
        piece, size = piece + char, size + cost
    return tuple(_word(p, short) for p in [*pieces, piece] if p)


def _word(piece: str, short: bool) -> str:
    data = piece.encode("utf-8")
    if short:
        return f"=?utf-8?q?{''.join(map(_Q.__getitem__, data))}?="
    return f"=?utf-8?b?{base64.b64encode(data).decode()}?="
