"""Bring a word to the stems in which all its forms meet.

Snowball knows words as they are written; a light stemmer of our own knows Czech, Croatian and their kin typed without accents.
Two words are forms of one another when their sets of stems meet. Words of three letters and fewer have no forms but themselves.
"""

import threading
from functools import lru_cache
from typing import Any

from maildesk.language import fold

SHORT = 3
_LONGEST = 40  # letters; nothing longer is a word that inflects

ALGORITHMS = {
    "bs": "serbian",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hr": "serbian",
    "hu": "hungarian",
    "it": "italian",
    "lt": "lithuanian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "tr": "turkish",
}
SLAVIC = frozenset({"bs", "cs", "hr", "pl", "sk", "sl", "sr"})

# Case endings of nouns and adjectives without their accents; the longest that leaves enough of a stem is taken off.
_ENDINGS = {
    5: frozenset({"ovima", "evima"}),
    3: frozenset("ami emi imi ymi ama ima ovi evi ova eva ove eve ich ach ech ych eho emu iho imu oga omu ega".split()),
    2: frozenset("um em am im ym om ou ov ih oj og ho mu ej".split()),
    1: frozenset("aeiouy"),
}
# Softened ends: banka, bance; kniha, knize; knjiga, knjizi; porucha, poruše.
_SOFT = str.maketrans({"c": "k", "z": "h", "g": "h", "s": "h"})
_thread = threading.local()


@lru_cache(maxsize=4096)
def stems(word: str, languages: tuple[str, ...]) -> frozenset[str]:
    """Give all stems of a word in some languages; each is marked with what made it, so that only like meets like."""
    folded = fold(word)
    found = {f"={folded}"}
    if SHORT < len(folded) <= _LONGEST:
        lower = word.lower()
        for algorithm in {ALGORITHMS[language] for language in languages if language in ALGORITHMS}:
            found.add(f"{algorithm}:{_snowball(algorithm, lower)}")
            if lower != folded:
                found.add(f"{algorithm}:{_snowball(algorithm, folded)}")
        if not SLAVIC.isdisjoint(languages):
            found.add(f"~{light_stem(folded)}")
            found.add(f"~{_even(folded)}")  # problém, problémem: what looks like an ending may belong to the word
    return frozenset(found)


def light_stem(folded: str) -> str:
    """Take the case ending off a Slavic word that has no accents; three letters at least are left."""
    for length, endings in _ENDINGS.items():
        if folded[-length:] in endings and len(folded) - length >= SHORT:
            return _even(folded[:-length])
    return _even(folded)


def _even(stem: str) -> str:
    """Undo what an ending does to the letters before it: a softened consonant, a vowel that comes and goes before k."""
    if len(stem) <= SHORT:
        return stem
    stem = stem[:-2] + "h" if stem.endswith("ch") else stem[:-1] + stem[-1].translate(_SOFT)
    if len(stem) > SHORT + 1 and stem[-2:] in {"ek", "ak"} and stem[-3] not in "aeiouy":
        stem = stem[:-2] + "k"
    return stem


def _snowball(algorithm: str, word: str) -> str:
    """Stem with Snowball; its stemmers keep state, so every thread has its own."""
    stemmers: dict[str, Any] = _thread.__dict__.setdefault("stemmers", {})
    stemmer = stemmers.get(algorithm)
    if stemmer is None:
        import snowballstemmer

        stemmer = stemmers[algorithm] = snowballstemmer.stemmer(algorithm)
    return str(stemmer.stemWord(word))
