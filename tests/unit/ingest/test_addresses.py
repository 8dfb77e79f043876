"""Recipients are read as leniently as people write them."""

import pytest

from maildesk.ingest.mime.addresses import a_label, canonical_address, parse_addresses
from maildesk.ingest.mime.limits import ADDRESSES


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"a@b.cz", [("a@b.cz", "")]),
        (b"Jan Novak <Jan@B.CZ>", [("Jan@b.cz", "Jan Novak")]),
        (b'"Novak, Jan" <a@b.cz>, c@d.cz', [("a@b.cz", "Novak, Jan"), ("c@d.cz", "")]),
        (b"a@b.cz (Jan)", [("a@b.cz", "Jan")]),
        (b"a@b.cz; c@d.cz", [("a@b.cz", ""), ("c@d.cz", "")]),
        (b"Team: a@b.cz, C <c@d.cz>;, e@f.cz", [("a@b.cz", ""), ("c@d.cz", "C"), ("e@f.cz", "")]),
        (b"undisclosed-recipients:;", []),
        (b"Jan a@b.cz", [("a@b.cz", "Jan")]),
        (b"<@relay.com:a@b.cz>", [("a@b.cz", "")]),
        (b"=?utf-8?q?Kova=C4=8D=2C_Ivana?= <i@f.hr>", [("i@f.hr", "Kovač, Ivana")]),
        (b'"unclosed <a@b.cz>, c@d.cz', []),
        (b"Someone", []),
        (b",,;,", []),
        (b"", []),
        (b"<a @ b . cz>", [("a@b.cz", "")]),
        (b"a@b.cz>", []),
        (b"=?iso-8859-2?Q?Jan_Nov=E1k?= (a@b.cz)", [("a@b.cz", "Jan Novák")]),
        (b"(a@b.cz)", [("a@b.cz", "")]),
        (b'"unclosed <a@b.cz>', [("a@b.cz", "unclosed")]),
    ],
)
def test_address_lists(value: bytes, found: list[tuple[str, str]]) -> None:
    """Groups, comments, semicolons and forgotten brackets give the addresses they mean; the rest is left out."""
    assert [(address.address, address.name) for address in parse_addresses(value)] == found


def test_only_so_many_addresses_are_read() -> None:
    """A list of thousands is cut: it is no conversation (T37)."""
    assert len(parse_addresses(b", ".join(b"x%d@b.cz" % n for n in range(500)))) == ADDRESSES


@pytest.mark.parametrize(
    "spec", ["", "@", "a@", "@b", "a b@c.cz", "a@b@c.cz", 'a"b@c.cz', "a@b\n.cz\u202e", "x" * 300 + "@b.cz"]
)
def test_what_is_no_address(spec: str) -> None:
    """Half an address is none."""
    assert canonical_address(spec) == ""


def test_two_owners_stay_two_domains() -> None:
    """`faß.de` and `fass.de` belong to different people, and full-width letters to nobody."""
    assert a_label("faß.de") == "xn--fa-hia.de"
    assert a_label("FASS.de") == "fass.de"
    assert a_label("ｆass.de") == ""
