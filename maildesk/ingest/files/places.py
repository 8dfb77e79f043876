"""Find mails in what an admin points at: mbox files, Maildirs, folders and single files; and read one of them."""

import datetime as dt
import mmap
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from maildesk.ingest.arrival import build_arrival
from maildesk.ingest.files.mbox import FROM_LINE, find_spans, parse_from_line, unquote
from maildesk.ingest.headers import read_headers
from maildesk.ingest.mime.fields import parse_date
from maildesk.ingest.mime.limits import HEADER_BLOCK
from maildesk.ingest.too_large import stand_in
from maildesk.model.mail import Arrival, Envelope

LARGEST = 64 * 1024 * 1024
_HEAD = 16 * 1024
_MAILDIR_NAME = re.compile(r"(\d{9,11})\.")
# Of a file in a folder that is not called .eml we want to see one of these before we take it for a mail.
_TELLING = re.compile(
    rb"^(?:from|to|date|subject|received|message-id|return-path|delivered-to|mime-version)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_FIELD = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,100}[!-9;-~]{1,76}[ \t]*:")


class Place(NamedTuple):
    """Where a mail lies: `line` is where its `From ` line begins in an mbox, -1 if it has a file of its own."""

    path: Path
    start: int
    end: int
    line: int
    label: str


class FileMail(NamedTuple):
    """A mail out of a file, and what else the file tells: sender (None if it does not) and time."""

    label: str
    raw: bytes
    mail_from: str | None
    date: dt.datetime | None


def find_mails(paths: Iterable[Path], leave_out: Callable[[Path, str], None]) -> Iterator[Place]:
    """Give the place of each mail: paths in the order given, files in the order of their names.

    `leave_out` is told of files that hold no mail. Raises OSError for a path that cannot be read.
    """
    for path in paths:
        if path.is_dir():
            for file in _files_in(path):
                yield from _mails_in(file, leave_out, is_named=False)
        else:
            yield from _mails_in(path, leave_out, is_named=True)


def read_mail(place: Place, largest: int = LARGEST) -> FileMail:
    """Read one mail; of one that is too large its header and a sentence."""
    size = place.end - place.start
    with place.path.open("rb") as file:
        line = b""
        if place.line >= 0:
            file.seek(place.line)
            line = file.read(min(FROM_LINE, place.start - place.line))
        file.seek(place.start)
        raw = file.read(size if size <= largest else min(HEADER_BLOCK, size))
    if size > largest:
        raw = stand_in(raw, size, f"The whole mail is in the file {place.label}.")
    elif place.line >= 0:
        raw = unquote(raw)
    sender, date = parse_from_line(line) if line else (None, _date_in_name(place.path))
    return FileMail(place.label, raw, sender, date or _date_in_header(raw))


def import_arrival(mail: FileMail, mailbox: str, now: dt.datetime) -> Arrival:
    """Describe a mail of a file as received for `mailbox` when the file says it was; its key knows the mailbox and the bytes."""
    date = mail.date if mail.date is not None and mail.date <= now else now
    arrival = build_arrival("import", mail.raw, Envelope("", (mailbox,)), date, mailbox=mailbox)
    return Arrival(
        arrival.source,
        arrival.source_key,
        arrival.raw,
        Envelope(mail.mail_from or ""),
        arrival.received_at,
        arrival.mailbox,
        arrival.message_id,
    )


def _files_in(folder: Path) -> Iterator[Path]:
    """Give the files of a folder and its folders, in name order; a Maildir's by the names of the mails, hidden ones never."""
    if (folder / "cur").is_dir() and (folder / "new").is_dir():
        mails = [path for part in ("cur", "new") for path in (folder / part).iterdir() if path.is_file()]
        yield from sorted((path for path in mails if not path.name.startswith(".")), key=lambda path: path.name)
        return
    with os.scandir(folder) as found:
        entries = sorted((entry for entry in found if not entry.name.startswith(".")), key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _files_in(Path(entry.path))
        elif entry.is_file():
            yield Path(entry.path)


def _mails_in(path: Path, leave_out: Callable[[Path, str], None], *, is_named: bool) -> Iterator[Place]:
    """Give the mails of one file; one that was not named itself must look like mail."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if head.startswith(b"From ") and (is_named or _looks_like_mail(head.partition(b"\n")[2])):
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                for number, span in enumerate(find_spans(data), 1):
                    yield Place(path, span.start, span.end, span.line, f"{path}#{number}")
            return
    if not size:
        leave_out(path, "empty")
    elif is_named or path.suffix.lower() == ".eml" or _is_in_maildir(path) or _looks_like_mail(head):
        yield Place(path, 0, size, -1, str(path))
    else:
        leave_out(path, "not mail")


def _is_in_maildir(path: Path) -> bool:
    return path.parent.name in ("cur", "new") and _MAILDIR_NAME.match(path.name) is not None


def _looks_like_mail(head: bytes) -> bool:
    """Tell whether a file begins with a field, and one of those that mail has stands before the first empty line."""
    block = head.replace(b"\r\n", b"\n").lstrip(b"\n").partition(b"\n\n")[0]
    return _FIELD.match(head) is not None and _TELLING.search(block) is not None


def _date_in_name(path: Path) -> dt.datetime | None:
    """Read the time of delivery off the name of a mail in a Maildir."""
    found = _MAILDIR_NAME.match(path.name) if path.parent.name in ("cur", "new") else None
    return dt.datetime.fromtimestamp(int(found[1]), dt.UTC) if found else None


def _date_in_header(raw: bytes) -> dt.datetime | None:
    """Read when our side received the mail, else when its author says to have written it."""
    headers = read_headers(raw[: HEADER_BLOCK + _HEAD])
    received = headers.first("received").rpartition(b";")[2].strip()
    return (parse_date(received) if received else None) or parse_date(headers.first("date"))
