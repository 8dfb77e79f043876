import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.store.codec import clean, domain_of, fold, from_us, pack, to_us, unpack


@given(st.datetimes(timezones=st.timezones()))
def test_moments_come_back_to_the_microsecond(moment: dt.datetime) -> None:
    """Any aware moment is stored exactly, in UTC, however far away it lies."""
    try:
        utc = moment.astimezone(dt.UTC)
    except OverflowError:
        return
    assert from_us(to_us(moment)) == utc


def test_moments_keep_their_order() -> None:
    """Columns compare as moments do, across zones."""
    zone = dt.timezone(dt.timedelta(hours=5))
    assert to_us(dt.datetime(2026, 1, 1, 4, tzinfo=zone)) < to_us(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


@given(st.binary(max_size=9000), st.integers(0, 9000))
def test_bytes_come_back(content: bytes, over: int) -> None:
    """Whatever is packed is unpacked to the same bytes, and packing never makes longer."""
    stored, packed = pack(content, over)
    assert unpack(stored, packed) == content
    assert len(stored) <= len(content)
    assert not packed or len(content) > over


@given(st.text(alphabet=st.characters(codec=None)))  # type: ignore[arg-type]
def test_cleaned_text_fits_into_any_text_column(text: str) -> None:
    """No NUL and no lone surrogate is left, and text that had none is untouched."""
    cleaned = clean(text)
    assert "\0" not in cleaned
    cleaned.encode("utf-8")
    if "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text):
        assert cleaned == text


@pytest.mark.parametrize(
    ("address", "domain"), [("Jana@Firma.CZ", "firma.cz"), ('"a@b"@X.hr', "x.hr"), ("postmaster", "postmaster")]
)
def test_addresses_are_compared_without_case(address: str, domain: str) -> None:
    """The domain is what stands after the last @."""
    assert domain_of(address) == domain
    assert fold(address) == address.casefold()
