"""Read the date that a mail program wrote above a mail it passes on, in the words of its language; None rather than a guess.

`11/3/2026` is of March or of November: such a date is not read. `3. listopada` is Croatian October, `3 listopada` Polish November;
where the year has a full stop (`27. lis 2021. u 9:31`) the month is Croatian or Serbian.
"""

import datetime as dt
import re
from email.utils import parsedate_to_datetime

from maildesk.language import fold

_LONGEST = 200
_WORD = re.compile(r"[^\W\d_]{3,}")
_YEAR_FIRST = re.compile(r"\b((?:19|20)\d\d)[-./\u5e74] ?(\d{1,2})[-./\u6708] ?(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"\b(\d{1,2})([./-]) ?(\d{1,2})[./-] ?((?:19|20)\d\d)\b")
_SHORT_YEAR = re.compile(r"(?<![\d.])(\d{1,2})\. ?(\d{1,2})\. ?(\d\d)(?![\d:]|\.\d)")
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_STOPPED_YEAR = re.compile(r"\b20\d\d\.(?! ?\d)")
_DAY = re.compile(r"\b([0-3]?\d)(?:st|nd|rd|th)?\b(?!\s?[:h]\d)")
_TIME = re.compile(r"\b([012]?\d)[:.h]([0-5]\d)(?:[:.]([0-5]\d))?\s*([ap]\.?\s?m\b|odp|dop)?")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)\b")
_NOON = dt.time(12)
# The beginnings of the months' names, folded, in the languages of `words`; of two that fit a word the longer counts.
_MONTHS = {
    1: "jan led sij janv ene gen ian sty tammi oca ocak янв січ јан яну ιαν",
    2: "feb uno vel fev lut helmi veeb subat фев лют φεβ",
    3: "mar mrz brez ozu mrc maart maalis мар бер μαρ",
    4: "apr dub tra avr abr kwi huhti nisan апр кві απρ",
    5: "may mai maj maja kvet svi mag mei touko май мая мај тра μαι",
    6: "jun juin cerv lipnj lipanj giu cze iun kesa juun haz июн јун чер юни ιουν",
    7: "jul juil cervenec cervence srpnj srpanj lug lip lipc lipiec iul heina juul tem июл јул лип юли ιουλ",
    8: "aug aou srp kol ago sie elo agu avg авг серп αυγ",
    9: "sep zari ruj set wrz syys szept eyl сен сеп вер σεπ",
    10: "oct okt rij ott out paz pazd loka eki окт жов οκτ",
    11: "nov listopadu stu noi marras kas lis ноя нов ное лис νοε",
    12: "dec dez pros dic dets gru joulu ara дек дец гру δεκ",
}
_BY_BEGINNING = {fold(beginning): month for month, names in _MONTHS.items() for beginning in names.split()}
# Croatian names months otherwise than Polish and Czech: one beginning, two months.
_STOPPED = {"lip": 6, "srp": 7, "lis": 10}
_TWO_MONTHS = re.compile(r"\d\. (?:lip|srp|lis)\b")
_WHOLE = frozenset(("lip", "lis", "eki", "kas", "ara", "tem", "out", "paz", "kol"))
"""Beginnings that are months only as a whole word, or with the endings below."""
_LONGER = (
    "lipnja",
    "lipanj",
    "listopad",
    "lipca",
    "lipiec",
    "ekim",
    "kasim",
    "aralik",
    "temmuz",
    "outubro",
    "pazd",
    "kolov",
)
_NOT_MONTHS = ("mard", "marte", "marti", "listopada")  # the first three are Tuesdays
_LISTOPADA = re.compile(r"\b\d{1,2}(\.?) listopada\b")


def read_written_date(text: str) -> dt.datetime | None:
    """Read a date; without a zone beside it, it has none and means the clock of whoever forwarded the mail."""
    written = text[:_LONGEST].strip()
    try:
        return parsedate_to_datetime(written)
    except (TypeError, ValueError, IndexError, OverflowError):
        pass
    folded = _LISTOPADA.sub(lambda found: found[0].replace("listopada", "oct" if found[1] else "nov"), fold(written))
    day = _day(folded)
    return _with_time(day, folded) if day else None


def _day(folded: str) -> dt.date | None:
    if found := _YEAR_FIRST.search(folded):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.search(folded):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        if found[2] == "/" and first <= 12 and second <= 12 and first != second:
            return None
        return _date(year, second, first) or (_date(year, first, second) if found[2] == "/" else None)
    year_found = _YEAR.search(folded)
    if year_found is None and (found := _SHORT_YEAR.search(folded)):
        return _date(2000 + int(found[3]), int(found[2]), int(found[1]))
    stopped = _STOPPED_YEAR.search(folded) is not None
    if not stopped and _TWO_MONTHS.search(folded):
        return None
    months = [month for word in _WORD.findall(folded) if (month := _month(word, stopped=stopped))]
    if year_found is None or len(set(months)) != 1:
        return None
    days = _DAY.findall(_TIME.sub(" ", folded.replace(year_found[1], " ")))
    return _date(int(year_found[1]), months[0], int(days[0])) if days else None


def _month(word: str, *, stopped: bool) -> int | None:
    if word.startswith(_NOT_MONTHS):
        return None
    if stopped and word[:3] in _STOPPED:
        return _STOPPED[word[:3]]
    for length in range(min(len(word), 9), 2, -1):
        if month := _BY_BEGINNING.get(word[:length]):
            return month if word[:length] not in _WHOLE or word == word[:length] or word.startswith(_LONGER) else None
    return None


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _with_time(day: dt.date, folded: str) -> dt.datetime:
    """Add the time of day, noon if there is none, and the zone if one is written."""
    rest = _YEAR_FIRST.sub(" ", _DAY_FIRST.sub(" ", folded))
    rest = rest if _YEAR.search(folded) else _SHORT_YEAR.sub(" ", rest, count=1)
    found = next((m for m in _TIME.finditer(rest) if int(m[1]) < 24), None)
    if found is None:
        return dt.datetime.combine(day, _NOON)
    hour, half = int(found[1]), (found[4] or "")[:1]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half in ("p", "o") else 0)
    zone = None
    offset = _OFFSET.search(rest, found.end())
    if offset and int(offset[2]) < 15:
        minutes = (int(offset[2]) * 60 + int(offset[3])) * (-1 if offset[1] == "-" else 1)
        zone = dt.timezone(dt.timedelta(minutes=minutes))
    return dt.datetime(day.year, day.month, day.day, hour, int(found[2]), int(found[3] or 0), tzinfo=zone)
