"""How many inflected forms a way of looking for words finds: lists of words, their forms, and innocent neighbours."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import snowballstemmer

from maildesk.language import fold
from maildesk.rules.index import Index
from maildesk.rules.policy import Term, TermKind
from maildesk.rules.stems import ALGORITHMS

HERE = Path(__file__).parent
ALL = ("cs", "de", "en", "hr", "pl", "sk")
_NEAREST = {"cs": "czech", "hr": "serbian", "pl": "polish", "sk": "czech", **ALGORITHMS}

# Tells whether a word of a language finds a word of a mail.
Finds = Callable[[str, str, str], bool]


class Entry(NamedTuple):
    """A word as an admin writes it, its forms, and other words that must not be taken for it."""

    language: str
    word: str
    forms: tuple[str, ...]
    others: tuple[str, ...]


class Figures(NamedTuple):
    """Forms asked for, found as written, found typed without accents; neighbours asked for, taken for a form either way."""

    forms: int
    written: int
    plain: int
    others: int
    taken: int


def entries(file: str) -> Iterator[Entry]:
    """Read a list: language, word, its forms, and behind “!” other words."""
    for line in (HERE / file).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            language, _, rest = line.partition(" ")
            word, _, rest = rest.partition(": ")
            forms, _, others = rest.partition(" ! ")
            yield Entry(language, word, tuple(dict.fromkeys(forms.replace("'", "").split())), tuple(others.split()))


def figures(file: str, language: str, finds: Finds) -> Figures:
    """Count what a way of looking finds of one language's words."""
    asked = [entry for entry in entries(file) if entry.language == language]
    forms = [(entry.word, form) for entry in asked for form in entry.forms]
    others = [(entry.word, other) for entry in asked for other in entry.others]
    return Figures(
        len(forms),
        sum(finds(language, word, form) for word, form in forms),
        sum(finds(language, word, fold(form)) for word, form in forms),
        len(others),
        sum(finds(language, word, o) or finds(language, word, fold(o)) for word, o in others),
    )


def misses(file: str, finds: Finds) -> list[tuple[str, str, str]]:
    """List the forms that are not found, as written or without accents."""
    return [
        (entry.language, entry.word, form)
        for entry in entries(file)
        for form in entry.forms
        if not (finds(entry.language, entry.word, form) and finds(entry.language, entry.word, fold(form)))
    ]


def maildesk(language: str, word: str, text: str) -> bool:
    """Look as a desk does that speaks all six languages."""
    return bool(_index(language, word).find(text, "body"))


def substring(_language: str, word: str, text: str) -> bool:
    """Look as most programs do: are these letters in the text?"""
    return word.lower() in text.lower()


def folded_substring(_language: str, word: str, text: str) -> bool:
    """Look for the letters without their accents."""
    return fold(word) in fold(text)


def snowball(language: str, word: str, text: str) -> bool:
    """Compare the stems that Snowball gives both, in its nearest language."""
    return _stem(_NEAREST[language], word.lower()) == _stem(_NEAREST[language], text.lower())


@lru_cache(maxsize=2000)
def _index(language: str, word: str) -> Index:
    return Index([Term(word, TermKind.WORD, (word,), "", language)], ALL)


@lru_cache(maxsize=10000)
def _stem(algorithm: str, word: str) -> str:
    return str(_stemmer(algorithm).stemWord(word))


@lru_cache
def _stemmer(algorithm: str) -> Any:
    return snowballstemmer.stemmer(algorithm)
