"""Pictures that only the quoted history shows are told from those of the mail itself."""

import pytest

from maildesk.ingest.parse import parse_mail


def mail_with(html: str, *pictures: str) -> bytes:
    """Write a mail of HTML with these pictures, by content id."""
    parts = "".join(
        f"--r\nContent-Type: image/png; name={name}.png\nContent-ID: <{name}@x>\n\n{name}\n" for name in pictures
    )
    head = "From: a@b.cz\nIn-Reply-To: <1@x>\nContent-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n"
    return f"{head}{html}\n{parts}--r--\n".encode()


GMAIL = '<div class="gmail_quote"><blockquote class="gmail_quote">old <img src="cid:{}@x"></blockquote></div>'
OUTLOOK = '<div id="divRplyFwdMsg">From: x</div><p>old <img src=cid:{}@x></p>'
APPLE = '<blockquote type="cite">old <img src="cid:{}@x"></blockquote>'


@pytest.mark.parametrize("quote", [GMAIL, OUTLOOK, APPLE])
def test_only_the_authors_pictures_are_files(quote: str) -> None:
    """B107: each picture stays bound to its place; those of the quote came with an earlier mail."""
    mail = parse_mail(mail_with('new <img src="cid:mine@x">' + quote.format("old"), "mine", "old", "unused"))
    assert [(a.name, a.content_id, a.quoted) for a in mail.attachments] == [
        ("mine.png", "mine@x", False),
        ("old.png", "old@x", True),
        ("unused.png", "unused@x", False),
    ]
    assert [a.name for a in mail.files] == ["mine.png", "unused.png"]


def test_a_picture_in_both_is_the_authors() -> None:
    """B107: who shows an old picture again wants it seen; without a quote nothing is old."""
    mail = parse_mail(mail_with('<img src="cid:p@x">' + GMAIL.format("p"), "p"))
    assert mail.files == mail.attachments
    mail = parse_mail(mail_with('<blockquote><img src="cid:p@x"></blockquote>', "p"))
    assert mail.files == mail.attachments
    mail = parse_mail(mail_with(APPLE.format("p") + '<p>below <img src="cid:q%40x"></p>', "p", "q"))
    assert [a.name for a in mail.files] == ["q.png"]
