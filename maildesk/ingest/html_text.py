"""Turn a mail's HTML into the text a person would have written: linear, bounded, safe for any input.

A tokenizer of our own: the standard library's needs minutes for 200 kB of `<a x="`, lxml gives up at 256 levels (long
conversations are deeper) and builds a tree of which nearly nothing is needed. What cannot be seen (script, style, hidden
elements, preheaders) is left out; links keep their address where it says more than their text; quotes get `> `.
"""

import html
import re

from maildesk.ingest.mime.limits import TEXT

# Possessive throughout: no attempt looks beyond the next `<`, none is tried twice.
_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+|[^<>]*+)>""")
_DECLARATION = re.compile(r"<[!?][^<>]*+>")
_UNSEEN = re.compile(r"<!--|<(style|script|title|textarea|xmp|iframe|noembed|noframes)(?=[\s>/])", re.IGNORECASE)
_RAW = ("style", "script", "title", "textarea", "xmp", "iframe", "noembed", "noframes")
_ENDS = {name: re.compile(rf"</{name}[^<>]*+>", re.IGNORECASE) for name in _RAW}
_HREF = re.compile(r"""\bhref\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE)
_HIDING = re.compile(
    r"display\s*+:\s*+none|mso-hide\s*+:\s*+all|visibility\s*+:\s*+hidden|\shidden(?=[\s=/]|$)"
    r"|(?:font-size|max-height|opacity)\s*+:\s*+0(?:px|pt|em|%)?+\s*+(?:[;\"'!]|$)",
    re.IGNORECASE,
)
_QUOTING = re.compile(
    r"type\s*+=\s*+[\"']?cite|\bcite\s*+=\s*+[\"']?+(?!https?:)|class\s*+=\s*+[\"']?[^\"'>]*?quote|border-left\s*+:(?!\s*+(?:none|0))",
    re.IGNORECASE,
)
_START = re.compile(r"\bstart\s*+=\s*+[\"']?(\d{1,6})", re.IGNORECASE)
_COMMON = (("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"))
_MANY_LINES = re.compile(r"\n{3,}")

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_ACTIONS = {
    "line": "div section article header footer main nav aside form fieldset figure figcaption center address dl dt dd body"
    " html details summary",
    "row": "tr table tbody thead tfoot caption",
    "paragraph": "p h1 h2 h3 h4 h5 h6",
    "silent": "head template noscript svg math object applet select audio video map",
    "cell": "td th",
    "list": "ul menu dir",
    "ordered": "ol",
    "item": "li",
    "link": "a",
    "break": "br",
    "rule": "hr",
    "pre": "pre",
    "quote": "blockquote",
}
_ACTION = {
    written: action
    for action, names in _ACTIONS.items()
    for name in names.split()
    for written in (name, name.upper(), name.capitalize())
}
_UNSEEN_MARKS = "\u00ad\u200b\u2060\ufeff"
_SCHEMES = ("http://", "https://", "mailto:", "tel:", "ftp://")
_LONGEST_LINK = 500
_DEEPEST_QUOTE = 9
_RULE = "_" * 32


def html_to_text(source: str) -> str:
    """Give the text of a mail's HTML, lines ended by "\\n"; what is hidden shows only if nothing else would."""
    source = _without_unseen(source[:TEXT])
    hides = _may_hide(source)
    text = _Page(hides).read(source)
    if not text and hides:
        text = _Page(hides=False).read(source)
    return text


def _without_unseen(source: str) -> str:
    """Cut out comments and elements whose content is no HTML; where one is not closed, only its opening tag goes."""
    kept: list[str] = []
    at = 0
    unclosed: set[str] = set()
    for _ in range(source.count("<") + 1):
        found = _UNSEEN.search(source, at)
        if found is None:
            break
        kept.append(source[at : found.start()])
        kind = (found.group(1) or "").lower()
        end = -1
        if kind not in unclosed:
            end = _end_of_unseen(source, kind, found.end())
        if end < 0:
            unclosed.add(kind)
            end = found.end()
        at = end
    kept.append(source[at:])
    return _DECLARATION.sub("", "".join(kept))


