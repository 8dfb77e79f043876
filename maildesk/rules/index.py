"""One structure for all terms of a policy: a mail's words are looked up once, whatever the number of rules.

Each word of a term has a number. A token finds the numbers of all words it is a form of through its stems; phrases are paths
of numbers in a tree. A chunk of text is taken apart when it is first met and then known by sight, so that most of a long mail
costs one look into a dictionary for each different chunk; only where a phrase may stand is its text walked through. Regular
expressions run as one RE2 set; only those that the set names run again, to show what they hit.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from maildesk.language import fold
from maildesk.rules.inflection import LONGEST_ENDING
from maildesk.rules.inflection.lemmas import SHORTEST
from maildesk.rules.policy import Term, TermKind
from maildesk.rules.stems import LONGEST, forms_of, stems
from maildesk.rules.words import (
    CLOSING_WORDS,
    Token,
    cut,
    ends_apart,
    searchable,
    without_accents,
    without_closings,
    words_of,
)

PREFIX = "*"
_REMEMBERED = 30_000
_LONGEST_REMEMBERED = 64
_SET_MEMORY = 64 << 20
# Steps of RE2's program. A search is linear in the text, times this where an expression repeats repetitions: the worst of 3,700
# steps took 3.4 s over 64 kB, the worst 160 of up to 2,000 steps 0.5 s together.
LARGEST_REGEX = 2000
_END = -1

# What a chunk may be: of no interest, a word that stands alone, one with which a phrase begins, one with which it goes on,
# both, or a word of a closing such as “best regards”. One letter each, so that a whole text is searched for phrases at once.
_NOTHING, _ALONE, _BEGINS, _GOES_ON, _BOTH, _CLOSES = "-wbgxc"
_PHRASES = re.compile(f"[{_BEGINS}{_BOTH}][{_GOES_ON}{_BOTH}{_CLOSES}]+|{_CLOSES}[{_GOES_ON}{_BOTH}{_CLOSES}]*")
_NEEDS_A_LOOK = _NOTHING + _CLOSES  # a word of a closing hits only where it is not part of one


class Hit(NamedTuple):
    """What a term found: the words of the mail, and where."""

    term: Term
    text: str
    place: str

    def __str__(self) -> str:
        """Say it: “fakture” ≈ faktura ($invoice, cs) in subject."""
        source = ", ".join(filter(None, (f"${self.term.list}" if self.term.list else "", self.term.language)))
        return f"“{self.text}” ≈ {self.term.text}{f' ({source})' if source else ''} in {self.place}"


class _Chunk(NamedTuple):
    """A piece of text with words of terms: its words, what they hit by themselves, and whether no phrase reaches on from it."""

    tokens: list[Token]
    hits: list[tuple[int, str]]
    ends: bool


class _Sight(NamedTuple):
    """All chunks that are known by sight: what each may be, and those that may be something, taken apart."""

    kinds: dict[str, str]
    chunks: dict[str, _Chunk]


class Index:
    """The terms of a policy, ready to be looked up; `numbers` tells which number a term has."""

    def __init__(self, terms: Iterable[Term], languages: tuple[str, ...]) -> None:
        """Build it; a term of no language counts in all of the desk's."""
        self._desk_languages = languages
        self.terms: list[Term] = list(dict.fromkeys(terms))
        self.numbers: dict[Term, int] = {term: number for number, term in enumerate(self.terms)}
        spoken = {term.language for term in self.terms if term.language}
        self._languages = tuple(sorted(spoken.union(languages)))
        self._by_stem: dict[str, set[int]] = {}
        self._by_shape: dict[str, list[tuple[frozenset[str], int]]] = {}  # a stem: what may follow it, in which word
        self._by_prefix: dict[str, int] = {}
        self._by_text: dict[str, int] = {}
        self._longest_prefix = 0
        self._begins: set[int] = set()  # the words with which a phrase begins, and those with which one goes on
        self._goes_on: set[int] = set()
        self._words: dict[tuple[str, str], int] = {}
        self._known: dict[str, tuple[int, ...]] = {}
        self._sight = _Sight({}, {})
        self._tree: dict[int, Any] = {}
        self._regexes = _Regexes([(n, t.text[1:-1]) for t, n in self.numbers.items() if t.kind is TermKind.REGEX])
        for term, number in self.numbers.items():
            self._plant(term, number)

    def find(self, text: str, place: str) -> dict[int, Hit]:
        """Give the first hit of every term that a text holds, by the term's number."""
        found: dict[int, Hit] = {}
        chunks = cut(text)
        different = dict.fromkeys(chunks)
        sight = self._look_at(different)
        for hits in self._hits(chunks, different, sight):
            for term, words in hits:
                if term not in found:
                    found[term] = Hit(self.terms[term], words, place)
        for term, words in self._regexes.find(text):
            found[term] = Hit(self.terms[term], words, place)
        return found

    def _hits(self, chunks: list[str], different: Iterable[str], sight: _Sight) -> Iterator[Iterable[tuple[int, str]]]:
        """Give what a text hits: what its words hit by themselves, then phrases wherever one may stand."""
        kinds = sight.kinds
        yield from [sight.chunks[chunk].hits for chunk in different if kinds[chunk] not in _NEEDS_A_LOOK]
        row = "".join(map(kinds.__getitem__, chunks))
        met: set[tuple[str, ...]] = set()
        for found in _PHRASES.finditer(row):
            run = tuple(chunks[found.start() : found.end()])
            if run not in met:
                met.add(run)
                yield self._hits_of(_tokens(run, sight))

    def _look_at(self, chunks: Iterable[str]) -> _Sight:
        """Make sure that all these chunks are known by sight."""
        sight = self._sight
        if len(sight.kinds) >= _REMEMBERED:
            sight = self._sight = _Sight({}, {})  # a new one: another thread may still look at the old
        new = [chunk for chunk in chunks if chunk not in sight.kinds]
        if any(len(chunk) > _LONGEST_REMEMBERED for chunk in new):
            sight = _Sight(dict(sight.kinds), dict(sight.chunks))
        for chunk in new:
            self._meet(chunk, sight)
        return sight

    def _meet(self, chunk: str, sight: _Sight) -> None:
        """Take a chunk apart and write down what it may be."""
        tokens, ends = words_of(chunk), ends_apart(chunk)
        numbers = {number for token in tokens for number in self._numbers_of(token)}
        closes = any(token.folded in CLOSING_WORDS for token in tokens)
        begins = not ends and not self._begins.isdisjoint(numbers)
        goes_on = not self._goes_on.isdisjoint(numbers) or not (tokens or ends)
        kind = _CLOSES if closes else _BOTH if begins and goes_on else _BEGINS if begins else ""
        kind = kind or (_GOES_ON if goes_on else _ALONE if numbers else _NOTHING)
        if kind != _NOTHING:
            sight.chunks[chunk] = _Chunk(tokens, list(self._hits_of(tokens)), ends)
        sight.kinds[chunk] = kind

    def _hits_of(self, tokens: list[Token]) -> Iterator[tuple[int, str]]:
        """Give every term that some words hold, with the words that it hit."""
        kept = without_closings(tokens)
        numbers = [self._numbers_of(token) for token in kept]
        for start, here in enumerate(numbers):
            if here:
                for term, end in self._walk(kept, numbers, start):
                    yield term, " ".join(token.text for token in kept[start:end])

    def _walk(self, tokens: list[Token], numbers: list[tuple[int, ...]], start: int) -> Iterator[tuple[int, int]]:
        """Follow all paths of the tree that begin with a token; give the terms at their ends and where they end."""
        nodes, place = [self._tree], start
        while nodes and place < len(tokens) and not (place > start and tokens[place].apart):
            nodes = [node[number] for node in nodes for number in numbers[place] if number in node]
            place += 1
            for node in nodes:
                for term in node.get(_END, ()):
                    yield term, place

    def _numbers_of(self, token: Token) -> tuple[int, ...]:
        """Give the numbers of all words that a token is a form of."""
        known = self._known.get(token.text)
        if known is None:
            found: set[int] = set()
            for stem in stems(token.text, self._languages):
                found |= self._by_stem.get(stem, set())
            if self._by_shape:
                self._take_shapes(token.folded, found)
            if self._by_prefix:
                prefixes = (token.folded[:n] for n in range(1, min(len(token.folded), self._longest_prefix) + 1))
                found |= {self._by_prefix[prefix] for prefix in prefixes if prefix in self._by_prefix}
            if token.text in self._by_text:
                found.add(self._by_text[token.text])
            known = tuple(found)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            if len(token.text) <= _LONGEST_REMEMBERED:
                self._known[token.text] = known
        return known

    def _take_shapes(self, folded: str, found: set[int]) -> None:
        """Cut a word wherever an ending may begin, and add the numbers of all words of which that makes it a form."""
        length, shapes = len(folded), self._by_shape
        if length > LONGEST:
            return
        for place in range(max(SHORTEST, length - LONGEST_ENDING), length + 1):
            known = shapes.get(folded[:place])
            if known is not None:
                ending = folded[place:]
                found.update([number for endings, number in known if ending in endings])

    def _plant(self, term: Term, number: int) -> None:
        node = self._tree
        words = [self._number_word(word, term) for word in term.words]
        for word in words:
            node = node.setdefault(word, {})
        if len(words) > 1:
            self._begins.add(words[0])
            self._goes_on.update(words[1:])
        if term.words:
            node.setdefault(_END, []).append(number)

    def _number_word(self, word: str, term: Term) -> int:
        kind = term.kind if term.kind is TermKind.EXACT else term.language
        met = (word, kind) in self._words
        number = self._words.setdefault((word, kind), len(self._words))
        if term.kind is TermKind.EXACT:
            self._by_text[word] = number
        elif word.endswith(PREFIX):
            prefix = fold(word[:-1])
            self._longest_prefix = max(self._longest_prefix, len(prefix))
            return self._by_prefix.setdefault(prefix, number)
        elif not met:  # one word may stand in many lists
            forms = forms_of(word, (term.language,) if term.language else self._desk_languages)
            for stem in forms.stems:
                self._by_stem.setdefault(stem, set()).add(number)
            for stem, endings in forms.shapes:
                self._by_shape.setdefault(stem, []).append((endings, number))
        return number


