"""A word in all its forms, and no other word."""

import pytest

from maildesk.language import fold
from maildesk.rules.stems import forms_of, stems
from tests.unit.rules.inflected import entries
from tests.unit.rules.inflected import maildesk as finds


@pytest.mark.parametrize("file", ["inflections.txt", "inflections_held_out.txt"])
@pytest.mark.parametrize("typed", [str, fold], ids=["as-written", "without-accents"])
def test_at_least_97_of_100_forms_are_found(file: str, typed: type[str]) -> None:
    """Czech, Croatian and English words are found in at least 97 % of their forms, with and without accents."""
    asked = [(entry.language, entry.word, typed(form)) for entry in entries(file) for form in entry.forms]
    missed = [each for each in asked if not finds(*each)]
    assert len(asked) > 100
    assert len(missed) <= 0.03 * len(asked), missed


@pytest.mark.parametrize("file", ["inflections.txt", "inflections_held_out.txt"])
def test_other_words_are_left_alone(file: str) -> None:
    """No innocent neighbour (kvartal, prijatelj, reklama, passport) is taken for a form."""
    asked = [(entry.language, entry.word, other) for entry in entries(file) for other in entry.others]
    assert len(asked) > 30
    assert [each for each in asked if finds(*each)] == []


@pytest.mark.parametrize("word", ["daň", "VAT", "síť", "ano"])
def test_words_of_three_letters_have_no_forms(word: str) -> None:
    """Words of at most three letters are found as they are, case and accents aside."""
    assert forms_of(word, ("cs", "hr", "en")) == ({f"={fold(word)}"}, frozenset())


def test_german_words_are_found_without_their_umlauts() -> None:
    """What a language without a light stemmer loses in accents is folded before stemming."""
    assert finds("de", "Störung", "Storungen")


def test_an_endless_word_is_not_stemmed() -> None:
    """A token of a thousand letters is nobody's form."""
    assert stems("a" * 1000, ("cs",)) == {"=" + "a" * 1000}
    assert forms_of("a" * 1000, ("cs",)).shapes == frozenset()
    assert not finds("cs", "a" * 40, "a" * 40 + "ami" * 1000)
