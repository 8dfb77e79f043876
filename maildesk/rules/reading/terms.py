"""Read terms, the things that conditions look for in text, and the lists of words.yaml."""

import re

from maildesk.rules.index import PREFIX, compile_regex
from maildesk.rules.matchers import is_regex
from maildesk.rules.policy import Term, TermKind
from maildesk.rules.words import tokenise
from maildesk.yaml_file import Mapping, Node, Scalar, Sequence, suggest
from maildesk.yaml_file.take import Place, take_text

MOST_WORDS = 10
LONGEST_TERM = 300
LONGEST_REGEX = 1000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")

Lists = dict[str, tuple[Term, ...]]


def read_word_lists(node: Node, place: Place) -> Lists:
    """Read words.yaml: a list by its name, by language or for all of them."""
    if not isinstance(node, Mapping):
        place.error(
            node, "words.yaml names lists of words", "write it like “invoice: {en: [invoice, bill], cs: [faktura]}”"
        )
        return {}
    lists: Lists = {}
    for pair in node.pairs:
        name = pair.key.text
        if not _NAME.fullmatch(name):
            place.error(pair.key, f"“{name[:60]}” cannot name a list", "use letters, digits, - and _")
            continue
        lists[name] = tuple(dict.fromkeys(_list(pair.value, name, place)))
        if _is_empty(pair.value):
            place.error(pair.key, f"the list “{name}” has no words")
    return lists


def _list(node: Node, name: str, place: Place) -> list[Term]:
    if not isinstance(node, Mapping):
        return _terms_of_list(node, name, "", place)
    terms: list[Term] = []
    for pair in node.pairs:
        if _LANGUAGE.fullmatch(pair.key.text):
            terms += _terms_of_list(pair.value, name, pair.key.text, place)
        else:
            place.error(pair.key, f"“{pair.key.text[:60]}” is no language code", "write it like en, cs or hr")
    return terms


def _terms_of_list(node: Node, name: str, language: str, place: Place) -> list[Term]:
    terms: list[Term] = []
    for item in _items(node):
        text = take_text(item, place, name)
        if text is None:
            continue
        if text.startswith("$"):
            place.error(item, "a list cannot name another list", "name both in the rule: [$invoice, $payment]")
        elif term := read_term(item, text, place, name, language):
            terms.append(term)
    return terms


def read_terms(node: Node, lists: Lists | None, place: Place, what: str) -> tuple[Term, ...]:
    """Read the value of `words`, `subject` or `body`; `lists` is None while words.yaml cannot be read."""
    terms: list[Term] = []
    items = _items(node)
    if not items:
        place.error(node, f"“{what}” is empty")
    for item in items:
        text = take_text(item, place, what)
        if text is None:
            continue
        if text.startswith("$"):
            terms += _named_list(item, text[1:], lists, place)
        elif term := read_term(item, text, place):
            terms.append(term)
    return tuple(dict.fromkeys(terms))


def _named_list(node: Node, name: str, lists: Lists | None, place: Place) -> tuple[Term, ...]:
    if lists is None:
        return ()
    if name not in lists:
        close = suggest(name, lists).replace("“", "“$")
        place.error(node, f"no word list “{name[:60]}” in words.yaml", close)
        return ()
    return lists[name]


def read_term(node: Node, text: str, place: Place, name: str = "", language: str = "") -> Term | None:
    """Read one term: words, a phrase, `prefix*`, `=exactly so` or `/regular expression/`."""
    if is_regex(text):
        return _regex(node, text, place, name, language)
    kind = TermKind.EXACT if text.startswith("=") else TermKind.WORD
    plain = text.removeprefix("=")
    words = _exact_words(plain) if kind is TermKind.EXACT else _words(node, plain, place)
    if words is None:
        return None
    if not words:
        place.error(
            node,
            f"there is no word in “{text[:60]}”",
            "addresses are not looked at in text: use “from” or “to”" if "@" in text else "",
        )
        return None
    if len(words) > MOST_WORDS or len(text) > LONGEST_TERM:
        place.error(node, f"a phrase has at most {MOST_WORDS} words")
        return None
    return Term(text, kind, words, name, language)


def _exact_words(text: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokenise(text))


def _words(node: Node, text: str, place: Place) -> tuple[str, ...] | None:
    """Take a phrase apart; a star may only end a word, and needs two letters before it."""
    words: list[str] = []
    for piece in text.split():
        star = piece.endswith(PREFIX)
        found = [token.text for token in tokenise(piece.removesuffix(PREFIX))]
        if PREFIX in piece[:-1] or (star and not found):
            place.error(node, "“*” may only stand at the end of a word", "like účt*")
            return None
        if star and len(found[-1]) < 2:
            place.error(node, f"“{piece}” is too short for a prefix", "two letters at least")
            return None
        words += [*found[:-1], found[-1] + PREFIX] if star else found
    return tuple(words)


def _regex(node: Node, text: str, place: Place, name: str, language: str) -> Term | None:
    if len(text) > LONGEST_REGEX:
        place.error(node, f"a regular expression has at most {LONGEST_REGEX} characters")
        return None
    try:
        found = compile_regex(text[1:-1])
    except ValueError as wrong:
        place.error(node, f"RE2 does not take this regular expression: {wrong}", _regex_hint(text))
        return None
    if found.search("") is not None:
        place.error(node, "this regular expression matches nothing at all, so it matches every mail")
        return None
    return Term(text, TermKind.REGEX, (), name, language)


def _regex_hint(text: str) -> str:
    if "(?=" in text or "(?!" in text or "(?<" in text:
        return "RE2 has no look-around; a second condition or “unless” does it"
    return "RE2 has no back-references" if re.search(r"\\[1-9]", text) else ""


def _is_empty(node: Node) -> bool:
    if isinstance(node, Mapping):
        return all(_is_empty(pair.value) for pair in node.pairs)
    return not _items(node)


def _items(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Sequence):
        return node.items
    if isinstance(node, Scalar) and node.plain and not node.text:
        return ()
    return (node,)
