import pytest

from maildesk.ingest.envelope import parse_path, without_detail


@pytest.mark.parametrize(
    ("argument", "address", "rest"),
    [
        ("<a@b.cz>", "a@b.cz", ""),
        ("<a@b.cz> SIZE=10 BODY=8BITMIME", "a@b.cz", "SIZE=10 BODY=8BITMIME"),
        ("a@b.cz SIZE=10", "a@b.cz", "SIZE=10"),
        ("<>", "<>", ""),
        ("<> SIZE=1", "<>", "SIZE=1"),
        ("< a@b.cz >", "a@b.cz", ""),
        ("<@one.cz,@two.cz:a@b.cz>", "a@b.cz", ""),
        ('<"a > b"@c.cz>', '"a > b"@c.cz', ""),
        ('<"a\\"b"@c.cz>', '"a\\"b"@c.cz', ""),
        ("<Postmaster>", "Postmaster", ""),
        ("<a@[192.0.2.1]>", "a@[192.0.2.1]", ""),
        ("<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]", ""),
        ("<prvs=1+x=y/z'!#$%@b_c.cz>", "prvs=1+x=y/z'!#$%@b_c.cz", ""),
        ("<žádost@české.cz>", "žádost@české.cz", ""),
    ],
)
def test_a_path_is_read_as_it_stands(argument: str, address: str, rest: str) -> None:
    """The address is not rewritten; what follows it are the parameters."""
    assert parse_path(argument) == (address, rest)


@pytest.mark.parametrize(
    "argument",
    [
        "",
        " ",
        "<a@b.cz",
        "a@b.cz>",
        "<<a@b.cz>>",
        "<a@b.cz>x",
        "<a b@c.cz>",
        "<a@b c.cz>",
        "<a@@b.cz>",
        "<@b.cz>",
        "<a@>",
        "<a@.cz>",
        "<a@b..cz>",
        "<a\r\nRCPT@b.cz>",
        "<a\x00@b.cz>",
        "<a\x7f@b.cz>",
        "<a\x85@b.cz>",
        "<a\u2028@b.cz>",
        "<a\udcff@b.cz>",
        "<a@b\udcff.cz>",
        "<a@[evil;]>",
        '<"a@b.cz>',
        '<"a\n"@b.cz>',
        "<" + "a" * 400 + "@b.cz>",
        "<" + '"' * 2000,
    ],
)
def test_what_could_mean_something_to_another_program_is_no_address(argument: str) -> None:
    """Control characters, spaces, unpaired quotes and brackets never get into an envelope (T45)."""
    assert parse_path(argument) is None


def test_the_detail_of_a_subaddress_is_taken_out() -> None:
    """RFC 5233: everything from the first + to the @."""
    assert without_detail("support+k7x9@firma.hr") == "support@firma.hr"
    assert without_detail("support+a+b@firma.hr") == "support@firma.hr"
    assert without_detail("support@firma.hr") == "support@firma.hr"
    assert without_detail("postmaster") == "postmaster"
