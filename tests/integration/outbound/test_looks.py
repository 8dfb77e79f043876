"""Letters as mail programs show them, in a real browser: on a phone and on a desk, by day and by night."""

import asyncio
import os
from collections.abc import Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from msgspec.structs import replace
from starlette.applications import Starlette

from maildesk.model.article import Article
from maildesk.model.decision import Event, Notice
from maildesk.model.outgoing import Outgoing
from maildesk.model.sheet import Brief, Sheet
from maildesk.model.ticket import Priority
from maildesk.outbound.compose import Voice, compose_say, compose_tell
from maildesk.outbound.digest import Item, compose_digest
from maildesk.rules.policy import Policy
from maildesk.web import build_app
from tests.golden.desk import build_desk
from tests.services.chromium import find_violations
from tests.unit.outbound.builders import ANA, NOW, html_of, say, state, tell, voice

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LANGUAGES = ("en", "cs", "hr")
SCREENS = ((390, "light"), (390, "dark"), (1280, "light"), (1280, "dark"))
DUE = {"promised": "2026-11-24T11:00:00+00:00"}
LONG = f"https://portal.kupac.hr/{'vrlo-duga-adresa-' * 20}"
WORDS = f"Dobar dan,\n\n  - prvi\n  - drugi\n\n{LONG}\n{'x' * 300}\n\n> stari tekst\n\n--  \nIvana"


def spoken(language: str) -> Voice:
    return voice(languages=(language, "en"))


def notice(kind: Notice, **data: str) -> Callable[[str], Outgoing]:
    return lambda language: compose_say(
        say(kind, language=language, data=data), state(language=language), spoken(language)
    )


def told(event: Event, entry: int = 0, **data: str) -> Callable[[str], Outgoing]:
    asked = tell(event, text=WORDS, data={**DUE, "rule": "Faktury → Billing", **data})
    return lambda language: compose_tell(replace(asked, by="Ivana Kovač"), state(), spoken(language), entry=entry)


def digest(language: str) -> Outgoing:
    asked = tell(Event.CUSTOMER_MAIL, text=WORDS, later=NOW)
    items = [Item(NOW, asked), Item(NOW, replace(asked, event=Event.NOTE, ticket=1043, by="Petr Novák"))]
    ticket = state().ticket
    tickets = {1042: ticket, 1043: replace(ticket, number=1043, subject="x" * 300, priority=Priority.URGENT)}
    return compose_digest(ANA, items, tickets, spoken(language), 7)


def answer(language: str) -> Outgoing:
    """Write what a search finds: tickets, and articles with long links."""
    found = Brief(1042, "Upit o računu " * 20, requester_name="Ivana Kovač", updated=NOW, snippet="x" * 150)
    articles = (("new-password", "Kako postaviti novu lozinku", LONG), ("limits", "(#note) Limits", ""))
    asked = tell(
        Event.ANSWER, text="", data={"what": "search"}, sheet=Sheet("search", tickets=(found,), articles=articles)
    )
    return compose_tell(asked, state(), spoken(language))


LETTERS = {
    "acknowledgement": notice(Notice.ACKNOWLEDGEMENT, **DUE, suggest="invoice reset-password", opens=DUE["promised"]),
    "status": notice(Notice.STATUS, what="summary", **DUE),
    "closing": notice(Notice.CLOSING),
    "feedback": notice(Notice.FEEDBACK),
    "new ticket": told(Event.NEW_TICKET),
    "note": told(Event.NOTE),
    "held": told(Event.HELD, 7, author="stranger@very-long-domain-of-a-far-away-firm.example", merge=""),
    "command refused": told(Event.COMMAND_REFUSED, 7, problems="line 3: “#colse”: did you mean #close?"),
    "asked whether it is his": told(Event.CHALLENGE, 7, what="late"),
    "search": answer,
    "digest": digest,
    "rated": told(Event.RATED, score="5", comment="Brzo i ljubazno."),
}


def chosen() -> list[tuple[str, str, int, str]]:
    """List what is looked at: each letter once, going round the languages and screens; all of it by `make prove`."""
    if os.environ.get("MAILDESK_LOOKS") == "all":
        return [(name, language, *screen) for name in LETTERS for language in LANGUAGES for screen in SCREENS]
    return [(name, LANGUAGES[i % 3], *SCREENS[i % 4]) for i, name in enumerate(LETTERS)]


class Shown(NamedTuple):
    """What the pages of articles ask of the desk."""

    held: Policy

    def policy(self) -> Policy:
        return self.held


def fetch(app: Starlette, path: str) -> str:
    """Ask an application for a page, in a thread of its own: the browser's loop is in this one."""
    sent: list[bytes] = []
    where, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": where,
        "query_string": query.encode(),
        "headers": [(b"accept-language", b"hr")],
    }

    async def receive() -> dict[str, str]:
        return {"type": "http.request"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message.get("body", b""))

    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(app(scope, receive, send))).result()
    return b"".join(sent).decode()


ARTICLE = "Prvi odlomak s [poveznicom](https://a.example/) i `kodom`.\n\n## Kako\n\n1. prvo\n"
ARTICLE += "2. [drugo](https://a.example/) i treće\n\n"
ARTICLE += f"```\n{'x' * 300}\n```\n{LONG}"


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_pages_of_articles_can_be_read(browser: "Browser", screen: tuple[int, str]) -> None:
    """The list, a search that finds nothing and an article: axe-core finds nothing wrong, and nothing is wider than the screen."""
    articles = (Article("one", "hr", "Kako postaviti novu lozinku", text=ARTICLE), Article("two", "en", "x" * 150))
    policy = replace(build_desk({}).policy, articles=articles)
    shown = build_app(lambda: {"ok": True}, Shown(policy))  # type: ignore[arg-type]
    context = browser.new_context(viewport={"width": screen[0], "height": 800}, color_scheme=screen[1])  # type: ignore[arg-type]
    try:
        page = context.new_page()
        for path in ("/kb/", "/kb/?q=xyzzy", "/kb/one.hr"):
            page.set_content(fetch(shown, path))
            assert find_violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            sizes = page.evaluate(
                "[...document.querySelectorAll('button,input,.found a,nav a')].map(a => a.offsetHeight)"
            )
            assert min(sizes) >= 44, path
    finally:
        context.close()


@pytest.mark.parametrize(("name", "language", "width", "scheme"), chosen())
def test_everybody_can_read_it(browser: "Browser", name: str, language: str, width: int, scheme: str) -> None:
    """axe-core finds nothing wrong with a letter, also not its contrast, and nothing in it is wider than the screen."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        page.set_content(html_of(LETTERS[name](language).raw))
        assert find_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "16px"
        night = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 18, 18)"
        assert night == (scheme == "dark")
        small = page.evaluate("[...document.querySelectorAll('a.button')].filter(a => a.offsetHeight < 44).length")
        assert small == 0
    finally:
        context.close()
