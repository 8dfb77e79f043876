"""Compare what is with what is expected: only keys that stand in expect.yaml count."""

from collections.abc import Iterator
from typing import Any

from maildesk.model.reason import Reason
from tests.golden.letters import Letter

_SETS = ("mails", "tags", "people", "timers", "absorbed", "unfiled", "held", "again")


def differences(expect: dict[str, Any], actual: dict[str, Any], letters: list[Letter]) -> list[str]:
    """List what is not as expected, a line each."""
    return [*_differences(expect, actual), *_words(expect.get("words", []), letters)]


def _differences(expect: dict[str, Any], actual: dict[str, Any]) -> Iterator[str]:
    for key, wanted in expect.items():
        if key == "tickets":
            yield from _tickets(wanted, actual["tickets"])
        elif key == "reasons":
            yield from _reasons(wanted, actual["reasons"])
        elif key not in ("order", "words", *actual):
            yield f"{key}: no such expectation; there are {', '.join(actual)}"
        elif key in actual and differ(key, wanted, actual[key]):
            yield f"{key}: wanted {wanted}\n{' ' * len(key)}  but got {actual[key]}"


def _tickets(wanted: list[dict[str, Any]], actual: list[dict[str, Any]]) -> Iterator[str]:
    if len(wanted) != len(actual):
        yield f"tickets: wanted {len(wanted)}, but got {[(t['number'], t['mails']) for t in actual]}"
        return
    for number, (one, other) in enumerate(zip(wanted, actual, strict=True), 1):
        for key, value in one.items():
            if key not in other or differ(key, value, other[key]):
                yield f"ticket {number}: {key}: wanted {value!r}, but got {other.get(key, 'no such key')!r}"


def differ(key: str, wanted: Any, actual: Any) -> bool:
    """Tell whether one value is not as wanted; of mails their number may be wanted, and in sets order is free."""
    wanted = [] if wanted == "" and isinstance(actual, list) else wanted
    if key == "mails" and isinstance(wanted, str):
        return wanted != str(len(actual))
    if key in _SETS and isinstance(wanted, list):
        return sorted(wanted) != sorted(actual)
    return bool(wanted != actual)


def _reasons(wanted: dict[str, list[str]], actual: dict[str, list[str]]) -> Iterator[str]:
    """Wanted reasons must be among those given; one written with a minus before it must not."""
    for step, names in wanted.items():
        given = actual.get(step, [])
        for name in names:
            reason = name.removeprefix("- ")
            assert reason in {known.value for known in Reason}, f"{reason} is no reason"
            if (reason in given) == name.startswith("- "):
                yield f"reasons of {step}: {'not ' * (reason != name)}wanted {reason}; given were {given}"


def _words(wanted: list[dict[str, Any]], letters: list[Letter]) -> Iterator[str]:
    """Look into letters: `says` and `never` are words of the text, `header` gives words of single fields."""
    for one in wanted:
        found = [letter for letter in letters if str(letter) == one["letter"]]
        if not found:
            yield f"words: there is no letter {one['letter']!r}"
            continue
        letter = found[0]
        raw = letter.sent.raw.decode("ascii", "replace")
        yield from (
            f"{letter}: does not say {text!r}:\n{letter.text}"
            for text in _list(one.get("says"))
            if text not in letter.text
        )
        yield from (
            f"{letter}: says {text!r}" for text in _list(one.get("never")) if text in letter.text or text in raw
        )
        for name, value in one.get("header", {}).items():
            field = letter.message[name]
            if (value not in str(field)) if value else field is not None:
                yield f"{letter}: {name}: wanted {value or 'none'!r}, but got {str(field)!r}"


def _list(value: Any) -> list[str]:
    return [] if not value else [value] if isinstance(value, str) else list(value)
