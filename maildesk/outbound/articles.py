"""Articles in letters: in which language, by which link, and that none for agents only leaves the team. Pure."""

import re
import unicodedata
from collections.abc import Iterable

from maildesk.model.article import Article
from maildesk.outbound.render import LAST_RESORT
from maildesk.outbound.voice import Voice

_GOES_ON = re.compile(r"[\w~%-]|\.(?=\w)")


def choose_version(versions: Iterable[Article], languages: Iterable[str], *, inside: bool = False) -> Article | None:
    """Choose an article's version by language: the first wanted that there is, else English, else any.

    One that is for agents is chosen only `inside` the team.
    """
    there = [article for article in versions if article.public or inside]
    for language in (*languages, LAST_RESORT):
        if found := next((article for article in there if article.language == language), None):
            return found
    return there[0] if there else None


def article_link(article: Article, web_url: str) -> str:
    """Say where an article can be read: at its link, or on the desk's own page; "" if nowhere."""
    if article.link or not article.public or not web_url:
        return article.link
    return f"{web_url.rstrip('/')}/kb/{article.name}.{article.language}"


def cite(article: Article, web_url: str) -> str:
    """Write an article as it stands below an answer: its title, and its link on a line of its own."""
    link = article_link(article, web_url)
    return f"{article.title}\n{link}" if link else article.title


def suggest_articles(names: Iterable[str], voice: Voice, languages: tuple[str, ...]) -> str:
    """List the articles that rules suggest, a line for each that a customer can open; a name without a file is a page of ours."""
    lines = []
    for name in names:
        versions = [article for article in voice.articles if article.name == name]
        article = choose_version(versions, languages)
        if article:
            link, title = article_link(article, voice.web_url), f"{article.title}: "
        else:
            link, title = f"{voice.web_url.rstrip('/')}/kb/{name}" if voice.web_url and not versions else "", ""
        lines += [f"- {title}{link}"] if link else []
    return "\n".join(lines)


def find_inside(text: str, articles: Iterable[Article]) -> str:
    """Find a link in a text that only agents may have; gives what to say of it, "" if there is none."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if "://" not in folded and "." not in folded:
        return ""
    known = tuple(articles)
    public = [_bare(article.link) for article in known if article.public and article.link]
    for article in known:
        if not article.public and article.link and _stands_in(_bare(article.link), folded, public):
            return f"{article.link} is of “{article.title}”, an article for agents only"
    return ""


def _bare(link: str) -> str:
    """Take off what people leave out or add when they copy a link."""
    return link.casefold().partition("://")[2].rstrip("/")


def _stands_in(link: str, text: str, public: list[str]) -> bool:
    """Tell whether a link, or one to something below it, stands in a text, unless that is a public article's."""
    place = text.find(link)
    while place >= 0:
        longer = any(len(other) > len(link) and text.startswith(other, place) for other in public)
        if not longer and not _GOES_ON.match(text, place + len(link)):
            return True
        place = text.find(link, place + 1)
    return False
