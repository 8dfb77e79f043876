from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from maildesk.ingest.smtp.content import Content
from maildesk.ingest.smtp.limits import Limits

lines = st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\r", b".").replace(b"\n", b".")), max_size=12)
cuts = st.lists(st.integers(0, 200), max_size=10)


def stuffed(mail: bytes) -> bytes:
    """Do what a client does before it sends a mail (RFC 5321 §4.5.2)."""
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in mail.split(b"\r\n")[:-1])


def pieces(data: bytes, at: list[int]) -> list[bytes]:
    """Cut bytes at these places."""
    places = sorted({0, len(data), *(place for place in at if place < len(data))})
    return [data[start:end] for start, end in pairwise(places)]


@given(lines, cuts, st.binary(max_size=30))
def test_what_was_meant_is_what_arrives(parts: list[bytes], at: list[int], behind: bytes) -> None:
    """Any mail of CRLF lines, stuffed and cut anywhere, comes out as it was; what follows it is kept for the next command."""
    mail = b"".join(line + b"\r\n" for line in parts)
    content = Content(Limits())
    rest: bytes | None = None
    for piece in pieces(stuffed(mail) + b".\r\n" + behind, at):
        rest = content.feed(piece) if rest is None else rest + piece
    assert content.problem is None
    assert rest == behind
    assert content.take() == mail


@given(st.binary(max_size=300), cuts)
def test_the_pieces_make_no_difference(data: bytes, at: list[int]) -> None:
    """Whatever a client sends, it is read the same in one piece and in many."""
    whole, cut = Content(Limits(line_length=40, lines=20)), Content(Limits(line_length=40, lines=20))
    rest = whole.feed(data)
    cut_rest: bytes | None = None
    for piece in pieces(data, at):
        if cut_rest is not None:
            cut_rest += piece
        elif cut.problem is None:
            cut_rest = cut.feed(piece)
    assert (cut.problem is None) == (whole.problem is None)
    if whole.problem is None:
        assert cut_rest == rest
        assert cut.take() == whole.take()
