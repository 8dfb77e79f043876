import json
import tarfile
from collections import Counter
from pathlib import Path

import pytest

from maildesk.ingest.files import find_mails, read_mail
from maildesk.ingest.parse import parse_mail
from tests.archive.corpora import read_archive


def count(path: Path) -> int:
    """Count the mails of a path, reading each."""
    return sum(1 for place in find_mails([path], lambda *_: None) if read_mail(place).raw)


def test_mboxes_hold_as_many_mails_as_others_have_counted(corpora: Path) -> None:
    """49 mbox files of three suites, each split into the number of mails it is known to have."""
    known: Counter[str] = Counter()
    for line in (corpora / "_norm" / "threads.jsonl").read_text().splitlines():
        path = json.loads(line)["path"]
        if "#" in path:
            known[path.partition("#")[0]] += 1
    assert len(known) > 40
    assert {path: count(corpora / path) for path in known} == dict(known)


def test_real_bounces_of_every_line_end_are_taken_for_mail(corpora: Path) -> None:
    """Files with the line ends of Unix, DOS and old Macs: one mail each, none left out."""
    left_out: list[Path] = []
    folder = corpora / "sisimai_set_of_emails" / "maildir"
    found = list(find_mails([folder], lambda path, _why: left_out.append(path)))
    assert [place.path for place in found] == sorted(path for path in folder.rglob("*") if path.is_file())
    assert len(found) > 200
    assert left_out == []


def test_a_folder_of_six_thousand_mails_is_read_whole(corpora: Path, tmp_path: Path) -> None:
    """Every file of the archive is one mail, though each begins with a line like an mbox's."""
    with tarfile.open(corpora / "spamassassin_easy_ham" / "easy-ham-1.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    places = list(find_mails([tmp_path], lambda *_: None))
    assert len(places) == len(files) > 2000
    assert all(read_mail(place).date for place in places)


def test_a_patch_in_a_body_does_not_split_a_mail(corpora: Path) -> None:
    """A real mail that carries a `git format-patch` with its `From ` line unquoted is one mail."""
    assert count(corpora / "notmuch" / "insert" / "mbox-attachment.eml") == 1


@pytest.mark.parametrize("name", ["list", "ham", "notmuch"])
def test_a_mail_names_the_ids_that_others_read_in_it(name: str, corpora: Path) -> None:
    """Of the first three hundred mails of an archive each names its own id, and those it answers, as upstream reads them."""
    stated = {}
    for row in map(json.loads, (corpora / "_norm" / "threads.jsonl").read_text().splitlines()):
        answered = row.get("in_reply_to_all") or [row["in_reply_to"]] if row["in_reply_to"] else []
        stated[row["path"]] = (row["message_id"] or "", {*answered, *row["references"]})
    pieces = read_archive(corpora, name, 300)
    mails = {piece.path: parse_mail(piece.raw) for piece in pieces}
    assert len(mails) > 200
    found = {path: (mail.message_id, {*mail.in_reply_to, *mail.references}) for path, mail in mails.items()}
    assert found == {path: stated[path] for path in mails}
