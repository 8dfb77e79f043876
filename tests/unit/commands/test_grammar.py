"""Agents' commands: where they stand, how they may be written, and that nothing is guessed."""

import pytest

from maildesk.commands import Asked, read_commands
from maildesk.model.people import People
from maildesk.model.phrases import Phrases, Verb

from .desk import PEOPLE, PHRASES

Words = tuple[str, ...]


def read(text: str) -> Asked:
    return read_commands(text, PHRASES, PEOPLE)


def given(text: str) -> list[tuple[str, Words]]:
    asked = read(text)
    assert asked.problems == ()
    return [(command.verb.value, command.words) for command in asked.commands]


CASES: list[tuple[str, list[tuple[str, Words]], str]] = [
    # text, commands, what is left for the customer
    ("Hello,\nyour invoice is attached.", [], "Hello,\nyour invoice is attached."),
    ("#close", [("close", ())], ""),
    ("#close\nAll is paid.", [("close", ())], "All is paid."),
    ("All is paid.\n\nAna\n\n#close\n", [("close", ())], "All is paid.\n\nAna"),
    ("#take\n\nHello\n\n#close", [("take", ()), ("close", ())], "Hello"),
    ("#Close.", [("close", ())], ""),
    ("\u00a0#CLOSE\u00a0\nHi", [("close", ())], "Hi"),
    ("#vyřešeno\nHotovo.", [("close", ())], "Hotovo."),
    ("#RIJESENO", [("close", ())], ""),
    ("#vyr\u030ces\u030ceno", [("close", ())], ""),
    ("#close quietly", [("close", ("quietly",))], ""),
    ("#note\nHe is angry.", [("note", ())], "He is angry."),
    ("#note he is angry\nCall him.", [("note", ())], "he is angry\nCall him."),
    ("Call him.\n#note: he is angry", [("note", ())], "Call him.\nhe is angry"),
    ("#1042 is the same trouble.", [], "#1042 is the same trouble."),
    ("# Heading\ntext", [], "# Heading\ntext"),
    ("text\n#close\nmore text", [], "text\n#close\nmore text"),
    ("> #close\ntext", [], "> #close\ntext"),
    ("C# is a language\nF#", [], "C# is a language\nF#"),
    ("#assign ANA", [("assign", ("agent", "ana"))], ""),
    ("#předat Fakturace.\nProsím o kontrolu", [("assign", ("team", "billing"))], "Prosím o kontrolu"),
    ("#assign Petr Dvorak", [("assign", ("agent", "petr.d"))], ""),
    ("#assign ana@firma.hr<mailto:ana@firma.hr>", [("assign", ("agent", "ana"))], ""),
    ("#assign nobody", [("assign", ("nobody",))], ""),
    ("#priority: vysoká", [("priority", ("high",))], ""),
    ("#tag VIP, -spam vip", [("tag", ("vip", "-spam"))], ""),
    ("#merge #1040\n#reply\nThe same thing.", [("merge", ("1040",)), ("reply", ())], "The same thing."),
    ("#split", [("split", ())], ""),
    ("#for Jana Nová <Jana@X.cz>\n#new", [("for", ("Jana@x.cz", "Jana Nová")), ("new", ())], ""),
    ("#use Reset-Password\nHi", [("use", ("reset-password",))], "Hi"),
    ("#wait 3d", [("wait", ("+4320m",))], ""),
    ("#away until 3.12.", [("away", ("12-03",))], ""),
    ("#away off", [("away", ("off",))], ""),
    ("#search =SUM(A1) 'x'", [("search", ("=SUM(A1) 'x'",))], ""),
    ("#why\n#status 1042\n#help close", [("why", ()), ("status", ("1042",)), ("help", ("close",))], ""),
    ("#undo", [("undo", ())], ""),
    ("*#close*\nHi", [("close", ())], "Hi"),
    ("\r\n#spam\r\n", [("spam", ())], ""),
    ("#cc a@x.cz, b@y.cz", [("cc", ("a@x.cz", "b@y.cz"))], ""),
    ("#close\nHi\n#close", [("close", ())], "Hi"),
    ("", [], ""),
]


@pytest.mark.parametrize(("text", "commands", "left"), CASES)
def test_commands_are_read(text: str, commands: list[tuple[str, Words]], left: str) -> None:
    """Commands at the top and bottom are read in any spelling; everything else is the agent's text (B56, B57)."""
    assert given(text) == commands
    assert read(text).text == left


