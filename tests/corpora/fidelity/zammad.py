"""What a help desk of long experience makes of 85 troublesome mails: author, name, recipients, subject, id, files."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from maildesk.ingest.parse import parse_mail
from maildesk.model.mail import Mail
from tests.corpora.fidelity.tally import Tally


def compare(corpora: Path, tally: Tally) -> None:
    """Compare every mail that Zammad's suite has an expectation for."""
    for line in (corpora / "_norm/parse_zammad.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        mail = parse_mail((corpora / row["file"]).read_bytes())
        _compare(Path(row["file"]).stem, row, mail, tally)
        if "attachments" in row:
            _compare_files(corpora / row["file"], mail, tally)


def _compare(file: str, row: dict[str, Any], mail: Mail, tally: Tally) -> None:
    author = mail.author
    if "from_email" in row:
        tally.compare(file, "from", author.address.lower() if author else "", row["from_email"].lower())
    if "from_display_name" in row:
        tally.compare(file, "name", author.name if author else "", " ".join(row["from_display_name"].split()))
    for what, ours in (("to", mail.to), ("cc", mail.cc)):
        if row.get(what):
            tally.compare(file, what, [a.address.lower() for a in ours], _addresses(row[what]))
    if row.get("subject"):
        tally.compare(file, "subject", " ".join(mail.subject.split()), " ".join(row["subject"].split()))
    if row.get("message_id"):
        tally.compare(file, "id", f"<{mail.message_id}>", row["message_id"])


def _compare_files(file: Path, mail: Mail, tally: Tally) -> None:
    """Compare names and bytes with the suite's own file; the HTML body is among its attachments, as message.html."""
    written = file.with_suffix(".yml").read_text("utf-8")
    expected = YAML(typ="safe").load(re.sub(r"!ruby/\S+", "", written).replace(" !binary ", " !!binary "))[
        "attachments"
    ]
    theirs = [one for one in expected if one["filename"] != "message.html"]
    digests = sorted(_digest(one["data"]) for one in theirs)
    tally.compare(file.stem, "files", [a.name for a in mail.attachments], [one["filename"] for one in theirs])
    tally.compare(file.stem, "digests", sorted(a.sha256 for a in mail.attachments), digests)


def _digest(data: bytes | str) -> str:
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def _addresses(written: str) -> list[str]:
    return [found.lower() for found in re.findall(r"[^\s<>,\"()]+@[^\s<>,\"()]+", re.sub(r'"[^"]*"', "", written))]
