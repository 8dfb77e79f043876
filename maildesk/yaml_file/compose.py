"""Turn YAML text into nodes, with ruamel.yaml doing the scanning and parsing.

A character that YAML forbids at its place (`@firma.cz`, `*.pdf`, a tab) is reported and then read as a letter, so that the
rest of the file is still checked; any other syntax error ends the file.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from maildesk.yaml_file.nodes import Mapping, Node, Pair, Scalar, Sequence, size
from maildesk.yaml_file.problem import Problems, Source
from maildesk.yaml_file.scan import events

MAX_BYTES = 1_000_000
MAX_NODES = 200_000  # with every alias counted in full
MAX_DEPTH = 40
MAX_MENDED = 50


class _Stop(Exception):
    """Reading this file ends here; the problem has been reported."""


def compose_yaml(file: str, text: str, problems: Problems) -> tuple[Node | None, Source]:
    """Read one document; None if it is empty or cannot be understood (then `problems` says why).

    `file` is the name shown to the admin. Nothing is raised.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    source = Source(file, tuple(text.split("\n")))
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        problems.at(source, 0, 0, f"the file is larger than {MAX_BYTES // 1_000_000} MB")
        return None, source
    reading = _Reading(source, text, problems)
    node = reading.read()
    return node, msgspec.structs.replace(source, mended=frozenset(reading.lines))


class _Reading:
    """One reading of one file, begun again after each character that had to be mended."""

    def __init__(self, source: Source, text: str, problems: Problems) -> None:
        self.source = source
        self.text = text
        self.problems = problems
        self.lines: set[int] = set()
        self.mends = 0

    def read(self) -> Node | None:
        try:
            while True:
                try:
                    return _Composer(self).document()
                except MarkedYAMLError as error:
                    if not self._mend(error):
                        self._report(error)
                        return None
        except ReaderError as error:
            self._report_character(error)
        except _Stop:
            pass
        return None

    def _mend(self, error: Any) -> bool:
        """Report a character that may not stand where it stands, and put a letter in its place; False if it is not that."""
        mark = error.problem_mark
        if mark is None or mark.index >= len(self.text):
            return False
        char = self.text[mark.index]
        if "cannot start any token" not in str(error.problem):
            return False
        line, col = mark.line + 1, mark.column + 1
        if char == "\t":
            self.problems.at(self.source, line, col, "found a tab where only spaces may stand", hint="use spaces")
            run = len(self.text) - len(self.text[mark.index :].lstrip("\t")) - mark.index
            self._replace(mark, " " * run)
        elif char in "@`":
            self.problems.at(self.source, line, col, str(error.problem), hint=self._unquoted_hint(mark))
            self._replace(mark, "x")
        else:
            return False
        return True

    def mend_alias(self, name: str, mark: Any) -> None:
        """Report `*name` where no anchor has that name; the star is read as a letter from now on."""
        hint = f"a value that starts with * must be quoted: '*{name}'"
        text = f"found undefined alias '{name}'"
        self.problems.at(self.source, mark.line + 1, mark.column + 1, text, hint=hint, length=len(name) + 1)
        self._replace(mark, "x")

    def _replace(self, mark: Any, instead: str) -> None:
        self.text = self.text[: mark.index] + instead + self.text[mark.index + len(instead) :]
        self.lines.add(mark.line + 1)
        self.mends += 1
        if self.mends > MAX_MENDED:
            raise _Stop

    def _unquoted_hint(self, mark: Any) -> str:
        before = self.source.line(mark.line + 1)[: mark.column].rstrip()
        rest = self.source.line(mark.line + 1)[mark.column + 1 :]
        word = rest.split(" #")[0].split(",")[0].rstrip("]} \t")
        key = before.rsplit(":", 1)[0].split()[-1] if before.endswith(":") else ""
        if key in {"from", "to", "cc"} and "." in word:
            return f"quote it, or write the bare domain: {key}: {word}"
        return f"quote it: '{self.text[mark.index]}{word}'"

    def _report(self, error: Any) -> None:
        """Put ruamel's words for a syntax error at its place."""
        mark = error.problem_mark or error.context_mark
        text = str(error.problem or error.context or "cannot be read")
        line, col = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
        if line in self.lines:
            return  # the mended character is the trouble
        hint = ""
        if "mapping values are not allowed" in text:
            hint = "a text with “: ” in it must be quoted, or the indentation is wrong"
        elif "expected <block end>" in text:
            hint = "check the indentation of this line"
        elif "could not find expected ':'" in text:
            # The mark is where the search ended; the key that lacks its colon is where it began.
            mark = error.context_mark or mark
            line, col, hint = (
                mark.line + 1,
                mark.column + 1,
                "a “:” is missing after this, or the line is not indented enough",
            )
        elif "while parsing a flow" in str(error.context):
            hint = f"the bracket opened in line {error.context_mark.line + 1} is not closed"
        elif "quoted scalar" in str(error.context):
            hint = f"the quote opened in line {error.context_mark.line + 1} is not closed"
        self.problems.at(self.source, line, col, text, hint=hint)

    def _report_character(self, error: Any) -> None:
        position = min(int(error.position), len(self.text))
        line = self.text.count("\n", 0, position) + 1
        col = position - (self.text.rfind("\n", 0, position) + 1) + 1
        self.problems.at(
            self.source, line, col, f"the character U+{ord(self.text[position]):04X} is not allowed in YAML"
        )


