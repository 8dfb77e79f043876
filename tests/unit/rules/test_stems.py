"""A word in all its forms, and no other word."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.language import fold
from maildesk.rules.stems import light_stem, stems

HERE = Path(__file__).parent


def forms_of(file: str) -> Iterator[tuple[str, str, list[str], list[str]]]:
    """Read a list of inflections: language, lemma, its forms, other words."""
    for line in (HERE / file).read_text().splitlines():
        if line and not line.startswith("#"):
            language, _, rest = line.partition(" ")
            lemma, _, rest = rest.partition(": ")
            forms, _, others = rest.partition(" ! ")
            yield language, lemma, forms.replace("'", "").split(), others.split()


def is_form(word: str, lemma: str, language: str) -> bool:
    """Tell whether a word is found by a lemma."""
    return not stems(lemma, (language,)).isdisjoint(stems(word, (language,)))


@pytest.mark.parametrize("file", ["inflections.txt", "inflections_held_out.txt"])
@pytest.mark.parametrize("typed", [str, fold], ids=["as-written", "without-accents"])
def test_at_least_97_of_100_forms_are_found(file: str, typed: type[str]) -> None:
    """Czech, Croatian and English words are found in at least 97 % of their forms, with and without accents."""
    asked = [(typed(form), lemma, language) for language, lemma, forms, _ in forms_of(file) for form in forms]
    missed = [each for each in asked if not is_form(*each)]
    assert len(missed) <= 0.03 * len(asked), missed


@pytest.mark.parametrize("file", ["inflections.txt", "inflections_held_out.txt"])
def test_other_words_are_left_alone(file: str) -> None:
    """No innocent neighbour (kvartal, prijatelj, reklama, passport) is taken for a form."""
    asked = [(other, lemma, language) for language, lemma, _, others in forms_of(file) for other in others]
    assert len(asked) > 30
    assert [each for each in asked if is_form(*each)] == []


@pytest.mark.parametrize("word", ["daň", "VAT", "síť", "ano"])
def test_words_of_three_letters_have_no_forms(word: str) -> None:
    """Words of at most three letters are found as they are, case and accents aside."""
    assert stems(word, ("cs", "hr", "en")) == {f"={fold(word)}"}


@pytest.mark.parametrize(
    ("first", "second"),
    [("banka", "bance"), ("kniha", "knize"), ("porucha", "poruše"), ("problem", "problemem"), ("vypadek", "vypadku")],
)
def test_endings_that_change_the_stem(first: str, second: str) -> None:
    """The light stemmer sees through softened consonants and vowels that come and go before k."""
    assert light_stem(fold(first)) == light_stem(fold(second)) or is_form(second, first, "cs")


def test_german_words_are_found_without_their_umlauts() -> None:
    """What a language without a light stemmer loses in accents is folded before stemming."""
    assert is_form("Storungen", "Störung", "de")


def test_an_endless_word_is_not_stemmed() -> None:
    """A token of a thousand letters is nobody's form."""
    assert stems("a" * 1000, ("cs",)) == {"=" + "a" * 1000}
