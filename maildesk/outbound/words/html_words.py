"""The same words as HTML: paragraphs, lists and links made from a plain text, so that both parts always agree."""

import re
from collections.abc import Mapping
from html import escape

SIGNATURE = "\n-- \n"  # RFC 3676 §4.3

_URL = re.compile(r"https?://[^\s<>\"'\x00-\x1f]+")
# Solid colours, set where they stand: they survive clients that drop the style sheet or invert the page.
_BUTTON = (
    "display:inline-block;min-width:28px;line-height:44px;padding:0 16px;margin:0 4px 8px 0;text-align:center;"
    "background:#0b57a4;color:#fff;border-radius:6px;text-decoration:none"
)
_FOOT = '<div class="foot">'
_LINE_END, _BREAK = "\n", "<br>\n"
_TRAILING = ".,;:!?)]}»“”’"


def html_words(text: str, *, link: bool = True, marks: Mapping[str, str] | None = None, foot_first: str = "") -> str:
    """Turn a text into an HTML fragment that says the same; what follows the last `-- ` line is set apart.

    `link=False` leaves addresses in the words before it dead (they are not ours). `marks` maps a whole line to the HTML
    that stands in its place, `foot_first` is HTML that begins the part set apart.
    """
    words, found, foot = text.strip("\n").rpartition(SIGNATURE)
    if not found:
        return blocks(foot, link=link, marks=marks)
    return f"{blocks(words, link=link, marks=marks)}<hr>\n{_FOOT}\n{foot_first}{blocks(foot, link=True, marks=marks)}</div>\n"


def button_row(buttons: Mapping[str, str]) -> str:
    """Write links as a row of buttons, 44 px high; labels and addresses are escaped here."""
    links = " ".join(
        f'<a class="button" style="{_BUTTON}" href="{escape(url)}">{escape(label)}</a>'
        for label, url in buttons.items()
    )
    return f'<p class="buttons">{links}</p>\n'


def with_heading(body: str, *, below: bool) -> str:
    """Mark the sentence that sums a letter up, for people who hear it: the first, or (`below`) the first of the foot.

    A heading by its role and not by its element: where a mail program drops the role, a paragraph stays.
    """
    start = max(body.rfind(_FOOT), 0) if below else 0
    at = body.find("<p>", start)
    if at < 0:
        return body
    style = ' style="font-weight:bold"' if start else ""
    return f'{body[:at]}<p role="heading" aria-level="1"{style}>{body[at + 3 :]}'


def blocks(text: str, *, link: bool, marks: Mapping[str, str] | None = None) -> str:
    """Write paragraphs and lists; a marked line ends the paragraph before it."""
    marks = marks or {}
    out: list[str] = []
    lines: list[str] = []
    items: list[str] = []

    def flush() -> None:
        if lines:
            out.append(f"<p>{_BREAK.join(lines)}</p>\n")
            lines.clear()
        if items:
            out.append(f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>\n")
            items.clear()

    plain = _is_plain(text, link)
    if plain and not (text.startswith("- ") or "\n- " in text or any(mark in text for mark in marks)):
        return _paragraphs(escape(text, quote=False))
    for line, escaped in zip(text.split("\n"), escape(text, quote=False).split("\n"), strict=True):
        if line in marks:
            flush()
            out.append(marks[line])
        elif not line.strip():
            flush()
        elif line.startswith("- "):
            if lines:
                flush()
            items.append(escaped[2:] if plain else _inline(line[2:], escaped[2:], link))
        else:
            if items:
                flush()
            lines.append(escaped if plain else _inline(line, escaped, link))
    flush()
    return "".join(out)


def _paragraphs(escaped: str) -> str:
    """Write escaped text that has nothing but paragraphs, which most mail is: ten times as fast as line by line."""
    return "".join(
        [
            f"<p>{lines.replace(_LINE_END, _BREAK)}</p>\n"
            for part in escaped.split("\n\n")
            if (lines := part.strip("\n"))
        ]
    )


def _is_plain(text: str, link: bool) -> bool:
    """Tell whether escaping is all that the lines of a text need."""
    return not ((link and "://" in text) or "  " in text or "\t" in text or "\n " in text or text.startswith(" "))


def _inline(line: str, escaped: str, link: bool) -> str:
    """Keep the spaces of a line, given raw and escaped, and make its web addresses links where that is wanted."""
    if not link or "://" not in line:
        return _spaces(escaped)
    out, start = [], 0
    for found in _URL.finditer(line):
        url = found[0].rstrip(_TRAILING)
        out.append(_spaces(escape(line[start : found.start()], quote=False)))
        out.append(f'<a href="{escape(url)}">{escape(url, quote=False)}</a>')
        start = found.start() + len(url)
    out.append(_spaces(escape(line[start:], quote=False)))
    return "".join(out)


def _spaces(text: str) -> str:
    """Keep indentation and gaps, which HTML would swallow."""
    if "  " not in text and not text.startswith((" ", "\t")):
        return text
    text = text.replace("\t", "    ").replace("  ", "&nbsp; ")
    return f"&nbsp;{text[1:]}" if text.startswith(" ") else text
