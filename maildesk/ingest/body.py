"""Find the text of a mail among its parts, and decode it.

Which part is text and which is an attachment follows JMAP's rules (RFC 8621 §4.1.4): alternatives are one text in several
forms, of a related or signed group the first part counts, and a text with a file name that does not come first is a file.
"""

import re
from dataclasses import dataclass, field

from maildesk.ingest.html_text import html_to_text
from maildesk.ingest.mime.charset import decode_plain_lines, decode_text
from maildesk.ingest.mime.in_text import Inside, find_files, may_hold_files
from maildesk.ingest.mime.limits import PART_TEXT, TEXT
from maildesk.ingest.mime.transfer import decode_text_transfer, decode_transfer
from maildesk.ingest.mime.tree import Node

REACTION = "text/vnd.google.email-reaction+json"  # beside it the text says the same in a sentence; it is no file
_TEXTS = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})
_PART_FIELD = re.compile(
    r"(?:content-[a-z-]{1,40}|mime-version)[ \t]*:|[ \t]+(?:boundary|charset|name|format)=", re.IGNORECASE
)
_ASKING = 600
_ASKS = re.compile(r"html|browser|newsletter|mail[ -]?(?:client|reader|prog)", re.IGNORECASE)
_WORDS = re.compile(r"\w{3,}")
# Other forms of the same text that no person attached.
_OTHER_FORMS = frozenset({"text/x-amp-html", "text/watch-html"})


@dataclass(slots=True)
class Reader:
    """Decodes the text parts of one mail, each once, and collects what was odd."""

    raw: bytes
    hint: str = ""
    defects: list[str] = field(default_factory=list)
    texts: dict[int, str] = field(default_factory=dict)
    inside: dict[int, tuple[Inside, ...]] = field(default_factory=dict)

    def text(self, node: Node, limit: int = TEXT) -> str:
        """Give a part's text: lines end in LF, no NULs, at most the limit."""
        known = self.texts.get(node.index)
        if known is None:
            known = self.texts[node.index] = self._decode(node, limit)
        return known

    def _decode(self, node: Node, limit: int) -> str:
        encoded = self.raw[node.start : min(node.end, node.start + 4 * limit)]
        data = decode_text_transfer(encoded, node.encoding)[: 4 * limit]
        if node.content_type == "text/plain" and may_hold_files(data):
            data = self._without_files(node, data)[: 4 * limit]
        label = node.charset
        if not label and node.content_type == "text/html" and not data.isascii():
            label = _charset_in_html(data)
        text = decode_plain_lines(data, label)
        if text is None:
            text = self._decode_with_care(data, label)
        if len(text) > limit or node.end - node.start > 4 * limit:
            text = text[:limit]
            if limit == TEXT:
                self.odd(f"text longer than {TEXT // 1024} kB: the rest of it is not read")
        return text

    def _decode_with_care(self, data: bytes, label: str) -> str:
        text, problem = decode_text(data, label, self.hint)
        if problem:
            self.odd(problem)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if "\0" in text:
            text = text.replace("\0", "")
            self.odd("NUL characters in the text")
        return text

    def _without_files(self, node: Node, data: bytes) -> bytes:
        """Take the files out that stand in the middle of the text; they are attachments."""
        whole = decode_transfer(self.raw[node.start : node.end], node.encoding)
        found = find_files(whole)
        if not found:
            return data
        self.inside[node.index] = found
        ends = (0, *(file.end for file in found))
        starts = (*(file.start for file in found), len(whole))
        return b"".join(whole[end:start] for end, start in zip(ends, starts, strict=True))

    def odd(self, what: str) -> None:
        """Note something odd, once."""
        if what not in self.defects:
            self.defects.append(what)


@dataclass(frozen=True, slots=True)
class Body:
    """What a mail says: its text, its HTML source ("" without any), the parts that are neither (its attachments), and the files
    that stood inside the text, by the index of their part.
    """

    text: str
    html: str
    attachments: tuple[Node, ...]
    inside: tuple[tuple[int, tuple[Inside, ...]], ...] = ()


