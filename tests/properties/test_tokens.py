"""Laws of tokens: what was made is read and proven, whatever else is not."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from maildesk.tokens import (
    Keys,
    Master,
    TokenKind,
    is_own_loop,
    mark_of,
    message_id,
    mint,
    proves,
    read,
    read_message_id,
    strip_subject,
    subject_numbers,
)

KEYS = Keys("firma.hr", ((5, Master(b"k" * 32)), (4, Master(b"o" * 32))))
numbers = st.integers(0, 2**32 - 1)
days = st.dates(dt.date(1970, 1, 1), dt.date(2149, 6, 6))


@given(st.sampled_from(TokenKind), numbers, st.text(max_size=40), days, st.text(max_size=20), st.integers(0, 10**6))
def test_what_is_minted_is_read_and_proven(
    kind: TokenKind, ticket: int, agent: str, expires: dt.date, salt: str, epoch: int
) -> None:
    """Any token reads back as it was made and proves on its last day."""
    detail = mint(KEYS, kind, ticket=ticket, agent=agent, expires=expires, salt=salt, epoch=epoch)
    claims = read(detail)
    assert claims is not None
    assert (claims.kind, claims.ticket, claims.expires, claims.agent_mark) == (kind, ticket, expires, mark_of(agent))
    assert proves(KEYS, detail, kind=kind, agent=agent, salt=salt, epoch=epoch, today=expires)[0]


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567", min_size=32, max_size=32), st.sampled_from(TokenKind))
def test_made_up_tokens_never_prove(detail: str, kind: TokenKind) -> None:
    """No string of the right shape is a token unless it was minted."""
    assert not proves(KEYS, detail, kind=kind, agent="", salt="", epoch=0, today=dt.date(1970, 1, 1))[0]


@given(st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    """Whatever stands in an address, an id, a header or a subject, reading it never raises."""
    assert read(text) is None or len(text) == 32
    assert read_message_id(KEYS, text) is None
    assert not is_own_loop(KEYS, text)
    assert len(subject_numbers(text)) <= 5
    assert strip_subject(strip_subject(text)) == strip_subject(text)


@given(st.text(max_size=60), numbers, st.text(max_size=60))
def test_ids_read_back(effect: str, ticket: int, domain: str) -> None:
    """Any effect, ticket and domain give an id that is ASCII and reads back as the ticket."""
    made = message_id(KEYS, effect, ticket, domain)
    assert made.isascii()
    assert read_message_id(KEYS, made) == ticket
