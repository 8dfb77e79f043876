"""Fold a whole text for the index of words at once, in C: most mail is written in few letters.

Its words are left to whoever stores them: what is no letter or digit has become a space. A text in other letters than Latin ones
is not for this way.
"""

import codecs
import re

from maildesk.language import fold

# Chinese and Japanese put no spaces between words, so there each sign is one.
WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff]|[^\\W_\u3040-\u30ff\u3400-\u9fff]+")
_MOST_RARE = 12
_LETTERS = "áäčďéěëíľĺňńóôöőřŕšśťúůüűýžźżąćęłđàâãåçèêìîïñòõøùû"
_SIGNS = "\u00a0„“”‚‘’‹›«»–—…•·°§€´¿¡×"


def _stands_for(letter: str) -> str | None:
    """Give what a letter is folded to inside a word, a space for a sign that divides words; None for a foreign letter."""
    match WORD.findall(fold(f"x{letter}x")):
        case ["x", "x"]:
            return " "
        case [word] if word.isascii():
            return str(word[1:-1])
        case _:
            return None


def _alphabet() -> str:
    """List what has a place in the table: ASCII, and what stands for one letter or none."""
    common = dict.fromkeys(_LETTERS + _LETTERS.upper() + _SIGNS)
    return "".join([*map(chr, range(128)), *common])


_ALPHABET = _alphabet()
_PLACES = codecs.charmap_build(_ALPHABET)
_PLAIN = "".join([_stands_for(letter) or " " for letter in _ALPHABET]).ljust(256).encode("ascii")


def flat(text: str) -> str | None:
    """Give the words of a text, folded, with spaces between them; None if it has letters that take the long way."""
    for _ in range(_MOST_RARE):
        try:
            return codecs.charmap_encode(text, "strict", _PLACES)[0].translate(_PLAIN).decode("ascii")
        except UnicodeEncodeError as found:
            rare = text[found.start]
            plain = _stands_for(rare)
            if plain is None:
                return None
            text = text.replace(rare, plain)
    return None
