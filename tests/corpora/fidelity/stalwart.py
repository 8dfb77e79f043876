"""What a strict parser of a mail server makes of 107 hard mails: people, subject, ids, files with their bytes, the text."""

import hashlib
import json
from pathlib import Path
from typing import Any

from maildesk.ingest.parse import parse_mail
from maildesk.model.mail import Mail
from tests.corpora.fidelity.tally import Tally


def compare(corpora: Path, tally: Tally) -> None:
    """Compare every mail with the tree that stands beside it."""
    folder = corpora / "stalwart_mail_parser"
    for path in sorted(folder.rglob("*.eml")):
        tree = json.loads(path.with_suffix(".json").read_text("utf-8"))
        mail = parse_mail(path.read_bytes())
        file = f"{path.parent.name}/{path.stem}"
        _compare_fields(file, tree["parts"][0]["headers"], mail, tally)
        _compare_content(file, tree, mail, tally)


def _compare_fields(file: str, head: list[dict[str, Any]], mail: Mail, tally: Tally) -> None:
    author = addresses_of(head, "from")
    tally.compare(file, "from", mail.author.address if mail.author else "", author[0] if author else "")
    tally.compare(
        file, "to", [a.address for a in mail.to], [address for address in addresses_of(head, "to") if address]
    )
    tally.compare(
        file, "cc", [a.address for a in mail.cc], [address for address in addresses_of(head, "cc") if address]
    )
    tally.compare(file, "subject", mail.subject, " ".join(texts_of(head, "subject")))
    tally.compare(file, "id", mail.message_id, "".join(texts_of(head, "message_id")[:1]))
    tally.compare(file, "in-reply-to", list(mail.in_reply_to), texts_of(head, "in_reply_to"))
    tally.compare(file, "references", list(mail.references), texts_of(head, "references"))


def _compare_content(file: str, tree: dict[str, Any], mail: Mail, tally: Tally) -> None:
    attached = [tree["parts"][at] for at in tree["attachments"]]
    # A part without a name has one here all the same: only names that were given are compared.
    given = [name for name in map(name_of, attached) if name]
    ours = [a.name for a in mail.attachments]
    named = [name for name in ours if name in given] if set(given) <= set(ours) else ours
    tally.compare(file, "files", named, given)
    tally.compare(file, "number of files", len(ours), len(attached))
    # Texts among the files are decoded there; their bytes are not told.
    theirs = sorted(digest for part in attached if (digest := digest_of(part)))
    files = [a for a in mail.attachments if not a.content_type.startswith(("text/", "message/"))]
    tally.compare(file, "digests", sorted(a.sha256 for a in files), theirs)
    bodies = [tree["parts"][at]["body"] for at in tree["text_body"]]
    if bodies and all("Text" in body for body in bodies):
        text = " ".join(body["Text"] for body in bodies).replace("\0", "")
        tally.compare(file, "text", " ".join(mail.text.split()), " ".join(text.split()))


def digest_of(part: dict[str, Any]) -> str:
    """Give the digest of a part's bytes, "" if its tree does not hold them."""
    data = part["body"].get("Binary", part["body"].get("InlineBinary"))
    return hashlib.sha256(bytes(data)).hexdigest() if isinstance(data, list) else ""


def value_of(headers: list[dict[str, Any]], name: str) -> Any:
    """Give the last value of a header field, None without one."""
    return next((header["value"] for header in reversed(headers) if header["name"] == name), None)


def addresses_of(headers: list[dict[str, Any]], name: str) -> list[str]:
    """List the addresses of a field, groups opened."""
    value = value_of(headers, name)
    if not isinstance(value, dict) or "Address" not in value:
        return []
    found = value["Address"]
    groups = [{"addresses": found["List"]}] if "List" in found else found["Group"]
    return [address["address"] or "" for group in groups for address in group["addresses"]]


def texts_of(headers: list[dict[str, Any]], name: str) -> list[str]:
    """List the texts of a field."""
    value = value_of(headers, name)
    if not isinstance(value, dict):
        return []
    return value["TextList"] if "TextList" in value else [value["Text"]] if "Text" in value else []


def name_of(part: dict[str, Any]) -> str:
    """Give a part's file name."""
    for field, attribute in (("content_disposition", "filename"), ("content_type", "name")):
        value = value_of(part["headers"], field)
        if isinstance(value, dict):
            for entry in value["ContentType"].get("attributes") or []:
                if entry["name"] == attribute:
                    return str(entry["value"])
    return ""
