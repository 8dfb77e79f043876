"""What mail programs make of an answer: each writes the agent's words above the quote of a notification in its own way."""

import html
from collections.abc import Callable
from email.message import EmailMessage

NOTIFIED = (
    "Dobrý den, chybí mi faktura.\n#close\n\n-- \nYOUR REPLY GOES TO THE CUSTOMER: Jana Nováková. First line #note = team only.\n"
    "#take  #note  #assign NAME  #close  #wait 3d  #help"
)
Body = tuple[str, str]  # plain text, HTML; "" where the program writes none


def _quoted(mark: str = "> ") -> str:
    return "\n".join(f"{mark}{line}".rstrip() for line in NOTIFIED.splitlines())


def _lines(words: str, open_: str, close: str) -> str:
    return "".join(f"{open_}{html.escape(line, quote=False) or '<br>'}{close}" for line in words.split("\n"))


def _quote_html() -> str:
    return "".join(f"<p>{html.escape(line, quote=False) or '<br>'}</p>" for line in NOTIFIED.split("\n"))


def plain(words: str) -> Body:
    """Mutt, Thunderbird in text mode: Czech attribution, quote."""
    return f"{words}\n\nDne 24. 11. 2026 v 10:00 Demo podpora napsal(a):\n{_quoted()}\n", ""


def signed(words: str) -> Body:
    """A signature behind the dash line, and a quote."""
    return (
        f"{words}\n\n-- \nPetr Dvořák\nFirma d.o.o.\n#1 in paper\n\nOn 24/11/2026 10:00, Support wrote:\n{_quoted()}\n",
        "",
    )


def gmail(words: str) -> Body:
    """Gmail in a browser: both parts, the quote in gmail_quote."""
    text = f"{words}\n\nOn Tue, Nov 24, 2026 at 10:00 AM Support <support@demo.test> wrote:\n\n{_quoted()}\n"
    return text, _gmail(words)


def gmail_html(words: str) -> Body:
    """The same without a plain part."""
    return "", _gmail(words)


def _gmail(words: str) -> str:
    return (
        f'<div dir="ltr">{_lines(words, "<div>", "</div>")}</div><br><div class="gmail_quote gmail_quote_container">'
        '<div dir="ltr" class="gmail_attr">On Tue, Nov 24, 2026 at 10:00 AM Support &lt;<a href="mailto:support@demo.test">'
        "support@demo.test</a>&gt; wrote:<br></div>"
        f'<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">{_quote_html()}</blockquote></div>'
    )


def gmail_android(words: str) -> Body:
    """Gmail on a phone: one div with line breaks, HTML and text."""
    inner = "<br>".join(html.escape(line, quote=False) for line in words.split("\n"))
    page = (
        f'<p dir="ltr">{inner}</p>\n<br><div class="gmail_quote"><div dir="ltr">út 24. 11. 2026 v 10:00 odesílatel Support '
        f'&lt;support@demo.test&gt; napsal:<br></div><blockquote class="gmail_quote">{_quote_html()}</blockquote></div>'
    )
    return f"{words}\n\nút 24. 11. 2026 v 10:00 odesílatel Support <support@demo.test> napsal:\n\n{_quoted()}\n", page


def outlook(words: str) -> Body:
    """Outlook on Windows: HTML of Word, the header block of the original below a line."""
    return "", (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0cm}</style></head>'
        f'<body lang="CS"><div class="WordSection1">{_lines(words, _MSO, "<o:p></o:p></span></p>")}'
        '<p class="MsoNormal"><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;'
        'padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>From:</b> Support &lt;support@demo.test&gt; <br><b>Sent:</b> '
        "Tuesday, November 24, 2026 10:00 AM<br><b>To:</b> Petr &lt;petr@demo.test&gt;<br><b>Subject:</b> [#1001] Faktura"
        f"<o:p></o:p></p></div></div>{_quote_html()}</div></body></html>"
    )


_MSO = '<p class="MsoNormal"><span style="mso-fareast-language:EN-US">'


def outlook_web(words: str) -> Body:
    """Outlook in a browser: divs with aria names, the reply block by its id."""
    return "", (
        f'<html><body dir="ltr">{_lines(words, _OWA, "</div>")}<div id="appendonsend"></div><hr style="display:inline-block;'
        'width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>Od:</b> Support '
        "&lt;support@demo.test&gt;<br><b>Odesláno:</b> úterý 24. listopadu 2026 10:00<br><b>Komu:</b> Petr<br><b>Předmět:</b> "
        f"[#1001] Faktura</font><div>&nbsp;</div></div>{_quote_html()}</body></html>"
    )


_OWA = '<div class="elementToProof" style="font-family: Aptos, Calibri; font-size: 12pt;">'


