"""Changing values in a commented YAML text without losing a comment."""

import pytest
from ruamel.yaml import YAML

from maildesk.cli.yaml_edit import comment_out, set_values

SHIPPED = """\
# Everything is explained.
desk:
  name: Firma podrška        # what customers read
  # Languages we write in.
  languages: [en, cs]
boxes:
  - address: podrska@firma.hr   # ours
    aliases:      # also ours
      # the old one
      - help@firma.hr
    team: l1
# Doors
listen:
  smtp: 127.0.0.1:2525       # plain
relay: {host: 127.0.0.1, port: 25}   # the way out
"""


def loaded(text: str) -> dict[str, object]:
    data = YAML(typ="safe", pure=True).load(text)
    assert isinstance(data, dict)
    return data


@pytest.mark.parametrize(
    "value",
    [
        "Podrška: \"A\" # 'b'",
        "no",
        "12",
        "- x",
        "[a",
        "a: b",
        "{",
        "Firma podrška",
        "x" * 300,
        "ana@firma.hr",
        "127.0.0.1:25",
        "null",
        "\u2028",
        "#x",
    ],
)
def test_any_text_comes_back_as_it_was(value: str) -> None:
    """Whatever is put in is read back as the same text, and every comment stays."""
    text = set_values(SHIPPED, {("desk", "name"): value, ("desk", "languages"): (value, "hr")})
    assert loaded(text)["desk"] == {"name": value, "languages": [value, "hr"]}
    assert text.count("#") == SHIPPED.count("#") + value.count("#") * 2


def test_mappings_replace_mappings() -> None:
    """A mapping takes the place of another, in brackets or not, with the comment behind it."""
    text = set_values(SHIPPED, {("relay",): {"host": "smtp.firma.hr", "port": 587}, ("listen",): {"smtp": "x"}})
    assert loaded(text)["relay"] == {"host": "smtp.firma.hr", "port": 587}
    assert loaded(text)["listen"] == {"smtp": "x"}
    assert "# the way out" in text


def test_a_missing_key_is_added_beside_its_neighbours() -> None:
    """A key that is not there yet is added in its mapping; one without any neighbour at the end."""
    changes = {
        ("boxes", 0, "imap"): {"host": "a"},
        ("web",): {"url": "x"},
        ("listen", "lmtp"): "y",
        ("relay", "tls"): "none",
    }
    text = set_values(SHIPPED, changes)
    assert loaded(text)["boxes"][0]["imap"] == {"host": "a"}  # type: ignore[index]
    assert loaded(text)["listen"] == {"smtp": "127.0.0.1:2525", "lmtp": "y"}
    assert loaded(text)["relay"] == {"host": "127.0.0.1", "port": 25, "tls": "none"}
    assert loaded(text)["web"] == {"url": "x"}


def test_a_key_becomes_a_comment() -> None:
    """What is commented out stays readable where it was, and its neighbours work as before."""
    text = comment_out(comment_out(SHIPPED, ("boxes", 0, "aliases")), ("listen",))
    assert loaded(text)["boxes"] == [{"address": "podrska@firma.hr", "team": "l1"}]
    assert "listen" not in loaded(text)
    assert "    # aliases:      # also ours\n      # the old one\n    #   - help@firma.hr\n    team: l1" in text
    assert comment_out(text, ("listen",)) == text


def test_comments_keep_their_column() -> None:
    """A shorter or longer value does not push the comment behind it about, as long as there is room."""
    lines = set_values(SHIPPED, {("desk", "name"): "A", ("boxes", 0, "address"): "x@y.hr"}).split("\n")
    assert lines[2].index("#") == SHIPPED.split("\n")[2].index("#")
    assert lines[6].index("#") == SHIPPED.split("\n")[6].index("#")
