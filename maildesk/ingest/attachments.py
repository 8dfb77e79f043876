"""Name, measure and fetch what is attached to a mail; names are made safe to show and never used as a path."""

import hashlib
import mimetypes
import re

import msgspec

from maildesk.ingest.body import Reader, read_body
from maildesk.ingest.headers import read_headers
from maildesk.ingest.mime.encoded_words import decode_header_text, showable
from maildesk.ingest.mime.fields import parse_message_id
from maildesk.ingest.mime.in_text import Inside, find_files
from maildesk.ingest.mime.limits import ATTACHMENTS, NAME
from maildesk.ingest.mime.tnef import UNPACKED, unpack_tnef
from maildesk.ingest.mime.transfer import decode_transfer
from maildesk.ingest.mime.tree import Node, parse_tree
from maildesk.model.mail import Attachment

File = tuple[str, str, bytes]
"""A file as it leaves here: name, content type, bytes."""

_NOTHING: File = ("", "application/octet-stream", b"")
_MESSAGES = frozenset({"message/rfc822", "message/global"})
_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}$")
_PATH = re.compile(r"[./~]|[^/]*(?:\\|:/)|.*/\.{0,2}(?:/|$)")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_LONGEST_ENDING = 20
_NESTED_HEADER = 64 * 1024
_USUAL = {
    "message/delivery-status": "delivery-status.txt",
    "message/partial": "part-of-a-mail.eml",
    "message/external-body": "link.txt",
    "text/rfc822-headers": "headers.txt",
    "text/plain": "text.txt",
    "text/html": "page.html",
    "text/calendar": "invitation.ics",
    "application/pgp-signature": "signature.asc",
    "application/pgp-encrypted": "version.asc",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/ms-tnef": "winmail.dat",
    "application/octet-stream": "file.bin",
    "image/jpeg": "image.jpg",
    "image/jpg": "image.jpg",
    "image/pjpeg": "image.jpg",
}


def read_attachments(raw: bytes, nodes: tuple[Node, ...], defects: list[str]) -> list[Attachment]:
    """Describe the attached parts, decoded for their size and digest; what a winmail.dat holds stands in its place."""
    found: list[Attachment] = []
    for node in nodes:
        if len(found) >= ATTACHMENTS:
            defects.append(f"more than {ATTACHMENTS} attachments: the rest of them are not listed")
            break
        data = decode_part(raw, node)
        unpacked = unpack_tnef(data) if _is_tnef(node) else None
        if unpacked is None or unpacked.damaged:  # what was not read of it is not lost
            found.append(_describe(node, attachment_name(raw, node, data), data))
        if unpacked is None:
            continue
        for at, (name, content_type, content) in enumerate(unpacked.files[: ATTACHMENTS - len(found)]):
            index = UNPACKED * (node.index + 1) + at
            digest = hashlib.sha256(content).hexdigest()
            found.append(Attachment(safe_name(name), content_type, len(content), digest, index=index))
    return found


def files_in_text(body_inside: tuple[tuple[int, tuple[Inside, ...]], ...]) -> list[Attachment]:
    """Describe the files that stood inside a text, uuencoded."""
    return [
        Attachment(
            *_name_and_type(file),
            len(file.content),
            hashlib.sha256(file.content).hexdigest(),
            index=UNPACKED * (index + 1) + at,
        )
        for index, files in body_inside
        for at, file in enumerate(files)
    ]


def _name_and_type(file: Inside) -> tuple[str, str]:
    name = safe_name(decode_header_text(file.name)) or "file.bin"
    return name, mimetypes.guess_type(name)[0] or "application/octet-stream"


def files_of_attached(raw: bytes, root: Node, part: int) -> tuple[Attachment, ...]:
    """Describe the files of a mail that is itself attached, with indices by which `fetch_files` finds them."""
    node = next((leaf for leaf in root.leaves() if leaf.index == part), None)
    held, nodes = _inside(raw, node)
    places = {leaf.index: at for at, leaf in enumerate(nodes)}
    return tuple(
        msgspec.structs.replace(file, index=UNPACKED * (part + 1) + places[file.index])
        for file in (read_attachments(held, nodes, []) if nodes else ())
        if file.index in places
    )


def _inside(raw: bytes, node: Node | None) -> tuple[bytes, tuple[Node, ...]]:
    """Open an attached mail: its bytes, and its attached parts."""
    if node is None or node.content_type not in _MESSAGES:
        return b"", ()
    held = decode_part(raw, node).lstrip(b"\r\n")
    root, _ = parse_tree(held, read_headers(held, 0))
    return held, read_body(root, Reader(held, "utf-8", [])).attachments


def tnef_text(raw: bytes, nodes: tuple[Node, ...]) -> tuple[str, str]:
    """Give the text and the HTML that a winmail.dat holds, for a mail that says nothing else."""
    for node in nodes:
        unpacked = unpack_tnef(decode_part(raw, node)) if _is_tnef(node) else None
        if unpacked is not None and (unpacked.text or unpacked.html):
            return unpacked.text, unpacked.html
    return "", ""


