from email.header import decode_header, make_header

import pytest

from maildesk.outbound.letter import address_field, fixed_field, header_safe, ids_field, mailable, text_field, usable_id


def decoded(value: str) -> str:
    return str(make_header(decode_header(value.replace("\r\n", ""))))


def test_line_ends_and_controls_become_spaces() -> None:
    """What could end a header line, also the line ends of Unicode, is a space afterwards."""
    assert header_safe("a\r\nBcc: x\x0b\x85\u2028\u2029b\tc\x00") == "a Bcc: x b c"


def test_text_that_hides_or_reorders_is_dropped() -> None:
    """Bidirectional controls and invisible characters do not reach a header."""
    assert header_safe("gp\u202ej.exe\u2066 \u200bx\ufeff") == "gpj.exe x"


def test_long_text_is_cut_visibly() -> None:
    """More than 200 characters end in an ellipsis."""
    assert header_safe("x" * 500) == "x" * 199 + "…"


def test_a_plain_subject_stands_as_it_is() -> None:
    """ASCII words are not encoded."""
    assert text_field("Subject", "Re: [#1042] Invoice").lines == "Subject: Re: [#1042] Invoice"


def test_words_beyond_ascii_survive_and_the_tag_stays_readable() -> None:
    """A Croatian subject comes back whole, its number can be read without decoding, no line is longer than 78 (B87)."""
    subject = "Re: [#1042] Upit o računu čćžšđ " + "i još mnogo toga šđ " * 6 + "kraj"
    field = text_field("Subject", subject)
    assert decoded(field.lines.removeprefix("Subject: ")) == subject
    assert field.lines.startswith("Subject: Re: [#1042] Upit o")
    assert max(map(len, field.lines.split("\r\n"))) <= 78


def test_what_looks_encoded_is_encoded_once_more() -> None:
    """A subject that pretends to be an encoded word comes back as its letters, not as what it would decode to."""
    field = text_field("Subject", "=?utf-8?q?hi=0D=0ABcc=3A_victim=40x?=")
    assert decoded(field.lines.removeprefix("Subject: ")) == "=?utf-8?q?hi=0D=0ABcc=3A_victim=40x?="


def test_encoded_words_end_between_characters() -> None:
    """No encoded word splits a character, so each can be decoded by itself (RFC 2047 §5)."""
    field = text_field("Subject", "данас је леп дан " * 10)
    for word in field.lines.split("Subject: ")[1].replace("\r\n", "").split(" "):
        assert str(make_header(decode_header(word)))


@pytest.mark.parametrize("length", [78, 120, 900])
def test_ids_are_never_encoded(length: int) -> None:
    """Ids of 78 characters and more stand in the header letter by letter, each on one line."""
    long_id = "AM0PR" + "x" * (length - 5) + "@eurprd04.prod.outlook.com"
    field = ids_field("References", [long_id, "b@c"])
    assert field.lines == f"References: <{long_id}>\r\n <b@c>"


@pytest.mark.parametrize("bad", ["", "a b@c", "a\r\nX: y@c", "a>@c", "<a@c", "č@c", "x" * 1000])
def test_ids_that_cannot_be_written_are_left_out(bad: str) -> None:
    """An id with spaces, brackets, other letters or no end is not written at all."""
    assert not usable_id(bad)
    assert ids_field("References", [bad, "b@c"]).lines == "References: <b@c>"


def test_a_name_cannot_become_an_address() -> None:
    """A display name with everything an address is made of stays inside its quotes."""
    field = address_field("To", "ivana@kupac.hr", 'x" <evil@x>, "y\\')
    assert field.lines == 'To: "x\\" <evil@x>, \\"y\\\\" <ivana@kupac.hr>'


def test_an_address_that_is_none_never_reaches_the_header() -> None:
    """An address with a line end is replaced; the envelope, which keeps it, is refused by the deliverer."""
    field = address_field("To", "a@b\r\nBcc: x@y")
    assert "Bcc" not in field.lines


@pytest.mark.parametrize(
    ("address", "ok"),
    [
        ("ivana@kupac.hr", True),
        ("podrska+abc@firma.hr", True),
        ("john..doe@docomo.ne.jp", True),
        ('"john doe"@x.org', True),
        ("a@[192.0.2.1]", True),
        ("žofie@kupac.cz", True),
        ("user@localhost", True),
        ("", False),
        ("ivana", False),
        ("a@b\r\n", False),
        ("a b@c.d", False),
        ("a@b c", False),
        ("a@b..c", False),
        ("a@bücher.de", False),
        ("<a@b.c>", False),
        ("a,b@c.d", False),
        ("x" * 65 + "@c.d", False),
        ("a\u2028b@c.d", False),
    ],
)
def test_what_can_be_mailed_to(address: str, ok: bool) -> None:
    """Only an address that cannot break out of an envelope or a header counts as one."""
    assert mailable(address) is ok


def test_a_fixed_value_must_be_plain() -> None:
    """Values of our own making are not repaired: one that is not plain ASCII is a mistake of ours."""
    with pytest.raises(ValueError, match="X-Test"):
        fixed_field("X-Test", "a\r\nb")
