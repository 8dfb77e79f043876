"""Header fields that are slow, large or endless to read."""

from tests.hostile.build import HEAD, TITLE, count, field, fill


def commas_in_to(size: int) -> bytes:
    """Address lists of nothing: quadratic in the standard library (27 s for 100 kB)."""
    return field(b"To", fill(b",", size))


def encoded_words_in_from(size: int) -> bytes:
    """A display name of encoded words: gigabytes in the standard library."""
    return field(b"From", fill(b"=?utf-8?q?x?= ", size) + b"<a@b.cz>")


def encoded_words_in_one_subject_line(size: int) -> bytes:
    """Encoded words without a fold."""
    return field(b"Subject", fill(b"=?utf-8?q?x?= ", size))


def encoded_words_folded(size: int) -> bytes:
    """Encoded words, one a line, each with half a character."""
    return field(b"Subject", fill(b"=?utf-8?b?xI0=?=\r\n ", size) + b"x")


def encoded_words_without_end(size: int) -> bytes:
    """Openings that are never closed."""
    return field(b"Subject", fill(b"=?utf-8?q?x ", size))


def encoded_words_of_many_charsets(size: int) -> bytes:
    """A decoder for each word, some of them slow, some no text codecs at all."""
    unit = b"".join(b"=?%b?q?x=80?= " % name for name in (b"idna", b"punycode", b"utf-7", b"zlib", b"hz", b"rot13"))
    return field(b"Subject", fill(unit, size))


def question_marks_in_subject(size: int) -> bytes:
    """Nearly encoded words."""
    return field(b"Subject", fill(b"=?", size))


def ticket_numbers_in_subject(size: int) -> bytes:
    """Numbers of tickets, each of which might be looked up."""
    return field(b"Subject", b"".join(count(b"[#%d] ", size)))


def prefixes_in_subject(size: int) -> bytes:
    """Reply prefixes to take off one by one."""
    return field(b"Subject", fill(b"Re: Fwd: AW[2]: Odp: ", size))


def ids_in_references(size: int) -> bytes:
    """A conversation of hundreds of thousands (31 s in the standard library)."""
    return field(b"References", b"\r\n ".join(count(b"<%d@evil.example>", size)))


def brackets_in_references(size: int) -> bytes:
    """Ids that never close."""
    return field(b"References", fill(b"<", size))


def folds_in_references(size: int) -> bytes:
    """Many References fields, each with one id."""
    return HEAD + TITLE + b"".join(count(b"References: <%d@evil.example>\r\n", size)) + b"\r\nbody\r\n"


def a_message_id_without_end(size: int) -> bytes:
    """An id as long as the mail."""
    return field(b"Message-ID", b"<" + fill(b"a.", size) + b"@evil.example>")


def addresses_in_to(size: int) -> bytes:
    """Hundreds of thousands of recipients."""
    return field(b"To", b",\r\n ".join(count(b"x%d@evil.example", size)))


def addresses_in_many_cc(size: int) -> bytes:
    """The same, a field each."""
    return HEAD + TITLE + b"".join(count(b"Cc: x%d@evil.example\r\n", size)) + b"\r\nbody\r\n"


def comments_in_from(size: int) -> bytes:
    """Comments inside comments: recursion in many parsers."""
    return field(b"From", fill(b"(", size) + b"a@b.cz")