def _end_of_unseen(source: str, kind: str, start: int) -> int:
    if not kind:
        if source.startswith((">", "->"), start):  # `<!-->` is a whole comment
            return source.index(">", start) + 1
        end = source.find("-->", start)
        return end + 3 if end >= 0 else -1
    closing = _ENDS[kind].search(source, start)
    return closing.end() if closing else -1


def _unescape(text: str) -> str:
    """Decode entities: the six that nearly all mails make do with at once, others by the library, one after the other."""
    plain = text
    for entity, character in _COMMON:
        plain = plain.replace(entity, character)
    if plain.count("&") == plain.count("&amp;"):
        return plain.replace("&amp;", "&")
    return html.unescape(text)


def _may_hide(text: str) -> bool:
    """Look for the words that hiding needs: much cheaper than the pattern, and most mails have none."""
    lower = text.lower()
    return (
        "none" in lower
        or "hidden" in lower
        or "mso-hide" in lower
        or "font-size:0" in lower
        or "font-size: 0" in lower
        or "max-height" in lower
        or "opacity" in lower
    )


def _is_hidden(attributes: str) -> bool:
    return _may_hide(attributes) and _HIDING.search(attributes) is not None


def _without_marks(text: str) -> str:
    for mark in _UNSEEN_MARKS:
        if mark in text:
            text = text.replace(mark, "")
    return text


