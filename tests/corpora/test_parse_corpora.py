"""Real mail, thousands of it: all of it is read, and as other parsers read it; where not, it is said here why."""

import itertools
import json
import re
from collections import Counter, deque
from pathlib import Path
from typing import Any

from maildesk.ingest.parse import parse_mail
from maildesk.ingest.workers import ParsePool
from maildesk.model.mail import Mail
from tests.corpora.real_mails import all_mails

AHEAD = 64


def is_unread(mail: Mail) -> bool:
    """Tell whether a reader of ours failed on a mail."""
    return any("unreadable" in defect or "could not be read" in defect for defect in mail.defects)


def test_every_mail_is_read(corpora: Path) -> None:
    """No mail raises, kills its worker, or makes one of our readers fail; names, ids and texts are there where they are."""
    pool = ParsePool()
    pool.open(2)
    unread: list[str] = []
    seen: Counter[str] = Counter()
    try:
        waiting: deque[tuple[str, bytes, Any]] = deque()
        for coming in itertools.chain(all_mails(corpora), itertools.repeat(("", b""), AHEAD)):
            waiting.append((*coming, pool.submit(coming[1]) if coming[0] else None))
            if len(waiting) <= AHEAD:
                continue
            name, raw, future = waiting.popleft()
            if future is None:
                continue
            mail = future.result()
            unread += [name] if is_unread(mail) else []
            if seen["mails"] % 10 == 0:
                assert mail == parse_mail(raw), f"{name} is read differently by a worker"
            seen["mails"] += 1
            seen["with an author"] += mail.author is not None
            seen["author ambiguous"] += bool(mail.author and mail.author_ambiguous)
            seen["with text"] += bool(mail.text.strip())
            seen["with an id"] += bool(mail.message_id)
            seen["attachments"] += len(mail.attachments)
    finally:
        pool.close()
    print("\n" + "\n".join(f"{count:7} {what}" for what, count in seen.items()))
    assert not unread
    assert seen["mails"] > 6000
    assert seen["with text"] > 0.97 * seen["mails"]


def test_mails_on_which_the_standard_library_raises(corpora: Path) -> None:
    """What makes `email` raise is read like any other mail (F8)."""
    listed = [json.loads(line) for line in (corpora / "_norm/stdlib_raises.jsonl").read_text("utf-8").splitlines()]
    assert len(listed) >= 6
    for row in listed:
        mail = parse_mail((corpora / row["path"]).read_bytes())
        assert not is_unread(mail), row["path"]
        assert mail.text or mail.attachments, row["path"]


class Fidelity:
    """Counts where another parser agrees, and wants a reason for every case where it does not."""

    def __init__(self, explained: dict[tuple[str, str], str]) -> None:
        self.explained = explained
        self.same: Counter[str] = Counter()
        self.other: dict[tuple[str, str], tuple[object, object]] = {}

    def compare(self, file: str, what: str, ours: object, theirs: object) -> None:
        """Compare one answer."""
        if ours == theirs:
            self.same[what] += 1
        else:
            self.other[file, what] = (ours, theirs)

    def judge(self) -> None:
        """Print the table; fail on a disagreement without a reason, and on a reason without a disagreement."""
        print()
        for what in sorted(self.same):
            differ = sum(1 for _, other in self.other if other == what)
            print(f"{what:12} {self.same[what]:4} agree {differ:4} differ")
        unexplained = {case: values for case, values in self.other.items() if case not in self.explained}
        assert not unexplained, "\n".join(
            f"{case}\n  ours   {ours!r}\n  theirs {theirs!r}" for case, (ours, theirs) in unexplained.items()
        )
        assert not set(self.explained) - set(self.other), "these agree by now: take them off the list"


ZAMMAD = {
    ("mail006", "to"): "an address inside a comment is no recipient",
    ("mail016", "from"): "no From field; Return-Path does not stand in for an author",
    ("mail017", "subject"): "cut at 1,000 characters",
    ("mail018", "subject"): "UTF-7 is decoded here",
    ("mail019", "from"): "the address in From is empty; the envelope does not stand in for it",
    ("mail046", "name"): "bare bytes, no telling which Central European charset",
    ("mail053", "from"): "MAILER-DAEMON without a domain is no address",
    ("mail053", "name"): "MAILER-DAEMON without a domain is no address",
    ("mail062", "files"): "parts without a name: ours say their type and number",
    ("mail073", "files"): "bare bytes in a file name are guessed here, replaced there",
    ("mail075", "to"): "an address inside a comment is no recipient",
    ("mail076", "from"): "an unclosed bracket: no address",
    ("mail076", "name"): "an unclosed bracket: no address",
    ("mail080", "files"): "a part without a name: ours say its type and number",
    ("mail087", "from"): "brackets forgotten: the address is found here",
    ("mail087", "name"): "brackets forgotten: the address is found here",
    ("mail087", "files"): "the text after the file is text here, a file there",
    ("mail096", "id"): "no id is made up here",
    ("mail097", "id"): "no id is made up here",
    ("mail100", "files"): "parts without a name: ours say their type and number",
    ("mail102", "files"): "the second of two equal names is numbered there",
}


