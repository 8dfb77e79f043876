"""Read a list of addresses as leniently as people write them, in one pass; never used to say who an author is.

For To, Cc and Reply-To: what cannot be an address is left out. `sender.py` decides about From, and is strict.
"""

import re
import unicodedata

from maildesk.ingest.mime.encoded_words import decode_words, raw_text, showable
from maildesk.ingest.mime.limits import ADDRESS_FIELD, ADDRESSES
from maildesk.model.mail import Address

# Nothing in here can fail late: an unfinished quote runs to the end, so that no text is scanned twice.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|\\.|[()<>,:;]|[^"\\()<>,:;]+', re.DOTALL)
_PLAIN = re.compile(
    r'\s*(?:"?([^"\\()<>,:;@]*?)"?\s*<([^\s"\\()<>,:;@]+@[^\s"\\()<>,:;@]+)>|([^\s"\\()<>,:;@]+@[^\s"\\()<>,:;@]+))\s*'
)
_DOMAIN = re.compile(r"[^\s<>()\[\],;:\"]+|\[[0-9A-Za-z.:-]+\]")
_LONGEST_LOCAL = 254
_AROUND_DOTS = re.compile(r" *([@.]) *")
_DOTS = "\u3002\uff0e\uff61"


def parse_addresses(data: bytes, hint: str = "") -> tuple[Address, ...]:
    """Read every mailbox of an address field, groups opened, at most the limit."""
    text = raw_text(data[:ADDRESS_FIELD], hint)
    plain = _PLAIN.fullmatch(text)
    if plain is not None:
        name, angle, bare = plain.groups()
        found = _address(angle or bare, name or "", hint)
        return (found,) if found else ()
    collected: list[Address] = []
    for item in _split(text):
        found = _mailbox(item, hint)
        if found is not None:
            collected.append(found)
            if len(collected) == ADDRESSES:
                break
    return tuple(collected)


class _Item:
    """What stands between two commas: the phrase, the text in angle brackets, the comments."""

    __slots__ = ("angle", "comment", "phrase")

    def __init__(self) -> None:
        self.phrase: list[str] = []
        self.angle: list[str] | None = None
        self.comment: list[str] = []


def _split(text: str) -> list[_Item]:
    """Cut the list at commas and semicolons; a group's name (before its colon) is dropped."""
    items: list[_Item] = []
    item = _Item()
    depth = 0
    in_angle = False
    for token in _TOKEN.findall(text):
        if depth:
            depth += (token == "(") - (token == ")")
            if depth:
                item.comment.append(token)
        elif token == "(":
            depth = 1
        elif in_angle:
            if token == ">":
                in_angle = False
            elif item.angle is not None:
                item.angle.append(token)
        elif token == "<":
            in_angle = True
            item.angle = []
        elif token in ",;":
            items.append(item)
            item = _Item()
        elif token == ":":
            item.phrase.clear()
        elif token != ")":
            item.phrase.append(token)
    items.append(item)
    return items


def _mailbox(item: _Item, hint: str) -> Address | None:
    phrase = "".join(item.phrase)
    if item.angle is not None:
        angle = "".join(item.angle)
        return _address(angle.rpartition(":")[2] if angle.startswith("@") else angle, phrase, hint)
    words = phrase.split()
    # "Jane Doe jane@example.org": somebody forgot the brackets.
    bare = [word for word in words if "@" in word]
    if not bare:  # "Jane Doe (jane@example.org)": somebody took the wrong ones
        return _address("".join(item.comment), phrase, hint)
    if len(words) == 1:
        return _address(words[0], "".join(item.comment), hint)
    if len(bare) == 1 and not bare[0].startswith('"'):
        return _address(bare[0], " ".join(word for word in words if word is not bare[0]), hint)
    return None


def _address(spec: str, name: str, hint: str) -> Address | None:
    address = canonical_address(spec)
    return Address(address, display_name(name, hint)) if address else None


def display_name(phrase: str, hint: str = "") -> str:
    """Turn a phrase into the name it shows: unquoted, decoded (inside quotes too, since many clients put words there)."""
    text = phrase.strip()
    if "\\" in text:
        text = re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
    text = text.replace('"', "")
    if "=?" in text:
        text = decode_words(text, hint).strip().strip('"')
    return " ".join(showable(text).split())


def canonical_address(spec: str) -> str:
    """Give `local@domain` with the domain as an A-label in lower case, "" if this is no address."""
    spec = _AROUND_DOTS.sub(r"\1", spec.strip()) if " " in spec and '"' not in spec else spec.strip()
    if " " in spec and '"' not in spec:
        return ""
    local, at, domain = spec.rpartition("@")
    domain = a_label(domain)
    if (
        not at
        or not local
        or len(local) > _LONGEST_LOCAL
        or _DOMAIN.fullmatch(domain) is None
        or showable(spec) != spec
    ):
        return ""
    if not (local.startswith('"') and local.endswith('"') and len(local) > 2) and ("@" in local or '"' in local):
        return ""
    return f"{local}@{domain}"


def a_label(domain: str) -> str:
    """Write a domain in lower-case ASCII (IDNA 2008 without its mapping of letters), "" if that cannot be done.

    The standard library's codec is IDNA 2003: it makes `fass.de` of `faß.de`, which are two owners.
    """
    if not domain or len(domain) > 253:
        return ""
    if domain.isascii():
        return domain.lower()
    folded = unicodedata.normalize("NFC", domain.lower())
    if unicodedata.normalize("NFKC", folded) != folded or any(dot in folded for dot in _DOTS):
        return ""
    try:
        return ".".join(
            label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
            for label in folded.split(".")
        )
    except UnicodeError:
        return ""
