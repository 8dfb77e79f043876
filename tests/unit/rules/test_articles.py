"""The knowledge base as files: read with their heads, kept with the revision, found by words in any form."""

import time
from pathlib import Path

import pytest

from maildesk.rules.articles import find_articles, guess_words
from maildesk.rules.load import load_policy_texts
from maildesk.rules.policy import Policy
from maildesk.rules.reading.articles import KB, read_articles
from maildesk.yaml_file import Problems
from tests.unit.rules.desk import policy_of

KB_DIR = Path(__file__).parents[3] / "config" / "kb"


def policy(**articles: str) -> Policy:
    """Make a policy with some articles, by names such as `reset.en`."""
    texts = dict(policy_of().texts)
    texts |= {f"{KB}{name.replace('__', '.')}.md": text for name, text in articles.items()}
    return load_policy_texts(texts)


def article(title: str, words: str = "", text: str = "", more: str = "") -> str:
    return f"---\ntitle: {title}\nwords: [{words}]\n{more}---\n{text}\n"


SHIPPED = load_policy_texts(
    policy_of().texts | {f"{KB}{path.name}": path.read_text("utf-8") for path in KB_DIR.glob("*.md")}
)


def names(found: Policy, question: str) -> list[str]:
    return [one.name for one in find_articles(found, question)]


def test_an_article_is_read_with_its_head() -> None:
    """Title, words, link, language and for whom stand in the head; the text is what follows it."""
    head = "---\ntitle: Nové heslo\nwords: [heslo, přihlásit]\nlink: https://a.example/x?id=5#top\nvisibility: agents\n---\n"
    (found,) = policy(reset__cs=f"{head}Text.\n").articles
    assert (found.name, found.language, found.title, found.public) == ("reset", "cs", "Nové heslo", False)
    assert (found.words, found.link, found.text) == (("heslo", "přihlásit"), "https://a.example/x?id=5#top", "Text.")


def test_an_article_without_a_head_is_public() -> None:
    """Its heading is its title, else its name; its language is that of its file, of its head, or the desk's first."""
    found = {
        a.name: a for a in policy(one="# The one\nText.\n", two="Text.\n", three="---\nlanguage: hr\n---\n").articles
    }
    assert [(found[n].title, found[n].language) for n in ("one", "two", "three")] == [
        ("The one", "en"),
        ("two", "en"),
        ("three", "hr"),
    ]
    assert all(a.public for a in found.values())


def test_articles_are_part_of_a_revision() -> None:
    """What was stored of a policy has its articles, so that an old decision is made again as it was."""
    first = policy(one="# One\n")
    assert load_policy_texts(first.texts).articles == first.articles
    assert policy(one="# Two\n").digest != first.digest


@pytest.mark.parametrize(
    "link", ["help.example/x", "https://u:p@a.example/", "javascript:alert(1)", "https://[", "https://a b"]
)
def test_a_link_that_leads_nowhere_is_an_error(link: str) -> None:
    """A link goes into letters as it is: only whole web addresses, and none with somebody's password."""
    problems = Problems()
    read_articles({"kb/a.en.md": f"---\ntitle: A\nlink: '{link}'\n---\n"}, ("en",), problems)
    assert [(p.line, p.text) for p in problems.sorted()] == [(3, f"“link” must be a web address, not “{link}”")]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("password", "new-password"),
        ("passwords", "new-password"),
        ("heslem", "new-password"),
        ("lozinku", "new-password"),
        ("how to reset the password", "new-password"),
        ("New-Password", "new-password"),
        ("fakturou", "credit-notes"),
        ("dobropisu", "credit-notes"),
        ("odobrenja", "credit-notes"),
        ("racuna", "credit-notes"),
    ],
)
def test_words_are_found_in_every_form(question: str, name: str) -> None:
    """Whatever form is asked for, with or without accents, in any language; short words need not be found."""
    assert names(SHIPPED, question)[:1] == [name]


def test_all_longer_words_must_be_found() -> None:
    """One word that stands nowhere in an article rules it out."""
    assert names(SHIPPED, "password lawnmower") == []
    assert names(SHIPPED, "") == names(SHIPPED, "?!") == []


def test_words_weigh_more_than_titles_and_titles_more_than_texts() -> None:
    """An article that names a word is better than one in whose title, and that better than one in whose text it stands."""
    found = policy(
        a__en=article("Other", text="invoice"), b__en=article("Invoice"), c__en=article("Another", words="invoice")
    )
    assert names(found, "invoices") == ["c", "b", "a"]
    same = find_articles(policy(a__en=article("A", "invoice"), b__en=article("B", "invoice")), "invoice")
    assert [(one.name, one.score) for one in same] == [("a", 4), ("b", 4)]


def test_a_slip_of_the_pen_is_guessed() -> None:
    """What looks like a word or the name of an article is proposed; what looks like nothing is not."""
    assert guess_words(SHIPPED, "pasword") == "password"
    assert guess_words(SHIPPED, "new-pasword") == "new-password"
    assert guess_words(SHIPPED, "xyzzy") == ""


def test_a_thousand_articles_are_searched_at_once() -> None:
    """The words of all articles are worked out once; a question then looks only at words that begin like its own."""
    texts = {f"a{n}__en": article(f"Title {n}", f"word{n}", f"text of number{n} " * 50) for n in range(1000)}
    many = policy(**texts)
    find_articles(many, "warm up")
    began = time.process_time()
    assert names(many, "word77") == ["a77"]
    assert time.process_time() - began < 1
