"""Attachments have names that are safe to show, true sizes and digests, and come back byte for byte."""

import base64
import hashlib

import pytest

from maildesk.ingest.attachments import safe_name
from maildesk.ingest.mime.limits import ATTACHMENTS
from maildesk.ingest.parse import attachment_bytes, parse_mail


def with_parts(*parts: bytes) -> bytes:
    """Write a mail with a text and these parts, which bring their own header fields."""
    head = b"From: a@b.cz\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n"
    return head + b"".join(b"--b\n" + part + b"\n" for part in parts) + b"--b--\n"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\new\\table.doc", "table.doc"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\x00b\r\nc.txt", "ab c.txt"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("trailing. . ", "trailing"),
        (".htaccess", ".htaccess"),
        ("..", ""),
        ("dir/", ""),
        ("Invoice 12/2026.pdf", "Invoice 12-2026.pdf"),
        ("a/../b.txt", "b.txt"),
        ("/tmp/b.txt", "b.txt"),
        ("https://x.example/b.txt", "b.txt"),
        ("", ""),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("č" * 300 + ".pdf", "č" * 125 + ".pdf"),
        ("x" * 300, "x" * 255),
    ],
)
def test_names_are_safe_to_show_and_to_save(name: str, safe: str) -> None:
    """No path, no controls, no turned text, no device, at most 255 bytes with the ending kept (B110)."""
    assert safe_name(name) == safe
    assert len(safe.encode()) <= 255


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (b"Content-Type: application/pdf; name=a.pdf\n\nx", "a.pdf"),
        (
            b"Content-Type: application/pdf; name=old.pdf\nContent-Disposition: attachment; filename=new.pdf\n\nx",
            "new.pdf",
        ),
        (b"Content-Disposition: attachment; filename*=utf-8''%C4%8De.txt\n\nx", "če.txt"),
        (b"Content-Type: image/png\nContent-ID: <image001.png@01D>\n\nx", "image001.png"),
        (b"Content-Type: image/png\n\nx", "image-2.png"),
        (b"Content-Type: message/rfc822\n\nSubject: =?utf-8?q?a/=C4=8D?=\n\nx", "a-č.eml"),
        (b"Content-Type: message/rfc822\n\nFrom: x@y\n\nx", "message.eml"),
        (b"Content-Type: message/delivery-status\nContent-Description: Delivery report\n\nx", "Delivery report.txt"),
        (b"Content-Type: application/x-never-heard-of\n\nx", "application-2.bin"),
    ],
)
def test_every_attachment_has_a_name(part: bytes, name: str) -> None:
    """As its sender named it, else by what it says it is, else by its type."""
    assert [a.name for a in parse_mail(with_parts(part)).attachments] == [name]


def test_files_come_back_byte_for_byte() -> None:
    """Size and digest are those of the decoded bytes, and these are what is handed out (B109)."""
    content = bytes(range(256)) * 40
    part = b"Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(
        content
    )
    signed = b"Content-Type: message/rfc822\n\nSubject: x\n\n  kept \t as it is"
    raw = with_parts(part, signed)
    mail = parse_mail(raw)
    files = attachment_bytes(raw, tuple(a.index for a in mail.attachments))
    assert files[0] == ("a.zip", "application/zip", content)
    assert files[1] == ("x.eml", "message/rfc822", b"Subject: x\n\n  kept \t as it is")
    assert [(a.size, a.sha256) for a in mail.attachments] == [
        (len(c), hashlib.sha256(c).hexdigest()) for _, _, c in files
    ]


def test_an_unknown_index_gives_an_empty_file() -> None:
    """A caller that asks for what is not there gets as many answers as it asked for."""
    assert attachment_bytes(b"Subject: x\n\ntext", (0, 7, 5000)) == (
        ("text-1.txt", "text/plain", b"text"),
        ("", "application/octet-stream", b""),
        ("", "application/octet-stream", b""),
    )


def test_inline_pictures_are_marked_and_bound() -> None:
    """A picture of the text has its content id; a disposition of attachment makes it a file (B107)."""
    inline, attached = parse_mail(
        with_parts(
            b"Content-Type: image/png\nContent-ID: <p1@x>\n\nx",
            b"Content-Type: image/png\nContent-ID: <p2@x>\nContent-Disposition: attachment\n\nx",
        )
    ).attachments
    assert (inline.inline, inline.content_id) == (True, "p1@x")
    assert (attached.inline, attached.content_id) == (False, "p2@x")


def test_only_so_many_attachments_are_listed() -> None:
    """The rest stays in the raw mail, and a defect says so."""
    mail = parse_mail(with_parts(*[b"Content-Type: image/png\n\nx"] * (ATTACHMENTS + 5)))
    assert len(mail.attachments) == ATTACHMENTS
    assert "more than 100 attachments: the rest of them are not listed" in mail.defects


def test_a_file_from_a_mac_is_one_file() -> None:
    """RFC 1740: what only a Mac knows of a file is not shown as a second file of the same name."""
    fork = b"Content-Type: application/applefile; name=pic.jpg\n\nAAUWBw==\n--d\n"
    double = (
        b"Content-Type: multipart/appledouble; boundary=d\n\n--d\n"
        + fork
        + b"Content-Type: image/jpeg; name=pic.jpg\n\nx\n--d--\n"
    )
    mail = parse_mail(b"Content-Type: multipart/mixed; boundary=m\n\n--m\n\nsee\n--m\n" + double + b"--m--\n")
    assert (mail.text, [a.name for a in mail.attachments]) == ("see", ["pic.jpg"])
    alone = parse_mail(double)
    assert [a.content_type for a in alone.attachments] == ["image/jpeg"]
