"""What a chunk of text may be for the terms of a policy, known by sight: most of a long mail costs one look for each chunk.

A chunk is taken apart when it is first met. Its kind is a number, so that a whole text becomes a row of bytes: what is of
interest is picked out of it, and searched for places where a phrase may stand, without a step of ours for each word.
"""

import re
from collections.abc import Callable, Iterator
from itertools import compress
from typing import NamedTuple

from maildesk.rules.words import Token

# Of no interest, a word that stands alone, one with which a phrase begins, one with which it goes on, both, or a word of a
# closing such as “best regards”, which hits only where it is not part of one.
NOTHING, ALONE, BEGINS, GOES_ON, BOTH, CLOSES = range(6)
_PHRASES = re.compile(rb"[\x02\x04][\x03-\x05]+|\x05[\x03-\x05]*")
REMEMBERED = 30_000
LONGEST_REMEMBERED = 64  # characters of a chunk
_LONGEST_RUN = 8  # chunks of a run that is remembered

Hits = list[tuple[int, str]]


class Chunk(NamedTuple):
    """A piece of text with words of terms: its words, what they hit by themselves, and whether no phrase reaches on from it."""

    kind: int
    tokens: list[Token]
    hits: Hits
    ends: bool


OF_NO_INTEREST = Chunk(NOTHING, [], [], ends=False)


class Sight(dict[str, int]):
    """The kind of every chunk that is known by sight; who asks for another gets it, too."""

    def __init__(self, meet: Callable[[str], Chunk], find: Callable[[list[Token]], Hits]) -> None:
        """Take what is known from two functions: one takes a chunk apart, one gives what neighbouring words hit."""
        super().__init__()
        self._meet, self._find = meet, find
        self._chunks: dict[str, Chunk] = {}
        self._runs: dict[tuple[str, ...], Hits] = {}

    def __missing__(self, chunk: str) -> int:
        """Meet a chunk; one that is too long to be a word is taken apart each time."""
        met = self._meet(chunk)
        if len(chunk) <= LONGEST_REMEMBERED:
            if met.kind != NOTHING:
                self._chunks[chunk] = met
            self[chunk] = met.kind
        return met.kind

    @property
    def full(self) -> bool:
        """Tell whether no further text should be looked at: nobody's words may fill the memory."""
        return len(self) + len(self._runs) >= REMEMBERED

    def hits(self, chunks: list[str]) -> Iterator[Hits]:
        """Give what a text hits: what its words hit by themselves, then phrases wherever one may stand."""
        row = bytes(map(self.__getitem__, chunks))
        for chunk in dict.fromkeys(compress(chunks, row)):
            known = self._known(chunk)
            if known.kind != CLOSES:
                yield known.hits
        runs = [tuple(chunks[found.start() : found.end()]) for found in _PHRASES.finditer(row)]
        for run in dict.fromkeys(runs):
            yield self._hits_of_run(run)

    def _known(self, chunk: str) -> Chunk:
        return self._chunks.get(chunk) or self._meet(chunk)

    def _hits_of_run(self, run: tuple[str, ...]) -> Hits:
        known = self._runs.get(run)
        if known is None:
            known = self._find(self._tokens(run))
            if len(run) <= _LONGEST_RUN and sum(map(len, run)) <= LONGEST_REMEMBERED:
                self._runs[run] = known
        return known

    def _tokens(self, run: tuple[str, ...]) -> list[Token]:
        """List the words of neighbouring chunks; a phrase does not reach over the end of a sentence."""
        tokens: list[Token] = []
        apart = False
        for chunk in run:
            known = self._known(chunk)
            words = known.tokens
            tokens += [words[0]._replace(apart=True), *words[1:]] if apart and words else words
            apart = known.ends or (apart and not words)
        return tokens
