"""Say who wrote a mail, or that its From field can be read in more than one way; there is no other function that does.

The grammar is strict (RFC 5322 §3.4 without its obsolete and its cunning parts): exactly one From field holding one
mailbox. Programs on the way, and the author's own mail client, may read anything else differently: `alice@corp.com
<evil@x>` is Alice to some and Evil to others. mail-parser must come to the same address, otherwise the author is
ambiguous, which is never an agent and gets no automatic mail.
"""

import re
import unicodedata
from functools import lru_cache

from maildesk.ingest.headers import Headers
from maildesk.ingest.mime.addresses import a_label, display_name, parse_addresses
from maildesk.ingest.mime.encoded_words import showable
from maildesk.ingest.mime.limits import ADDRESS_FIELD
from maildesk.model.mail import Address
from maildesk.model.value import Value


class Ok(Value, frozen=True):
    """The author, beyond doubt as far as the field's grammar goes."""

    author: Address


class Ambiguous(Value, frozen=True):
    """No single author: why, and the address to show to people (never to act on), if there is one."""

    reason: str
    shown: Address | None = None


# By what they leave out, for a class up to the last character of all takes milliseconds to compile, and stands here eight times.
_ATOM = r"[^\x00-\x20\"(),.:;<>@\[\\\]\x7f]+"  # atext (RFC 5322 §3.2.3) and everything beyond ASCII (RFC 6532)
_LOCAL = rf"(?:{_ATOM}(?:\.{_ATOM})*|\"[^\"\\@<>,;:()\x00-\x20\x7f]+\")"
_END = r"[^\x00-/:-@\[-^`{-\x7f]"  # letters, digits, "_", everything beyond ASCII
_DOMAIN = rf"{_END}(?:[^\x00-,./:-@\[-^`{{-\x7f]*{_END})?"
_SPEC = rf"({_LOCAL})@({_DOMAIN}(?:\.{_DOMAIN})*)"
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
# A phrase of atoms may hold dots (obs-phrase: "John Q. Public"), never one of ()<>@,;:\".
_PHRASE = r'[^()<>@,;:\\"\x00-\x08\x0a-\x1f\x7f]*'
_BARE = re.compile(rf"\s*{_SPEC}\s*")
_ANGLE = re.compile(rf"\s*<{_SPEC}>\s*$")
_NAME_QUOTED = re.compile(rf"\s*{_QUOTED}\s*", re.DOTALL)
_NAME_PLAIN = re.compile(_PHRASE)


def sender(headers: Headers, hint: str = "") -> Ok | Ambiguous:
    """Read the one author of a mail from its header block; `hint` is a charset for a name in unlabelled bytes."""
    fields = headers.all("from")
    if not fields:
        return Ambiguous("there is no From field", _instead(headers, hint))
    if len(fields) > 1:
        shown = next((found for found in (_shown(value, hint) for value in fields[:5]) if found), None)
        return Ambiguous(f"there are {len(fields)} From fields", shown)
    if len(fields[0]) > ADDRESS_FIELD:
        return Ambiguous("the From field is too long", _shown(fields[0], hint))
    found = read_from(fields[0], hint)
    if isinstance(found, Ambiguous) and found.shown is None:
        return Ambiguous(found.reason, _instead(headers, hint))
    return found


def _instead(headers: Headers, hint: str) -> Address | None:
    """Give the address to show where From has none: whom an answer would have gone to."""
    fields = (headers.first("sender"), headers.first("reply-to"))
    return next((shown for value in fields if value and (shown := _shown(value[:ADDRESS_FIELD], hint))), None)


