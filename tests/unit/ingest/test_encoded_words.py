"""Header text is read in every form that mail programs write it in."""

import pytest

from maildesk.ingest.mime.encoded_words import decode_base64, decode_header_text, parse_parameters


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"plain", "plain"),
        (b"=?utf-8?Q?Kova=C4=8D?=", "Kovač"),
        (b"=?UTF-8?B?S292YcSN?=", "Kovač"),
        (b"=?utf-8?q?=C4?= =?utf-8?q?=8D?=", "č"),
        (b"=?utf-8?b?xA==?= =?utf-8?b?jQ==?=", "č"),
        (b"=?utf-8?b?xI?= =?utf-8?b?0=?=", "č"),
        (b"=?utf-8?q?one?= =?iso-8859-2?q?_two_=E8?= three", "one two č three"),
        (b"=?utf-8?q?a?=b=?utf-8?q?c?=", "abc"),
        (b"=?utf-8*en?q?English?=", "English"),
        (b"=?utf-8?q?with spaces in it?=", "with spaces in it"),
        (b"=?utf-8?Q?what??= now", "what? now"),
        (b'"=?utf-8?q?quoted_=C4=8D?="', '"quoted č"'),
        (b"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        (b"=?unknown-8bit?q?caf=C3=A9?=", "café"),
        (b"=?utf-8?q?unfinished", "=?utf-8?q?unfinished"),
        (b"=?utf-8?q?lost =?utf-8?q?found?=", "=?utf-8?q?lost found"),
        (b"=?utf-8?x?no?=", "=?utf-8?x?no?="),
        (b"=?utf-8?b?!!!?=", ""),
        (b"=?utf-8?b?x b4 =?==?utf-8?b?ZW5h?=", "žena"),
        (b"=?utf-8?b?xb4?= x", "ž x"),
        (b"=?utf-8?q?100%_=3D_a=5Fb?=", "100% = a_b"),
        (b'=?"utf-8"?q?=C4=8D?= =?utf8?q?=C4=8D?=', "čč"),
        (b"Re: =?gb2312?B?xOO6ww==?=: =?koi8-r?B?8NLJ18XU?=", "Re: 你好: Привет"),
        (
            b"=?windows-1250?Q?=8A=9E=9D?= =?iso-8859-1?Q?faktura_za_z=E1=F8=ED=2C_d=ECkuji?=",
            "Šžťfaktura za září, děkuji",
        ),
        (b"=?utf-8?Q?=F0=9F=98?=\r\n =?utf-8?Q?=80?=", "😀"),
        ("Kovač".encode(), "Kovač"),
        ("Upit o računu".encode("cp1250"), "Upit o računu"),
        (b"fold\ted   value ", "fold ed   value"),
    ],
)
def test_encoded_words_in_all_their_forms(value: bytes, text: str) -> None:
    """RFC 2047 as written and as broken: split characters, spaces, question marks, words inside quotes."""
    assert decode_header_text(value) == text


def test_a_decoded_header_is_one_line_without_controls() -> None:
    """An encoded CR LF cannot start a header of its own, and nothing turns the direction of the text."""
    assert decode_header_text(b"=?utf-8?q?hi=0D=0ABcc=3A_victim=40x?=") == "hi Bcc: victim@x"
    assert decode_header_text("a\u202egnp.exe\u2066\ufeff\u200b".encode()) == "agnp.exe"
    assert decode_header_text(b"=?utf-8?q?=1B=5B2J=00?=") == "[2J"


def test_bytes_without_a_label_follow_the_mail() -> None:
    """A charset declared elsewhere in the mail decides what bare bytes in its header mean."""
    assert decode_header_text("Привет".encode("koi8-r"), "koi8-r") == "Привет"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (b'attachment; filename="plain.txt"', "plain.txt"),
        (b"attachment; filename=no quotes.pdf; size=3", "no quotes.pdf"),
        (b"attachment; filename*=utf-8''%C4%8De.txt; filename=x.txt", "če.txt"),
        (b"attachment; filename*0*=iso-8859-2''%e8; filename*1=\"ab.txt\"", "čab.txt"),
        (b"attachment; filename*1=b.txt; filename*0=a", "ab.txt"),
        (b'attachment; filename="=?utf-8?q?ra=C4=8Dun.pdf?="', "račun.pdf"),
        (b'attachment; filename="C:\\new\\table.doc"', "C:\\new\\table.doc"),
        (b'attachment; filename="say \\"hi\\".txt"', 'say "hi".txt'),
        (b'attachment; filename="unclosed.txt', "unclosed.txt"),
        (b"attachment; filename*0*=utf-8''%C5; filename*1*=%BE.pdf", "ž.pdf"),
        (b"attachment; filename*0*=utf-8'en'a; filename*1*=%20b; filename*2=\"c%20.pdf\"", "a bc%20.pdf"),
        (b'attachment; filename*0="=?utf-8?q?=C5=BE"; filename*1="ena.pdf?="', "žena.pdf"),
        (b'attachment; filename="=?utf-8?q?=C5?=\r\n =?utf-8?q?=BEena.pdf?="', "žena.pdf"),
        (b"attachment; filename*=\"utf-8''%C5%BE.pdf\"", "ž.pdf"),
        (b"attachment; filename*=no-charset.pdf", "no-charset.pdf"),
        (b"attachment; filename=%C5%BE.pdf", "%C5%BE.pdf"),
        ('attachment; filename="Příloha.txt"'.encode("cp1250"), "Příloha.txt"),
        (b"attachment filename=missing.txt", "missing.txt"),
        (b";;; ;attachment;;filename=x", "x"),
    ],
)
def test_file_names_in_all_their_forms(value: bytes, name: str) -> None:
    """RFC 2231 continuations and charsets, RFC 2047 where it may not be, quotes that do not end."""
    assert parse_parameters(value)[1]["filename"] == name


def test_a_missing_semicolon_does_not_lose_the_charset() -> None:
    """`text/html charset=utf-8` is written by programs that are still in use."""
    assert parse_parameters(b"text/html charset=utf-8") == ("text/html", {"charset": "utf-8"})


@pytest.mark.parametrize(
    ("data", "plain"),
    [
        (b"YWJj", b"abc"),
        (b"YWI", b"ab"),
        (b"Y W\r\nI=", b"ab"),
        (b"YWJjZ", b"abc"),
        (b"", b""),
        (b"!", b""),
        (b"=", b""),
    ],
)
def test_base64_is_decoded_as_mail_clients_do(data: bytes, plain: bytes) -> None:
    """Missing padding is supplied, junk skipped, a lone last character dropped."""
    assert decode_base64(data) == plain