def read_body(root: Node, reader: Reader) -> Body:
    """Choose and decode the text of a mail."""
    shown: set[int] = set()
    chosen = _texts(root, reader, shown)
    pieces = [_as_text(node, reader) for node in chosen]
    text = "\n".join(piece.strip("\n") for piece in pieces if piece.strip()) if len(pieces) != 1 else pieces[0]
    leaves = root.leaves()
    htmls = [leaf for leaf in leaves if leaf.index in shown and leaf.content_type == "text/html"]
    html = "\n".join(reader.text(leaf) for leaf in htmls)[:TEXT] if htmls else ""
    if not text.strip() and html:
        text = html_to_text(html)
    attachments = tuple(leaf for leaf in leaves if leaf.index not in shown and leaf.content_type != REACTION)
    if root.children and not attachments and not text.strip() and not html:
        text = _beside_the_parts(root, reader)
    inside = tuple((index, files) for index, files in reader.inside.items() if index in shown)
    return Body(text[:TEXT], html, attachments, inside)


def _beside_the_parts(root: Node, reader: Reader) -> str:
    """Show what stands before, between or after parts that are all empty: broken programs leave the text there."""
    written = reader.raw[root.start : root.start + 4 * TEXT]
    if not written.strip():
        return ""
    text = decode_text(written, "", reader.hint)[0].replace("\r\n", "\n").replace("\0", "")
    lines = [line for line in text.split("\n") if not line.startswith("--") and not _PART_FIELD.match(line)]
    shown = "\n".join(lines).strip("\n")
    if shown.strip():
        reader.odd("the parts are empty: what stands beside them is shown")
    return shown


def _texts(node: Node, reader: Reader, shown: set[int]) -> list[Node]:
    """List the text parts to show, in order; `shown` collects all that are text, chosen or not."""
    if node.index >= 0:
        if not _is_text(node):
            return []
        shown.add(node.index)
        return [node]
    if node.content_type == "multipart/alternative":
        return _alternative(node, reader, shown)
    if node.content_type == "multipart/related":
        return _related(node, reader, shown)
    if node.content_type in ("multipart/signed", "multipart/report"):
        return _texts(node.children[0], reader, shown)
    if node.content_type == "multipart/encrypted":
        return []
    if node.content_type == "multipart/appledouble":  # RFC 1740: the file, and before it what only a Mac knows of it
        shown.update(leaf.index for leaf in node.children if leaf.content_type == "application/applefile")
    found: list[Node] = []
    for at, child in enumerate(node.children):
        if at == 0 or child.index < 0 or not child.name or child.disposition == "inline":
            found += _texts(child, reader, shown) if _comes_as_text(child, at) else []
    return found


def _comes_as_text(child: Node, at: int) -> bool:
    """A text with a file name is a file, unless it comes first or is a mail program's own inline text."""
    return child.index < 0 or not child.name or (at == 0 and child.disposition != "attachment")


def _is_text(node: Node) -> bool:
    if node.content_type not in _TEXTS:
        return False
    if node.disposition == "attachment":
        return node.depth == 0 and not node.name
    return not (node.depth == 0 and node.name and node.disposition)


def _alternative(node: Node, reader: Reader, shown: set[int]) -> list[Node]:
    """Take the first plain form that says something, else the last form; a form is a part or a whole group of parts."""
    forms: list[list[Node]] = []
    for child in node.children:
        if child.content_type in _OTHER_FORMS and child.disposition != "attachment":
            shown.add(child.index)
            continue
        form = _texts(child, reader, shown)
        if form:
            forms.append(form)
    plain = [form for form in forms if _is_plain(form) and any(reader.text(part).strip() for part in form)]
    if len(plain) > 1:
        return _different(plain, reader)
    if plain and _asks_for_html(plain[0], forms[-1], reader):
        return forms[-1]
    return plain[0] if plain else forms[-1] if forms else []


