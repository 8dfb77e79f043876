"""Any bytes give a mail; what they mean is in its fields, what was odd in its defects."""

import datetime as dt
import tracemalloc

import pytest

from maildesk.ingest import parse
from maildesk.ingest.parse import digest_of, parse_mail
from maildesk.model.mail import Address, Kind, Mail
from maildesk.model.value import from_json, to_json

LETTER = """\
Return-Path: <ivana@firma.hr>
Received: from mail.firma.hr (mail.firma.hr [203.0.113.9]) by mx.example.com; Sun, 22 Nov 2026 10:00:01 +0100
From: =?utf-8?q?Ivana_Kova=C4=8D?= <ivana@firma.hr>
To: "Podrška" <podrska@example.com>, b@example.com
To: c@example.com
Cc: Tim: d@example.com;
Reply-To: ured@firma.hr
Subject: =?iso-8859-2?q?Upit_o_ra=E8unu?=
Date: Sun, 22 Nov 2026 10:00:00 +0100
Message-ID: <2@firma.hr>
In-Reply-To: <1@example.com>
References: <0@example.com>
\t<1@example.com>
Thread-Topic: Upit
Thread-Index: AQHSrJW/Plvr
Content-Type: text/plain; charset=utf-8

Dobar dan,

možete li mi poslati račun za listopad? Hvala vam na pomoći.

Ivana
"""


def test_every_field_of_a_plain_letter() -> None:
    """A letter as people write it comes out complete, with nothing odd about it."""
    mail = parse_mail(LETTER.encode())
    assert mail.author == Address("ivana@firma.hr", "Ivana Kovač")
    assert mail.author_ambiguous == ""
    assert mail.to == (Address("podrska@example.com", "Podrška"), Address("b@example.com"), Address("c@example.com"))
    assert mail.cc == (Address("d@example.com"),)
    assert mail.reply_to == (Address("ured@firma.hr"),)
    assert mail.subject == "Upit o računu"
    assert mail.message_id == "2@firma.hr"
    assert mail.in_reply_to == ("1@example.com",)
    assert mail.references == ("0@example.com", "1@example.com")
    assert mail.date == dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
    assert (mail.thread_topic, mail.thread_index) == ("Upit", "AQHSrJW/Plvr")
    assert mail.text.startswith("Dobar dan,\n\nmožete li")
    assert (mail.kind, mail.automatic, mail.no_ack) == (Kind.PERSON, False, "")
    assert mail.header("subject") == ("Upit o računu",)
    assert (mail.html, mail.attachments, mail.bounce, mail.forwarded) == (False, (), None, None)
    assert (mail.line_noise, mail.protection, mail.defects) == (False, "", ())


@pytest.mark.parametrize("ends", ["\r\n", "\n"])
def test_line_ends_make_no_difference(ends: str) -> None:
    """A mail from a file and the same mail from SMTP are understood alike."""
    assert parse_mail(LETTER.replace("\n", ends).encode()) == parse_mail(LETTER.encode())


def test_lines_that_end_in_cr_alone_are_read_but_not_trusted() -> None:
    """Files of old Macs are mail, too; since other programs see one single line there, their author proves nothing."""
    mail = parse_mail(LETTER.replace("\n", "\r").encode())
    assert (mail.author, mail.subject) == (Address("ivana@firma.hr", "Ivana Kovač"), "Upit o računu")
    assert mail.text.startswith("Dobar dan,\n\nmožete")
    assert mail.line_noise
    assert "the lines end in CR alone" in mail.defects


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"\0",
        b"\xff" * 100,
        b"From",
        b"From: ",
        b": x\n\n",
        b"From: a@b.cz",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c",
        b"Content-Type: text/plain; charset=undefined\n\n\xff",
        b"Content-Type: text/plain; charset*99999999999999999999=x\n\nx",
        b"Message-ID: <\nFrom: <a@[b>\nReferences: " + b"<" * 1000 + b"\n\n",
        b"Content-Transfer-Encoding: base64\n\nx",
        b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n\xff\xff\nend",
    ],
)
def test_any_bytes_give_a_mail(raw: bytes) -> None:
    """Nothing raises, and what comes out can be written down and read back."""
    mail = parse_mail(raw)
    assert from_json(to_json(mail), Mail) == mail


