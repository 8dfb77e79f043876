"""Cut a mail into its MIME parts (RFC 2046), as ranges of the raw bytes; nothing is copied and nothing decoded yet.

A nested mail (message/rfc822) is a leaf: what it holds is its own business. What is too deep, too many or unbounded
becomes a leaf as well, so that every byte of the mail is in some part.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from maildesk.ingest.headers import Headers, read_headers
from maildesk.ingest.mime.encoded_words import parse_parameters
from maildesk.ingest.mime.limits import BOUNDARY, DEPTH, PARTS
from maildesk.model.value import Value


class Node(Value, frozen=True):
    """One part: its type and parameters, where its body lies in the raw mail, and its children if it is a multipart.

    `index` counts leaves in order of appearance (-1: a multipart). `name` is the file name as declared, "" without one.
    """

    content_type: str
    params: dict[str, str]
    headers: Headers
    start: int
    end: int
    depth: int = 0
    index: int = -1
    disposition: str = ""
    name: str = ""
    encoding: str = ""
    children: "tuple[Node, ...]" = ()

    @property
    def charset(self) -> str:
        """Give the charset as labelled, lower case."""
        return self.params.get("charset", "").lower()

    def leaves(self) -> "list[Node]":
        """List the leaves below (or this one) in order."""
        if self.index >= 0:
            return [self]
        return [leaf for child in self.children for leaf in child.leaves()]


@dataclass(slots=True)
class _Walk:
    """What one walk keeps track of: the bytes, the leaves so far, what was odd."""

    raw: bytes
    leaves: int = 0
    defects: list[str] = field(default_factory=list)
    alike: "tuple[bytes, Iterator[tuple[tuple[int, int, bool], int]]] | None" = None

    def odd(self, what: str) -> None:
        if what not in self.defects and len(self.defects) < 20:
            self.defects.append(what)


def parse_tree(raw: bytes, headers: Headers) -> tuple[Node, list[str]]:
    """Cut the mail whose header block was read; give its tree and what was odd about it."""
    walk = _Walk(raw)
    root = _node(walk, headers, len(raw), 0, "text/plain")
    return root, walk.defects


_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+$")
_TYPE_AND_RUBBISH = re.compile(r"([a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+)[^a-z0-9!#$&^_.+/-]")
_BINARY = re.compile(r"(?:application|image|audio|video|font)(?:/|$)")


def _node(walk: _Walk, headers: Headers, end: int, depth: int, default: str) -> Node:
    start = headers.body
    content_type, disposition, name, encoding = default, "", "", ""
    other_name = ""
    params: dict[str, str] = {}
    for entry in headers.fields:
        key = entry.key
        if key == "content-type" and not params and content_type is default:
            content_type, params = _content_type(walk, entry.value, default)
        elif key == "content-disposition" and not disposition:
            disposition, more = parse_parameters(entry.value)
            name, other_name = more.get("filename", ""), more.get("name", "")
        elif key == "content-transfer-encoding" and not encoding:
            encoding = entry.value.partition(b";")[0].strip().lower().decode("ascii", "replace")
    name = name or params.get("name", "") or other_name or params.get("filename", "")
    if content_type.startswith("multipart/"):
        whole = _multipart(
            walk, Node(content_type, params, headers, start, end, depth, -1, disposition, name, encoding)
        )
        if whole is not None:
            return whole
        content_type = "text/plain" if depth < DEPTH else "application/octet-stream"
    index = walk.leaves
    walk.leaves += 1
    return Node(content_type, params, headers, start, end, depth, index, disposition, name, encoding)


def _content_type(walk: _Walk, value: bytes, default: str) -> tuple[str, dict[str, str]]:
    content_type, params = parse_parameters(value)
    if _TYPE.match(content_type) is None:
        walk.odd(f"an impossible content type: {content_type[:60]}")
        known = _TYPE_AND_RUBBISH.match(content_type)
        if known is not None:
            return known.group(1), params
        binary = "name" in params or _BINARY.match(content_type)
        content_type = "application/octet-stream" if binary else default  # RFC 2045 §5.2
    return content_type, params


def _multipart(walk: _Walk, node: Node) -> Node | None:
    """Fill in the children, None if the parts cannot be told apart."""
    if node.depth >= DEPTH:
        walk.odd(f"parts nested deeper than {DEPTH}: the rest is one attachment")
        return None
    boundary = node.params.get("boundary", "").rstrip().encode("utf-8", "replace")
    default = "message/rfc822" if node.content_type == "multipart/digest" else "text/plain"
    if walk.alike is not None and walk.alike[0] == boundary:
        children = _children_alike(walk, node, default)
    else:
        children = _children(walk, node, boundary, default)
    return msgspec.structs.replace(node, children=tuple(children)) if children else None


def _children(walk: _Walk, node: Node, boundary: bytes, default: str) -> list[Node]:
    """Read the parts between the delimiters of a multipart, none if there are no delimiters."""
    children: list[Node] = []
    for start, end, closed in _ranges_of(walk, node, boundary):
        if walk.leaves >= PARTS - 1:
            walk.odd(f"more than {PARTS} parts: the rest is one attachment")
            children.append(_rest(walk, start, node.end, node.depth + 1))
            break
        if not closed:
            walk.odd("a multipart that is not closed")
        child = _part(walk, start, end, node.depth + 1, default)
        if child.index >= 0 and child.params and _is_alike(child, boundary):
            walk.leaves = child.index
            return [*children, *_rest_alike(walk, node, boundary, default, start)]
        children.append(child)
    return children


def _part(walk: _Walk, start: int, end: int, depth: int, default: str) -> Node:
    headers = read_headers(walk.raw, start, end, part=True)
    for defect in headers.defects:
        walk.odd(defect)
    return _node(walk, headers, end, depth, default)


def _is_alike(child: Node, boundary: bytes) -> bool:
    """Tell a multipart inside a multipart of the same boundary: scripts that send mail make such ones."""
    said = child.headers.first("content-type").lstrip()[:10].lower() == b"multipart/"
    return said and child.params.get("boundary", "").rstrip().encode("utf-8", "replace") == boundary


def _rest_alike(walk: _Walk, node: Node, boundary: bytes, default: str, start: int) -> list[Node]:
    """Read on, from the part that starts here, where multiparts share a boundary: a closing delimiter ends the innermost."""
    walk.odd("multiparts inside each other with the same boundary")
    found = _delimiters(walk.raw, start, node.end, b"--" + boundary, _DELIMITER_END)
    marks = [(start, start, False), *(mark for mark, _ in zip(found, range(2 * PARTS), strict=False))]
    outer, walk.alike = walk.alike, (boundary, iter(zip(marks, [at for at, _, _ in marks[1:]] + [-1], strict=True)))
    children = _children_alike(walk, node, default)
    walk.alike = outer
    return children


def _children_alike(walk: _Walk, node: Node, default: str) -> list[Node]:
    children: list[Node] = []
    for (_, after, closes), before in walk.alike[1] if walk.alike else ():
        if closes or walk.leaves >= PARTS - 1:
            break
        end = max(after, _before_line_end(walk.raw, before)) if before >= 0 else node.end
        children.append(_part(walk, after, end, node.depth + 1, default))
    return children


def _rest(walk: _Walk, start: int, end: int, depth: int) -> Node:
    index = walk.leaves
    walk.leaves += 1
    nothing = Headers((), start)
    return Node(
        "application/octet-stream", {}, nothing, start, end, depth, index, "attachment", "rest-of-the-mail.txt", ""
    )


# What cannot go on a boundary (RFC 2046 §5.1.1) ends it, too: `--boundary-->`.
_DELIMITER_END = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z|[^0-9A-Za-z'()+_,./:=? \t\r\n-][^\n]{0,500}(?:\n|\Z))")
_LOOSE_DELIMITER_END = re.compile(rb"(--)?[^\n]{0,500}(?:\n|\Z)")
_FALSE_ALARMS = 10_000
"""Lines that begin like a delimiter and are none: no mail program writes so many, and whatever follows is one part."""


# The first line of a part that names its content, and before it what must be the delimiter.
_FIRST_DELIMITER = re.compile(
    rb"(?:\A|\n)(-[!-~][ -~]{0,200}?)[ \t]*\r?\n(?:content-[a-z-]{1,30}|mime-version)[ \t]*:", re.IGNORECASE
)
_PREAMBLE = 4096


def _ranges_of(walk: _Walk, node: Node, boundary: bytes) -> "list[tuple[int, int, bool]]":
    """Find the parts by the declared boundary, else by the line that stands where the first delimiter should."""
    found: list[tuple[int, int, bool]] = []
    usable = 0 < len(boundary) <= BOUNDARY
    if usable:
        found = _ranges(walk.raw, node.start, node.end, b"--" + boundary)
        if not found:  # RFC 2046 §5.1.1: it suffices that a line begins with the boundary
            found = _ranges(walk.raw, node.start, node.end, b"--" + boundary, _LOOSE_DELIMITER_END)
    if not found:
        what = "a multipart without its boundary in the body" if usable else "a multipart without a usable boundary"
        walk.odd(what)
        first = _FIRST_DELIMITER.search(walk.raw[node.start : min(node.end, node.start + _PREAMBLE)])
        found = _ranges(walk.raw, node.start, node.end, first.group(1)) if first else []
    return found


def _ranges(
    raw: bytes, start: int, end: int, needle: bytes, line_end: re.Pattern[bytes] = _DELIMITER_END
) -> "list[tuple[int, int, bool]]":
    """Find the parts between delimiter lines (RFC 2046 §5.1.1): where each starts and ends, whether a delimiter closes it."""
    found: list[tuple[int, int, bool]] = []
    opened = -1
    for at, after, closes in _delimiters(raw, start, end, needle, line_end):
        if opened >= 0:
            found.append((opened, max(opened, _before_line_end(raw, at)), True))
        opened = -1 if closes else after
        if closes or len(found) > PARTS:
            break
    if opened >= 0 and (opened < end or not found):
        found.append((opened, end, False))
    return found


def _delimiters(
    raw: bytes, start: int, end: int, needle: bytes, line_end: re.Pattern[bytes]
) -> "Iterator[tuple[int, int, bool]]":
    """Find delimiter lines one after the other: where each begins, where the next line does, whether it is the last."""
    alarms = 0
    at = raw.find(needle, start, end)
    while at >= 0 and alarms < _FALSE_ALARMS:
        after = at + len(needle)
        tail = line_end.match(raw, after, end) if at == start or raw[at - 1] == 10 else None
        if tail is None:
            alarms += 1
        else:
            yield at, tail.end(), bool(tail.group(1))
            after = max(after, tail.end() - 1)
        at = raw.find(needle, after, end)


def _before_line_end(raw: bytes, at: int) -> int:
    """Step back over the line end that belongs to the delimiter."""
    if at and raw[at - 1] == 10:
        return at - 2 if at > 1 and raw[at - 2] == 13 else at - 1
    return at
