"""Bring a word to the stems in which all its forms meet.

Czech, Slovak, Croatian and Polish are taken apart by `inflection`, with or without their accents; other languages by Snowball:
there two words are forms of one another when their sets of stems meet. Words of up to three letters have no forms but themselves.
"""

import threading
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from maildesk.language import fold
from maildesk.rules.inflection import Shape, shapes_of

SHORT = 3
LONGEST = 40  # letters; nothing longer is a word that inflects

ALGORITHMS = {
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hu": "hungarian",
    "it": "italian",
    "lt": "lithuanian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
_thread = threading.local()


@lru_cache(maxsize=4096)
def stems(word: str, languages: tuple[str, ...]) -> frozenset[str]:
    """Give the Snowball stems of a word in some languages; each is marked with what made it, so that only like meets like."""
    return frozenset(list_stems(word, fold(word), languages))


def list_stems(word: str, folded: str, languages: tuple[str, ...]) -> list[str]:
    """List these stems, of a word and what it folds to; one may be named twice."""
    found = [f"={folded}"]
    if SHORT < len(folded) <= LONGEST:
        lower = word.lower()
        for algorithm in _algorithms(languages):
            stem = _stemmer(algorithm)
            found.append(f"{algorithm}:{stem(lower)}")
            if lower != folded:
                found.append(f"{algorithm}:{stem(folded)}")
    return found


class Forms(NamedTuple):
    """By what the forms of a word are known: by their stems, or by a stem and what stands behind it."""

    stems: frozenset[str]
    shapes: frozenset[Shape]


@lru_cache(maxsize=4096)
def forms_of(word: str, languages: tuple[str, ...]) -> Forms:
    """Give what the forms of a word of a rule are known by."""
    folded, found = fold(word), stems(word, languages)
    if not SHORT < len(folded) <= LONGEST:
        return Forms(found, frozenset())
    german = frozenset(_german(folded)) if "de" in languages else frozenset()
    return Forms(found | german, shapes_of(word, languages))


@cache
def _algorithms(languages: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({ALGORITHMS[language] for language in languages if language in ALGORITHMS}))


def _german(folded: str) -> Iterator[str]:
    """Give the German forms that Snowball leaves their ending: bestellen, bestellte; Konto, Konten; Firma, Firmen."""
    base = folded.removesuffix("n").removesuffix("e") if folded.endswith(("en", "rn", "ln")) else ""
    if len(base) >= SHORT:
        yield f"=ge{base}t"
        yield from (f"={base}{end}" for end in ("t", "et", "te", "ten", "tet", "test", "st"))
    base = folded.removesuffix("um").rstrip("ao") if folded.endswith(("o", "a", "um")) else ""
    if len(base) >= SHORT:
        yield f"={base}en"


def _stemmer(algorithm: str) -> Callable[[str], str]:
    """Give what stems with Snowball; stemmers keep state, so every thread has its own."""
    known: dict[str, Callable[[str], str]] = _thread.__dict__.setdefault("stemmers", {})
    found = known.get(algorithm)
    if found is None:
        import snowballstemmer

        stemmer: Any = snowballstemmer.stemmer(algorithm)
        stemmer.maxCacheSize = 0  # words are remembered by who asks; this memory costs twice what it may save
        found = known[algorithm] = stemmer.stemWord
    return found
