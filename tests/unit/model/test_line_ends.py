"""Which ends the lines of a mail have."""

from hypothesis import given
from hypothesis import strategies as st

from maildesk.model.line_ends import find_line_ends


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", b"\x80", b"\0", b"\x0b", b"\xff\r\r\n"])).map(b"".join))
def test_each_kind_is_seen_wherever_it_stands(raw: bytes) -> None:
    """CRLF counts as itself and never as CR or LF; a lone CR or LF is seen at any place, the very end too."""
    pairs = raw.count(b"\r\n")
    kinds = {"\r\n": pairs, "\r": raw.count(b"\r") - pairs, "\n": raw.count(b"\n") - pairs}
    assert find_line_ends(raw) == {kind for kind, count in kinds.items() if count}
