import string
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maildesk.language import fold
from maildesk.model.decision import AddEntry, AddParticipant, CommandGiven, Decision, Merge, OpenTicket
from maildesk.model.mail import Address
from maildesk.model.snapshot import Lookup
from maildesk.model.ticket import EntryKind, Role
from maildesk.store import Store
from maildesk.store.indexing import FEW_WORDS, split_words
from maildesk.store.letters import WORD, flat
from maildesk.store.search import find_tickets, stem_of
from tests.integration.store.standin import BOX, NOW

_serial = iter(range(1_000_000))
JANA = Address("jana@firma.cz", "Jana Nováková")


def do(store: Store, *actions: Any, ticket: int = 0) -> int:
    """Apply actions under a cause of their own; give the ticket's number."""
    cause = CommandGiven(f"search{next(_serial)}", "test", ticket)
    decision = Decision(tuple(actions), ticket=ticket)
    lookup = Lookup(tickets=(ticket,) if ticket else ())
    written = store.transact(lambda tx: tx.apply(decision, tx.snapshot(cause, lookup, NOW))).result()
    return written.ticket.ticket.number if written.ticket else 0


def open_ticket(store: Store, subject: str, text: str, who: Address = JANA, files: tuple[str, ...] = ()) -> int:
    """Open a ticket with one mail."""
    return do(
        store,
        OpenTicket(subject, BOX, who),
        AddEntry(0, EntryKind.MAIL, who.address, text, attachments=files),
    )


def index(store: Store) -> int:
    """Index whatever is not indexed yet, in small steps."""
    done = 0
    while more := store.index_words(2):
        done += more
    return done


def find(store: Store, question: str, limit: int = 20) -> list[int]:
    """Give the numbers of the tickets that are found."""
    return [hit["number"] for hit in store.read(lambda db: find_tickets(db, question, limit))]


def test_tickets_are_found_by_text_subject_people_files_and_notes_in_any_form(store: Store) -> None:
    """Words are found whatever their case, accents and ending, wherever on the ticket they stand."""
    bill = open_ticket(store, "Chyba ve faktuře", "Částka na účtu nesouhlasí.", files=("výpis-2026.pdf",))
    other = open_ticket(store, "Narudžba", "Gdje je moja narudžba iz Đakova?", Address("ivana@kupac.hr", "Ivana Kovač"))
    do(store, AddEntry(bill, EntryKind.NOTE, "petr", "Zavolat panu Dvořákovi.", public=False), ticket=bill)
    do(store, AddParticipant(other, Address("sef@kupac.hr", "Marko Babić"), Role.CC), ticket=other)
    do(store, AddEntry(other, EntryKind.REPLY, "ana", "Javit ćemo se."), ticket=other)
    assert index(store) == 4
    for question in (
        "faktura", "FAKTURU", "fakturou castka", "vypis", "vypis-2026.pdf", "jana@firma.cz", "novak", "dvorak", str(bill),
    ):  # fmt: skip
        assert find(store, question) == [bill], question
    for question in ("narudzbe", "đakovo", "Kovač narudžba", "ivana@kupac.hr", "babic"):
        assert find(store, question) == [other], question
    assert find(store, "faktura narudzba") == []
    assert find(store, "") == find(store, "?!  --") == []


def test_words_of_different_mails_of_one_ticket_find_it_when_no_single_mail_has_them_all(store: Store) -> None:
    """What nobody said in one breath is found all the same; a single mail with all the words goes before that."""
    first = open_ticket(store, "Tiskárna", "Papír se mačká.")
    do(store, AddEntry(first, EntryKind.REPLY, "ana", "Vyměňte prosím válec."), ticket=first)
    index(store)
    assert find(store, "papir valec") == [first]
    second = open_ticket(store, "Tiskárna", "Papír i válec jsou v koši.")
    index(store)
    assert find(store, "papir valec") == [second]


def test_the_newest_come_first_and_a_merged_ticket_is_found_as_its_survivor(store: Store) -> None:
    """What is found follows a merge without being indexed anew."""
    numbers = [open_ticket(store, "Pračka", f"Teče voda, případ {n}.") for n in range(4)]
    index(store)
    assert find(store, "pracka") == numbers[::-1]
    assert find(store, "pracka", limit=2) == numbers[:1:-1]
    low, high = numbers[0], numbers[3]
    cause = CommandGiven("merge", "merge", low)
    decision = Decision((Merge(low, high),), ticket=low)
    store.transact(lambda tx: tx.apply(decision, tx.snapshot(cause, Lookup(tickets=(low, high)), NOW))).result()
    assert find(store, "pracka") == [low, numbers[2], numbers[1]]


def test_the_line_with_most_of_the_words_is_shown(store: Store) -> None:
    """A hit shows where the words stand; a long line is cut around them."""
    long = "x " * 300 + "převodovka je rozbitá " + "y " * 300
    number = open_ticket(store, "Auto", f"Dobrý den,\npřevodovka?\n{long}\nJana")
    index(store)
    (hit,) = store.read(lambda db: find_tickets(db, "prevodovka rozbita"))
    assert (hit["number"], hit["kind"], hit["author"]) == (number, "mail", "jana@firma.cz")
    assert "převodovka je rozbitá" in hit["snippet"]
    assert len(hit["snippet"]) <= 162
    assert hit["snippet"].startswith("…")


