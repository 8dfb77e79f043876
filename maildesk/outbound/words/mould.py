"""A mould: what a notice says for one set of choices, rendered once by its template, with gaps for what differs each time.

A mould comes from rendering the template as it is, with marks in place of values; filling it gives the very bytes that rendering
it again would give. A value that could change more than its own place (it is empty, has several lines, looks like a list or a
link) is no gap: it belongs to the choices, and has moulds of its own.
"""

import re
from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from maildesk.outbound.letter import Wire, wire
from maildesk.outbound.words.html_words import SIGNATURE
from maildesk.outbound.words.long_words import LongWords, long_words
from maildesk.outbound.words.survey import Survey

LONG = "text"
BUTTONS = "buttons"
MOST_LITERAL = 400
# What differs from letter to letter; of the other names there are few values, and each may well have a mould of its own.
VARIES = frozenset(
    {
        "address", "author", "by", "comment", "created", "feedback_link", "files", "lookup", "merge", "name", "number",
        "opens", "others", "promised", "requester", "requester_name", "status_link", "subject", "until", "updated",
    }
)  # fmt: skip
Choice = str | int
_GAP, _SECURE, _PLAIN = 1, 2, 3
_SCHEMES: dict[Choice, str] = {_SECURE: "https://", _PLAIN: "http://"}
# One line that nobody could take for a rule, an item of a list or a link, without two spaces together.
_SIMPLE = re.compile(r"[^\s:-](?:[^\s:]|:(?!//)| (?=\S))*+")
_LINK = re.compile(r"(https?)://[A-Za-z0-9/._~+-]*[A-Za-z0-9/]", re.ASCII)
# Private characters, one for each name: in the words, and in the page around them (which escapes otherwise).
_FIRST, _LONG, _BUTTONS = 0xF0000, chr(0xFF000), chr(0xFF001)
_MARKS = re.compile(f"[{chr(_FIRST)}-{chr(0xFF0FF)}]")
_LONG_LINE = f"<p>{_LONG}</p>\n"


class Plan(NamedTuple):
    """Which values the templates of a notice use, each with whether it may be a gap, and whether `text` may."""

    names: tuple[tuple[str, bool], ...]
    long: bool


class Marked(NamedTuple):
    """Marks in place of values: in the words, in the page around them, for the buttons."""

    values: dict[str, str]
    page: dict[str, str]
    buttons: str


class Mould(NamedTuple):
    """Formats (`%(name)s`) before and after the long words, as text and as HTML; before is "" where there are none."""

    language: str
    text: tuple[str, str]
    html: tuple[str, str]
    gaps: tuple[str, ...]
    page_gaps: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    has_long: bool
    is_signed: bool


def plan_of(text: Survey, page: Survey) -> Plan | None:
    """Plan a notice by what its templates do; None if that cannot be told."""
    if not (text.whole and page.whole) or "body" in page.deep or "body" in text.used:
        return None
    deep, used = text.deep | page.deep, (text.used | page.used) - {"body", LONG}
    if LONG in deep or LONG in page.used:
        return None
    return Plan(tuple((name, name in VARIES and name not in deep) for name in sorted(used)), LONG in text.used)


def choices(plan: Plan, values: Mapping[str, str]) -> tuple[Choice, ...] | None:
    """Say which mould is wanted; None if there is none for such values."""
    found: list[Choice] = []
    for name, may_vary in plan.names:
        value = values.get(name)
        if value is None:
            return None
        if may_vary and value:
            if _SIMPLE.fullmatch(value):
                found.append(_GAP)
                continue
            if link := _LINK.fullmatch(value):
                found.append(_SECURE if link[1] == "https" else _PLAIN)
                continue
        if len(value) > MOST_LITERAL:
            return None
        found.append(value)
    if plan.long:
        found.append(_GAP if values[LONG] else "")
    return tuple(found)