def comments_closed_in_from(size: int) -> bytes:
    """Comments inside comments, each closed."""
    return field(b"From", b"a@b.cz " + fill(b"(", size // 2) + fill(b")", size // 2))


def quotes_in_from(size: int) -> bytes:
    """Quoted strings that open and close at once."""
    return field(b"From", fill(b'"', size) + b"<a@b.cz>")


def backslashes_in_from(size: int) -> bytes:
    """A quoted string of escapes."""
    return field(b"From", b'"' + fill(b"\\", size) + b'" <a@b.cz>')


def angles_in_cc(size: int) -> bytes:
    """Angle addresses that never close."""
    return field(b"Cc", fill(b"<", size))


def groups_in_cc(size: int) -> bytes:
    """Groups of nobody (RFC 5322 §3.4)."""
    return field(b"Cc", fill(b"a:;", size))


def dots_in_an_address(size: int) -> bytes:
    """A domain of dots, and one of labels."""
    return field(b"From", b"a@" + fill(b"b.", size) + b"cz")


def signs_in_an_address(size: int) -> bytes:
    """A local part of at-signs."""
    return field(b"From", fill(b"@", size) + b"b.cz")


def a_domain_beyond_ascii(size: int) -> bytes:
    """A domain to translate by IDNA, which is quadratic."""
    return field(b"From", b"a@" + fill("č".encode(), size) + b".cz")


def reply_addresses(size: int) -> bytes:
    """Reply-To with as many addresses as fit."""
    return field(b"Reply-To", b",".join(count(b"x%d@evil.example", size)))


def tokens_in_to(size: int) -> bytes:
    """Recipients that might each bear a ticket's mark, to be checked one by one."""
    return field(b"To", b", ".join(count(b"support+abcdefgh234567abcdefgh%08d@demo.test", size)))


def a_million_fields(size: int) -> bytes:
    """Fields with a name each."""
    return HEAD + TITLE + b"".join(count(b"X-%d: y\r\n", size)) + b"\r\nbody\r\n"


def equal_fields(size: int) -> bytes:
    """Fields with one name."""
    return HEAD + TITLE + fill(b"X: y\r\n", size) + b"\r\nbody\r\n"


def folds_in_subject(size: int) -> bytes:
    """A field of a million lines."""
    return field(b"Subject", fill(b"x\r\n ", size))


def one_endless_field(size: int) -> bytes:
    """A field of one line."""
    return field(b"Subject", fill(b"x", size))


def a_header_without_end(size: int) -> bytes:
    """No empty line, so no body."""
    return HEAD + TITLE + fill(b"X-Header: and no end of it\r\n", size)


def received_without_end(size: int) -> bytes:
    """A mail that seems to have travelled for ever."""
    return HEAD + TITLE + fill(b"Received: from [127.0.0.1] (((((by x; x\r\n", size) + b"\r\nbody\r\n"


def authentication_results(size: int) -> bytes:
    """Results in nested comments."""
    return field(b"Authentication-Results", b"mx.demo.test; " + fill(b"(", size))


def many_authentication_results(size: int) -> bytes:
    """Thousands of verdicts."""
    line = b"Authentication-Results: mx.demo.test; dmarc=pass header.from=evil.example; dkim=fail\r\n"
    return HEAD + TITLE + fill(line, size) + b"\r\nbody\r\n"


def numbers_in_date(size: int) -> bytes:
    """A date that might be one."""
    return field(b"Date", fill(b"1 ", size))


def digits_in_date(size: int) -> bytes:
    """A year of a million digits: int() is quadratic."""
    return field(b"Date", b"Mon, 1 Jan " + fill(b"9", size) + b" 10:00:00 +0000")


def machine_marks(size: int) -> bytes:
    """Fields that tell machines from people, with values to search."""
    fields = (
        b"Auto-Submitted: (%b) no",
        b"List-Id: %b",
        b"Precedence: %b",
        b"X-Auto-Response-Suppress: %b",
        b"X-Mailer: %b",
    )
    return HEAD + TITLE + b"".join(line % fill(b"a, ", size // 5) + b"\r\n" for line in fields) + b"\r\nbody\r\n"


def lone_carriage_returns(size: int) -> bytes:
    """Line ends that only some programs see."""
    return HEAD + TITLE + fill(b"X: y\r", size) + b"\r\n\r\nbody\r\n"


def nuls_in_the_header(size: int) -> bytes:
    """The byte that no header may hold."""
    return HEAD + TITLE + b"X: " + fill(b"\0", size) + b"\r\n\r\nbody\r\n"


def high_bytes_in_subject(size: int) -> bytes:
    """Bytes without a charset, to be guessed."""
    return field(b"Subject", fill(bytes(range(128, 256)), size))
