import random

import pytest
from msgspec.structs import replace

from maildesk.model.decision import Event
from maildesk.outbound.compose import compose_say
from maildesk.outbound.letter import Wire, body, ready
from maildesk.outbound.letter.body import text_part
from maildesk.outbound.render import Dress, Wording, render, wording
from maildesk.outbound.speak import find_notice, speak
from maildesk.outbound.tell import compose_tell
from maildesk.outbound.words import long_words
from maildesk.outbound.words.mould import Mould
from maildesk.outbound.words.terms import AGENT_VALUES, PARTICIPANT_VALUES, samples
from tests.unit.outbound.builders import say, state, tell, templates, text_of, voice

# What could change more of a letter than its own place, each as a value, and in the long words.
NASTY = (
    "", " ", "plain", "Ž č", "two  spaces", " lead", "trail ", "a\nb", "a\n\n\n\nb", "a\n \n\t\nb", "- item", "a\n- b\n- c",
    "-- ", "--", "a\n-- \nb", "-- \na", "https://x.example/a?b=1&c", "https://desk.example/s/t.", "http://desk.example",
    "see http://x.example.", "<b>&\"'", "100 %", "%(number)s", "{{ number }}", "\x00\x1b", "a\x0c\nb", "a\r\nb\rc", "tab\there",
    "\u00a0", "a\n\u00a0\nb  c", "\u2028", "x\ud800", "\U000f0000", "\U000f0002", "\U000ff000", "a:", ":", "://", "e\u0301",
    "a\n    b", "тест\n\nтест", "y" * 600, "a\n\nb\n\n\nc  d",
)  # fmt: skip
OWN = {
    "en/acknowledgement.txt.j2": "{{ text }}\n\n{{ name|upper }} {% if other %}{{ other }}{% endif %}{{ number }}://{{ number }}\n",
    "en/acknowledgement.html.j2": "<p title='{{ name }}'>{{ number }} \n{{ body }}</p>",
    "en/closing.txt.j2": (
        "- {{ name }}\n{{ subject }}\n\n{{ text }}\n\n-- \n  {{ desk }}{{ status_link }}?x=1 {{ name }}\n{{ status_link }}.\n"
    ),
    "en/notification.txt.j2": "{% include 'en/' ~ event ~ '.txt.j2' ignore missing %}{{ text }}\n\n{{ by }}\n",
    "en/answer.txt.j2": "{{ text }}\n-- \n{{ text }}{{ by or subject }}{{ (by if rule else lookup) and name|default('x') }}\n",
}


@pytest.mark.parametrize("own", [{}, OWN], ids=["shipped", "own"])
@pytest.mark.parametrize("name", ["acknowledgement", "closing", "reply", "notification", "answer", "held"])
def test_a_mould_gives_what_rendering_gives(name: str, own: dict[str, str]) -> None:
    """Letters cast from moulds have the bytes of letters rendered each by itself, whatever their values are."""
    words, given = Wording({**templates(), **own}), Wording({**templates(), **own})
    agents = name in ("notification", "answer", "held")
    chance, names = random.Random(name), sorted(AGENT_VALUES if agents else PARTICIPANT_VALUES)
    for number in range(100):
        values = chance.choice([*samples(names)])
        values |= {each: chance.choice(NASTY) for each in chance.sample(names, chance.choice((0, 1, 1, 2, 8)))}
        values["text"] = "\n".join(chance.choices(NASTY, k=chance.choice((1, 2, 3)))).strip("\n")
        values["number"] = str(1000 + number)
        dress = Dress(buttons=chance.choice(("", '<p class="b">%(x)s 100 %</p>')), link=chance.random() < 0.5)
        wanted = render(given, name, values, ("cs", "en") if not own else ("en",), dress=dress)
        for _ in range(3):  # plain, making a mould, from the mould
            said = speak(words, name, dict(values), ("cs", "en") if not own else ("en",), dress=dress)
        assert (said.language, said.subject) == (wanted.language, wanted.subject)
        assert said.html is not None
        same(said.text, wanted.text)
        same(said.html, wanted.html)


def same(pieces: Wire, text: str) -> None:
    """Compare lines with those of a whole text, and what a part makes of them."""
    whole = ready(text)
    assert b"".join(lines.data for lines in pieces) == whole.data
    assert sum(lines.odd for lines in pieces) == whole.odd
    assert sum(lines.size for lines in pieces) == whole.size
    made, wanted = text_part("plain", pieces), text_part("plain", (whole,))
    assert made.fields == wanted.fields
    assert b"".join(made.content) == b"".join(wanted.content)


def test_ordinary_letters_share_a_mould() -> None:
    """Two customers, two tickets and two texts make one mould, which no template is rendered for again."""
    own = replace(voice(), templates={**templates(), "hr/own.txt.j2": "x"}, digest="mould", web_url="")
    letters = [
        compose_tell(tell(Event.CUSTOMER_MAIL, text=f"Words of {who}."), state(requester_name=who), own)
        for who in ("Eva", "Ana Ž", "Petr O'Neill & Co")
    ]
    moulds = find_notice(wording(own.templates, own.digest), "notification", own.languages).moulds
    assert len(moulds) == 1
    assert all(isinstance(mould, Mould) for mould in moulds.values())
    assert "Words of Petr O'Neill & Co." in text_of(letters[2].raw)
    assert "Ana Ž" not in text_of(letters[2].raw)


def test_links_of_each_ticket_are_its_own() -> None:
    """A status link is a gap like any other, and leads where that ticket's letter says."""
    _, first, second = (compose_say(say(), state(number=n, salt=f"s{n}"), voice()) for n in (6, 7, 8))
    assert first.raw.count(b"/s/") == second.raw.count(b"/s/") > 1
    link = first.raw.partition(b"https://desk.firma.hr/s/")[2][:20]
    assert link not in second.raw


@pytest.mark.parametrize("text", ["Žluťoučký kůň.\n" * 2000, "ž < 1\n\n" * 300, "plain & simple\n" * 900, "x" * 300])
def test_colleagues_get_what_each_would_get_alone(text: str) -> None:
    """What the last letter has in common with the next one is used again, and changes no byte of it."""
    texts = (text, f"{text}z", f"y{text}", f"{text}ž\n- w")
    asked = [tell(Event.CUSTOMER_MAIL, agent=agent, text=each) for each in texts for agent in ("ana", "petr")]
    together = [compose_tell(each, state(), voice()).raw for each in asked]
    for each, raw in zip(asked, together, strict=True):
        body._BEGUN.clear()
        long_words._LAST[0] = long_words._Last()
        assert compose_tell(each, state(), voice()).raw == raw
