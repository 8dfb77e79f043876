"""Find where a text's signature, device line or disclaimer begins.

A polite closing and a name ("Thanks, Alex") are part of a letter and stay. What goes: all below "-- " (RFC 3676 §4.3), lines about
the sending device, contact blocks below a closing, legal disclaimers and the footers of scanners and mailing lists.
"""

import re
from collections.abc import Callable
from itertools import takewhile

from maildesk.ingest.quoting import facts_signature as facts
from maildesk.ingest.quoting import words
from maildesk.ingest.quoting.lines import is_rule
from maildesk.language import fold

_DEVICE_WORDS = frozenset(fold(word) for word in facts.DEVICES.split())
_CLOSINGS = frozenset(fold(phrase) for phrase in facts.CLOSINGS.split(";"))
_LEGAL = tuple(fold(phrase) for phrase in facts.LEGAL.split(";"))
_LEGAL_HEADINGS = frozenset(fold(phrase) for phrase in facts.LEGAL_HEADINGS.split(";"))
_DEVICE_STEMS = (
    "iphon",
    "ipad",
    "android",
    "samsung",
    "galax",
    "huawei",
    "smartphon",
    "outlook",
    "blackberry",
    "telefon",
    "mobil",
    "mobitel",
    "mobiel",
    "mobiil",
    "mobiliojo",
    "мобилн",
    "мобільн",
    "κινητο",
)
_DEVICE_PARTS = (
    "iphone",
    "ipad",
    "android",
    "blackberry",
    "outlook",
    "aka.ms/",
    "samsung",
    "galaxy",
    "smartphone",
    "email.cz",
    "seznam.cz",
    "web.de",
    "スマホ",
    "手机",
    "手機",
)
_DEVICE_HINTS = (*_DEVICE_STEMS, *_DEVICE_PARTS)
# Where programs begin as people do ("Von meinem Handy aus geht es nicht"), what they write last tells them: pairs of both.
_DEVICE_FRAMES = tuple(
    (fold(begin), tuple(fold(end) for end in ends.split()))
    for begin, ends in (
        ("von meine", "gesendet geschickt verschickt"),
        ("vanaf mijn", "verzonden verstuurd"),
        ("outlook für", "beziehen herunterladen laden holen ios android"),
        ("outlook voor", "downloaden ios android"),
        ("outlook for", "ios android"),
        ("從我的", "傳送 發送 寄出"),
        ("从我的", "发送 寄出"),
    )
)
_MARKS = ("-- ", "--\xa0")
_PHONE = re.compile(
    r"(?:^|[\s(,|/])(?:tel|telefon|phone|mobile?|mob|mobitel|mobil|gsm|cell|fax|faks|handy|office|direct|[tmpfhwc])\s?[.:)]"
    r"|(?:^|[^\w/])(?:\+\s?|00)\d|^[\d\s()./-]{7,}$"
)
_AFTER = re.compile(r"\s{0,9}p\.? ?s\b", re.IGNORECASE)
_MOST_BELOW = 12
_LONGEST_CARD = 8
_WORD = re.compile(r"[\w-]+")
_APPLE = re.compile(r"\bi[A-Z][a-z]")  # whatever Apple calls its next device
_UNKNOWN = re.compile(r"[Ss]ent from my [A-Z0-9]")  # a device that is named, and that nobody here has heard of
_CLAUSE = re.compile(r"[,:] ")
_NAME_DASH = re.compile(r"[-\u2013\u2014~] ?[^\W\d_][\w.'\u2019-]*(?: [^\W\d_][\w.'\u2019-]*){0,2}[.,!]?")
_LIST_FOOTER = (
    "mailing list",
    "to unsubscribe",
    "you received this message because",
    "unsubscribe from this group",
    "mailman/listinfo",
)


def cut_signature(lines: list[str], *, whole: bool) -> int:
    """Say where a signature begins; with `whole`, it may be all there is (a text below a quote)."""
    if not whole:
        return signature_start(lines)
    return max(signature_start(["\u2026", *lines]) - 1, 0)


def signature_start(lines: list[str]) -> int:
    """Say from which line on a text is signature; len(lines) if it has none. The first line with text never is."""
    first = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    end = bottom = _trim(lines, len(lines))
    cut = _delimiter(lines, first)
    if cut is not None:
        end = _trim(lines, cut)
    looked: dict[_Look, int] = {}
    for find in _LOOKS:
        if looked.get(find) == end:
            continue  # it saw the same lines before
        looked[find] = end
        found = find(lines, first, end)
        if first < found < end:
            end = _trim(lines, found)
    return end if first < end < bottom else len(lines)


def _trim(lines: list[str], end: int) -> int:
    while end > 0 and not lines[end - 1].strip():
        end -= 1
    return end


