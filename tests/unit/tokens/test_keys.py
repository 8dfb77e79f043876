"""Reading the secret file, deriving keys, and never showing them."""

import msgspec
import pytest

from maildesk.tokens import Keys, Master, secret_text, text_without

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


def test_a_secret_file_is_read_newest_first() -> None:
    """The first line of a secret file is the key that makes new marks; comments and blank lines do not count."""
    keys = Keys.from_secret(f"# ours\n\n3 {NEW.hex()}\n2 {OLD.hex()}\n", site="firma.hr")
    assert keys.ring == ((3, NEW), (2, OLD))
    assert keys.newest_id == 3


def test_rotation_puts_a_new_key_above_the_living_ones() -> None:
    """Rotating a secret file keeps the old keys under their ids and gives the new one a free id."""
    first = secret_text(OLD)
    second = secret_text(NEW, first)
    assert Keys.from_secret(second).ring == ((2, NEW), (1, OLD))


def test_rotation_never_ends() -> None:
    """After more rotations than there are key ids the oldest keys have left and no id stands twice."""
    text = secret_text(OLD)
    for step in range(40):
        text = secret_text(bytes([step]) * 32, text)
    ring = Keys.from_secret(text).ring
    assert ring[0][1] == bytes([39]) * 32
    assert len(ring) == len({key_id for key_id, _ in ring}) == 16


@pytest.mark.parametrize("secret", ["a-long-word-of-some-forty-letters-or-so", b"\xff\x00" * 16])
def test_one_word_or_raw_bytes_are_key_zero(secret: str | bytes) -> None:
    """A secret without ids is taken as a single key."""
    assert [key_id for key_id, _ in Keys.from_secret(secret).ring] == [0]


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "# nothing\n",
        "short",
        "1 zz",
        f"16 {OLD.hex()}",
        f"1 {OLD.hex()}\n1 {NEW.hex()}",
        "1 00ff",
        f"x {OLD.hex()}",
    ],
)
def test_a_bad_secret_is_refused_without_quoting_it(secret: str) -> None:
    """What is wrong with a secret is said without a letter of the secret."""
    with pytest.raises(ValueError, match="secret") as error:
        Keys.from_secret(secret)
    assert OLD.hex() not in str(error.value)


def test_keys_are_never_printed() -> None:
    """Neither the representation nor the JSON form of keys shows a byte of them."""
    keys = Keys.from_secret(secret_text(OLD), site="firma.hr")
    master = keys.ring[0][1]
    for shown in (str(keys), repr(keys), f"{keys}", repr(keys.ring), str(master), f"{master}", f"{master!r}"):
        assert OLD.hex() not in shown
        assert "\\x" not in shown
    with pytest.raises(TypeError):
        msgspec.json.encode(keys)


def test_every_purpose_has_a_key_of_its_own() -> None:
    """Keys derived for two purposes, or from two masters, differ."""
    keys = Keys("firma.hr", ((1, Master(OLD)), (0, Master(NEW))))
    assert len({*keys.living("a"), *keys.living("b")}) == 4
    assert keys.find(1, "a") == keys.newest("a")
    assert keys.find(7, "a") is None


def test_an_old_key_is_taken_out_and_the_newest_is_not() -> None:
    """A retired key leaves the file; the one that makes tokens stays, and one that is not there is named."""
    text = secret_text(NEW, secret_text(OLD))
    assert Keys.from_secret(text_without(text, 1)).ring == ((2, NEW),)
    for key_id in (2, 9):
        with pytest.raises(ValueError, match=str(key_id)) as error:
            text_without(text, key_id)
        assert NEW.hex() not in str(error.value)


def test_raw_bytes_can_be_rotated() -> None:
    """The file that the first start makes, 32 random bytes, lives on as key 0."""
    raw = b"\xff\x00" * 16
    assert Keys.from_secret(secret_text(NEW, raw)).ring == ((1, NEW), (0, raw))
