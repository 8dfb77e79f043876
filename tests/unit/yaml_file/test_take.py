"""Typed values out of nodes."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
import pytest

from maildesk.yaml_file import Problem, Problems, read_yaml
from maildesk.yaml_file.take import Or, Parse, Place, Refused, parse_bool, parse_duration, take_struct


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def even(text: str) -> int:
    if not text.isdigit() or int(text) % 2:
        raise Refused("must be even", "like 2")
    return int(text)


class Inner(msgspec.Struct, frozen=True):
    size: int


class Keys(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    name: str
    from_: str = ""
    colour: Colour = Colour.RED
    how: Literal["a", "b"] = "a"
    on: bool = False
    wait: dt.timedelta = dt.timedelta(0)
    day: dt.date | None = None
    words: tuple[str, ...] = ()
    inner: Inner | None = None
    each: dict[str, Inner] = {}
    number: Annotated[int, Parse(even)] = 0
    either: Annotated[Inner, Or(lambda text: Inner(len(text)))] | None = None


def take(text: str) -> tuple[Keys, tuple[Problem, ...]]:
    problems = Problems()
    node, source = read_yaml("a.yaml", text, problems)
    assert node is not None
    return take_struct(node, Keys, Place(source, problems)), problems.sorted()


def test_every_type_is_read() -> None:
    """Texts become what the field is: choices, switches, times, dates, lists, structs."""
    keys, problems = take(
        "name: no\nfrom: x\ncolour: blue\nhow: b\non: Yes\nwait: 1h 30m\nday: 2026-11-22\nwords: [on, 22:00]\n"
        "inner: {size: 3}\neach: {k: {size: 4}}\nnumber: 8\neither: {size: 5}\n"
    )
    assert problems == ()
    assert keys == Keys(
        "no", "x", Colour.BLUE, "b", True, dt.timedelta(minutes=90), dt.date(2026, 11, 22), ("on", "22:00"),
        Inner(3), {"k": Inner(4)}, 8, Inner(5),
    )  # fmt: skip


def test_one_value_is_a_list_of_one_and_nothing_is_the_default() -> None:
    """A single word may stand for a list; a key without a value is as if it were not there."""
    keys, problems = take("name: x\nwords: one\nwait:\ncolour: ~\neither: four\n")
    assert problems == ()
    assert (keys.words, keys.wait, keys.colour, keys.either) == (("one",), dt.timedelta(0), Colour.RED, Inner(4))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "“name” is missing"),
        ("[a]", "this must have keys: name, from"),
        ("{name: x, colur: red}", "unknown key “colur”"),
        ("{name: x, colour: green}", "“colour” cannot be “green”"),
        ("{name: x, on: maybe}", "“on” must be yes or no, not “maybe”"),
        ("{name: x, wait: 10}", "“wait” must be a duration, not “10”"),
        ("{name: x, day: 2026-02-30}", "“day” must be a date, not “2026-02-30”"),
        ("{name: x, inner: 3}", "inner must have keys: size"),
        ("{name: x, inner: {size: -1}}", "“size” must be a whole number, not “-1”"),
        ("{name: x, each: [a]}", "“each” must be names with values"),
        ("{name: x, number: 3}", "“number” must be even, not “3”"),
        ("{name: [x]}", "“name” must be a single value"),
        ("{name: x, words: [[y]]}", "“words” must be a single value"),
    ],
)
def test_what_does_not_fit_is_reported(text: str, said: str) -> None:
    """Each mistake is reported where it stands, once, and reading goes on."""
    _, problems = take(text)
    assert len(problems) == 1
    assert problems[0].text.startswith(said)


def test_all_mistakes_at_once() -> None:
    """A file with five mistakes gives five problems."""
    _, problems = take("{colour: green, on: maybe, wait: x, day: y, nmae: z}")
    assert len(problems) == 6


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("60s", 60), ("10m", 600), ("3d", 259200), ("1w", 604800), ("0", 0), ("0s", 0), ("1h 30m", 5400)],
)
def test_durations(text: str, seconds: int) -> None:
    """60s, 10m, 2h, 3d and 1w, also together."""
    assert parse_duration(text) == dt.timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "m", "-1s", "1.5h", "1y", "9999999s", "100000d", "1s1s1s1s1s1s"])
def test_what_is_no_duration(text: str) -> None:
    """A number without its unit, a sign, a fraction or centuries are refused."""
    with pytest.raises(Refused):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "value"), [("yes", True), ("Yes", True), ("true", True), ("ON", True), ("no", False), ("False", False)]
)
def test_booleans(text: str, value: Any) -> None:
    """yes/no, true/false and on/off work in any case."""
    assert parse_bool(text) is value
