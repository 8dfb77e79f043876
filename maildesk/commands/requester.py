"""Short answers: a requester's SOLVED, STATUS, STOP or thanks, and an agent's yes or no to a question of ours."""

import re
import unicodedata
from enum import StrEnum

from maildesk.model.phrases import ANSWERS, Phrases, Verb, folded

MOST_WORDS = 8
_LONGEST = 400
_LONGEST_PHRASE = 5
_MARKS = re.compile(r"[:;]-?[()|]")


class Said(StrEnum):
    """What a requester's whole mail says."""

    SOLVED = "SOLVED"
    STATUS = "STATUS"
    STOP = "STOP"
    THANKS = "THANKS"


def read_requester(new_text: str, phrases: Phrases, author: str = "") -> Said | None:
    """Say whether a requester's new text is nothing but one of the short answers; `author` is a name that may stand below.

    Thanks and greetings may stand around SOLVED, STATUS and STOP; with a question nothing is thanks.
    """
    text = new_text.strip()
    if not text or len(text) > _LONGEST:
        return None
    names = set(split_words(author))
    words = [word for word in split_words(text) if word not in names]
    if len(words) > MOST_WORDS:
        return None
    asks = "?" in text or "\uff1f" in text
    left = drop_phrases(words, phrases.courtesy | phrases.thanks)
    for said, known in ((Said.STATUS, phrases.status), (Said.STOP, phrases.stop), (Said.SOLVED, phrases.solved)):
        if {" ".join(words), " ".join(left)} & known and (said is Said.STATUS or not asks):
            return said
    thanked = len(drop_phrases(words, phrases.thanks)) < len(words)
    return Said.THANKS if words and not left and thanked and not asks else None


def read_answer(new_text: str, phrases: Phrases) -> Verb | None:
    """Find the answer to a question of ours on the first line: yes, no, new, ok or drop, with or without `#`.

    Without `#` it must stand alone there with little more than a name below, since “ok” begins many mails; with it any
    text may follow. Two different answers are none.
    """
    lines = [line for line in new_text.splitlines() if line.strip()]
    given = [answer for line in lines if (answer := _hashed(line, phrases))]
    if given:
        first = _hashed(lines[0], phrases) or _hashed(lines[-1], phrases)
        return first if len(set(given)) == 1 else None
    words = split_words(lines[0]) if lines and len(lines[0]) <= _LONGEST else []
    below = split_words(" ".join(lines[1:])[:_LONGEST])
    if not words or "?" in lines[0] or len(below) > MOST_WORDS:
        return None
    return phrases.answers.get(" ".join(words)) or phrases.answers.get(" ".join(_bare(words, phrases)))


def split_words(text: str) -> list[str]:
    """Split text into folded words; signs like 👍 and :) are words, punctuation is not."""
    spaced = _MARKS.sub(lambda found: f" {found[0].replace('-', '')} ", folded(text))
    words: list[str] = []
    for part in spaced.split():
        if _MARKS.fullmatch(part):
            words.append(part)
        else:
            words += "".join(_apart(letter) for letter in part).split()
    return words


def drop_phrases(words: list[str], known: frozenset[str]) -> list[str]:
    """Take known phrases out, the longest first at each place; what is left keeps its order."""
    left: list[str] = []
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST_PHRASE, len(words) - place), 0, -1):
            if " ".join(words[place : place + length]) in known:
                place += length
                break
        else:
            left.append(words[place])
            place += 1
    return left


def _apart(letter: str) -> str:
    category = unicodedata.category(letter)
    if category[0] in "LN":
        return letter
    # Skin tones (Sk) only colour the sign before them.
    return f" {letter} " if category == "So" else "" if category == "Sk" or letter in "'’" else " "


def _hashed(line: str, phrases: Phrases) -> Verb | None:
    text = line.strip().strip("*").strip()
    if not text.startswith("#"):
        return None
    verb = phrases.commands.get(folded(text[1:60]).rstrip(".,;:!"))
    return verb if verb in ANSWERS else None


def _bare(words: list[str], phrases: Phrases) -> list[str]:
    """Take courtesy and thanks off the end, but never the first word, which is the answer."""
    return [words[0], *drop_phrases(words[1:], phrases.courtesy | phrases.thanks)]
