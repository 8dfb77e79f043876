from pathlib import Path

from maildesk.ingest.arrival import find_message_id
from maildesk.ingest.parse import parse_mail

ENDINGS = {".eml", ".txt", ".msg", ".box", ".mbox", ".out", ""}
LARGEST = 300_000


def test_the_quick_look_finds_the_message_id_that_the_parser_finds(corpora: Path) -> None:
    """The journal's index and the parsed mail name a mail alike, on all sorts of real and broken mail."""
    files = [path for path in sorted(corpora.rglob("*")) if path.is_file() and path.suffix in ENDINGS]
    mails = [path.read_bytes() for path in files if path.stat().st_size <= LARGEST]
    assert len(mails) > 1500
    found = [(find_message_id(raw), parse_mail(raw).message_id) for raw in mails]
    assert [pair for pair in found if pair[0] != pair[1]] == []
    assert sum(bool(quick) for quick, _ in found) > 900
