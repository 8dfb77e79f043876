"""Tokens in addresses: what they say, what they prove, and what they refuse."""

import datetime as dt
import os
import random

import pytest

from maildesk.model.reason import Reason
from maildesk.tokens import (
    Keys,
    TokenKind,
    join_subaddress,
    mark_of,
    mint,
    proves,
    read,
    secret_text,
    split_subaddress,
)

KEYS = Keys.from_secret(secret_text(bytes(range(32))), site="firma.hr")
TODAY = dt.date(2026, 11, 22)
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def token(kind: TokenKind = TokenKind.AGENT_PUBLIC, keys: Keys = KEYS) -> str:
    return mint(keys, kind, ticket=1042, agent="ana", expires=TODAY, salt="s41t", epoch=3)


def holds(detail: str, kind: TokenKind = TokenKind.AGENT_PUBLIC, keys: Keys = KEYS, **other: object) -> bool:
    facts: dict[str, object] = {"agent": "ana", "salt": "s41t", "epoch": 3, "today": TODAY, **other}
    return proves(keys, detail, kind=kind, **facts)[0]  # type: ignore[arg-type]


def test_a_token_says_what_it_was_made_for() -> None:
    """Reading a token gives its kind, key, person, ticket and last day."""
    claims = read(token())
    assert claims is not None
    assert (claims.kind, claims.key_id, claims.ticket, claims.expires) == (TokenKind.AGENT_PUBLIC, 1, 1042, TODAY)
    assert claims.agent_mark == mark_of("ana")


def test_a_token_fits_an_address() -> None:
    """A token is 32 lower-case letters and digits, short enough for a local part of 64 octets with the mailbox name."""
    assert len(token()) == 32
    assert set(token()) <= set(LETTERS)


def test_a_token_survives_a_change_of_case() -> None:
    """Providers may change the case of a local part; the token still proves the same (B21 is about other changes)."""
    assert holds(token().upper())


@pytest.mark.parametrize("made", TokenKind)
@pytest.mark.parametrize("used", TokenKind)
def test_a_token_of_one_kind_is_nothing_as_another(made: TokenKind, used: TokenKind) -> None:
    """All 8 × 8 pairs of kinds: a token proves its own kind and no other (T2)."""
    assert holds(token(made), used) is (made is used)


@pytest.mark.parametrize("made", TokenKind)
@pytest.mark.parametrize("used", TokenKind)
def test_a_forged_kind_is_refused(made: TokenKind, used: TokenKind) -> None:
    """Writing another kind into a genuine token's payload does not make it that kind: each has its own key (T2)."""
    letters = list(token(made))
    letters[0] = LETTERS[(1 << 5 | used) >> 3]
    letters[1] = LETTERS[(used & 7) << 2 | LETTERS.index(letters[1]) & 3]
    forged = "".join(letters)
    claims = read(forged)
    assert claims is not None
    assert claims.kind is used
    assert holds(forged, used) is (made is used)


def test_5000_altered_tokens_are_refused() -> None:
    """Whatever letters are changed, the result proves nothing, exactly like no token at all (B21).

    `MAILDESK_TOKENS=100000` tries so many; each as the kind it was made as and as the one it claims by now.
    """
    chance = random.Random(20261122)
    accepted = 0
    for number in range(int(os.environ.get("MAILDESK_TOKENS", "5000"))):
        kind = list(TokenKind)[number % len(TokenKind)]
        letters = list(token(kind))
        for place in chance.sample(range(32), chance.randint(1, 3)):
            letters[place] = chance.choice([c for c in LETTERS if c != letters[place]])
        altered = "".join(letters)
        claims = read(altered)
        accepted += any(holds(altered, each) for each in {kind, claims.kind if claims else kind})
    assert accepted == 0


@pytest.mark.parametrize(
    "facts",
    [{"agent": "petr"}, {"agent": ""}, {"salt": "other"}, {"salt": ""}, {"epoch": 4}, {"epoch": 0}],
)
def test_other_facts_end_a_token(facts: dict[str, object]) -> None:
    """A token is nothing for another person, with another salt, or after the agent's epoch was raised (B22, T4)."""
    assert not holds(token(), **facts)


def test_another_site_with_the_same_secret_refuses() -> None:
    """A copied secret file does not make one desk's tokens good at another."""
    assert not holds(token(), keys=Keys("kupac.hr", KEYS.ring))


def test_people_with_the_same_mark_are_told_apart() -> None:
    """The 20-bit mark may collide; the proof covers the whole name, so a colliding name gains nothing."""
    twin = next(name for name in (f"agent{n}" for n in range(10_000_000)) if mark_of(name) == mark_of("ana"))
    assert not holds(token(), agent=twin)


