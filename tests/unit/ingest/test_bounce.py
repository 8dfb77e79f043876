"""Delivery reports: who did not get a mail of ours, for how long, and which mail it was."""
# ruff: noqa: E501, ISC004 - reports are written here as servers write them

import pytest

from maildesk.ingest.bounce import read_bounce
from maildesk.model.mail import Bounce
from tests.builders_mail import letter, report, structure_of

RETURNED = "Message-ID: <md1.abc@firma.example>\nReferences: <first@kunde.example>\n <second@kunde.example>\nIn-Reply-To: <second@kunde.example>\nTo: a@b.example"


def _read(raw: str) -> Bounce:
    found = read_bounce(structure_of(raw))
    assert found is not None
    return found


def test_standard_report() -> None:
    """B41: each recipient is read with action and status; the ids of the returned mail are given."""
    bounce = _read(
        report(
            "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n"
            "Diagnostic-Code: smtp; 550 5.1.1\n no such user\n\n"
            "Final-Recipient: rfc822; <c@d.example>\nAction: delayed\nStatus: 4.4.1\n\n"
            "Final-Recipient: rfc822; e@f.example\nAction: relayed\nStatus: 2.0.0",
            returned=RETURNED,
        )
    )
    assert bounce.failed == ("a@b.example",)
    assert bounce.delayed == ("c@d.example",)
    assert bounce.original_ids == ("md1.abc@firma.example", "first@kunde.example", "second@kunde.example")


def test_status_text() -> None:
    """The status says code and the other server's words, on one line."""
    raw = report(
        "R: x\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550\n no such user"
    )
    assert _read(raw).status == "5.1.1 550 no such user"


def test_the_address_we_wrote_to_counts() -> None:
    """A forwarding server names both addresses; ours is the one we know."""
    raw = report(
        "R: x\n\nOriginal-Recipient: rfc822;us@b.example\nFinal-Recipient: rfc822;other@c.example\nAction: failed\nStatus: 5.0.0"
    )
    assert _read(raw).failed == ("us@b.example",)


@pytest.mark.parametrize("status", ["5.1.1", "", "junk"])
def test_missing_action(status: str) -> None:
    """Without an Action field the status class decides; without either, the mail failed."""
    assert _read(report(f"R: x\n\nFinal-Recipient: rfc822; a@b.example\nStatus: {status}")).failed == ("a@b.example",)


def test_delay_is_no_failure() -> None:
    """B44: a delayed mail has not failed."""
    bounce = _read(report("R: x\n\nFinal-Recipient: rfc822; a@b.example\nStatus: 4.2.2"))
    assert (bounce.failed, bounce.delayed) == ((), ("a@b.example",))


def test_delivered_and_relayed_are_news_only() -> None:
    """L16: a report of success names nobody as failed."""
    bounce = _read(report("R: x\n\nFinal-Recipient: rfc822; a@b.example\nAction: delivered\nStatus: 2.0.0"))
    assert (bounce.failed, bounce.delayed) == ((), ())
    assert "delivered" in bounce.status


def test_report_that_names_nobody() -> None:
    """Where the report names nobody, the explanation or the returned mail's only recipient does."""
    raw = report(
        "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; @b.example\nAction: failed\nStatus: 5.1.2", returned=RETURNED
    )
    assert _read(raw).failed == ("a@b.example",)