def _asks_for_html(plain: list[Node], last: list[Node], reader: Reader) -> bool:
    """Tell a plain form that only says that one should read the other one: none of its words stand there."""
    said = "\n".join(reader.text(part) for part in plain)
    if len(said) > _ASKING or _ASKS.search(said) is None or last[0].content_type != "text/html":
        return False
    words = set(_WORDS.findall(said.lower()))
    written = set(_WORDS.findall(html_to_text(reader.text(last[0])).lower()))
    return bool(written) and 2 * len(words & written) < len(words)


def _is_plain(form: list[Node]) -> bool:
    return all(part.content_type == "text/plain" for part in form)


def _different(forms: list[list[Node]], reader: Reader) -> list[Node]:
    """Take every plain form that says something else: gateways put their additions beside the text (RFC 8621 §4.1.4)."""
    said: dict[str, Node] = {}
    for form in forms:
        for part in form:
            said.setdefault(" ".join(reader.text(part).split()), part)
    return [part for words, part in said.items() if words]


def _related(node: Node, reader: Reader, shown: set[int]) -> list[Node]:
    """Take the root of the group: its first part (RFC 2387 §3.2), or the first that holds text at all."""
    for child in node.children:
        form = _texts(child, reader, shown)
        if form:
            return form
    return []


def _as_text(node: Node, reader: Reader) -> str:
    text = reader.text(node)
    if node.content_type == "text/html":
        return html_to_text(text)
    if node.content_type == "text/plain":
        if node.params.get("format", "").lower() == "flowed":
            return unfold_flowed(text, delete_space=node.params.get("delsp", "").lower() == "yes")
        return text
    return _without_enrichment(text)


def unfold_flowed(text: str, *, delete_space: bool = False) -> str:
    """Join the lines of format=flowed text (RFC 3676 §4): a trailing space continues, at the same quote depth."""
    if " \n" not in text:
        return text if "\n " not in text and not text.startswith(" ") else _unstuffed(text)
    out: list[str] = []
    pending: list[str] = []
    depth = 0
    for raw_line in text.split("\n"):
        line = raw_line.lstrip(">")
        quotes = len(raw_line) - len(line)
        line = line.removeprefix(" ")
        if pending and quotes != depth:
            out.append(_quoted("".join(pending), depth))
            pending = []
        depth = quotes
        if line.endswith(" ") and line != "-- ":  # RFC 3676 §4.3: the signature separator never flows
            pending.append(line[:-1] if delete_space else line)
            continue
        if pending and line == "-- ":
            out.append(_quoted("".join(pending), depth))
            pending = []
        out.append(_quoted("".join(pending) + line, depth))
        pending = []
    if pending:
        out.append(_quoted("".join(pending), depth))
    return "\n".join(out)


def _unstuffed(text: str) -> str:
    return "\n".join(line.removeprefix(" ") for line in text.split("\n"))


def _quoted(line: str, depth: int) -> str:
    return f"{'>' * depth} {line}" if depth else line


def _without_enrichment(text: str) -> str:
    """Take the commands out of text/enriched (RFC 1896): they look like HTML tags, `<<` is a bracket."""
    return html_to_text(text.replace("<<", "&lt;").replace("\n\n", "<br>"))


def _charset_in_html(data: bytes) -> str:
    """Find the charset a page declares in its first kilobyte."""
    head = data[:1024].lower()
    at = head.find(b"charset=")
    if at < 0:
        return ""
    rest = head[at + 8 : at + 48].lstrip(b"\"' ")
    end = next((i for i, byte in enumerate(rest) if byte in b"\"'>; /\t\r\n"), len(rest))
    return rest[:end].decode("ascii", "replace")


def part_text(node: Node, reader: Reader) -> str:
    """Give the text of a text or message part for those who look into parts, cut shorter than the mail's own."""
    if node.content_type.startswith(("text/", "message/")):
        return reader.text(node, PART_TEXT)
    return ""