def _tokens(run: Iterable[str], sight: _Sight) -> list[Token]:
    """List the words of neighbouring chunks; a phrase does not reach over the end of a sentence."""
    tokens: list[Token] = []
    apart = False
    for chunk in run:
        known = sight.chunks[chunk]
        words = known.tokens
        tokens += [words[0]._replace(apart=True), *words[1:]] if apart and words else words
        apart = known.ends or (apart and not words)
    return tokens


class _Regexes:
    """Regular expressions over the text without accents; case never matters."""

    def __init__(self, patterns: list[tuple[int, str]]) -> None:
        self._terms = [term for term, _ in patterns]
        self._set: Any = None
        self._each: list[Any] = []
        if patterns:
            self._compile([pattern for _, pattern in patterns])

    def find(self, text: str) -> Iterator[tuple[int, str]]:
        """Give each term that matches, with what it matched."""
        if not self._each:
            return
        plain = searchable(text)
        which = range(len(self._each)) if self._set is None else sorted(self._set.Match(plain) or ())
        for number in which:
            if found := self._each[number].search(plain):
                yield self._terms[number], " ".join(found.group().split())[:80]

    def _compile(self, patterns: list[str]) -> None:
        import re2

        self._each = [compile_regex(pattern) for pattern in patterns]
        options = re2_options()
        options.max_mem = _SET_MEMORY
        together = re2.Set.SearchSet(options)
        try:
            for pattern in patterns:
                together.Add(without_accents(pattern))
            together.Compile()
            self._set = together
        except re2.error:  # too large to be run as one: each is run by itself, which is slower and as safe
            self._set = None


def compile_regex(pattern: str) -> Any:
    """Compile one expression, accents taken off; raises ValueError with RE2's words."""
    import re2

    try:
        found = re2.compile(without_accents(pattern), re2_options())
    except re2.error as wrong:
        text = wrong.args[0] if wrong.args else "cannot be understood"
        raise ValueError(text.decode() if isinstance(text, bytes) else str(text)) from None
    if found.programsize > LARGEST_REGEX:
        raise ValueError(f"it is too large ({found.programsize} steps, {LARGEST_REGEX} at most), repeat fewer times")
    return found


def re2_options() -> Any:
    """Give RE2's options: case does not matter, nothing is printed."""
    import re2

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return options