TEXTS = {
    "qmail": ("failure notice", "Hi. This is the qmail-send program at mx.example.\n\n<a@b.example>:\nSorry, no mailbox here by that name.\n\n"
              "--- Below this line is a copy of the message.\n\nReturn-Path: <x@y.example>\nTo: other@b.example\n"),
    "exim": ("Mail delivery failed: returning message to sender", "A message that you sent could not be delivered to one or more of its\nrecipients. "
             "This is a permanent error. The following address(es) failed:\n\n  a@b.example\n    SMTP error from remote mail server after RCPT TO:<a@b.example>:\n"
             "    550 unknown\n\n------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <x@y.example>\n"),
    "postfix": ("Undelivered Mail Returned to Sender", "This is the mail system at host mx.example.\n\nI'm sorry to have to inform you that your message could not\n"
                "be delivered to one or more recipients.\nFor further assistance, please send mail to <postmaster@mx.example>\n\n<a@b.example>: host b said: 550 5.1.1 unknown\n"),
    "sendmail": ("Returned mail: User unknown", "   ----- The following addresses had permanent fatal errors -----\n<a@b.example>\n\n"
                 "   ----- Transcript of session follows -----\n550 5.1.1 <a@b.example>... User unknown\n"),
    "exchange": ("Undeliverable: Question", "Your message\n\n  To:      Ana\n  Subject: Question\n\ndid not reach the following recipient(s):\n\n"
                 "a@b.example on Wed, 15 Feb 2026 04:25:29 -0500\n    The recipient name is not recognized\n"),
    "notes": ("DELIVERY FAILURE: User not listed", "Your message\n\n  Subject: Test\n\nwas not delivered to:\n\n  a@b.example\n\nbecause:\n\n  User not listed\n"),
    "aol": ("Mail Delivery Problem", "Your mail to the following recipients could not be delivered because they are not accepting mail:\n\ta\n"),
    "sentence": ("Delivery failure", "There was an error delivering your mail to <a@b.example>.\n\nunknown user\n"),
}  # fmt: skip


@pytest.mark.parametrize(("subject", "body"), TEXTS.values(), ids=TEXTS)
def test_unstandard_reports(subject: str, body: str) -> None:
    """B42: reports that follow no standard name the recipient, not the helpers and not those of the returned mail."""
    bounce = read_bounce(letter("From: MAILER-DAEMON@b.example", subject=subject, body=body, envelope_from=""))
    assert bounce is not None
    assert bounce.failed == ("a@b.example",)


def test_gmail_names_recipients_in_a_header() -> None:
    """L18: Gmail and Exim name the recipients in X-Failed-Recipients."""
    structure = letter(
        "From: mailer-daemon@googlemail.example",
        "X-Failed-Recipients: a@b.example, c@d.example",
        subject="Delivery Status Notification (Failure)",
    )
    assert read_bounce(structure) == Bounce(("a@b.example", "c@d.example"))


def test_unstandard_delay() -> None:
    """B44: a warning is no failure, in plain text either."""
    body = "THIS IS A WARNING MESSAGE ONLY.\nYOU DO NOT NEED TO RESEND YOUR MESSAGE.\n\n<a@b.example>: connection timed out\nIt will be retried.\n"
    bounce = read_bounce(
        letter("From: MAILER-DAEMON@b.example", subject="Delivery delayed", body=body, envelope_from="")
    )
    assert bounce is not None
    assert (bounce.failed, bounce.delayed) == ((), ("a@b.example",))


def test_ids_of_a_mail_returned_as_text() -> None:
    """B42: the returned headers in the text tie the report to our mail."""
    body = "<a@b.example>:\nno mailbox\n\n--- Below this line is a copy of the message.\n\nReceived: x\nMessage-ID: <md1.abc@firma.example>\nReferences: <first@kunde.example>\n"
    bounce = read_bounce(letter("From: MAILER-DAEMON@b.example", subject="failure notice", body=body, envelope_from=""))
    assert bounce is not None
    assert bounce.original_ids == ("md1.abc@firma.example", "first@kunde.example")


@pytest.mark.parametrize(
    ("fields", "subject", "envelope"),
    [
        ((), "Undelivered Mail Returned to Sender", "ivana@kunde.example"),
        ((), "failure notice", None),
        (("From: Postmaster <postmaster@partner.example>",), "Re: your mail server", None),
        (("Auto-Submitted: auto-replied",), "Automatic reply: x", ""),
    ],
)
def test_people_and_vacations_report_nothing(fields: tuple[str, ...], subject: str, envelope: str | None) -> None:
    """B42: who only quotes a bounce, and a vacation program, are no mail system."""
    body = "I got this:\n<a@b.example>: 550 5.1.1 user unknown\nWhat is wrong?\n"
    assert read_bounce(letter(*fields, subject=subject, body=body, envelope_from=envelope)) is None


