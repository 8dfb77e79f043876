"""Message ids and loop marks that this desk recognises as its own."""

import re

import pytest

from maildesk.tokens import Keys, is_own_loop, loop_mark, message_id, read_message_id, secret_text

KEYS = Keys.from_secret(secret_text(bytes(range(32))), site="firma.hr")
OTHER = Keys.from_secret(secret_text(bytes(32)), site="firma.hr")
OURS = message_id(KEYS, "ack:ticket:1042", 1042, "firma.hr")


@pytest.mark.parametrize("ticket", [0, 1, 1042, 2**32 - 1])
def test_the_ticket_can_be_read_from_our_id_alone(ticket: int) -> None:
    """Our id tells its ticket without any table, also in other case, and also when it belongs to none (0)."""
    made = message_id(KEYS, "reply:9:jana@firma.cz", ticket, "firma.hr")
    assert read_message_id(KEYS, made) == ticket
    assert read_message_id(KEYS, made.upper()) == ticket


def test_an_effect_always_has_the_same_id() -> None:
    """The same effect key gives the same id, so that a receiver can drop a copy; another key gives another."""
    assert message_id(KEYS, "ack:ticket:1042", 1042, "firma.hr") == OURS
    assert message_id(KEYS, "ack:ticket:1043", 1042, "firma.hr") != OURS


@pytest.mark.parametrize("domain", ["firma.hr", "example.com", "FIRMA.hr", "tvrtka.hr"])
def test_ids_are_short_and_plain(domain: str) -> None:
    """An id has at most 60 characters for ordinary domains, no brackets, and only letters safe in an id."""
    made = message_id(KEYS, "status:ticket:1042:2026-11-22T10:00", 1042, domain)
    assert len(made) <= 60
    assert re.fullmatch(r"md1\.[a-z2-7]{26}\.[a-z2-7]{14}@[a-z0-9.-]+", made)


@pytest.mark.parametrize("domain", ["", "fir ma.hr", "firma.hr\r\nBcc: x@y", "<x>", "a" * 300, "-"])
def test_a_bad_domain_never_reaches_an_id(domain: str) -> None:
    """A domain that would break a header is replaced; the id still works."""
    made = message_id(KEYS, "x", 7, domain)
    assert re.fullmatch(r"[a-z0-9.@-]+", made)
    assert read_message_id(KEYS, made) == 7


def test_an_international_domain_is_written_in_ascii() -> None:
    """A domain with accents stands in its A-label form."""
    assert message_id(KEYS, "x", 7, "žába.cz").endswith("@xn--ba-lia14d.cz")


def test_every_changed_letter_makes_an_id_foreign() -> None:
    """An id with any letter of its two marks changed is not ours."""
    local, _, domain = OURS.partition("@")
    for place in range(4, len(local)):
        if local[place] == ".":
            continue
        altered = local[:place] + ("a" if local[place] != "a" else "b") + local[place + 1 :]
        assert read_message_id(KEYS, f"{altered}@{domain}") is None


@pytest.mark.parametrize("text", ["", "md1.", "CAF=x@mail.gmail.com", "<" + OURS + ">", OURS.split("@")[0], "x" * 2000])
def test_other_ids_are_not_ours(text: str) -> None:
    """What was not made by us is not read, whatever it looks like."""
    assert read_message_id(KEYS, text) is None


def test_ids_need_the_key_and_the_site() -> None:
    """Another secret or another site does not recognise our id, and marks of another ticket cannot be put on it."""
    assert read_message_id(OTHER, OURS) is None
    assert read_message_id(Keys("kupac.hr", KEYS.ring), OURS) is None
    other = message_id(KEYS, "ack:ticket:7", 7, "firma.hr")
    crossed = ".".join([*OURS.split(".")[:2], *other.split(".")[2:]])
    assert read_message_id(KEYS, crossed) is None


def test_ids_of_an_old_key_are_recognised() -> None:
    """Rotation of the secret does not break the threads of the past."""
    rotated = Keys.from_secret(secret_text(bytes(32), secret_text(bytes(range(32)))), site="firma.hr")
    assert read_message_id(rotated, OURS) == 1042


def test_a_mail_of_ours_that_comes_back_is_known() -> None:
    """The loop mark is recognised by the desk that made it, with white space or other case, and by no other (B38)."""
    mark = loop_mark(KEYS, OURS)
    assert is_own_loop(KEYS, mark)
    assert is_own_loop(KEYS, f"  {mark.upper()} ")
    assert not is_own_loop(OTHER, mark)
    assert not is_own_loop(Keys("kupac.hr", KEYS.ring), mark)


@pytest.mark.parametrize("value", ["", "yes", "a" * 32, "a" * 10_000, "á" * 32])
def test_a_made_up_loop_mark_has_no_effect(value: str) -> None:
    """Control headers from outside mean nothing unless we made them (B30)."""
    assert not is_own_loop(KEYS, value)
