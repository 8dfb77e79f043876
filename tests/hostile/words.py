"""Texts that make slow what looks for quotes, signatures, numbers, commands and words of rules."""

from tests.hostile.build import HEAD, body, fill, forward, html, text


def newlines(size: int) -> bytes:
    """Empty lines."""
    return text(fill(b"\r\n", size))


def nothing_but_newlines(size: int) -> bytes:
    """A mail of empty lines, without a header."""
    return fill(b"\r\n", size)


def one_line(size: int) -> bytes:
    """A text without line ends."""
    return text(fill(b"x", size))


def long_words_flowed(size: int) -> bytes:
    """Text to be unfolded, of one line (RFC 3676)."""
    return body(b"text/plain; format=flowed", fill(b"x ", size))


def flowed_lines(size: int) -> bytes:
    """Quoted lines that each flow into the next."""
    return body(b"text/plain; format=flowed", fill(b"> x \r\n", size))


def flowed_depths(size: int) -> bytes:
    """Quoted lines of ever other depths."""
    return body(b"text/plain; format=flowed", fill(b"> x \r\n>> x \r\n" + b">" * 900 + b" x \r\n", size))


def quote_marks(size: int) -> bytes:
    """A line of quote marks."""
    return text(fill(b">", size))


def quoted_lines(size: int) -> bytes:
    """Nothing but a quote."""
    return text(fill(b"> x\r\n", size))


def answers_between_quotes(size: int) -> bytes:
    """A word below each quoted line."""
    return text(fill(b"> x\r\ny\r\n", size))


def broken_links_in_quotes(size: int) -> bytes:
    """Quoted links that may have been broken onto the next line."""
    return text(fill(b"> see (http://x.example/" + b"(" * 500 + b"\r\nz\r\n", size))


def openers_in_one_line(size: int) -> bytes:
    """The start of an attribution, and no end of it: a regular expression took 52 s on 10 kB."""
    return text(fill(b"On a ", size))


def attributions(size: int) -> bytes:
    """An attribution in every line."""
    return text(fill(b"On Monday, x wrote:\r\n", size))


def attributions_with_dates(size: int) -> bytes:
    """An attribution with everything it may have, in every line."""
    return text(fill(b"On 3 November 2026 at 10:00, Ana Horvat <ana@example.org> wrote:\r\n", size))


def attributions_above_quotes(size: int) -> bytes:
    """An attribution, a quote, and again."""
    return text(fill(b"On Monday, x wrote:\r\n> y\r\n", size))


def attributions_without_words(size: int) -> bytes:
    """Lines that end as an attribution does."""
    return text(fill(b"1:\r\n", size))


def attributions_broken(size: int) -> bytes:
    """Attributions over five lines, the verb never there."""
    return text(fill(b"On 3 November 2026\r\nat 10:00\r\nAna\r\n<ana@example.org>\r\nspoke:\r\n", size))


def attributions_in_czech(size: int) -> bytes:
    """Words with accents, which have to be folded."""
    return text(fill("Dne 3. 11. 2026 v 10:00 Žofie Šťastná napsala šílenosti:\r\n".encode(), size))


def attributions_without_spaces(size: int) -> bytes:
    """Chinese, where a phrase is looked for anywhere."""
    return text(fill("在2026年11月3日星期二上午十点张三写了很多东西：\r\n".encode(), size))


def shared_attributions(size: int) -> bytes:
    """Lines in which an attribution may begin anywhere."""
    return text(fill(b"x On 1 On 1 On 1 Am 1 Le 1 El 1 Em 1 Il 1 Op 1 Den 1 On 1 Dne 1 wrote:\r\n", size))


def header_lines(size: int) -> bytes:
    """Quoted headers, again and again."""
    return text(fill(b"From: a\r\nSent: b\r\nTo: c\r\nSubject: d\r\n", size))


def labels_alone(size: int) -> bytes:
    """Quoted headers that never come to an end."""
    return text(fill(b"From:\r\n\r\nx\r\n", size))


def labels_in_one_line(size: int) -> bytes:
    """All of Yahoo's headers on one line."""
    return text(fill(b"From: To: Sent: Subject: Cc: Date: " * 15 + b"\r\n", size))


def original_messages(size: int) -> bytes:
    """Dividing lines with headers behind them, never convincing."""
    return text(fill(b"-----x-----\r\nFrom: a\r\n", size))


def forwarded_marks(size: int) -> bytes:
    """Forwarded mails without end."""
    return text(fill(b"---------- Forwarded message ---------\r\nFrom: a@b.cz\r\n", size))


