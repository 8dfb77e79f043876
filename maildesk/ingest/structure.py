"""Show a mail's parts to those who judge it: classify, bounce, forwarded; and say whether it is signed or encrypted."""

from maildesk.ingest.attachments import safe_name
from maildesk.ingest.body import Reader, part_text
from maildesk.ingest.headers import Headers, decoded_headers
from maildesk.ingest.mime.addresses import parse_addresses
from maildesk.ingest.mime.encoded_words import decode_header_text
from maildesk.ingest.mime.tree import Node
from maildesk.ingest.parts import Part, Structure

SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})


def build_structure(root: Node, reader: Reader, envelope_from: str | None) -> Structure:
    """Turn the tree into plain values; the null return path is "", an unknown one None."""
    decoded = decoded_headers(root.headers, reader.hint)
    return Structure(
        headers=decoded,
        content_type=root.content_type,
        params=root.params,
        parts=tuple(_part(leaf, reader, decoded) for leaf in root.leaves()),
        return_path=_return_path(root.headers, envelope_from),
        by_name=_index(decoded),
    )


def _index(headers: tuple[tuple[str, str], ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in headers:
        key = name.lower()
        found[key] = (*found[key], value) if key in found else (value,)
    return found


def _part(leaf: Node, reader: Reader, top: tuple[tuple[str, str], ...]) -> Part:
    return Part(
        content_type=leaf.content_type,
        charset=leaf.charset,
        disposition=leaf.disposition,
        name=safe_name(leaf.name) if leaf.name else "",
        text=part_text(leaf, reader),
        headers=top if leaf.depth == 0 else decoded_headers(leaf.headers, reader.hint),
        depth=leaf.depth,
        index=leaf.index,
    )


def _return_path(headers: Headers, envelope_from: str | None) -> str | None:
    """Prefer the envelope; the Return-Path header is what the last server wrote down of it (RFC 5321 §4.4)."""
    if envelope_from is not None:
        return envelope_from.strip("<> ")
    if not any(field.key == "return-path" for field in headers.fields):
        return None
    written = decode_header_text(headers.first("return-path"))
    if written.replace(" ", "") in ("<>", ""):
        return ""
    found = parse_addresses(headers.first("return-path"))
    return found[0].address if found else written.strip("<> ")


def protection_of(root: Node) -> str:
    """Say how a mail is protected: `signed` or `encrypted`, `-pgp` or `-smime`; "" if it is not (RFC 3156, RFC 8551)."""
    kind = root.content_type
    if kind in ("multipart/signed", "multipart/encrypted"):
        protocol = root.params.get("protocol", "")
        return f"{kind.removeprefix('multipart/')}-{'smime' if 'pkcs7' in protocol else 'pgp'}"
    if kind in SMIME or (kind == "application/octet-stream" and root.name.lower() == "smime.p7m"):
        return (
            "signed-smime"
            if root.params.get("smime-type", "").lower() in ("signed-data", "certs-only")
            else "encrypted-smime"
        )
    # Mailing lists and gateways wrap the protected mail in a multipart of their own.
    wrapped = next((protection_of(child) for child in root.children[:2] if kind == "multipart/mixed"), "")
    return wrapped if root.depth < 2 else ""
