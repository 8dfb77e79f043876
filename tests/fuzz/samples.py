"""What mutation starts from: the mails a worker warms up with, a bounce, and results of authentication."""

from maildesk.ingest.workers.samples import SAMPLES

LETTERS: tuple[bytes, ...] = SAMPLES

DSN = b"""Return-Path: <>
From: MAILER-DAEMON@mx.test
To: support+abcdefgh234567abcdefgh234567abcd@demo.test
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<ana@customer.test>: host mx.customer.test said: 550 5.1.1 User unknown (in reply to RCPT TO command)
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test
Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0100

Final-Recipient: rfc822; ana@customer.test
Original-Recipient: rfc822;ana@customer.test
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b
Content-Type: text/rfc822-headers

From: support@demo.test
Message-ID: <md.abc@demo.test>
X-Maildesk-Ticket: 1042

--b--
"""

RESULTS = (
    b"""Authentication-Results: mx.demo.test; dmarc=pass (p=none) header.from=b.cz; dkim=pass header.d=b.cz
Received: from x ([192.0.2.1]) by mx.demo.test; Mon, 23 Nov 2026 10:00:00 +0100
From: a@b.cz
""",
    b"""Authentication-Results: mx.demo.test; dkim=fail reason="bad (signature)" header.i=@b.cz; spf=pass smtp.mailfrom=a@b.cz
""",
    b"""Received: from x by mx.google.com
Authentication-Results: mx.google.com; dkim=pass header.i=@b.cz; dmarc=pass header.from=b.cz
""",
)

SESSION = (
    b"EHLO client.test\r\nMAIL FROM:<a@b.cz> SIZE=100 BODY=8BITMIME\r\nRCPT TO:<support@firma.test>\r\nDATA\r\n\xf5"
    b"Subject: x\r\n\r\nhello\r\n..dot\r\n.\r\nQUIT\r\n"
)
