"""Read a mail that somebody passed on: who wrote it, about what, and what it said.

Attached (message/rfc822), or inline as Gmail, Yahoo, Thunderbird and Apple divide it off, or as Outlook writes it: headers, and
nothing but the subject (`Fw:`) says that this is no reply. Without the author's address there is nothing to act upon: None.
"""

import re

from maildesk.ingest.body import Reader, read_body
from maildesk.ingest.headers import read_headers
from maildesk.ingest.mime.addresses import parse_addresses
from maildesk.ingest.mime.encoded_words import decode_header_text
from maildesk.ingest.mime.fields import parse_date, parse_message_id
from maildesk.ingest.mime.tree import parse_tree
from maildesk.ingest.parts import Structure
from maildesk.ingest.quoting.attribution import attribution_start
from maildesk.ingest.quoting.glance import glance
from maildesk.ingest.quoting.header_block import header_block, label
from maildesk.ingest.quoting.lines import behind_divider, divider, is_rule, may_divide
from maildesk.ingest.quoting.written_date import read_written_date
from maildesk.language import fold
from maildesk.model.mail import Address, Forwarded

_LINES = 20_000
_UNDIVIDED = 2_000  # lines in which a forwarded mail may begin without a dividing line: to ask each costs some 0.1 ms
_LONGEST = 2000
_TEXT = 1_000_000
_ADDRESS = re.compile(r"[^\s<>\"'()\[\];,:\\]{1,64}@[a-zA-Z0-9_-][a-zA-Z0-9_.-]{0,250}[a-zA-Z0-9]")
_FORWARD_SUBJECTS = frozenset(
    "fw fwd wg tr rv vs vb vl i pd enc redir redir. videresend ilt doorst fwd. fw. trs tovabbitas ang prosl prosl. proslijedeno"
    " prosledeno predano preposlano preposlane posredovano posr".split()
)
_QUOTES = "\"'\u201e\u201c\u201d\u00ab\u00bb"
_ENDS = frozenset("end kraj konec koniec ende fin fine".split())
# What stands between date and name in an attribution, folded: "28.10. heeft Jan", "12:46 používateľ Jan".
_BETWEEN = frozenset(
    "heeft hat pouzivatel uzivatel uzytkownik korisnik oseba idopontban odesilatel schrieb skrev je da von od ob u v o at um uhr"
    " kl klo pisze пользователь користувач потребител корисник".split()
)


def read_forwarded(text: str, structure: Structure) -> Forwarded | None:
    """Read the mail that this one passes on, None if it passes none on."""
    return _attached(structure) or _inline(text, structure.first("subject"))


def _attached(structure: Structure) -> Forwarded | None:
    if structure.content_type == "multipart/report":
        return None
    parts = [part for part in structure.parts if part.content_type == "message/rfc822" and part.text.strip()]
    if not parts:
        return None
    part = parts[0]
    raw = part.text.encode("utf-8", "surrogateescape").lstrip(b"\n")
    headers = read_headers(raw, 0)
    authors = parse_addresses(headers.first("from"))
    if len(authors) != 1:
        return None
    root, _ = parse_tree(raw, headers)
    body = read_body(root, Reader(raw, "utf-8", []))
    return Forwarded(
        authors[0],
        decode_header_text(headers.first("subject")),
        body.text.strip("\n"),
        parse_date(headers.first("date")),
        parse_message_id(headers.first("message-id")),
        part.index,
        doubt=f"{len(parts)} mails are attached" if len(parts) > 1 else "",
    )


def _inline(text: str, subject: str) -> Forwarded | None:
    seen = glance(text[:_TEXT])
    lines = seen.lines[:_LINES]
    says_forward = is_forward_subject(subject)
    candidates = [at for at, head in enumerate(seen.heads) if head] if says_forward else seen.worth
    for at in candidates:
        if at >= len(lines):
            break
        line = lines[at]
        bare = line.lstrip("> \t")
        if not says_forward and not may_divide(bare):
            continue
        kind = divider(bare)
        if kind == "forwarded" or (kind and says_forward):
            behind = behind_divider(bare)
            below = lines[at + 1 :]
            return _after([behind, *below] if label(behind)[0] else below, 0)
        if not says_forward or at >= _UNDIVIDED:
            continue
        if label(bare)[0] and header_block(_unquoted(lines[at : at + 60]), 0):
            return _by_headers(_unquoted(lines[at:]))
        if "@" in line and attribution_start(lines, at, quote_follows=False) is not None:
            return _by_attribution(lines, at)
    return None


def is_forward_subject(subject: str) -> bool:
    """Tell by its prefix whether a subject is that of a forwarded mail ("Fw:", "WG:", "PD:", "I:")."""
    prefix, colon, _ = fold(subject[:200]).partition(":")
    return bool(colon) and prefix.strip() in _FORWARD_SUBJECTS


def _after(lines: list[str], start: int) -> Forwarded | None:
    """Read what stands below a dividing line: headers, then the text."""
    while start < len(lines) and not lines[start].strip("> \t"):
        start += 1
    return _by_headers(_unquoted(lines[start:]), sure=True)