def fetch_files(raw: bytes, root: Node, indices: tuple[int, ...]) -> tuple[File, ...]:
    """Give the files behind attachment indices, in their order and byte for byte; an unknown index gives an empty file."""
    leaves = {leaf.index: leaf for leaf in root.leaves()}
    return tuple(_fetch(raw, leaves, index) for index in indices)


def _fetch(raw: bytes, leaves: dict[int, Node], index: int) -> File:
    if index >= UNPACKED:
        node = leaves.get(index // UNPACKED - 1)
        if node is not None and node.content_type in _MESSAGES:
            held, nodes = _inside(raw, node)
            chosen = nodes[index % UNPACKED : index % UNPACKED + 1]
            return _fetch(held, {chosen[0].index: chosen[0]}, chosen[0].index) if chosen else _NOTHING
        data = decode_part(raw, node) if node is not None else b""
        unpacked = unpack_tnef(data)
        if unpacked is None and node is not None and node.content_type == "text/plain":
            return next(
                ((*_name_and_type(file), file.content) for file in find_files(data)[index % UNPACKED :]), _NOTHING
            )
        inner = unpacked.files[index % UNPACKED : index % UNPACKED + 1] if unpacked is not None else ()
        return (safe_name(inner[0][0]), inner[0][1], inner[0][2]) if inner else _NOTHING
    node = leaves.get(index)
    if node is None:
        return _NOTHING
    data = decode_part(raw, node)
    return attachment_name(raw, node, data), node.content_type, data


def decode_part(raw: bytes, node: Node) -> bytes:
    """Give a part's content."""
    return decode_transfer(raw[node.start : node.end], node.encoding)


def _is_tnef(node: Node) -> bool:
    return node.content_type in ("application/ms-tnef", "application/vnd.ms-tnef") or node.name.lower() == "winmail.dat"


def _describe(node: Node, name: str, data: bytes) -> Attachment:
    content_id = parse_message_id(node.headers.first("content-id"))
    inline = node.disposition == "inline" or (node.disposition != "attachment" and bool(content_id))
    digest = hashlib.sha256(data).hexdigest()
    return Attachment(name, node.content_type, len(data), digest, inline, content_id, node.index)


def attachment_name(raw: bytes, node: Node, data: bytes | None = None) -> str:
    """Name a part: as its sender did, else after the mail it holds, else after its type."""
    name = safe_name(node.name)
    if not name and node.content_type in _MESSAGES:
        name = _name_of_message(decode_part(raw, node) if data is None else data) or _described_name(node)
        return name or "message.eml"
    name = name or _described_name(node) or _name_in_id(node)
    if name:
        return name
    stem, dot, ending = _usual_name(node.content_type).rpartition(".")
    return f"{stem}-{node.index + 1}{dot}{ending}"


def _usual_name(content_type: str) -> str:
    usual = _USUAL.get(content_type)
    if usual is None:
        ending = mimetypes.guess_extension(content_type, strict=False) or (
            ".txt" if content_type.startswith("text/") else ".bin"
        )
        usual = content_type.partition("/")[0] + ending
    return usual


def _described_name(node: Node) -> str:
    """Make a name of what the part says it is: delivery reports have no other."""
    said = node.headers.first("content-description")
    if not said:
        return ""
    words = decode_header_text(said)[:80].replace("/", "-").replace("\\", "-")
    ending = ".eml" if node.content_type in _MESSAGES else "." + _usual_name(node.content_type).rpartition(".")[2]
    return safe_name(words if _ENDING.search(words) else words + ending)


def _name_in_id(node: Node) -> str:
    """Find the file name that Outlook and Apple Mail put in front of the @ of an inline picture's id."""
    name = parse_message_id(node.headers.first("content-id")).partition("@")[0]
    return safe_name(name) if _ENDING.search(name) else ""


def _name_of_message(held: bytes) -> str:
    """Name a nested mail by its subject."""
    subject = decode_header_text(read_headers(held.lstrip(b"\r\n")[:_NESTED_HEADER]).first("subject"))
    return safe_name(subject.replace("/", "-").replace("\\", "-")[:100] + ".eml") if subject else ""


def safe_name(name: str) -> str:
    """Make a file name safe to show and to save: no path, no control or direction marks, no reserved word, at most 255 bytes."""
    shown = showable(name).strip()
    if "/" in shown and not _PATH.match(shown):
        shown = shown.replace("/", "-")  # `Invoice 12/2026.pdf` is a name that a program made, and no path
    plain = shown.replace("\\", "/").rpartition("/")[2].strip().rstrip(" .")
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    return _shortened(plain)


def _shortened(name: str) -> str:
    """Cut a name to the limit in UTF-8, keeping its ending."""
    if len(name.encode()) <= NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > _LONGEST_ENDING:
        stem, dot, ending = name, "", ""
    return stem.encode()[: NAME - len((dot + ending).encode())].decode("utf-8", "ignore") + dot + ending
