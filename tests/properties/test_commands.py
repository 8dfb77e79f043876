"""Laws of reading what people ask: nothing raises, nothing is lost, and place does not matter."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from maildesk.commands import read_answer, read_commands, read_rating, read_requester
from maildesk.model.people import Agent, People, Team
from maildesk.model.phrases import Verb, phrases_from_mapping

PHRASES = phrases_from_mapping(YAML(typ="safe").load(Path("config/phrases.yaml").read_text(encoding="utf-8")))[0]
PEOPLE = People({"billing": Team("billing")}, {"ana": Agent("ana", "Ana Horvat", ("ana@firma.hr",))})
words = st.sampled_from(
    [f"#{verb}" for verb in Verb] + ["#", "#1042", "ana", "3d", "high", "5", "★", "thanks", "yes", "?", ".", "\n", ","]
)
texts = st.one_of(st.text(max_size=200), st.lists(st.one_of(words, st.text(max_size=10)), max_size=12).map(" ".join))


@given(texts)
def test_any_text_is_read(text: str) -> None:
    """Whatever a mail says, reading it as commands, answer, short answer or rating never raises."""
    asked = read_commands(text, PHRASES, PEOPLE)
    assert all(problem.text for problem in asked.problems)
    score, comment = read_rating(text, PHRASES)
    assert score in (None, 1, 2, 3, 4, 5)
    assert score or not comment
    read_answer(text, PHRASES)
    read_requester(text, PHRASES)


@given(
    st.text(alphabet=st.characters(exclude_characters="#＃\r\n"), max_size=100).filter(str.strip),
    st.lists(words, max_size=3),
)
def test_text_without_commands_is_left_as_it_is(text: str, commands: list[str]) -> None:
    """Text around which no command stands comes back untouched, and commands in its middle stay in it."""
    middle = "\n".join([text, *[c.replace("\n", "") for c in commands], text])
    assert read_commands(middle, PHRASES, PEOPLE).text == middle
    assert read_commands(middle, PHRASES, PEOPLE).commands == ()


@given(
    st.lists(st.sampled_from(["#take", "#tag vip", "#priority high", "#wait 3d", "#clsoe", "#assign x"]), max_size=4)
)
def test_top_and_bottom_are_the_same(lines: list[str]) -> None:
    """A block of commands means the same above and below the text."""
    block = "\n".join(lines)
    above = read_commands(f"{block}\n\nHello", PHRASES, PEOPLE)
    below = read_commands(f"Hello\n\n{block}", PHRASES, PEOPLE)
    assert [(c.verb, c.words) for c in above.commands] == [(c.verb, c.words) for c in below.commands]
    assert [p.text for p in above.problems if "line" not in p.text] == [
        p.text for p in below.problems if "line" not in p.text
    ]
    assert above.text == below.text == "Hello"
