import datetime as dt
from hashlib import sha256

import pytest

from maildesk.ingest.arrival import build_arrival, find_message_id, key_of
from maildesk.model.mail import Envelope

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def test_an_arrival_holds_what_came_and_nothing_else() -> None:
    """Raw bytes, envelope and time stand as they were given; the key is a digest unless the source has one."""
    raw, envelope = b"Message-ID: <1@x>\r\n\r\nhi", Envelope("a@b.cz", ("c@d.cz",))
    arrival = build_arrival("smtp", raw, envelope, NOW)
    assert (arrival.raw, arrival.envelope, arrival.received_at) == (raw, envelope, NOW)
    assert (arrival.source_key, arrival.message_id) == (key_of(envelope, sha256(raw).digest()), "1@x")
    assert build_arrival("imap:x@y.cz", raw, envelope, NOW, key="7/1").source_key == "7/1"


def test_a_mail_is_named_by_envelope_and_bytes_whatever_the_order_of_recipients() -> None:
    """The same mail sent again has the same name; another recipient, sender or byte makes another."""
    raw = b"Subject: x\r\n\r\n"
    same = [Envelope("a@b.cz", ("c@d.cz", "e@f.cz")), Envelope("a@b.cz", ("e@f.cz", "c@d.cz"))]
    assert key_of(same[0], sha256(raw).digest()) == key_of(same[1], sha256(raw).digest())
    others = [
        Envelope("a@b.cz", ("c@d.cz",)),
        Envelope("", ("c@d.cz", "e@f.cz")),
        Envelope("a@b.czc@d.cz", ("e@f.cz",)),
        Envelope("a@b.cz", ("c@d.cze@f.cz",)),
    ]
    assert len({key_of(envelope, sha256(raw).digest()) for envelope in [same[0], *others]}) == 5
    assert key_of(same[0], sha256(raw + b"\n").digest()) != key_of(same[0], sha256(raw).digest())
    assert key_of(Envelope("a\udcff@b.cz"), sha256(raw).digest())


@pytest.mark.parametrize(
    ("raw", "message_id"),
    [
        (b"Message-ID: <1@x>\r\n\r\n", "1@x"),
        (b"Subject: a\nMESSAGE-id:\n <2@x>\n\nMessage-ID: <body@x>\n", "2@x"),
        (b"Message-Id: 3@x\r\n", "3@x"),
        (b"Message-ID: < 4 @x >\r\n\r\n", "4@x"),
        (b"X-Message-ID: <5@x>\r\n\r\n", ""),
        (b"\r\nMessage-ID: <6@x>\r\n\r\n", "6@x"),
        (b"", ""),
        (b"Subject: x\r\n\r\nMessage-ID: <7@x>\r\n", ""),
        (b"Message-ID: <8@x>\rSubject: mac\r\rbody\r", "8@x"),
        (b"Message-ID:\r\n\r\n", ""),
        (b"X: " + b"y" * 300_000 + b"\r\nMessage-ID: <9@x>\r\n\r\n", ""),
    ],
)
def test_the_message_id_is_found_without_parsing(raw: bytes, message_id: str) -> None:
    """Folded, without brackets, in any case; never from the body, never from beyond the header limit."""
    assert find_message_id(raw) == message_id
