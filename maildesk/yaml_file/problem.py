"""A mistake in a file: where it is, what it is, and what was probably meant.

Printed as `file:line:col: severity: text`, the form that editors and review tools read, then the line with a caret below.
"""

import difflib
import unicodedata
from collections.abc import Iterable

import msgspec

ERROR = "error"
WARNING = "warning"
MAX_PROBLEMS = 200  # of one load: a file of another kind must not fill the screen
MAX_SOURCE = 200
INDENT = 6


class Problem(msgspec.Struct, frozen=True, omit_defaults=False):
    """One mistake; `line` and `col` count from 1 (0: the file as a whole), `length` is how many columns the caret spans."""

    file: str
    line: int
    col: int
    severity: str
    text: str
    source: str = ""
    hint: str = ""
    length: int = 1

    def __str__(self) -> str:
        """Print the problem, with its source line where there is one."""
        head = f"{_where(self)}: {self.severity}: {self.text}"
        if not self.source:
            return f"{head}\n{' ' * INDENT} | {self.hint}" if self.hint else head
        source, column = _window(self.source, self.col)
        caret = " " * _width(source[: column - 1]) + "^" * max(1, min(self.length, len(source) - column + 1))
        return f"{head}\n{self.line:>{INDENT}} | {source.rstrip()}\n{' ' * INDENT} | {f'{caret} {self.hint}'.rstrip()}"


class Source(msgspec.Struct, frozen=True):
    """A file's name, as the admin knows it, and its lines; what stands in a `mended` line is not complained about again."""

    file: str
    lines: tuple[str, ...] = ()
    mended: frozenset[int] = frozenset()

    def line(self, number: int) -> str:
        """Give a line as it can be shown on a terminal: no control characters, tabs as one space."""
        if not 1 <= number <= len(self.lines):
            return ""
        return "".join(" " if char == "\t" else char if char.isprintable() else "·" for char in self.lines[number - 1])


class Problems:
    """Collect the problems of one load, each once, in the order of the files."""

    def __init__(self) -> None:
        """Start without any."""
        self._found: dict[tuple[str, int, int, str], Problem] = {}

    def add(self, problem: Problem) -> None:
        """Remember one problem; the same text at the same place counts once."""
        if len(self._found) < MAX_PROBLEMS:
            self._found.setdefault((problem.file, problem.line, problem.col, problem.text), problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Remember several."""
        for problem in problems:
            self.add(problem)

    def at(
        self,
        source: Source,
        line: int,
        col: int,
        text: str,
        *,
        hint: str = "",
        length: int = 1,
        severity: str = ERROR,
    ) -> None:
        """Report something about one place of a file."""
        if line not in source.mended and len(self._found) < MAX_PROBLEMS:
            self.add(Problem(source.file, line, col, severity, text, source.line(line), hint, length))

    @property
    def has_errors(self) -> bool:
        """Tell whether any of them forbids to go on."""
        return any(problem.severity == ERROR for problem in self._found.values())

    def sorted(self) -> tuple[Problem, ...]:
        """Give all of them by file and place."""
        return tuple(sorted(self._found.values(), key=lambda p: (p.file, p.line, p.col)))


def suggest(word: str, known: Iterable[str]) -> str:
    """Ask “did you mean …?” when a known word is close to this one; otherwise list a few that exist, or say nothing."""
    names = sorted(set(known))
    folded = {name.casefold(): name for name in names}
    if close := difflib.get_close_matches(word.casefold()[:80], folded, n=1, cutoff=0.6):
        return f"did you mean “{folded[close[0]]}”?"
    return f"known: {', '.join(names)}" if 0 < len(names) <= 12 else ""


def print_problems(problems: Iterable[Problem], end: str = "") -> str:
    """Print all problems, then count them; `end` says what followed from the errors."""
    found = tuple(problems)
    errors = sum(problem.severity == ERROR for problem in found)
    warnings = len(found) - errors
    counts = [_count(errors, "error")] if errors else []
    counts += [_count(warnings, "warning")] if warnings else []
    last = f"{', '.join(counts)}." if counts else ""
    if errors and end:
        last = f"{last} {end}"
    return "\n".join([*(str(problem) for problem in found), *([last] if last else [])])


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _where(problem: Problem) -> str:
    return f"{problem.file}:{problem.line}:{problem.col}" if problem.line else problem.file


def _window(source: str, col: int) -> tuple[str, int]:
    """Cut a very long line around the caret; give the piece and the caret's column in it."""
    if len(source) <= MAX_SOURCE:
        return source, col
    start = max(0, col - 1 - MAX_SOURCE // 2)
    return source[start : start + MAX_SOURCE], col - start


def _width(text: str) -> int:
    """Count the terminal columns of a text: combining marks take none, East Asian wide characters two."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
