"""Build what the readers of a mail are given (`Structure`) from raw mail or from a few words, with the real parser."""

from maildesk.ingest.body import Reader
from maildesk.ingest.headers import read_headers
from maildesk.ingest.mime.lines import start_of_mail, with_line_ends
from maildesk.ingest.mime.tree import parse_tree
from maildesk.ingest.parts import Structure
from maildesk.ingest.structure import build_structure

PERSON = "From: Ivana Kovac <ivana@kunde.example>\nTo: podrska@firma.example\n"


def structure_of(raw: bytes | str, envelope_from: str | None = None) -> Structure:
    """Take raw mail apart as the parser does; `envelope_from` is its envelope sender, "" the null one."""
    data, _ = with_line_ends(raw.encode() if isinstance(raw, str) else raw)
    headers = read_headers(data, start_of_mail(data))
    root, _ = parse_tree(data, headers)
    hint = next((leaf.charset for leaf in root.leaves() if leaf.charset and leaf.content_type.startswith("text/")), "")
    return build_structure(root, Reader(data, hint, []), envelope_from)


def letter(
    *fields: str, subject: str = "Question", body: str = "Please help.\n", envelope_from: str | None = None
) -> Structure:
    """Build a person's plain mail with these further header lines; a `From` among them replaces hers."""
    sender = "To: podrska@firma.example\n" if any(field.startswith("From:") for field in fields) else PERSON
    mime = (
        ""
        if any(field.startswith("Content-Type:") for field in fields)
        else "Content-Type: text/plain; charset=utf-8\n"
    )
    head = sender + "".join(f"{field}\n" for field in fields) + f"Subject: {subject}\n" + mime
    return structure_of(f"{head}\n{body}", envelope_from)


def report(
    status: str, *, report_type: str = "delivery-status", returned: str = "", explanation: str = "See below."
) -> str:
    """Build a multipart/report (RFC 6522) as raw mail: an explanation, the machine's part, the returned header."""
    kind = {
        "delivery-status": "message/delivery-status",
        "disposition-notification": "message/disposition-notification",
    }
    return (
        "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\nTo: podrska@firma.example\n"
        f"Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/report; report-type={report_type}; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\n{explanation}\n\n"
        f"--b\nContent-Type: {kind.get(report_type, f'message/{report_type}')}\n\n{status}\n\n"
        f"--b\nContent-Type: message/rfc822\n\n{returned or 'Message-ID: <md1.abc@firma.example>'}\n\nText\n\n--b--\n"
    )
