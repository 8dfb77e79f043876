"""Laws of reading mail: any bytes give a mail that can be stored, and what a mail says survives how it is written."""

import email.message
import email.policy
import hashlib

from hypothesis import given
from hypothesis import strategies as st

from maildesk.ingest.headers import read_headers
from maildesk.ingest.html_text import html_to_text
from maildesk.ingest.mime.addresses import parse_addresses
from maildesk.ingest.mime.charset import decode_text
from maildesk.ingest.mime.encoded_words import decode_header_text, parse_parameters
from maildesk.ingest.mime.fields import parse_date, parse_ids
from maildesk.ingest.mime.labels import CODECS
from maildesk.ingest.mime.limits import MESSAGE_ID, SUBJECT, TEXT
from maildesk.ingest.mime.tnef import unpack_tnef
from maildesk.ingest.parse import attachment_bytes, parse_mail
from maildesk.ingest.sender import Ambiguous, Ok, sender
from maildesk.model.mail import Mail
from maildesk.model.value import from_json, to_json

# Pieces that mail is made of, in any order: far more telling than random bytes alone.
PIECES = st.sampled_from(
    [
        b"From: ", b"To: ", b"Subject: ", b"Message-ID: <", b">", b"<", b"@", b"a@b.cz", b"\n", b"\r\n", b"\r", b"\n\n",
        b"\r\n\r\n", b" ", b"\t", b"\0", b"\xff", b"=?utf-8?q?", b"=?utf-8?b?", b"?=", b"=C4=8D", b"Content-Type: ",
        b"multipart/mixed; boundary=b", b"multipart/alternative; boundary=c", b"text/html", b"text/plain; charset=",
        b"message/rfc822", b"application/ms-tnef", b"\n--b\n", b"\n--b--\n", b"\n--c\n", b"Content-Transfer-Encoding: ",
        b"base64", b"quoted-printable", b"x-uuencode", b"iso-2022-jp", b"utf-7", b"idna", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n",
        b"Content-Disposition: attachment; filename", b"*0*=", b"*=utf-8''%C4", b'="', b";", b"(", b")", b",", b":",
        b"<div style='display:none'>", b"<a href=", b"<!--", b"&#", b"DTSTART:2026", b"References: ", b"> ",
        b"On Monday x wrote:\n", b"-- \n", b"begin 644 x\n", b"\x78\x9f\x3e\x22",
    ]
)  # fmt: skip
MAILS = st.lists(st.one_of(PIECES, st.binary(max_size=20)), max_size=60).map(b"".join)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(MAILS, st.sampled_from([None, "", "a@b.cz"]))
def test_any_bytes_give_a_mail_that_can_be_stored(raw: bytes, envelope_from: str | None) -> None:
    """Nothing raises, nothing is too large, nothing holds what a database refuses, and no reader of ours fails."""
    mail = parse_mail(raw, envelope_from)
    assert from_json(to_json(mail), Mail) == mail
    assert not [defect for defect in mail.defects if "unreadable" in defect or "could not be read" in defect]
    assert "\0" not in mail.text + mail.new_text + mail.subject
    assert len(mail.subject) <= SUBJECT
    assert len(mail.message_id) <= MESSAGE_ID
    assert mail.date is None or mail.date.tzinfo is not None


@given(MAILS)
def test_what_is_listed_can_be_fetched(raw: bytes) -> None:
    """Size and digest of every attachment are those of the bytes that are handed out for it."""
    attachments = parse_mail(raw).attachments
    files = attachment_bytes(raw, tuple(a.index for a in attachments))
    assert [(a.name, a.content_type, a.size, a.sha256) for a in attachments] == [
        (name, kind, len(data), hashlib.sha256(data).hexdigest()) for name, kind, data in files
    ]


@given(MAILS)
def test_parsing_again_gives_the_same(raw: bytes) -> None:
    """A mail means the same today and when it is explained next year."""
    assert parse_mail(raw) == parse_mail(raw)


@given(st.lists(st.one_of(PIECES, st.binary(max_size=8)), max_size=20).map(b"".join))
def test_an_author_is_one_plain_address(value: bytes) -> None:
    """Whatever stands in From: an author beyond doubt is one address without anything that another program could split at."""
    found = sender(read_headers(b"From: " + value.replace(b"\n", b" ") + b"\n\n"))
    if isinstance(found, Ok):
        local, at, domain = found.author.address.rpartition("@")
        assert at
        assert not set(local) & set('<>(),;:@" \t\r\n')
        assert domain.isascii()
        assert domain == domain.lower()
    else:
        assert isinstance(found, Ambiguous)
        assert found.reason


@given(st.binary(max_size=300), st.sampled_from(["", "utf-8", "x-none", *CODECS]))
def test_any_bytes_decode(data: bytes, label: str) -> None:
    """Every label on every bytes gives text that UTF-8 can hold."""
    decode_text(data, label)[0].encode("utf-8")


@given(st.binary(max_size=300))
def test_the_small_readers_take_anything(data: bytes) -> None:
    """Fields, parameters, dates, ids, addresses and winmail.dat are read or left, never raised over."""
    for read in (decode_header_text, parse_parameters, parse_date, parse_ids, parse_addresses, unpack_tnef):
        read(data)
    unpack_tnef(b"\x78\x9f\x3e\x22\x01\x00" + data)
    assert decode_header_text(data).isprintable() or not decode_header_text(data).isascii()


MARKUP = st.sampled_from([*"<>/\"'=&;!- \n", "div", "a href", "style", "script", "<!--", "-->"])


@given(st.lists(st.one_of(MARKUP, TEXTS), max_size=40))
def test_any_html_gives_text(pieces: list[str]) -> None:
    """No markup is so broken that it raises, and no tag of ours is left in what it gives."""
    text = html_to_text("".join(pieces))
    assert len(text) <= TEXT
    assert "<div>" not in html_to_text("<div>" + "".join(pieces).replace("&", "").replace("<", "") + "</div>")


@given(
    TEXTS,
    st.sampled_from([("utf-8", "base64"), ("utf-8", "quoted-printable"), ("utf-8", "8bit"), ("utf-16le", "base64")]),
)
def test_what_a_library_writes_is_read_back(text: str, form: tuple[str, str]) -> None:
    """A text survives any transfer encoding and charset: the same words come out."""
    charset, encoding = form
    body = text.replace("\0", "").replace("\ufeff", "")
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = "x"
    message.set_content(body.encode(charset), "text", "plain", cte=encoding, params={"charset": charset})
    assert parse_mail(message.as_bytes()).text.split() == body.split()
