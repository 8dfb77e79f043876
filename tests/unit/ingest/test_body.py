"""The text of a mail is found among its parts, and decoded."""

import pytest

from maildesk.ingest.body import Body, Reader, read_body, unfold_flowed
from maildesk.ingest.headers import read_headers
from maildesk.ingest.mime.limits import TEXT
from maildesk.ingest.mime.tree import parse_tree


def body_of(raw: bytes) -> tuple[Body, list[str]]:
    """Read the body of a mail, and what was odd."""
    root, _ = parse_tree(raw, read_headers(raw))
    reader = Reader(raw)
    return read_body(root, reader), reader.defects


def multipart(kind: str, *parts: str) -> str:
    """Write a multipart of parts that bring their own header fields."""
    inner = "".join(f"--{kind}\n{part}\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary={kind}\n\n{inner}--{kind}--\n"


PLAIN = "Content-Type: text/plain\n\nplain words"
HTML = "Content-Type: text/html\n\n<p>html words</p>"
PICTURE = "Content-Type: image/png\nContent-ID: <p@x>\n\npixels"
WEB = "Content-Type: text/plain\n\nKein Newsletter zu sehen? http://web.example/1"
NO_HTML = "Content-Type: text/plain\n\nYour program shows no HTML, sorry."
ABOUT = "The HTML page is broken."
ABOUT_HTML = f"Content-Type: text/plain\n\n{ABOUT}"
FILE = "Content-Type: text/plain; name=notes.txt\n\nnotes"
NESTED = "Content-Type: message/rfc822\n\nSubject: inside\n\nnested words"


@pytest.mark.parametrize(
    ("mail", "text", "attached"),
    [
        (PLAIN, "plain words", 0),
        (HTML, "html words", 0),
        (multipart("alternative", PLAIN, HTML), "plain words", 0),
        (multipart("alternative", HTML, PLAIN), "plain words", 0),
        (multipart("alternative", "Content-Type: text/plain\n\n \n", HTML), "html words", 0),
        (multipart("alternative", PLAIN, multipart("related", HTML, PICTURE)), "plain words", 1),
        (multipart("mixed", multipart("alternative", PLAIN, HTML), PICTURE), "plain words", 1),
        (multipart("mixed", PLAIN, FILE), "plain words", 1),
        (multipart("mixed", FILE, PICTURE), "notes", 1),
        (multipart("alternative", NO_HTML, HTML), "html words", 0),
        (multipart("alternative", WEB, HTML), "html words", 0),
        (
            multipart("alternative", NO_HTML, "Content-Type: text/html\n\n<img src=x>"),
            "Your program shows no HTML, sorry.",
            0,
        ),
        (multipart("alternative", ABOUT_HTML, "Content-Type: text/html\n\n<b>The HTML page is broken</b>"), ABOUT, 0),
        (multipart("mixed", PLAIN, NESTED), "plain words", 1),
        (multipart("mixed", NESTED), "", 1),
        (multipart("mixed", PLAIN, "Content-Type: text/plain\n\nlist footer"), "plain words\nlist footer", 0),
        (multipart("mixed", PLAIN, HTML), "plain words\nhtml words", 0),
        (multipart("related", PICTURE, HTML), "html words", 1),
        (multipart("signed", PLAIN, "Content-Type: application/pgp-signature\n\nsig"), "plain words", 1),
        (multipart("encrypted", "Content-Type: application/pgp-encrypted\n\nVersion: 1", PICTURE), "", 2),
        (multipart("report", PLAIN, "Content-Type: message/delivery-status\n\nAction: failed"), "plain words", 1),
        (multipart("alternative", PLAIN, "Content-Type: text/x-amp-html\n\n<p>amp</p>", HTML), "plain words", 0),
        (multipart("alternative", PLAIN, "Content-Type: text/calendar\n\nBEGIN:VCALENDAR"), "plain words", 1),
        ("Content-Type: application/pdf\n\n%PDF", "", 1),
        ("Content-Type: text/plain; name=log.txt\nContent-Disposition: attachment\n\nlog", "", 1),
        ("Content-Type: text/plain\nContent-Disposition: attachment\n\nstill words", "still words", 0),
        ("Content-Type: text/enriched\n\n<bold>Now</bold> here", "Now here", 0),
        ("Subject: x\n\n", "", 0),
        (
            multipart("alternative", PLAIN, "Content-Type: text/plain\n\nlegal notice", HTML),
            "plain words\nlegal notice",
            0,
        ),
        (multipart("alternative", PLAIN, "Content-Type: text/plain\n\nplain  words\n", HTML), "plain words", 0),
    ],
)
def test_which_part_is_the_text(mail: str, text: str, attached: int) -> None:
    """Alternatives are one text, named texts are files, nested mails are not ours, and everything else is attached."""
    body, _ = body_of(mail.encode())
    assert body.text.strip("\n") == text
    assert len(body.attachments) == attached


def test_text_beside_empty_parts_is_shown() -> None:
    """B103: a program that wrote its text before the first delimiter meant it to be read; usually it says nothing new."""
    broken = "Content-Type: multipart/mixed; boundary=b\n\nThe printer burns.\n\n--b\n\n\n--b--\n"
    body, odd = body_of(broken.encode())
    assert body.text == "The printer burns."
    assert odd == ["the parts are empty: what stands beside them is shown"]
    usual = broken.replace("--b\n\n", "--b\n\nwords")
    assert body_of(usual.encode()) == (Body("words", "", ()), [])


def test_html_is_kept_beside_the_plain_text() -> None:
    """Whoever strips quotes wants to see the HTML of the same mail."""
    body, _ = body_of(multipart("alternative", PLAIN, HTML).encode())
    assert body.html == "<p>html words</p>"
    assert body_of(PLAIN.encode())[0].html == ""


def test_backslashes_and_escapes_arrive_unchanged() -> None:
    """B102: `C:\\new\\table`, `\\u0041` and `=3D` in plain text mean themselves."""
    text = r"C:\new\table \u0041 =3D"
    assert body_of(f"Subject: x\n\n{text}".encode())[0].text == text


@pytest.mark.parametrize(
    ("encoding", "encoded", "text"),
    [
        ("quoted-printable", b"Kova=C4=8D =\nIvana =3D 1", "Kovač Ivana = 1"),
        ("quoted-printable", b"soft = \nbreak", "soft break"),
        ("Quoted-Printable ", b"=C4=8D", "č"),
        ("base64", b"S292YcSN", "Kovač"),
        ("base64", b"S292\nYcSN!!", "Kovač"),
        ("base64", b"S292YcSN\n____________\nThe list, write to us\n", "Kovač\n____________\nThe list, write to us\n"),
        ("base64", b"Good morning,\nwe never encoded this.\n", "Good morning,\nwe never encoded this.\n"),
        ("base64", b"UGxhaW4gd29yZHMgYW5k\nhurt it was\nIHNvbWUgbW9yZSBvZiB0aGVt\n", None),
        ("x-uuencode", b"begin 644 x\n#0V%T\n`\nend\n", "Cat"),
        ("8bit", "Kovač".encode(), "Kovač"),
        ("x-nonsense", "Kovač".encode(), "Kovač"),
    ],
)
def test_transfer_encodings(encoding: str, encoded: bytes, text: str | None) -> None:
    """Each encoding is undone as mail clients do; an unknown one is none, and what was added below base64 stays readable."""
    head = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n".encode()
    found = body_of(head + encoded)[0].text
    assert found == text if text is not None else found.startswith("Plain words and")


def test_a_page_may_declare_its_charset() -> None:
    """HTML without a label is read as its own meta element says."""
    raw = "Content-Type: text/html\n\n<meta charset=windows-1251><p>Привет</p>".encode("cp1251")
    assert body_of(raw)[0].text == "Привет"


def test_nul_is_removed_and_long_text_cut() -> None:
    """No NUL reaches a database, and no more than a megabyte the rules; both are said."""
    assert body_of(b"Subject: x\n\na\0b") == (Body("ab", "", ()), ["NUL characters in the text"])
    body, odd = body_of(b"Subject: x\n\n" + b"word " * 300_000)
    assert len(body.text) == TEXT
    assert odd == ["text longer than 1024 kB: the rest of it is not read"]


@pytest.mark.parametrize(
    ("flowed", "text"),
    [
        ("one \ntwo\nthree", "one two\nthree"),
        ("> one \n> two\nmine", "> one two\nmine"),
        (">> deep \n> shallow", ">> deep \n> shallow"),
        ("text \n-- \nIvana", "text \n-- \nIvana"),
        (" From stuffed\n >quoted-looking", "From stuffed\n>quoted-looking"),
        ("ends flowing ", "ends flowing "),
        ("", ""),
    ],
)
def test_flowed_text_is_unfolded(flowed: str, text: str) -> None:
    """RFC 3676: a line that ends in a space goes on, except the signature's separator."""
    assert unfold_flowed(flowed) == text


def test_flowed_text_without_its_space() -> None:
    """DelSp=yes: the space that marked the break was none of the author's."""
    assert unfold_flowed("日本 \n語", delete_space=True) == "日本語"
