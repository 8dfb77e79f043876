"""Words are compared without regard to case, accents and kinds of spaces."""

import pytest

from maildesk.language import fold, phrases


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Příliš  žluťoučký\u00a0KŮŇ", "prilis zlutoucky kun"),
        ("Đurđica Žłóty Ørsted straße ŒUVRE", "durdica zloty orsted strasse oeuvre"),
        ("İSTANBUL ısı", "istanbul isi"),
        ("ﬁle\u200b name", "file name"),
        ("  Plain\tASCII \n text ", "plain ascii text"),
        ("Тема ё", "тема е"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    """Case, accents, ligatures, invisible characters and spaces do not matter."""
    assert fold(text) == folded
    assert fold(folded) == folded


def test_phrases() -> None:
    """A list of phrases is read folded, line breaks and empty ones aside."""
    assert phrases("Účet; FAKTURA\n číslo; ;") == ("ucet", "faktura cislo")
