"""Recognise attributions ("On 3 November Jan wrote:"), in whatever language, also when they were broken over several lines."""

import re

from maildesk.ingest.quoting import words
from maildesk.ingest.quoting.lines import COLONS, LINE, RULE
from maildesk.language import fold

_DATE = re.compile(
    r"(?:19|20)\d\d|\d{1,2}[:.h]\d\d|\d{1,2}[./-] ?\d{1,2}\b|\d{1,2}\.? (?:de )?[^\W\d_]{3}"
    r"|[^\W\d_]{3,12}\.? \d{1,2}\b|\d[\u5e74\u6708\u65e5]"
)
_ADDRESS = re.compile(r"[^\s<>@:]@[^\s<>@]")
_WORD = re.compile(r"\w+")
_DIGIT = re.compile(r"\d")
# "Am 2.11. schrieb mir Ihr Kollege:", "kolega mi napsal:": people tell so, programs do not. Folded.
_TOLD = frozenset(
    "me us our my mi mne nam nama vam jste ste vy vas vase moj moja nas nase mir uns ihr ihre sie mein meine".split()
)
# "2016-03-03 17:21 GMT+01:00 Jan Novák": Gmail's own date, enough where quote marks follow. "суббота, 14 марта 2015 г. … написал:"
_GMAIL = re.compile(r"(?:19|20)\d\d-\d\d-\d\d \d{1,2}:\d\d GMT[+-]\d\d:\d\d ")
_DAY_NAMED = re.compile(r"[^\W\d_]{3,14},? \d{1,2}\.? [^\W\d_]{3,14}\.? (?:19|20)\d\d\b")
_SHARED = re.compile(r"(?:--+ ?|(?<=\S) )(?=(?:On|Am|Dne|Dana|Le|El|Em|Il|Op|Den|W dniu) [^:]{0,40}\d)")


def _spaced(text: str) -> str:
    return f" {' '.join(_WORD.findall(text))} "


def _is_solid(text: str) -> bool:
    """Tell scripts that write without spaces, where a phrase is looked for anywhere."""
    return ord(text[0]) >= 0x1100 or ord(text[-1]) >= 0x1100


_WROTE_SOLID = tuple(phrase for phrase in words.WROTE if _is_solid(phrase))
_WROTE_BY_HEAD: dict[str, list[str]] = {}
for _phrase in words.WROTE:
    if not _is_solid(_phrase):
        _WROTE_BY_HEAD.setdefault(_WORD.findall(_phrase)[0], []).append(_spaced(_phrase))


def is_verb(text: str) -> bool:
    """Tell a text that is nothing but the verb of an attribution ("wrote", "napsal(a)")."""
    return fold(text) in words.WROTE


def attribution_start(lines: list[str], end: int, *, quote_follows: bool, alone: bool = False) -> int | None:
    """Find where an attribution ("On … wrote:") begins that ends in line `end`; None if that line ends none.

    `alone` looks at this line only, not at those above it that may belong to it.
    """
    text = lines[end].strip().removeprefix("> ")  # Polymail breaks the line before the bracket that closes an address
    if not text or len(text) > LINE:
        return None
    core = text.strip("*_ \t")
    if not core.endswith(COLONS) and not _is_ruled(text):
        fits = (
            quote_follows
            and _DATE.search(core)
            and (_ADDRESS.search(core) or _GMAIL.match(core) or (_has_opener(core) and _has_verb(core)))
        )
        return end if fits else None
    joined, start = core, end
    while not _is_attribution(joined, lines[start].strip(), quote_follows=quote_follows, ruled=_is_ruled(text)):
        start = -1 if alone else _line_above(lines, start, end)
        if start < 0 or len(joined) > LINE:
            return None
        joined = f"{lines[start].strip(' *_')} {joined}"
    goes_on = end + 1 < len(lines) and bool(lines[end + 1].strip())
    if not quote_follows and not _ADDRESS.search(joined) and _is_told(joined, goes_on=goes_on):
        return None
    return _extend(lines, start, end)


