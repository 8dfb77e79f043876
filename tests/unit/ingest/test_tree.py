"""A mail is cut into its parts; whatever cannot be cut becomes a part of its own."""

import pytest

from maildesk.ingest.headers import read_headers
from maildesk.ingest.mime.limits import DEPTH, PARTS
from maildesk.ingest.mime.tree import Node, parse_tree


def tree(raw: bytes) -> tuple[Node, list[str]]:
    """Cut a mail."""
    return parse_tree(raw, read_headers(raw))


def leaves(raw: bytes) -> list[tuple[str, bytes]]:
    """List a mail's leaves as type and body."""
    return [(leaf.content_type, raw[leaf.start : leaf.end]) for leaf in tree(raw)[0].leaves()]


HEAD = b"Content-Type: multipart/mixed; boundary=b\n\n"


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        (b"--b\n\none\n--b\nContent-Type: text/html\n\ntwo\n--b--\n", [("text/plain", b"one"), ("text/html", b"two")]),
        (b"preamble\n--b\r\n\r\none\r\n--b--\r\nepilogue", [("text/plain", b"one")]),
        (b"--b\n\none\n--b-- \t\n", [("text/plain", b"one")]),
        (b"--b\n\none\n--bx\n--b--\n", [("text/plain", b"one\n--bx")]),
        (b"--b\n\none --b\n--b--\n", [("text/plain", b"one --b")]),
        (b"--b\n\none", [("text/plain", b"one")]),
        (b"--b\n--b\n\none\n--b--", [("text/plain", b""), ("text/plain", b"one")]),
        (b"--b\nno header, only text\n--b--", [("text/plain", b"no header, only text")]),
        (b"no boundary here", [("text/plain", b"no boundary here")]),
        (b"--b--\n", [("text/plain", b"--b--\n")]),
        (b"--b\n\none\n--b-->\nafter the end", [("text/plain", b"one")]),
        (b'--b\n\none\n--b"\n\ntwo\n--b--', [("text/plain", b"one"), ("text/plain", b"two")]),
    ],
)
def test_delimiters(body: bytes, parts: list[tuple[str, bytes]]) -> None:
    """Only a whole delimiter line divides; the line end before it is not the part's (RFC 2046 §5.1.1)."""
    assert leaves(HEAD + body) == parts


def test_nested_parts_end_with_their_parents() -> None:
    """An inner multipart that is never closed does not swallow what follows it."""
    raw = HEAD + b"--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\ninner\n--b\n\nouter\n--b--\n"
    assert leaves(raw) == [("text/plain", b"inner"), ("text/plain", b"outer")]
    assert "a multipart that is not closed" in tree(raw)[1]


def test_multiparts_of_one_boundary_inside_each_other() -> None:
    """Where a script uses its boundary twice, a closing delimiter ends the inner multipart, and no file behind it is lost."""
    inner = b"--b\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nwords\n--b\nContent-Type: text/html\n\n<p>\n--b--\n"
    raw = HEAD + b"--b\n\nfirst\n" + inner + b"--b\nContent-Type: application/pdf\n\nfile\n--b--\nepilogue"
    root, odd = tree(raw)
    assert [child.content_type for child in root.children] == ["text/plain", "multipart/alternative", "application/pdf"]
    assert [raw[leaf.start : leaf.end] for leaf in root.leaves()] == [b"first", b"words", b"<p>", b"file"]
    assert [leaf.index for leaf in root.leaves()] == [0, 1, 2, 3]
    assert "multiparts inside each other with the same boundary" in odd


def test_multiparts_of_one_boundary_have_their_limits() -> None:
    """Thousands of them inside and beside each other end in no more leaves and levels than others."""
    alike = b"--b\nContent-Type: multipart/mixed; boundary=b\n\n"
    for body in (alike * 20_000, (alike + b"--b\n\nx\n--b--\n") * 5_000, alike * 20 + b"--b\n\nx\n--b--\n" * 5_000):
        found = tree(HEAD + body)[0].leaves()
        assert 1 <= len(found) <= PARTS
        assert max(leaf.depth for leaf in found) <= DEPTH


