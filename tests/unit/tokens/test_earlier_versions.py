"""What proves is made as it always was, so that letters of earlier versions are understood."""

import datetime as dt

from maildesk.tokens import Keys, TokenKind, loop_mark, message_id, mint, secret_text

KEYS = Keys.from_secret(secret_text(bytes(range(32))), site="firma.hr")
DAY = dt.date(2027, 5, 1)


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
