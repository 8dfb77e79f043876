"""Read the archives of real mail that the threading proofs file again and again."""

import email.utils
import json
import tarfile
from collections.abc import Iterable, Iterator
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any, NamedTuple

PLACES = {"list": "list_usrp_users/2020.tar.gz", "ham": "spamassassin_easy_ham/", "notmuch": "notmuch/"}


class Piece(NamedTuple):
    """One mail of an archive: where it lies, and its bytes."""

    path: str
    raw: bytes


def read_archive(corpora: Path, name: str) -> list[Piece]:
    """Give the mails of an archive in the order of their dates; what is there twice, byte for byte, is given once."""
    with (corpora / "_norm" / "threads.jsonl").open(encoding="utf-8") as lines:
        paths = [row["path"] for row in map(json.loads, lines) if row["path"].startswith(PLACES[name])]
    members: dict[str, dict[str, bytes]] = {}
    found: dict[bytes, Piece] = {}
    for path in sorted(paths):
        archive, _, member = path.partition("!")
        if member and archive not in members:
            members[archive] = dict(_members(corpora / archive))
        raw = members[archive][member] if member else (corpora / path).read_bytes()
        found.setdefault(raw, Piece(path, raw))
    return sorted(found.values(), key=lambda piece: (_when(piece.raw), piece.path))


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and (data := tar.extractfile(member)):
                yield member.name, data.read()


def _when(raw: bytes) -> float:
    """Tell when a mail says it was written, in seconds; nothing sensible counts as the beginning of time."""
    said = BytesHeaderParser().parsebytes(raw)["date"]
    found = email.utils.parsedate_tz(str(said)) if said else None
    try:
        return float(email.utils.mktime_tz(found)) if found else 0.0
    except (OverflowError, ValueError):
        return 0.0


def stated_trees(corpora: Path) -> Iterator[tuple[str, list[Piece], list[list[Any]]]]:
    """Give each mbox whose threads its authors state: its mails, and the groups as positions (from 1) or message ids."""
    seen = set()
    with (corpora / "_norm" / "threads_expected.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row.get("algorithm") in ("references", "jwz") and row["file"] not in seen:
                seen.add(row["file"])
                yield (
                    row["file"],
                    list(split_mbox(row["file"], (corpora / row["file"]).read_bytes())),
                    row["expected_groups"],
                )


def split_mbox(name: str, content: bytes) -> Iterable[Piece]:
    """Split an mbox at its From_ lines; `name#1` is the first mail."""
    mails: list[list[bytes]] = []
    empty = True
    for line in content.splitlines(keepends=True):
        if line.startswith(b"From ") and empty:
            mails.append([])
        elif mails:
            mails[-1].append(line)
        empty = not line.strip()
    return [Piece(f"{name}#{number}", b"".join(mail)) for number, mail in enumerate(mails, 1)]
