"""The ticket's number in the subject, `[#1042]`, and the words that mail programs put in front.

The number is public, so it proves nothing: it is for people, and for participants whose programs lose every reference.
"""

import re
from functools import lru_cache

_TOKEN = re.compile(r"\[#([1-9][0-9]{0,9})\]", re.ASCII)
_MOST_NUMBERS = 5
_LONGEST_SUBJECT = 4000

# Reply and forward prefixes as programs write them, by language; a number may follow: Re[2]:, AW(3):, RE^2:, Re-2:.
_WORDS = (
    "re",  # English, and what RFC 5322 §3.6.5 means
    "fwd?",
    "forward",
    "aw|wg|antwort|antw|weitergeleitet",  # German
    "sv|vs|vb|vl|videresend",  # Danish, Swedish, Norwegian, Finnish
    "tr|réf?|rép|transf",  # French
    "rv|res|enc|reenv",  # Spanish, Portuguese
    "r|i|rif|inoltra",  # Italian
    "odp|odpověď|předáno|přeposláno",  # Czech, Polish
    "odg|odgovor|proslijeđeno|prosl|prosleđeno",  # Croatian, Serbian, Slovenian
    "pd|podaj dalej",  # Polish
    "ynt|ilt|cvp",  # Turkish
    "doorst|doorgest|betr",  # Dutch
    "vá|továbbítás|tovább",  # Hungarian
    "απ|πρθ|σχετ",  # Greek
    "на|отв|отг|пер|перес",  # Bulgarian, Russian
    "回复|回覆|答复|答覆|转发|轉寄|轉發",  # Chinese
    "返信|転送",  # Japanese
    "회신|전달",  # Korean
    "תגובה|הועבר",  # Hebrew
)
_PREFIX = re.compile(
    rf"\s*+(?:{'|'.join(_WORDS)})\s{{0,3}}+(?:\[\d{{1,4}}\]|\(\d{{1,4}}\)|[\^*-]?\d{{1,4}})?\s{{0,3}}+[:：]",
    re.IGNORECASE,
)


def subject_token(ticket: int) -> str:
    """Write a ticket's number as it stands in subjects."""
    return f"[#{ticket}]"


def subject_numbers(subject: str) -> tuple[int, ...]:
    """List the numbers written exactly as we write them, each once, the first five; `#123` alone is not ours."""
    numbers: list[int] = []
    for found in _TOKEN.finditer(subject[:_LONGEST_SUBJECT]):
        number = int(found[1])
        if number < 1 << 32 and number not in numbers:
            numbers.append(number)
            if len(numbers) == _MOST_NUMBERS:
                break
    return tuple(numbers)


@lru_cache(maxsize=256)
def strip_subject(subject: str) -> str:
    """Take off all prefixes of answers and forwards, and our number wherever it stands; white space becomes one space."""
    text = _TOKEN.sub(" ", subject[:_LONGEST_SUBJECT])
    start = 0
    while ahead := _PREFIX.match(text, start):
        start = ahead.end()
    return " ".join(text[start:].split())