@lru_cache(2048)
def read_from(value: bytes, hint: str = "") -> Ok | Ambiguous:
    """Read one From field's value strictly; the same people write again and again, so answers are remembered."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return _read_legacy(value, hint)
    author = _read_strictly(text)
    if isinstance(author, str):
        return Ambiguous(author, _shown(value, hint))
    other = _second_opinion(text)
    if other != author.address:
        return Ambiguous("two parsers read the From field differently", author)
    return Ok(author)


def _read_legacy(value: bytes, hint: str) -> Ok | Ambiguous:
    """Read a field with 8-bit bytes that are not UTF-8: allowed in the name, where they change nothing, not in the address."""
    before, bracket, after = value.rpartition(b"<")
    if not bracket or not after.isascii():
        return Ambiguous("the address in the From field is neither ASCII nor UTF-8", _shown(value, hint))
    verdict = read_from(bytes(byte if byte < 128 else ord("x") for byte in before) + bracket + after)
    shown = _shown(value, hint)
    if isinstance(verdict, Ok) and shown is not None and shown.address == verdict.author.address:
        return Ok(shown)
    return Ambiguous(
        verdict.reason if isinstance(verdict, Ambiguous) else "the From field cannot be read safely", shown
    )


def _read_strictly(text: str) -> Address | str:
    """Give the author, or in words what is wrong with the field."""
    if not text.strip():
        return "the From field is empty"
    if _has_controls(text):
        return "the From field holds control characters"
    bare = _BARE.fullmatch(text)
    if bare is not None:
        return _author(bare.group(1), bare.group(2), "")
    if text.count("<") == 0 and "@" not in text:
        return "the From field holds no address"
    quoted = _NAME_QUOTED.match(text)
    name_end = quoted.end() if quoted else _end_of_phrase(text)
    angle = _ANGLE.match(text, name_end)
    if angle is None:
        return _what_is_wrong(text)
    return _author(angle.group(1), angle.group(2), quoted.group(1) if quoted else text[:name_end])


def _end_of_phrase(text: str) -> int:
    phrase = _NAME_PLAIN.match(text)
    return phrase.end() if phrase else 0


def _author(local: str, domain: str, name: str) -> Address | str:
    label = a_label(domain)
    if not label or len(local) > 254:
        return "the domain in the From field has no plain form"
    plain = local[1:-1] if local.startswith('"') else local
    if not f"{plain}{domain}".isascii() and _folds_into_ascii(plain, domain):
        return "the address in the From field holds look-alikes of plain letters"
    if showable(plain) != plain:
        return "the address in the From field holds characters that do not show"
    return Address(f"{plain}@{label}", display_name(name))


def _folds_into_ascii(local: str, domain: str) -> bool:
    """Tell whether letters beyond ASCII (wide ones, the Kelvin sign, long s) would be taken for plain ones where case is ignored.

    Not so `faß.de`, which is a name of its own (RFC 5894 §7.2).
    """
    folded = [(local, local.casefold()), *((label, label.lower()) for label in domain.split("."))]
    return any(not part.isascii() and unicodedata.normalize("NFKC", plain).isascii() for part, plain in folded)


def _has_controls(text: str) -> bool:
    return any((char < " " and char != "\t") or char == "\x7f" for char in text)


def _what_is_wrong(text: str) -> str:
    """Name the most telling fault, for people."""
    outside = re.sub(r'"(?:[^"\\]|\\.)*"?', "", text)
    if outside.count("<") > 1 or outside.count("@") > 1:
        return "the From field holds more than one address"
    if "," in outside or ";" in outside or ":" in outside:
        return "the From field is a list, a group or a route"
    if "(" in outside or ")" in outside:
        return "the From field holds a comment"
    return "the From field is not a name and one address"


def _second_opinion(text: str) -> str | None:
    """Ask mail-parser for the one address of the field; whatever it raises counts as disagreement."""
    from mailparser.utils import get_addresses

    try:
        found = get_addresses(text)
        if len(found) != 1:
            return None
        local, _, domain = found[0][1].rpartition("@")
        return f"{local.strip(chr(34))}@{a_label(domain)}"
    except Exception:  # it raises outside its own hierarchy, too  # noqa: BLE001
        return None


def _shown(value: bytes, hint: str) -> Address | None:
    """Give the address a person may be shown: the first one that a lenient reading finds."""
    found = parse_addresses(value.replace(b"\0", b" ").replace(b"\r", b" "), hint)
    return found[0] if found else None
