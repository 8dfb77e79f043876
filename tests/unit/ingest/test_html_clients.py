"""Answers written in HTML by 44 mail programs and services: only what their author wrote is left."""
# ruff: noqa: E501 -- pages as programs write them

import pytest

from maildesk.ingest.parse import parse_mail

ANSWER = "<div>My new answer.</div><div>Second new line.</div>"
OLD = "<p>old words here</p><p>second old line</p>"

# Each as its program writes it, shortened; {answer} is the new text, {old} what is quoted.
CLIENTS = {
    "gmail": '<div dir="ltr">{answer}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, Nov 2, 2026 at 3:00 PM Foo &lt;<a href="mailto:foo@example.com">foo@example.com</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0">{old}</blockquote></div>',
    "outlook desktop": '<div class=WordSection1><p class=MsoNormal>My new answer.<o:p></o:p></p><p class=MsoNormal>Second new line.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class=MsoNormal><b>From:</b> Foo &lt;foo@example.com&gt;<br><b>Sent:</b> Monday, November 2, 2026 3:00 PM<br><b>To:</b> me<br><b>Subject:</b> Re: x<o:p></o:p></p></div></div><p class=MsoNormal>old words here</p></div>',
    "outlook cs": '<div class=WordSection1><p class=MsoNormal>My new answer.</p><p class=MsoNormal>Second new line.</p><div><div style="border:none;border-top:solid #B5C4DF 1.0pt"><p class=MsoNormal><b>Od:</b> Foo [mailto:foo@example.com] <br><b>Odesláno:</b> pondělí 2. listopadu 2026 15:00<br><b>Komu:</b> me<br><b>Předmět:</b> RE: x</p></div></div><p class=MsoNormal>old words here</p></div>',
    "owa": '<div style="font-family:Calibri">{answer}</div><hr tabindex="-1" style="display:inline-block; width:98%"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>From:</b> Foo<br><b>Sent:</b> Monday<br><b>To:</b> me<br><b>Subject:</b> x</font></div>{old}',
    "new outlook": '<div class="elementToProof">{answer}</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg"><b>Od:</b> Foo<br><b>Poslano:</b> x<br><b>Prima:</b> y<br><b>Predmet:</b> z</div>{old}',
    "outlook ios": '<div>{answer}</div><div id="ms-outlook-mobile-signature"><div><br></div>Sent from <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div><div id="mail-editor-reference-message-container"><div class="ms-outlook-mobile-reference-message"><hr><div><b>From:</b> Foo<br><b>Date:</b> x<br><b>To:</b> y<br><b>Subject:</b> z</div>{old}</div></div>',
    "apple mail": '<div>{answer}</div><br><div><blockquote type="cite"><div>On 2. Nov 2026, at 15:00, Foo &lt;foo@example.com&gt; wrote:</div><br class="Apple-interchange-newline"><div>{old}</div></blockquote></div><br>',
    "apple ios": '{answer}<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On 2. Nov 2026, at 15:00, Foo &lt;foo@example.com&gt; wrote:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">{old}</div></blockquote>',
    "yahoo": '<div class="ydp1yahoo-style-wrap">{answer}</div><div id="ydp2yahoo_quoted_1" class="ydp2yahoo_quoted"><div>On Monday, November 2, 2026, 3:00 PM, Foo &lt;foo@example.com&gt; wrote:</div><div>{old}</div></div>',
    "thunderbird": '<p>My new answer.<br>Second new line.</p><div class="moz-cite-prefix">Dne 02. 11. 26 v 15:00 Foo napsal(a):<br></div><blockquote type="cite" cite="mid:x">{old}</blockquote>',
    "proton": '<div style="font-family: Arial">{answer}</div><div class="protonmail_signature_block">Sent with Proton Mail</div><div class="protonmail_quote">On Monday, Foo wrote:<br><blockquote class="protonmail_quote" type="cite">{old}</blockquote></div>',
    "zoho": '<div>{answer}</div><div class="zmail_extra_hr" style="border-top:1px solid"></div><div class="zmail_extra"><div>---- On Mon, 02 Nov 2026 15:00:00 +0100 <b>Foo &lt;foo@example.com&gt;</b> wrote ---</div><blockquote>{old}</blockquote></div>',
    "gmx": '<div>{answer}</div><div name="quote" style="margin:10px"><div><b>Gesendet:</b> Montag, 02. November 2026 um 15:00 Uhr<br><b>Von:</b> Foo<br><b>An:</b> me<br><b>Betreff:</b> x</div><div name="quoted-content">{old}</div></div>',
    "roundcube": '<div>{answer}</div><p id="reply-intro">Dne 2026-11-02 15:00, Foo napsal:</p><blockquote type="cite" style="padding:0">{old}</blockquote>',
    "seznam": "<p>My new answer.</p><p>Second new line.</p><p>---------- Původní e-mail ----------<br>Od: Foo &lt;foo@example.com&gt;<br>Komu: me<br>Datum: 2. 11. 2026 15:00:12<br>Předmět: x </p><blockquote>{old}</blockquote>",
    "seznam aside": '{answer}<br><aside>---------- Původní e-mail ----------<br>Od: Foo &lt;foo@example.com&gt;<br>Komu: me<br>Datum: 2. 11. 2026<br>Předmět: x</aside><br><blockquote data-email="foo@example.com">{old}</blockquote>',
    "emclient": '<div>{answer}</div><div id="signature_old"></div><div><br></div><div>------ Původní zpráva ------</div><div><div>Od "Foo" &lt;foo@example.com&gt;</div><div>Komu "me" &lt;me@x&gt;</div><div>Datum 02.11.2026 15:00:12</div><div>Předmět Re: x</div></div><div id="x1"><blockquote cite="x" type="cite">{old}</blockquote></div>',
    "samsung": '<div>{answer}</div><div id="composer_signature"><div>Odesláno z telefonu Samsung Galaxy.</div></div><div><br></div><div style="color:#000"><div>-------- Původní zpráva --------</div><div>Od: Foo &lt;foo@example.com&gt; </div><div>Datum: 02.11.26  15:00  (GMT+01:00) </div><div>Komu: me </div><div>Předmět: x </div></div>{old}',
    "yandex": '<div>{answer}</div><div>02.11.2026, 15:00, "Foo" &lt;foo@example.com&gt;:</div><blockquote><div>{old}</div></blockquote>',
    "mailru": '<div>{answer}</div><blockquote style="border-left:1px solid #0857A6;margin:10px">Понедельник, 2 ноября 2026, 15:00 +03:00 от Foo &lt;foo@example.com&gt;:<br>&nbsp;<div id="">{old}</div></blockquote>',
    "front": '<div>{answer}</div><br><blockquote type="cite" class="front-blockquote">On November 2, 2026 at 3:00 PM GMT+1 <a>foo@example.com</a> wrote:<br>{old}</blockquote>',
    "fastmail": '<div>{answer}</div><div><br></div><div>On Mon, 2 Nov 2026, at 15:00, Foo wrote:</div><blockquote type="cite" id="qt">{old}</blockquote>',
    "qq": '<div>{answer}</div><div><includetail><div style="font-size:12px">------------------&nbsp;原始邮件&nbsp;------------------</div><div style="background:#efefef"><div><b>发件人:</b>&nbsp;"Foo"&lt;foo@example.com&gt;;</div><div><b>发送时间:</b>&nbsp;2026年11月2日</div><div><b>收件人:</b>&nbsp;me;</div><div><b>主题:</b>&nbsp;x</div></div><div>{old}</div></includetail></div>',
    "163": '<div>{answer}</div><br><p>At 2026-11-02 15:00:00, "Foo" &lt;foo@example.com&gt; wrote:</p><blockquote id="isReplyContent">{old}</blockquote>',
    "notes": "<div>{answer}</div><br><font size=1 color=#5f5f5f>From: &nbsp; &nbsp; &nbsp; &nbsp;</font><font size=1>Foo &lt;foo@example.com&gt;</font><br><font size=1>To: &nbsp; &nbsp;</font><font size=1>me</font><br><font size=1>Date: &nbsp;</font><font size=1>02.11.2026 15:00</font><br><font size=1>Subject: &nbsp;</font><font size=1>x</font><hr noshade>{old}",
    "spark": '<div name="messageBodySection">{answer}</div><div name="messageSignatureSection"><br>Sent from Spark</div><div name="messageReplySection">On 2. Nov 2026, 15:00 +0100, Foo &lt;foo@example.com&gt;, wrote:<br><blockquote type="cite" class="spark_quote">{old}</blockquote></div>',
    "superhuman": '<div>{answer}</div><br><div class="gmail_signature"></div><div class="sh-quoted-content"><div class="gmail_quote"><div>On Mon, Nov 02, 2026 at 3:00 PM, Foo &lt;foo@example.com&gt; wrote:<br></div><blockquote class="gmail_quote">{old}</blockquote></div></div>',
    "bluemail": '<div>{answer}</div><div class="replyHeader">On 2 Nov 2026, at 15:00, Foo &lt;foo@example.com&gt; wrote:</div><blockquote cite="x" type="cite" class="gmail_quote">{old}</blockquote>',
    "windows mail": '<div class=WordSection1><p class=MsoNormal>My new answer.</p><p class=MsoNormal>Second new line.</p><p class=MsoNormal>Sent from <a href="https://go.microsoft.com/fwlink/?LinkId=550986">Mail</a> for Windows</p><div style="mso-element:para-border-div;border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class=MsoNormal style="border:none"><b>From: </b><a>Foo</a><br><b>Sent: </b>Monday<br><b>To: </b>me<br><b>Subject: </b>Re: x</p></div><p>old words here</p></div>',
    "outlook plain hr": "<div class=WordSection1><p class=MsoNormal>My new answer.</p><p class=MsoNormal>Second new line.</p><p class=MsoNormal>-----Original Message-----<br>From: Foo<br>Sent: Monday<br>To: me<br>Subject: x</p><p>old words here</p></div>",
    "android gmail dark": '<div dir="auto">My new answer.<div dir="auto">Second new line.</div></div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">pon, 2. stu 2026. u 15:00 Foo &lt;foo@example.com&gt; je napisao/la:<br></div><blockquote class="gmail_quote">{old}</blockquote></div>',
    "airmail": '<div>{answer}</div><div class="bloop_sign"></div><br><p class="airmail_on">On November 2, 2026 at 15:00:00, Foo (<a>foo@example.com</a>) wrote:</p><blockquote type="cite" class="clean_bq">{old}</blockquote>',
    "mailbird": '<div>{answer}</div><blockquote class="history_container" type="cite" style="border-left-style:solid"><p style="color:#AAAAAA">On 02/11/2026 15:00:00, Foo &lt;foo@example.com&gt; wrote:</p>{old}</blockquote>',
    "hey": '<div class="trix-content">{answer}</div><blockquote><div>On November 2, 2026, Foo &lt;foo@example.com&gt; wrote:</div>{old}</blockquote>',
    "sogo/horde": '<p>My new answer.<br>Second new line.</p><p>Zitat von Foo &lt;foo@example.com&gt;:</p><blockquote type="cite">{old}</blockquote>',
    "freshdesk": '<div>{answer}</div><div class="freshdesk_quote"><blockquote class="freshdesk_quote">On Mon, 2 Nov at 3:00 PM , Foo &lt;foo@example.com&gt; wrote:<br>{old}</blockquote></div>',
    "hubspot": '<div>{answer}</div><div class="hs_reply"><div>On Mon, Nov 2, 2026 at 3:00 PM, Foo &lt;<a>foo@example.com</a>&gt; wrote:</div><blockquote>{old}</blockquote></div>',
    "tutanota": '<div>{answer}</div><br>2. Nov 2026, 15:00 by foo@example.com:<br><blockquote class="tutanota_quote">{old}</blockquote>',
    "mailspring": '<div>{answer}</div><div class="gmail_quote_attribution">On Nov 2 2026, at 3:00 pm, Foo &lt;foo@example.com&gt; wrote:</div><blockquote>{old}</blockquote>',
    "k9": '<div>{answer}</div><br><br><div class="gmail_quote"><div dir="auto">On 2 November 2026 15:00:00 CET, Foo &lt;foo@example.com&gt; wrote:</div><blockquote class="gmail_quote">{old}</blockquote></div><div class="k9mail-signature">-- <br>Sent with K-9.</div>',
    "libero": '<div>{answer}</div><br><blockquote style="border-left:2px solid">Il 02/11/2026 15:00 CET Foo &lt;foo@example.com&gt; ha scritto:<br>{old}</blockquote>',
    "orange": '<p>My new answer.</p><p>Second new line.</p><blockquote style="border-left:solid">> Message du 02/11/26 15:00<br>> De : "Foo" &lt;foo@example.com&gt;<br>> A : me<br>> Objet : x<br>{old}</blockquote>',
    "ox appsuite": '<div>{answer}</div><blockquote type="cite"><div>Foo &lt;foo@example.com&gt; hat am 02.11.2026 15:00 CET geschrieben:</div>{old}</blockquote>',
    "wp/onet": '<div>{answer}</div><br>Dnia 2 listopada 2026 15:00 Foo &lt;foo@example.com&gt; napisał(a):<br><blockquote class="wp-quote">{old}</blockquote>',
}


@pytest.mark.parametrize("client", CLIENTS)
def test_only_the_new_words_of_an_answer_are_left(client: str) -> None:
    """B105: whatever program wrote the answer, its quote and its attribution are told from its words."""
    page = CLIENTS[client].replace("{answer}", ANSWER).replace("{old}", OLD)
    head = "From: a@b.example\r\nSubject: Re: x\r\nIn-Reply-To: <o@x.example>\r\nMIME-Version: 1.0\r\n"
    raw = f"{head}Content-Type: text/html; charset=utf-8\r\n\r\n<html><body>{page}</body></html>\r\n".encode()
    assert parse_mail(raw).new_text.split() == "My new answer. Second new line.".split()