def outlook_phone(words: str) -> Body:
    """Outlook on a phone: its own signature line, and the reply block."""
    return "", (
        f'<html><body><div dir="auto">{_lines(words, "<div dir=auto>", "</div>")}</div><div><br></div>'
        '<div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/AAb9ysg">Outlook for Android</a></div><hr>'
        '<div id="divRplyFwdMsg"><b>From:</b> Support &lt;support@demo.test&gt;<br><b>Sent:</b> Tuesday, November 24, 2026 '
        f"10:00:00 AM<br><b>To:</b> Petr<br><b>Subject:</b> [#1001] Faktura</div>{_quote_html()}</body></html>"
    )


def apple(words: str) -> Body:
    """Apple Mail: text and HTML, the quote marked as cited."""
    text = f"{words}\n\n> On 24. 11. 2026, at 10:00, Support <support@demo.test> wrote:\n> \n{_quoted()}\n"
    page = (
        f'<html><body style="overflow-wrap: break-word;">{_lines(words, "<div>", "</div>")}<div><br><blockquote type="cite">'
        "<div>On 24. 11. 2026, at 10:00, Support &lt;support@demo.test&gt; wrote:</div><br><div>"
        f"{_quote_html()}</div></blockquote></div><br></body></html>"
    )
    return text, page


def iphone(words: str) -> Body:
    """Mail on an iPhone: the line that advertises it, then the quote."""
    return (
        f"{words}\n\nSent from my iPhone\n\n> On 24 Nov 2026, at 10:00, Support <support@demo.test> wrote:\n> \n{_quoted()}\n",
        "",
    )


def iphone_cs(words: str) -> Body:
    """The same in Czech, as HTML."""
    return "", (
        f'<html><body dir="auto">{_lines(words, "<div dir=ltr>", "</div>")}<br id="lineBreakAtBeginningOfSignature">'
        '<div dir="ltr">Odesláno z iPhonu</div><div dir="ltr"><br><blockquote type="cite">24. 11. 2026 v 10:00, Support '
        f'&lt;support@demo.test&gt;:<br><br></blockquote></div><blockquote type="cite">{_quote_html()}</blockquote></body></html>'
    )


def samsung(words: str) -> Body:
    """Samsung's program: its signature in a div of its own, the original below a line of words."""
    return "", (
        f'<html><body>{_lines(words, "<div dir=auto>", "</div>")}<div dir="auto"><br></div><div id="composer_signature" '
        'dir="auto"><div style="font-size:12px;color:#575757">Poslano s mog Galaxy uređaja</div></div><div><br></div>'
        "<div>-------- Original message --------</div><div>From: Support &lt;support@demo.test&gt; </div><div>Date: "
        f"24/11/2026 10:00 (GMT+01:00) </div><div>To: petr@demo.test </div><div>Subject: [#1001] Faktura </div>{_quote_html()}"
        "</body></html>"
    )


def thunderbird(words: str) -> Body:
    """Thunderbird in HTML: the prefix and the cited block."""
    return "", (
        f'<html><head></head><body>{_lines(words, "<p>", "</p>")}<div class="moz-cite-prefix">Dana 24. 11. 2026. u 10:00, '
        f'Support je napisao/la:<br></div><blockquote type="cite" cite="mid:x@demo.test">{_quote_html()}</blockquote></body></html>'
    )


def yahoo(words: str) -> Body:
    """Yahoo in a browser."""
    return "", (
        f'<html><body><div class="ydp1yahoo-style-wrap">{_lines(words, _YAHOO, "</div>")}<div><br></div></div>'
        '<div id="ydp2yahoo_quoted_1" class="ydp2yahoo_quoted"><div><div>On Tuesday, November 24, 2026 at 10:00 AM, Support '
        f"&lt;support@demo.test&gt; wrote:</div><div><br></div>{_quote_html()}</div></div></body></html>"
    )


_YAHOO = '<div dir="ltr" data-setdir="false">'


def top_posted_nothing(words: str) -> Body:
    """A program that quotes nothing at all."""
    return f"{words}\n", ""


PROGRAMS: dict[str, Callable[[str], Body]] = {
    made.__name__.replace("_", "-"): made
    for made in (
        plain, signed, gmail, gmail_html, gmail_android, outlook, outlook_web, outlook_phone, apple, iphone, iphone_cs,
        samsung, thunderbird, yahoo, top_posted_nothing,
    )
}  # fmt: skip


def write_mail(program: str, words: str) -> EmailMessage:
    """Write an agent's answer as a program does."""
    text, page = PROGRAMS[program](words)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        "Petr Dvořák <petr@demo.test>",
        "support@demo.test",
        "Re: [#1001] Faktura",
    )
    mail["Date"], mail["Message-ID"] = "Tue, 24 Nov 2026 10:30:00 +0100", "<one@demo.test>"
    if text:
        mail.set_content(text)
    if page and text:
        mail.add_alternative(page, subtype="html")
    elif page:
        mail.set_content(page, subtype="html")
    return mail
