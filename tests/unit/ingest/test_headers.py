"""The header block is read from the bytes, within limits, and what could be read in two ways is marked."""

import pytest

from maildesk.ingest.headers import decoded_headers, read_headers
from maildesk.ingest.mime.limits import FIELD, FIELDS, HEADER_BLOCK


def test_fields_are_unfolded_and_kept_in_order() -> None:
    """A field keeps its name as written; its folded lines are one value."""
    raw = b"Subject: one\r\n two\r\nTo : a@b\r\nsubject: again\r\n\r\nbody"
    headers = read_headers(raw)
    assert [(field.name, field.key, field.value) for field in headers.fields] == [
        ("Subject", "subject", b"one two"),
        ("To", "to", b"a@b"),
        ("subject", "subject", b"again"),
    ]
    assert headers.first("subject") == b"one two"
    assert headers.all("subject") == [b"one two", b"again"]
    assert raw[headers.body :] == b"body"
    assert not headers.noise
    assert not headers.defects


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"A: b\n\nbody", b"body"),
        (b"A: b\r\n\r\nbody", b"body"),
        (b"A: b\n\r\nbody", b"body"),
        (b"A: b\n", b""),
        (b"A: b", b""),
        (b"\nbody", b"body"),
        (b"\r\nbody", b"body"),
        (b"", b""),
        (b"From: a@b\nthis is no field\nmore\n\nend", b"this is no field\nmore\n\nend"),
        (b"no field at all", b"no field at all"),
        (b"From x@y Wed Apr 19 20:56:33 2017\nA: b\n\nbody", b"body"),
        (b"A: b\n \n\nbody", b"body"),
    ],
)
def test_where_the_body_starts(raw: bytes, body: bytes) -> None:
    """At the first empty line, or the first line that cannot be a field: where Postfix draws the line, too."""
    assert raw[read_headers(raw).body :] == body


@pytest.mark.parametrize(
    ("raw", "noise"),
    [
        (b"A: b\r\nC: d\r\n\r\n", False),
        (b"A: b\nC: d\n\n", False),
        (b"A: b\r\nC: d\n\r\n", True),
        (b"A: b\rAuthentication-Results: x\r\n\r\n", True),
        (b"A: b\0c\r\n\r\n", True),
        (b"A: b\nC: d\r\n\n", True),
        (b"A: b\r\n\r\nbody\rwith\0noise\n", False),
        (b"From: a@b\n\rTo: x@y\n\n", True),
    ],
)
def test_line_noise_in_the_header_is_noticed(raw: bytes, noise: bool) -> None:
    """Lone CRs, NULs and mixed line ends let two programs see two different headers (T11)."""
    assert read_headers(raw).noise is noise


def test_a_smuggled_field_is_not_a_field() -> None:
    """What stands behind a lone CR belongs to the field before it."""
    headers = read_headers(b"X: a\rAuthentication-Results: forged\r\n\r\n")
    assert [field.key for field in headers.fields] == ["x"]


def test_the_limits_hold_and_are_named() -> None:
    """What is beyond is left out and said; the mail goes on."""
    many = read_headers(b"".join(b"X-%d: y\n" % n for n in range(FIELDS + 10)) + b"\nbody")
    assert len(many.fields) == FIELDS
    assert "more than 1000 header fields" in many.defects[0]
    long = read_headers(b"Subject:" + b"x" * (FIELD + 10) + b"\n\nbody")
    assert len(long.first("subject")) == FIELD
    assert "Subject is longer than 32 kB" in long.defects[0]
    huge = read_headers((b"X: " + b"y" * 1000 + b"\n") * (HEADER_BLOCK // 1000) + b"From: a@b\n\nbody")
    assert "larger than 256 kB" in huge.defects[0]
    assert huge.first("from") == b""


def test_of_very_many_references_both_ends_are_kept() -> None:
    """The first mail of a conversation and the last ones count; the middle may go."""
    ids = b" ".join(b"<%d@example.org>" % n for n in range(5000))
    value = read_headers(b"References: " + ids + b"\n\n").first("references")
    assert value.startswith(b"<0@example.org>")
    assert value.endswith(b"<4999@example.org>")


def test_exported_mail_that_lost_its_folding_keeps_its_author() -> None:
    """Damage above From is passed over, but nothing read past it is ever trusted."""
    headers = read_headers(b"Received: from a\nby b with SMTP\nFrom: a@b.cz\nSubject: x\n\nbody")
    assert headers.first("from") == b"a@b.cz"
    assert headers.noise
    assert headers.defects == ("lines in the header that are no fields",)


def test_headers_are_decoded_for_people() -> None:
    """Every field comes out readable, on one line, and not longer than the limit."""
    headers = read_headers(b"Subject: =?utf-8?q?Kova=C4=8D?=\nX-Long: " + b"y" * 9000 + b"\n\n")
    decoded = dict(decoded_headers(headers))
    assert decoded["Subject"] == "Kovač"
    assert len(decoded["X-Long"]) == 8192


@pytest.mark.parametrize(
    "lost", [b'boundary="=_x y"', b"charset=utf-8;", b'filename="a.pdf"\nname=a.pdf', b"name*=utf-8''%C4%8D"]
)
def test_a_parameter_that_lost_its_folding_belongs_to_its_field(lost: bytes) -> None:
    """Scripts break Content-Type without a space on the next line; the field is whole, and the header is marked."""
    headers = read_headers(b"From: a@b\nContent-Type: x/y;\n" + lost + b"\nTo: c@d\n\nbody")
    assert headers.first("content-type").endswith(lost.rpartition(b"\n")[2])
    assert headers.first("to") == b"c@d"
    assert headers.noise


def test_only_fields_with_parameters_take_such_a_line() -> None:
    """Nobody can lengthen From or Subject by a line that is not folded."""
    headers = read_headers(b"From: a@b\nSubject: x\nname=evil\nTo: c@d\n\nbody")
    assert headers.first("subject") == b"x"
    assert headers.first("to") == b""


def test_damage_in_a_parts_header_does_not_cost_the_part() -> None:
    """Above a Content field a line that is none is damage; text without any header stays text."""
    broken = read_headers(b"rubbish\nContent-Type: x/y\n\nbody", part=True)
    assert broken.first("content-type") == b"x/y"
    text = b"No header here.\nOnly text: two lines.\n\nmore"
    assert read_headers(text, part=True).body == 0