def test_the_index_is_built_anew(store: Store) -> None:
    """A lost index is made again from the entries, and one that is complete gets nothing twice."""
    number = open_ticket(store, "Kotel", "Nehřeje.")
    assert (index(store), index(store)) == (1, 0)
    store.forget_words()
    assert find(store, "kotel") == []
    assert (index(store), find(store, "kotel")) == (1, [number])


def test_two_processes_that_index_at_once_do_it_once(database_url: str, store: Store, tmp_path: Any) -> None:
    """What another process has indexed meanwhile is not added again."""
    other = Store.open(database_url, tmp_path)
    number = open_ticket(store, "Kotel", "Nehřeje.")
    from maildesk.store import indexing

    seen = store.read(lambda db: indexing.gather(db, 10))
    assert other.index_words() == 1
    assert store._quick(lambda db: indexing.write(db, seen)).result() is False
    assert (index(store), find(store, "kotel")) == (0, [number])
    other.close()


SYNTAX = [
    '"', "'", "*", "NEAR(", "AND", "OR NOT", "words:", "^", "a:*", "'a':*", "& | !", "<->", "%", "_", "{", ":asked", "\\", "\0",
    "-", "(", "a AND", "\ud800", "' OR 1=1 --", "\u0301", "\u2028", "č*", "a\u0000b",
]  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(SYNTAX) | st.text(max_size=12) | st.text(string.printable, max_size=12), max_size=10))
def test_no_words_are_syntax(store: Store, parts: list[str]) -> None:
    """Whatever is asked is looked for, and never a mistake in a query."""
    for joined in ("".join(parts), " ".join(parts)):
        assert isinstance(find(store, joined), list)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80))
def test_every_word_of_every_text_finds_its_ticket(store: Store, text: str) -> None:
    """Both databases find each word of any text in any script, and take it in without an error."""
    number = open_ticket(store, "s", text)
    index(store)
    for word in split_words(text)[:8]:
        assert number in find(store, word), word


def test_a_mail_without_end_is_indexed_in_part(store: Store) -> None:
    """A megabyte of different words costs no more than its first words."""
    number = open_ticket(store, "s", " ".join(f"w{n:07d}" for n in range(120_000)) + " " + "z" * 5000)
    index(store)
    assert find(store, "w0000123") == [number]
    assert find(store, "w0119999") == []


def test_many_different_words_count_and_the_same_ones_again_do_not(store: Store) -> None:
    """Of a text of many words those that differ are found, however often the others are said before."""
    number = open_ticket(store, "s", "opakovat " * (FEW_WORDS + 5) + "posledni " + "z" * 60)
    index(store)
    assert [find(store, word) for word in ("opakovat", "posledni", "z" * 60)] == [[number]] * 3


def test_every_sign_and_letter_is_folded_the_same_on_the_short_way() -> None:
    """A whole text in Latin letters is folded at once; the words that come of it are those of the long way."""
    for code in (*range(0x3000), *range(0xD7F0, 0xD810), *range(0xF900, 0xFFFF), *range(0x1F600, 0x1F640)):
        text = f"ab{chr(code)}cd {chr(code)} É{chr(code)}_7"
        if (plain := flat(text)) is not None:
            assert plain.split() == WORD.findall(fold(text)), hex(code)
    assert all(flat(text) is not None for text in ("Příšerně žluťoučký", "Đakovo, ćuk", "„Größe“ 😀", "naïve œuvre"))
    assert all(flat(text) is None for text in ("письмо", "請求書", "".join(map(chr, range(0x2190, 0x21B0)))))


@given(st.text(max_size=40) | st.text("ab Č.,-_ßœ\u00ad\u200b\u0301\n", max_size=40))
def test_a_text_is_split_the_same_on_the_short_way(text: str) -> None:
    """Accents that stand apart, invisible signs and letters that become two divide words as ever."""
    plain = flat(text)
    assert plain is None or plain.split() == WORD.findall(fold(text))


@pytest.mark.parametrize(
    ("word", "stem"),
    [("faktura", "faktur"), ("fakture", "faktur"), ("racuni", "racun"), ("ano", "ano"), ("audio", "audi")],
)
def test_the_ends_of_longer_words_do_not_count(word: str, stem: str) -> None:
    """At most two vowels are left out, and four letters stay."""
    assert stem_of(word) == stem


def test_a_question_is_taken_apart_as_texts_are() -> None:
    """Signs divide words; Chinese and Japanese words are divided into their signs."""
    assert split_words("Objednávka č. 20261107/A – ok_ok") == ("objednavka", "c", "20261107", "a", "ok")
    assert split_words("請求書 PDF") == ("請", "求", "書", "pdf")
    assert msgspec.json.encode(split_words("")) == b"[]"