def forwards_of_labels(size: int) -> bytes:
    """A forward, by its subject, of nothing but words with a colon."""
    return forward(fill(b"a:\r\n", size))


def forwards_of_senders(size: int) -> bytes:
    """A forward in which every line might say who wrote, and none does."""
    return forward(fill(b"On 1 a@b.cz:\r\n", size))


def signature_separators(size: int) -> bytes:
    """Signatures, one below the other."""
    return text(b"text\r\n" + fill(b"-- \r\n", size))


def contact_lines(size: int) -> bytes:
    """A visiting card without end."""
    return text(b"Hello\r\n\r\nThanks,\r\nAna\r\n" + fill(b"+385 1 234 567\r\nwww.example.org\r\n", size))


def device_lines(size: int) -> bytes:
    """Sent from every telephone there is."""
    return text(b"Hello\r\n" + fill(b"Sent from my iPhone\r\n", size))


def disclaimers(size: int) -> bytes:
    """Lawyers, a paragraph each."""
    line = b"This e-mail and any attachments are confidential and intended solely for the addressee.\r\n\r\n"
    return text(b"Hello\r\n\r\n" + fill(line, size))


def drawn_lines(size: int) -> bytes:
    """Lines that only draw a line."""
    return text(fill(b"_" * 70 + b"\r\n", size))


def one_drawn_line(size: int) -> bytes:
    """A drawn line without end."""
    return text(fill(b"_", size))


def lines_of_spaces(size: int) -> bytes:
    """White space, to be stripped and joined."""
    return text(fill(b" " * 900 + b"x\r\n", size))


def links(size: int) -> bytes:
    """An address and a link in every line."""
    return text(fill(b"http://x.example/?a=b&c=d <mailto:ana@example.org> [1]: (see)\r\n", size))


def numbers_of_tickets(size: int) -> bytes:
    """Numbers that may be tickets', and marks that may be ours."""
    return text(fill(b"#1001 [#1002] ticket 1003 support+abcdefgh234567abcdefgh234567abcd@demo.test\r\n", size))


def commands(size: int) -> bytes:
    """Commands, if an agent had written them."""
    return text(fill(b"#close #assign ana #tag x #note y\r\n", size))


def words_of_rules(size: int) -> bytes:
    """Words that the shipped rules look for, in every line."""
    return text(fill("invoice faktura račun printer tiskárna password heslo lozinka urgent hitno\r\n".encode(), size))


def letters_of_many_scripts(size: int) -> bytes:
    """A language for each word."""
    return text(fill("привет γειά 你好 שלום مرحبا สวัสดี नमस्ते 안녕 žluťoučký\r\n".encode(), size))


def combining_marks(size: int) -> bytes:
    """One letter with a million accents: normalising sorts them."""
    return text(b"a" + fill("\u0323\u0301\u0316\u0300".encode(), size))


def ligatures(size: int) -> bytes:
    """One character that becomes eighteen when it is folded."""
    return text(fill("\ufdfa".encode() * 20 + b"\r\n", size))


def directions(size: int) -> bytes:
    """Marks that turn the direction of writing."""
    return text(fill("\u202e\u2066\u200b\u2069".encode() * 6 + b"\r\n", size))


def an_enriched_text(size: int) -> bytes:
    """Commands of text/enriched (RFC 1896)."""
    return body(b"text/enriched", fill(b"<bold><<", size))


def a_reply_in_html_and_text(size: int) -> bytes:
    """Two forms of one reply, each a quote without end."""
    plain = b"--b\r\nContent-Type: text/plain\r\n\r\n" + fill(b"On Monday, x wrote:\r\n> y\r\n", size // 2)
    page = b"--b\r\nContent-Type: text/html\r\n\r\n" + fill(b"<div>On Monday, x wrote:<br><blockquote>y", size // 2)
    return body(b"multipart/alternative; boundary=b", plain + page + b"\r\n--b--")


def a_mail_without_a_header(size: int) -> bytes:
    """Words where the header should be."""
    return fill(b"there is no header here at all\r\n", size)


def a_mail_of_zeros(size: int) -> bytes:
    """Nothing but NUL."""
    return fill(b"\0", size)


def a_mail_of_random_bytes(size: int) -> bytes:
    """Noise that repeats itself every 64 kB."""
    noise, state = bytearray(), 20261122
    for _ in range(65_536):
        state = (state * 1_103_515_245 + 12_345) % 2**31
        noise.append(state >> 16 & 255)
    return HEAD + b"\r\n" + fill(bytes(noise), size)


def entities_in_html(size: int) -> bytes:
    """Characters that are written by their number."""
    return html(fill(b"&#x1F600;&amp;&#99999999999;&" * 10 + b"\r\n", size))
