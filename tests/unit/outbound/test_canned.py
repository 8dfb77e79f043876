"""Canned answers as letters: filled in for a ticket, in its requester's language."""

from maildesk.outbound.canned import canned_languages, use_canned
from maildesk.outbound.compose import compose_say
from tests.unit.outbound.builders import say, state, templates, text_of, voice

TEXTS = {
    "hr/canned/reset.txt.j2": "{# title #}\nDobar dan{% if name %}, {{ name }}{% endif %},\nbroj {{ number }}, {{ agent }}.\n",
    "en/canned/reset.txt.j2": "Good day, number {{ number }}.\n",
    "de/canned/only-german.txt.j2": "Guten Tag.\n",
    "hr/reset.txt.j2": '{% include "hr/canned/reset.txt.j2" %}\n\n{{ desk }}\n',
}


def speaker():
    return voice(templates={**templates(), **TEXTS}, digest="canned")


def test_an_answer_is_filled_in_for_the_ticket_in_the_requesters_language() -> None:
    """The title is left out; names, number and the agent's name are those of the ticket."""
    used = use_canned("reset", state().ticket, speaker(), agent="ana")
    assert (used.text, used.language) == ("Dobar dan, Ivana Kovač,\nbroj 1042, Ana Horvat.", "hr")


def test_without_the_requesters_language_the_desks_others_are_tried_then_any() -> None:
    """A Czech gets what the desk has first in its own order; an answer in German alone is better than none."""
    assert use_canned("reset", state(language="cs").ticket, speaker()).language == "hr"
    assert use_canned("reset", state(language="en").ticket, speaker()).language == "en"
    assert use_canned("only-german", state().ticket, speaker()).text == "Guten Tag."


def test_what_a_customer_wrote_is_never_a_template() -> None:
    """A name or subject with template signs in it comes out as it is, and a lure for a name is left out."""
    ticket = state(requester_name="{{ desk }}").ticket
    assert "Dobar dan, {{ desk }}," in use_canned("reset", ticket, speaker()).text
    assert "evil" not in use_canned("reset", state(requester_name="http://evil.example").ticket, speaker()).text


def test_an_unknown_name_comes_back_as_words() -> None:
    """The agent is told what was probably meant, or what there is."""
    assert use_canned("rest", state().ticket, speaker()).problem == "there is no text “rest”; did you mean “reset”?"
    assert "there are: only-german, reset" in use_canned("zzz", state().ticket, speaker()).problem
    assert "no canned answers" in use_canned("zzz", state().ticket, voice()).problem
    assert canned_languages(speaker()) == {"only-german": ("de",), "reset": ("en", "hr")}


def test_a_rule_may_answer_with_it() -> None:
    """As `reply:` of a rule it is the acknowledgement: the text, and under it who speaks."""
    letter = compose_say(say(data={"template": "reset"}), state(), speaker())
    assert text_of(letter.raw).rstrip() == "Dobar dan, Ivana Kovač,\nbroj 1042, .\n\nFirma podrška"
