import datetime as dt
from pathlib import Path

import pytest

from maildesk.ingest.files import FileMail, find_mails, import_arrival, read_mail

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
LINE = b"From jana@firma.cz Tue Jan  7 12:09:16 2003\n"


def read(*paths: Path) -> list[FileMail]:
    """Read all mails of some paths; nothing may be left out."""

    def leave_out(path: Path, why: str) -> None:
        raise AssertionError(f"{path} left out: {why}")

    return [read_mail(place) for place in find_mails(paths, leave_out)]


def test_paths_come_in_the_order_given_and_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    """Folders are read depth first, by name; hidden files are not."""
    for name in ("b/2.eml", "b/1.eml", "b/c/0.eml", "a.eml", "b/.hidden.eml", "b/.git/x.eml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"Subject: " + name.encode() + b"\n\n")
    labels = [Path(mail.label).relative_to(tmp_path).as_posix() for mail in read(tmp_path / "b", tmp_path / "a.eml")]
    assert labels == ["b/1.eml", "b/2.eml", "b/c/0.eml", "a.eml"]


def test_a_maildir_is_read_by_the_names_of_its_mails_and_not_its_other_folders(tmp_path: Path) -> None:
    """The folders cur and new are one list in order of delivery; tmp, subfolders and index files are none of it."""
    for name in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Sent/tmp"):
        (tmp_path / name).mkdir(parents=True)
    for name in (
        "cur/1041941356.M1P1.host:2,S",
        "new/1041941300.M2P1.host",
        "tmp/1041941301.x",
        ".Sent/cur/1041941302.y:2,S",
    ):
        (tmp_path / name).write_bytes(b"Subject: " + name.encode() + b"\n\n")
    (tmp_path / "dovecot.index.log").write_bytes(b"\0\1\2")
    mails = read(tmp_path)
    assert [Path(mail.label).name for mail in mails] == ["1041941300.M2P1.host", "1041941356.M1P1.host:2,S"]
    assert mails[0].date == dt.datetime(2003, 1, 7, 12, 8, 20, tzinfo=dt.UTC)


def test_an_mbox_gives_sender_and_date_of_each_mail_and_unquotes_it(tmp_path: Path) -> None:
    """Labels count the mails from one; bytes are the mail's own."""
    path = tmp_path / "old.mbox"
    path.write_bytes(
        LINE + b"Subject: 1\n\n>From me\n\n" + LINE.replace(b"jana@firma.cz", b"MAILER-DAEMON") + b"Subject: 2\n\n"
    )
    one, two = read(path)
    assert one == FileMail(
        f"{path}#1", b"Subject: 1\n\nFrom me\n", "jana@firma.cz", dt.datetime(2003, 1, 7, 12, 9, 16, tzinfo=dt.UTC)
    )
    assert (two.label, two.mail_from) == (f"{path}#2", "")


def test_the_date_of_a_single_mail_is_when_we_received_it_else_when_it_was_written(tmp_path: Path) -> None:
    """The topmost Received line was added last, by our side."""
    path = tmp_path / "a.eml"
    received = (
        b"Received: from x by y; Tue, 7 Jan 2003 13:00:00 +0100\nReceived: by x; Tue, 7 Jan 2003 09:00:00 +0000\n"
    )
    date = b"Date: Mon, 6 Jan 2003 08:00:00 +0000\n"
    for header, moment in (
        (received + date, (2003, 1, 7, 12)),
        (date, (2003, 1, 6, 8)),
        (b"Received: no date\n" + date, (2003, 1, 6, 8)),
    ):
        path.write_bytes(header + b"Subject: x\n\n")
        [mail] = read(path)
        assert mail.date == dt.datetime(*moment, tzinfo=dt.UTC)  # type: ignore[misc,arg-type]
    path.write_bytes(b"Subject: x\n\n")
    assert read(path)[0].date is None


def test_files_that_are_no_mail_are_named_and_left_out(tmp_path: Path) -> None:
    """In a folder only what looks like mail is mail; a file that was named is taken at its word."""
    for name, data in {
        "README.md": b"# Notes\n",
        "SOURCE.txt": b"origin: somewhere\nlicence: none\n",
        "picture.png": b"\x89PNG\r\n\x1a\n",
        "notes.txt": b"From here on: notes\n\n",
        "empty.eml": b"",
        "mail.txt": b"\n\nReceived: by x\nSubject: 1\n\n",
        "strange.eml": b"no header at all",
    }.items():
        (tmp_path / name).write_bytes(data)
    left_out: dict[str, str] = {}
    places = list(find_mails([tmp_path], lambda path, why: left_out.update({path.name: why})))
    assert [place.path.name for place in places] == ["mail.txt", "strange.eml"]
    assert left_out == {
        "README.md": "not mail",
        "SOURCE.txt": "not mail",
        "picture.png": "not mail",
        "notes.txt": "not mail",
        "empty.eml": "empty",
    }
    assert len(list(find_mails([tmp_path / "notes.txt", tmp_path / "README.md"], lambda *_: None))) == 2


def test_a_mail_that_is_too_large_is_represented_by_its_header(tmp_path: Path) -> None:
    """Memory is bounded by the limit; the text says where the whole mail is."""
    path = tmp_path / "big.mbox"
    path.write_bytes(LINE + b"Subject: 1\n\n\n" + LINE + b"Subject: big\n\n" + b"x" * 100_000)
    places = list(find_mails([path], lambda *_: None))
    mails = [read_mail(place, largest=50_000) for place in places]
    assert mails[0].raw == b"Subject: 1\n\n"
    assert mails[1].raw.startswith(b"Subject: big\r\n")
    assert b"big.mbox#2" in mails[1].raw
    assert len(mails[1].raw) < 1000


def test_a_missing_path_is_an_error_and_no_silence(tmp_path: Path) -> None:
    """A typing mistake in a name is told."""
    with pytest.raises(FileNotFoundError):
        list(find_mails([tmp_path / "missing"], lambda *_: None))


def test_the_same_mail_has_the_same_key_wherever_it_lies(tmp_path: Path) -> None:
    """An import that is run again, from another copy, recognises each mail; for another mailbox it is another mail."""
    mail = b"Subject: 1\nMessage-ID: <1@x>\n\nhello\n"
    (tmp_path / "one.eml").write_bytes(mail)
    (tmp_path / "all.mbox").write_bytes(LINE + mail + b"\n")
    found = read(tmp_path / "one.eml", tmp_path / "all.mbox")
    one, two = (import_arrival(each, "support@firma.hr", NOW) for each in found)
    assert one.source_key == two.source_key
    assert (one.source, one.mailbox, one.message_id, one.envelope.rcpt_to) == ("import", "support@firma.hr", "1@x", ())
    assert two.envelope.mail_from == "jana@firma.cz"
    assert (one.received_at, two.received_at) == (NOW, dt.datetime(2003, 1, 7, 12, 9, 16, tzinfo=dt.UTC))
    assert import_arrival(found[0], "billing@firma.hr", NOW).source_key != one.source_key


def test_a_date_in_the_future_is_now() -> None:
    """A wrong clock somewhere does not make history of tomorrow."""
    mail = FileMail("x", b"Subject: x\n\n", None, NOW + dt.timedelta(days=400))
    assert import_arrival(mail, "support@firma.hr", NOW).received_at == NOW
