"""Find articles of the knowledge base by words in any of their forms, as rules find words in mail.

A word may stand in the words an article is to be found by, in its title, or in its text, and counts in that order. All longer
words of a question must be found in an article; short ones (“how to”) only count where they are. Asked by people, never for a
mail: what is worked out once for a policy is kept for the next question.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import NamedTuple

from maildesk.language import fold
from maildesk.model.article import Article
from maildesk.rules.policy import Policy
from maildesk.rules.stems import SHORT, Forms, forms_of, stems
from maildesk.rules.words import Token, tokenise

MOST_WORDS = 8
_NAMED, _WORDS, _TITLE, _TEXT = 1000, 4, 3, 1
_KEPT = 4


class Found(NamedTuple):
    """An article that answers a question, in all its languages, and how well."""

    name: str
    score: int
    versions: tuple[Article, ...]


class _Shelf(NamedTuple):
    """All words of the articles: folded, in order; as they were written; and in which article each counts how much."""

    articles: tuple[Article, ...]
    words: list[str]
    written: dict[str, str]
    places: dict[str, dict[int, int]]


_shelves: dict[str, _Shelf] = {}


def find_articles(policy: Policy, question: str) -> tuple[Found, ...]:
    """List the articles that answer a question, the best first; those of one score are equally good."""
    shelf = _shelf(policy)
    asked = tuple(dict.fromkeys(token.folded for token in tokenise(question[:400])))[:MOST_WORDS]
    scores: dict[int, int] = {}
    hits = [_hits(word, shelf, policy.languages) for word in asked]
    needed = [hit for word, hit in zip(asked, hits, strict=True) if len(word) > SHORT] or hits
    for place in set(needed[0]).intersection(*needed[1:]) if needed else ():
        scores[place] = sum(hit.get(place, 0) for hit in hits)
    name = fold(question.strip()).replace(" ", "-")
    for place, article in enumerate(shelf.articles):
        if name == article.name:
            scores[place] = _NAMED
    return tuple(_by_name(scores, shelf.articles))


def guess_words(policy: Policy, question: str) -> str:
    """Guess what a question that no article answers may have meant: a word or a name that looks like it, "" for none."""
    shelf = _shelf(policy)
    names = {word for article in shelf.articles for word in (article.name, *_plain(article.title, *article.words))}
    for word in (fold(question.strip()).replace(" ", "-"), *_plain(question[:400])):
        close = get_close_matches(word[:40], sorted(names), 1, 0.75)
        if close and close[0] != word:
            return close[0]
    return ""


def _plain(*texts: str) -> Iterator[str]:
    return (token.folded for text in texts for token in tokenise(text) if len(token.folded) > SHORT)


def _by_name(scores: dict[int, int], articles: tuple[Article, ...]) -> Iterator[Found]:
    best: dict[str, int] = {}
    for place, score in scores.items():
        name = articles[place].name
        best[name] = max(score, best.get(name, 0))
    for name in sorted(best, key=lambda name: (-best[name], name)):
        yield Found(name, best[name], tuple(article for article in articles if article.name == name))


def _hits(word: str, shelf: _Shelf, languages: tuple[str, ...]) -> dict[int, int]:
    """Say in which articles a word stands in any form, and how much it counts there."""
    found: dict[int, int] = {}
    for other in _forms(word, shelf, languages):
        for place, weight in shelf.places[other].items():
            found[place] = max(weight, found.get(place, 0))
    return found


def _forms(word: str, shelf: _Shelf, languages: tuple[str, ...]) -> Iterator[str]:
    """List the words of the shelf that are forms of a word, or of which it is one: either may be the dictionary's."""
    forms = forms_of(word, languages)
    begins = {word[:SHORT], *(stem[:SHORT] for stem, _ in forms.shapes)}
    for begin in begins:
        for place in range(bisect_left(shelf.words, begin), len(shelf.words)):
            other = shelf.words[place]
            if not other.startswith(begin):
                break
            written = shelf.written[other]
            if _is_form(other, written, forms, languages) or _is_form(
                word, word, forms_of(written, languages), languages
            ):
                yield other


def _is_form(folded: str, written: str, forms: Forms, languages: tuple[str, ...]) -> bool:
    if forms.stems & stems(written, languages):
        return True
    return any(folded.startswith(stem) and folded[len(stem) :] in endings for stem, endings in forms.shapes)


def _shelf(policy: Policy) -> _Shelf:
    """Give the words of all articles, worked out once for each policy."""
    found = _shelves.get(policy.digest)
    if found is None or found.articles is not policy.articles:
        found = _stock(policy.articles)
        while len(_shelves) >= _KEPT:
            _shelves.pop(next(iter(_shelves)), None)
        _shelves[policy.digest] = found
    return found


def _stock(articles: tuple[Article, ...]) -> _Shelf:
    written: dict[str, str] = {}
    places: dict[str, dict[int, int]] = {}
    for place, article in enumerate(articles):
        # The weightiest first: a word counts once in an article.
        for weight, tokens in (
            (_WORDS, _tokens(article.words)),
            (_TITLE, _tokens((article.title, article.name.replace("-", " ")))),
            (_TEXT, _tokens((article.text,))),
        ):
            for token in tokens:
                written.setdefault(token.folded, token.text)
                places.setdefault(token.folded, {}).setdefault(place, weight)
    return _Shelf(articles, sorted(places), written, places)


def _tokens(texts: Iterable[str]) -> Iterator[Token]:
    for text in texts:
        yield from tokenise(text)
