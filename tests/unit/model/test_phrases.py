"""The words of phrases.yaml: the shipped file is complete, and a bad one is described, never half believed."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from maildesk.model.phrases import ANSWERS, UNITS, WEEKDAYS, Phrases, Verb, folded, phrases_from_mapping
from maildesk.model.ticket import Priority
from maildesk.model.value import from_json, to_json

SHIPPED = YAML(typ="safe").load(Path("config/phrases.yaml").read_text(encoding="utf-8"))


def test_the_shipped_words_have_no_problems() -> None:
    """phrases.yaml as shipped is read without a complaint."""
    assert phrases_from_mapping(SHIPPED)[1] == []


@pytest.mark.parametrize("language", ["en", "cs", "hr"])
def test_every_command_has_a_word_in_every_language(language: str) -> None:
    """English, Czech and Croatian each have a word for every command, answer, priority, unit and weekday."""
    for section, names in {
        "commands": [v for v in Verb if v not in ANSWERS],
        "answers": ANSWERS,
        "priorities": Priority,
        "time": [*UNITS, *WEEKDAYS, "today", "tomorrow", "fillers"],
        "requester": ["thanks", "courtesy", "solved", "status", "stop"],
        "arguments": ["quietly", "nobody", "me", "back"],
    }.items():
        for name in names:
            assert SHIPPED[section][name][language], f"{section}.{name}"
    for score in range(1, 6):
        assert SHIPPED["ratings"][score][language]


def test_words_are_folded() -> None:
    """Case, accents and invisible characters of the file do not matter."""
    phrases, problems = phrases_from_mapping(
        {"commands": {"note": {"cs": ["Poznámka", "INTERNÍ\u200b"], "hr": "Bilješka"}}}
    )
    assert problems == []
    assert {phrases.commands[word] for word in ("poznamka", "interni", "biljeska")} == {Verb.NOTE}


def test_english_names_always_work() -> None:
    """A file without commands, or no file at all, leaves the English names."""
    for phrases in (Phrases(), phrases_from_mapping({})[0]):
        assert {phrases.commands[verb.value] for verb in Verb} == set(Verb)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "a mapping of sections is expected"),
        (["x"], "a mapping of sections is expected"),
        ({"command": {}}, "command: no such section"),
        ({"commands": []}, "commands: a mapping of names is expected"),
        ({"commands": {"clsoe": ["x"]}}, "commands.clsoe: no such name"),
        ({"commands": {"close": ["all done"]}}, "more than one word"),
        ({"commands": {"close": {"en": [["x"]]}}}, "commands.close.en: a word or a list of words is expected"),
        ({"commands": {"close": {"en": [True]}}}, "commands.close.en: a word"),
        ({"commands": {"close": ["x"], "note": ["X"]}}, "“x” is written for both"),
        ({"ratings": {6: ["six"]}}, "ratings.6: no such name"),
        ({"answers": {"yes": ["ja"], "no": ["já"]}}, "“ja” is written for both"),
    ],
)
def test_what_is_wrong_is_said_with_its_path(data: object, said: str) -> None:
    """Every mistake in phrases.yaml is described, and what is right still counts."""
    phrases, problems = phrases_from_mapping(data)
    assert any(said in problem for problem in problems), problems
    assert phrases.commands["close"] is Verb.CLOSE


def test_all_mistakes_are_listed_at_once() -> None:
    """The admin sees every mistake, not only the first."""
    _, problems = phrases_from_mapping({"x": 1, "commands": {"y": [], "close": [None]}, "time": 7})
    assert len(problems) == 4


def test_phrases_survive_storing() -> None:
    """Phrases have one JSON form, there and back."""
    phrases = phrases_from_mapping(SHIPPED)[0]
    assert from_json(to_json(phrases), Phrases) == phrases


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Vyřešeno", "vyreseno"),
        ("RIJEŠENO", "rijeseno"),
        ("Đurđa", "durda"),
        ("a\u00a0b  c", "a b c"),
        ("vyr\u030ces\u030ceno", "vyreseno"),
        ("❤\ufe0f", "❤"),
        ("\u200bclose\ufeff", "close"),
    ],
)
def test_folding(text: str, plain: str) -> None:
    """Accents (composed or not), case, invisible characters and kinds of space do not matter."""
    assert folded(text) == plain
