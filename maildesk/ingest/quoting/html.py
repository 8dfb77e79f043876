"""Find in HTML where mail clients put the quote, by their fingerprints, and mark it for the line scanner.

The HTML is only looked at, tag by tag, never built into a tree; every look goes forward, so any input takes linear time (what is
missing once is not looked for again). The marks are private-use characters on lines of their own; they survive the conversion to
text and say what the lines between them are. The same characters in the mail itself are removed first.
"""

import re
from dataclasses import dataclass, field

from maildesk.ingest.quoting.glance import glance_at
from maildesk.ingest.quoting.labels import Lines, Part

LIMIT = 1_000_000
QUOTE, INTRO, SIGNATURE = "\ue0a1\ue0a2", "\ue0a3\ue0a4", "\ue0a5\ue0a6"  # opening and closing mark
REST = "\ue0a7"
_FOREIGN = re.compile("[\ue0a1-\ue0a7]")
_OPENS = {QUOTE[0]: Part.QUOTE, INTRO[0]: Part.INTRO, SIGNATURE[0]: Part.SIGNATURE}
MARKS = frozenset(QUOTE + INTRO + SIGNATURE + REST)

# From here on everything is the mail replied to (Outlook, Outlook for Mac, Hotmail, Outlook mobile, Spark, QQ, and our own mails).
_REST = re.compile(
    r"divrplyfwdmsg|olk_src_body_section|stopspelling|outlookmessageheader|mail-editor-reference-message-container"
    r"|ms-outlook-mobile-reference-message|messagereplysection|isreplycontent|orimsghtmlse|\sdata-md\s{0,3}="
)
# Holds an attribution, then blockquotes (Gmail, Yahoo, Proton, Zoho, Tuta, Zimbra, Front, GMX); answers stand between those.
_CONTAINER = re.compile(
    r"gmail_quote(?!_attribution)|yahoo_quoted|protonmail_quote|zmail_extra|tutanota_quote|__quoted_text__|front-blockquote"
    r"|isforwardcontent|name\s{0,3}=\s{0,3}[\"']?quote"
)
_CITE = re.compile(
    r"type\s{0,3}=\s{0,3}[\"']?cite|cite\s{0,3}=\s{0,3}[\"']?mid:|protonmail_quote|tutanota_quote|mailru-blockquote"
)
_INTRO = re.compile(r"moz-cite-prefix|gmail_attr|reply-intro|gmail_sendername_line|yahoo-quoted-begin|replyheader")
_SIGNATURE = re.compile(
    r"gmail_signature|moz-signature|applemailsignature|outlook-mobile-signature|protonmail_signature|k9mail-signature|edo-signature"
    r"|id\s{0,3}=\s{0,3}[\"']?(?:x_)*signature\b|bloop_sign|zm_signature|data-smartmail\s{0,3}=\s{0,3}[\"']gmail_signature"
)
_HINT = re.compile("|".join(p.pattern for p in (_REST, _CONTAINER, _CITE, _INTRO, _SIGNATURE)))
# One of these words stands in whatever the pattern finds. To look for them takes a tenth of the time that the pattern takes.
_WORDS = (
    "quote", "cite", "signature", "reply", "divrply", "olk_src", "stopspelling", "outlookmessageheader", "reference-message",
    "orimsghtmlse", "data-md", "zmail_extra", "isforward", "gmail_attr", "gmail_sendername", "bloop_sign", "zm_sign",
)  # fmt: skip
# Only elements that clients label, and those whose content is no HTML; of the others not even the end is looked for.
_TAG = re.compile(
    r"<(?:(/?)(div|blockquote|span|table|td|section|pre|hr|p|style|script|title|textarea)(?=[\s>/])|(!--))",
    re.IGNORECASE,
)
_STOP = re.compile(r"[>\"']")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr o:p".split())
_RAW = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "title", "textarea")}


def labelled_lines(marked: str) -> Lines:
    """Turn HTML that was marked into labelled lines."""
    if not marked.strip():
        return Lines([], [], [], [])
    from maildesk.ingest.html_text import html_to_text

    lines, labels = [], []
    state: list[Part] = []
    rest = False
    part = Part.OWN
    for line in html_to_text(marked).split("\n"):
        clean = line
        if not line.isascii():
            for mark in MARKS.intersection(line):
                clean = clean.replace(mark, "")
                if mark == REST:
                    rest = rest or Part.QUOTE not in state
                elif mark in _OPENS:
                    state.append(_OPENS[mark])
                elif state:
                    state.pop()
                part = Part.QUOTE if rest else _innermost(state)
            if clean is not line and not clean.strip("> "):
                continue
        lines.append(clean)
        labels.append(part)
    if Part.INTRO in labels:
        _doubt_introductions(lines, labels)
    _, heads, worth = glance_at(lines)
    return Lines(lines, labels, heads, worth)


def _doubt_introductions(lines: list[str], labels: list[Part]) -> None:
    """Take a client's introduction for one only if it is short and ends in a colon: people write into its box, too."""
    at = 0
    while at < len(labels):
        end = at
        while end < len(labels) and labels[end] is Part.INTRO:
            end += 1
        said = [line for line in lines[at:end] if line.strip()]
        if said and (len(said) > 6 or not said[-1].rstrip(" *").endswith((":", "\uff1a"))):
            labels[at:end] = [Part.OWN] * (end - at)
        at = max(end, at + 1)


