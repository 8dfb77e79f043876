"""Our own Received field keeps strangers at an open door from passing off results of checks that nobody made."""

import datetime as dt

import pytest

from maildesk.ingest.authentication import verdict
from maildesk.ingest.headers import read_headers
from maildesk.ingest.parse import parse_mail
from maildesk.ingest.smtp.trace import with_trace

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
FORGED = (
    b"Authentication-Results: mx.firma.hr; dmarc=pass header.from=x.cz\r\n"
    b"Received: from mail.x.cz (mail.x.cz [203.0.113.9]) by mx.firma.hr with ESMTPS id 1\r\n"
    b"From: jana@x.cz\r\nSubject: x\r\n\r\nhello\r\n"
)


def traced(raw: bytes = FORGED, *, peer: str = "198.51.100.7", greeting: str = "mail.x.cz") -> bytes:
    """Put our field on top."""
    return with_trace(
        raw, peer=peer, greeting=greeting, host="desk.firma.hr", protocol="ESMTP", key="0123456789abcdef", now=NOW
    )


def test_the_field_says_who_when_and_where() -> None:
    """It reads as RFC 5321 §4.4 wants it, and the mail below it is as it came."""
    raw = traced()
    assert raw.endswith(b"\r\n" + FORGED)
    line = raw.partition(b"\r\n")[0]
    assert line == (
        b"Received: from mail.x.cz ([198.51.100.7]) by desk.firma.hr with ESMTP id 0123456789;"
        b" Sun, 22 Nov 2026 09:30:00 +0000"
    )


@pytest.mark.parametrize("peer", ["198.51.100.7", "2001:db8::7"])
@pytest.mark.parametrize("greeting", ["mail.x.cz", "[127.0.0.1]", "localhost", "x by mx.firma.hr", "a\r\nX: y", ""])
def test_nothing_above_the_clients_own_words_counts(peer: str, greeting: str) -> None:
    """A stranger at our own door with a forged result, whatever he calls himself, is believed nothing (T12)."""
    headers = parse_mail(traced(peer=peer, greeting=greeting)).headers
    assert headers[0][0] == "Received"
    assert headers[1][0] == "Authentication-Results"
    assert verdict(headers, ("mx.firma.hr",), "x.cz")[0] == "none"
    assert verdict(parse_mail(FORGED).headers, ("mx.firma.hr",), "x.cz")[0] == "pass"  # as from the server in front


def test_a_server_of_ours_on_another_machine_is_a_hop() -> None:
    """With `hops: 1` the mail server next door is believed, its clients are not."""
    headers = parse_mail(traced(peer="10.0.0.5", greeting="mx.firma.hr")).headers
    assert verdict(headers, ("mx.firma.hr",), "x.cz", hops=1)[0] == "pass"
    forged_below = parse_mail(traced(traced(), peer="10.0.0.5", greeting="mx.firma.hr")).headers
    assert verdict(forged_below, ("mx.firma.hr",), "x.cz", hops=1)[0] == "none"


def test_line_ends_stay_of_one_kind() -> None:
    """A mail whose lines end in LF gets a field that does so too: mixed ends would make its author ambiguous."""
    raw = traced(FORGED.replace(b"\r\n", b"\n"))
    assert b"\r" not in raw
    assert not read_headers(raw).noise
