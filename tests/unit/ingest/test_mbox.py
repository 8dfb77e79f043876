import datetime as dt

import pytest

from maildesk.ingest.files.mbox import find_spans, parse_from_line, unquote

LINE = b"From jana@firma.cz Tue Jan  7 12:09:16 2003\n"


def mails(data: bytes) -> list[bytes]:
    """Cut an mbox into its mails."""
    return [data[span.start : span.end] for span in find_spans(data)]


def test_mails_are_what_stands_between_from_lines() -> None:
    """The empty line before a separator, and the last of the file, belong to the file."""
    one, two = b"From: a@b.cz\n\none\n", b"From: c@d.cz\n\ntwo\n\nlines\n"
    assert mails(LINE + one + b"\n" + LINE + two + b"\n") == [one, two]
    assert mails(LINE + one) == [one]
    assert mails((LINE + one + b"\n" + LINE + two).replace(b"\n", b"\r\n")) == [
        one.replace(b"\n", b"\r\n"),
        two.replace(b"\n", b"\r\n"),
    ]
    assert mails(b"") == []
    assert mails(LINE) == [b""]


def test_a_separator_needs_no_empty_line_before_it_if_it_is_dated() -> None:
    """Some programs leave it out."""
    assert mails(LINE + b"Subject: 1\n\nx\n" + LINE + b"Subject: 2\n\ny\n") == [
        b"Subject: 1\n\nx\n",
        b"Subject: 2\n\ny\n",
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"From here on it gets worse\n",
        b"From: is no separator\n",
        b"From jana@firma.cz I heard: nothing\nReally: nothing\n",
        b"From jana@firma.cz Tue Jan  7 12:09:16 2003\nhe wrote this line by hand\n",
        b"From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\nFrom: A <a@b.cz>\nSubject: [PATCH] x\n",
        b"From " + b"x" * 2000 + b" Tue Jan  7 12:09:16 2003\nFrom: a@b.cz\n",
        b">From jana@firma.cz Tue Jan  7 12:09:16 2003\nFrom: a@b.cz\n",
    ],
)
def test_what_people_write_is_not_taken_for_a_separator(body: bytes) -> None:
    """Prose, unfinished quotes and git's patches in a body do not split a mail."""
    mail = b"From: a@b.cz\n\nhello\n\n" + body
    assert mails(LINE + mail + b"\n" + LINE + b"Subject: 2\n\nx\n") == [mail, b"Subject: 2\n\nx\n"]


def test_a_file_of_patches_is_split_at_them() -> None:
    """What `git format-patch --stdout` writes is an mbox as well."""
    line = b"From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\n"
    assert len(mails((line + b"From: A <a@b.cz>\nSubject: [PATCH] x\n\n---\n\n") * 3)) == 3


def test_a_file_without_dates_is_split_where_a_header_follows_an_empty_line() -> None:
    """Some exports write `From ` and an address, or nothing."""
    data = b"From someone\nSubject: 1\n\nx\n\nFrom someone\nSubject: 2\n\nFrom here on\nnothing\n"
    assert mails(data) == [b"Subject: 1\n\nx\n", b"Subject: 2\n\nFrom here on\nnothing\n"]


def test_the_pseudo_mail_of_a_mail_server_is_left_out() -> None:
    """UW-IMAP and c-client keep their own data in the first mail of a folder."""
    data = (
        LINE
        + b"Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\nX-IMAP: 1\n\nx\n\n"
        + LINE
        + b"Subject: 2\n\nx\n"
    )
    assert mails(data) == [b"Subject: 2\n\nx\n"]


def test_one_level_of_quoting_is_taken_off() -> None:
    """What was quoted when the mail was stored reads as it was written."""
    assert (
        unquote(b"a\n>From here\n>>From there\n> From no\n>From: no\n")
        == b"a\nFrom here\n>From there\n> From no\n>From: no\n"
    )
    assert unquote(b">From the start\n") == b"From the start\n"
    assert unquote(b"x >From the middle\n") == b"x >From the middle\n"


@pytest.mark.parametrize(
    ("line", "sender", "date"),
    [
        (b"From jana@firma.cz Tue Jan  7 12:09:16 2003", "jana@firma.cz", (2003, 1, 7, 12, 9, 16)),
        (b"From jana@firma.cz  Tue Jan 07 12:09 2003", "jana@firma.cz", (2003, 1, 7, 12, 9, 0)),
        (b"From jana at firma.cz  Tue Jan  7 12:09:16 2003", "jana@firma.cz", (2003, 1, 7, 12, 9, 16)),
        (b"From MAILER-DAEMON Tue Jan  7 12:09:16 2003\r", "", (2003, 1, 7, 12, 9, 16)),
        (b"From - Tue Jan  7 12:09:16 2003", None, (2003, 1, 7, 12, 9, 16)),
        (b"From ???@??? Tue Jan  7 12:09:16 2003", None, (2003, 1, 7, 12, 9, 16)),
        (b"From 17@xxx Tue Jan 07 12:09:16 +0100 2003", "17@xxx", (2003, 1, 7, 11, 9, 16)),
        (b"From a@b.cz Tue Jan  7 12:09:16 2003 -0730", "a@b.cz", (2003, 1, 7, 19, 39, 16)),
        (b"From a@b.cz Tue Jan  7 12:09:16 CET 2003", "a@b.cz", (2003, 1, 7, 12, 9, 16)),
        (b"From a@b.cz Tue, 07 Jan 2003 12:09:16 +0000", "a@b.cz", (2003, 1, 7, 12, 9, 16)),
        (b"From a@b.cz Tue Jan 37 12:09:16 2003", "a@b.cz", None),
        (b"From a@b.cz", "a@b.cz", None),
        (b"From ", None, None),
    ],
)
def test_a_from_line_tells_sender_and_time(line: bytes, sender: str | None, date: tuple[int, ...] | None) -> None:
    """As far as one can be read; a date without a zone is taken for UTC."""
    moment = dt.datetime(*date, tzinfo=dt.UTC) if date else None  # type: ignore[arg-type,misc]
    assert parse_from_line(line) == (sender, moment)


def test_a_file_of_from_lines_takes_linear_time() -> None:
    """Neither many false separators nor one endless line make the search slow (the test would not end)."""
    assert len(mails(LINE + b"x\n\n" + b"\nFrom here\n" * 200_000)) == 1
    assert len(mails(LINE + b"From " * 1_000_000)) == 1
    assert len(mails((LINE + b"Subject: x\n\n") * 50_000)) == 50_000
