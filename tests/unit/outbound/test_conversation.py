import base64
import datetime as dt

import pytest

from maildesk.outbound.conversation import (
    MAX_REFERENCES,
    MAX_REFERENCES_BYTES,
    agent_subject,
    child_index,
    participant_subject,
    reference_chain,
    root_index,
    thread_topic,
)
from tests.unit.outbound.builders import NOW, state


@pytest.mark.parametrize(
    ("subject", "written"),
    [
        ("Upit o računu", "Re: [#1042] Upit o računu"),
        ("RE: AW: Fwd: Upit", "Re: [#1042] Upit"),
        ("[#1001] Upit", "Re: [#1042] Upit"),
        ("", "Re: [#1042]"),
        ("win http://evil.example/a now", "Re: [#1042] win http[:]//evil[.]example/a now"),
        ("www.evil.example", "Re: [#1042] www[.]evil[.]example"),
        ("a\r\nBcc: x", "Re: [#1042] a Bcc: x"),
    ],
)
def test_participants_see_their_own_subject(subject: str, written: str) -> None:
    """The customer's words are kept behind one tag; prefixes, other numbers and working links are not (B80, B9)."""
    assert participant_subject(state(subject=subject).ticket) == written


def test_a_subject_is_never_long() -> None:
    """An acknowledgement carries at most 80 characters of what a stranger wrote."""
    assert len(participant_subject(state(subject="x" * 300).ticket)) == len("Re: [#1042] ") + 80


def test_agents_have_one_subject() -> None:
    """Notifications have the tag in front and no Re."""
    assert agent_subject(state(subject="Re: Upit").ticket) == "[#1042] Upit"


def test_references_begin_with_the_first_and_end_with_the_parent() -> None:
    """The chain is the conversation's first id, our root of the ticket, the rest, and the mail that is answered."""
    found = reference_chain(state(chain=("a@x", "b@x", "c@x"), last_from_customer="b@x"), "root@us")
    assert found == ("a@x", "root@us", "c@x", "b@x")


def test_a_ticket_without_mail_refers_to_our_root() -> None:
    """A ticket begun by phone has our root alone."""
    assert reference_chain(state(chain=(), last_from_customer=""), "root@us") == ("root@us",)


def test_long_chains_are_capped_and_keep_root_and_own() -> None:
    """Of hundreds of ids the first, our root and the last remain, within the cap (B16)."""
    chain = tuple(f"{i:04}{'x' * 60}@x" for i in range(300))
    found = reference_chain(state(chain=chain, last_from_customer=chain[-1]), "root@us")
    assert found[0] == chain[0]
    assert found[1] == "root@us"
    assert found[-1] == chain[-1]
    assert len(found) <= MAX_REFERENCES
    assert sum(len(i) + 3 for i in found) <= MAX_REFERENCES_BYTES


def test_ids_that_cannot_be_written_do_not_stop_the_chain() -> None:
    """An id with a space is left out, the others stay."""
    assert reference_chain(state(chain=("a b@x", "c@x"), last_from_customer="c@x"), "r@us") == ("c@x", "r@us")


def test_thread_topic_is_the_customers() -> None:
    """Outlook's topic is echoed word for word, without line ends."""
    assert thread_topic(state(thread_topic="Upit\r\n X")) == "Upit X"
    assert thread_topic(state(subject="Re: Upit")) == "Upit"


def test_thread_index_gets_a_child_block() -> None:
    """The customer's index comes back with five bytes more, its own bytes unchanged."""
    index = base64.b64encode(bytes(range(22)) + b"child").decode()
    answered = base64.b64decode(child_index(index, state().ticket, NOW, "seed"))
    assert answered[:27] == base64.b64decode(index)
    assert len(answered) == 32
    assert child_index(index, state().ticket, NOW, "seed") == base64.b64encode(answered).decode()


@pytest.mark.parametrize("index", ["", "not base64!", "AAAA", base64.b64encode(b"x" * 24).decode(), "A" * 5000])
def test_a_broken_thread_index_is_replaced(index: str) -> None:
    """What is no index is not echoed: the ticket begins one of its own."""
    made = child_index(index, state().ticket, NOW, "seed")
    assert len(base64.b64decode(made)) == 22
    assert made == root_index(state().ticket, "participants")


def test_root_index_is_constant() -> None:
    """All notifications of a ticket have the same index, whatever happens to it."""
    assert root_index(state().ticket, "agents") == root_index(state(updated=NOW + dt.timedelta(1)).ticket, "agents")
    assert root_index(state().ticket, "agents") != root_index(state(number=1043).ticket, "agents")