def _delimiter(lines: list[str], first: int) -> int | None:
    """Find "-- " (RFC 3676 §4.3), or a bare "--" that many clients and HTML leave of it, if little stands below it."""
    below = contacts = 0
    asks = speaks = False
    found = None
    for at in range(len(lines) - 1, first, -1):
        if below > _MOST_BELOW:  # from here up only the mark itself counts, and the topmost
            marks = [_index(lines, mark, first + 1, at + 1) for mark in _MARKS]
            return min((mark for mark in marks if mark >= 0), default=found)
        bare = lines[at].strip(" \t\xa0")
        if (
            lines[at] in _MARKS
            or (bare == "--" and (contacts or not asks))
            or (bare in ("---", "\u2014", "__", "- -") and (contacts or not speaks))
            or (is_rule(bare) and below >= 2 and contacts)
        ):
            found = at
        elif bare:
            below += 1 if len(bare) < 80 else 5
            contacts += below <= _MOST_BELOW and _is_contact(bare)
            # Some draw such a line between two thoughts: what goes on in sentences below it, and names no telephone, is text.
            asks = asks or (bare[-1] == "?" and bare.count(" ") >= 2)
            speaks = speaks or asks or (bare[-1] in ".!" and bare.count(" ") >= 3 and not _is_known_footer(bare))
    return found


def _is_known_footer(line: str) -> bool:
    return is_device_line(line) or _is_legal(line[:300])


def _index(lines: list[str], text: str, start: int, end: int) -> int:
    """Find the first line that is this text, -1 if none is; comparing a list's items is several times faster than a loop."""
    try:
        return lines.index(text, start, end)
    except ValueError:
        return -1


def is_device_line(line: str) -> bool:
    """Tell a line that only names the sending device or program ("Sent from my iPhone")."""
    text = line.strip(" \t\xa0*_-.!<>()[]")
    if not text or len(text) > 160:
        return False
    folded = fold(text)
    spoken = _WORD.findall(folded.split("http", 1)[0].split("<", 1)[0])
    unknown = _APPLE.search(text) is not None or _UNKNOWN.match(text) is not None
    if not unknown and _DEVICE_WORDS.isdisjoint(spoken) and not any(map(folded.__contains__, _DEVICE_HINTS)):
        return False  # most lines: no word is looked at
    if not unknown and not _names_device(folded):
        return False
    if len(spoken) > 14 or (", " in folded and len(spoken) > 8):
        return False
    for phrase in words.DEVICE:
        if phrase not in folded:
            continue
        if folded.endswith(phrase) or phrase[0] == "-":
            return True
        # "Sent by courier yesterday, one tablet": what stands behind a comma was not sent from.
        if folded.startswith(phrase) and (
            unknown or _names_device(phrase + _CLAUSE.split(folded[len(phrase) :], 1)[0])
        ):
            return True
    return any(folded.startswith(begin) and folded.endswith(ends) for begin, ends in _DEVICE_FRAMES)


def _names_device(folded: str) -> bool:
    spoken = _WORD.findall(folded.split("http", 1)[0].split("<", 1)[0])
    if not _DEVICE_WORDS.isdisjoint(spoken) or any(word.startswith(_DEVICE_STEMS) for word in spoken):
        return True
    return any(part in folded for part in _DEVICE_PARTS)


def _device_lines(lines: list[str], first: int, end: int) -> int:
    """Look for device lines among the last lines: what follows one is part of the same advertisement."""
    found, at, looked = end, end - 1, 0
    while at > first and looked < 4:
        if lines[at].strip():
            looked += 1
            if is_device_line(lines[at]) and not lines[_trim(lines, at) - 1].rstrip().endswith(":"):
                found, looked = at, 0
        at -= 1
    return found


def _footer(lines: list[str], first: int, end: int) -> int:
    """Find a mailing list's footer: a rule of underscores, then the list, near the end."""
    for at in range(max(first + 1, end - 25), end):
        line = lines[at].strip()
        if len(line) >= 10 and line[0] in "_-" and line == line[0] * len(line):
            tail = fold(" ".join(lines[at + 1 : end])[:2000])
            if end - at <= 12 and any(word in tail for word in _LIST_FOOTER):
                return at
    return end


def _disclaimer(lines: list[str], first: int, end: int) -> int:
    """Find a legal or scanner's paragraph among the last five; it and all below it goes."""
    found, at, paragraphs = end, end, 0
    while at > first + 1 and paragraphs < 5:
        begin = at - 1 - _filled(lines[first : at - 1])
        if any(_asks(line) for line in lines[begin : min(at, begin + 50)] if "?" in line):
            break  # lawyers ask nothing: who asks here has written what stands above, too
        # A text of one paragraph is no disclaimer: it need not be folded, which takes longer than all else here.
        if begin > first and _is_legal(" ".join(lines[begin : min(at, begin + 3000)])[:3000]):
            found = begin
            for line in range(begin, at):  # the closing and the name may stand right above, in the same paragraph
                if _is_legal(lines[line][:300]):
                    found = line
                    break
        at = _trim(lines, begin)
        paragraphs += 1
    if found < end and found > first and _is_heading(lines[_trim(lines, found) - 1]):
        found = _trim(lines, found) - 1
    return found if found > first else end


