"""The knowledge base on pages: `/kb/` lists and finds articles, `/kb/NAME` and `/kb/NAME.LANGUAGE` show one.

Only public articles exist here. One that stands elsewhere leads there.
"""

import asyncio
import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from maildesk.model.article import Article
from maildesk.outbound.articles import choose_version
from maildesk.rules.articles import find_articles
from maildesk.rules.policy import Policy
from maildesk.web.answers import QUIET, document, nothing
from maildesk.web.desk import WebDesk
from maildesk.web.markdown import to_html

_NAMED = re.compile(r"([a-z0-9][a-z0-9_-]{0,59})(?:\.([a-z]{2,3}))?", re.ASCII)
_MOST_SHOWN = 200
_LONGEST_QUESTION = 200


class _Words(NamedTuple):
    title: str
    question: str
    find: str
    none: str
    all: str


_WORDS = {
    "en": _Words("Help", "What are you looking for?", "Find", "Nothing was found.", "All articles"),
    "cs": _Words("Nápověda", "Co hledáte?", "Najít", "Nic nenalezeno.", "Všechny články"),
    "hr": _Words("Pomoć", "Što tražite?", "Traži", "Ništa nije pronađeno.", "Svi članci"),
}


def article_routes(desk: WebDesk) -> list[Route]:
    """Show what the policy that holds now has of articles."""

    async def listed(request: Request) -> Response:
        policy = desk.policy()
        if not any(article.public for article in policy.articles):
            return nothing()
        question = request.query_params.get("q", "")[:_LONGEST_QUESTION].strip()
        wanted = _wanted(request, policy)
        found = await asyncio.to_thread(_found, policy, question)
        return _listed(list(_chosen(found, wanted))[:_MOST_SHOWN], question, wanted)

    async def shown(request: Request) -> Response:
        policy, named = desk.policy(), _NAMED.fullmatch(request.path_params["name"])
        if named is None:
            return nothing()
        versions = [article for article in policy.articles if article.name == named[1]]
        wanted = _wanted(request, policy)
        article = choose_version(versions, (named[2], *wanted) if named[2] else wanted)
        if article is None:
            return nothing()
        if article.link:
            return RedirectResponse(article.link, 302, QUIET)
        words = _words(article.language)
        back = f'<nav><a href="./">{escape(words.all)}</a></nav>'
        return document(article.language, article.title, to_html(article.text) + back)

    return [
        Route("/kb", lambda _: RedirectResponse("kb/", 302, QUIET), methods=["GET"]),
        Route("/kb/", listed, methods=["GET"]),
        Route("/kb/{name}", shown, methods=["GET"]),
    ]


def _found(policy: Policy, question: str) -> list[list[Article]]:
    """Give the versions of each article that answers a question, or of all."""
    if question:
        return [list(one.versions) for one in find_articles(policy, question)]
    by_name: dict[str, list[Article]] = {}
    for article in policy.articles:
        by_name.setdefault(article.name, []).append(article)
    return list(by_name.values())


def _chosen(found: Iterable[list[Article]], wanted: tuple[str, ...]) -> Iterator[Article]:
    for versions in found:
        if article := choose_version(versions, wanted):
            yield article


def _wanted(request: Request, policy: Policy) -> tuple[str, ...]:
    """List the languages a reader wants, in the order his browser names them, then the desk's."""
    said = request.headers.get("accept-language", "")[:500]
    codes = (part.partition(";")[0].partition("-")[0].strip().lower() for part in said.split(",")[:20])
    return (*(code for code in codes if code), *policy.languages)


def _listed(articles: list[Article], question: str, wanted: tuple[str, ...]) -> Response:
    language = next((code for code in wanted if code in _WORDS), "en")
    words = _words(language)
    rows = "".join(
        f'<li lang="{escape(one.language)}"><a href="{escape(f"{one.name}.{one.language}")}">{escape(one.title)}</a></li>'
        for one in articles
    )
    form = (
        f'<form method="get" action="./" role="search"><label for="q">{escape(words.question)}</label><br>'
        f'<input id="q" name="q" type="search" maxlength="{_LONGEST_QUESTION}" value="{escape(question)}"> '
        f'<button type="submit">{escape(words.find)}</button></form>'
    )
    back = f'<nav><a href="./">{escape(words.all)}</a></nav>' if question else ""
    below = f'<ul class="found">{rows}</ul>' if rows else f"<p>{escape(words.none)}</p>"
    return document(language, words.title, form + below + back)


def _words(language: str) -> _Words:
    return _WORDS.get(language, _WORDS["en"])
