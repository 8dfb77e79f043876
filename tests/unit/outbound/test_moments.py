import datetime as dt

import pytest

from maildesk.outbound.words.moments import say_moment, say_since, say_until

NOON = "2026-11-24T12:00:00+01:00"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Tuesday 24 November, 12:00"),
        ("cs", "v úterý 24. 11. do 12:00"),
        ("hr", "u utorak 24. 11. do 12:00"),
    ],
)
def test_promises_in_three_languages(language: str, words: str) -> None:
    """A promised time is said as people of the language say it."""
    assert say_until(NOON, language, "Europe/Zagreb") == words


@pytest.mark.parametrize(
    ("day", "cs", "hr"),
    [
        (23, "v pondělí 23. 11. od 8:00", "u ponedjeljak 23. 11. od 8:00"),
        (25, "ve středu 25. 11. od 8:00", "u srijedu 25. 11. od 8:00"),
        (26, "ve čtvrtek 26. 11. od 8:00", "u četvrtak 26. 11. od 8:00"),
        (28, "v sobotu 28. 11. od 8:00", "u subotu 28. 11. od 8:00"),
        (29, "v neděli 29. 11. od 8:00", "u nedjelju 29. 11. od 8:00"),
    ],
)
def test_weekdays_are_declined(day: int, cs: str, hr: str) -> None:
    """After a preposition the weekday stands in its case."""
    moment = f"2026-11-{day}T08:00:00+01:00"
    assert say_since(moment, "cs", "Europe/Prague") == cs
    assert say_since(moment, "hr", "Europe/Zagreb") == hr


def test_moments_are_told_in_the_desks_zone() -> None:
    """A moment in UTC is said in local time."""
    assert say_until("2026-07-01T10:00:00Z", "en", "Europe/Zagreb") == "Wednesday 1 July, 12:00"


def test_past_moments() -> None:
    """When something was is said with its year."""
    moment = dt.datetime(2026, 11, 3, 13, 5, tzinfo=dt.UTC)
    assert say_moment(moment, "cs", "Europe/Prague") == "3. 11. 2026 14:05"
    assert say_moment(moment, "hr", "Europe/Zagreb") == "3. 11. 2026. 14:05"
    assert say_moment(moment, "en", "Europe/London") == "3 November 2026, 13:05"


@pytest.mark.parametrize("moment", ["", "soon", "2026-11-24T12:00:00"])
def test_what_is_no_moment_is_not_said(moment: str) -> None:
    """Without a zone, or without a time, nothing is promised."""
    assert say_until(moment, "en", "Europe/Zagreb") == ""


def test_other_languages_and_zones_do_not_fail() -> None:
    """A language of the admin's own is left to Babel; an unknown one is said in English."""
    assert "2026" in say_until(NOON, "de", "Europe/Berlin")
    assert say_until(NOON, "xx", "Nowhere/City")
