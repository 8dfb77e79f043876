"""Put fields and parts together into the bytes that are sent, and read them again before anybody gets them."""

from collections.abc import Iterable, Sequence

from maildesk.outbound.letter.body import File, Part, Wire, file_part, many, ready, text_part
from maildesk.outbound.letter.header import HARD_LINE, Field

_MIME_VERSION = Field("MIME-Version", "MIME-Version: 1.0")


class Broken(ValueError):
    """A letter of ours does not read as it was meant; it must not be sent."""


def freeze(fields: Sequence[Field], text: str, html: str = "", files: Iterable[File] = (), seed: str = "") -> bytes:
    """Write a whole letter; raises Broken if its header, read again, is not exactly what was intended.

    `seed` makes the boundaries: the same letter always has the same bytes.
    """
    return freeze_wires(fields, (ready(text),), (ready(html),) if html else None, files, seed)


def freeze_wires(
    fields: Sequence[Field], text: Wire, html: Wire | None, files: Iterable[File] = (), seed: str = ""
) -> bytes:
    """Do the same with texts that are ready for a relay."""
    body = text_part("plain", text)
    if html:
        body = _many("alternative", [body, text_part("html", html)], f"=_{seed}_a")
    attached = [file_part(file) for file in files]
    if attached:
        body = _many("mixed", [body, *attached], f"=_{seed}_m")
    every = [field for field in (*fields, _MIME_VERSION, *body.fields) if len(field[1]) > len(field[0]) + 2]
    block = "\r\n".join([lines for _, lines in every]).encode("utf-8")
    check_header(block, [name for name, _ in every])
    return b"".join((block, b"\r\n\r\n", *body.content))


def check_header(block: bytes, intended: Sequence[str]) -> None:
    """Read a header block and compare the names of its fields with those that were meant; raises Broken.

    Every line end is CRLF, every line fits, every field begins with its name: then no parser can find another field.
    """
    lines = block.split(b"\r\n")
    if block.count(b"\n") != len(lines) - 1 or block.count(b"\r") != len(lines) - 1 or b"\0" in block:
        raise Broken("a stray line end in the header")
    if max(map(len, lines)) > HARD_LINE:
        raise Broken("a header line is too long")
    if not all(map(bytes.strip, lines)) or lines[0][:1] in _FOLDED:
        raise Broken("an empty line in the header")
    # What begins a field is what stands before the first colon of every line that is no continuation (RFC 5322 §2.2).
    names = [line.partition(b":")[0] for line in lines if line[:1] not in _FOLDED]
    if b":".join(names).decode("latin-1") != ":".join(intended):
        raise Broken("the header has other fields than were meant")


_FOLDED = (b" ", b"\t")


def _many(subtype: str, parts: list[Part], boundary: str) -> Part:
    try:
        return many(subtype, parts, boundary)
    except ValueError as problem:
        raise Broken(str(problem)) from None
