"""How the command line speaks: data to stdout, all else to stderr, foreign text never able to move the cursor.

Mail is written by strangers: what a terminal would obey, or would show in another order than it stands, is printed as
`\\xNN` or `\\uNNNN`. JSON needs none of it, as it is ASCII.
"""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import NoReturn

import click


class Exit(IntEnum):
    """What the exit status means; 75 and 78 are EX_TEMPFAIL and EX_CONFIG of sysexits.h."""

    FINE = 0
    NO = 1
    USAGE = 2
    NO_TICKET = 3
    NO_DAEMON = 4
    TRY_AGAIN = 75
    INTERRUPTED = 130
    BAD_CONFIG = 78


def say(text: str) -> None:
    """Print a line of data."""
    click.echo(clean(text, keep="\n\t\x1b" if _colours() else "\n\t"))


def tell(text: str) -> None:
    """Print a line that is not data: what was done, what to do next."""
    click.echo(clean(text, keep="\n\t"), err=True)


def fail(text: str, status: Exit = Exit.NO) -> NoReturn:
    """Say what is wrong and leave."""
    tell(f"maildesk: {text}")
    sys.exit(int(status))


def say_json(value: object) -> None:
    """Print one JSON object on one line, ASCII only."""
    click.echo(json.dumps(value, ensure_ascii=True, separators=(",", ":"), default=str))


def say_table(head: Sequence[str], rows: Iterable[Sequence[object]], width: int = 0) -> None:
    """Print rows in columns under a head; a long last column is cut at the width of the terminal, if there is one."""
    cells = [[clean(str(cell)) for cell in row] for row in (head, *rows)]
    widths = [max(map(columns, column)) for column in zip(*cells, strict=True)]
    for number, row in enumerate(cells):
        padded = [cell + " " * (wide - columns(cell)) for cell, wide in zip(row, widths, strict=True)]
        line = cut("  ".join(padded).rstrip(), width or _terminal_width())
        click.echo(click.style(line, bold=True) if number == 0 else line)


def clean(text: str, keep: str = "") -> str:
    """Escape what a terminal would obey: controls, and characters that turn or hide text."""
    return "".join(
        letter
        if letter in keep or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else _escaped(letter)
        for letter in text
    )


def columns(text: str) -> int:
    """Say how many columns a text takes in a terminal."""
    return sum(_width(letter) for letter in text)


def cut(text: str, width: int) -> str:
    """Cut a text to a width, with `…` at the end; a width of 0 does not cut."""
    if width <= 0 or columns(text) <= width:
        return text
    taken, used = [], 1
    for letter in text:
        used += _width(letter)
        if used > width:
            break
        taken.append(letter)
    return "".join(taken) + "…"


def _width(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _escaped(letter: str) -> str:
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _terminal_width() -> int:
    if not sys.stdout.isatty():
        return 0
    import shutil

    return shutil.get_terminal_size().columns


def _colours() -> bool:
    context = click.get_current_context(silent=True)
    return sys.stdout.isatty() and (context is None or context.color is not False)


def nothing_found(what: str) -> None:
    """Leave: there is no such file, ticket or mail."""
    number = what.removeprefix("#").isdigit()
    fail(f"no file, message id or ticket {what!r}", Exit.NO_TICKET if number else Exit.NO)
