import pytest

from maildesk.model.reason import Reason
from maildesk.model.ticket import Participant
from maildesk.outbound.compose import compose_say, compose_tell, leak_guard
from tests.unit.outbound.builders import ANA, PEOPLE, say, state, tell, text_of, voice

NOTE = "Kupac već treći put kasni s plaćanjem, nemojte mu odobriti produženje roka bez voditelja."


def may_go(text: str, **changes: object) -> bool:
    clean, why = leak_guard(text, state(**changes), PEOPLE, ANA)
    assert (why.reason is Reason.WITHHELD_LEAK) is not clean
    return clean


def test_ordinary_words_may_go() -> None:
    """A reply that has nothing from inside is clean."""
    assert may_go("Dobar dan, račun je ispravljen. Lijep pozdrav, Ana", notes=(NOTE,))


@pytest.mark.parametrize(
    "text",
    [
        f"Evo:\n{NOTE}",
        "> Kupac već treći put kasni\n> s plaćanjem, nemojte mu odobriti\n> produženje roka",
        "… KUPAC VEĆ TREĆI PUT KASNI S PLAĆANJEM, NEMOJTE MU ODOBRITI …",
        "kupac  već\u00a0treći put; kasni s plaćanjem — nemojte mu odobriti",
    ],
)
def test_words_of_a_note_are_withheld(text: str) -> None:
    """Quoted, wrapped, in capitals or with other marks: a run of a note's words is found."""
    assert not may_go(text, notes=(NOTE,))


def test_a_short_note_is_found_whole() -> None:
    """A note of few long words counts when all of it is there."""
    note = "Upravnateljica neopozivo odbila refundaciju"
    assert not may_go(f"Ovako: {note.upper()}!", notes=(note,))
    assert may_go("Upravnateljica je odbila", notes=(note,))


def test_what_participants_know_already_is_no_secret() -> None:
    """A note that repeats the customer's own words does not make them secret."""
    assert may_go(f"Pisali ste: {NOTE}", notes=(f"Citiram: {NOTE}",), public_texts=(NOTE,))


def test_an_agents_own_address_is_withheld() -> None:
    """No agent's address goes out, neither the writer's nor a colleague's (B51)."""
    assert not may_go("Pišite mi na ANA@privatno.hr")
    assert not may_go("ili na petr@privatno.cz")


def test_a_participants_address_is_no_secret() -> None:
    """An agent who is a customer here is a participant, whose address the others know."""
    assert may_go("ana@privatno.hr", participants=(Participant("Ana@privatno.hr"),))
    assert may_go("petr@privatno.cz", public_texts=("Pisao mi je petr@privatno.cz",))


def test_every_letter_to_an_agent_is_recognised_when_quoted() -> None:
    """If the quote of a notification was not cut, its foot or its keyed address gives it away."""
    for language in ("en", "cs", "hr"):
        assert not may_go("Evo.\n\n" + text_of(compose_tell(tell(), state(), voice(languages=(language,))).raw))


def test_tokens_are_withheld() -> None:
    """A keyed reply address or link stays with whom it was made for."""
    letter = compose_say(say(), state(), voice())
    link = next(line for line in text_of(letter.raw).splitlines() if "/s/" in line)
    assert not may_go(link)
    for page in "afsu":
        assert not may_go(f"https://podrska.firma.hr/{page}/" + "a2" * 16)
    assert not may_go("podrska+" + "a2" * 16 + "@firma.hr")


def test_a_megabyte_is_no_work() -> None:
    """Long texts and notes are compared in linear time."""
    assert may_go("riječ " * 160_000, notes=("druga " * 160_000,))
