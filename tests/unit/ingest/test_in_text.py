"""Files in the middle of a text are files, words that look like them are words; armour is told and taken off."""

import binascii
import hashlib

import pytest

from maildesk.ingest.mime.armor import armor_of, without_armor
from maildesk.ingest.mime.in_text import find_files
from maildesk.ingest.parse import attachment_bytes, parse_mail

CONTENT = bytes(range(256)) * 3
HEAD = b"From: a@b.cz\nSubject: x\nMIME-Version: 1.0\n"


def uuencoded(name: str, content: bytes, ends: str = "\n") -> bytes:
    """Write a file as uuencode does."""
    lines = [binascii.b2a_uu(content[at : at + 45]).decode().rstrip("\n") for at in range(0, len(content), 45)]
    return ends.join([f"begin 644 {name}", *lines, "`", "end", ""]).encode()


def yencoded(name: str, content: bytes) -> bytes:
    """Write a file as yEnc does: critical characters escaped, short lines."""
    coded = b"".join(
        b"=" + bytes([(byte + 106) % 256]) if (byte + 42) % 256 in b"\0\n\r=" else bytes([(byte + 42) % 256])
        for byte in content
    )
    return b"=ybegin line=128 size=%d name=%b\r\n%b\r\n=yend size=%d\r\n" % (
        len(content),
        name.encode(),
        coded,
        len(content),
    )


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_uuencoded_files_become_attachments(ends: str) -> None:
    """What stood around them stays the text; size, digest and bytes are those of the decoded files."""
    files = uuencoded("čas.bin", CONTENT, ends) + b"and" + ends.encode() + uuencoded("../b.txt", b"hello", ends)
    raw = HEAD.replace(b"\n", ends.encode()) + f"{ends}Here it is:{ends}".encode() + files + b"Bye"
    mail = parse_mail(raw)
    assert mail.text == "Here it is:\nand\nBye"
    assert [(a.name, a.content_type, a.size) for a in mail.attachments] == [
        ("čas.bin", "application/octet-stream", len(CONTENT)),
        ("b.txt", "text/plain", 5),
    ]
    fetched = attachment_bytes(raw, tuple(a.index for a in mail.attachments))
    assert [content for _, _, content in fetched] == [CONTENT, b"hello"]
    assert mail.attachments[0].sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_yenc() -> None:
    """Files in yEnc need eight bits, and every byte of them comes back."""
    raw = HEAD + b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\nHere:\n"
    raw += yencoded("all.bin", CONTENT)
    mail = parse_mail(raw)
    assert mail.text == "Here:"
    assert attachment_bytes(raw, (mail.attachments[0].index,)) == (("all.bin", "application/octet-stream", CONTENT),)


@pytest.mark.parametrize(
    "words",
    [
        "We begin 644 kilometres from here.\nend\n",
        "begin 644 a.txt\nthese are words\nend\n",
        "begin 644 a.txt\nend\n",
        "begin 644 a.txt\n" + "M" + "A" * 60 + "\nno end",
        "> begin 644 a.txt\n> #86)C\n> end\n",
        "=ybegin line=128 size=1 name=x\nno end of it",
        "begin at the end\n",
        "=ybegin line=128 size=1 name=x\n" + "=a" * 5000 + "\n=yend size=1\n",
    ],
)
def test_words_stay_words(words: str) -> None:
    """People write of such files, quote them, and begin sentences so."""
    assert find_files(words.encode()) == ()
    mail = parse_mail(HEAD + b"\n" + words.encode())
    assert (mail.text, mail.attachments) == (words.strip("\n"), ())


SIGNED = """-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

#note
- -- dash
see you
-----BEGIN PGP SIGNATURE-----

iQEzBAEB
-----END PGP SIGNATURE-----
"""


def test_signed_words_are_read_without_their_armour() -> None:
    """B109: the mail is marked, its whole text is kept as it came, and what its author wrote stands alone."""
    mail = parse_mail(HEAD + b"\n" + SIGNED.encode())
    assert mail.protection == "signed-pgp"
    assert mail.text == SIGNED.strip("\n")
    assert mail.new_text == "#note\n-- dash\nsee you"


def test_encrypted_words_are_marked() -> None:
    """B109: people see why they cannot read it."""
    text = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----"
    mail = parse_mail(HEAD + b"\n" + text.encode())
    assert (mail.protection, mail.text) == ("encrypted-pgp", text)


@pytest.mark.parametrize(
    "text",
    [
        "What does -----BEGIN PGP MESSAGE----- mean?",
        "Hello\n-----BEGIN PGP PUBLIC KEY BLOCK-----\nx",
        "-----BEGIN PGP SIGNED MESSAGE-----\nno header\n\nx",
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nno signature",
    ],
)
def test_armour_that_is_none(text: str) -> None:
    """Half an armour is text, and a mail that speaks of one is not protected."""
    assert without_armor(text) == text
    assert armor_of(text) in ("", "signed-pgp")
    assert armor_of("words before\n" + text) == ""
