import pytest

from maildesk.outbound.letter import Broken, Field, File, freeze, text_field
from tests.unit.outbound.builders import read

HEAD = [text_field("Subject", "s")]


def test_short_ascii_is_sent_as_it_is() -> None:
    """Plain words need no encoding at all."""
    raw = freeze(HEAD, "Hello\n\nBye")
    assert raw.endswith(b"Content-Transfer-Encoding: 7bit\r\n\r\nHello\r\n\r\nBye\r\n")


@pytest.mark.parametrize(
    "text",
    [
        "Poštovani,\n\nhvala.\n",
        "x" * 5000 + "\n",
        "trailing \nspace\t\n",
        ".\n..\n",
        "тест " * 100 + "\n",
        "=3D =\n",
        "-- \nAna\n",
    ],
)
def test_every_text_arrives_as_written(text: str) -> None:
    """Long lines, dots, other scripts, trailing spaces: what is read is what was written, in lines any relay carries."""
    raw = freeze(HEAD, text)
    assert read(raw).get_content().replace("\r\n", "\n") == text
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert raw.count(b"\n") == raw.count(b"\r") == raw.count(b"\r\n")


def test_controls_leave_a_text() -> None:
    """NUL and its like are not sent; line ends of all kinds are line ends."""
    assert read(freeze(HEAD, "a\0b\x1b\rc\r\nd")).get_content().replace("\r\n", "\n") == "ab\nc\nd\n"


def test_text_and_html_are_alternatives_and_files_follow() -> None:
    """A letter with files is mixed, its words are alternative: plain first, HTML last."""
    message = read(freeze(HEAD, "t", "<p>t</p>", [File("a.pdf", "application/pdf", b"x")], "seed"))
    assert message.get_content_type() == "multipart/mixed"
    words, file = message.iter_parts()
    assert [part.get_content_type() for part in words.iter_parts()] == ["text/plain", "text/html"]
    assert file.get_content_disposition() == "attachment"


@pytest.mark.parametrize("kind", ["application/pdf", "text/plain", "message/rfc822", "multipart/mixed", "x\r\ny/z", ""])
def test_files_arrive_byte_for_byte(kind: str) -> None:
    """No line end, no charset and no type changes an attached file; a type that cannot be base64 becomes plain bytes."""
    data = bytes(range(256)) * 40 + b"\r\n.\r\nFrom me\n"
    part = next(iter(read(freeze(HEAD, "t", files=[File("f", kind, data)])).iter_attachments()))
    assert part.get_payload(decode=True) == data


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("racun.pdf", "racun.pdf"),
        ("račun 2026.pdf", "račun 2026.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Temp\\x.doc", "x.doc"),
        ('a"b%.txt', 'a"b%.txt'),
        ("a\r\nBcc: x@y.pdf", "a Bcc: x@y.pdf"),
        ("gp\u202ej.exe", "gpj.exe"),
        ("ž" * 300 + ".pdf", "ž" * 109 + ".pdf"),
        ("", "file"),
        (" .. ", "file"),
    ],
)
def test_file_names_are_safe_and_readable(name: str, shown: str) -> None:
    """Names keep their letters and their ending (RFC 2231), lose folders and controls, and fit (B87, B110)."""
    part = next(iter(read(freeze(HEAD, "t", files=[File(name, "application/pdf", b"x")])).iter_attachments()))
    assert part.get_filename() == shown


def test_the_same_letter_has_the_same_bytes() -> None:
    """Nothing in a letter is drawn at random."""
    assert freeze(HEAD, "č", "<p>č</p>", [], "s") == freeze(HEAD, "č", "<p>č</p>", [], "s")


@pytest.mark.parametrize(
    "lines", ["X: a\r\nBcc: b", "X: a\nBcc: b", "X: a\rBcc: b", "X: a\r\n\r\nbody", "X: " + "y" * 999, "Y: a"]
)
def test_a_header_that_reads_otherwise_is_not_sent(lines: str) -> None:
    """If the header, read again, is not what was meant, the letter is refused."""
    with pytest.raises(Broken):
        freeze([Field("X", lines)], "t")


def test_a_text_that_knows_the_boundary_is_refused() -> None:
    """A part cannot be ended from inside."""
    with pytest.raises(Broken):
        freeze(HEAD, "--=_seed_a\n", "<p>", [], "seed")


def test_fields_without_value_are_left_out() -> None:
    """An empty field is not written."""
    assert b"Thread-Topic" not in freeze([*HEAD, text_field("Thread-Topic", "")], "t")