def test_a_reader_that_fails_costs_its_answer_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in one reader leaves the mail readable and is named in the defects."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    for name in ("classify", "read_reply", "read_forwarded"):
        monkeypatch.setattr(parse, name, fail)
    mail = parse_mail(LETTER.encode())
    assert mail.subject == "Upit o računu"
    assert mail.new_text == mail.text
    assert mail.defects == (
        "the kind of mail could not be read: ZeroDivisionError",
        "the new text could not be read: ZeroDivisionError",
        "the forwarded mail could not be read: ZeroDivisionError",
    )


def test_a_parser_that_fails_gives_an_unreadable_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even then there is a mail: it has no author to act for, and shows the bytes."""

    def fail(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(parse, "parse_tree", fail)
    mail = parse_mail(LETTER.encode())
    assert mail.defects == ("unreadable: RecursionError",)
    assert mail.author is None
    assert mail.author_ambiguous
    assert "Dobar dan" in mail.text


def test_text_of_a_nested_mail_does_not_leak() -> None:
    """What somebody forwarded as an attachment is not what they wrote."""
    nested = b"Content-Type: message/rfc822\n\nSubject: x\n\ntheirs"
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nmine\n--b\n" + nested + b"\n--b--"
    mail = parse_mail(raw)
    assert mail.text == "mine"
    assert [a.name for a in mail.attachments] == ["x.eml"]


def test_a_mail_with_only_an_attachment_is_a_mail() -> None:
    """B103: an empty body is no reason to refuse."""
    mail = parse_mail(b"From: a@b.cz\nSubject: scan\nContent-Type: application/pdf; name=scan.pdf\n\n%PDF")
    assert (mail.text, len(mail.attachments), mail.defects) == ("", 1, ())


def test_a_padded_subject_keeps_its_words() -> None:
    """Thousands of spaces do not push the end of a subject out of sight; a short one stays as it is."""
    subject = b"invoice" + b" " * 3000 + b"overdue"
    assert parse_mail(b"From: a@b.cz\nSubject: " + subject + b"\n\nx").subject == "invoice overdue"
    assert parse_mail(b"From: a@b.cz\nSubject: a  b\n\nx").subject == "a  b"


def test_addresses_beyond_the_limit_are_told() -> None:
    """A mail to thousands names those that were read, and says that there were more."""
    mail = parse_mail(b"To: " + b", ".join(b"x%d@b.cz" % number for number in range(3000)) + b"\n\nwords")
    assert len(mail.to) == 200
    assert "addresses longer than 8 kB: the rest of them are not read" in mail.defects


def test_doubled_fields_are_told() -> None:
    """The first of two subjects counts, and the second is no secret."""
    mail = parse_mail(b"From: a@b.cz\nSubject: one\nSubject: two\nMessage-ID: <1@x>\nMessage-ID: <2@x>\n\nx")
    assert (mail.subject, mail.message_id) == ("one", "1@x")
    assert mail.defects == (
        "more than one subject field: the first counts",
        "more than one message-id field: the first counts",
    )


@pytest.mark.parametrize(
    ("content_type", "protection"),
    [
        ("text/plain", ""),
        ('multipart/signed; protocol="application/pgp-signature"; boundary=b', "signed-pgp"),
        ('multipart/signed; protocol="application/pkcs7-signature"; boundary=b', "signed-smime"),
        ('multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b', "encrypted-pgp"),
        ("application/pkcs7-mime; smime-type=enveloped-data", "encrypted-smime"),
        ("application/x-pkcs7-mime; smime-type=signed-data", "signed-smime"),
        ("application/octet-stream; name=smime.p7m", "encrypted-smime"),
        ("application/octet-stream; name=other.p7m", ""),
    ],
)
def test_signed_and_encrypted_mail_is_marked(content_type: str, protection: str) -> None:
    """B109: people see that a mail is protected; its parts stay as they are."""
    assert (
        parse_mail(f"From: a@b.cz\nContent-Type: {content_type}\n\n--b\n\nx\n--b--\n".encode()).protection == protection
    )


def test_the_envelope_speaks_for_the_return_path() -> None:
    """The envelope's null sender makes a report; without one the Return-Path field is believed."""
    raw = (
        b"From: MAILER-DAEMON@x.cz\nSubject: Undelivered Mail Returned to Sender\n\n<a@b.cz>: 550 5.1.1 user unknown\n"
    )
    assert parse_mail(raw, "").kind is Kind.BOUNCE
    assert parse_mail(b"Return-Path: <>\n" + raw).kind is Kind.BOUNCE


