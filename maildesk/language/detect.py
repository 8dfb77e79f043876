"""Say which of a few languages a text is in, also from a subject of four words typed without accents.

Each word is looked up in the word lists of `words`; one that none of them knows is judged by its letters, three at a time, by what
these lists teach of a language. Letters that only one language writes (Czech ř, Croatian đ) count, too. Where the words do not
suffice, pycld2 is asked, if it is installed. Unless one language leads clearly nothing is said: a wrong one is worse than none.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log

from maildesk.language.fold import fold
from maildesk.language.words import WORDS

_SAMPLE = 480
_TOKENS = 70
_UNKNOWN = 12
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_FILES = tuple(".pdf .doc .docx .xls .xlsx .png .jpg .jpeg .zip .exe .txt .com .net .org".split())
# A letter speaks for these languages and against the others.
_LETTERS = {
    letter: tuple(languages.split())
    for languages, letters in {
        "cs": "řěů",
        "cs sk": "ďťňý",
        "sk": "ľĺŕ",
        "sk fr": "ô",
        "cs sk hr sl": "čšž",
        "hr": "đ",
        "hr pl": "ć",
        "pl": "łąęśźżń",
        "hu": "őű",
        "de": "ß",
        "es": "ñ¿¡",
        "fr": "çœêîû",
        "fr it": "èàù",
        "it": "òì",
        "de hu": "ö",
        "de hu es": "ü",
        "de sk": "ä",
        "cs sk hu es": "íáú",
        "cs sk hu es fr it": "é",
        "cs sk pl hu es": "ó",
    }.items()
    for letter in letters
}
# Near relatives: who is not asked for is no rival of the one who is. A Slovak can read Czech, a Slovene Croatian.
_RELATIVES = ({"cs", "sk"}, {"hr", "sl"})
_CLEAR, _ENOUGH, _PLENTY = 1.0, 1.6, 8.0
_SPELT = 0.8
_LETTERS_COUNT = 0.4


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """What the word lists teach: what each word says for which language (by position), and how likely three letters are in each.

    Words stand there with and without accents: who writes them exactly so writes more likely in that language than in its relative.
    """

    words: dict[str, tuple[tuple[int, float], ...]]
    threes: "_Threes"


LANGUAGES = tuple(WORDS)


@cache
def _knowledge() -> _Knowledge:
    lists = [dict.fromkeys(text.lower().split()) for text in WORDS.values()]
    owners: dict[str, dict[int, None]] = {}
    spelt: dict[str, dict[int, None]] = {}
    for at, known in enumerate(lists):
        for word in known:
            owners.setdefault(fold(word), {})[at] = None
            spelt.setdefault(word, {})[at] = None
    words = {word: tuple((at, _worth(word, len(found))) for at in found) for word, found in owners.items()}
    for word, exact in spelt.items():
        if not word.isascii():
            found = words[fold(word)]
            bonus = _SPELT if len(exact) < len(found) else 0.0
            words[word] = tuple((at, worth + (bonus if at in exact else 0.0)) for at, worth in found)
    return _Knowledge(words, _Threes(lists))


def _worth(word: str, owners: int) -> float:
    """Say how much a word tells that so many languages share; one or two letters tell less."""
    return (2.0, 1.2, 0.8, 0.5, 0.3)[min(owners, 5) - 1] * (0.6 if len(word) <= 2 else 1.0)


class _Threes(dict[str, tuple[float, ...] | None]):
    """How likely three letters are in each language, worked out when they are first asked for; None if no list has them.

    All logarithms together take longer than everything else a short-lived command does.
    """

    def __init__(self, lists: list[dict[str, None]]) -> None:
        self._counts = [_count_threes(known) for known in lists]
        self._totals = [log(count.total() + 1500) for count in self._counts]

    def __missing__(self, three: str) -> tuple[float, ...] | None:
        if not any(three in count for count in self._counts):
            return None  # not kept: anybody's letters would fill the memory
        found = tuple(log(n[three] + 0.4) - total for n, total in zip(self._counts, self._totals, strict=True))
        self[three] = found
        return found


def _count_threes(known: dict[str, None]) -> Counter[str]:
    """Count in how many words three letters stand; as written or without accents, once for each word."""
    return Counter(
        three for word in known for three in {*_threes(word), *(() if word.isascii() else _threes(fold(word)))}
    )


def _threes(word: str) -> list[str]:
    edged = f"^{word[:24]}$"
    return [edged[at : at + 3] for at in range(len(edged) - 2)]


def detect(text: str, among: tuple[str, ...] = ()) -> tuple[str, str]:
    """Say which of these languages a text is in (all known ones, if none are named), "" if that is not sure, and why."""
    wanted = among or LANGUAGES
    scores = _score(text[:_SAMPLE])
    ranked = sorted([(-scores[at], at) for at in _rivals(wanted)])[:3]
    said = ", ".join([f"{LANGUAGES[at]} {-points:.1f}" for points, at in ranked])
    (most, best_at), next_ = ranked[0], ranked[1][0] if ranked[1:] else 0.0
    best, most, next_ = LANGUAGES[best_at], -most, max(-next_, 0.0)
    if most >= _ENOUGH and most - next_ >= _CLEAR:
        return (
            (best, f"words: {said}") if best in wanted else ("", f"looks like {best}, which is not asked for ({said})")
        )
    return _ask_cld2(text, wanted) or ("", f"not sure: {said}")


@lru_cache(maxsize=64)
def _rivals(wanted: tuple[str, ...]) -> tuple[int, ...]:
    """List the languages, by position, among which the best is looked for: those wanted and who is no relative of one."""
    return tuple(
        at for at, language in enumerate(LANGUAGES) if language in wanted or not _is_relative(language, wanted)
    )


def _is_relative(language: str, wanted: tuple[str, ...]) -> bool:
    return any(language in family and family & set(wanted) for family in _RELATIVES)


def _score(sample: str) -> list[float]:
    known = _knowledge()
    scores = [0.0] * len(LANGUAGES)
    # Noise has one of these signs in it: most words need no second look.
    pieces = [p for p in sample.lower().split() if not (("." in p or "@" in p or ":" in p) and _is_noise(p))]
    lowered = " ".join(pieces)
    if not lowered.isascii():
        for letter in _LETTERS.keys() & set(lowered):
            for language in _LETTERS[letter]:
                scores[LANGUAGES.index(language)] += 1.5 / len(_LETTERS[letter])
    unknown: list[str] = []
    for word in _WORD.findall(lowered)[:_TOKENS]:
        found = known.words.get(word) or (None if word.isascii() else known.words.get(fold(word)))
        if found:
            for at, weight in found:
                scores[at] += weight
        elif len(word) > 2:
            unknown.append(word)
    first, second = sorted(scores, reverse=True)[:2]
    if first < _PLENTY or first - second < 2 * _CLEAR:
        for word in unknown[:_UNKNOWN]:
            _judge_by_letters(word, known.threes, scores)
    return scores


def _is_noise(piece: str) -> bool:
    """Tell addresses, links and file names: they are in no language."""
    return "@" in piece or "://" in piece or piece.startswith("www.") or piece.endswith(_FILES)


def _judge_by_letters(word: str, threes: _Threes, scores: list[float]) -> None:
    found = [known for three in _threes(word) if (known := threes[three])]
    if len(found) < 2:
        return
    sums = [sum(column) / len(found) for column in zip(*found, strict=True)]
    mean = sum(sums) / len(sums)
    for at, value in enumerate(sums):
        scores[at] += _LETTERS_COUNT * (value - mean)


def _ask_cld2(text: str, wanted: tuple[str, ...]) -> tuple[str, str] | None:
    """Ask pycld2 about longer texts; it is an extra and may be missing."""
    if len(text) < 40:
        return None
    try:
        import pycld2
    except ImportError:
        return None
    try:
        sure, _, guesses = pycld2.detect(
            "".join(c for c in text[:1000] if c.isprintable() or c == "\n"), bestEffort=False
        )
    except pycld2.error:
        return None
    language = guesses[0][1]
    return (language, f"pycld2: {language} {guesses[0][2]} %") if sure and language in wanted else None
