"""Other desks' numbers."""

import pytest

from maildesk.ingest.mime.fields import parse_ids, parse_message_id
from maildesk.threading.external import external_ids

PATTERNS = [("servis.example", "INC[0-9]{7}"), ("jira.example", r"\[(HELP-[0-9]+)\]")]


@pytest.mark.parametrize(
    ("author", "subject", "ids"),
    [
        ("a@servis.example", "INC0012345 was opened", ("INC0012345 of servis.example",)),
        ("a@Servis.Example", "INC0012345 INC0012345", ("INC0012345 of servis.example",)),
        ("a@jira.example", "[JIRA] [HELP-7] Chairs", ("HELP-7 of jira.example",)),
        ("a@jira.example", "INC0012345", ()),
        ("a@sub.servis.example", "INC0012345", ()),
        ("a@servis.example.cizinec.example", "INC0012345", ()),
        ("servis.example@cizinec.example", "INC0012345", ()),
    ],
)
def test_a_number_counts_in_mail_from_its_own_domain_only(author: str, subject: str, ids: tuple[str, ...]) -> None:
    """The configured pattern is looked for in the subject, and only if the author is of exactly that domain (B19)."""
    assert external_ids(author, subject, PATTERNS) == ids


def test_a_subject_full_of_numbers_names_a_few() -> None:
    """Hundreds of numbers in a subject do not tie hundreds of tickets together."""
    assert len(external_ids("a@servis.example", " ".join(f"INC{n:07d}" for n in range(500)), PATTERNS)) == 3


def test_no_header_can_name_such_an_id() -> None:
    """An id read from a header has no blank in it, so nobody else can claim another desk's number (B19)."""
    [identity] = external_ids("a@servis.example", "INC0012345", PATTERNS)
    assert identity not in parse_ids(f"<{identity}> {identity}".encode())
    assert parse_message_id(f"<{identity}>".encode()) != identity
