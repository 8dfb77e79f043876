"""Base32 as everybody reads it."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from maildesk.tokens.base32 import base32


@given(st.binary(max_size=64))
def test_it_is_the_base32_of_everybody(data: bytes) -> None:
    """What is written is what the standard library writes, in small letters and without padding."""
    assert base32(data) == base64.b32encode(data).decode().rstrip("=").lower()
