"""Read the archives of real mail that the threading proofs file again and again."""

import datetime as dt
import json
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

PLACES = {"list": "list_usrp_users/2020.tar.gz", "ham": "spamassassin_easy_ham/", "notmuch": "notmuch/"}


class Piece(NamedTuple):
    """One mail of an archive: where it lies, and its bytes."""

    path: str
    raw: bytes


def read_archive(corpora: Path, name: str, most: int) -> list[Piece]:
    """Give the first mails of an archive in the order of their dates; what is there twice, byte for byte, is given once."""
    with (corpora / "_norm" / "threads.jsonl").open(encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["path"].startswith(PLACES[name])]
    paths = [row["path"] for row in sorted(rows, key=lambda row: (_when(row["date"]), row["path"]))][:most]
    members: dict[str, bytes] = {}
    for archive in {path.partition("!")[0] for path in paths if "!" in path}:
        members |= _members(corpora, archive, set(paths))
    found: dict[bytes, Piece] = {}
    for path in paths:
        raw = members[path] if "!" in path else (corpora / path).read_bytes()
        found.setdefault(raw, Piece(path, raw))
    return list(found.values())


def _members(corpora: Path, archive: str, wanted: set[str]) -> dict[str, bytes]:
    with tarfile.open(corpora / archive) as tar:
        found = ((f"{archive}!{member.name}", member) for member in tar)
        files = ((path, tar.extractfile(member)) for path, member in found if path in wanted)
        return {path: data.read() for path, data in files if data}


def _when(date: str | None) -> float:
    """Tell when a mail says it was written, in seconds; nothing sensible counts as the beginning of time."""
    try:
        return dt.datetime.fromisoformat(date or "").timestamp()
    except (ValueError, OverflowError):
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
