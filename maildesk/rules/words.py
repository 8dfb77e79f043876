"""Take mail text and rule terms apart into words.

Not looked at: web and mail addresses, and closings such as “S úctou” (typed without accents it would be a form of “účet”).
Everything is linear in the text, and the text is capped: a rule is about what a person wrote, not about a pasted log.
"""

import re
import unicodedata
from typing import NamedTuple

from maildesk.language import fold

MAX_CHARS = 65536  # of one place: subject or body

_FEW = 24
_BASE_LETTERS = {"đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "ı": "i"}

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_PIECE = re.compile(r"""[^\s<>()\[\]{},;"„“”«»|]+""")
_WORD = re.compile(r"[^\W_]+")
_WEB = re.compile(r"www\.|[a-z0-9.-]+\.[a-z]{2,24}/", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n\s*\n")
BLANK_LINE = " \u00b6 "  # stands for a blank line; a mail that has the sign itself only has one phrase border more
_CLOSERS = frozenset(",.:;!?)")
_ABBREVIATION = 3  # “č. 5” goes on after its full stop, “nejde. Síť” does not

# Closings say nothing about the matter; folded, by their first word.
_CLOSINGS: dict[str, list[tuple[str, ...]]] = {}
for _closing in (
    "s uctou",
    "v ucte",
    "s pozdravem",
    "s pratelskym pozdravem",
    "s pozdravom",
    "s postovanjem",
    "lijep pozdrav",
    "srdacan pozdrav",
    "kind regards",
    "best regards",
    "best wishes",
    "yours sincerely",
    "yours faithfully",
    "mit freundlichen grussen",
):
    _CLOSINGS.setdefault(_closing.split()[0], []).append(tuple(_closing.split()))
CLOSING_WORDS = frozenset(word for closings in _CLOSINGS.values() for closing in closings for word in closing)
LONGEST_CLOSING = max(len(closing) for closings in _CLOSINGS.values() for closing in closings)


class Token(NamedTuple):
    """One word: as it was written, folded, and whether something stands before it over which no phrase reaches."""

    text: str
    folded: str
    apart: bool = False


def tokenise(text: str) -> tuple[Token, ...]:
    """List the words of a text that may be looked at."""
    found: list[Token] = []
    apart = True
    for chunk in cut(text):
        words = words_of(chunk, apart=apart)
        found += words
        apart = ends_apart(chunk) or (apart and not words)
    return tuple(without_closings(found))


def cut(text: str) -> list[str]:
    """Cut a text at its white space; a blank line stays as a chunk of its own."""
    clean = _clean(text)
    return (_BLANK_LINES.sub(BLANK_LINE, clean) if "\n" in clean else clean).split()


def take_apart(chunk: str) -> tuple[list[Token], bool]:
    """List the words of a chunk, and tell whether no phrase may reach over its end."""
    core = chunk if chunk.isalnum() else chunk[:-1]
    if core.isalnum() and (core is chunk or (chunk[-1] in _CLOSERS and core.lower() != "www")):  # most are like this
        return [Token(core, core.lower() if core.isascii() else fold(core))], _ends_sentence(chunk)
    return words_of(chunk), ends_apart(chunk)


def words_of(chunk: str, *, apart: bool = False) -> list[Token]:
    """List the words of a chunk, none for an address; `apart` goes for the first."""
    found: list[Token] = []
    for piece in _PIECE.findall(chunk):
        if is_address(piece):
            apart = True
            continue
        for word in _WORD.findall(piece):
            found.append(Token(word, fold(word), apart))
            apart = False
        apart = apart or _ends_sentence(piece)
    return found


def ends_apart(chunk: str) -> bool:
    """Tell whether no phrase may reach over the end of a chunk: a blank line, the end of a sentence, an address."""
    pieces = _PIECE.findall(chunk)
    return chunk == BLANK_LINE.strip() or bool(pieces and (_ends_sentence(pieces[-1]) or is_address(pieces[-1])))


def searchable(text: str) -> str:
    """Give the text that regular expressions see: no accents, no addresses, everything else as it was written."""
    clean = _clean(text)
    if "@" not in clean and "/" not in clean and "www." not in clean.lower():  # no address anywhere
        return without_accents(clean)
    return without_accents(_PIECE.sub(lambda found: " " if is_address(found[0]) else found[0], clean))


def without_accents(text: str) -> str:
    """Take the accents off and keep upper and lower case."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text)
    changed = {c: _BASE_LETTERS.get(c, "") for c in set(plain) if c in _BASE_LETTERS or unicodedata.combining(c)}
    if len(changed) > _FEW:  # one slow pass, not hundreds of quick ones
        return plain.translate({ord(letter): base for letter, base in changed.items()})
    for letter, base in changed.items():
        plain = plain.replace(letter, base)
    return plain


def is_address(chunk: str) -> bool:
    """Tell whether a piece of text without spaces is a web or mail address."""
    return "@" in chunk[1:-1] or "://" in chunk or bool(_WEB.match(chunk))


def _clean(text: str) -> str:
    """Bring the text into composed form, without invisible characters."""
    head = text[:MAX_CHARS]
    if head.isascii():
        return head
    composed = unicodedata.normalize("NFKC", head)[: 2 * MAX_CHARS]
    for unseen in _INVISIBLE:  # six quick looks; a translation table would ask for every letter
        if unseen in composed:  # a look is cheap, replacing nothing is not
            composed = composed.replace(unseen, "")
    return composed


def _ends_sentence(chunk: str) -> bool:
    return chunk[-1] in "!?…" or (chunk[-1] == "." and len(chunk) > _ABBREVIATION + 1)


def without_closings(tokens: list[Token]) -> list[Token]:
    """Leave closings out; no phrase reaches over one."""
    if not any(token.folded in _CLOSINGS for token in tokens):
        return tokens
    kept: list[Token] = []
    place, apart = 0, False
    while place < len(tokens):
        closing = _closing_at(tokens, place)
        if closing:
            place, apart = place + closing, True
            continue
        token = tokens[place]
        kept.append(token._replace(apart=True) if apart else token)
        place, apart = place + 1, False
    return kept


def _closing_at(tokens: list[Token], place: int) -> int:
    """Say how many words the closing that begins here has; 0 if there is none."""
    closings = _CLOSINGS.get(tokens[place].folded, ())
    return next((len(c) for c in closings if _folded(tokens[place : place + len(c)]) == c), 0)


def _folded(tokens: list[Token]) -> tuple[str, ...]:
    return tuple(token.folded for token in tokens)
