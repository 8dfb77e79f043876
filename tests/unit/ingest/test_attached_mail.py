"""The files of a mail that is attached to another."""

import base64

from maildesk.ingest.parse import attachment_bytes, parse_mail

PDF = bytes(range(256)) * 40


def forwarding(inner_type: str = "application/pdf", content: bytes = PDF) -> bytes:
    """Write a mail that passes another on, which has a file."""
    packed = base64.encodebytes(content).decode()
    return (
        "From: ana@firma.example\nSubject: Fwd: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\n#new\n--b\nContent-Type: message/rfc822\n\n"
        "From: jan@kunde.example\nSubject: y\nMessage-ID: <a@kunde.example>\nDate: Tue, 3 Nov 2026 10:15:00 +0100\n"
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: text/plain\n\nHello\n"
        f"--c\nContent-Type: {inner_type}; name=a.pdf\nContent-Disposition: attachment; filename=a.pdf\n"
        f"Content-Transfer-Encoding: base64\n\n{packed}\n--c--\n\n"
        "--b\nContent-Type: image/png; name=own.png\nContent-Disposition: attachment\n\npng\n--b--\n"
    ).encode()


def test_the_files_of_an_attached_mail_are_fetched_byte_for_byte() -> None:
    """B61: what was attached to the original is known by name and size, and can be fetched like any file."""
    raw = forwarding()
    mail = parse_mail(raw)
    assert mail.forwarded is not None
    (file,) = mail.forwarded.files
    assert (file.name, file.content_type, file.size) == ("a.pdf", "application/pdf", len(PDF))
    assert mail.forwarded.message_id == "a@kunde.example"
    assert [a.name for a in mail.attachments] == ["y.eml", "own.png"]
    fetched = attachment_bytes(raw, tuple(a.index for a in mail.every_file))
    assert [name for name, _, _ in fetched] == ["y.eml", "own.png", "a.pdf"]
    assert fetched[2] == ("a.pdf", "application/pdf", PDF)


def test_an_index_of_an_attached_mail_that_leads_nowhere_gives_nothing() -> None:
    """A wrong index is an empty file, never another one."""
    assert attachment_bytes(forwarding(), (2999,)) == (("", "application/octet-stream", b""),)