class _Composer:
    """Build the nodes of one document from the parser's events."""

    def __init__(self, reading: _Reading) -> None:
        self.reading = reading
        self.events: Iterator[Any] = events(reading.text)
        self.anchors: dict[str, Node] = {}
        self.count = 0

    def document(self) -> Node | None:
        """Read the only document of the file."""
        node: Node | None = None
        for event in self.events:
            if type(event) is DocumentStartEvent:
                if node is not None:
                    self._stop(event, "one file holds one document", "remove this “---”")
                node = self._node(next(self.events), 0)
        if isinstance(node, Scalar) and node.plain and not node.text:
            return None
        return node

    def _node(self, event: Any, depth: int) -> Node:
        kind = type(event)
        if kind is AliasEvent:
            return self._alias(event)
        if depth > MAX_DEPTH:
            self._stop(event, f"nested more than {MAX_DEPTH} deep")
        if event.tag is not None:
            self._stop(event, f"tags are not used here: {str(event.tag)[:60]}", "remove the “!…” or quote the text")
        mark = event.start_mark
        line, col = mark.line + 1, mark.column + 1
        self._grow(event, 1)
        if kind is ScalarEvent:
            length = event.end_mark.column - mark.column if event.end_mark.line == mark.line else 1
            node: Node = Scalar(event.value, event.style is None, line, col, max(1, length))
        elif kind is SequenceStartEvent:
            node = self._sequence(line, col, depth)
        else:
            node = self._mapping(line, col, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _sequence(self, line: int, col: int, depth: int) -> Sequence:
        items: list[Node] = []
        while type(event := next(self.events)) is not SequenceEndEvent:
            items.append(self._node(event, depth + 1))
        return Sequence(tuple(items), line, col, 1 + sum(size(item) for item in items))

    def _mapping(self, line: int, col: int, depth: int) -> Mapping:
        pairs: list[Pair] = []
        seen: dict[str, Scalar] = {}
        while type(event := next(self.events)) is not MappingEndEvent:
            key = self._node(event, depth + 1)
            value = self._node(next(self.events), depth + 1)
            if not isinstance(key, Scalar):
                self._report(key.line, key.col, "a key must be a plain word", "is a quote or a “:” missing?")
            elif key.text in seen:
                text = f"duplicate key “{key.text}”"
                self._report(key.line, key.col, text, f"it stands in line {seen[key.text].line} already", key.length)
            else:
                seen[key.text] = key
                pairs.append(Pair(key, value))
        return Mapping(tuple(pairs), line, col, 1 + sum(1 + size(pair.value) for pair in pairs))

    def _alias(self, event: Any) -> Node:
        mark = event.start_mark
        node = self.anchors.get(event.anchor)
        if node is None:
            self.reading.mend_alias(str(event.anchor), mark)
            return Scalar("x" + str(event.anchor), True, mark.line + 1, mark.column + 1, len(str(event.anchor)) + 1)
        self._grow(event, size(node))
        return node

    def _grow(self, event: Any, by: int) -> None:
        self.count += by
        if self.count > MAX_NODES:
            self._stop(event, f"more than {MAX_NODES} values, with aliases counted in full")

    def _stop(self, event: Any, text: str, hint: str = "") -> None:
        mark = event.start_mark
        self._report(mark.line + 1, mark.column + 1, text, hint)
        raise _Stop

    def _report(self, line: int, col: int, text: str, hint: str = "", length: int = 1) -> None:
        self.reading.problems.at(self.reading.source, line, col, text, hint=hint, length=length)
