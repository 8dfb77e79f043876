import datetime as dt

import pytest

from maildesk.ingest.imap.batches import Listed, Trouble, arrival_time, chunks, kind_of_trouble, pause, portions

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def test_portions_are_bounded_by_count_and_bytes_and_keep_the_order() -> None:
    """No portion has more mails or bytes than asked for; a mail larger than a portion is one by itself."""
    listed = {5: Listed(10, None), 1: Listed(40, None), 2: Listed(40, None), 3: Listed(500, None), 4: Listed(10, None)}
    assert list(portions(listed, 50, 100)) == [[1, 2], [3], [4, 5]]
    assert list(portions(listed, 1, 100)) == [[1], [2], [3], [4], [5]]
    assert list(portions({}, 1, 100)) == []


def test_chunks_cover_everything_once() -> None:
    """A list is cut without loss."""
    assert list(chunks(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(chunks([], 3)) == []
    assert list(chunks([1, 2, 3], 3)) == [[1, 2, 3]]


def test_pauses_double_up_to_half_an_hour() -> None:
    """1 s, 2 s, 4 s … 30 min, within a quarter up or down, however often it fails."""
    middle = [pause(failures, Trouble.BROKEN, jitter=0.5) for failures in (1, 2, 3, 12, 10_000)]
    assert middle == [1, 2, 4, 1800, 1800]
    assert pause(1, Trouble.BROKEN, jitter=0) == 0.75
    assert pause(1, Trouble.BROKEN, jitter=1) == 1.25


def test_i10_a_server_that_wants_peace_is_left_for_a_minute_and_longer_each_time() -> None:
    """Throttling is answered by 1, 2, 4 … 30 minutes (I10)."""
    assert [pause(n, Trouble.THROTTLED, jitter=0.5) for n in (1, 2, 5, 6, 99)] == [60, 120, 960, 1800, 1800]


def test_i11_a_refused_login_is_tried_at_least_every_quarter_of_an_hour() -> None:
    """No account is locked by hammering, and none is given up (I11)."""
    assert [pause(n, Trouble.REFUSED, jitter=0.5) for n in (1, 2, 9)] == [60, 120, 900]


@pytest.mark.parametrize(
    ("said", "refused", "kind"),
    [
        ("select failed: [THROTTLED] slow down", False, Trouble.THROTTLED),
        ("[UNAVAILABLE] Temporary authentication failure", True, Trouble.THROTTLED),
        ("[ALERT] Too many simultaneous connections. (Failure)", True, Trouble.THROTTLED),
        ("Account exceeded command or bandwidth limits.", False, Trouble.THROTTLED),
        ("[AUTHENTICATIONFAILED] Authentication failed.", True, Trouble.REFUSED),
        ("socket error: EOF", False, Trouble.BROKEN),
    ],
)
def test_i10_what_a_server_says_tells_what_it_wants(said: str, refused: bool, kind: Trouble) -> None:
    """Throttling is known by its response codes (RFC 5530) and by the words of large providers (I10)."""
    assert kind_of_trouble(said, refused=refused) is kind


@pytest.mark.parametrize(
    ("claimed", "taken"),
    [
        (None, NOW),
        (NOW - dt.timedelta(days=14), NOW - dt.timedelta(days=14)),
        (NOW + dt.timedelta(days=1), NOW),
        (dt.datetime(1970, 1, 1, tzinfo=dt.UTC), NOW),
        (dt.datetime(2026, 11, 22, 14, tzinfo=dt.timezone(dt.timedelta(hours=3))), NOW - dt.timedelta(hours=1)),
        (dt.datetime(2026, 11, 22, 11), NOW - dt.timedelta(hours=1)),  # noqa: DTZ001 - as a library may give it
    ],
)
def test_the_time_of_arrival_is_the_servers_unless_it_is_absurd(
    claimed: dt.datetime | None, taken: dt.datetime
) -> None:
    """A mail never comes from the future, nor from before there was mail (I21)."""
    assert arrival_time(claimed, NOW) == taken
