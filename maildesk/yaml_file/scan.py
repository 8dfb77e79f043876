"""Run ruamel.yaml's scanner and parser over a text in memory, at twice their usual speed.

ruamel.yaml looks up its reader, scanner and marks through properties that serve streams and round trips; a policy of
thousands of rules feels it. The overridden methods do the same work on one complete string.
tests/unit/yaml_file/test_scan.py compares the events with those of the untouched classes.
"""

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml.error import FileMark
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner, ScannerError
from ruamel.yaml.tokens import ScalarToken

# What a plain scalar may hold before a space: a colon only where no space follows it.
BREAKS = r" \t\n\r\0\x85\u2028\u2029"
PLAIN_IN_BLOCK = re.compile(rf"(?:[^{BREAKS}:]|:(?![{BREAKS}]))*")
PLAIN_IN_FLOW = re.compile(rf"(?:[^{BREAKS}:,\[\]{{}}]|:(?![{BREAKS}]))*")
BLANKS_IN_BLOCK = re.compile(r" *(?:#[^\n\r\0\x85\u2028\u2029]*)?")
BLANKS_IN_FLOW = re.compile(r"[ \t]*(?:#[^\n\r\0\x85\u2028\u2029]*)?")


def events(text: str) -> Iterator[Any]:
    """Give the parser's events, lazily: a reader that stops early costs nothing more."""
    parser = _Parser(text)
    while (event := parser.get_event()) is not None:
        yield event


class _Parser(Reader, Scanner, Parser):
    scanner_processing_version = (1, 2)
    processing_version = (1, 2)
    comment_handling = None  # as in ruamel.yaml.SafeLoader

    reader: Any = None  # plain attributes where the library has properties
    scanner: Any = None
    resolver: Any = None

    def __init__(self, text: str) -> None:
        self.reader = self.scanner = self.resolver = self
        Reader.__init__(self, text, loader=self)
        Scanner.__init__(self, loader=self)
        Parser.__init__(self, loader=self)

    def get_mark(self) -> Any:
        return FileMark("", self.index, self.line, self.column)

    def fetch_directive(self) -> Any:
        raise ScannerError(None, None, "directives (“%…”) are not used here", self.get_mark())

    def need_more_tokens(self) -> bool:
        if self.done:
            return False
        if not self.tokens:
            return True
        self.stale_possible_simple_keys()
        keys = self.possible_simple_keys
        return bool(keys) and min(key.token_number for key in keys.values()) == self.tokens_taken

    def stale_possible_simple_keys(self) -> None:
        if self.possible_simple_keys:
            Scanner.stale_possible_simple_keys(self)

    def check_token(self, *choices: Any) -> bool:
        if not self.tokens or self.possible_simple_keys:
            while self.need_more_tokens():
                self.fetch_more_tokens()
        return bool(self.tokens) and (not choices or isinstance(self.tokens[0], choices))

    def peek(self, index: int = 0) -> str:
        try:
            return str(self.buffer[self.pointer + index])
        except IndexError:
            return "\0"

    def forward(self, length: int = 1) -> None:
        piece = self.buffer[self.pointer : self.pointer + length]
        if "\n" in piece or "\r" in piece or "\ufeff" in piece or len(piece) < length:
            Reader.forward(self, length)
            return
        self.pointer += length
        self.index += length
        self.column += length

    def scan_line_break(self) -> Any:
        if self.buffer[self.pointer] != "\n":
            return Scanner.scan_line_break(self)
        self.pointer += 1
        self.index += 1
        self.line += 1
        self.column = 0
        return "\n"

    def scan_to_next_token(self) -> Any:
        flow = bool(self.flow_context)
        blanks = BLANKS_IN_FLOW if flow else BLANKS_IN_BLOCK
        while True:
            self.forward(len(blanks.match(self.buffer, self.pointer).group()))  # type: ignore[union-attr]
            if not self.scan_line_break():
                return
            if not flow:
                self.allow_simple_key = True

    def scan_plain(self) -> Any:
        flow = bool(self.flow_context)
        pattern = PLAIN_IN_FLOW if flow else PLAIN_IN_BLOCK
        indent = self.indent + 1
        start = end = self.get_mark()
        chunks: list[str] = []
        spaces: list[str] = []
        while self.buffer[self.pointer] != "#":
            piece = pattern.match(self.buffer, self.pointer).group()  # type: ignore[union-attr]
            if not piece:
                break
            self.allow_simple_key = False
            chunks += [*spaces, piece]
            self.forward(len(piece))
            end = self.get_mark()
            spaces = self.scan_plain_spaces(indent, start)
            if not spaces or (not flow and self.column < indent):
                break
        return ScalarToken("".join(chunks), True, start, end)
