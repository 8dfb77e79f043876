"""What is asked for before a mail can be linked."""

import pytest

from maildesk.ingest.parse import parse_mail
from maildesk.threading.lookup import MOST_IDS, linking_ids

OWN = "own@x"


def mail_with(references: bytes) -> bytes:
    return b"From: jana@odberatel.cz\r\nMessage-ID: <own@x>\r\nReferences: " + references + b"\r\n\r\nText.\r\n"


@pytest.mark.parametrize("length", [40, 400], ids=["200 ids", "64 kB and more"])
def test_of_very_many_references_the_first_and_the_last_count(length: int) -> None:
    """Two hundred ids, or 64 kB of them: a bounded number is looked up, the root and the last parents among them (B16)."""
    ids = [f"{number:04d}{'a' * (length - 8)}@x" for number in range(200)]
    found = linking_ids(parse_mail(mail_with(b"\r\n ".join(f"<{one}>".encode() for one in ids))), own=True)
    assert len(found) <= MOST_IDS
    assert found[0] == OWN
    assert {ids[0], ids[-1], ids[-2]} <= set(found)


def test_a_field_of_nothing_but_brackets_is_read_once() -> None:
    """A References field that is all brackets, or one id over and over, ties nothing to everything (B16)."""
    assert linking_ids(parse_mail(mail_with(b"<" * 65_000))) == ()
    assert linking_ids(parse_mail(mail_with(b"<>" * 30_000))) == ()
    assert linking_ids(parse_mail(mail_with(b"<a@x> " * 10_000))) == ("a@x",)


@pytest.mark.parametrize(
    ("field", "ids"),
    [
        (b"<a@x>", ("a@x",)),
        (b"a@x", ("a@x",)),
        (b'jana@odberatel.cz\'s message of "Wed, 4 Sep 2002 23:07:41 -0400"', ()),
        (b"Your message of Mon, 3 Mar 2003 <a@x>", ("a@x",)),
    ],
)
def test_prose_in_in_reply_to_names_no_mail(field: bytes, ids: tuple[str, ...]) -> None:
    """Gnus writes whose message is answered: were that address an id, all answers to one person would be one ticket."""
    assert parse_mail(b"From: jana@odberatel.cz\r\nIn-Reply-To: " + field + b"\r\n\r\nText.").in_reply_to == ids
