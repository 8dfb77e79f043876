"""Recognise lines that divide: "-----Original Message-----", "Begin forwarded message:", a drawn line.

Every look at a line is bounded (`LINE` characters, here and in the neighbours), so a text of any shape costs linear time.
"""

import re

from maildesk.ingest.quoting import words
from maildesk.language import fold

LINE = 600
RULE = "-_=*#~\u2010\u2011\u2012\u2013\u2014\u2015\u2500\u2022 \t\xa0"
_DRAWN = re.compile("-{2,}|_{2,}|={2,}|[\u2010-\u2015]{2,}")  # Proton Mail draws with U+2010
BEGINS = frozenset((*RULE, ">"))
COLONS = (":", "\uff1a")
_ABOVE = tuple(
    fold(phrase)
    for phrase in (
        "reply above this line", "your reply above", "type your reply above", "write above this line", "reply above the line",
        "antworten sie oberhalb", "oberhalb dieser zeile", "odpovězte nad t", "pište nad tento řádek", "odpověď napište nad",
        "odgovorite iznad", "iznad ove linije", "iznad ovog retka", "répondre au-dessus de cette ligne", "au-dessus de cette ligne",
        "por encima de esta línea", "acima desta linha", "sopra questa riga", "boven deze lijn", "boven deze regel",
        "powyżej tej linii", "nad túto čiaru", "nad tento riadok", "odgovorite nad to črto",
    )
)  # fmt: skip


def is_rule(line: str) -> bool:
    """Tell a line that only draws a line (Outlook's underscores, Gmail's dashes)."""
    text = line.strip()
    return len(text) >= 5 and not text.strip("-_=*\u2010\u2011\u2012\u2013\u2014\u2500 ")


def is_framed(line: str) -> bool:
    """Tell a line of few words between two drawn lines ("----- Odchozí zpráva -----"), whatever the words."""
    text = line.strip()
    return 10 <= len(text) <= 80 and text.startswith("---") and text.endswith("---")


def may_divide(line: str) -> bool:
    """Tell at a glance whether a line could divide or introduce a quote; nearly all lines of a text could not."""
    text = line.lstrip()
    return ":" in text or text[:1] in BEGINS or "\uff1a" in text


def divider(line: str) -> str:
    """Tell a line that divides a reply from what it quotes: "original", "forwarded", or "" for any other line."""
    line = line.strip()
    if not line or len(line) > LINE:
        return ""
    if line[0] in RULE and len(line) < 160 and _asks_to_reply_above(fold(line)):
        return "original"
    core = line.strip(RULE)
    ruled = _DRAWN.match(line) is not None or (line[0] in "*#" and line[-1] == line[0])
    if ruled:  # Samsung puts the headers behind the rule, on the same line
        core = _DRAWN.split(core, maxsplit=1)[0]
    elif not core.endswith(COLONS):
        return ""
    return _divider_words(fold(core).rstrip(": .\uff1a"), whole=not ruled)


def behind_divider(line: str) -> str:
    """Give what stands behind a dividing line's second rule: Yahoo and Samsung go on with the headers there."""
    pieces = _DRAWN.split(line.strip()[:LINE], maxsplit=2)
    return pieces[2].strip() if len(pieces) > 2 else ""


def _divider_words(core: str, *, whole: bool) -> str:
    parts = core.split(" ")[:12]
    for length in range(len(parts), 0, -1):
        phrase = " ".join(parts[:length]).strip(" :,")
        if phrase in words.FORWARDED:
            return "forwarded"
        if phrase in words.ORIGINAL:
            return "original"
        if whole:
            return ""
    return ""


def _asks_to_reply_above(folded: str) -> bool:
    """Tell the line that other help desks put above their mails."""
    return any(phrase in folded for phrase in _ABOVE)
