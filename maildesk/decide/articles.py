"""Which article an agent means by `#kb words`: exactly one, or he is asked; and what he is shown of the others."""

from typing import NamedTuple

from maildesk.decide.desk import Desk
from maildesk.model.ticket import Ticket
from maildesk.outbound.articles import article_link, choose_version, cite
from maildesk.rules.articles import Found, find_articles, guess_words

_MOST_NAMED = 4


class Cited(NamedTuple):
    """An article as it stands below an answer, and its title; `problem` says why there is none."""

    text: str = ""
    title: str = ""
    problem: str = ""


def cite_article(question: str, ticket: Ticket, desk: Desk, *, inside: bool) -> Cited:
    """Find the one article that words mean, in the customer's language; only what stays `inside` may show one for agents."""
    found = find_articles(desk.policy, question)
    shown = [one for one in found if choose_version(one.versions, (), inside=inside)]
    if not shown:
        return Cited(problem=_none(question, found, desk))
    best = [one for one in shown if one.score == shown[0].score]
    if len(best) > 1:
        names = " or ".join(f"“#kb {one.name}”" for one in best[:_MOST_NAMED])
        return Cited(problem=f"{len(best)} articles answer “{question[:60]}” equally well – did you mean {names}?")
    languages = (ticket.language, *desk.settings.desk.languages)
    article = choose_version(best[0].versions, languages, inside=inside)
    assert article is not None
    web = desk.settings.web.url if desk.settings.web else ""
    if article.public and not article_link(article, web):
        return Cited(problem=f"the article “{article.name}” has no link – your admin gives it one, or sets web.url")
    return Cited(cite(article, web), article.title)


def _none(question: str, inside: tuple[Found, ...], desk: Desk) -> str:
    if inside:
        return f"the article “{inside[0].name}” is for agents only – it can stand in a #note"
    if not desk.policy.articles:
        return "this desk has no articles – #kb alone lists its canned texts"
    close = guess_words(desk.policy, question)
    hint = f"did you mean “#kb {close}”?" if close else "#kb alone lists them all"
    return f"no article answers “{question[:60]}” – {hint}"


def list_articles(question: str, desk: Desk, language: str = "") -> tuple[tuple[str, str, str], ...]:
    """List articles, those that answer a question or all of them: name, title and link, "#note" before those for agents only."""
    web = desk.settings.web.url if desk.settings.web else ""
    if question:
        versions = [one.versions for one in find_articles(desk.policy, question)]
    else:
        names = sorted({article.name for article in desk.policy.articles})
        versions = [tuple(a for a in desk.policy.articles if a.name == name) for name in names]
    chosen = (choose_version(each, (language, *desk.settings.desk.languages), inside=True) for each in versions)
    return tuple(
        (one.name, one.title if one.public else f"(#note) {one.title}", article_link(one, web)) for one in chosen if one
    )
