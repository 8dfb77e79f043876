"""Parts, parameters and encodings that are slow, deep or many."""

from tests.hostile.build import HEAD, MULTIPART, TITLE, body, count, field, fill, parts


def parameters(size: int) -> bytes:
    """A content type of a million parameters."""
    return field(b"Content-Type", b"text/plain" + fill(b"; a=b", size))


def continuations(size: int) -> bytes:
    """One parameter in a million pieces (RFC 2231 §3)."""
    return field(b"Content-Type", b"text/plain" + b"".join(count(b"; name*%d=x", size)))


def a_huge_continuation_number(size: int) -> bytes:
    """A piece whose number has a million digits."""
    return field(b"Content-Disposition", b"attachment; filename*" + fill(b"9", size) + b"*=x")


def semicolons_in_a_disposition(size: int) -> bytes:
    """Parameters of nothing (9 s for a megabyte elsewhere)."""
    return field(b"Content-Disposition", b"attachment" + fill(b";", size))


def semicolons_and_spaces(size: int) -> bytes:
    """Parameters of nothing, with room between them."""
    return field(b"Content-Disposition", b"attachment" + fill(b"; ", size))


def quotes_in_a_disposition(size: int) -> bytes:
    """A file name of escaped quotes that never ends."""
    return field(b"Content-Disposition", b'attachment; filename="' + fill(b'\\"', size))


def percent_signs(size: int) -> bytes:
    """A file name of broken escapes (RFC 2231 §4)."""
    return field(b"Content-Disposition", b"attachment; filename*=utf-8''" + fill(b"%", size))


def encoded_words_in_a_file_name(size: int) -> bytes:
    """What Outlook writes there, without end."""
    return field(b"Content-Disposition", b'attachment; filename="' + fill(b"=?utf-8?q?x?= ", size) + b'"')


def dots_in_a_file_name(size: int) -> bytes:
    """A way up to the root, and further."""
    return field(b"Content-Disposition", b'attachment; filename="' + fill(b"../", size) + b'x"')


