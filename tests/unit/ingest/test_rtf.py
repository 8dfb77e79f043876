"""The bodies in RTF that Outlook packs into a winmail.dat become words (B108)."""

import base64
import struct
import zlib

import pytest

from maildesk.ingest.mime.rtf import read_rtf
from maildesk.ingest.mime.rtf_packed import unpack_rtf
from maildesk.ingest.parse import attachment_bytes, parse_mail
from tests.unit.ingest.test_tnef import properties, tnef

LIMIT = 100_000
# The two examples of MS-OXRTFCP §4.
HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
REPEATED = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def packed(rtf: bytes) -> bytes:
    """Compress without finding any repetition: eight literal bytes behind each control byte, then the end mark."""
    content = b"".join(b"\0" + rtf[at : at + 8] for at in range(0, len(rtf) - len(rtf) % 8, 8))
    rest = rtf[len(rtf) - len(rtf) % 8 :]
    end = (207 + len(rtf)) % 4096 << 4
    content += bytes([1 << len(rest)]) + rest + struct.pack(">H", end)
    checksum = zlib.crc32(content, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return struct.pack("<III", len(content) + 12, len(rtf), 0x75465A4C) + struct.pack("<I", checksum) + content


def test_the_examples_of_the_standard() -> None:
    """Known bytes give known RTF, also where a repetition runs into itself."""
    assert unpack_rtf(HELLO, LIMIT) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpack_rtf(REPEATED, LIMIT) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    assert unpack_rtf(packed(b"{\\rtf1 abc}"), LIMIT) == b"{\\rtf1 abc}"
    assert unpack_rtf(struct.pack("<IIII", 15, 3, 0x414C454D, 0) + b"abc", LIMIT) == b"abc"


@pytest.mark.parametrize(
    "data", [b"", b"LZFu", HELLO[:-1], HELLO.replace(b"hel", b"HEL"), struct.pack("<IIII", 12, 9, 0x12345678, 0)]
)
def test_damaged_rtf_is_not_read(data: bytes) -> None:
    """What its checksum does not vouch for is no text of the mail."""
    assert unpack_rtf(data, LIMIT) is None


def test_no_more_is_unpacked_than_is_wanted() -> None:
    """A few bytes that say they hold gigabytes give no more than the limit."""
    content = b"\0" + b"{\\rtf1 a" + (b"\xff" + struct.pack(">H", 206 << 4 | 15) * 8) * 3000
    checksum = zlib.crc32(content, 0xFFFFFFFF) ^ 0xFFFFFFFF
    data = struct.pack("<IIII", len(content) + 12, 0xFFFFFFFF, 0x75465A4C, checksum) + content
    assert len(unpack_rtf(data, 1000) or b"") == 1000


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\rtf1\ansi\ansicpg1250 Dobr\'fd den,\par \'e8len}", "Dobrý den,\nčlen"),
        (rb"{\rtf1\ansi{\fonttbl{\f0\fcharset238 Arial;}{\f1\fcharset204 Times;}}\f0 \'e8\f1 \'e8}", "čи"),
        (rb"{\rtf1\ansi\uc1 \u269?len \u-10179?\u-8704?}", "člen 😀"),
        (rb"{\rtf1\ansi\uc1 half\u-10179?}", "half\ufffd"),
        (rb"{\rtf1\ansi\uc2 \u269\'63\'63len}", "člen"),
        (
            rb"{\rtf1{\info{\author Nobody}}{\colortbl;\red0;}{\*\generator X;}words\tab more\line end}",
            "words\tmore\nend",
        ),
        (rb"{\rtf1{\field{\*\fldinst HYPERLINK https://x}{\fldrslt a link}}}", "a link"),
        (rb"{\rtf1 \{a\\b\}\~c\_d\emdash\ldblquote e\rdblquote}", "{a\\b}\u00a0c-d—“e”"),
        (rb"{\rtf1{\pict\picw1 89504e47}picture}", "picture"),
        (rb"{\rtf1\ansi{\fonttbl{\f0\fcharset128 MS;}}\f0\'93\'fa\'96\'7b}", "日本"),
        (b"{\\rtf1 one\r\n two\\\nthree}", "one two\nthree"),
        (b"{\\rtf1 unclosed {\\b bold", "unclosed bold"),
        (b"}}}{\\rtf1 x}", ""),
        (b"no rtf", ""),
    ],
)
def test_words_of_rtf(rtf: bytes, text: str) -> None:
    """Characters come out by font, code page or number; fonts, colours, pictures and properties are no words."""
    assert read_rtf(rtf) == (text, "")


def test_html_inside_rtf() -> None:
    """Outlook's wrapping is taken off again (MS-OXRTFEX): the tags come out, what is there for RTF readers only does not."""
    rtf = (
        rb"{\rtf1\ansi\ansicpg1250\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}"
        rb"{\*\htmltag19 <html>}{\*\htmltag2 \par }{\*\htmltag64 <p>}\htmlrtf {\f0\htmlrtf0 Dobr\'fd {\*\htmltag84 &nbsp;}"
        rb"\htmlrtf \'a0\htmlrtf0 den {\*\htmltag84 <a href=https://x.example>}{\*\mhtmltag84 <a href=cid:1>}here"
        rb"{\*\htmltag92 </a>}\htmlrtf }\htmlrtf0 {\*\htmltag72 </p>}{\*\htmltag27 </html>}}"
    )
    text, html = read_rtf(rtf)
    assert text == ""
    assert html == "<html>\n<p>Dobrý &nbsp;den <a href=https://x.example>here</a></p></html>"


def test_a_mail_whose_words_are_rtf_alone() -> None:
    """B108: the body of a winmail.dat is the mail's text also where it stands in compressed RTF; HTML stays HTML."""
    head = b"From: a@b.cz\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
    rtf = rb"{\rtf1\ansi\ansicpg1250 Pros\'edm o \'fa\'e8et.\par }"
    mail = parse_mail(head + base64.encodebytes(tnef((0x9003, properties((0x1009, 0x102, packed(rtf)))))))
    assert (mail.text, mail.html, mail.attachments) == ("Prosím o účet.", False, ())
    wrapped = rb"{\rtf1\fromhtml1 {\*\htmltag64 <p>}Hello{\*\htmltag72 </p>}}"
    mail = parse_mail(head + base64.encodebytes(tnef((0x9003, properties((0x1009, 0x102, packed(wrapped)))))))
    assert (mail.text, mail.html) == ("Hello", True)


def test_a_damaged_body_is_kept_as_a_file() -> None:
    """B108: the files are unpacked all the same, and the winmail.dat stays beside them, for somebody may repair it."""
    broken = bytearray(packed(b"{\\rtf1 words}"))
    broken[20] ^= 1
    data = tnef(
        (0x9003, properties((0x1009, 0x102, bytes(broken)))),
        (0x9002, b"\0" * 14),
        (0x800F, b"%PDF"),
        (0x8010, b"a.pdf\0"),
    )
    raw = (
        b"From: a@b.cz\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(data)
    )
    mail = parse_mail(raw)
    assert [a.name for a in mail.attachments] == ["winmail.dat", "a.pdf"]
    files = attachment_bytes(raw, tuple(a.index for a in mail.attachments))
    assert [content for _, _, content in files] == [data, b"%PDF"]
