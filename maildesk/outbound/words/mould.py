"""A mould: what a notice says for one set of choices, rendered once by its template, with gaps for what differs each time.

A mould comes from rendering the template as it is, with marks in place of values; filling it gives the very bytes that rendering
it again would give. A value that could change more than its own place (it is empty, has several lines, looks like a list or a
link) is no gap: it belongs to the choices, and has moulds of its own.
"""

import re
from collections.abc import Iterator, Mapping
from html import escape
from itertools import groupby
from typing import NamedTuple, TypeGuard

from maildesk.outbound.letter import Lines, Wire, ready
from maildesk.outbound.words.html_words import SIGNATURE
from maildesk.outbound.words.long_words import long_words
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
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class Plan(NamedTuple):
    """Which values the templates of a notice use: those that may be gaps, the others, and whether `text` is used."""

    varying: tuple[str, ...]
    fixed: tuple[str, ...]
    long: bool


class Marked(NamedTuple):
    """Marks in place of values: in the words, in the page around them, for the buttons."""

    values: dict[str, str]
    page: dict[str, str]
    buttons: str


class Mould(NamedTuple):
    """A letter's lines, as text and as HTML: ready ones, formats (`%(name)s`) of others, None where the long words are."""

    language: str
    text: tuple[Lines | str | None, ...]
    html: tuple[Lines | str | None, ...]
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
    varying = sorted(name for name in used if name in VARIES and name not in deep)
    return Plan(tuple(varying), tuple(sorted(used.difference(varying))), LONG in text.used)


def choices(plan: Plan, values: Mapping[str, str]) -> tuple[Choice, ...] | None:
    """Say which mould is wanted, by each value in the plan's order; None if there is none for such values."""
    try:
        varying, fixed = [values[name] for name in plan.varying], [values[name] for name in plan.fixed]
    except KeyError:
        return None
    found: list[Choice] = [_gap(value) if value else "" for value in varying]
    if max(map(len, (*fixed, *filter(_is_text, found))), default=0) > MOST_LITERAL:
        return None
    found += fixed
    if plan.long:
        found.append(_GAP if values[LONG] else "")
    return tuple(found)


def _is_text(choice: Choice) -> TypeGuard[str]:
    return isinstance(choice, str)


def _gap(value: str) -> Choice:
    """Say what kind of gap a value fits in; one that fits in none is a choice itself."""
    if value.isprintable() and "  " not in value and ":" not in value and value[0] not in " -" and value[-1] != " ":
        return _GAP  # as `_SIMPLE` would say, ten times as fast
    if _SIMPLE.fullmatch(value):
        return _GAP
    link = _LINK.fullmatch(value)
    return value if link is None else _SECURE if link[1] == "https" else _PLAIN


def marked(plan: Plan, wanted: tuple[Choice, ...], values: Mapping[str, str]) -> Marked | None:
    """Put marks in place of values; None if a value looks like a mark itself."""
    if any(_MARKS.search(choice) for choice in wanted if isinstance(choice, str)):
        return None
    words, page = dict(values), dict(values)
    for place, (name, choice) in enumerate(zip(plan.varying, wanted, strict=False)):
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
    for place, (name, choice) in enumerate(zip(plan.varying, wanted, strict=False)):
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
    long = (None,) if has_long else ()
    return Mould(
        language,
        # The long words bring a line end of their own.
        (*_runs(texts[0], table), *long, *_runs(texts[1][len(long) :], table)),
        (*_runs(pages[0], table), *long, *_runs(pages[1], table)),
        tuple(gaps),
        page_gaps,
        tuple(links),
        has_long,
        SIGNATURE in texts[1],
    )


def cast(mould: Mould, values: Mapping[str, str], buttons: str, *, link: bool, tidy: bool) -> tuple[Wire, Wire] | None:
    """Fill a mould: the letter's text and its page; None if the long words do not fit in."""
    long = None
    if mould.has_long:
        words = values[LONG]
        if not mould.is_signed and SIGNATURE in f"\n{words}\n":
            return None
        long = long_words(words, link=link, tidy=tidy)
        if long is None:
            return None
    filled = {name: values[name] for name in mould.gaps}
    for name, scheme in mould.links:
        filled[name] = filled[name].removeprefix(scheme)
    shown = {name: escape(value, quote=False) for name, value in filled.items()}
    shown[BUTTONS] = buttons
    for name in mould.page_gaps:
        shown[f"@{name}"] = (
            escape(values[name]).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")
        )  # as markupsafe does
    return _filled(mould.text, filled, long and long.text), _filled(mould.html, shown, long and long.html)


def _filled(pieces: tuple[Lines | str | None, ...], values: Mapping[str, str], long: Lines | None) -> Wire:
    whole = [ready(piece % values) if isinstance(piece, str) else piece or long for piece in pieces]
    return tuple([lines for lines in whole if lines is not None])


def _runs(text: str, table: Mapping[int, str]) -> Iterator[Lines | str]:
    """Cut a text into lines that are the same in every letter, which are made ready now, and formats of others."""
    for has_marks, lines in groupby(_LINE.findall(text), lambda line: _MARKS.search(line) is not None):
        run = "".join(lines)
        yield run.translate(table) if has_marks else ready(run)


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
