"""Mails made to stop a parser: each is read within a worker's limits, or costs its own life and nobody else's.

The families are those that take seconds to minutes, or gigabytes, in the standard library and in mail parsers built on it; here
at sizes that a test can afford, many times above what honest mail has. None may even come near a worker's limits.
"""

import time
from collections.abc import Iterator

import pytest

from maildesk.ingest.workers import ParsePool
from maildesk.model.mail import Mail

MANY = 50_000
HEAD = b"From: Mallory <m@evil.example>\r\nTo: help@example.com\r\nSubject: hostile\r\n"


def field(name: bytes, value: bytes) -> bytes:
    """Write a mail with one hostile field."""
    return HEAD + name + b": " + value + b"\r\n\r\nbody"


def body(content_type: bytes, content: bytes, more: bytes = b"") -> bytes:
    """Write a mail with a hostile body."""
    return HEAD + b"Content-Type: " + content_type + b"\r\n" + more + b"\r\n" + content


def nested(levels: int, close: bool) -> bytes:
    """Write multiparts inside each other."""
    opening = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))
    return (
        HEAD
        + opening
        + b"\r\nx\r\n"
        + (b"".join(b"--b%d--\r\n" % n for n in reversed(range(levels))) if close else b"")
    )


FAMILIES = {
    # fields
    "commas in To": field(b"To", b"," * 2 * MANY),
    "encoded words in From": field(b"From", b"=?utf-8?q?x?= " * MANY + b"<a@b.cz>"),
    "encoded words in Subject": field(b"Subject", b"=?utf-8?q?x?= " * MANY),
    "unfinished encoded words": field(b"Subject", b"=?utf-8?q?x " * MANY),
    "encoded words folded": field(b"Subject", b"=?utf-8?b?xI0=?=\r\n " * MANY),
    "references": field(b"References", b" ".join(b"<%d@evil.example>" % n for n in range(MANY))),
    "brackets in references": field(b"References", b"<" * 4 * MANY),
    "addresses in To": field(b"To", b", ".join(b"x%d@evil.example" % n for n in range(MANY))),
    "comments in From": field(b"From", b"(" * 4 * MANY + b"a@b.cz"),
    "quotes in From": field(b"From", b'"' * 4 * MANY + b"<a@b.cz>"),
    "backslashes in From": field(b"From", b'"' + b"\\" * 4 * MANY + b'" <a@b.cz>'),
    "angles in Cc": field(b"Cc", b"<" * 4 * MANY),
    "groups in Cc": field(b"Cc", b"a:;" * MANY),
    "fields": HEAD + b"".join(b"X-%d: y\r\n" % n for n in range(4 * MANY)) + b"\r\nbody",
    "folds": field(b"Subject", b"x\r\n " * 4 * MANY),
    "one endless field": field(b"Subject", b"x" * 40 * MANY),
    "no end of the header": HEAD + b"X: y\r\n" * 8 * MANY,
    "carriage returns": HEAD + b"\r" * 20 * MANY,
    "newlines": HEAD + b"\n" * 20 * MANY,
    "nothing but newlines": b"\n" * 40 * MANY,
    "NULs": HEAD + b"\0" * 20 * MANY,
    "dates": field(b"Date", b"1 " * MANY),
    "received": HEAD + b"Received: from [127.0.0.1] (((((\r\n" * 1000 + b"\r\nbody",
    "authentication results": field(b"Authentication-Results", b"mx; " + b"(" * 4 * MANY),
    # parameters
    "parameters": field(b"Content-Type", b"text/plain" + b"; a=b" * 2 * MANY),
    "continuations": field(b"Content-Type", b"text/plain" + b"".join(b"; name*%d=x" % n for n in range(MANY))),
    "a huge continuation number": field(b"Content-Disposition", b"attachment; filename*" + b"9" * 5000 + b"*=x"),
    "semicolons in a disposition": field(b"Content-Disposition", b"attachment" + b";" * 10 * MANY),
    "semicolons and spaces": field(b"Content-Disposition", b"attachment" + b"; " * 10 * MANY),
    "quotes in a disposition": field(b"Content-Disposition", b'attachment; filename="' + b'\\"' * 4 * MANY),
    "percent signs": field(b"Content-Disposition", b"attachment; filename*=utf-8''" + b"%" * 4 * MANY),
    # parts
    "levels closed": nested(2000, close=True),
    "levels open": nested(2000, close=False),
    "levels with one boundary": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 5000,
    "nested mails": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 5000,
    "parts": body(b"multipart/mixed; boundary=b", b"--b\r\n\r\nx\r\n" * MANY),
    "empty parts": body(b"multipart/mixed; boundary=b", b"--b\r\n" * 4 * MANY),
    "almost delimiters": body(b"multipart/mixed; boundary=b", b"--bx\r\n" * 4 * MANY),
    "attachments": body(b"multipart/mixed; boundary=b", b"--b\r\nContent-Disposition: attachment; filename=a\r\n\r\nx\r\n" * MANY),
    "dispositions": body(
        b"multipart/mixed; boundary=b", (b"--b\r\nContent-Disposition: attachment" + b"; " * 4000 + b"\r\n\r\nx\r\n") * 600
    ),
    "a boundary of spaces": body(b'multipart/mixed; boundary="' + b" " * 190 + b'"', b"--" + b" " * 20 * MANY),
    # bodies
    "charset idna": body(b"text/plain; charset=idna", b"x.\xc4\x8d" * 8 * MANY),
    "charset punycode": body(b"text/plain; charset=punycode", b"x-\xc4\x8d" * 4 * MANY),
    "charset utf-7": body(b"text/plain; charset=utf-7", b"+AAAA-" * 4 * MANY),
    "high bytes without a charset": body(b"text/plain", bytes(range(128, 256)) * 8000),
    "long lines": body(b"text/plain; format=flowed", b"x " * 20 * MANY),
    "flowed lines": body(b"text/plain; format=flowed", b"> x \r\n" * 4 * MANY),
    "quote marks": body(b"text/plain", b">" * 20 * MANY),
    "quoted lines": body(b"text/plain", b"> x\r\n" * 4 * MANY),
    "attributions": body(b"text/plain", b"On a " * 4 * MANY),
    "attribution lines": body(b"text/plain", b"On Monday, x wrote:\r\n" * (MANY // 10)),
    "header lines in the text": body(b"text/plain", b"From: a\r\nSent: b\r\nTo: c\r\nSubject: d\r\n" * 20_000),
    "signature separators": body(b"text/plain", b"-- \r\n" * 4 * MANY),
    "rules": body(b"text/plain", b"_" * 20 * MANY),
    "soft breaks": body(b"text/plain", b"= \r\n" * 4 * MANY, b"Content-Transfer-Encoding: quoted-printable\r\n"),
    "equals signs": body(b"text/plain", b"=" * 20 * MANY, b"Content-Transfer-Encoding: quoted-printable\r\n"),
    "base64 padding": body(b"text/plain", b"=" * 20 * MANY, b"Content-Transfer-Encoding: base64\r\n"),
    "base64 junk": body(b"text/plain", b"!A" * 10 * MANY, b"Content-Transfer-Encoding: base64\r\n"),
    "uuencode": body(b"text/plain", b"begin 644 x\n" + b"M\xff\n" * 4 * MANY, b"Content-Transfer-Encoding: x-uuencode\r\n"),
    "unopened attributes": body(b"text/html", b'<a x="' * 4 * MANY),
    "comments": body(b"text/html", b"<!--" * 4 * MANY),
    "declarations": body(b"text/html", b"<![<![" * 4 * MANY),
    "divs": body(b"text/html", b"<div>" * 4 * MANY),
    "quotes in html": body(b"text/html", b"<blockquote type=cite>x" * MANY),
    "entities": body(b"text/html", b"&#x" * 4 * MANY),
    "tables": body(b"text/html", b"<table><tr><td>" * MANY),
    "hidden": body(b"text/html", b'<p style="display:none">' * MANY),
    "gmail quotes": body(b"text/html", b'<div class="gmail_quote">x' * MANY),
    "calendar": body(b"text/calendar", b"BEGIN:VEVENT\r\n" + b"ATTENDEE;X=" * 4 * MANY),
    "calendar lines": body(b"text/calendar", b"BEGIN:VEVENT\r\nSUMMARY:x\r\n" * MANY),
    "delivery status": body(b"multipart/report; report-type=delivery-status; boundary=b",
                            b"--b\r\n\r\nx\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
                            + b"Final-Recipient: rfc822; a@b.cz\r\nAction: failed\r\n\r\n" * 20_000 + b"--b--\r\n"),
    "a bounce of addresses": HEAD + b"Return-Path: <>\r\n\r\n" + b"<a@b.cz>: 550 user unknown\r\n" * MANY,
    "winmail.dat": body(
        b"application/ms-tnef", b"\x78\x9f\x3e\x22\x01\x00" + b"\x01\x03\x90\0\0\x04\0\0\0\xff\xff\xff\xff\0\0" * MANY
    ),
    "forwarded marks": body(b"text/plain", b"---------- Forwarded message ---------\r\nFrom: a@b.cz\r\n" * 20_000),
}  # fmt: skip


@pytest.fixture(scope="module")
def workers() -> Iterator[ParsePool]:
    """A pool of one worker for all families, so that one that dies is seen by the next."""
    pool = ParsePool()
    pool.open(1)
    yield pool
    pool.close()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_hostile_mail_is_read(workers: ParsePool, family: str) -> None:
    """It comes back as a mail, in a fraction of the seconds a worker has, and no reader of ours fails on it."""
    raw = FAMILIES[family]
    start = time.perf_counter()
    mail: Mail = workers.submit(raw, "").result(30)
    taken = time.perf_counter() - start
    print(f"{family}: {len(raw) // 1024} kB in {taken:.2f} s")
    assert not [defect for defect in mail.defects if "unreadable" in defect or "could not be read" in defect]
    assert len(mail.to) <= 200
    assert len(mail.references) <= 100
    assert len(mail.attachments) <= 100
