"""The language of a few words: eleven are known, a wrong one is never said where none is sure."""

import pytest

from maildesk.language import detect
from tests.unit.language.sentences import HELD_OUT, TUNING

ALL = ("en", "cs", "hr", "sk", "sl", "de", "pl", "hu", "it", "fr", "es")
SHARED = {line for _, line in [*TUNING, *HELD_OUT] if line.startswith(("Storno", "Cancel"))}


def test_enough_sentences() -> None:
    """The measure is made on 120 sentences and more, half of them held out."""
    assert len(TUNING) + len(HELD_OUT) >= 120
    assert not {line for _, line in TUNING} & {line for _, line in HELD_OUT}


@pytest.mark.parametrize(("language", "line"), [*TUNING, *HELD_OUT], ids=lambda value: str(value)[:30])
def test_never_wrong(language: str, line: str) -> None:
    """No sentence of the list is taken for another language; silence is allowed."""
    assert detect(line, ALL)[0] in ("", language)


def test_held_out_rate() -> None:
    """Most short sentences never seen before are recognised among all eleven languages, 9 of 10 among three."""
    right = sum(detect(line, ALL)[0] == language for language, line in HELD_OUT)
    assert right / len(HELD_OUT) >= 0.84
    three = [(language, line) for language, line in HELD_OUT if language in ("en", "cs", "hr")]
    assert sum(detect(line, ("en", "cs", "hr"))[0] == language for language, line in three) / len(three) >= 0.9


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("Nejde mi otevřít faktura ve formátu PDF", "cs"),
        ("nejde mi otevrit faktura ve formatu pdf", "cs"),
        ("ne radi internet treba nam racun", "hr"),
        ("Ne dela mi internet, potrebujemo račun", "sl"),
        ("nejde mi otvorit faktura vo formate pdf", "sk"),
    ],
)
def test_near_languages(line: str, language: str) -> None:
    """Czech is told from Slovak and Croatian from Slovene, also typed without accents."""
    assert detect(line, ALL)[0] == language


@pytest.mark.parametrize(
    "text", ["", "PDF", "Re: 20261107", "OK", "https://firma.example/prihlaseni", "jan.novak@firma.example", "12 34"]
)
def test_too_little(text: str) -> None:
    """Numbers, addresses and links are in no language; the answer says why."""
    language, why = detect(text, ALL)
    assert language == ""
    assert why


def test_only_among_those_asked_for() -> None:
    """A language that is not asked for is never the answer, nor is one of the others given for it."""
    language, why = detect("Ich kann die Rechnung nicht öffnen, bitte helfen Sie mir", ("en", "cs", "hr"))
    assert language == ""
    assert "de" in why


def test_relatives_step_in() -> None:
    """Who is answered in Czech or Croatian reads it in Slovak or Slovene: the nearer one asked for is taken."""
    assert detect("Dobrý deň, neviem sa prihlásiť do svojho účtu, ďakujem", ("en", "cs", "hr"))[0] == "cs"
    assert detect("Pozdravljeni, ne morem se prijaviti v svoj račun, hvala", ("en", "cs", "hr"))[0] == "hr"


def test_unknown_language_is_asked_elsewhere() -> None:
    """A language without word list is left to pycld2, or to nobody; it raises nothing."""
    assert detect("Min skrivare fungerar inte längre, kan ni hjälpa mig snarast tack", ("sv",))[0] in ("", "sv")
    assert detect("anything", ("xx",))[0] == ""


def test_the_reason_names_the_rivals() -> None:
    """The reason shows how the languages scored."""
    assert detect("Dobrý den, děkuji za rychlou odpověď", ALL)[1].startswith("words: cs")
