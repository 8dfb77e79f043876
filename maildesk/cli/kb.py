"""`maildesk kb`: the articles that agents name with `#kb WORDS` and rules with `suggest:`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maildesk.cli.opening import read_good_policy
from maildesk.cli.options import config_option, json_option
from maildesk.cli.say import Exit, fail, say_json, say_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from maildesk.model.article import Article


@click.group(name="kb")
def command() -> None:
    """The knowledge base: config/kb/NAME.LANGUAGE.md."""


@command.command(name="list")
@config_option
@json_option
def list_(config_dir: Path, *, as_json: bool) -> None:
    """List all articles, with their titles, languages and links.

    \b
    Example: maildesk kb list
    """
    policy = read_good_policy(config_dir)
    _show(((article, 0) for article in policy.articles), config_dir, as_json=as_json)


@command.command(name="search")
@click.argument("words", nargs=-1, required=True)
@config_option
@json_option
def search(words: tuple[str, ...], config_dir: Path, *, as_json: bool) -> None:
    """Find articles by words in any form, as `#kb WORDS` does: the best first, each in all its languages.

    \b
    Example: maildesk kb search "forgotten password"
    """
    from maildesk.rules.articles import find_articles, guess_words

    policy, question = read_good_policy(config_dir), " ".join(words)
    found = find_articles(policy, question)
    if not found and not as_json:
        close = guess_words(policy, question)
        fail(f"no article answers “{question}”" + (f"; did you mean “{close}”?" if close else ""), Exit.NO)
    _show(((a, one.score) for one in found for a in one.versions), config_dir, as_json=as_json)
    if not found:
        raise SystemExit(Exit.NO)


def _show(found: "Iterable[tuple[Article, int]]", config_dir: Path, *, as_json: bool) -> None:
    """Print articles, a row for each language."""
    from maildesk.cli.opening import read_settings
    from maildesk.outbound.articles import article_link

    settings = read_settings(config_dir)
    web = settings.web.url if settings.web else ""
    rows: list[dict[str, Any]] = [
        {
            "name": article.name,
            "language": article.language,
            "title": article.title,
            "public": article.public,
            "link": article_link(article, web),
            "score": score,
        }
        for article, score in found
    ]
    if as_json:
        say_json(rows)
        return
    readers = {True: "everybody", False: "agents"}
    say_table(
        ("name", "language", "for", "title", "link"),
        ((row["name"], row["language"], readers[row["public"]], row["title"], row["link"] or "-") for row in rows),
    )