class _Page:
    """The text as it grows: finished lines, the line being written, and what surrounds it."""

    __slots__ = (
        "cell", "depth", "hides", "href", "href_from", "indent", "line", "lines", "lists", "owed", "pre", "quotes", "skip",
        "skip_depth", "start",
    )  # fmt: skip

    def __init__(self, hides: bool) -> None:
        self.hides = hides
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes: list[bool] = []
        self.depth = 0
        self.lists: list[int] = []
        self.pre = 0
        self.href = ""
        self.href_from = 0
        self.skip = ""
        self.skip_depth = 0
        # In a cell of a table paragraphs do not end the line before more text comes: the next cell goes on in it.
        self.cell = False
        self.owed = 0
        self.start = -1  # how long the line was behind a bullet or at the start of a cell: no block breaks it there
        self.indent = ""

    def read(self, source: str) -> str:  # noqa: C901 - the one hot loop: a call for each branch costs a third of it
        """Read all of a source that `_without_unseen` has cleaned."""
        pieces = _TAG.split(source)
        line = self.line
        line.append(pieces[0])
        for closing, name, attributes, text in zip(pieces[1::4], pieces[2::4], pieces[3::4], pieces[4::4], strict=True):
            action = _ACTION.get(name, "")
            if self.skip:
                self._skip_on(closing, name.lower())
            elif action == "silent" or (self.hides and attributes and _is_hidden(attributes)):
                self._start_skipping(closing, name.lower(), attributes)
            elif action == "line":
                if line and len(line) != self.start:
                    if self.cell:
                        self.owed = self.owed or 1
                    else:
                        self._end_line()
            elif action == "row":
                self.cell = False
                if line:
                    self._end_line()
            elif action:
                self._act(closing, action, attributes)
            if text and not self.skip:
                if self.pre:
                    self._preformatted(text)
                elif (line and len(line) != self.start) or not text.isspace():
                    if self.owed and not text.isspace():
                        self._pay()
                    line.append(text)
        self._end_line()
        text = _MANY_LINES.sub("\n\n", "\n".join(self.lines)).strip("\n")
        # Soft hyphens and breaks without width are hints to a page; in a text they only keep words from being found.
        return text if text.isascii() else _without_marks(text)

    def _start_skipping(self, closing: str, name: str, attributes: str) -> None:
        if not closing and name not in _VOID and not attributes.endswith("/"):
            self.skip, self.skip_depth = name, 1

    def _skip_on(self, closing: str, name: str) -> None:
        if name == self.skip:
            self.skip_depth += -1 if closing else 1
        elif name == "body" and self.skip == "head" and not closing:
            self.skip_depth = 0
        if self.skip_depth <= 0:
            self.skip = ""

    def _act(self, closing: str, action: str, attributes: str) -> None:
        """Act on a tag that means something for the text."""
        if action == "break":
            self._end_line(keep_empty=True)
        elif action == "paragraph":
            self._paragraph()
        elif action == "link":
            self._link(closing, attributes)
        elif action == "cell":
            self._cell(closing)
        elif action == "quote":
            self._quote(closing, attributes)
        else:
            self._end_line()
            self._act_on_line(closing, action, attributes)

    def _paragraph(self) -> None:
        if self.cell and self.line:
            self.owed = 2 if len(self.line) != self.start else 0
        elif not self.line or len(self.line) != self.start:
            self._end_line()
            self._blank_line()

    def _cell(self, closing: str) -> None:
        self.owed = 0
        self.line.append(" ")
        self.cell = not closing
        self.start = len(self.line)

    def _pay(self) -> None:
        """End the line that a cell's paragraph left open."""
        owed = self.owed
        self._end_line()
        if owed == 2:
            self._blank_line()

    def _act_on_line(self, closing: str, action: str, attributes: str) -> None:
        if action == "rule":
            self.line.append(_RULE)
            self._end_line()
        elif action == "pre":
            self.pre = max(0, self.pre + (-1 if closing else 1))
        elif action == "item":
            if not closing:
                self.indent = "  " * min(len(self.lists) - 1, _DEEPEST_QUOTE)
                self.line.append(self._bullet())
                self.start = len(self.line)
        elif not closing:
            first = _START.search(attributes) if action == "ordered" else None
            self.lists.append(int(first.group(1)) if first else 1 if action == "ordered" else 0)
        elif self.lists:
            self.lists.pop()

    def _bullet(self) -> str:
        if not self.lists or not self.lists[-1]:
            return "- "
        self.lists[-1] += 1
        return f"{self.lists[-1] - 1}. "

    def _quote(self, closing: str, attributes: str) -> None:
        self._end_line()
        if not closing:
            self._blank_line()
            self.quotes.append(_QUOTING.search(attributes) is not None)
            self.depth += self.quotes[-1]
        elif self.quotes:
            self.depth -= self.quotes.pop()
            if not self.depth:
                self._blank_line()

    def _link(self, closing: str, attributes: str) -> None:
        self._end_link()
        if closing:
            return
        found = _HREF.search(attributes)
        if found is not None:
            self.href = html.unescape(found.group(1) or found.group(2) or found.group(3) or "").strip()
            self.href_from = len(self.line)

    def _end_link(self) -> None:
        """Put the address behind the link's text where the text does not say it already."""
        href, self.href = self.href, ""
        if not href.lower().startswith(_SCHEMES) or len(href) > _LONGEST_LINK:
            return
        text = html.unescape("".join(self.line[self.href_from :])).strip()
        plain = href.partition(":")[2].strip("/")
        said = text.lower().rstrip("/")
        if text and plain.partition("?")[0].lower().rstrip("/").removeprefix("www.") not in said:
            self.line.append(
                f" <{href.removeprefix('mailto:').partition('?')[0] if href.startswith('mailto:') else href}>".replace(
                    "&", "&amp;"
                )
            )

    def _preformatted(self, text: str) -> None:
        *whole, last = text.split("\n")
        for line in whole:
            self.line.append(line)
            self._end_line(keep_empty=True)
        self.line.append(last)

    def _end_line(self, *, keep_empty: bool = False) -> None:
        """Finish the line being written: entities decoded, spaces collapsed, quote marks in front."""
        line = self.line
        self.start, self.owed = -1, 0
        if not line and not keep_empty:
            return
        if self.href:
            self._end_link()
        text = "".join(line) if len(line) != 1 else line[0]
        line.clear()
        if "&" in text:
            text = _unescape(text)
        text = text.replace("\xa0", " ").rstrip() if self.pre else " ".join(text.split())
        if self.indent:
            text, self.indent = self.indent + text, ""
        if text or keep_empty:
            self.lines.append("> " * min(self.depth, _DEEPEST_QUOTE) + text if self.depth else text)

    def _blank_line(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append(("> " * min(self.depth, _DEEPEST_QUOTE)).rstrip())
