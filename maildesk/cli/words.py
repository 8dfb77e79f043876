"""Try how a term of a rule matches a text: what hits, what misses, and which prefix would have hit."""

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maildesk.cli.options import config_option, json_option
from maildesk.cli.say import Exit, fail, say, say_json

if TYPE_CHECKING:
    from maildesk.rules.policy import Policy, Term
    from maildesk.rules.words import Token

_LANGUAGES = ("en", "cs", "hr")
_ALIKE = 0.5


@click.group()
def command() -> None:
    """Try how terms of rules match.

    \b
    Example:
      maildesk words test peníze "vrácení peněz"
    """


@command.command("test")
@config_option
@json_option
@click.argument("term")
@click.argument("text")
def test(config_dir: Path, term: str, text: str, *, as_json: bool) -> None:
    """Look for TERM in TEXT as a rule would; the status is 1 if it is not found.

    TERM is a word, a phrase, prefix*, =exactly so, '/regular expression/' or $list.
    """
    from maildesk.rules.index import Index

    policy = _policy(config_dir)
    languages = policy.languages if policy else _LANGUAGES
    terms = _terms(term, policy)
    hits = list(Index(terms, languages).find(text, "the text").values())
    proposals = [] if hits else propose(term, text)
    if as_json:
        found = [
            {"term": hit.term.text, "text": hit.text, "list": hit.term.list, "language": hit.term.language}
            for hit in hits
        ]
        say_json({"hit": bool(hits), "hits": found, "proposals": [prefix for prefix, _ in proposals]})
    else:
        for hit in hits:
            say(f"hit   {hit}")
        if not hits:
            say(f"miss  {term} is not in the text, in any form")
        for prefix, why in proposals:
            say(f"      {prefix}   {why}")
    sys.exit(int(Exit.FINE if hits else Exit.NO))


def _policy(config_dir: Path) -> "Policy | None":
    """Load the configuration if there is one that holds; trying a word needs none."""
    from maildesk.proof import read_whole

    if not (config_dir / "maildesk.yaml").is_file():
        return None
    import datetime as dt

    return read_whole(config_dir, dt.datetime.now(dt.UTC).date()).policy


def _terms(text: str, policy: "Policy | None") -> "tuple[Term, ...]":
    from maildesk.rules.reading.terms import read_term
    from maildesk.yaml_file import Problems, Scalar, Source, suggest
    from maildesk.yaml_file.take import Place

    if text.startswith("$"):
        lists = policy.words if policy else {}
        if text[1:] not in lists:
            fail(
                f"no word list “{text[1:]}” in words.yaml; {suggest(text[1:], lists) or 'there is no configuration here'}",
                Exit.USAGE,
            )
        return lists[text[1:]]
    problems = Problems()
    term = read_term(Scalar(text, False, 1, 1), text, Place(Source("the term"), problems))
    if term is None:
        fail("; ".join(f"{p.text} ({p.hint})" if p.hint else p.text for p in problems.sorted()), Exit.USAGE)
    return (term,)


def propose(term: str, text: str) -> list[tuple[str, str]]:
    """Propose what would find the words of a text that look like the term."""
    from maildesk.language import fold
    from maildesk.rules.words import tokenise

    wanted = fold(term.strip("=*"))
    found: dict[str, str] = {}
    for token in tokenise(text):
        if term.startswith("=") and token.folded == wanted:
            found[token.text] = f"“{token.text}” is written otherwise: without = it would be found"
        elif token.folded[:2] == wanted[:2] and difflib.SequenceMatcher(None, wanted, token.folded).ratio() >= _ALIKE:
            found.setdefault(f"{_beginning(token, wanted)}*", f"would find “{token.text}”")
    return list(found.items())[:5]


def _beginning(token: "Token", wanted: str) -> str:
    """Give the letters that both words begin with, as they were written in the mail."""
    same = next((n for n, (a, b) in enumerate(zip(token.folded, wanted, strict=False)) if a != b), len(wanted))
    return token.text[: max(2, same)].lower()
