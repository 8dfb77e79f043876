from email import message_from_bytes

import pytest

from maildesk.ingest.too_large import stand_in

HEADER = (
    b"From: jana@firma.cz\r\nSubject: Fotky\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed;\r\n boundary="x"\r\ncontent-transfer-encoding: 8bit\r\nMessage-ID: <1@x>\r\n'
)


@pytest.mark.parametrize("end", [b"", b"\r\n", b"\r\n\r\nFrom: body@x\r\n"])
def test_the_stand_in_has_the_header_and_says_what_is_missing(end: bytes) -> None:
    """Who wrote about what stays; the text names size and place; no field speaks of a body that is not there."""
    mail = message_from_bytes(stand_in(HEADER + end, 48_300_000, "It is in the folder INBOX, UID 7."))
    assert (mail["From"], mail["Subject"], mail["Message-ID"]) == ("jana@firma.cz", "Fotky", "<1@x>")
    assert mail.get_content_type() == "text/plain"
    assert mail.get_all("MIME-Version") == ["1.0"]
    assert "boundary" in mail["X-Original-Content-Type"]
    text = mail.get_payload()
    assert isinstance(text, str)
    assert "48.3 MB" in text
    assert "UID 7" in text
    assert "body@x" not in text


def test_a_header_that_was_cut_loses_its_last_line_only() -> None:
    """What was fetched of an endless header is whole lines; LF is made CRLF."""
    raw = stand_in(b"From: a@b.cz\nX: " + b"y" * 100, 1, "")
    assert raw.startswith(b"From: a@b.cz\r\nMIME-Version: 1.0\r\n")
    assert b"yyy" not in raw
    assert stand_in(b"", 1, "").startswith(b"MIME-Version")
