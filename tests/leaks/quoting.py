"""How twelve mail programs write an answer: what stands above, below or around the mail that is answered, in five languages."""

import html
from email.message import EmailMessage
from typing import NamedTuple


class Letter(NamedTuple):
    """A letter of the desk as a mail program shows it."""

    text: str
    html: str
    shown_name: str
    sent_from: str
    subject: str
    to: str


class Tongue(NamedTuple):
    """The words a mail program puts around a quote; `{who}` is the name and address, `{day}` the day."""

    wrote: str
    labels: tuple[str, str, str, str]
    device: str
    day: str


TONGUES = {
    "en": Tongue(
        "On {day}, {who} wrote:", ("From", "Sent", "To", "Subject"), "Sent from my iPhone", "Tue, Nov 24, 2026 at 10:10"
    ),
    "cs": Tongue(
        "Dne {day} {who} napsal(a):", ("Od", "Odesláno", "Komu", "Předmět"), "Odesláno z iPhonu", "24. 11. 2026 v 10:10"
    ),
    "hr": Tongue(
        "Dana {day} {who} je napisao/la:",
        ("Od", "Poslano", "Prima", "Predmet"),
        "Poslano s mog iPhonea",
        "uto, 24. stu 2026. u 10:10",
    ),
    "de": Tongue(
        "Am {day} schrieb {who}:",
        ("Von", "Gesendet", "An", "Betreff"),
        "Von meinem iPhone gesendet",
        "24.11.2026 um 10:10",
    ),
    "pl": Tongue(
        "{day} {who} napisał(a):", ("Od", "Wysłano", "Do", "Temat"), "Wysłane z iPhone'a", "wt., 24 lis 2026 o 10:10"
    ),
}


class Answer(NamedTuple):
    """What a mail program sends: the plain text, and the HTML ("" for none); `flowed` for RFC 3676."""

    text: str
    page: str
    flowed: bool = False


def _page(text: str) -> str:
    return "".join(f"<div>{html.escape(line) or '<br>'}</div>" for line in text.split("\n"))


def _inner(parent: Letter) -> str:
    page = parent.html
    return page[page.index("<body>") + 6 : page.index("</body>")] if "<body>" in page else page


def _quoted(text: str, mark: str = "> ") -> str:
    return "\n".join(f"{mark}{line}".rstrip() for line in text.rstrip("\n").split("\n"))


def _who(parent: Letter) -> str:
    return f"{parent.shown_name} <{parent.sent_from}>"


def _wrote(parent: Letter, tongue: Tongue) -> str:
    return tongue.wrote.format(day=tongue.day, who=_who(parent))


def _block(parent: Letter, tongue: Tongue) -> list[tuple[str, str]]:
    values = (_who(parent), tongue.day, parent.to, parent.subject)
    return list(zip(tongue.labels, values, strict=True))


def gmail(own: str, parent: Letter, tongue: Tongue) -> Answer:
    """Gmail in a browser: both parts, the quote in div.gmail_quote."""
    line = _wrote(parent, tongue)
    page = (
        f'<div dir="ltr">{_page(own)}</div><br><div class="gmail_quote">'
        f'<div dir="ltr" class="gmail_attr">{html.escape(line)}<br></div>'
        f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{_inner(parent)}</blockquote></div>'
    )
    return Answer(f"{own}\n\n{line}\n\n{_quoted(parent.text)}\n", page)


def outlook_desktop(own: str, parent: Letter, tongue: Tongue) -> Answer:
    """Outlook for Windows: no quote marks, a ruled block of fields above the old mail."""
    block = _block(parent, tongue)
    fields = "<br>".join(f"<b>{name}:</b> {html.escape(value)}" for name, value in block)
    page = (
        f'<html xmlns:o="urn:schemas-microsoft-com:office:office"><body><div class="WordSection1">'
        f"{''.join(f'<p class=MsoNormal>{html.escape(line)}<o:p></o:p></p>' for line in own.split(chr(10)))}"
        f'<div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class=MsoNormal>{fields}</p></div></div>'
        f"{_inner(parent)}</div></body></html>"
    )
    plain = "\n".join(f"{name}: {value}" for name, value in block)
    return Answer(f"{own}\n\n{plain}\n\n{parent.text}", page)


def outlook_web(own: str, parent: Letter, tongue: Tongue) -> Answer:
    """Outlook in a browser: divRplyFwdMsg."""
    fields = "<br>".join(f"<b>{name}:</b> {html.escape(value)}" for name, value in _block(parent, tongue))
    page = (
        f'<html><body dir="ltr"><div>{_page(own)}</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%">'
        f'<div id="divRplyFwdMsg" dir="ltr"><font>{fields}</font><div>&nbsp;</div></div>{_inner(parent)}</body></html>'
    )
    plain = "\n".join(f"{name}: {value}" for name, value in _block(parent, tongue))
    return Answer(f"{own}\n\n________________________________\n{plain}\n\n{parent.text}", page)


