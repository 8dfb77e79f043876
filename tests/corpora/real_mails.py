"""Find every mail of the corpora, whatever it is packed in."""

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

# Not mails but descriptions of mails: of other parsers' results, of tests, of licences.
NO_MAILS = {".json", ".jsonl", ".yml", ".xml", ".html", ".tnef", ".out", ".bin", ".dns"}


def all_mails(corpora: Path) -> Iterator[tuple[str, bytes]]:
    """Give every mail of the corpora with its name: files, members of archives, mails of an mbox."""
    for path in sorted(corpora.rglob("*")):
        if not path.is_file() or "_norm" in path.parts or path.suffix in NO_MAILS:
            continue
        name = str(path.relative_to(corpora))
        if path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                for member in archive:
                    if member.isfile() and (file := archive.extractfile(member)):
                        yield f"{name}!{member.name}", file.read()
        else:
            raw = path.read_bytes()
            mails = re.split(rb"\n\n(?=From \S+ .*\d\d:\d\d)", raw) if raw.startswith(b"From ") else [raw]
            for number, mail in enumerate(mails):
                yield f"{name}#{number}" if len(mails) > 1 else name, mail