WAITING = (
    "A message that you sent has not yet been delivered to one or more of its recipients after 24 hours.\n\n"
    "The address to which it has not yet been delivered is:\n\n  a@b.example\n    {reason}\n\n"
    "No action is required on your part. Eventually the software will give up, and then the message will be returned to you.\n"
)


@pytest.mark.parametrize(
    "body",
    [
        WAITING.format(reason="Delay reason: connection timed out"),
        WAITING.format(reason="connection to mail exchanger failed"),
        "Doručení těmto příjemcům se zpožďuje:\n\na@b.example\n",
        "Dies ist nur eine Warnung. Sie müssen Ihre Nachricht nicht erneut senden.\n\n<a@b.example>: unknown\n",
    ],
)
def test_a_threat_is_no_failure(body: str) -> None:
    """B44: what is still being tried has not failed, whatever the warning says may happen in the end, or has happened so far."""
    bounce = read_bounce(
        letter("From: MAILER-DAEMON@b.example", subject="Warning: message delayed", body=body, envelope_from="")
    )
    assert bounce is not None
    assert (bounce.failed, bounce.delayed) == ((), ("a@b.example",))


def test_what_was_tried_for_long_and_is_over_has_failed() -> None:
    """B44: a permanent error stays one although the report looks back on the delay."""
    body = "It could not be delivered; this is a permanent error. It was still being retried on Monday. Failed:\n\n  a@b.example\n    retry timeout exceeded\n"
    bounce = read_bounce(letter("From: MAILER-DAEMON@b.example", subject="failure", body=body, envelope_from=""))
    assert bounce is not None
    assert bounce.failed == ("a@b.example",)


@pytest.mark.parametrize(
    ("author", "subject"),
    [
        ("From: SMTP_Antivirus_Gateway@b.example", "Delivery failure notification"),
        ("From: mail-security-gateway@b.example", "Undeliverable: Invoice"),
        ("From: Mail Robot <>", "About your mail"),
        ("From: mailservice.example", "Undelivered Mail Returned to Sender"),
    ],
)
def test_programs_that_call_themselves_otherwise(author: str, subject: str) -> None:
    """B42: a gateway's report comes from a name that no person bears, or from nobody, and not only from a postmaster."""
    body = "Your message could not be delivered to the following recipients:\n\na@b.example\n"
    bounce = read_bounce(letter(author, subject=subject, body=body))
    assert bounce is not None
    assert bounce.failed == ("a@b.example",)


@pytest.mark.parametrize("who", ["delivery.service", "mail.room", "security.system", "gateway", "smtp", "anna.mailer"])
def test_people_with_names_like_machines(who: str) -> None:
    """B42: a courier who writes of a delivery that failed is no mail system."""
    body = "The parcel could not be delivered to a@b.example, please call.\n"
    assert read_bounce(letter(f"From: {who}@kurier.example", subject="Delivery failure", body=body)) is None


REFUSED = (
    "Return-Path: <>\nFrom: Mail Delivery Subsystem <{who}>\nTo: podrska@firma.example\nSubject: {subject}\n"
    "Auto-Submitted: auto-replied{comment}\nMIME-Version: 1.0\n"
    'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n'
    "--b\nContent-Type: text/plain\n\n{text}\n\n--b\nContent-Type: message/disposition-notification\n\n"
    "Final-Recipient: rfc822; a@b.example\nOriginal-Message-ID: <md1.abc@firma.example>\n"
    "Disposition: automatic-action/MDN-sent-automatically; {done}\n\n--b--\n"
)
SIEVE = {
    "who": "postmaster@b.example",
    "subject": "Automatically rejected mail",
    "comment": " (rejected)",
    "text": "Your message was automatically rejected:\nQuota exceeded",
    "done": "deleted",
}


@pytest.mark.parametrize("change", [{}, {"comment": ""}, {"who": "ana@b.example"}])
def test_a_receipt_by_which_a_filter_refuses_the_mail(change: dict[str, str]) -> None:
    """B42: a filter's `reject` (RFC 5429) is a report that the mail was not delivered, in the clothes of a read receipt."""
    bounce = _read(REFUSED.format(**{**SIEVE, **change}))
    assert bounce.failed == ("a@b.example",)
    assert bounce.original_ids == ("md1.abc@firma.example",)