@pytest.mark.parametrize(
    ("text", "line", "said", "hint"),
    [
        ("#clsoe\nHi", 1, "no command", "did you mean “#close”?"),
        ("Hi\n\n#zavrit\n#priorita nizk", 4, "no priority", "low"),
        ("#qwertzuiop", 1, "no command", "#help"),
        ("#assign", 1, "whom", "#assign"),
        ("#assign pter.n", 1, "nobody here is called", "#assign petr.n"),
        ("#assign petr", 1, "can mean 2", "petr.d, petr.n"),
        ("#assign ana please", 1, "nobody here is called", ""),
        ("#assign eve@evil.example", 1, "nobody here is called", ""),
        ("#close thanks for waiting", 1, "quietly", "line of its own"),
        ("#take now", 1, "stands alone", "line of its own"),
        ("#wait", 1, "until when", "3d"),
        ("#wait soon", 1, "no time", "friday 9:00"),
        ("#wait 31.2.", 1, "no time", ""),
        ("#wait 99999d", 1, "no time", ""),
        ("#priority hgih", 1, "no priority", "did you mean “high”?"),
        ("#tag", 1, "which", ""),
        ("#tag =cmd|x", 1, "cannot be a tag", ""),
        ("#tag vip -vip", 1, "both on and off", ""),
        ("#merge INV-7", 1, "no ticket number", "1040"),
        ("#merge", 1, "which ticket", ""),
        ("#for nobody", 1, "no address", ""),
        ("#for a@x.cz b@y.cz", 1, "more than one address", ""),
        ("#use ../../etc/passwd", 1, "not the name of a text", ""),
        ("#close #tag vip", 1, "two commands in one line", "line of its own"),
        ("#close\n#wait 3d", 2, "contradicts line 1", "one of them"),
        ("#take\nHi\n#assign ana", 3, "contradicts line 1", ""),
        ("#note\n#reply", 2, "contradicts", ""),
        ("#close quietly\n#reply", 2, "contradicts", ""),
        ("#assign ana\n#assign billing", 2, "contradicts", ""),
        ("#tag vip\n#tag -vip", 2, "contradicts", ""),
        ("#yes\n#no", 2, "contradicts", ""),
        ("#undo\n#close", 2, "contradicts", ""),
        ("#hashtag", 1, "no command", ""),
    ],
)
def test_what_cannot_be_carried_out_is_a_problem(text: str, line: int, said: str, hint: str) -> None:
    """An unknown word, a missing or wrong value, an ambiguous name or a contradiction names its line and a way out (B56)."""
    (problem,) = read(text).problems
    assert problem.line == line
    assert said in problem.text
    assert hint in problem.hint
    assert text.split("\n")[line - 1].strip() == problem.source


def test_every_bad_line_is_named() -> None:
    """The agent learns all that is wrong at once, beside what was understood."""
    asked = read("#clsoe\n#assign nikdoneznamy\n#take\nHi\n#wait maybe")
    assert [problem.line for problem in asked.problems] == [1, 2, 5]
    assert asked.find(Verb.TAKE) is not None
    assert asked.text == "Hi"
    assert str(asked.problems[0]) == "line 1: “#clsoe”: “#clsoe” is no command – did you mean “#close”?"


def test_a_login_is_surer_than_a_first_name() -> None:
    """A login names one person even if others share it as a first name; first names alone stay ambiguous."""
    assert given("#assign petr.n") == [("assign", ("agent", "petr.n"))]
    assert len(read("#assign Petr").problems) == 1


def test_a_long_note_on_the_command_line_is_kept_whole() -> None:
    """Text behind #note is the agent's text and is never cut."""
    text = "word " * 5000
    assert read(f"#note {text}").text == text.strip()


def test_too_many_commands_are_refused() -> None:
    """More commands than anybody writes are a problem, not a hundred changes."""
    asked = read("\n".join(f"#tag t{n}" for n in range(100)))
    assert len(asked.commands) == 20
    assert [problem.line for problem in asked.problems] == [21]


def test_every_english_name_is_understood_without_a_file() -> None:
    """Without phrases.yaml the commands' own names still work."""
    assert read_commands("#take\n#spam", Phrases(), People()).problems == ()


@pytest.mark.parametrize(
    "text", ["#" * 1_000_000, "#a" * 500_000, "#for " + "a@" * 300_000, "#wait " + "3. " * 300_000, "\n" * 1_000_000]
)
def test_hostile_text_is_read_like_any_other(text: str) -> None:
    """Whatever length or shape a line has, reading it ends, and at most twenty-one problems come of it."""
    assert len(read(text).problems) <= 21
