"""The quick ways of reading give what the plain ways give, whatever is read."""

import base64
import binascii
import hashlib

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from maildesk.ingest.mime.charset import decode_plain_lines
from maildesk.ingest.mime.encoded_words import decode_base64
from maildesk.ingest.parse import digest_of
from maildesk.ingest.quoting.glance import glance
from maildesk.ingest.quoting.lines import may_divide
from maildesk.ingest.workers.frames import complete, mail_frame, read_mail
from maildesk.model.mail import Mail

SPACES = st.sampled_from(" \t\n\r\v\f\x1c\x1f\x85\xa0\u1680\u2000\u200a\u200b\u2028\u202f\u205f\u3000")
SPACED = st.lists(st.one_of(SPACES, st.text(max_size=3)), max_size=30).map("".join)
LINES = st.lists(st.sampled_from(["a", "č", ":", "\uff1a", ">", "-", " ", "\xa0", "\u2014", "\n"]), max_size=30).map(
    "".join
)


@given(SPACED)
@example("a\u2028b \xa0 c\n\n")
def test_a_digest_is_that_of_the_words(text: str) -> None:
    """A text's digest is that of its words with single spaces between, whatever spaces stand there."""
    words = " ".join(text.split()).encode("utf-8", "replace")
    assert digest_of(text, ()) == hashlib.sha256(words).hexdigest()


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"x", b"\xc4\x8d", b"\xff", b"\0"]), max_size=12).map(b"".join))
def test_line_ends_are_mended_before_decoding_as_after_it(data: bytes) -> None:
    """Plain UTF-8 comes out with LF for CRLF and CR; what is not plain is left to the careful way."""
    found = decode_plain_lines(data, "utf-8")
    try:
        wanted = None if b"\0" in data else data.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        wanted = None
    assert found == wanted


def test_escape_sequences_are_not_plain() -> None:
    """Japanese in seven bits, UTF-16 and letters of unknown charsets need a closer look; ASCII under any other label does not."""
    assert decode_plain_lines(b"\x1b$B$3$s\x1b(B", "") is None
    assert decode_plain_lines(b"a\0b\0", "utf-16") is None
    assert decode_plain_lines(b"caf\xe9", "windows-1252") is None
    assert decode_plain_lines(b"plain\r\n", "windows-1252") == "plain\n"


@given(st.binary(min_size=1600, max_size=2000), st.binary(max_size=3), st.integers(0, 2000))
def test_long_base64_is_decoded_like_short(content: bytes, junk: bytes, at: int) -> None:
    """Long base64 gives its bytes, also without padding; with junk in it what the lenient decoder gives."""
    whole = base64.encodebytes(content)
    assert decode_base64(whole.replace(b"\n", b"\r\n")) == content
    assert decode_base64(whole.rstrip(b"=\n")) == content
    broken = whole[:at] + junk + whole[at:]
    try:
        wanted = binascii.a2b_base64(broken)
    except binascii.Error:
        return
    assert decode_base64(broken) == wanted


@given(LINES)
@example("a:\n- b\n \u2014\n> c\nd")
@example("no colon\n- b")
@example("a\uff1a\n> b:")
def test_a_glance_at_a_text_is_a_glance_at_each_line(text: str) -> None:
    """The lines worth a look in a text are those of which one at a time is said that they may divide."""
    seen = glance(text)
    assert seen.lines == text.split("\n")
    assert seen.worth == [at for at, line in enumerate(seen.lines) if may_divide(line)]
    assert [bool(head) for head in seen.heads] == [bool(line.strip()) for line in seen.lines]


def test_a_mail_comes_back_from_its_worker_as_it_was() -> None:
    """A mail whose text is new as a whole, one with a quote and one without text pass between worker and desk unchanged."""
    beginning, middle = Mail(text="čau\n> old", new_text="čau"), Mail(text="> old\nnew", new_text="new")
    for mail in (Mail(text="č", new_text="č"), beginning, middle, Mail(), Mail(text="x"), Mail(new_text="x")):
        answer = complete(bytearray(mail_frame(mail)))
        assert answer is not None
        assert read_mail(*answer[1:]) == mail


@pytest.mark.parametrize("length", [b"4", b"-1", b"+1", b" 1", b"1_0", b"x", "\u0661".encode(), b"9" * 5000])
def test_a_worker_cannot_announce_more_new_text_than_text(length: bytes) -> None:
    """An answer whose new text would be longer than its text, or no number long, is no mail."""
    with pytest.raises(msgspec.MsgspecError):
        read_mail(msgspec.msgpack.encode(Mail(text="abc")), length)
