"""One structure for all terms of a policy: a mail's words are looked up once, whatever the number of rules.

Each word of a term has a number. A token finds the numbers of all words it is a form of through its stems; phrases are paths
of numbers in a tree. Only pieces of text with such words are taken apart, all others are known by sight. Regular expressions run
as one RE2 set; only those that the set names run again, to show what they hit.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from maildesk.language import fold
from maildesk.rules.policy import Term, TermKind
from maildesk.rules.stems import stems
from maildesk.rules.words import (
    CLOSING_WORDS,
    LONGEST_CLOSING,
    Token,
    cut,
    searchable,
    without_accents,
    without_closings,
    words_of,
)

PREFIX = "*"
_REMEMBERED = 30_000
_LONGEST_REMEMBERED = 64
_SET_MEMORY = 64 << 20
_END = -1
_BREAK = Token("", "", True)  # stands for words that no term has; no phrase reaches over it


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
    """A piece of text with words of terms: whether a phrase may begin in it, go on in it, and whether it may be a closing."""

    tokens: list[Token]
    begins: bool
    goes_on: bool
    closes: bool


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
        self._by_prefix: dict[str, int] = {}
        self._by_text: dict[str, int] = {}
        self._longest_prefix = 0
        self._longest = LONGEST_CLOSING
        self._begins: set[int] = set()  # the words with which a phrase begins, and those with which one goes on
        self._goes_on: set[int] = set()
        self._words: dict[tuple[str, str], int] = {}
        self._known: dict[str, tuple[int, ...]] = {}
        self._chunks: dict[str, _Chunk | None] = {}
        self._tree: dict[int, Any] = {}
        self._regexes = _Regexes([(n, t.text[1:-1]) for t, n in self.numbers.items() if t.kind is TermKind.REGEX])
        for term, number in self.numbers.items():
            self._plant(term, number)
            self._longest = max(self._longest, len(term.words))

    def find(self, text: str, place: str) -> dict[int, Hit]:
        """Give the first hit of every term that a text holds, by the term's number."""
        found: dict[int, Hit] = {}
        tokens = without_closings(self._tokens(text))
        numbers = [self._numbers_of(token) for token in tokens]
        met: set[tuple[int, ...]] = set()
        for start, here in enumerate(numbers):
            if here and (here not in met or not self._begins.isdisjoint(here)):
                met.add(here)
                for term, end in self._walk(tokens, numbers, start):
                    if term not in found:
                        words = " ".join(token.text for token in tokens[start:end])
                        found[term] = Hit(self.terms[term], words, place)
        for term, words in self._regexes.find(text):
            found[term] = Hit(self.terms[term], words, place)
        return found

    def _tokens(self, text: str) -> list[Token]:
        """List the words of a text that can hit, with a break wherever others stand between them.

        What is no part of a phrase there hits where it first stands, and is not looked at again.
        """
        pieces = cut(text)
        known = {chunk: self._look_at(chunk) for chunk in set(pieces.chunks)}
        row = [*(known[chunk] for chunk in pieces.chunks), None]
        kept: list[Token] = []
        seen: set[str] = set()
        reach = 0  # how many words further a phrase that has begun may go
        for number, chunk in enumerate(pieces.chunks):
            found, after = row[number], row[number + 1]
            if found is None or (
                chunk in seen
                and not (found.closes or (reach and found.goes_on) or (found.begins and after and after.goes_on))
            ):
                if reach:
                    kept.append(_BREAK)
                reach = 0
                continue
            seen.add(chunk)
            tokens = found.tokens
            if reach and tokens and pieces.is_apart(number):
                tokens = [tokens[0]._replace(apart=True), *tokens[1:]]
            kept += tokens
            reach = self._longest - 1 if found.begins else max(reach - len(tokens), 0)
        return kept

    def _look_at(self, chunk: str) -> _Chunk | None:
        """Take a chunk apart; None if no term has a word of it, which is then known of the next one like it."""
        try:
            return self._chunks[chunk]
        except KeyError:
            pass
        tokens = words_of(chunk)
        numbers = {number for token in tokens for number in self._numbers_of(token)}
        closes = any(token.folded in CLOSING_WORDS for token in tokens)
        found = None
        if numbers or closes or not tokens:
            begins = closes or not self._begins.isdisjoint(numbers)
            goes_on = closes or not tokens or not self._goes_on.isdisjoint(numbers)
            found = _Chunk(tokens, begins, goes_on, closes)
        if len(self._chunks) >= _REMEMBERED:
            self._chunks.clear()
        if len(chunk) <= _LONGEST_REMEMBERED:
            self._chunks[chunk] = found
        return found

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
        number = self._words.setdefault((word, kind), len(self._words))
        if term.kind is TermKind.EXACT:
            self._by_text[word] = number
        elif word.endswith(PREFIX):
            prefix = fold(word[:-1])
            self._longest_prefix = max(self._longest_prefix, len(prefix))
            return self._by_prefix.setdefault(prefix, number)
        else:
            for stem in stems(word, (term.language,) if term.language else self._desk_languages):
                self._by_stem.setdefault(stem, set()).add(number)
        return number


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
        return re2.compile(without_accents(pattern), re2_options())
    except re2.error as wrong:
        text = wrong.args[0] if wrong.args else "cannot be understood"
        raise ValueError(text.decode() if isinstance(text, bytes) else str(text)) from None


def re2_options() -> Any:
    """Give RE2's options: case does not matter, nothing is printed."""
    import re2

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return options
