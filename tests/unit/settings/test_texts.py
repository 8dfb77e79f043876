"""The small languages of maildesk.yaml."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from maildesk.settings import Since, fetching, texts
from maildesk.settings.texts import ListenAddress
from maildesk.yaml_file.take import Refused


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (texts.parse_size, "25MB", 25 * 1024 * 1024),
        (texts.parse_size, "1 GiB", 1024**3),
        (texts.parse_size, "1000", 1000),
        (texts.parse_size, "64k", 65536),
        (texts.parse_listen, "127.0.0.1:2525", ListenAddress("127.0.0.1", 2525)),
        (texts.parse_listen, "[::1]:25", ListenAddress("::1", 25)),
        (texts.parse_listen, "*:25", ListenAddress("", 25)),
        (texts.parse_listen, "mail.firma.hr:0", ListenAddress("mail.firma.hr", 0)),
        (texts.parse_listen, "unix:/run/x.sock", ListenAddress(path="/run/x.sock")),
        (texts.parse_address, "Jana.Nova@FIRMA.cz", "Jana.Nova@firma.cz"),
        (texts.parse_domain, "Firma.HR.", "firma.hr"),
        (texts.parse_zone, "Europe/Prague", "Europe/Prague"),
        (texts.parse_url, "https://help.firma.hr/desk/", "https://help.firma.hr/desk"),
        (fetching.parse_after, "move:Done", "move:Done"),
        (fetching.parse_after, "delete:7d", "delete:7d"),
        (fetching.parse_after, "move:\\Archive", "move:\\Archive"),
        (fetching.parse_folder, "Pošta/Nova", "Pošta/Nova"),
        (fetching.parse_since, "recent", Since()),
        (fetching.parse_since, "recent 14d", Since(ago=dt.timedelta(days=14))),
        (fetching.parse_since, "now", Since("now", dt.timedelta(0))),
        (fetching.parse_since, "3d", Since("ago", dt.timedelta(days=3))),
        (fetching.parse_since, "2026-11-01", Since("day", day=dt.date(2026, 11, 1))),
        (texts.parse_days, "0", 0),
    ],
)
def test_good_texts(read: Callable[[str], Any], text: str, value: Any) -> None:
    """What an admin writes becomes a value."""
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (texts.parse_size, "25 megs"),
        (texts.parse_size, "-1"),
        (texts.parse_listen, "2525"),
        (texts.parse_listen, "127.0.0.1:70000"),
        (texts.parse_listen, "::1:25"),
        (texts.parse_listen, "unix:relative"),
        (texts.parse_listen, "unix:/" + "x" * 200),
        (texts.parse_address, "podrska"),
        (texts.parse_address, "a b@firma.hr"),
        (texts.parse_address, "a@firma hr"),
        (texts.parse_address, "a@firma.hr\r\nBcc: x@y.cz"),
        (texts.parse_address, "<a@firma.hr>"),
        (texts.parse_address, ".a@firma.hr"),
        (texts.parse_domain, "-firma.hr"),
        (texts.parse_domain, "firma..hr"),
        (texts.parse_domain, "a" * 64 + ".hr"),
        (texts.parse_zone, "Europe/Zagrb"),
        (texts.parse_zone, "/etc/passwd"),
        (texts.parse_zone, "../../etc/passwd"),
        (texts.parse_url, "help.firma.hr"),
        (texts.parse_url, "javascript:alert(1)"),
        (texts.parse_url, "https://x.cz/?a=b"),
        (fetching.parse_after, "move:"),
        (fetching.parse_after, "move:a\nb"),
        (fetching.parse_after, "trash"),
        (fetching.parse_after, "delete:soon"),
        (fetching.parse_after, "move:a\\b"),
        (fetching.parse_folder, 'x" (\\Deleted\r\nA1 DELETE INBOX'),
        (fetching.parse_since, "yesterday"),
        (fetching.parse_since, "recent soon"),
        (fetching.parse_since, "2026-13-01"),
        (texts.parse_word, "a\x00b"),
        (texts.parse_word, " "),
        (texts.parse_count, "0"),
        (texts.parse_days, "4000"),
        (texts.parse_language, "english"),
        (fetching.parse_oauth, "yahoo"),
        (texts.parse_database, "mysql://x"),
    ],
)
def test_bad_texts(read: Callable[[str], Any], text: str) -> None:
    """What would not do is refused, before it can reach a protocol."""
    with pytest.raises(Refused):
        read(text)


@pytest.mark.parametrize("text", ["127.0.0.1:2525", "[::1]:25", "unix:/run/x.sock"])
def test_an_address_is_written_as_it_is_read(text: str) -> None:
    """A listener's address prints the way it is written."""
    assert str(texts.parse_listen(text)) == text