def marked(plan: Plan, wanted: tuple[Choice, ...], values: Mapping[str, str]) -> Marked | None:
    """Put marks in place of values; None if a value looks like a mark itself."""
    if any(_MARKS.search(choice) for choice in wanted if isinstance(choice, str)):
        return None
    words, page = dict(values), dict(values)
    for place, ((name, _), choice) in enumerate(zip(plan.names, wanted, strict=False)):
        if isinstance(choice, int):
            scheme = _SCHEMES.get(choice, "")
            words[name] = scheme + chr(_FIRST + 2 * place)
            page[name] = chr(_FIRST + 2 * place + 1)
    if plan.long and values[LONG]:
        words[LONG] = _LONG
    return Marked(words, page, _BUTTONS)


def mould_of(plan: Plan, wanted: tuple[Choice, ...], language: str, text: str, html: str) -> Mould | None:
    """Make a mould of a letter that was rendered with marks; None if a gap might change more than its own place."""
    has_long = plan.long and wanted[-1] == _GAP
    texts, pages = _parts(text, _LONG, has_long), _parts(html, _LONG_LINE, has_long)
    if not (html and texts and pages) or (has_long and not _stands_alone(*texts)):
        return None
    gaps, formats, links = [], {"%": "%%", _BUTTONS: f"%({BUTTONS})s"}, []
    for place, ((name, _), choice) in enumerate(zip(plan.names, wanted, strict=False)):
        if isinstance(choice, int):
            mark, scheme = chr(_FIRST + 2 * place), _SCHEMES.get(choice, "")
            gaps.append(name)
            formats |= {mark: f"%({name})s", chr(ord(mark) + 1): f"%(@{name})s"}
            if scheme:
                links.append((name, scheme))
                if re.search(rf"{mark}\S", text):
                    return None
            elif re.search(rf"://\S*{mark}", text):
                return None
    table = str.maketrans(formats)
    page_gaps = tuple(name for name in gaps if f"%(@{name})s" in html.translate(table))
    return Mould(
        language,
        (texts[0].translate(table), texts[1].translate(table)),
        (pages[0].translate(table), pages[1].translate(table)),
        tuple(gaps),
        page_gaps,
        tuple(links),
        has_long,
        SIGNATURE in texts[1],
    )


def cast(mould: Mould, values: Mapping[str, str], buttons: str, *, link: bool, tidy: bool) -> tuple[Wire, Wire] | None:
    """Fill a mould: the letter's text and its page; None if the long words do not fit in."""
    long = _NOTHING
    if mould.has_long:
        words = values[LONG]
        if not mould.is_signed and SIGNATURE in f"\n{words}\n":
            return None
        found = long_words(words, link=link, tidy=tidy)
        if found is None:
            return None
        long = found
    filled = {name: values[name] for name in mould.gaps}
    for name, scheme in mould.links:
        filled[name] = filled[name].removeprefix(scheme)
    shown = {name: escape(value, quote=False) for name, value in filled.items()}
    shown[BUTTONS] = buttons
    for name in mould.page_gaps:
        shown[f"@{name}"] = (
            escape(values[name]).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")
        )  # as markupsafe does
    return (
        _joined(mould.text, filled, long.text, long.odd[0]),
        _joined(mould.html, shown, long.html, long.odd[1]),
    )


_NOTHING = LongWords(b"", b"", (0, 0))


def _joined(formats: tuple[str, str], filled: Mapping[str, str], long: bytes, odd: int) -> Wire:
    after = wire(formats[1] % filled)
    if not long:
        return after
    if not formats[0]:
        return Wire(long + after.data, odd + after.odd)
    before = wire(formats[0] % filled)
    return Wire(b"".join((before.data, long, after.data)), before.odd + odd + after.odd)


def _parts(whole: str, mark: str, has_long: bool) -> tuple[str, str] | None:
    if not has_long:
        return None if _LONG in whole else ("", whole)
    before, found, after = whole.partition(mark)
    if not found or _LONG in before or _LONG in after or not (not before or before.endswith("\n")):
        return None
    return before, after


def _stands_alone(before: str, after: str) -> bool:
    """Tell whether the long words are a paragraph of their own, above the signature line if there is one."""
    return (
        (not before or before.endswith("\n\n"))
        and (after == "\n" or after.startswith("\n\n"))
        and SIGNATURE not in before
    )