def test_agreement_with_a_help_desk(corpora: Path) -> None:
    """Author, recipients, subject and files of 85 troublesome mails are what a help desk of long experience makes of them."""
    fidelity = Fidelity(ZAMMAD)
    for line in (corpora / "_norm/parse_zammad.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        file = Path(row["file"]).stem
        mail = parse_mail((corpora / row["file"]).read_bytes())
        if "from_email" in row:
            fidelity.compare(
                file, "from", mail.author.address.lower() if mail.author else "", row["from_email"].lower()
            )
        if "from_display_name" in row:
            fidelity.compare(
                file, "name", mail.author.name if mail.author else "", " ".join(row["from_display_name"].split())
            )
        if row.get("to"):
            theirs = re.findall(r"[^\s<>,\"()]+@[^\s<>,\"()]+", re.sub(r'"[^"]*"', "", row["to"]))
            fidelity.compare(file, "to", [a.address.lower() for a in mail.to], [a.lower() for a in theirs])
        if row.get("subject"):
            fidelity.compare(file, "subject", " ".join(mail.subject.split()), " ".join(row["subject"].split()))
        if row.get("message_id"):
            fidelity.compare(file, "id", f"<{mail.message_id}>", row["message_id"])
        if "attachments" in row:
            # Its attachments hold the HTML body as well, as message.html; sizes are of base64 where that was the encoding.
            theirs = [a["filename"] for a in row["attachments"] if a["filename"] != "message.html"]
            fidelity.compare(file, "files", [a.name for a in mail.attachments], theirs)
    fidelity.judge()


_BARE = "bare Latin-1 bytes are guessed here, replaced there"
_PATH = "a name is only its last component here, unescaped or not"
STALWART = {
    ("legacy/010", "subject"): _BARE,
    ("legacy/016", "files"): _BARE,
    ("legacy/020", "subject"): _BARE,
    ("legacy/022", "subject"): _BARE,
    ("legacy/023", "files"): _BARE,
    ("legacy/026", "files"): _BARE,
    ("legacy/027", "subject"): _BARE,
    ("legacy/035", "files"): _PATH,
    ("legacy/039", "files"): _PATH,
    ("legacy/052", "subject"): _BARE,
    ("rfc/001", "files"): _PATH,
    ("thirdparty/007", "from"): "a local part without a domain is no address",
}


def test_agreement_with_a_mail_server(corpora: Path) -> None:
    """Author, recipients, subject, ids and file names of 107 hard mails are what a strict parser makes of them."""
    fidelity = Fidelity(STALWART)
    for path in sorted((corpora / "stalwart_mail_parser").rglob("*.eml")):
        tree = json.loads(path.with_suffix(".json").read_text("utf-8"))
        head = tree["parts"][0]["headers"]
        mail = parse_mail(path.read_bytes())
        file = f"{path.parent.name}/{path.stem}"
        author = addresses_of(head, "from")
        fidelity.compare(file, "from", mail.author.address if mail.author else "", author[0] if author else "")
        fidelity.compare(
            file, "to", [a.address for a in mail.to], [address for address in addresses_of(head, "to") if address]
        )
        fidelity.compare(file, "subject", mail.subject, " ".join(texts_of(head, "subject")))
        fidelity.compare(file, "id", mail.message_id, "".join(texts_of(head, "message_id")[:1]))
        fidelity.compare(file, "in-reply-to", list(mail.in_reply_to), texts_of(head, "in_reply_to"))
        fidelity.compare(file, "references", list(mail.references), texts_of(head, "references"))
        # A part without a name has one here all the same: only names that were given are compared.
        given = [name for name in map(name_of, (tree["parts"][at] for at in tree["attachments"])) if name]
        ours = [a.name for a in mail.attachments]
        fidelity.compare(
            file, "files", [name for name in ours if name in given] if set(given) <= set(ours) else ours, given
        )
    fidelity.judge()


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
