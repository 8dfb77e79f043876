"""Articles in letters: their language, their link, and that those for agents only stay inside."""

import pytest

from maildesk.model.article import Article
from maildesk.outbound.articles import article_link, choose_version, cite, find_inside, suggest_articles
from tests.unit.outbound.builders import voice

EN = Article("reset", "en", "New password", link="https://help.example/en")
CS = Article("reset", "cs", "Nové heslo")
INSIDE = Article("limits", "en", "Limits", link="https://wiki.example/limits", public=False)
BELOW = Article("limits-for-all", "en", "Limits", link="https://wiki.example/limits/public")


def test_the_customers_language_is_chosen_else_the_desks_else_english_else_any() -> None:
    """An article in a language the customer does not read is better than none."""
    assert choose_version((EN, CS), ("cs", "hr")) is CS
    assert choose_version((EN, CS), ("de",)) is EN
    assert choose_version((CS,), ("de",)) is CS
    assert choose_version((INSIDE,), ("en",)) is None
    assert choose_version((INSIDE,), ("en",), inside=True) is INSIDE


def test_an_article_is_cited_by_title_and_link() -> None:
    """Its own link, else the desk's page; what is for agents has no page."""
    assert cite(EN, "") == "New password\nhttps://help.example/en"
    assert article_link(CS, "https://desk.firma.hr/") == "https://desk.firma.hr/kb/reset.cs"
    assert article_link(CS, "") == ""
    assert article_link(Article("a", "en", "A", public=False), "https://desk.firma.hr") == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://wiki.example/limits", True),
        ("see (HTTP://WIKI.EXAMPLE/limits/).", True),
        ("see wiki.example/limits#refunds", True),
        ("see https://wiki.example/limits/refunds", True),
        ("ｗｉｋｉ.example/limits", True),
        ("see https://wiki.example/limits/public and no more", False),
        ("https://wiki.example/limits/public https://wiki.example/limits.", True),
        ("see https://wiki.example/limits-of-growth", False),
        ("see https://wiki.example/limits.html", False),
        ("see https://wiki.example/", False),
        ("no link at all", False),
    ],
)
def test_the_link_of_an_article_for_agents_is_found_in_words(text: str, found: bool) -> None:
    """However it was copied; a link that only begins like it, or a public one below it, is another one."""
    assert bool(find_inside(text, (EN, CS, INSIDE, BELOW))) is found


def test_suggestions_are_what_a_customer_can_open() -> None:
    """Title and link in his language; an article for agents, or one without a link, is left out."""
    here = voice(articles=(EN, CS, INSIDE), web_url="")
    assert suggest_articles(("reset", "limits"), here, ("en",)) == "- New password: https://help.example/en"
    there = voice(articles=(CS, INSIDE))
    assert suggest_articles(("reset",), there, ("cs",)) == "- Nové heslo: https://desk.firma.hr/kb/reset.cs"
    assert suggest_articles(("limits",), there, ("cs",)) == ""
