"""Proofs are HMAC-SHA256 as everybody makes it, so that what was made before is understood."""

import datetime as dt
import hmac

from hypothesis import given
from hypothesis import strategies as st

from maildesk.tokens import Keys, TokenKind, loop_mark, message_id, mint, secret_text
from maildesk.tokens.macs import mac

KEYS = Keys.from_secret(secret_text(bytes(range(32))), site="firma.hr")
DAY = dt.date(2027, 5, 1)


@given(st.binary(max_size=200), st.binary(max_size=300))
def test_it_is_the_hmac_of_everybody(key: bytes, message: bytes) -> None:
    """Keys of any length, short and longer than a block, prove a text as the standard library does; twice the same."""
    assert mac(key, message) == mac(key, message) == hmac.digest(key, message, "sha256")


def test_marks_of_earlier_versions_stay_what_they_were() -> None:
    """An id, a loop mark and a token have the very letters that version after version has given them."""
    assert (
        message_id(KEYS, "ack:ticket:1042", 1042, "firma.hr")
        == "md1.cm3f32fssdieg6slc7mhn22cde.szwyjkikmtwjkq@firma.hr"
    )
    assert loop_mark(KEYS, "x@firma.hr") == "mevx6c5urz37zq4q5ae6ngf2ocgey7of"
    assert (
        mint(KEYS, TokenKind.REQUESTER, ticket=1042, agent="Ana Ž", expires=DAY, salt="s", epoch=2)
        == "empnrqyaaacbeuol74i2pxvqfjn6kxpt"
    )