def outlook_ios(own: str, parent: Letter, tongue: Tongue) -> Answer:
    """Outlook on a phone: ms-outlook-mobile, with its own line at the end."""
    fields = "<br>".join(f"<b>{name}:</b> {html.escape(value)}" for name, value in _block(parent, tongue))
    page = (
        f'<html><body><div dir="ltr">{_page(own)}</div><div id="ms-outlook-mobile-signature"><div></div>{tongue.device}</div>'
        f'<hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr">{fields}</div>{_inner(parent)}</body></html>'
    )
    plain = "\n".join(f"{name}: {value}" for name, value in _block(parent, tongue))
    return Answer(f"{own}\n\n{tongue.device}\n________________________________\n{plain}\n\n{parent.text}", page)


def apple_mail(own: str, parent: Letter, tongue: Tongue) -> Answer:
    """Apple Mail: blockquote type=cite."""
    line = _wrote(parent, tongue)
    page = (
        f'<html><body>{_page(own)}<div><br><blockquote type="cite"><div>{html.escape(line)}</div>'
        f'<br class="Apple-interchange-newline">'
        f"<div>{_inner(parent)}</div></blockquote></div></body></html>"
    )
    return Answer(f"{own}\n\n{_quoted(line + chr(10) + chr(10) + parent.text)}\n", page)


def thunderbird_top(own: str, parent: Letter, tongue: Tongue) -> Answer:
    """Thunderbird, answering above: moz-cite-prefix."""
    line = _wrote(parent, tongue)
    page = (
        f'<html><body><p>{_page(own)}</p><div class="moz-cite-prefix">{html.escape(line)}<br></div>'
        f'<blockquote type="cite" cite="mid:x@y">{_inner(parent)}</blockquote></body></html>'
    )
    return Answer(f"{own}\n\n{line}\n{_quoted(parent.text)}\n", page)


def thunderbird_bottom(own: str, parent: Letter, tongue: Tongue) -> Answer:
    """Thunderbird, answering below the quote, plain text."""
    return Answer(f"{_wrote(parent, tongue)}\n{_quoted(parent.text)}\n\n{own}\n", "")


def k9(own: str, parent: Letter, tongue: Tongue) -> Answer:
    """K-9 Mail: plain text, the quote below."""
    return Answer(f"{own}\n\n\n{_wrote(parent, tongue)}\n{_quoted(parent.text, '>')}\n", "")


def yahoo(own: str, parent: Letter, tongue: Tongue) -> Answer:
    """Yahoo: div.yahoo_quoted."""
    line = _wrote(parent, tongue)
    page = (
        f'<html><body><div class="ydp-wrap">{_page(own)}</div>'
        f'<div id="yahoo_quoted_1" class="yahoo_quoted"><div>{html.escape(line)}</div>'
        f"<div>{_inner(parent)}</div></div></body></html>"
    )
    return Answer(f"{own}\n\n    {line}  \n \n {parent.text.replace(chr(10), chr(10) + ' ')}\n", page)


def lotus_notes(own: str, parent: Letter, tongue: Tongue) -> Answer:
    """Lotus Notes: fields with tabs, no marks at all."""
    block = "\n".join(f"{name}:\t{value}" for name, value in _block(parent, tongue))
    return Answer(f"{own}\n\n\n\n{block}\n\n\n\n{parent.text}", "")


def mutt(own: str, parent: Letter, tongue: Tongue) -> Answer:
    """Mutt: answers within the quote, of which the foot is deleted as its users do."""
    words, _, _ = parent.text.partition("\n-- \n")
    return Answer(f"{_wrote(parent, tongue)}\n{_quoted(words)}\n\n{own}\n", "")


def html_only(own: str, parent: Letter, tongue: Tongue) -> Answer:
    """A program that writes nothing but HTML, with a bare blockquote."""
    line = html.escape(_wrote(parent, tongue))
    return Answer("", f"<html><body>{_page(own)}<p>{line}</p><blockquote>{_inner(parent)}</blockquote></body></html>")


def flowed(own: str, parent: Letter, tongue: Tongue) -> Answer:
    """format=flowed (RFC 3676): soft line ends, stuffed quote marks."""
    return Answer(f"{own}\n\n{_wrote(parent, tongue)}\n\n{_quoted(parent.text, '>')}\n", "", flowed=True)


STYLES = {
    one.__name__: one
    for one in (
        gmail, outlook_desktop, outlook_web, outlook_ios, apple_mail, thunderbird_top, thunderbird_bottom, k9, yahoo, lotus_notes,
        mutt, html_only, flowed,
    )
}  # fmt: skip


def as_mail(answer: Answer) -> EmailMessage:
    """Put an answer into a mail, its header still empty."""
    mail = EmailMessage()
    if answer.text:
        mail.set_content(answer.text, charset="utf-8", cte="base64")
        if answer.flowed:
            mail.set_param("format", "flowed")
        if answer.page:
            mail.add_alternative(answer.page, subtype="html", charset="utf-8", cte="quoted-printable")
    else:
        mail.set_content(answer.page, subtype="html", charset="utf-8", cte="quoted-printable")
    return mail
