"""How the command line prints what strangers wrote."""

import json

import click
import pytest
from click.testing import CliRunner

from maildesk.cli import say


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Chyba ve faktuře č. 7 👍", "Chyba ve faktuře č. 7 👍"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("a\r\nb\tc\0", "a\\x0d\\x0ab\\x09c\\x00"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("a\u200bb\u2028", "a\\u200bb\\u2028"),
        ("\x9b31m", "\\x9b31m"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_a_terminal_would_obey_is_escaped(text: str, shown: str) -> None:
    """Controls and characters that turn or hide text are printed as escapes; letters and signs stay."""
    assert say.clean(text) == shown


def printed(function: click.Command) -> str:
    """Print with a command and give what reached stdout."""
    return CliRunner().invoke(function).stdout


def test_a_table_keeps_its_columns() -> None:
    """Columns line up for wide and combining letters, and a cell cannot break its line."""

    @click.command()
    def show() -> None:
        say.say_table(("no", "subject", "from"), [(1, "日本", "a@x"), (22, "e\u0301te\nx", "b@y")])

    assert printed(show).splitlines() == ["no  subject   from", "1   日本      a@x", "22  e\u0301te\\x0ax  b@y"]


def test_a_table_is_cut_at_the_width() -> None:
    """A line longer than the terminal ends with an ellipsis."""

    @click.command()
    def show() -> None:
        say.say_table(("a", "b"), [("1", "x" * 50)], width=10)

    assert printed(show).splitlines()[1] == "1  xxxxxx…"


def test_an_empty_table_is_its_head() -> None:
    """Without rows the head still says what there would be."""

    @click.command()
    def show() -> None:
        say.say_table(("number", "subject"), [])

    assert printed(show) == "number  subject\n"


def test_json_is_one_ascii_line() -> None:
    """JSON is ASCII on one line, whatever the text."""

    @click.command()
    def show() -> None:
        say.say_json({"subject": "řeč\n\x1b\u202e"})

    line = printed(show)
    assert line.isascii()
    assert line.count("\n") == 1
    assert json.loads(line) == {"subject": "řeč\n\x1b\u202e"}


def test_data_and_talk_are_kept_apart() -> None:
    """Data goes to stdout; what was done and what is wrong go to stderr, with the status that was asked for."""

    @click.command()
    def show() -> None:
        say.say("data")
        say.tell("done")
        say.fail("no ticket #7", say.Exit.NO_TICKET)

    result = CliRunner().invoke(show)
    assert (result.stdout, result.stderr) == ("data\n", "done\nmaildesk: no ticket #7\n")
    assert result.exit_code == 3


@pytest.mark.parametrize(
    ("text", "width", "shown"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("日本語", 4, "日…"), ("abc", 0, "abc")]
)
def test_cutting_counts_columns(text: str, width: int, shown: str) -> None:
    """A cut text never takes more columns than asked for."""
    assert say.cut(text, width) == shown