@pytest.mark.parametrize("declared", [b"; boundary=other", b"", b"; boundary=" + b"x" * 300])
def test_the_delimiter_that_stands_there_counts_where_the_declared_one_is_nowhere(declared: bytes) -> None:
    """A gateway that rewrote the field but not the body still leaves parts; text that only looks alike is none."""
    body = b"A word before.\n\n--=_real 1\nContent-Type: text/plain\n\none\n--=_real 1\n\ntwo\n--=_real 1--\n"
    raw = b"Content-Type: multipart/mixed" + declared + b"\n\n" + body
    assert leaves(raw) == [("text/plain", b"one"), ("text/plain", b"two")]
    plain = b"Content-Type: multipart/mixed" + declared + b"\n\nHello\n--\nContent-Type: is a field of a mail\n"
    assert len(leaves(plain)) == 1


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"text/html{}", "text/html"),
        (b'"application/pdf"', "application/pdf"),
        (b"image/; name=x.jpg", "application/octet-stream"),
        (b"audio", "application/octet-stream"),
        (b"text", "text/plain"),
        (b"something", "text/plain"),
        (b"PDF; name=x.pdf", "application/octet-stream"),
    ],
)
def test_impossible_types(written: bytes, read: str) -> None:
    """Rubbish behind a type does not hide it; half a type that cannot be text is a file."""
    assert leaves(b"Content-Type: " + written + b"\n\nx") == [(read, b"x")]


def test_the_name_of_a_file_is_the_first_that_programs_look_for() -> None:
    """`filename` of the disposition, then `name` of the type, then what nobody defined."""
    node = tree(b"Content-Type: image/png; name=type.png\nContent-Disposition: attachment; name=odd.png\n\nx")[0]
    assert node.name == "type.png"


def test_a_nested_mail_is_one_leaf() -> None:
    """What a message/rfc822 holds is not part of the mail around it."""
    raw = HEAD + b"--b\nContent-Type: message/rfc822\n\nSubject: x\n\ninner\n--b--\n"
    assert leaves(raw) == [("message/rfc822", b"Subject: x\n\ninner")]


def test_in_a_digest_parts_are_mails() -> None:
    """RFC 2046 §5.1.5: the default type in a digest is message/rfc822."""
    raw = b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\ninner\n--b--\n"
    assert leaves(raw) == [("message/rfc822", b"Subject: x\n\ninner")]


@pytest.mark.parametrize(
    "content_type", [b"multipart/mixed", b"multipart/mixed; boundary=", b"multipart/mixed; boundary=" + b"x" * 201]
)
def test_without_a_usable_boundary_the_body_is_text(content_type: bytes) -> None:
    """A multipart that cannot be cut is shown, not lost."""
    assert leaves(b"Content-Type: " + content_type + b"\n\nwords") == [("text/plain", b"words")]


def test_delimiters_with_words_behind_them() -> None:
    """RFC 2046 §5.1.1: they count where no delimiter is exact, and never beside one that is."""
    loose = b"--b x\n\none\n--b-- y\n"
    assert leaves(HEAD + loose) == [("text/plain", b"one")]
    assert leaves(HEAD + b"--b\n\none\n--b x\ntwo\n--b--\n") == [("text/plain", b"one\n--b x\ntwo")]


def test_too_many_parts_leave_one_rest() -> None:
    """After 499 parts the remainder is one file, and a defect says so."""
    raw = HEAD + b"--b\n\nx\n" * (PARTS + 50) + b"--b--\n"
    root, odd = tree(raw)
    found = root.leaves()
    assert len(found) == PARTS
    assert (found[-1].content_type, found[-1].disposition) == ("application/octet-stream", "attachment")
    assert odd == ["more than 500 parts: the rest is one attachment"]


def test_too_deep_parts_are_one_attachment() -> None:
    """Below 30 levels nothing is cut any more."""
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(DEPTH + 20))
    root, odd = tree(raw + b"\nend")
    assert max(leaf.depth for leaf in root.leaves()) == DEPTH
    assert "parts nested deeper than 30: the rest is one attachment" in odd


@pytest.mark.parametrize(
    ("value", "content_type"),
    [
        (b"TEXT/HTML; charset=x", "text/html"),
        (b"text", "text/plain"),
        (b"", "text/plain"),
        (b"/;;", "text/plain"),
        (b"application; name=x.pdf", "application/octet-stream"),
        (b"text/html charset=utf-8", "text/html"),
    ],
)
def test_impossible_types_are_plain_text(value: bytes, content_type: str) -> None:
    """RFC 2045 §5.2: what cannot be understood is text, unless it is a file by name."""
    assert tree(b"Content-Type: " + value + b"\n\nx")[0].content_type == content_type
