"""HTML, reports, calendars and files of Outlook's that are slow to read."""

from tests.hostile.build import HEAD, TITLE, body, fill, html

REPORT = b"multipart/report; report-type=delivery-status; boundary=b"


def unopened_attributes(size: int) -> bytes:
    """Quotes that never close: 131 s for 240 kB in the standard library."""
    return html(fill(b'<a x="', size))


def attributes(size: int) -> bytes:
    """One tag with a million attributes."""
    return html(b"<div " + fill(b"a=b ", size) + b">x</div>")


def comments(size: int) -> bytes:
    """Comments that never close."""
    return html(fill(b"<!--", size))


def comments_closed(size: int) -> bytes:
    """Comments that do."""
    return html(fill(b"<!---->x", size))


def declarations(size: int) -> bytes:
    """Declarations inside each other: an assertion fails in the standard library."""
    return html(fill(b"<![<![", size))


def instructions(size: int) -> bytes:
    """Processing instructions, and conditional comments of Outlook's."""
    return html(fill(b"<?xml x<![if !mso]>", size))


def divs(size: int) -> bytes:
    """Elements inside each other: 40,000 of them take 4 s in a good sanitiser."""
    return html(fill(b"<div>", size))


def closed_divs(size: int) -> bytes:
    """Ends without beginnings."""
    return html(fill(b"</div>", size))


def crossing_elements(size: int) -> bytes:
    """Formatting that has to be opened again for each block (the adoption agency)."""
    return html(fill(b"<b><i><a><p></b></i>", size))


def blockquotes(size: int) -> bytes:
    """Quotes in quotes."""
    return html(fill(b"<blockquote type=cite>x", size))


def gmail_quotes(size: int) -> bytes:
    """Quotes as Gmail marks them."""
    return html(fill(b'<div class="gmail_quote">x', size))


def many_gmail_quotes(size: int) -> bytes:
    """The same, side by side, with words between them."""
    return html(fill(b'<div class="gmail_quote"><div class=gmail_attr>On Monday x wrote:</div>y</div><p>z</p>', size))


def tables(size: int) -> bytes:
    """Tables in tables."""
    return html(fill(b"<table><tr><td>", size))


def rows(size: int) -> bytes:
    """One table of a million cells."""
    return html(b"<table>" + fill(b"<tr><td>x<td>y", size) + b"</table>")


def lists(size: int) -> bytes:
    """Numbered lists in each other."""
    return html(fill(b"<ol><li>x", size))


def breaks(size: int) -> bytes:
    """Line breaks."""
    return html(fill(b"<br>", size))


def preformatted(size: int) -> bytes:
    """Text whose spaces count."""
    return html(b"<pre>" + fill(b"x  \r\n\t", size))


def hidden_text(size: int) -> bytes:
    """Text that is not to be seen."""
    return html(fill(b'<p style="display:none">x', size))


def long_styles(size: int) -> bytes:
    """Styles to search for what hides text."""
    return html(fill(b'<p style="' + b"color:red;" * 500 + b'">x</p>', size))


def scripts(size: int) -> bytes:
    """Scripts and styles that never close."""
    return html(fill(b"<script><style>", size))


def bare_brackets(size: int) -> bytes:
    """Brackets that are no tags."""
    return html(fill(b"<", size))


def links_in_html(size: int) -> bytes:
    """Links, each to be written out."""
    return html(fill(b'<a href="http://x.example/a">b</a> ', size))


def a_calendar_of_attendees(size: int) -> bytes:
    """One line of parameters."""
    return body(b"text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + fill(b"ATTENDEE;X=", size))


def a_calendar_of_lines(size: int) -> bytes:
    """Events that begin and never end."""
    return body(b"text/calendar; method=REQUEST", fill(b"BEGIN:VEVENT\r\nSUMMARY:x\r\n", size))


def a_calendar_of_folds(size: int) -> bytes:
    """One property of a million lines."""
    return body(b"text/calendar; method=REQUEST", b"BEGIN:VEVENT\r\nSUMMARY:" + fill(b"x\r\n ", size))


def a_delivery_status(size: int) -> bytes:
    """Recipients that all failed."""
    begin = b"--b\r\n\r\nx\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    groups = fill(b"Final-Recipient: rfc822; a@b.cz\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n", size)
    return body(REPORT, begin + groups + b"--b--")


def a_delivery_status_of_one_line(size: int) -> bytes:
    """A diagnostic code without end."""
    begin = b"--b\r\n\r\nx\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; a@b.cz\r\n"
    return body(REPORT, begin + b"Diagnostic-Code: smtp; " + fill(b"550 5.1.1 <a@b.cz> (", size) + b"\r\n\r\n--b--")


def a_bounce_in_words(size: int) -> bytes:
    """A report without a form, with addresses in every line."""
    return HEAD + TITLE + b"Return-Path: <>\r\n\r\n" + fill(b"<a@b.cz>: 550 5.1.1 user unknown\r\n", size)


def a_returned_mail(size: int) -> bytes:
    """A bounce whose returned mail has a header without end."""
    begin = b"--b\r\n\r\nx\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    return body(REPORT, begin + fill(b"Message-ID: <9@demo.test>\r\n", size) + b"\r\n--b--")


def forwarded_as_attachments(size: int) -> bytes:
    """Mails as attachments, many."""
    unit = b"--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: a@b.cz\r\nSubject: x\r\n\r\ny\r\n"
    return body(b"multipart/mixed; boundary=b", fill(unit, size))


def winmail_dat(size: int) -> bytes:
    """Attributes that announce more than there is."""
    return body(
        b"application/ms-tnef; name=winmail.dat",
        b"\x78\x9f\x3e\x22\x01\x00" + fill(b"\x01\x03\x90\0\0\x04\0\0\0\xff\xff\xff\xff\0\0", size),
    )


def winmail_dat_of_properties(size: int) -> bytes:
    """Attributes of no length, without end."""
    return body(
        b"application/ms-tnef; name=winmail.dat",
        b"\x78\x9f\x3e\x22\x01\x00" + fill(b"\x01\x05\x90\x06\x00\0\0\0\0\0\0", size),
    )


def a_vcard(size: int) -> bytes:
    """A visiting card as the only part."""
    return body(b"text/vcard", fill(b"TEL;TYPE=x:1\r\n", size))


def a_signed_mail(size: int) -> bytes:
    """A signature, far longer than what it signs."""
    signed = b"--b\r\n\r\nx\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\n"
    return body(
        b"multipart/signed; boundary=b; protocol=application/pgp-signature", signed + fill(b"A" * 70 + b"\r\n", size)
    )
