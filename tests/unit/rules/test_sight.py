"""Chunks known by sight: what is remembered changes no answer and has an end."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.rules import index as rules_index
from maildesk.rules import sight
from maildesk.rules.index import Index
from maildesk.rules.policy import Term
from maildesk.rules.sight import LONGEST_REMEMBERED
from maildesk.rules.words import ends_apart, take_apart, words_of

TERMS = [
    Term(text, words=tuple(text.split()), language="en")
    for text in ("invoice", "credit note", "kind", "best offer", "not work at all", "inv*")
]
PIECES = [
    "invoice", "Invoices,", "credit", "note.", "notes", "-", "kind", "regards", "best", "offer!", "not", "work", "at", "all",
    "www.", "x@y.test", "http://a.test/b", "credit-note", "(invoice)", "é", "…",
]  # fmt: skip


def index() -> Index:
    """Build a fresh index, which has seen nothing yet."""
    return Index(TERMS, ("en", "cs"))


def hits(found: Index, text: str) -> dict[str, str]:
    """Give what a text hits: the term and the words."""
    return {hit.term.text: hit.text for hit in found.find(text, "body").values()}


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=12), st.sampled_from([" ", "\n", "\n\n"]))
def test_who_has_seen_many_texts_finds_what_a_newcomer_finds(pieces: list[str], space: str) -> None:
    """What is remembered of earlier texts, words and phrases, changes nothing."""
    text = space.join(pieces)
    assert hits(_SEASONED, text) == hits(index(), text)
    assert hits(_SEASONED, text) == hits(index(), text)


_SEASONED = index()


@given(st.text(max_size=12) | st.sampled_from(PIECES) | st.from_regex(r"\w{1,6}[.,:;!?)…]?", fullmatch=True))
def test_a_plain_word_is_taken_apart_as_any_other_chunk(chunk: str) -> None:
    """The short way for a word, with or without a sign behind it, gives what the long way gives."""
    for part in (*chunk.split(), "www.", "WWW.", "č.", "a.", "abcd.", "abcd)"):
        assert take_apart(part) == (words_of(part), ends_apart(part))


def test_phrases_of_earlier_texts_are_found_again_with_their_own_words() -> None:
    """The second text with a phrase gets its hit, and the words as they stand there."""
    found = index()
    assert hits(found, "a credit note please") == {"credit note": "credit note"}
    assert hits(found, "Credit Notes! credit note") == {"credit note": "Credit Notes"}
    assert hits(found, "a credit. Note") == {}


def test_the_words_that_a_mail_has_first_are_told() -> None:
    """Of many forms of a word, also known ones, the first in the text is the one explained."""
    found = index()
    forms = ["Invoices", "invoice", "INVOICE.", "invoices,", "(invoice)", "Invoice!", "invoicing"]
    for first in forms:
        text = " ".join([first, *sorted(set(forms) - {first}, reverse=True)])
        assert hits(found, text)["invoice"] == first.strip("(),.!"), first


def test_random_words_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can make a desk remember more than so many words and phrases and one text, or a word without end."""
    for module in (sight, rules_index):
        monkeypatch.setattr(module, "REMEMBERED", 300)
    chance, found = random.Random(3), index()
    for _ in range(5):
        words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=5)) for _ in range(200)]
        found.find(" ".join(words), "body")
    phrases = [f"credit note{chance.randrange(10**6)}-note" for _ in range(100)]
    long = "invoice" + "s" * LONGEST_REMEMBERED
    found.find(" ".join([*phrases, long, "z" * 5_000]), "body")
    assert len(found._sight) + len(found._sight._runs) <= 300 + 200
    assert len(found._known) <= 300
    assert max(map(len, found._sight)) <= LONGEST_REMEMBERED
    assert max(map(len, found._known)) <= LONGEST_REMEMBERED
    assert hits(found, long) == {"inv*": long}
