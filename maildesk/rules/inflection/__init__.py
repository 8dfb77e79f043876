"""Czech, Slovak, Croatian (with its kin) and Polish words in all their forms, typed with or without accents.

`shapes_of` is asked once for each word of the rules and may take its time: it gives the stems of all forms of a word, each with the
endings that may follow it, so that “úcta” is no form of “účet” although both lose what stands behind “úct”. A word of a mail is
then only cut at each place near its end and looked up: see `rules.index`.
"""

from functools import cache

from maildesk.language import fold
from maildesk.rules.inflection.endings import ENDINGS, OBLIQUE
from maildesk.rules.inflection.lemmas import SHORTEST, Word, parts_of

LANGUAGES = frozenset(ENDINGS)
LONGEST_ENDING = max(len(ending) for classes in ENDINGS.values() for endings in classes.values() for ending in endings)
_SAME = {"bs": "hr", "sr": "hr", "sl": "hr"}

# A stem without accents and what may stand behind it.
Shape = tuple[str, frozenset[str]]
_NOTHING = frozenset({""})


def shapes_of(word: str, languages: tuple[str, ...]) -> frozenset[Shape]:
    """Give the stems and endings of all forms of a word in some languages; other languages have none."""
    folded, written = fold(word), word.lower()
    found: set[Shape] = set()
    for language in _inflected(languages):
        for kind, stem in parts_of(Word(folded, written, language)):
            found.add((stem, _NOTHING if kind == "=" else ENDINGS[language][kind]))
        found.update(_oblique(folded, language))
    return frozenset(found)


@cache
def _inflected(languages: tuple[str, ...]) -> tuple[str, ...]:
    """Give those of some languages that are understood here, each once."""
    return tuple(dict.fromkeys(_SAME.get(code, code) for code in languages if code in LANGUAGES))


def _oblique(folded: str, language: str) -> list[Shape]:
    """Give the shapes of a word that shows by its ending that it is no dictionary form: “fakturou”, “nefunguje”."""
    found: list[Shape] = []
    for ending in OBLIQUE[language]:
        if folded.endswith(ending) and len(folded) - len(ending) >= SHORTEST:
            stem = folded[: -len(ending)]
            found += [(stem, endings) for endings in ENDINGS[language].values() if ending in endings]
    return found