def test_facts_cannot_be_shifted_between_fields() -> None:
    """Moving letters from the salt to the name does not give the same proof."""
    one = mint(KEYS, TokenKind.VERP, ticket=1, agent="", salt="ab", expires=TODAY)
    assert not holds(one, TokenKind.VERP, agent="", salt="a", epoch=0)
    assert holds(one, TokenKind.VERP, agent="", salt="ab", epoch=0)


def test_a_token_expires_after_its_last_day() -> None:
    """A token is good on its last day; the day after it is refused as expired, not as forged (B27 relies on it)."""
    day_after = TODAY + dt.timedelta(days=1)
    assert holds(token())
    for kind, reason in (
        (TokenKind.AGENT_PUBLIC, Reason.AGENT_TOKEN_EXPIRED),
        (TokenKind.REQUESTER, Reason.TOKEN_EXPIRED),
    ):
        good, why = proves(KEYS, token(kind), kind=kind, agent="ana", salt="s41t", epoch=3, today=day_after)
        assert not good
        assert why.reason is reason


def test_a_forged_token_is_never_called_expired() -> None:
    """A forgery does not learn whether the real token would have expired."""
    forged = token()[:-1] + ("a" if token()[-1] != "a" else "b")
    _, why = proves(
        KEYS, forged, kind=TokenKind.AGENT_PUBLIC, agent="ana", salt="s41t", epoch=3, today=dt.date(2030, 1, 1)
    )
    assert why.reason is Reason.TOKEN_INVALID


def test_the_reason_names_a_foreign_token() -> None:
    """An agent's token in another agent's mail is called foreign in the evidence."""
    _, why = proves(KEYS, token(), kind=TokenKind.AGENT_PUBLIC, agent="petr", salt="s41t", epoch=3, today=TODAY)
    assert why.reason is Reason.AGENT_TOKEN_FOREIGN


def test_tokens_of_an_old_key_live_on_while_it_is_kept() -> None:
    """After a rotation old tokens still prove; once the old key is taken out they are nothing."""
    rotated = Keys.from_secret(secret_text(bytes(32), secret_text(bytes(range(32)))), site="firma.hr")
    assert holds(token(), keys=rotated)
    assert holds(token(keys=rotated), keys=rotated)
    assert not holds(token(keys=rotated))
    assert not holds(token(), keys=Keys("firma.hr", rotated.ring[:1]))


@pytest.mark.parametrize(
    "detail",
    [
        "",
        "a" * 32,
        "a" * 31,
        "a" * 33,
        "0" * 32,
        "á" * 32,
        "K" * 31 + "K",
        "id1042",
        "a" * 100_000,
        "\0" * 32,
        "=" * 32,
    ],
)
def test_anything_else_is_no_token(detail: str) -> None:
    """Empty, zero, too short, too long or foreign letters: no claims, and nothing proven (T3, T68)."""
    assert read(detail) is None
    assert not any(holds(detail, kind, agent="", salt="", epoch=0) for kind in TokenKind)


def test_the_old_version_is_refused() -> None:
    """A payload of version 0 is not read, whatever its proof (T3)."""
    assert read("a" + token()[1:]) is None


def test_a_ticket_that_does_not_fit_is_not_cut() -> None:
    """A number beyond 32 bits is an error, never a token for another ticket."""
    with pytest.raises(ValueError, match="does not fit"):
        mint(KEYS, TokenKind.STATUS, ticket=1 << 32, expires=TODAY)


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("podrska+abc@firma.hr", ("podrska@firma.hr", "abc")),
        ("podrska@firma.hr", ("podrska@firma.hr", "")),
        ("help+desk+abc@firma.hr", ("help+desk@firma.hr", "abc")),
        ("podrska+@firma.hr", ("podrska@firma.hr", "")),
        ("+abc@firma.hr", ("+abc@firma.hr", "")),
        ('"a+b"@firma.hr', ('"a+b"@firma.hr', "")),
        ("podrska+abc", ("podrska+abc", "")),
        ("", ("", "")),
    ],
)
def test_a_subaddress_is_split_at_the_last_plus(address: str, parts: tuple[str, str]) -> None:
    """RFC 5233: the detail stands after the plus; what has none comes back whole."""
    assert split_subaddress(address) == parts


@pytest.mark.parametrize("address", ["podrska@firma.hr", "help+desk@firma.hr"])
def test_joining_and_splitting_are_inverse(address: str) -> None:
    """What was joined to a mailbox is what splitting gives back."""
    assert split_subaddress(join_subaddress(address, token())) == (address, token())
