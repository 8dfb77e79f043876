"""What an agent's mail asks for, once read: commands, the text that is left, and what could not be understood."""

from maildesk.model.phrases import Verb
from maildesk.model.value import Value


class Command(Value, frozen=True):
    """One command with its words in a form free of language; `line` counts from 1 in the new text, `source` is as written.

    assign: ("agent", login), ("team", name) or ("nobody",) · close: ("quietly",) or () · priority: (priority,) ·
    wait, away: what `moment_of` reads, away also ("off",) · tag: each tag, with a "-" before those to take off ·
    merge, split, why, status: (number,) or () where it may be left out · for: (address, name) · cc: addresses ·
    use: (template,) · list, help, kb: words as written · search: (text,) · all others: ().
    """

    verb: Verb
    words: tuple[str, ...] = ()
    line: int = 0
    source: str = ""


class Trouble(Value, frozen=True):
    """A line that cannot be carried out: where, as written, what is wrong, and what may have been meant."""

    line: int
    source: str
    text: str
    hint: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: “{self.source}”: {self.text}" + (f" – {self.hint}" if self.hint else "")


class Asked(Value, frozen=True):
    """All that a mail asks for. With any problem nothing may be done; `text` is what is left when command lines are taken out."""

    commands: tuple[Command, ...] = ()
    text: str = ""
    problems: tuple[Trouble, ...] = ()

    def find(self, verb: Verb) -> Command | None:
        """Find the first command of a kind."""
        return next((command for command in self.commands if command.verb is verb), None)
