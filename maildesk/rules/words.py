"""Take mail text and rule terms apart into words.

Not looked at: web and mail addresses, and closings such as “S úctou” (typed without accents it would be a form of “účet”).
Everything is linear in the text, and the text is capped: a rule is about what a person wrote, not about a pasted log.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from maildesk.language import fold

MAX_CHARS = 65536  # of one place: subject or body

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_CHUNK = re.compile(r"""[^\s<>()\[\]{},;"„“”«»|]+""")
_WORD = re.compile(r"[^\W_]+")
_WEB = re.compile(r"www\.|[a-z0-9.-]+\.[a-z]{2,24}/", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
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


class Token(NamedTuple):
    """One word: as it was written, folded, and whether something stands before it over which no phrase reaches."""

    text: str
    folded: str
    apart: bool = False


def tokenise(text: str) -> tuple[Token, ...]:
    """List the words of a text that may be looked at."""
    return _without_closings([token for chunk, apart in _chunks(_clean(text)) for token in _words(chunk, apart)])


def searchable(text: str) -> str:
    """Give the text that regular expressions see: no accents, no addresses, everything else as it was written."""
    clean = _clean(text)
    pieces, end = [], 0
    for found in _CHUNK.finditer(clean):
        if is_address(found.group()):
            pieces += [clean[end : found.start()], " "]
            end = found.end()
    return without_accents("".join([*pieces, clean[end:]]))


def without_accents(text: str) -> str:
    """Take the accents off and keep upper and lower case."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).translate(_BASE_LETTERS)


_BASE_LETTERS = str.maketrans({"đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "ı": "i"})


def is_address(chunk: str) -> bool:
    """Tell whether a piece of text without spaces is a web or mail address."""
    return "@" in chunk[1:-1] or "://" in chunk or bool(_WEB.match(chunk))


def _clean(text: str) -> str:
    """Bring the text into composed form, without invisible characters."""
    head = text[:MAX_CHARS]
    if head.isascii():
        return head
    return unicodedata.normalize("NFKC", head)[: 2 * MAX_CHARS].translate(_INVISIBLE)


def _chunks(text: str) -> list[tuple[str, bool]]:
    """List the pieces between spaces that are no addresses, each with whether a phrase may not reach over what is before it."""
    found: list[tuple[str, bool]] = []
    end, apart = 0, True
    for match in _CHUNK.finditer(text):
        chunk = match.group()
        apart = apart or bool(_BLANK_LINE.search(text, end, match.start()))
        if is_address(chunk):
            apart = True
        else:
            found.append((chunk, apart))
            apart = _ends_sentence(chunk)
        end = match.end()
    return found


def _ends_sentence(chunk: str) -> bool:
    return chunk[-1] in "!?…" or (chunk[-1] == "." and len(chunk) > _ABBREVIATION + 1)


def _words(chunk: str, apart: bool) -> list[Token]:
    if chunk.isalnum():
        return [Token(chunk, _fold(chunk), apart)]
    words = _WORD.findall(chunk)
    return [Token(word, _fold(word), apart and place == 0) for place, word in enumerate(words)]


_fold = lru_cache(maxsize=65536)(fold)


def _without_closings(tokens: list[Token]) -> tuple[Token, ...]:
    """Leave closings out; no phrase reaches over one."""
    if not any(token.folded in _CLOSINGS for token in tokens):
        return tuple(tokens)
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
    return tuple(kept)


def _closing_at(tokens: list[Token], place: int) -> int:
    """Say how many words the closing that begins here has; 0 if there is none."""
    closings = _CLOSINGS.get(tokens[place].folded, ())
    return next((len(c) for c in closings if _folded(tokens[place : place + len(c)]) == c), 0)


def _folded(tokens: list[Token]) -> tuple[str, ...]:
    return tuple(token.folded for token in tokens)
