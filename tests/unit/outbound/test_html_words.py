import html
import re

import pytest

from maildesk.outbound.words.html_words import button_row, html_words


def words_of(page: str) -> list[str]:
    page = re.sub(r"</?a[^>]*>", "", page)
    return html.unescape(re.sub(r"<[^>]*>", " ", page)).replace("\xa0", " ").split()


@pytest.mark.parametrize(
    "text",
    [
        "one\ntwo\n\nthree",
        "- a\n- b\n\nend",
        "text before\n- item\ntext after",
        'a < b & c > d "q"',
        "see https://x.org/a?b=1&c=2.",
        "    indented  twice\n\tand a tab",
        "words\n\n-- \nAna\nFirma",
    ],
)
def test_html_says_the_same_words(text: str) -> None:
    """Text and HTML have the same words in the same order (B83)."""
    assert words_of(html_words(text)) == [word for word in text.replace("-- \n", "").split() if word != "-"]


def test_paragraphs_lists_and_links() -> None:
    """Blank lines part paragraphs, dashes make a list, web addresses become links without the full stop behind them."""
    page = html_words("A\nB\n\n- https://x.org/a.\n- C")
    assert page == '<p>A<br>\nB</p>\n<ul><li><a href="https://x.org/a">https://x.org/a</a>.</li><li>C</li></ul>\n'


def test_words_of_others_have_no_live_links() -> None:
    """In a customer's words a web address stays text; in our foot it is a link."""
    page = html_words("https://evil.example\n\n-- \nhttps://desk.example", link=False)
    assert 'href="https://evil' not in page
    assert 'href="https://desk.example"' in page


@pytest.mark.parametrize(
    "text", ["<script>x</script>", '"><img src=x onerror=y>', 'https://x/"onmouseover="y', "javascript:alert(1)"]
)
def test_words_never_become_markup(text: str) -> None:
    """Whatever people write stays words."""
    page = html_words(text)
    tags = {tag.lower() for tag in re.findall(r"</?([a-zA-Z]+)", page)}
    assert tags <= {"p", "a", "br"}
    assert not re.search(r"<[^>]*\son", page)


def test_only_the_last_signature_line_parts_the_foot() -> None:
    """A customer's own signature line stays among the words."""
    assert html_words("a\n-- \nb\n-- \nfoot").count("<hr>") == 1


def test_marked_lines_become_buttons() -> None:
    """A line that is marked is shown as what it stands for."""
    page = html_words("Rate us\n1 · 2\nThanks", marks={"1 · 2": button_row({"1": "https://x/?a=1&b=2"})})
    assert 'href="https://x/?a=1&amp;b=2"' in page
    assert "1 · 2" not in page


def test_huge_texts_take_linear_time() -> None:
    """A megabyte of anything is no work."""
    for text in ("https://" * 125_000, "- \n" * 330_000, " " * 1_000_000, "<" * 1_000_000, "\n" * 1_000_000):
        assert html_words(text) is not None
