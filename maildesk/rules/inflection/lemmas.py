"""From a word as an admin writes it to the stems and classes that its forms have.

A dictionary form shows by its end which class it may be of; where it shows two, both count. What a word does inside when it is
inflected is undone here, once for each term, so that nothing of it is asked for a mail: vowels that come and go (účet, účtu;
pošiljka, pošiljaka; zásielka, zásielok), softened consonants (zákazník, zákazníci), vowels that change (stůl, stolu; cena, cien).
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from maildesk.rules.inflection.endings import NOUN_SOFTENING, VERB_SOFTENING

_VOWELS = frozenset("aeiouy")
_FLEETING = {"cs": "e", "sk": "eo", "hr": "a", "pl": "e"}
_INSERTED = {"cs": ("e",), "sk": ("o", "e", "ie"), "hr": ("a",), "pl": ("e",)}
SHORTEST = 3

# An ending class and a stem, or "=" and a whole form.
Part = tuple[str, str]


class Word(NamedTuple):
    """A word without accents, as it was written in small letters, and its language."""

    folded: str
    written: str
    language: str


def parts_of(word: Word) -> Iterator[Part]:
    """Give what the forms of a word are made of."""
    for read in (_noun, _adjective, _VERBS[word.language]):
        for kind, stem in read(word):
            if len(stem) >= SHORTEST:
                yield kind, stem


def _noun(word: Word) -> Iterator[Part]:
    text, language, stem = word.folded, word.language, word.folded[:-1]
    match text[-1]:
        case "a":
            yield from _feminine(stem, language)
        case "o":
            yield "N", stem
            if language == "pl":
                yield "f", NOUN_SOFTENING["pl"].of(stem)  # konto, koncie
            yield from (("=", form) for form in _plural_genitives(stem, language))
        case "e":
            yield "E", stem
            if language in ("sk", "pl") and text.endswith("ie"):
                yield "S", text[:-2]
                yield "=", text[:-2]
            if language != "sk":
                yield "=", stem
        case "i" if language == "cs":
            yield "S", stem
        case "y" if not word.written.endswith("ý"):
            yield "F", stem
            yield "C", stem
            yield from (("=", form) for form in _plural_genitives(stem, language))
        case last if last not in _VOWELS:
            yield from _consonant(word)
        case _:
            pass


def _feminine(stem: str, language: str) -> Iterator[Part]:
    yield "F", stem
    softened = NOUN_SOFTENING[language].of(stem)
    if softened != stem:
        yield "f", softened
    yield from (("=", form) for form in _plural_genitives(stem, language))


def _plural_genitives(stem: str, language: str) -> Iterator[str]:
    """Give the forms without an ending: smluv, plateb, oken, cien, platieb, pošiljaka."""
    tail = "a" if language == "hr" else ""
    if language != "hr":
        yield stem
    if len(stem) > 2 and stem[-1] not in _VOWELS and stem[-2] not in _VOWELS:
        for vowel in _INSERTED[language]:
            yield stem[:-1] + vowel + stem[-1] + tail
    if language == "cs" and "ou" in stem[-3:]:
        yield "u".join(stem.rsplit("ou", 1))
    if language == "sk" and stem[-2:-1] == "e":
        yield f"{stem[:-2]}ie{stem[-1]}"


def _consonant(word: Word) -> Iterator[Part]:
    """Give the stems of what ends in a consonant, with and without a vowel that may go."""
    text, language = word.folded, word.language
    stems = [text]
    if text[-2] in _FLEETING[language] and text[-3] not in _VOWELS:
        stems.append(text[:-2] + text[-1])
    if language == "cs" and "ů" in word.written[-3:]:
        stems.append("o".join(text.rsplit("u", 1)))  # stůl, stolu
    if language == "pl" and "ą" in word.written[-3:]:
        stems.append("e".join(text.rsplit("a", 1)))  # błąd, błędu
    for stem in stems:
        # “účtu” and never “účta”: what ends in -et and loses its vowel is a thing.
        yield "T" if stem != text and text.endswith("et") and language in ("cs", "sk") else "C", stem
        softened = NOUN_SOFTENING[language].of(stem)
        if softened != stem:
            yield "c", softened
    if language == "hr" and text.endswith("st"):
        yield "=", f"{text[:-1]}cu"  # vijest, viješću
    if language in ("cs", "sk") and text.endswith("k"):  # balík, balíček; dárek, dáreček
        base = text[:-1] + "c"
        yield "=", f"{base}ek"
        yield "C", f"{base}k"


def _adjective(word: Word) -> Iterator[Part]:
    text, language = word.folded, word.language
    if text[-1] in ("y", "i") and not (language == "cs" and text[-1] == "i"):
        yield "A", text[:-1]
        if language in ("cs", "sk") and text.endswith(("ny", "ty")):
            yield "=", text[:-1]  # zablokován
            yield "=", f"{text[:-1]}o"


# ---- verbs ----


def _czech_verb(word: Word) -> Iterator[Part]:
    text = word.folded.removesuffix("i") if word.folded.endswith("ti") else word.folded
    if text.endswith("jit"):
        yield from (("=", text[:-3] + form) for form in "jdu jdes jde jdeme jdete jdou sel sla slo sli sly".split())
    if text.endswith("ovat"):
        yield "O", text[:-4]
    elif text.endswith("nout"):
        yield "U", text[:-4]
        yield "P", VERB_SOFTENING["cs"].of(text[:-4])
        yield from (("=", text[:-4] + tail) for tail in ("l",))
    elif text.endswith("at"):
        yield "V", text[:-2]
        if text[:-2].endswith(("s", "z", "sl")):
            yield "J", text[:-2]
    elif text.endswith(("it", "et")) and word.written[-1] == "t":
        base = text[:-2]
        yield "I", base
        yield "=", base  # zruš
        yield "P", base
        yield "P", VERB_SOFTENING["cs"].of(base)
        if word.written.endswith(("řít", "rit", "řit")):
            yield "J", base


def _slovak_verb(word: Word) -> Iterator[Part]:
    text = word.folded
    if text.endswith("ovat"):
        yield "O", text[:-4]
    elif text.endswith("nut"):
        yield "U", text[:-3]
    elif text.endswith("at"):
        yield "V", text[:-2]
        if text[:-2].endswith(("s", "z", "sl")):
            yield "J", text[:-2]
    elif text.endswith(("it", "iet")):
        base = text.removesuffix("iet") if text.endswith("iet") else text[:-2]
        yield "I", base
        yield "=", base
        yield "P", base


def _croatian_verb(word: Word) -> Iterator[Part]:
    text = word.folded
    if text.endswith(("ovati", "ivati", "evati")):
        yield "O", text[:-5]
        yield "V", text[:-3]
    elif text.endswith("nuti"):
        yield "U", text[:-4]
    elif text.endswith("slati"):
        yield "V", text[:-3]
        yield "J", f"{text[:-5]}salj"
    elif text.endswith("ati"):
        yield "V", text[:-3]
        if text[:-3].endswith(("s", "z", "k", "g", "h")):
            yield "J", NOUN_SOFTENING["hr"].of(text[:-3]) if text[-4] in "kgh" else text[:-3]
    elif text.endswith("zeti"):
        yield "L", text[:-3]
        yield "J", f"{text[:-3]}m"
    elif text.endswith(("iti", "eti")):
        base = text[:-3]
        yield "I", base.removesuffix("j") if text.endswith("jeti") else base
        yield "I", base
        if text.endswith("eti"):
            yield "L", base
        yield "P", base
        yield "P", VERB_SOFTENING["hr"].of(base)
    elif text.endswith("i"):
        yield "I", text[:-1]  # “ne radi”: lists name what people complain of


def _polish_verb(word: Word) -> Iterator[Part]:
    text = word.folded
    if text.endswith("owac"):
        yield "O", text[:-4]
    elif word.written.endswith("nąć"):
        yield "U", text[:-3]
    elif text.endswith("ac"):
        yield "V", text[:-2]
    elif text.endswith(("ic", "yc")):
        yield "I", text[:-2]
        yield "P", text[:-2]


_VERBS: dict[str, Callable[[Word], Iterator[Part]]] = {
    "cs": _czech_verb,
    "sk": _slovak_verb,
    "hr": _croatian_verb,
    "pl": _polish_verb,
}
