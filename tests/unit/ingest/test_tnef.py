"""A winmail.dat is opened where it can be, and stays a file where it cannot."""

import base64
import hashlib
import struct

import pytest

from maildesk.ingest.mime.tnef import UNPACKED, Unpacked, unpack_tnef
from maildesk.ingest.parse import attachment_bytes, parse_mail


def tnef(*objects: tuple[int, bytes]) -> bytes:
    """Write a TNEF stream of objects."""
    written = b"".join(struct.pack("<BHHI", 1, kind, 0, len(data)) + data + b"\0\0" for kind, data in objects)
    return b"\x78\x9f\x3e\x22\x01\x00" + written


def properties(*values: tuple[int, int, bytes]) -> bytes:
    """Write MAPI properties (name, type, value)."""
    out = struct.pack("<I", len(values))
    for name, kind, value in values:
        out += struct.pack("<HHII", kind, name, 1, len(value)) + value + b"\0" * (-len(value) % 4)
    return out


WINMAIL = tnef(
    (0x9007, struct.pack("<II", 1250, 0)),
    (0x9003, properties((0x1000, 0x1F, "Dobrý den".encode("utf-16-le")), (0x1013, 0x102, b"<p>Dobr&yacute; den</p>"))),
    (0x9002, b"\0" * 14),
    (0x8010, b"SHORT~1.TXT\0"),
    (0x800F, b"file content"),
    (0x9005, properties((0x3707, 0x1F, "Příloha dlouhá.txt\0".encode("utf-16-le")))),
    (0x9002, b"\0" * 14),
    (0x8010, "účet.pdf\0".encode("cp1250")),
    (0x800F, b"%PDF"),
)


def test_text_and_files_are_unpacked() -> None:
    """The text, the HTML, and each file under its long name."""
    assert unpack_tnef(WINMAIL) == Unpacked(
        "Dobrý den",
        "<p>Dobr&yacute; den</p>",
        (("Příloha dlouhá.txt", "text/plain", b"file content"), ("účet.pdf", "application/pdf", b"%PDF")),
    )


def test_a_mail_shows_what_its_winmail_dat_holds() -> None:
    """Files stand in place of the winmail.dat and can be fetched; its text is the mail's if there is no other (B108)."""
    head = b"From: a@b.cz\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
    raw = head + base64.encodebytes(WINMAIL)
    mail = parse_mail(raw)
    assert mail.text == "Dobrý den"
    assert [(a.name, a.size, a.index) for a in mail.attachments] == [
        ("Příloha dlouhá.txt", 12, UNPACKED),
        ("účet.pdf", 4, UNPACKED + 1),
    ]
    assert attachment_bytes(raw, (UNPACKED + 1, UNPACKED))[0] == ("účet.pdf", "application/pdf", b"%PDF")
    assert mail.attachments[1].sha256 == hashlib.sha256(b"%PDF").hexdigest()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not tnef",
        b"\x78\x9f\x3e\x22",
        tnef(),
        tnef((0x9003, b"\xff\xff\xff\xff" + b"\0" * 8)),
        tnef((0x9003, struct.pack("<IHHI", 1, 0x101E, 0x1000, 0xFFFFFFFF))),
        tnef((0x9005, properties((0x3707, 0x1F, b"x")))),
        tnef((0x9004, b"\xff\xff\xff\xff")),
        b"\x78\x9f\x3e\x22\x01\x00" + struct.pack("<BHHI", 1, 0x9003, 0, 0xFFFFFFFF),
    ],
)
def test_a_corrupt_one_is_kept_as_a_file(data: bytes) -> None:
    """Nothing raises, nothing loops as often as the mail says, and nothing is lost (B108)."""
    assert unpack_tnef(data) is None
    raw = b"From: a@b.cz\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
    mail = parse_mail(raw + base64.b64encode(data))
    assert [(a.name, a.size) for a in mail.attachments] == [("winmail.dat", len(data))]
