import pytest

from maildesk.outbound.render import Dress, RenderError, render, wording
from maildesk.outbound.words.terms import PARTICIPANT_VALUES
from tests.unit.outbound.builders import templates

VALUES = {**dict.fromkeys(PARTICIPANT_VALUES, ""), "number": "1042", "desk": "Desk"}


def test_the_first_language_that_has_the_letter_is_used() -> None:
    """The ticket's language goes first, then the desk's, at last English; the letter says which it is in (B85)."""
    given = {path: text for path, text in templates().items() if path != "cs/closing.txt.j2"}
    assert render(wording(templates()), "closing", VALUES, ("cs", "hr")).language == "cs"
    assert render(wording(given), "closing", VALUES, ("cs", "hr")).language == "hr"
    assert render(wording(given), "closing", VALUES, ("cs", "de")).language == "en"


def test_a_mailbox_or_team_may_have_its_own_words() -> None:
    """The narrowest template of a language goes first (B85)."""
    own = wording({**templates(), "en/billing/closing.txt.j2": "Paid.", "en/pay@firma.hr/closing.txt.j2": "Thanks."})
    assert render(own, "closing", VALUES, ("en",), scopes=("pay@firma.hr", "billing")).text == "Thanks.\n"
    assert render(own, "closing", VALUES, ("en",), scopes=("x@firma.hr", "billing")).text == "Paid.\n"
    assert "solved" in render(own, "closing", VALUES, ("en",), scopes=("x@firma.hr", "l1")).text


def test_only_texts_are_given_to_templates() -> None:
    """No object can be reached from a template: everything else than text is refused."""
    for value in (None, 7, ["x"], object()):
        with pytest.raises(RenderError, match="only texts"):
            render(wording(templates()), "closing", {**VALUES, "name": value}, ("en",))  # type: ignore[dict-item]


def test_words_that_are_too_long_for_a_page_go_as_text() -> None:
    """A megabyte of "<" would take four in HTML: it goes as plain text, whole, and is never the reason that nothing goes."""
    said = render(wording(templates()), "reply", {**VALUES, "text": "<" * 1_000_100}, ("en",))
    assert said.html == ""
    assert said.text.startswith("<" * 1_000_100)


def test_values_are_never_templates() -> None:
    """What a customer writes is shown, not run, in the text as in the HTML."""
    said = render(wording(templates()), "reply", {**VALUES, "text": "{{ 7*7 }} {% raw %} <b>&"}, ("en",))
    assert said.text.startswith("{{ 7*7 }} {% raw %} <b>&")
    assert "{{ 7*7 }} {% raw %} &lt;b&gt;&amp;" in said.html


def test_a_page_of_its_own_replaces_the_layout_and_escapes_values() -> None:
    """A notice may bring its HTML; values are escaped in it, the words stand ready in `body`."""
    own = wording({**templates(), "en/closing.html.j2": "<main>{{ name }}{{ body }}</main>"})
    page = render(own, "closing", {**VALUES, "name": "<b>"}, ("en",)).html
    assert page.startswith("<main>&lt;b&gt;<p>Your request")


def test_gaps_left_by_empty_values_close() -> None:
    """A letter without a date, a link or suggestions has no holes."""
    assert "\n\n\n" not in render(wording(templates()), "acknowledgement", VALUES, ("en",)).text


def test_a_persons_words_keep_their_gaps() -> None:
    """In a reply every blank line is the agent's own."""
    assert "a\n\n\n\nb" in render(wording(templates()), "reply", {**VALUES, "text": "a\n\n\n\nb"}, ("en",)).text


def test_buttons_begin_the_foot() -> None:
    """In mail to agents the buttons stand under the customer's words."""
    page = render(wording(templates()), "reply", {**VALUES, "text": "a"}, ("en",), dress=Dress(buttons="<p>B</p>")).html
    assert '<div class="foot">\n<p>B</p>' in page


def test_changed_templates_are_compiled_anew() -> None:
    """A digest that names other templates than before does not bring old words back."""
    first = wording({**templates(), "en/closing.txt.j2": "old"}, "same")
    second = wording({**templates(), "en/closing.txt.j2": "new"}, "same")
    assert render(first, "closing", VALUES, ("en",)).text == "old\n"
    assert render(second, "closing", VALUES, ("en",)).text == "new\n"


def test_a_letter_nobody_has_is_an_error() -> None:
    """A template that does not exist in any language is said by name."""
    with pytest.raises(RenderError, match="no template nonsense"):
        render(wording(templates()), "nonsense", VALUES, ("en",))


def test_rendering_is_bounded() -> None:
    """A template that grows beyond four million characters is stopped."""
    own = wording({**templates(), "en/closing.txt.j2": "{{ text }}" * 5000})
    with pytest.raises(RenderError, match="more than"):
        render(own, "closing", {**VALUES, "text": "x" * 3000}, ("en",))