def _filled(lines: list[str]) -> int:
    """Count the lines at the end that are not blank: a long letter may be one paragraph, so no loop of ours goes through it."""
    return len(list(takewhile(bool, map(str.strip, reversed(lines)))))


def _asks(line: str) -> bool:
    """Tell a question of the author's ("Što da radim?"), whatever it is about; "Need to print?" is too short for one."""
    bare = line.rstrip()
    return bare.endswith("?") and bare.count(" ") >= 2


def _is_legal(text: str) -> bool:
    folded = fold(text)
    return any(phrase in folded for phrase in _LEGAL)


def _is_heading(line: str) -> bool:
    """Tell "DISCLAIMER", "Upozornění:" or a rule of its own above a disclaimer."""
    text = line.strip()
    if not text.strip("-_=*\u2013\u2014 "):
        return True
    spoken = fold(text.strip("*_:- "))
    return spoken in _LEGAL_HEADINGS


def _contact_block(lines: list[str], first: int, end: int) -> int:
    """Find a block of contact lines below a closing and at most one line of name."""
    for at in range(end - 1, max(first, end - 16), -1):
        if not _is_closing(lines[at]):
            continue
        rest = [line for line in range(at + 1, end) if lines[line].strip()]
        if len(rest) < 2 or any(len(lines[line].strip()) > 90 or _AFTER.match(lines[line]) for line in rest):
            return end
        if any(_is_contact(lines[line]) for line in rest[1:]):
            return rest[1]
        return end
    return _card(lines, first, end)


def _card(lines: list[str], first: int, end: int) -> int:
    """Find a last paragraph that is a visiting card: a name, then mostly telephone, mail and web addresses.

    Other numbers (of a machine, a company, an account) are what was asked for, and no card.
    """
    begin = end
    while begin > first and end - begin <= _LONGEST_CARD and lines[begin - 1].strip():
        begin -= 1
    above = _trim(lines, begin) - 1
    card = lines[begin:end]
    is_card = (
        3 <= len(card) <= _LONGEST_CARD
        and all(len(line.strip()) <= 60 for line in card)
        and sum(map(_is_reach, card)) >= 2
        and not _is_contact(card[0])
        and all(_is_reach(line) for line in card if _is_contact(line))
        and sum("@" in line for line in card) <= 1
        and any(_PHONE.search(fold(line)) for line in card)
    )
    if not is_card or begin <= first or ":" in card[0]:
        return end
    said = lines[above].rstrip()
    # "please call" and two people below it is no card: what stands above one ends a sentence.
    return begin if said[-1] not in ":,\u2026" and not said[-1].isalnum() else end


def _is_closing(line: str) -> bool:
    text = line.strip(" \t\xa0,.!*_-;:/")
    return 0 < len(text) <= 45 and fold(text).strip(" ,.!") in _CLOSINGS


def _is_contact(line: str) -> bool:
    if "@" in line or "www." in line or "http" in line:
        return True
    digits = sum(map(str.isdigit, line))
    return digits >= 6 and ("+" in line or digits * 3 >= len(line.strip()) or ":" in line)


def _is_reach(line: str) -> bool:
    """Tell a line that says how to reach somebody; the number of a machine or a company is none."""
    return (
        "@" in line or "www." in line or "http" in line or (_is_contact(line) and bool(_PHONE.search(fold(line[:200]))))
    )


def _dashed_name(lines: list[str], first: int, end: int) -> int:
    """Find a last paragraph that is only a dash and a name ("-Abhishek Kona"); an item of a list is none."""
    at = end - 1
    if at <= first or not _NAME_DASH.fullmatch(lines[at].strip()[:60]):
        return end
    above = lines[_trim(lines, at) - 1].strip()
    # "Which one? - Red", "the error is: - Timeout": what is asked for or announced is no name.
    goes_on = above[-1] in ":?,;" or (above[-1].isalnum() and not _is_closing(above))
    return end if goes_on or above.startswith(("-", "*", "\u2022", "\u2013")) else at


_Look = Callable[[list[str], int, int], int]
_LOOKS: tuple[_Look, ...] = (
    _footer, _disclaimer, _device_lines, _disclaimer, _contact_block, _device_lines, _dashed_name,
)  # fmt: skip