def levels_closed(size: int) -> bytes:
    """Multiparts inside each other, each closed."""
    opening = count(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%%d\r\n", size * 9 // 10)
    levels = range(len(opening))
    closing = b"".join(b"--b%d--\r\n" % n for n in reversed(levels))
    return HEAD + TITLE + b"".join(line % n for n, line in enumerate(opening)) + b"\r\nx\r\n" + closing


def levels_open(size: int) -> bytes:
    """Multiparts inside each other that never close: 104 bytes of this break a well-known parser."""
    opening = count(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%%d\r\n", size)
    return HEAD + TITLE + b"".join(line % n for n, line in enumerate(opening)) + b"\r\nx\r\n"


def levels_with_one_boundary(size: int) -> bytes:
    """Multiparts inside each other that share a boundary."""
    return HEAD + TITLE + fill(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", size)


def nested_mails(size: int) -> bytes:
    """A mail in a mail in a mail."""
    return HEAD + TITLE + fill(b"Content-Type: message/rfc822\r\n\r\n", size)


def nested_mails_in_multiparts(size: int) -> bytes:
    """A mail in a part in a mail in a part."""
    unit = MULTIPART + b"--b\r\nContent-Type: message/rfc822\r\n\r\n"
    return HEAD + TITLE + fill(unit, size)


def small_parts(size: int) -> bytes:
    """A million parts."""
    return parts(fill(b"--b\r\n\r\nx\r\n", size))


def empty_parts(size: int) -> bytes:
    """Delimiters without parts."""
    return parts(fill(b"--b\r\n", size))


def text_parts(size: int) -> bytes:
    """Parts that each are the mail's text, in a charset to be guessed."""
    return parts(fill(b"--b\r\nContent-Type: text/plain; charset=x-unknown\r\n\r\n\xe8\xfe\xb9 text\r\n", size))


def html_parts(size: int) -> bytes:
    """Parts that each want to be turned into text."""
    return parts(fill(b"--b\r\nContent-Type: text/html\r\n\r\n<div><p>x" + b"<b>" * 500 + b"\r\n", size))


def almost_delimiters(size: int) -> bytes:
    """Lines that begin like a delimiter."""
    return parts(fill(b"--bx\r\n", size))


def dashes(size: int) -> bytes:
    """A boundary of dashes in a body of dashes."""
    return HEAD + TITLE + b'Content-Type: multipart/mixed; boundary="' + b"-" * 60 + b'"\r\n\r\n' + fill(b"-", size)


def attachments(size: int) -> bytes:
    """A hundred thousand files (7 s and 400 MB elsewhere)."""
    return parts(fill(b"--b\r\nContent-Disposition: attachment; filename=a\r\n\r\nx\r\n", size))


def long_dispositions(size: int) -> bytes:
    """Many parts, each with a field as long as is read."""
    return parts(fill(b"--b\r\nContent-Disposition: attachment" + b"; " * 4000 + b"\r\n\r\nx\r\n", size))


def long_part_headers(size: int) -> bytes:
    """Many parts, each with a header of a thousand fields."""
    return parts(fill(b"--b\r\n" + b"X: y\r\n" * 1000 + b"\r\nx\r\n", size))


def a_boundary_of_spaces(size: int) -> bytes:
    """Spaces that may or may not be transport padding (RFC 2046 §5.1.1)."""
    content = fill(b"--" + b" " * 500 + b"\r\n", size)
    return body(b'multipart/mixed; boundary="' + b" " * 190 + b'"', content)


def a_boundary_without_end(size: int) -> bytes:
    """A boundary as long as the mail."""
    return body(b'multipart/mixed; boundary="' + fill(b"b", size // 2) + b'"', b"--" + fill(b"b", size // 2))


def alternatives(size: int) -> bytes:
    """A hundred thousand forms of one text, none with words."""
    content = fill(b"--b\r\nContent-Type: text/plain\r\n\r\n \r\n", size)
    return body(b"multipart/alternative; boundary=b", content)


def soft_breaks(size: int) -> bytes:
    """Quoted-printable of soft line breaks."""
    return body(b"text/plain", fill(b"= \r\n", size), b"Content-Transfer-Encoding: quoted-printable\r\n")


def equals_signs(size: int) -> bytes:
    """Quoted-printable of escapes that are none."""
    return body(b"text/plain", fill(b"=" * 70 + b"\r\n", size), b"Content-Transfer-Encoding: quoted-printable\r\n")


def base64_padding(size: int) -> bytes:
    """Base64 that ends again and again."""
    return body(b"text/plain", fill(b"=" * 70 + b"\r\n", size), b"Content-Transfer-Encoding: base64\r\n")


def base64_junk(size: int) -> bytes:
    """Base64 of which every other byte is none."""
    return body(b"text/plain", fill(b"!A" * 35 + b"\r\n", size), b"Content-Transfer-Encoding: base64\r\n")


def uuencode(size: int) -> bytes:
    """Uuencoded lines with a wrong length."""
    return body(
        b"text/plain", b"begin 644 x\r\n" + fill(b"M\xff\r\n", size), b"Content-Transfer-Encoding: x-uuencode\r\n"
    )


def uuencode_of_short_lines(size: int) -> bytes:
    """A file of as many good lines as fit."""
    disposition = b"Content-Disposition: attachment; filename=x\r\nContent-Transfer-Encoding: x-uuencode\r\n"
    return body(b"application/octet-stream", b"begin 644 x\r\n" + fill(b"!00  \r\n", size), disposition)


def soft_breaks_in_a_file(size: int) -> bytes:
    """The same in a file, which is decoded whole."""
    disposition = b"Content-Disposition: attachment; filename=x\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    return body(b"application/octet-stream", fill(b"x= \r\n", size), disposition)


def charset_idna(size: int) -> bytes:
    """A codec of Python's that is quadratic (9 s for 1.35 MB elsewhere)."""
    return body(b"text/plain; charset=idna", fill(b"x.\xc4\x8d" * 15 + b"\r\n", size))


def charset_idna_in_one_line(size: int) -> bytes:
    """The same without a line end."""
    return body(b"text/plain; charset=idna", fill(b"x.\xc4\x8d", size))


def charset_punycode(size: int) -> bytes:
    """Another one, quadratic without line ends."""
    return body(b"text/plain; charset=punycode", fill(b"x-", size))


def charset_utf7(size: int) -> bytes:
    """Shifts in and out."""
    return body(b"text/plain; charset=utf-7", fill(b"+AAAA-" * 12 + b"\r\n", size))


def charset_that_is_no_text(size: int) -> bytes:
    """Names of codecs that unpack or execute."""
    return body(b"text/plain; charset=zlib_codec", fill(b"x\x9c\x03\x00" * 18 + b"\r\n", size))


def charset_of_escapes(size: int) -> bytes:
    """A seven-bit charset that switches with every character."""
    return body(b"text/plain; charset=iso-2022-jp", fill(b"\x1b$B!!\x1b(B" * 9 + b"\r\n", size))


def bytes_without_a_charset(size: int) -> bytes:
    """Every high byte, to be guessed."""
    return body(b"text/plain", fill(bytes(range(128, 256)) + b"\r\n", size))


def nuls_in_the_body(size: int) -> bytes:
    """The byte that a database may refuse."""
    return body(b"text/plain", fill(b"\0" * 70 + b"\r\n", size))
