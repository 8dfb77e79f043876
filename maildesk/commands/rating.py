"""Read a rating from the answer to a feedback request: a digit, stars, a word or a sign on the first line.

When in doubt it is no rating: a wrong number in a report is worse than a mail that a person reads.
"""

import re

from maildesk.commands.requester import drop_phrases, split_words
from maildesk.model.phrases import Phrases, folded

LONGEST_COMMENT = 4000
_DIGIT = re.compile(r"([1-5])\ufe0f?\u20e3?(?![\d\w])(?!\s?[%°€$])")
_OF_FIVE = re.compile(r"\s{0,2}(?:/|([^\W\d_]{1,12}(?: [^\W\d_]{1,12})?))\s{0,2}5(?![\d\w%])")
_STARS = re.compile(r"\s{0,2}(?:[★⭐*]\ufe0f?|([^\W\d_]{1,20})(?![\w]))")
_SEPARATOR = re.compile(r"\s{0,3}(?:[,;:!]+|\.+(?=\s|$)|\s[-–—]+(?=\s)|[–—]+(?=\s)|-+(?=\s))\s*")
_SENTENCE = re.compile(r"[^.!\n]{1,60}(?:!+(?=\s|$)|[.!]*\s*$)")
_NUMBERED = re.compile(r"^\s{0,8}[2-9][.)]\s", re.MULTILINE)
_FILLED, _EMPTY = "★⭐🌟✭", "☆✩✰"
_STAR_RUN = re.compile(rf"[{_FILLED}{_EMPTY}\ufe0f ]+|\*{{1,5}}$")


def read_rating(new_text: str, phrases: Phrases) -> tuple[int | None, str]:
    """Give the rating from 1 to 5 and the words that came with it; (None, "") if there is none.

    A greeting above the first line is passed over. Given is the new text only, so digits in quotes and signatures never count.
    """
    lines = new_text[:LONGEST_COMMENT].strip().split("\n")
    while len(lines) > 1 and _is_greeting(lines[0], phrases):
        lines = lines[1:]
    below = "\n".join(lines[1:]).strip()
    line = _unlabelled(lines[0].strip(), phrases)
    for read in (_stars, _digit, _sign, _word):
        score, rest = read(line, phrases)
        if score is not None and not (_NUMBERED.search(below) and line[1:2] in (".", ")")):
            return score, "\n".join(part for part in (rest.strip(), below) if part)
    return None, ""


def _is_greeting(line: str, phrases: Phrases) -> bool:
    """Pass over empty lines, “Dobrý den,” and “Hello Ana,”."""
    words = split_words(line[:100])
    left = drop_phrases(words, phrases.courtesy)
    named = line.rstrip().endswith((",", "!")) and left == words[len(words) - len(left) :] and "".join(left).isalpha()
    return not left or (named and len(left) <= 2 and len(left) < len(words))


def _unlabelled(line: str, phrases: Phrases) -> str:
    """Take “Rating:” off the front."""
    label, colon, rest = line.partition(":")
    if colon and folded(label) in phrases.rating_labels:
        return rest.strip()
    first, _, rest = line.partition(" ")
    return rest.strip() if folded(first) in phrases.rating_labels else line


def _stars(line: str, _phrases: Phrases) -> tuple[int | None, str]:
    run = _STAR_RUN.match(line)
    if not run:
        return None, ""
    filled = sum(run[0].count(star) for star in _FILLED + "*")
    rest = line[run.end() :].lstrip(" ,;:.!–—-")
    return (filled, rest) if 1 <= filled <= 5 else (None, "")


def _digit(line: str, phrases: Phrases) -> tuple[int | None, str]:
    found = _DIGIT.match(line)
    if not found:
        return None, ""
    rest = _after_scale(line[found.end() :], phrases)
    if found[1] == "1" and re.match(r"\.\s{1,20}\S", rest):  # the first of a list
        return None, ""
    return (int(found[1]), comment) if (comment := _comment(rest, phrases)) is not None else (None, "")


def _after_scale(rest: str, phrases: Phrases) -> str:
    """Take “/5”, “out of 5” and “stars” off the front."""
    scale = _OF_FIVE.match(rest)
    if scale and (scale[1] is None or folded(scale[1]) in phrases.rating_of):
        rest = rest[scale.end() :]
    stars = _STARS.match(rest)
    return rest[stars.end() :] if stars and (stars[1] is None or folded(stars[1]) in phrases.rating_stars) else rest


def _comment(rest: str, phrases: Phrases) -> str | None:
    """Give what follows a digit if it can be a comment; None if the digit belongs to a sentence: “5 more invoices”."""
    separator = _SEPARATOR.match(rest)
    if separator is None:
        known = phrases.thanks | phrases.courtesy | frozenset(phrases.ratings)
        return rest.strip() if "?" not in rest and not drop_phrases(split_words(rest), known) else None
    comment = rest[separator.end() :].strip()
    # “5. faktura”: in Czech and Croatian a digit with a full stop before a small letter is an ordinal number.
    ordinal = separator[0].strip() == "." and comment[:1].islower()
    return None if ordinal or comment[:1].isdigit() else comment


def _sign(line: str, phrases: Phrases) -> tuple[int | None, str]:
    """Read 👍 or :) at the front, whatever follows; several must mean the same."""
    words = split_words(line)
    signs = [word for word in words if not word[:1].isalnum()]
    scores = {phrases.ratings[sign] for sign in signs if sign in phrases.ratings}
    if not signs or words[0] != signs[0] or signs[0] not in phrases.ratings or len(scores) != 1:
        return None, ""
    at = next((place for place, letter in enumerate(line) if letter.isalnum()), len(line))
    return scores.pop(), line[at:]


def _word(line: str, phrases: Phrases) -> tuple[int | None, str]:
    """Read a word that is the whole line, or an exclamation; thanks and greetings may stand around it."""
    sentence = _SENTENCE.match(line)
    if not sentence or "?" in line:
        return None, ""
    words = split_words(sentence[0])
    plain = [
        " ".join(words),
        " ".join(drop_phrases(words, phrases.courtesy | (phrases.thanks - frozenset(phrases.ratings)))),
    ]
    score = next((phrases.ratings[text] for text in plain if text in phrases.ratings), None)
    return score, line[sentence.end() :]
