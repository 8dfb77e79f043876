"""The figures of docs/words.md hold: inflected forms are found, and other words are left alone."""

import pytest

from maildesk.language import fold
from tests.unit.rules.inflected import entries, figures, maildesk, snowball, substring

HELD_OUT, TUNING = "forms_held_out.txt", "forms_tuning.txt"


@pytest.mark.parametrize("language", ["cs", "hr", "sk", "de", "pl"])
def test_at_least_95_of_100_forms_held_out_are_found(language: str) -> None:
    """Nouns, adjectives and verbs on which nothing was tuned, as written and typed without accents; 2 % of neighbours at most."""
    found = figures(HELD_OUT, language, maildesk)
    assert min(found.written, found.plain) >= 0.95 * found.forms
    assert found.taken <= 0.02 * found.others
    assert found.forms >= (200 if language in ("cs", "hr", "sk") else 25)


@pytest.mark.parametrize("language", ["cs", "hr", "sk"])
def test_that_is_far_more_than_letters_or_snowball_alone_find(language: str) -> None:
    """Substring search finds about half, Snowball alone less than four of five: the lists are as hard as language is."""
    found = figures(HELD_OUT, language, maildesk)
    assert figures(HELD_OUT, language, substring).written < 0.6 * found.forms
    assert figures(HELD_OUT, language, snowball).plain < 0.8 * found.forms


def test_the_halves_have_no_word_in_common() -> None:
    """What was tuned on says nothing about what was held out."""
    tuned = {(entry.language, fold(entry.word)) for entry in entries(TUNING)}
    assert tuned.isdisjoint((entry.language, fold(entry.word)) for entry in entries(HELD_OUT))


@pytest.mark.parametrize(
    ("language", "word", "form"),
    [
        ("cs", "účet", "uctu"),
        ("cs", "nefunguje", "nefungují"),
        ("cs", "fakturu", "faktury"),
        ("cs", "platit", "platíme"),
        ("cs", "vrátit", "vráceno"),
        ("hr", "kupac", "kupaca"),
        ("hr", "radi", "radio"),
        ("sk", "objednávka", "objednavok"),
        ("pl", "błąd", "bledy"),
        ("de", "bestellen", "bestellte"),
        ("de", "Konto", "Konten"),
    ],
)
def test_a_word_is_found_by(language: str, word: str, form: str) -> None:
    """Vowels that come and go, softened consonants, persons and tenses, and words written in another form than the dictionary's."""
    assert maildesk(language, word, form)


@pytest.mark.parametrize(
    ("language", "word", "other"),
    [("cs", "účet", "úcta"), ("cs", "klíč", "klika"), ("cs", "vrátit", "vrata"), ("hr", "novi", "novela")],
)
def test_a_word_is_not_found_by(language: str, word: str, other: str) -> None:
    """A stem alone proves nothing: what stands behind it must be an ending of the word's own class."""
    assert not maildesk(language, word, other)
