"""Bring text to the form in which words are compared, whatever their case, accents and spaces."""

import unicodedata

# Letters that Unicode does not take apart into a base letter and an accent.
_LETTERS = {"đ": "d", "ð": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "þ": "th"}
_LONG, _FEW = 256, 32  # characters of a text, different letters with accents in it
_UNSEEN = frozenset("\u200b\u200e\u200f\ufeff")


class _Folded(dict[int, str]):
    """What each letter folds to; a letter is worked out when it is first met (a few thousand at most ever are)."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if letter in _UNSEEN:
            folded = ""
        elif letter.isspace():
            folded = " "
        else:
            folded = _plain(_plain(letter))  # what a letter stands for may be a capital or accented again
        self[code] = folded
        return folded


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", "".join(_LETTERS.get(c, c) for c in text.casefold()))
    return "".join(c for c in apart if not unicodedata.combining(c))


_FOLDED = _Folded()


def fold(text: str) -> str:
    """Bring text to the form in which words are compared: lower case, no accents, single spaces."""
    plain = text.lower() if text.isascii() else _fold_foreign(text)
    return " ".join(plain.split())


def _fold_foreign(text: str) -> str:
    """Fold a text with accents: where few different letters have any, each is exchanged in one quick pass of its own."""
    if len(text) > _LONG:
        letters = {letter for letter in set(text) if letter > "\x7f"}
        if len(letters) <= _FEW:
            plain = text
            for letter in letters:
                plain = plain.replace(letter, _FOLDED[ord(letter)])
            if plain.isascii():
                return plain.lower()
    return text.translate(_FOLDED)


def phrases(text: str) -> tuple[str, ...]:
    """Read a list of phrases separated by `;`, each folded."""
    return tuple(phrase for phrase in (fold(part) for part in text.split(";")) if phrase)
