"""Small mails of every kind: a worker parses them once when it starts, so that nothing is left to load later.

They are written for this; `tests/` has the real ones. Together they touch every reader that a mail can reach.
"""

_HEAD = b"""Return-Path: <>
From: =?utf-8?q?Ivana_Kova=C4=8D?= <ivana@example.org>
To: Support <help@example.com>, "Doe, Jane" <jane@example.com>
Cc: team: a@example.com, b@example.com;
Subject: =?iso-8859-2?q?Re=3A_ra=E8un?=
Message-ID: <1@example.org>
In-Reply-To: <0@example.com>
References: <0@example.com>
Date: Sun, 22 Nov 2026 10:00:00 +0100
MIME-Version: 1.0
"""

_PLAIN = (
    _HEAD
    + b"""Content-Type: text/plain; charset=utf-8; format=flowed

Dobar dan, molim pomoc oko racuna. Hello, please help me with the bill \r
and the printer. Dobry den, prosim o pomoc s fakturou.

On Mon, 1 Nov 2026 at 10:00, Support <help@example.com> wrote:
> quoted

--\x20
Ivana
Sent from my iPhone
"""
)

_LANGUAGES = tuple(
    _HEAD.replace(b"Return-Path: <>\n", b"") + b"Content-Type: text/plain; charset=utf-8\n\n" + text.encode()
    for text in (
        "Good morning, the printer does not work any more and I would like to know what to do about it.",
        "Dobrý den, tiskárna přestala fungovat a nevím, co s tím mám dělat. Můžete mi prosím pomoci?",
        "Dobar dan, pisač je prestao raditi i ne znam što da napravim. Možete li mi molim vas pomoći?",
        "Guten Tag, der Drucker geht nicht mehr und ich weiß nicht, was ich tun soll. Können Sie mir helfen?",
    )
)

_HTML = (
    _HEAD
    + b"""Content-Type: multipart/mixed; boundary=a

--a
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/html

<html><head><style>p {color: red}</style></head><body><p>Hello &amp; <a href="https://example.org/x">more</a></p>
<div style="display:none">hidden</div><ol><li>one</li></ol><div class="gmail_quote"><div class="gmail_attr">On Monday x wrote:</div>
<blockquote class="gmail_quote">old</blockquote></div></body></html>
--b--
--a
Content-Type: image/png
Content-Disposition: inline; filename*=utf-8''%C4%8D.png
Content-Transfer-Encoding: base64
Content-ID: <image001.png@example.org>

iVBORw0KGgo=
--a
Content-Type: text/calendar; method=REPLY

BEGIN:VCALENDAR
METHOD:REPLY
BEGIN:VEVENT
SUMMARY:Meeting
DTSTART;TZID=Europe/Zagreb:20261122T100000
ATTENDEE;PARTSTAT=ACCEPTED;CN=Ana:mailto:ana@example.org
END:VEVENT
END:VCALENDAR
--a
Content-Type: message/rfc822

From: x@example.org
Subject: inside

inside
--a--
"""
)

_BOUNCE = b"""Return-Path: <>
From: MAILER-DAEMON@example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=r

--r
Content-Type: text/plain

I'm sorry, <a@example.com>: 550 5.1.1 user unknown
--r
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; a@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 user unknown

--r
Content-Type: message/rfc822

From: help@example.com
Message-ID: <9@example.com>

x
--r--
"""

_FORWARDED = (
    _HEAD.replace(b"=?iso-8859-2?q?Re=3A_ra=E8un?=", b"Fwd: printer")
    + b"""
Please see below.

-------- Forwarded Message --------
Subject: printer
Date: Mon, 2 Nov 2026 10:00:00 +0100
From: Jana <jana@example.net>
To: ana@example.com

The printer is broken.
"""
)

_BARE_BYTES = (
    b"From: Ivana Kova\xe8 <ivana@example.org>\nSubject: Upit o ra\xe8unu za prosinac\nX-Priority: 1\n\n"
    + "Привет, помогите пожалуйста с принтером".encode("koi8-r")
)

_AUTOMATIC = (
    _HEAD.replace(b"Return-Path: <>\n", b"") + b"Auto-Submitted: auto-replied\nPrecedence: bulk\n\nI am away.\n"
)

_TNEF = (
    _HEAD
    + b"""Content-Type: application/ms-tnef; name=winmail.dat
Content-Transfer-Encoding: base64

eJ8+IgEAAQaQCAAEAAAAAAABAAEAAQeQBgAIAAAA5AQAAAAAAADoAA==
"""
)

SAMPLES = (_PLAIN, *_LANGUAGES, _HTML, _BOUNCE, _FORWARDED, _BARE_BYTES, _AUTOMATIC, _TNEF)
