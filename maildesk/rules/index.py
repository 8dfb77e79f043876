"""One structure for all terms of a policy: a mail's words are looked up once, whatever the number of rules.

Each word of a term has a number. A token finds the numbers of all words it is a form of through its stems; phrases are paths
of numbers in a tree. A chunk of text is taken apart when it is first met and then known by `sight`; only where a phrase may
stand is its text walked through. Regular expressions run as one RE2 set; only those that the set names run again, to show what
they hit.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from maildesk.language import fold
from maildesk.rules.inflection import LONGEST_ENDING
from maildesk.rules.inflection.lemmas import SHORTEST
from maildesk.rules.policy import Term, TermKind
from maildesk.rules.sight import (
    ALONE,
    BEGINS,
    BOTH,
    CLOSES,
    GOES_ON,
    LONGEST_REMEMBERED,
    OF_NO_INTEREST,
    REMEMBERED,
    Chunk,
    Hits,
    Sight,
)
from maildesk.rules.stems import LONGEST, forms_of, list_stems
from maildesk.rules.words import CLOSING_WORDS, Token, cut, searchable, take_apart, without_accents, without_closings

PREFIX = "*"
_SET_MEMORY = 64 << 20
# Steps of RE2's program. A search is linear in the text, times this where an expression repeats repetitions: the worst of 3,700
# steps took 3.4 s over 64 kB, the worst 160 of up to 2,000 steps 0.5 s together.
LARGEST_REGEX = 2000
_END = -1


class Hit(NamedTuple):
    """What a term found: the words of the mail, and where."""

    term: Term
    text: str
    place: str

    def __str__(self) -> str:
        """Say it: “fakture” ≈ faktura ($invoice, cs) in subject."""
        source = ", ".join(filter(None, (f"${self.term.list}" if self.term.list else "", self.term.language)))
        return f"“{self.text}” ≈ {self.term.text}{f' ({source})' if source else ''} in {self.place}"


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
        self._prefix_lengths: tuple[int, ...] = ()
        self._begins: set[int] = set()  # the words with which a phrase begins, and those with which one goes on
        self._goes_on: set[int] = set()
        self._words: dict[tuple[str, str], int] = {}
        self._known: dict[str, tuple[int, ...]] = {}
        self._sight = self._new_sight()
        self._tree: dict[int, Any] = {}
        self._regexes = _Regexes([(n, t.text[1:-1]) for t, n in self.numbers.items() if t.kind is TermKind.REGEX])
        for term, number in self.numbers.items():
            self._plant(term, number)

    def find(self, text: str, place: str) -> dict[int, Hit]:
        """Give the first hit of every term that a text holds, by the term's number."""
        found: dict[int, Hit] = {}
        sight = self._sight
        if sight.full:
            sight = self._sight = self._new_sight()  # another thread may still look at the old
        for hits in sight.hits(cut(text)):
            for term, words in hits:
                if term not in found:
                    found[term] = Hit(self.terms[term], words, place)
        for term, words in self._regexes.find(text):
            found[term] = Hit(self.terms[term], words, place)
        return found

    def _new_sight(self) -> Sight:
        return Sight(self._meet, self._hits_of)

    def _meet(self, chunk: str) -> Chunk:
        """Take a chunk apart and say what it may be."""
        tokens, ends = take_apart(chunk)
        numbers = {number for token in tokens for number in self._numbers_of(token)}
        closes = not CLOSING_WORDS.isdisjoint([token.folded for token in tokens])
        if not numbers and not closes and (tokens or ends):
            return OF_NO_INTEREST
        begins = not ends and not self._begins.isdisjoint(numbers)
        goes_on = not self._goes_on.isdisjoint(numbers) or not (tokens or ends)
        kind = CLOSES if closes else BOTH if begins and goes_on else BEGINS if begins else GOES_ON if goes_on else ALONE
        return Chunk(kind, tokens, self._hits_of(tokens), ends)

    def _hits_of(self, tokens: list[Token]) -> Hits:
        """List every term that some words hold, with the words that it hit."""
        found: Hits = []
        kept = without_closings(tokens)
        numbers = [self._numbers_of(token) for token in kept]
        for start, here in enumerate(numbers):
            if here:
                for term, end in self._walk(kept, numbers, start):
                    found.append((term, " ".join([token.text for token in kept[start:end]])))
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
            known = self._look_up(token.text, token.folded)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            if len(token.text) <= LONGEST_REMEMBERED:
                self._known[token.text] = known
        return known

    def _look_up(self, text: str, folded: str) -> tuple[int, ...]:
        found: set[int] = set()
        length, stems, shapes = len(folded), self._by_stem, self._by_shape
        for stem in list_stems(text, folded, self._languages):
            if stem in stems:
                found |= stems[stem]
        if shapes and length <= LONGEST:  # it is cut wherever an ending may begin
            for place in range(max(SHORTEST, length - LONGEST_ENDING), length + 1):
                if (stem := folded[:place]) in shapes:
                    found.update([number for endings, number in shapes[stem] if folded[place:] in endings])
        for place in self._prefix_lengths:
            if place <= length and (prefix := folded[:place]) in self._by_prefix:
                found.add(self._by_prefix[prefix])
        if text in self._by_text:
            found.add(self._by_text[text])
        return tuple(found)

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
            self._prefix_lengths = tuple(sorted({len(prefix), *self._prefix_lengths}))
            return self._by_prefix.setdefault(prefix, number)
        elif not met:  # one word may stand in many lists
            forms = forms_of(word, (term.language,) if term.language else self._desk_languages)
            for stem in forms.stems:
                self._by_stem.setdefault(stem, set()).add(number)
            for stem, endings in forms.shapes:
                self._by_shape.setdefault(stem, []).append((endings, number))
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