def _innermost(state: list[Part]) -> Part:
    return next((part for part in (Part.QUOTE, Part.INTRO, Part.SIGNATURE) if part in state), Part.OWN)


@dataclass(slots=True)
class _Walk:
    """The state of one walk through the tags: what is written, which elements are open, which marks they owe."""

    html: str
    out: list[str] = field(default_factory=list)
    done: int = 0
    open: list[tuple[str, str]] = field(default_factory=list)
    count: dict[str, int] = field(default_factory=dict)
    intro: bool = False
    containers: int = 0
    missing: set[str] = field(default_factory=set)
    found: dict[str, None] = field(default_factory=dict)


def mark_clients_quotes(html: str) -> tuple[str, tuple[str, ...]]:
    """Put marks around the quotes and signatures that clients label; also give the labels found, in order."""
    html = html[:LIMIT]
    if any(mark in html for mark in MARKS):
        html = _FOREIGN.sub("", html)
    if not _may_label(html.lower()):
        return html, ()
    walk = _Walk(html)
    at = 0
    while tag := _TAG.search(walk.html, at):
        at = _after(walk, tag)
        name = (tag.group(2) or "").lower()
        if not name:
            continue
        if tag.group(1):
            _close(walk, name, tag.start(), at)
        else:
            _open(walk, name, tag.start(), at)
            if name in _RAW:
                closing = _RAW[name].search(walk.html, at)
                at = closing.start() if closing else len(walk.html)
    walk.out.append(walk.html[walk.done :])
    return "".join(walk.out), tuple(walk.found)


def _after(walk: _Walk, tag: re.Match[str]) -> int:
    """Say where a tag or comment ends; a `>` inside quotes does not end it."""
    if tag.group(3):
        end = _find(walk, "-->", tag.end())
        return end + 3 if end >= 0 else len(walk.html)
    at = tag.end()
    if walk.html.startswith(">", at):
        return at + 1
    end = walk.html.find(">", at)
    if end < 0:
        return len(walk.html)
    inside = walk.html[at:end]
    if (
        "'" not in inside and inside.count('"') % 2 == 0
    ):  # nearly every tag: all its quotes are closed before its first `>`
        return end + 1
    while stop := _STOP.search(walk.html, at):
        if stop.group() == ">":
            return stop.end()
        end = _find(walk, stop.group(), stop.end())
        if end < 0:  # an unclosed quote: take the next `>` whatever stands around it
            end = _find(walk, ">", stop.end())
            return end + 1 if end >= 0 else len(walk.html)
        at = end + 1
    return len(walk.html)


def _find(walk: _Walk, text: str, at: int) -> int:
    """Look forward for a text; once it is missing, it is not looked for again."""
    if text in walk.missing:
        return -1
    found = walk.html.find(text, at)
    if found < 0:
        walk.missing.add(text)
    return found


def _open(walk: _Walk, name: str, start: int, end: int) -> None:
    bare = end - start == len(name) + 2
    source = "" if bare else walk.html[start : min(end, start + 2000)].lower()
    label = _HINT.search(source) if source and _may_label(source) else None
    closing = ""
    if label and _REST.search(source):
        _write(walk, start, REST)
    elif name == "blockquote":
        closing = _open_blockquote(walk, source, start)
    elif label and _SIGNATURE.search(source):
        closing = _mark(walk, start, SIGNATURE)
    elif label and _INTRO.search(source) and not walk.intro:
        closing = _mark(walk, start, INTRO)
    elif label and _CONTAINER.search(source) and name in ("div", "span", "td", "table", "section"):
        walk.containers += 1
        closing = "container"
        if not walk.intro:
            walk.intro = True
            _write(walk, start, INTRO[0])
    if label:
        walk.found[label.group().strip()] = None
    if name not in _VOID:
        walk.open.append((name, closing))
        walk.count[name] = walk.count.get(name, 0) + 1


def _may_label(source: str) -> bool:
    for word in _WORDS:  # noqa: SIM110 - no generator: this is asked for every tag
        if word in source:
            return True
    return False


def _open_blockquote(walk: _Walk, source: str, start: int) -> str:
    """Mark a blockquote that quotes; a bare one may be the author's own, unless a client's container holds it."""
    if not (walk.containers or _CITE.search(source)):
        return ""
    if walk.intro:
        walk.intro = False
        _write(walk, start, INTRO[1])
    return _mark(walk, start, QUOTE)


def _mark(walk: _Walk, start: int, pair: str) -> str:
    _write(walk, start, pair[0])
    return pair[1]


def _write(walk: _Walk, at: int, mark: str) -> None:
    if at < walk.done:
        return
    walk.out += (walk.html[walk.done : at], "<div>", mark, "</div>")
    walk.done = at


def _close(walk: _Walk, name: str, start: int, end: int) -> None:
    """Close an element and those left open inside it."""
    if not walk.count.get(name):
        return
    while walk.open:
        opened, closing = walk.open.pop()
        walk.count[opened] -= 1
        if closing == "container":
            walk.containers -= 1
            if walk.intro and not walk.containers:
                walk.intro = False
                _write(walk, start, INTRO[1])
        elif closing:
            _write(walk, end if opened == name else start, closing)
        if opened == name:
            return