@pytest.mark.parametrize(
    "change",
    [
        {"done": "displayed"},
        {
            "comment": "",
            "who": "ana@b.example",
            "text": "Your message\nSubject: Invoice automatically rejected\nwas deleted unread.",
        },
        {"comment": "", "text": "Your message was deleted without being read."},
    ],
)
def test_mail_deleted_unread_was_delivered(change: dict[str, str]) -> None:
    """B37: who deletes a mail unread did get it."""
    assert read_bounce(structure_of(REFUSED.format(**{**SIEVE, **change}))) is None


def test_a_report_in_wrapping() -> None:
    """B42: a scanner on the way has packed the report into a mail of its own; its outer recipient, we, did not fail."""
    inner = report("Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822;a@b.example\nAction: failed\nStatus: 5.1.1")
    raw = (
        "Return-Path: <>\nFrom: postmaster@b.example\nTo: podrska@firma.example\nSubject: Delivery Status Notification (Failure)\n"
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="w"\n\n'
        f"--w\nContent-Type: message/rfc822\n\n{inner}\n--w--\n"
    )
    assert _read(raw).failed == ("a@b.example",)


@pytest.mark.parametrize(
    "line",
    [
        "  other@c.example\n    (generated from a@b.example)\n    550 no such user",
        "<other@c.example> (expanded from <a@b.example>): mailbox is full",
        "other@c.example\n    (expanded from: <a@b.example>)",
    ],
)
def test_the_alias_we_wrote_to_counts(line: str) -> None:
    """B41: behind an alias another address failed; the one that we wrote to is the one we know, with a standard report or without."""
    text = f"This is a permanent error. The following address(es) failed:\n\n{line}\n"
    status = "R: x\n\nFinal-Recipient: rfc822;other@c.example\nAction: failed\nStatus: 5.0.0"
    assert _read(report(status, explanation=text)).failed == ("a@b.example",)
    plain = letter("From: MAILER-DAEMON@b.example", subject="Mail delivery failed", body=text, envelope_from="")
    assert read_bounce(plain) == Bounce(("a@b.example",))


def test_addresses_given_as_examples_and_those_of_x400() -> None:
    """B42: an address in "e.g." failed nowhere, and X.400's label is no part of the one that did."""
    body = "did not reach the following recipient(s):\n\nc=US;o=X;dda:SMTP=a@b.example; on Friday\n\nTry another name, e.g.\nbob@b.example\n"
    bounce = read_bounce(letter("From: postmaster@b.example", subject="Undeliverable: x", body=body, envelope_from=""))
    assert bounce is not None
    assert bounce.failed == ("a@b.example",)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Nie można dostarczyć: Faktura", "Nie można dostarczyć wiadomości do następujących adresatów:"),
        ("Ni mogoče dostaviti: Račun", "Vašega sporočila ni bilo mogoče dostaviti:"),
        ("Kézbesíthetetlen: Számla", "Az üzenetet nem sikerült kézbesíteni:"),
        ("Nedoručiteľné: Faktúra", "Vašu správu nebolo možné doručiť:"),
        ("Não é possível entregar: Fatura", "Sua mensagem não pôde ser entregue:"),
        ("Не вдалося доставити: Рахунок", "Ваше повідомлення не вдалося доставити:"),
        ("退信", "您的邮件无法投递:"),
    ],
)
def test_reports_in_more_languages(subject: str, text: str) -> None:
    """B42: mail systems report in the language of their users."""
    plain = letter("From: postmaster@b.example", subject=subject, body=f"{text}\n\na@b.example\n")
    assert read_bounce(plain) == Bounce(("a@b.example",))


@pytest.mark.parametrize("report_type", ["feedback-report", "disposition-notification"])
def test_other_reports(report_type: str) -> None:
    """Complaints and read receipts are no bounces."""
    assert (
        read_bounce(
            structure_of(report("Final-Recipient: rfc822; a@b.example\nAction: failed", report_type=report_type))
        )
        is None
    )
