"""There is one author or there is doubt; doubt is never resolved in anybody's favour."""

import pytest

from maildesk.ingest.headers import read_headers
from maildesk.ingest.sender import Ambiguous, Ok, sender
from maildesk.model.mail import Address


def of(*values: bytes) -> Ok | Ambiguous:
    """Read the author of a mail with these From fields."""
    block = b"".join(b"From: " + value + b"\r\n" for value in values)
    return sender(read_headers(block + b"Subject: x\r\n\r\nbody"))


@pytest.mark.parametrize(
    ("value", "address", "name"),
    [
        (b"a@b.cz", "a@b.cz", ""),
        (b"<a@b.cz>", "a@b.cz", ""),
        (b"  Jan <a@b.cz>  ", "a@b.cz", "Jan"),
        (b"John Q. Public <j@x.com>", "j@x.com", "John Q. Public"),
        (b'"Smith, John" <j@x.com>', "j@x.com", "Smith, John"),
        (b'"boss@corp.com," <evil@x>', "evil@x", "boss@corp.com,"),
        (b'"say \\"hi\\"" <j@x.com>', "j@x.com", "say hi"),
        (b"=?utf-8?q?Ivana_Kova=C4=8D?= <ivana@Firma.HR>", "ivana@firma.hr", "Ivana Kovač"),
        (b'"=?utf-8?q?Ivana_Kova=C4=8D?=" <ivana@firma.hr>', "ivana@firma.hr", "Ivana Kovač"),
        (b"=?utf-8?q?boss=40corp=2Ecom?= <evil@x.com>", "evil@x.com", "boss@corp.com"),
        ("Ivana Kovač <ivana@firma.hr>".encode(), "ivana@firma.hr", "Ivana Kovač"),
        ("Ivana Kovač <ivana@firma.hr>".encode("cp1250"), "ivana@firma.hr", "Ivana Kovač"),
        (b"John.Doe+tag@x.com", "John.Doe+tag@x.com", ""),
        (b'"john"@x.com', "john@x.com", ""),
        ("a@faß.de".encode(), "a@xn--fa-hia.de", ""),
        ("hans@bücher.example".encode(), "hans@xn--bcher-kva.example", ""),
        ("ünal@x.com".encode(), "ünal@x.com", ""),
    ],
)
def test_one_mailbox_is_an_author(value: bytes, address: str, name: str) -> None:
    """A name and one address, in all the ways that are plain to every program."""
    assert of(value) == Ok(Address(address, name))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b"alice@corp.com <evil@x>", "evil@x"),
        (b"alice@example.org)bob@example.com", None),
        (b"boss@corp.com:evil@x;", "evil@x"),
        (b"<boss@corp.com> <evil@x>", "evil@x"),
        (b"boss@corp.com;evil@x", "boss@corp.com"),
        (b"boss@corp.com\x00@evil.x", None),
        (b"a\rb@c", "b@c"),
        (b"a@b.cz, c@d.cz", "a@b.cz"),
        (b"A <a@b.cz>, B <c@d.cz>", "a@b.cz"),
        (b"team: a@b.cz;", "a@b.cz"),
        (b"<@relay.com:a@b.cz>", "a@b.cz"),
        (b"a@b.cz (Name)", "a@b.cz"),
        (b"Name (comment) <a@b.cz>", "a@b.cz"),
        (b"Name <a@b.cz> (comment)", "a@b.cz"),
        (b"Smith, John <j@x.com>", "j@x.com"),
        (b"Name <a@b.cz", "a@b.cz"),
        (b"Name a@b.cz>", None),
        (b"Name a@b.cz", "a@b.cz"),
        (b"MAILER-DAEMON", None),
        (b"root <root>", None),
        (b"<>", None),
        (b"", None),
        (b"a@b@c.cz", None),
        (b"a@b..cz", "a@b..cz"),
        (b"a@.cz", "a@.cz"),
        (b"a@[127.0.0.1]", "a@[127.0.0.1]"),
        (b'"a@corp.com"@evil.x', '"a@corp.com"@evil.x'),
        ("a@ｃorp.com".encode(), None),
        ("a@corp。com".encode(), None),
        ("a\u202e@b.cz".encode(), None),
        ("an\uff41@b.cz".encode(), "an\uff41@b.cz"),
        ("\u212aos@b.cz".encode(), "\u212aos@b.cz"),
        ("ro\u017f@b.cz".encode(), "ro\u017f@b.cz"),
        ("a@ban\u212a.cz".encode(), "a@bank.cz"),
        ("Tomá@b.cz".encode("cp1250"), "Tomá@b.cz"),
        (b"a@b.cz\tc@d.cz", None),
        (b"undisclosed-recipients:;", None),
        (b"=?utf-8?q?a=40b=2Ecz?=", None),
    ],
)
def test_everything_else_is_ambiguous(value: bytes, shown: str | None) -> None:
    """Lists, groups, routes, comments, controls, look-alikes: some program reads another author there (T9)."""
    verdict = of(value)
    assert isinstance(verdict, Ambiguous)
    assert verdict.reason
    assert (verdict.shown.address if verdict.shown else None) == shown


def test_two_from_fields_are_ambiguous() -> None:
    """A second From field means a second author, however it is spelled (B29)."""
    assert of(b"a@b.cz", b"c@d.cz") == Ambiguous("there are 2 From fields", Address("a@b.cz"))
    block = read_headers(b"From: a@b.cz\r\nFROM : c@d.cz\r\n\r\n")
    assert isinstance(sender(block), Ambiguous)


def test_no_from_field_is_ambiguous() -> None:
    """Nobody wrote it as far as we can say; Sender and Reply-To only tell people whom an answer would have reached."""
    block = read_headers(b"Sender: nobody\r\nReply-To: a@b.cz\r\n\r\n")
    assert sender(block) == Ambiguous("there is no From field", Address("a@b.cz"))
    empty = read_headers(b'From: "Somebody" <>\r\nReply-To: a@b.cz\r\n\r\n')
    assert sender(empty) == Ambiguous("the From field is not a name and one address", Address("a@b.cz"))
    assert sender(read_headers(b"Subject: x\r\n\r\n")) == Ambiguous("there is no From field")


def test_a_very_long_field_is_ambiguous() -> None:
    """No program agrees with another on where 8 kB of From end."""
    assert isinstance(of(b'"' + b"x" * 9000 + b'" <a@b.cz>'), Ambiguous)


def test_a_name_in_bare_bytes_follows_the_charset_of_the_mail() -> None:
    """The hint decides how a legacy name is shown, never what the address is."""
    block = read_headers("From: Иван <i@x.com>\n\n".encode("koi8-r"))
    assert sender(block, "koi8-r") == Ok(Address("i@x.com", "Иван"))
