"""Taking text apart."""

import unicodedata

import pytest

from maildesk.rules.words import MAX_CHARS, searchable, tokenise


def words(text: str) -> list[str]:
    return [token.text for token in tokenise(text)]


def phrases(text: str) -> list[list[str]]:
    """Split the words where no phrase may reach over."""
    found: list[list[str]] = []
    for token in tokenise(text):
        if token.apart or not found:
            found.append([])
        found[-1].append(token.text)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "see https://tba.example/faktura?x=faktura now",
        "see www.faktura.cz now",
        "see faktura.cz/faktura now",
        "see <faktura@firma.cz> now",
        "see mailto:faktura@firma.cz now",
    ],
)
def test_addresses_are_not_looked_at(text: str) -> None:
    """B74: words inside of web and mail addresses are not words of the mail, and phrases do not reach over them."""
    assert phrases(text) == [["see"], ["now"]]
    assert "faktura" not in searchable(text)


def test_names_of_files_are_looked_at() -> None:
    """A file's name is no web address."""
    assert words("faktura.pdf, invoice_2026.xml") == ["faktura", "pdf", "invoice", "2026", "xml"]


@pytest.mark.parametrize("text", ["S úctou", "s uctou", "S ÚCTOU,"])
def test_a_polite_closing_says_nothing(text: str) -> None:
    """“S úctou” is left out: without accents it would be a form of “účet”."""
    assert words(f"účet nesouhlasí\n\n{text}\nJana Nová") == ["účet", "nesouhlasí", "Jana", "Nová"]


def test_phrases_end_with_the_sentence() -> None:
    """“nejde. Síť” is not the phrase “nejde síť”, but a line break and an abbreviation end nothing."""
    assert phrases("internet nejde. Síť ano") == [["internet", "nejde"], ["Síť", "ano"]]
    assert phrases("Funguje! Díky") == [["Funguje"], ["Díky"]]
    assert phrases("nejde\nsíť") == [["nejde", "síť"]]
    assert phrases("nejde\n\nsíť") == [["nejde"], ["síť"]]
    assert phrases("viz č. 5 a str. 7") == [["viz", "č", "5", "a", "str", "7"]]


def test_accents_come_in_two_encodings() -> None:
    """Decomposed text (macOS) and invisible characters give the same words."""
    assert words("fakturac\u030c") == ["fakturač"]
    assert words("fak\u00adtu\u200bra") == ["faktura"]
    assert words("ﬁrma\u00a0cz") == ["firma", "cz"]


def test_text_is_capped() -> None:
    """What stands behind the first 65,536 characters is not looked at."""
    assert words("x " * (MAX_CHARS // 2) + "faktura")[-1] == "x"


def test_regular_expressions_see_text_without_accents() -> None:
    """RE2's \\b and \\w know ASCII only: accents are taken off, letters Unicode does not take apart included."""
    assert searchable("Žluťoučký đavo Łódź ERP-123") == "Zlutoucky davo Lodz ERP-123"


def test_accents_come_off_in_a_text_of_hundreds_of_different_ones() -> None:
    """A text in which every letter has another accent loses them as one with few of them does."""
    accents = [chr(code) for code in range(0x300, 0x370) if unicodedata.combining(chr(code))]
    assert searchable(" ".join(f"q{accent}" for accent in accents)) == " ".join("q" for _ in accents)
