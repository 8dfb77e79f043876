"""The 46 kinds of automatic mail that a desk meets, one robot each, and a few that try harder."""

# ruff: noqa: E501 - a table: one robot a row

from tests.pingpong.robots import (
    HOME,
    Robot,
    amplifying,
    calendar,
    changing,
    forgetful,
    old_bounce,
    plain,
    quoting,
    report,
    returning,
    scattering,
)

AGENT = "lucie@demo.test"
_DAEMON = "MAILER-DAEMON@mx.peer.example"
_FAILED = "Reporting-MTA: dns; mx.peer.example||Final-Recipient: rfc822; {to}|Action: %s|Status: %s"
_AUTO = "Auto-Submitted: auto-replied"
_GENERATED = "Auto-Submitted: auto-generated"

ROBOTS = (
    Robot("L1", "our own mail comes back", returning, body=""),
    Robot("L2", "our own mail, marks stripped", returning, body="X-Maildesk-Loop Auto-Submitted Precedence X-Auto-Response-Suppress References In-Reply-To"),
    Robot("L3", "another maildesk", plain, (_AUTO, "X-Maildesk-Loop: other.example.1.abcdef0123456789", "Precedence: bulk")),
    Robot("L4", "RFC 3834, with comment and parameter", plain, ("AUTO-SUBMITTED: Auto-Notified (a program); owner-email=x@y.example",)),
    Robot("L5", "Exchange out of office", plain, (_GENERATED, "X-Auto-Response-Suppress: All", "X-MS-Exchange-Inbox-Rules-Loop: ivana@peer.example"), "Automatische Antwort: {subject}"),
    Robot("L5b", "Exchange, old: subject only", plain, (), "Automatic reply: {subject}"),
    Robot("L6", "Gmail vacation", plain, (_AUTO, "Precedence: bulk", "X-Autoreply: yes")),
    Robot("L7", "Zimbra", plain, ("Auto-Submitted: auto-replied (zimbra; vacation)", "Precedence: bulk")),
    Robot("L8", "owner-email", plain, ("Auto-Submitted: auto-replied; owner-email=x@peer.example",)),
    Robot("L9", "Sieve vacation", plain, ("Auto-Submitted: auto-replied (vacation)",), "Auto: {subject}", null=True),
    Robot("L10", "cPanel, BoxTrapper", plain, ("X-Autorespond: yes", "X-Precedence: auto_reply")),
    Robot("L11", "FirstClass, CommuniGate, qmail", plain, ("X-FC-MachineGenerated: true", "X-POST-MessageClass: 9; Autoresponder")),
    Robot("L12", "X-Autoresponder", plain, ("X-Autoresponder: on", "X-Mailer: vacation")),
    Robot("L13", "an agent's out of office", plain, (_AUTO,), "Out of office: {subject}", sender=AGENT),
    Robot("L14", "bounce: failed", report, (), "Undelivered Mail Returned to Sender", f"delivery-status|{_FAILED % ('failed', '5.1.1')}", _DAEMON, True),
    Robot("L15", "bounce: delayed", report, (), "Delayed Mail (still being retried)", f"delivery-status|{_FAILED % ('delayed', '4.4.1')}", _DAEMON, True),
    Robot("L16", "bounce: relayed", report, (), "Successful Mail Delivery Report", f"delivery-status|{_FAILED % ('relayed', '2.0.0')}", _DAEMON, True),
    Robot("L17", "Exchange NDR", report, ("X-MS-Exchange-Message-Is-Ndr:",), "Undeliverable: {subject}", f"delivery-status|{_FAILED % ('failed', '5.1.10')}", "postmaster@peer.example", True),
    Robot("L18", "Gmail bounce", report, ("X-Failed-Recipients: ivana@peer.example",), "Delivery Status Notification (Failure)", f"delivery-status|{_FAILED % ('failed', '5.1.1')}", "mailer-daemon@googlemail.com", True),
    Robot("L19", "qmail bounce", old_bounce, (), "failure notice", "Hi. This is the qmail-send program at peer.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<{to}>:\nSorry, no mailbox here by that name. (#5.1.1)", _DAEMON, True),
    Robot("L20", "bounce without report", old_bounce, (), "Returned mail: User unknown", "The following address had permanent fatal errors:\n<{to}>\n550 user unknown", _DAEMON, True),
    Robot("L21", "bounce to nobody", old_bounce, (), "Delivery failure", "Your message could not be delivered to <{to}>: mailbox unavailable", "<>", True),
    Robot("L22", "read receipt", report, (), "Read: {subject}", "disposition-notification|Final-Recipient: rfc822; {to}|Disposition: manual-action/MDN-sent-manually; displayed"),
    Robot("L23", "receipt: deleted unread", report, (), "Not read: {subject}", "disposition-notification|Final-Recipient: rfc822; {to}|Disposition: automatic-action/MDN-sent-automatically; deleted"),
    Robot("L24", "Outlook recall", plain, ("X-Message-Class: IPM.Outlook.Recall",), "Recall: {subject}"),
    Robot("L25", "calendar: accepted", calendar, (), "Accepted: {subject}", "REPLY"),
    Robot("L26", "calendar: invitation", calendar, (), "Invitation: {subject}", "REQUEST"),
    Robot("L27", "mailing list post", plain, ("List-Id: <users.peer.example>", "List-Post: <mailto:users@peer.example>", "Precedence: list"), "[users] Re: {subject}", wakes=True),
    Robot("L28", "list administration", plain, ("X-Mailman-Version: 2.1.39", "Precedence: bulk"), "Your message to Users awaits moderator approval", sender="users-bounces@peer.example"),
    Robot("L29", "newsletter", plain, ("List-Unsubscribe: <https://peer.example/u>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click", "Feedback-ID: 1:2:3", "Precedence: bulk"), "Offers of the week {n}", wakes=True),
    Robot("L30", "challenge: who are you", plain, ("X-Sender-Challenge: yes",), "Please confirm your message", "Click here to have your mail delivered."),
    Robot("L30b", "challenge without any field", plain, (), "Confirm your message: {subject}", "Click here to have your mail delivered.", wakes=True),
    Robot("L31", "RT", plain, ("X-RT-Loop-Prevention: peer", "RT-Ticket: peer #{n}", "Managed-BY: RT 4.4", "Precedence: bulk", _AUTO), "[peer #{n}] AutoReply: {subject}"),
    Robot("L32", "OTRS, Znuny", plain, ("X-OTRS-Loop: yes", "X-Powered-By: OTRS", "Precedence: bulk", _AUTO), "[Ticket#{n}] We have received your request: {subject}"),
    Robot("L33", "Zammad", plain, ("X-Loop: yes", "Precedence: bulk", "X-Powered-By: Zammad", _GENERATED, "X-Auto-Response-Suppress: All"), "[Ticket#{n}] Thanks for your inquiry ({subject})"),
    Robot("L34", "Zendesk", plain, ("X-Mailer: Zendesk Mailer", "X-Zendesk-From-Account-Id: 1", _GENERATED), "[Request received] {subject}"),
    Robot("L35", "Freshdesk, without RFC 3834", plain, ("X-Freshdesk-Ticket: {n}",), "Ticket Received - {subject}"),
    Robot("L35b", "Freshdesk, starting anew each time", forgetful, ("X-FD-Email-Id: {n}",), "Ticket Received - {subject}"),
    Robot("L36", "osTicket", plain, ("X-Autoreply: yes", "Precedence: auto_reply"), "Support Ticket Opened [#{n}]"),
    Robot("L36b", "Jira, ServiceNow, Roundup", plain, ("X-JIRA-FingerPrint: abc", "X-ServiceNow-Generated: true", "X-Roundup-Loop: hello", _GENERATED), "[JIRA] ({n}) {subject}"),
    Robot("L37", "no-reply notification", plain, (), "Your parcel {n} is on its way", sender="no-reply@peer.example", wakes=True),
    Robot("L38", "a postmaster who writes", plain, (), "Question {n} of the postmaster", sender="postmaster@peer.example", wakes=True),
    Robot("L39", "monitoring", forgetful, ("X-Nagios-Notification-Type: PROBLEM",), "PROBLEM {n} on host web is CRITICAL", sender="nagios@peer.example"),
    Robot("L40", "complaint (ARF)", report, (), "Complaint", "feedback-report|Feedback-Type: abuse|Version: 1|Original-Rcpt-To: {to}", "abuse-reports@peer.example"),
    Robot("L41", "DMARC report", forgetful, ('Content-Type: application/zip; name="peer.example!demo.test!1700000000!1700086399.zip"',), "Report domain: demo.test Submitter: peer.example Report-ID: {n}", sender="noreply-dmarc@peer.example"),
    Robot("L42", "virus filter", plain, ("X-Virus-Scanned: yes", "Auto-Submitted: auto-generated (virus)"), "Quarantined: {subject}", sender="amavis@peer.example"),
    Robot("L43", "forwarding loop", returning, body="X-Maildesk-Loop Message-ID Auto-Submitted"),
    Robot("L44", "subjects that nest", plain, (), "[peer #{n}1] [peer #{n}2] Automatic: {subject}"),
    Robot("L45", "the same words again and again", forgetful, (), "Alarm", "The alarm is on.", wakes=True),
    Robot("L46", "a person behind Exchange", plain, ("X-Auto-Response-Suppress: DR, OOF, AutoReply",), wakes=True),
)  # fmt: skip

# No row of the matrix: robots that hide what they are. They count as people, so the budgets are all that stops them.
HIDDEN = (
    Robot("H1", "answers in the thread, like a person", plain, wakes=True),
    Robot("H2", "strips everything, starts anew", forgetful, (), "Your message {n} has arrived", "We will look into it.", wakes=True),
    Robot("H3", "quotes everything", quoting, wakes=True),
    Robot("H4", "answers three times", amplifying, wakes=True),
    Robot("H5", "a new address each time", changing, (), "Case {n}", wakes=True),
    Robot("H7", "two new domains each time", scattering, (), "Case {n}", wakes=True),
    Robot("H6", "vacation without marks, null path", forgetful, (), "I am away {n}", null=True, wakes=True),
)  # fmt: skip

__all__ = ["AGENT", "HIDDEN", "HOME", "ROBOTS"]
