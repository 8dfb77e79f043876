"""The endings of Slavic words by language and class, without accents: what a word of the class may end in, in any form.

Classes: F feminine in -a, N neuter in -o, E what ends in -e, S neuter in -í or -ie, C what ends in a consonant (masculine,
or feminine like “žádost”), A adjectives, and verbs by their infinitive: O -ovat, U -nout, V -at, I -it and -et, J -at that
changes its last consonant (“psát, píšu”), P participles. A small letter is a class's form with a softened stem: f “fakturze”, c
“zákazníci”; T are the things in -et (účet) and L the past of -eti, whose endings are fewer. Endings of no letters stand in no
class: `lemmas` gives such forms as whole words.
"""

from typing import NamedTuple

_CS = {
    "F": "a y e i u o ou am ach ami ovi ove um",
    "f": "e",
    "N": "o a u e em um ech ach y ich",
    "E": "e i im ich emi em u um ove ovi",
    "S": "i im ich imi iho imu",
    "C": "u a e i y ovi em um ech ich ove im mi",
    "c": "i ich",
    "T": "u em y um ech",
    "A": "y a e eho emu ym ou ych ymi i em",
    "O": "uji uju ujes uje ujeme ujete uj ujte ujme oval ovala ovalo ovali ovaly ovan ovana ovano ovany ovani",
    "U": "nu nes ne neme nete nou ni nete l la lo li ly nul nula nulo nuli nuly nuto nut nuta nuti",
    "V": "am as a ame ate aji al ala alo ali aly an ana ano any ani ej ejte ejme",
    "I": "im is i ime ite eji il ila ilo ili ily el ela elo eli ely ete te me ej ejte",
    "J": "u es e eme ete ou i el ela elo eli ely",
    "P": "en ena eno eny ene enou eni enim enych enym eneho enemu",
}
_SK = {
    "F": "a y e i u o ou am ach ami",
    "f": "e",
    "N": "o a u e om am ach ami",
    "E": "e a u om i iam iach och mi ov",
    "S": "ie ia iu im i iach iam iami",
    "C": "u a e i y ovi om ov och mi ami ia ovia ou iam iach am ach",
    "c": "i",
    "T": "u om y ov och mi ami",
    "A": "y a e eho emu ym ou ych ymi i om ej",
    "O": "ujem ujes uje ujeme ujete uju uj ujte oval ovala ovalo ovali ovany ovana ovane ovanie",
    "U": "nem nes ne neme nete nu ni nite ol la lo li nul nula nulo nuli nuty nuta nute",
    "V": "am as a ame ate aju al ala alo ali any ana ane anu anych aj ajte",
    "I": "im is i ime ite ia il ila ilo ili el ela elo eli te me eji ejte",
    "J": "em es e eme ete u i ite",
    "P": "eny ena ene eneho enemu enym enou enych enie enia",
}
_HR = {
    "F": "a e i u o om ama",
    "f": "i",
    "N": "o a u om ima",
    "E": "e a u em ima",
    "S": "",
    "C": "a u om em e i ima ovi ova ove ovima evi eva eve evima ju og oga ome omu im ih o",
    "c": "i ima e",
    "A": "i a o e og oga om ome omu im ih u ima",
    "O": "ujem ujes uje ujemo ujete uju uj ujte ovao ovala ovalo ovali ovan ovana ovano ovani",
    "U": "nem nes ne nemo nete nu ni nite nuo nula nulo nuli nut nuta nuto nuti",
    "V": "am as a amo ate aju ao ala alo ali ale an ana ano ani ane aj ajte",
    "I": "im is i imo ite e io ila ilo ili ile",
    "L": "eo ela elo eli ele et eta eto",
    "J": "em es e emo ete u i imo ite",
    "P": "en ena eno eni ene enu enog enom enih enim",
}
_PL = {
    "F": "a y i e ie o om ach ami ia",
    "f": "e i ie",
    "N": "o a u em e om ach ami",
    "E": "e a u em om ach ami",
    "S": "ie ia iu iem iom iach iami",
    "C": "u a owi em iem e ie y i ow om ach ami owie ia iom iach iami",
    "c": "e ie i",
    "A": "y i a e ego emu ym ych ymi im ich",
    "O": "uje ujesz ujemy ujecie uja owal owala owalo owali owaly owany owana owane owania",
    "U": "ne niesz nie niemy niecie na nal nela nelo neli",
    "V": "am asz a amy acie aja al ala alo ali aly ano ane any ana",
    "I": "e isz ysz i y imy ymy icie ycie a il yl ila yla ilo ylo ili yli ily yly",
    "J": "e esz emy ecie a",
    "P": "ony ona one ono onego onej onym",
}
ENDINGS: dict[str, dict[str, frozenset[str]]] = {
    language: {name: frozenset(text.split()) for name, text in classes.items()}
    for language, classes in {"cs": _CS, "sk": _SK, "hr": _HR, "bs": _HR, "sr": _HR, "sl": _HR, "pl": _PL}.items()
}
# Endings by which a word shows that it is no dictionary form: who writes “fakturou” or “nefunguje” means every form of it, too.
OBLIQUE: dict[str, frozenset[str]] = {
    language: frozenset(text.split())
    for language, text in {
        "cs": "u ou um ach ech ami eho emu ych ymi uje uji ujeme ujete ujes ujou",
        "sk": "u ou om ov och ach ami eho emu ych ymi uje uju ujem ujeme ujete",
        "hr": "u om ama ima og oga ovi ova ove ih uje ujem uju imo ite amo ate",
        "pl": "u ow om ach ami ego emu ych uje uja ujemy",
    }.items()
}


class Softening(NamedTuple):
    """What an ending does to the consonants before it, by language: the longest that fits."""

    changes: tuple[tuple[str, str], ...]

    def of(self, stem: str) -> str:
        """Give the stem as it stands before a softening ending."""
        return next((stem[: -len(old)] + new for old, new in self.changes if stem.endswith(old)), stem)


NOUN_SOFTENING = {
    "cs": Softening((("ch", "s"), ("k", "c"), ("h", "z"), ("g", "z"))),
    "sk": Softening((("ch", "s"), ("k", "c"))),
    "hr": Softening((("tk", "c"), ("dk", "c"), ("k", "c"), ("g", "z"), ("h", "s"))),
    "pl": Softening((("ch", "sz"), ("k", "c"), ("g", "dz"), ("r", "rz"), ("t", "c"), ("d", "dz"))),
}
# What a participle does: vrátit, vrácen; platiti, plaćen; primiti, primljen.
VERB_SOFTENING = {
    "cs": Softening((("t", "c"), ("d", "z"), ("h", "z"), ("k", "c"))),
    "sk": Softening(()),
    "hr": Softening((("t", "c"), ("l", "lj"), ("n", "nj"), ("p", "plj"), ("b", "blj"), ("v", "vlj"), ("m", "mlj"))),
    "pl": Softening((("c", "c"), ("s", "sz"), ("z", "z"))),
}
