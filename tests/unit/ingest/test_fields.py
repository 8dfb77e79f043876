"""Message ids and dates are read as they are written, or not at all."""

import datetime as dt

import pytest

from maildesk.ingest.mime.fields import parse_date, parse_ids, parse_message_id


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (b"<a@b> <c@d>", ("a@b", "c@d")),
        (b"<a@b><c@d>,<a@b>", ("a@b", "c@d")),
        (b"a@b c@d", ("a@b", "c@d")),
        (b"Your message of Monday <a@b>", ("a@b",)),
        (b"<long\t part@b>", ("longpart@b",)),
        (b"=?utf-8?q?=3CAM0PR@outlook=2Ecom=3E?=", ("AM0PR@outlook.com",)),
        (b"<>", ()),
        (b"", ()),
        (b"no id", ()),
        (b"<a@b", ("a@b",)),
        (b"<a@b> <c@d", ("a@b",)),
        (b"<a b", ()),
        (b"order-20260512-77", ("order-20260512-77",)),
        (b"00020", ()),
        (b"Invoice-reminder", ()),
        (b"1. 5. (afternoon)", ()),
        (b"a@b>", ("a@b",)),
        (b"&lt;a@b&gt; &lt;c@d&gt;", ("a@b", "c@d")),
        (b"<a@b> =?utf-8?q?=3Clong=40outlook=2Ecom=3E?=", ("a@b", "long@outlook.com")),
        (b'"Your message of Monday <jana@firma.example>" <a@b>', ("a@b",)),
        (b"<a@b> (Jana's message of <yesterday>)", ("a@b",)),
        (b'<"quoted (local)"@b> <c(d)@e>', ('"quoted(local)"@b', "c(d)@e")),
        (b'"unfinished <a@b>', ("a@b",)),
    ],
)
def test_ids(value: bytes, ids: tuple[str, ...]) -> None:
    """Each id once, in order, without brackets; ids that Python encoded as words, too."""
    assert parse_ids(value) == ids


def test_of_many_ids_the_first_and_the_last_fifty_are_kept() -> None:
    """Long conversations link by their ends."""
    ids = parse_ids(b" ".join(b"<%d@x>" % n for n in range(300)))
    assert len(ids) == 100
    assert (ids[0], ids[49], ids[50], ids[-1]) == ("0@x", "49@x", "250@x", "299@x")


@pytest.mark.parametrize(
    ("value", "identity"),
    [
        (b"<a@b>", "a@b"),
        (b" <a@b> (comment)", "a@b"),
        (b"a@b", "a@b"),
        (b"<no-at-sign>", "no-at-sign"),
        (b"20180802.58E7387959@mail.example.com", "20180802.58E7387959@mail.example.com"),
        (b"", ""),
        (b"<", ""),
        (b"<a@[b>", "a@[b"),
        (b"<\x01a@b\x7f>", "a@b"),
        (b"<" + b"x" * 2000 + b"@b>", "x" * 998),
    ],
)
def test_a_mails_own_id(value: bytes, identity: str) -> None:
    """An odd id is kept, since others will cite it; there is no made-up one."""
    assert parse_message_id(value) == identity


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (b"Sun, 22 Nov 2026 10:00:00 +0100", dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)),
        (b"22 Nov 2026 10:00 GMT", dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)),
        (b"Sun, 22 Nov 2026 10:00:00 -0000", dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)),
        (b"Sun, 22 Nov 2026 10:00:60 +0000 (CET)", dt.datetime(2026, 11, 22, 10, 0, 59, tzinfo=dt.UTC)),
        (b"Sun, 22 Nov 26 10:00:00 EST", dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)),
        (b"Sun, 22 Nov 2026 10:00:00", dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)),
        (b"Sun, 22 Nov 2026 10:00:00 (CET) +0100", dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)),
        (b"Sun, 22 (th) Nov 2026 (of our era) 10:00:00 +0100 (CET)", dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)),
        (b"Sun, 22 Nov 2026 10:00:00 +9999", dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)),
        (b"Sun, 31 Feb 2026 10:00:00 +0100", None),
        (b"Sun, 22 Nov 1900 10:00:00 +0100", None),
        (b"Sun, 22 Nov 99999999999999999999 10:00:00 +0100", None),
        (b"yesterday", None),
        (b"", None),
        (b"\xff\xfe", None),
        (b"," * 500, None),
    ],
)
def test_dates(value: bytes, moment: dt.datetime | None) -> None:
    """A date is UTC, or there is none; nonsense never raises."""
    assert parse_date(value) == moment