def _unquoted(lines: list[str]) -> list[str]:
    """Take one level of quote marks off; what stands below the quote is the forwarder's again."""
    if not lines or not lines[0].lstrip().startswith(">"):
        return lines
    inner: list[str] = []
    for line in lines:
        stripped = line.lstrip()
        if stripped.startswith(">"):
            inner.append(stripped[1:].removeprefix(" "))
        elif stripped:
            break
        else:
            inner.append("")
    return inner


def _by_headers(lines: list[str], *, sure: bool = False) -> Forwarded | None:
    block = header_block(lines, 0, sure=sure) if lines else None
    if block is None:
        return None
    author = _author(block.values.get("from", "")) or _author(block.values.get("reply", ""))
    if author is None:
        return None
    sender = block.values.get("from", "")
    return Forwarded(
        author,
        block.values.get("subject", "").strip(),
        _passed_on(lines[block.end :]),
        read_written_date(block.values.get("date", "") or block.values.get("sent", "")),
        doubt=f"more than one address stands in “{sender[:100]}”" if _is_doubtful(sender) else "",
    )


def _passed_on(lines: list[str]) -> str:
    """Give the text below the headers, without its quote marks if each line bears one, and without the lines that frame it."""
    said = [at for at, line in enumerate(lines) if line.strip()]
    if said and all(lines[at].lstrip().startswith(">") for at in said):
        return "\n".join(_unquoted(lines[said[0] :])).strip("\n ")
    if said and _ends_forward(lines[said[-1]]):
        lines = lines[: said.pop()]
    if said and divider(lines[said[0]]) == "forwarded":  # Zoho draws its line below the headers, too
        lines = lines[said[0] + 1 :]
    return "\n".join(lines).strip("\n ")


def _ends_forward(line: str) -> bool:
    """Tell a last line that only draws, or says between drawn lines that the forwarded mail ends."""
    text = line.strip()
    framed = text.startswith("---") and text.endswith("---")
    return is_rule(text) or (framed and fold(text[:200]).strip("- ").partition(" ")[0] in _ENDS)


def _is_doubtful(sender: str) -> bool:
    """Tell whether a From line names two people ("ana@x on behalf of jan@y"); the same address twice is one."""
    found = _ADDRESS.findall(sender[:_LONGEST].replace("mailto:", " "))
    return len({address.casefold() for address in found}) > 1


def _by_attribution(lines: list[str], end: int) -> Forwarded | None:
    """Read Outlook 2019's way: an attribution line, no headers."""
    start = attribution_start(lines, end, quote_follows=False)
    said = " ".join(line.strip() for line in lines[start if start is not None else end : end + 1])
    author = _author(said, attribution=True)
    if author is None:
        return None
    doubt = f"more than one address stands in “{said[:100]}”" if _is_doubtful(said) else ""
    written = _ADDRESS.sub(" ", said[:_LONGEST].replace(author.name, " ") if author.name else said[:_LONGEST])
    text = "\n".join(_unquoted(lines[end + 1 :])).strip("\n ")
    return Forwarded(author, "", text, read_written_date(written), doubt=doubt)


def _author(value: str, *, attribution: bool = False) -> Address | None:
    """Read `Name <address>` and its kin: [mailto:…], <address<mailto:address>>, 'Name' (address), an address alone."""
    match = _ADDRESS.search(value[:_LONGEST].replace("mailto:", " "))
    if match is None:
        return None
    address = parse_addresses(match.group().encode("utf-8", "ignore"))
    if not address:
        return None
    name = _unwrapped(value[:_LONGEST].replace("mailto:", " ")[: match.start()])
    if attribution:
        name = _attributed(value[: match.start()], name)
    return Address(
        address[0].address, "" if "@" in name or name.casefold() == address[0].address.casefold() else name[:200]
    )


def _unwrapped(name: str) -> str:
    """Take off a name what stands around it; "'Jan' via Sales" keeps its quotes."""
    name = name.strip(" \t<[(*")
    if name[:1] in _QUOTES and (name[-1:] in _QUOTES or not any(mark in name[1:] for mark in _QUOTES)):
        name = name.strip(_QUOTES)
    elif name[-1:] in _QUOTES and not any(mark in name[:-1] for mark in _QUOTES):
        name = name.rstrip(_QUOTES)
    return name.strip(" <[(")


def _attributed(above: str, name: str) -> str:
    """Give the name in an attribution: in quotes, or behind the date, which stands before it."""
    quoted = re.search(r"[\"\u201e\u00ab]([^\"\u201d\u00bb]{1,80})[\"\u201d\u00bb]?\s{0,3}[<\[(]?\s{0,3}$", above)
    if quoted:
        return quoted.group(1).strip(" \xa0\u202f")
    parts = name.rpartition(",")[2].split()
    last = max((at for at, part in enumerate(parts) if any(map(str.isdigit, part))), default=-1)
    begin = last + 1
    while begin < len(parts) and fold(parts[begin]) in _BETWEEN:
        begin += 1
    return " ".join(parts[begin:])
