"""What a Java parser makes of 80 mails with hard structure: the decoded bytes of every part, nested mails opened."""

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from maildesk.ingest.attachments import decode_part
from maildesk.ingest.headers import read_headers
from maildesk.ingest.mime.lines import start_of_mail, with_line_ends
from maildesk.ingest.mime.tree import parse_tree
from tests.corpora.fidelity.tally import Tally


def compare(corpora: Path, tally: Tally) -> None:
    """Compare the parts of every mail that has its decoded bodies beside it."""
    for tree in sorted((corpora / "mime4j").rglob("*_decoded.xml")):
        mail = tree.with_name(tree.name.replace("_decoded.xml", ".msg"))
        ours = [_digest(body) for body in _leaves(mail.read_bytes())]
        theirs = [_digest(body) for body in _bodies(tree)]
        tally.compare(mail.stem, "number of parts", len(ours), len(theirs))
        if len(ours) == len(theirs):
            tally.compare(mail.stem, "content of parts", ours, theirs)


def _leaves(raw: bytes) -> Iterator[bytes]:
    raw, _ = with_line_ends(raw)
    root, _ = parse_tree(raw, read_headers(raw, start_of_mail(raw)))
    for leaf in root.leaves():
        if leaf.content_type == "message/rfc822":
            yield from _leaves(decode_part(raw, leaf))
        else:
            yield decode_part(raw, leaf)


def _bodies(tree: Path) -> Iterator[bytes]:
    for element in ET.parse(tree).iter():  # a file of the corpora, no mail
        if element.tag in ("text-body", "binary-body"):
            yield (tree.parent / str(element.get("name"))).read_bytes()


def _digest(body: bytes) -> str:
    return hashlib.sha256(body.replace(b"\r\n", b"\n").rstrip(b"\n")).hexdigest()