def test_the_digest_is_of_what_a_mail_says() -> None:
    """Two copies of a mail agree whatever their encodings and line breaks; other words or files do not."""
    base = b"From: a@b.cz\nContent-Type: text/plain; charset=utf-8\n"
    one = parse_mail(base + b"\nKova\xc4\x8d\r\n  says hello")
    two = parse_mail(base + b"Content-Transfer-Encoding: quoted-printable\n\nKova=C4=8D says =\nhello\n")
    other = parse_mail(base + b"\nKova\xc4\x8d says goodbye")
    assert one.body_digest == two.body_digest != other.body_digest
    assert digest_of("x", ()) != digest_of("x", parse_mail(b"Content-Type: image/png\n\nx").attachments)


def test_unlabelled_bytes_in_the_header_are_in_the_charset_of_the_body() -> None:
    """A subject in bare bytes is read like the text below it."""
    raw = (
        b"Subject: "
        + "Счёт".encode("koi8-r")
        + b"\nContent-Type: text/plain; charset=koi8-r\n\n"
        + "да".encode("koi8-r")
    )
    assert parse_mail(raw).subject == "Счёт"


def test_references_and_ids_stand_without_brackets() -> None:
    """An id that was folded or encoded is the same id."""
    mail = parse_mail(b"References: <a@b>\n <long-\n part@c>\nIn-Reply-To: =?utf-8?q?=3Cd=40e=3E?=\n\nx")
    assert (mail.references, mail.in_reply_to) == (("a@b", "long-part@c"), ("d@e",))


def test_forged_control_fields_are_only_fields() -> None:
    """B30: nothing in a mail's header steers the desk; it is kept as a header and that is all."""
    mail = parse_mail(b"From: a@b.cz\nX-Maildesk-Ticket: 1042\nX-Maildesk-Kind: bounce\n\nhello")
    assert (mail.kind, mail.header("x-maildesk-ticket")) == (Kind.PERSON, ("1042",))


@pytest.mark.parametrize(
    ("content", "written"),
    [
        ('{"emoji":"👍🏽","version":1}', "👍🏽"),
        ('{"emoji":"👩‍🚀","version":1}', "👩‍🚀"),
        ('{"emoji":"#close","version":1}', "👍 Jana reacted via Gmail"),
        ('{"emoji":"👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍","version":1}', "👍 Jana reacted via Gmail"),
        ("[]", "👍 Jana reacted via Gmail"),
        ("{" * 2000, "👍 Jana reacted via Gmail"),
    ],
)
def test_a_reaction_says_one_sign(content: str, written: str) -> None:
    """Who reacts to a mail in Gmail says a sign and no more; words hidden where the sign should be are not read."""
    parts = (("plain", "👍 Jana reacted via Gmail"), ("vnd.google.email-reaction+json", content))
    body = "".join(f"--b\nContent-Type: text/{kind}; charset=utf-8\n\n{text}\n" for kind, text in parts)
    mail = parse_mail(
        f"From: jana@odberatel.cz\nContent-Type: multipart/alternative; boundary=b\n\n{body}--b--\n".encode()
    )
    assert mail.words == written


def test_millions_of_empty_lines_take_no_more_room_than_words() -> None:
    """Reading a mail of nothing but line ends takes a few times its bytes, not a list with a place for each line."""
    raw = b"From: a@b.cz\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + b"\r\n" * 1_000_000
    parse_mail(raw[:1000])
    tracemalloc.start()
    try:
        parse_mail(raw)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * len(raw)
