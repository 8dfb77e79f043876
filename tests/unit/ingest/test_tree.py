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
