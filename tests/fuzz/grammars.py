"""The pieces that each input is made of; a byte 0xF5, which no UTF-8 holds, stands for a pause in what a client says."""

from tests.fuzz.samples import DSN, LETTERS, RESULTS

PAUSE = b"\xf5"

MAIL = (
    b"From: ", b"To: ", b"Cc: ", b"Subject: ", b"Message-ID: <", b"In-Reply-To: ", b"References: ", b"Date: ", b"Reply-To: ",
    b"Return-Path: <>\n", b"Auto-Submitted: auto-replied\n", b"List-Id: <x.y>\n", b"Precedence: bulk\n",
    b"Received: from x by y; z\n", b">", b"<", b"@", b"a@b.cz", b"\n", b"\r\n", b"\r", b"\n\n", b"\r\n\r\n", b" ", b"\t", b"\0",
    b"\xff", b"\n ", b"\r\n\t", b"=?utf-8?q?", b"=?utf-8?b?", b"?=", b"=C4=8D", b"=?idna?q?x?=", b"=?utf-7?q?+AAA-?=",
    b"Content-Type: ", b"charset=", b"multipart/mixed; boundary=b", b"multipart/alternative; boundary=c",
    b"multipart/related; boundary=b", b"text/html", b"multipart/report; report-type=delivery-status; boundary=b",
    b"message/delivery-status", b"message/rfc822", b"multipart/signed; boundary=b", b"text/plain; format=flowed; delsp=yes",
    b"text/enriched", b"text/calendar; method=REQUEST", b"application/ms-tnef", b"\n--b\n", b"\n--b--\n", b"\n--c\n",
    b"Content-Transfer-Encoding: ", b"base64", b"quoted-printable", b"x-uuencode", b"iso-2022-jp", b"utf-16", b"hz-gb-2312",
    b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", b"DTSTART;TZID=Europe/Prague:2026", b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.cz\n",
    b"RRULE:FREQ=DAILY\n", b"Content-Disposition: attachment; filename", b"*0*=", b"*=utf-8''%C4", b'="', b";", b"(", b")",
    b",", b":", b'"', b"\\", b"<div style='display:none'>", b"<a href=", b"<blockquote class=gmail_quote>", b"<!--", b"-->",
    b"&#", b"&#x110000;", b"<table><tr><td>", b"<pre>", b"</", b"<li>", b"On Monday x wrote:\n",
    b"On 3 November 2026 at 10:00, Ana <a@b.cz> wrote:\n", b"> ", b">>> ", b"-- \n", b"-----Original Message-----\n",
    b"From: a\nSent: b\nTo: c\nSubject: d\n", b"---------- Forwarded message ---------\n", b"begin 644 x\n",
    b"\x78\x9f\x3e\x22", b"#close\n", b"[#1042]", b"support+abcdefgh234567abcdefgh234567abcd@demo.test",
    "č你\u202e\u2028\ufdfa".encode(), b"9"*50, b"550 5.1.1 <a@b.cz>: user unknown\n",
    b"Final-Recipient: rfc822; a@b.cz\nAction: failed\nStatus: 5.1.1\n\n", b"+AGE-", b"\x1b$B",
)  # fmt: skip

SESSION = (
    b"EHLO x\r\n", b"LHLO x\r\n", b"HELO x\r\n", b"MAIL FROM:<a@b.cz>\r\n", b"MAIL FROM:<>\r\n",
    b"RCPT TO:<support@firma.test>\r\n", b"RCPT TO:<help@firma.test>\r\n", b"RCPT TO:<x@y.cz>\r\n", b"DATA\r\n" + PAUSE,
    b"DATA\r\n", b"\r\n.\r\n", b".\r\n", b"RSET\r\n", b"NOOP\r\n", b"QUIT\r\n", b"VRFY a\r\n", b"EXPN a\r\n", b"HELP MAIL\r\n",
    b"STARTTLS\r\n", b"AUTH PLAIN AAAA\r\n", b"BDAT 5 LAST\r\n", b"GET / HTTP/1.1\r\n", b"Subject: x\r\n", b"\r\n", b"\n",
    b"\r", b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r\n.\n", b"..\r\n", b"\0", b" SIZE=99999999999999999999", b" SIZE=-1",
    b" BODY=8BITMIME", b" SMTPUTF8", b" XYZ=1", b"<", b">", b'"', b"\\", b"@", b",", b"MAIL FROM:", b"RCPT TO:",
    b"<@a,@b:c@d.cz>", b'<"a b"@c.cz>', "<č@č.cz>".encode(), b"\xff\xfe", b"hello\r\n", b"x"*1500, PAUSE,
)  # fmt: skip

ADDRESS = (
    b"a@b.cz", b"<a@b.cz>", b"Ana Horvat", b'"Horvat, Ana"', b'"', b"\\", b"(", b")", b"<", b">", b",", b";", b":", b"@", b".",
    b" ", b"\t", b"\n ", b"\r\n\t", b"\0", b"=?utf-8?q?a=40b?=", b"=?utf-8?b?", b"?=", b"xn--", b"b.cz", b"[127.0.0.1]",
    b"group: a@b.cz;", b"<@x:a@b.cz>", "č".encode(), "\u202e".encode(), b"\xe8", b" via ", b" [mailto:a@b.cz]", b"..", b"a b",
    b"<>", b"%", b"!",
)  # fmt: skip

RESULT = (
    b"mx.demo.test; ", b"other.test; ", b"dmarc=pass", b"dmarc=fail", b"dkim=pass", b"spf=pass", b" header.from=b.cz",
    b" header.d=b.cz", b" header.i=@b.cz", b" smtp.mailfrom=x", b"; ", b"(", b")", b'"', b"\\", b"=", b" ", b"\t", b".", b"/1",
    b"none", b"reason=", b"\n", b"Authentication-Results: ", b"Received: from x ([1.2.3.4]) by mx.demo.test; z\n",
    b"ARC-Authentication-Results: i=1; ", b"\0", b"From: a@b.cz\n", "č".encode(), b"mx.google.com; ", b"compauth=pass",
    b"action=none", b"; dkim=pass (", b"policy.",
)  # fmt: skip

COMMAND = (
    b"#close", b"#assign ana", b"#assign billing", b"#tag vip", b"#wait 3d", b"#note x", b"#merge 1042", b"#priority high",
    b"#for a@b.cz", b"#", b"##", "＃close".encode(), b"#1042", b"#clsoe", b"#away 3d", b"#use x", b"#search x", b"#split",
    b"#yes", b"#ok", b" ", b"\n", b"\r\n", b"\t", b":", b",", b"10:00", b"tomorrow", b"2026-12-01", b"99999999999d", b"5",
    "★★★★☆".encode(), "👍".encode(), b"thanks", b"yes", b"ne", "děkuji".encode(), b"Hello, ", b"-- \n", b"\0", "\u2028".encode(),
    "\u202e".encode(), b"\xff", b"1/0", b"0"*30,
)  # fmt: skip

TOKEN = (
    b"abcdefgh234567abcdefgh234567abcd", b"a", b"2", b"7", b"0", b"1", b"8", b"=", b"+", b"-", b".", b"support+", b"@demo.test",
    b"<", b">", b"md.", b"[#1042]", b"#1042", b"[", b"]", b"Re: ", b"Fwd: ", "＃".encode(), "１０４２".encode(),
    b"99999999999999999999", b"\n", b" ", b"\0", "ſ".encode(), b"A"*32,
)  # fmt: skip

MAIL_SEEDS = (*LETTERS, DSN)
RESULT_SEEDS = RESULTS
