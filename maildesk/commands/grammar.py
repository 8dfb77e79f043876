"""Find an agent's commands: lines that start with `#` and a word, at the top or at the bottom of the new text.

`#1042` and `# Heading` are text, and so is everything between the first and the last line of text. Nothing is guessed: a
line there that cannot be carried out is a problem, and with one problem nothing of the mail may be done or sent.
"""

import re
import unicodedata
from difflib import get_close_matches
from itertools import combinations

from maildesk.commands.arguments import Refused, read_arguments
from maildesk.commands.asked import Asked, Command, Trouble
from maildesk.model.people import People
from maildesk.model.phrases import Phrases, Verb, folded

MOST_COMMANDS = 20
_SHAPE = re.compile(r"#([^\W\d_].*)", re.DOTALL)
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"

# What one mail cannot ask for at once, and what it can ask for only in one way.
_AGAINST = (
    {Verb.CLOSE, Verb.WAIT},
    {Verb.NOTE, Verb.REPLY},
    {Verb.TAKE, Verb.ASSIGN},
    {Verb.SPAM, Verb.REPLY},
    {Verb.SPAM, Verb.WAIT},
    {Verb.SPAM, Verb.MERGE},
    {Verb.MERGE, Verb.SPLIT},
    {Verb.OK, Verb.DROP},
    {Verb.YES, Verb.NO},
    {Verb.YES, Verb.NEW},
    {Verb.NO, Verb.NEW},
)
_ONLY_ONE = {Verb.ASSIGN, Verb.CLOSE, Verb.WAIT, Verb.PRIORITY, Verb.MERGE, Verb.FOR, Verb.USE, Verb.AWAY, Verb.SPLIT}
_QUESTIONS = {Verb.WHY, Verb.STATUS, Verb.LIST, Verb.SEARCH, Verb.HELP, Verb.ORIGINAL, Verb.KB}


def read_commands(new_text: str, phrases: Phrases, people: People) -> Asked:
    """Read what an agent's new text asks for; `text` is the rest, with what followed `#note` on its own line."""
    lines = new_text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    top, bottom = _blocks(lines)
    commands: dict[tuple[Verb, tuple[str, ...]], Command] = {}
    problems: list[Trouble] = []
    above: list[str] = []
    below: list[str] = []
    shaped = [(n, text) for n in (*range(top), *range(bottom, len(lines))) if (text := _shaped(lines[n]))]
    for number, line in shaped[:MOST_COMMANDS]:
        match _read_line(number, line, phrases, people):
            case Trouble() as trouble:
                problems.append(trouble)
            case command:
                if command.verb is Verb.NOTE:
                    (above if number < top else below).extend(command.words)
                    command = Command(Verb.NOTE, (), command.line, command.source)
                commands.setdefault((command.verb, command.words), command)
    if len(shaped) > MOST_COMMANDS:
        problems.append(_trouble(*shaped[MOST_COMMANDS], f"more than {MOST_COMMANDS} commands in one mail"))
    found = tuple(commands.values())
    problems += _contradictions(found)
    return Asked(found, _trimmed([*above, *lines[top:bottom], *below]), tuple(problems))


def _blocks(lines: list[str]) -> tuple[int, int]:
    """Say before which line the top block ends and at which the bottom block begins."""
    top = 0
    while top < len(lines) and (not lines[top].strip() or _shaped(lines[top])):
        top += 1
    bottom = len(lines)
    while bottom > top and (not lines[bottom - 1].strip() or _shaped(lines[bottom - 1])):
        bottom -= 1
    return top, bottom


def _shaped(line: str) -> str:
    """Give a line without white space around it if it has the shape of a command, else ""."""
    if "#" not in line[:40] and "＃" not in line[:40]:
        return ""
    text = unicodedata.normalize("NFC", line).strip().strip(_INVISIBLE).strip().replace("＃", "#", 1)
    if text.startswith("*#") and text.endswith("*"):  # bold in HTML becomes asterisks in the text of some programs
        text = text.strip("*")
    return text if _SHAPE.match(text) else ""


def _read_line(number: int, line: str, phrases: Phrases, people: People) -> Command | Trouble:
    head, _, rest = line[1:].replace("\u00a0", " ").replace("\u202f", " ").replace("\t", " ").partition(" ")
    word, separator, behind = _split_head(head)
    verb = phrases.commands.get(folded(word)) if len(word) <= 40 else None
    if verb is None:
        return _trouble(number, line, f"“#{word[:40]}” is no command", _nearest(word, phrases))
    argument = f"{behind} {rest}" if separator and behind else rest
    try:
        words = read_arguments(verb, argument.strip(), phrases, people)
    except Refused as refused:
        return _trouble(number, line, refused.text, refused.hint)
    return Command(verb, words, number + 1, line[:200])


def _split_head(head: str) -> tuple[str, str, str]:
    """Split `#priority:high` and `#assign=petr` into word and argument, and take off the full stop at the end."""
    found = re.search(r"[:=]", head)
    if not found:
        return head.rstrip(".,;!?"), "", ""
    return head[: found.start()], found[0], head[found.end() :]


def _nearest(word: str, phrases: Phrases) -> str:
    close = get_close_matches(folded(word)[:40], phrases.commands, n=1, cutoff=0.6)
    return f"did you mean “#{phrases.commands[close[0]]}”?" if close else "write #help for the list"


def _contradictions(commands: tuple[Command, ...]) -> list[Trouble]:
    """Name the first pair of commands that cannot both be meant."""
    for first, second in combinations(commands, 2):
        if _contradict(first, second):
            said = f"contradicts line {first.line}, “{first.source}”"
            return [Trouble(second.line, second.source, said, "keep one of them")]
    return []


def _is_question(command: Command) -> bool:
    """Tell whether a command only asks; `#kb` with words is part of an answer."""
    return command.verb in _QUESTIONS and not (command.verb is Verb.KB and command.words)


def _contradict(first: Command, second: Command) -> bool:
    verbs = {first.verb, second.verb}
    if len(verbs) == 1:
        return first.verb in _ONLY_ONE or (first.verb is Verb.TAG and bool(_turned(first) & set(second.words)))
    if Verb.UNDO in verbs and not any(_is_question(command) for command in (first, second)):
        return True
    if verbs == {Verb.CLOSE, Verb.REPLY}:
        return ("quietly",) in (first.words, second.words)
    return verbs in _AGAINST


def _turned(command: Command) -> set[str]:
    return {word[1:] if word.startswith("-") else f"-{word}" for word in command.words}


def _trouble(number: int, line: str, text: str, hint: str = "") -> Trouble:
    return Trouble(number + 1, line[:200], text, hint)


def _trimmed(lines: list[str]) -> str:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return "\n".join(lines[start:end])
