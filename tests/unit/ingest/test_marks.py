import unicodedata

import pytest

from maildesk.ingest.mime.marks import MOST_MARKS, thin_marks
from maildesk.ingest.parse import parse_mail


@pytest.mark.parametrize(
    "text", ["plain", "žluťoučký kůň", "\u017e" * 40, "\u2500" * 80, "😀" * 50, "a" + "\u0301" * 30, "q\u0323\u0307"]
)
def test_what_people_write_stays(text: str) -> None:
    """Accents, drawn lines and rows of emoji are left alone."""
    assert thin_marks(text) == text


def test_piled_up_accents_are_thinned() -> None:
    """Thirty marks stay on a letter, and those on the next letter are counted anew."""
    pile = "\u0323\u0301" * 100
    assert thin_marks(f"a{pile}b{pile}") == f"a{pile[:MOST_MARKS]}b{pile[:MOST_MARKS]}"


def test_a_mail_of_accents_can_be_normalised() -> None:
    """Text and new text of a mail are safe for whoever normalises them: that is quadratic in a row of marks."""
    mail = parse_mail(
        b"From: a@b.cz\nContent-Type: text/plain; charset=utf-8\n\na" + ("\u0323\u0301" * 100_000).encode()
    )
    page = parse_mail(b"From: a@b.cz\nContent-Type: text/html\n\n<p>a" + b"&#x323;&#x301;" * 30_000)
    for text in (mail.text, mail.new_text, page.text, page.new_text):
        assert len(text) <= MOST_MARKS + 1
        assert unicodedata.normalize("NFC", text)


def test_new_text_out_of_html_is_thinned_too() -> None:
    """Where the new text comes from the HTML form, and so is not the beginning of the plain one, it is safe, too."""
    mail = parse_mail(
        b"From: a@b.cz\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\nplain\n"
        b"--x\nContent-Type: text/html\n\n<p>html a"
        + b"&#x323;&#x301;" * 300
        + b'</p><div class="gmail_quote">On Monday A wrote:<blockquote>old</blockquote></div>\n--x--\n'
    )
    assert mail.text.strip() == "plain"
    assert mail.new_text.startswith("html a")
    assert len(mail.new_text) <= len("html a") + MOST_MARKS