def _is_told(joined: str, *, goes_on: bool) -> bool:
    """Tell a sentence of the author's own; "On 2 November you wrote:" some programs write, but leave a line blank below it."""
    said = _WORD.findall(fold(joined))
    return not _TOLD.isdisjoint(said) or (goes_on and "you" in said)


def _is_ruled(text: str) -> bool:
    return text.startswith("--") and text.endswith("--") and len(text.strip(RULE)) > 3


def _line_above(lines: list[str], start: int, end: int) -> int:
    """Give the line before `start` that may belong to the same attribution, -1 if there is none.

    Polymail writes name, address and verb as paragraphs of their own: a short last line may reach across blank ones.
    """
    above = start - 1
    while above >= 0 and not lines[above].strip() and end - above <= 5 and len(lines[end]) <= 40:
        above -= 1
    if above < 0 or end - above > 5 or not lines[above].strip() or lines[above].lstrip().startswith(">"):
        return -1
    return above


def _extend(lines: list[str], start: int, end: int) -> int:
    """Move the start up when the line that holds the date stands above the one already recognised."""
    if _has_opener(lines[start]) and _DATE.search(lines[start][:LINE]):
        return start
    above = start
    lacking = not _ADDRESS.search(lines[start][:LINE])
    if start == end and _is_broken_address(lines[start]) and (above := _line_above(lines, start, end)) >= 0:
        start = above
    while (above := _line_above(lines, above, end)) >= 0:
        piece = lines[above].strip()[:LINE]
        if piece.endswith((".", "!", "?")):
            break
        if _DATE.search(piece) and (_has_opener(piece) or (lacking and _ADDRESS.search(piece))):
            return above
        dated = _has_opener(piece) or (piece[:1].isdigit() and _DATE.search(piece))
        if dated and above == start - 1 and lines[start].lstrip().startswith("<"):
            return above  # "2. 11. 2026 v 15:05, Jan", broken before the address
    return start


def _is_broken_address(line: str) -> bool:
    """Tell "someone@example.org> wrote:", the second half of an address that was broken at its bracket."""
    return line.find(">") >= 0 and "<" not in line[: line.find(">")]


def _is_attribution(joined: str, first: str, *, quote_follows: bool, ruled: bool) -> bool:
    verb = _has_verb(joined)
    if ruled:
        return verb
    date, address = _DATE.search(joined), _ADDRESS.search(joined)
    opener = _has_opener(first)
    if quote_follows and (verb or date or address) and (len(joined) < 250 or opener):
        return bool(verb or (date and (address or opener or first[:1].isdigit())) or address)
    if address and (verb or (date and len(joined) - joined.rfind("@") < 80)):
        return True
    if not verb:
        return False
    # Without a quote mark below, a sentence of the author's own ("Yesterday Peter wrote:") must not end the mail.
    begins = opener or first[:1].isdigit() or first[:1] in "\"'«„“" or _DAY_NAMED.match(first) is not None
    return bool(begins and (date or _DIGIT.search(joined)))


def _has_verb(text: str) -> bool:
    folded = fold(text)
    found = set(_WORD.findall(folded)) & _WROTE_BY_HEAD.keys()
    if found:
        spaced = _spaced(folded)
        return any(phrase in spaced for head in found for phrase in _WROTE_BY_HEAD[head])
    return not folded.isascii() and any(phrase in folded for phrase in _WROTE_SOLID)


def _has_opener(line: str) -> bool:
    first = fold(line[:60]).lstrip("-*>_# ")
    parts = first.split(" ", 3)
    if any(" ".join(parts[:length]) in words.OPENERS for length in (1, 2, 3)):
        return True
    return bool(parts[0]) and ord(parts[0][0]) >= 0x1100 and parts[0].startswith(("\u5728", "\u4e8e", "\u65bc"))


def shared_at(line: str) -> int:
    """Say where an attribution begins that shares its line with the reply before it; 0 if it has the line for itself."""
    found = 0
    for match in _SHARED.finditer(line[:LINE]):
        if match.start() and line[: match.start()].strip(RULE):
            found = match.start()
    return found
