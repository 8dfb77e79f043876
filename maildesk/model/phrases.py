"""The words that agents and requesters write to us by mail, in every language at once.

`phrases.yaml` names them language by language, for the people who keep it; a word is understood whatever language the
rest of the mail is in. Kept folded: lower case, without accents, with single spaces.
"""

import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from typing import TypeVar

import msgspec

from maildesk.model.ticket import Priority
from maildesk.model.value import Value

T = TypeVar("T")


class Verb(StrEnum):
    """What an agent can ask for in a line that starts with `#`; the last five answer a question of ours."""

    NOTE = "note"
    REPLY = "reply"
    TAKE = "take"
    ASSIGN = "assign"
    CLOSE = "close"
    WAIT = "wait"
    PRIORITY = "priority"
    TAG = "tag"
    MERGE = "merge"
    SPLIT = "split"
    SPAM = "spam"
    FOR = "for"
    CC = "cc"
    USE = "use"
    KB = "kb"
    UNDO = "undo"
    WHY = "why"
    STATUS = "status"
    LIST = "list"
    SEARCH = "search"
    AWAY = "away"
    ORIGINAL = "original"
    HELP = "help"
    YES = "yes"
    NO = "no"
    NEW = "new"
    OK = "ok"
    DROP = "drop"


ANSWERS = (Verb.YES, Verb.NO, Verb.NEW, Verb.OK, Verb.DROP)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS = {"minutes": 1, "hours": 60, "days": 1440, "weeks": 10080}
DAYS = {"today": 0, "tomorrow": 1, "day-after-tomorrow": 2}
_SHORT_UNITS = {"m": 1, "min": 1, "h": 60, "d": 1440, "w": 10080}
_LETTERS = str.maketrans({"đ": "d", "ð": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i"})


def folded(text: str) -> str:
    """Bring text to the form phrases are kept in: lower case, no accents or invisible characters, single spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return " ".join("".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Me", "Cf")).split())


def _own_names() -> dict[str, Verb]:
    return {verb.value: verb for verb in Verb}


class Phrases(Value, frozen=True):
    """All words by their meaning; several words may stand in one phrase, but a command is a single word.

    `courtesy` are greetings and good wishes, which say nothing by themselves; `units` are minutes, `days` days from today.
    """

    commands: dict[str, Verb] = msgspec.field(default_factory=_own_names)
    answers: dict[str, Verb] = {}
    priorities: dict[str, Priority] = {}
    quietly: frozenset[str] = frozenset()
    nobody: frozenset[str] = frozenset()
    me: frozenset[str] = frozenset()
    back: frozenset[str] = frozenset()
    units: dict[str, int] = {}
    weekdays: dict[str, int] = {}
    days: dict[str, int] = {}
    fillers: frozenset[str] = frozenset()
    thanks: frozenset[str] = frozenset()
    courtesy: frozenset[str] = frozenset()
    solved: frozenset[str] = frozenset()
    status: frozenset[str] = frozenset()
    stop: frozenset[str] = frozenset()
    ratings: dict[str, int] = {}
    rating_labels: frozenset[str] = frozenset()
    rating_of: frozenset[str] = frozenset()
    rating_stars: frozenset[str] = frozenset()


# Which sections of phrases.yaml there are, and which names each of them knows.
SECTIONS: dict[str, tuple[str, ...]] = {
    "commands": tuple(verb.value for verb in Verb if verb not in ANSWERS),
    "answers": tuple(verb.value for verb in ANSWERS),
    "priorities": tuple(Priority),
    "arguments": ("quietly", "nobody", "me", "back"),
    "time": (*UNITS, *WEEKDAYS, *DAYS, "fillers"),
    "requester": ("thanks", "courtesy", "solved", "status", "stop"),
    "ratings": ("1", "2", "3", "4", "5", "label", "of", "stars"),
}


def phrases_from_mapping(data: object) -> tuple[Phrases, list[str]]:
    """Make phrases of what phrases.yaml holds: section → name → language → words. All that is wrong is listed, with its path.

    A plain list instead of the languages is good for all of them. The English names of the commands always count.
    """
    problems: list[str] = []
    sections = _sections(data, problems)
    found = {section: dict(_names(section, sections.get(section), problems)) for section in SECTIONS}
    time, asked, rated = found["time"], found["requester"], found["ratings"]
    answers = {Verb(name): words for name, words in found["answers"].items()}
    verbs = {Verb(name): [w for w in words if _is_one(name, w, problems)] for name, words in found["commands"].items()}
    verbs |= {verb: [word for word in words if " " not in word] for verb, words in answers.items()}
    phrases = Phrases(
        commands=_own_names() | _by_word("commands", verbs, problems),
        answers={verb.value: verb for verb in ANSWERS} | _by_word("answers", answers, problems),
        priorities=_by_word("priorities", {p: [*found["priorities"].get(p, ()), p.value] for p in Priority}, problems),
        quietly=frozenset(found["arguments"].get("quietly", ())),
        nobody=frozenset(found["arguments"].get("nobody", ())),
        me=frozenset(found["arguments"].get("me", ())),
        back=frozenset(found["arguments"].get("back", ())),
        units=_SHORT_UNITS
        | _by_word("time", {minutes: time.get(unit, []) for unit, minutes in UNITS.items()}, problems),
        weekdays=_by_word("time", {i: [*time.get(day, ()), day] for i, day in enumerate(WEEKDAYS)}, problems),
        days=_by_word("time", {ahead: time.get(day, []) for day, ahead in DAYS.items()}, problems),
        fillers=frozenset(time.get("fillers", ())),
        thanks=frozenset(asked.get("thanks", ())),
        courtesy=frozenset(asked.get("courtesy", ())),
        solved=frozenset(asked.get("solved", ())),
        status=frozenset(asked.get("status", ())),
        stop=frozenset(asked.get("stop", ())),
        ratings=_by_word("ratings", {score: rated.get(str(score), []) for score in range(1, 6)}, problems),
        rating_labels=frozenset(rated.get("label", ())),
        rating_of=frozenset(rated.get("of", ())),
        rating_stars=frozenset(rated.get("stars", ())),
    )
    return phrases, problems


def _sections(data: object, problems: list[str]) -> dict[str, object]:
    if not isinstance(data, dict):
        problems.append("a mapping of sections is expected")
        return {}
    problems.extend(
        f"{name}: no such section; known are {', '.join(SECTIONS)}" for name in data if name not in SECTIONS
    )
    return data


def _names(section: str, content: object, problems: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Give the names of a section with their folded words; what does not belong there is a problem."""
    if content is None:
        return
    if not isinstance(content, dict):
        problems.append(f"{section}: a mapping of names is expected")
        return
    for key, words in content.items():
        name = str(key)
        if name in SECTIONS[section]:
            yield name, list(_words(f"{section}.{name}", words, problems))
        else:
            problems.append(f"{section}.{name}: no such name; known are {', '.join(SECTIONS[section])}")


def _words(path: str, value: object, problems: list[str]) -> Iterator[str]:
    languages = value if isinstance(value, dict) else {"": value}
    for language, words in languages.items():
        where = f"{path}.{language}" if language else path
        for word in words if isinstance(words, list) else [words]:
            text = folded(str(word)) if isinstance(word, str | int) and not isinstance(word, bool) else ""
            if text:
                yield text
            else:
                problems.append(f"{where}: a word or a list of words is expected")


def _is_one(name: str, word: str, problems: list[str]) -> bool:
    if " " in word:
        problems.append(f"commands.{name}: “{word}” is more than one word")
    return " " not in word


def _by_word(section: str, words: dict[T, list[str]], problems: list[str]) -> dict[str, T]:
    """Turn meaning → words round; a word with two meanings is a problem and keeps the first."""
    found: dict[str, T] = {}
    pairs = [(word, meaning) for meaning, each in words.items() for word in each]
    twice = [(word, meaning) for word, meaning in pairs if found.setdefault(word, meaning) != meaning]
    problems.extend(f"{section}: “{word}” is written for both {found[word]} and {meaning}" for word, meaning in twice)
    return found
