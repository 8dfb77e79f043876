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


def test_every_letter_folds_alike_in_long_and_short_text() -> None:
    """Letter by letter or in passes over a long text: the same comes out, for every letter there is."""
    letters = [chr(code) for code in range(0x80, 0x30000) if not 0xD800 <= code < 0xE000]
    for start in range(0, len(letters), 24):
        few = "İx".join(letters[start : start + 24])
        assert fold(f"{few} {'Some Words ' * 30}") == f"{fold(few)} {'some words ' * 30}".strip()


def test_phrases() -> None:
    """A list of phrases is read folded, line breaks and empty ones aside."""
    assert phrases("Účet; FAKTURA\n číslo; ;") == ("ucet", "faktura cislo")
