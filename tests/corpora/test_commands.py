"""What people write to each other is not taken for commands, short answers or ratings."""

import email
import tarfile
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

from maildesk.commands import read_commands, read_rating, read_requester
from maildesk.ingest.reply_text import new_text
from maildesk.model.people import People
from maildesk.model.phrases import phrases_from_mapping

PHRASES = phrases_from_mapping(YAML(typ="safe").load(Path("config/phrases.yaml").read_text(encoding="utf-8")))[0]
LARGEST = 200_000


def conversation(corpora: Path) -> Iterator[str]:
    """Give the new texts of all mails of the archived lists."""
    for archive in sorted(corpora.glob("list_*/*.tar.gz")):
        with tarfile.open(archive) as members:
            for member in members:
                if member.isfile() and member.size <= LARGEST and (file := members.extractfile(member)):
                    mail = email.message_from_bytes(file.read())
                    plain = next((part for part in mail.walk() if part.get_content_type() == "text/plain"), None)
                    data = plain.get_payload(decode=True) if plain else None
                    if isinstance(data, bytes):
                        yield new_text(data.decode("utf-8", "replace"))[0]


def test_conversation_is_not_taken_for_anything_else(corpora: Path) -> None:
    """Among thousands of real mails no line is a command, none is a rating, and few are nothing but thanks."""
    texts = list(conversation(corpora))
    assert len(texts) > 2000
    asked = [read_commands(text, PHRASES, People()) for text in texts]
    assert [found for found in asked if found.commands or found.problems] == []
    assert sum(read_rating(text, PHRASES)[0] is not None for text in texts) <= len(texts) / 1000
    thanked = [text for text in texts if read_requester(text, PHRASES)]
    assert all(len(text) < 120 for text in thanked)
    assert len(thanked) >= 2
