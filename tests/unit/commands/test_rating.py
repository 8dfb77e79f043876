"""Ratings by mail: what counts, what does not, and which words are kept."""

import pytest

from maildesk.commands import read_rating

from .desk import PHRASES


@pytest.mark.parametrize(
    ("text", "score", "comment"),
    [
        ("5", 5, ""),
        ("4", 4, ""),
        ("5!", 5, ""),
        ("5.", 5, ""),
        ("5, hvala", 5, "hvala"),
        ("5 hvala", 5, "hvala"),
        ("5 - Skvělá práce, děkuji!", 5, "Skvělá práce, děkuji!"),
        ("5 – super", 5, "super"),
        ("3: slow but fine", 3, "slow but fine"),
        ("4. Rychlé vyřízení", 4, "Rychlé vyřízení"),
        ("2\nToo slow.\nTwo weeks!", 2, "Too slow.\nTwo weeks!"),
        ("4/5", 4, ""),
        ("4 / 5, good", 4, "good"),
        ("4 out of 5", 4, ""),
        ("4 z 5", 4, ""),
        ("4 od 5 zvjezdica", 4, ""),
        ("5 stars", 5, ""),
        ("5★", 5, ""),
        ("5️⃣", 5, ""),
        ("★★★★☆", 4, ""),
        ("⭐⭐⭐", 3, ""),
        ("★★★★★ skvělé", 5, "skvělé"),
        ("****", 4, ""),
        ("👍", 5, ""),
        ("👍🏽👍🏽", 5, ""),
        ("👎 nobody called", 1, "nobody called"),
        ("🙂", 4, ""),
        (":-(", 2, ""),
        ("Excellent", 5, ""),
        ("Výborně!", 5, ""),
        ("vrlo dobro, hvala", 4, ""),
        ("Very bad.", 1, ""),
        ("Excellent! Solved within an hour.", 5, "Solved within an hour."),
        ("Rating: 4", 4, ""),
        ("Hodnocení 2 - pomalé", 2, "pomalé"),
        ("Ocjena: odlično", 5, ""),
        ("Dobrý den,\n\n4\n\nJana", 4, "Jana"),
        ("Hello Ana,\n5", 5, ""),
    ],
)
def test_a_rating_is_read(text: str, score: int, comment: str) -> None:
    """A digit, stars, a word or a sign on the first line is a rating, and the rest is its comment (B96)."""
    assert read_rating(text, PHRASES) == (score, comment)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "6",
        "10",
        "55",
        "5-6",
        "5,5",
        "5.5",
        "5:30",
        "5?",
        "5 %",
        "5%",
        "5€",
        "5 more invoices are wrong",
        "5 faktura je krivo",
        "5. faktura je špatně",
        "3 dny čekání",
        "5, 6 and 7 are wrong",
        "5/10",
        "1. The invoice is wrong\n2. The name too",
        "1) first\n2) second",
        "My order 5 is missing",
        "The printer shows 4",
        "☆☆☆☆☆",
        "★★★★★★",
        "********",
        "👍 or 👎",
        "😡👍",
        "🦄",
        "Not good",
        "Dobro, ali nije riješeno",
        "Good luck with my 3 tickets",
        "Is it good?",
        "Thanks",
        "On Monday you wrote 5",
        "INV-5",
        "Ok. False alarm.",
        "OK",
        "Great. I forgot to mention that it is slow.",
        "1. I understand that it is broken",
        "5 " * 100_000,
        "★" * 100_000,
    ],
)
def test_what_is_no_rating_is_left_to_people(text: str) -> None:
    """Numbers in sentences, ordinals, lists, other scales and mixed feelings are no rating (B96)."""
    assert read_rating(text, PHRASES) == (None, "")
