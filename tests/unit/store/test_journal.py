import pytest

from maildesk.store.journal import find_message_id


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"Message-ID: <a@b>\r\n\r\n", "a@b"),
        (b"Subject: x\nmessage-id:\t<a@b> (comment)\n\nbody", "a@b"),
        (b"Subject: x\r\nMessage-Id:\r\n <folded@b>\r\n\r\n", "folded@b"),
        (b"X-Message-ID: <no@b>\r\n\r\nMessage-ID: <body@b>\r\n", ""),
        (b"Message-ID: no-brackets\r\n\r\n", ""),
        (b"Message-ID: <" + b"a" * 5000 + b"@b>\r\n\r\n", ""),
        (b"\r\nMessage-ID: <body@b>\r\n", ""),
        (b"", ""),
    ],
)
def test_a_plain_message_id_is_found_in_the_headers_only(raw: bytes, found: str) -> None:
    """The id that waiting children ask for is read without parsing, and never out of the body."""
    assert find_message_id(raw) == found
