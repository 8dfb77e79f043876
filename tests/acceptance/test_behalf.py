"""Agents pass mails on for their authors, at a running desk: in HTML as programs write it, with files, without proof and with it."""
# ruff: noqa: E501 - mails are written here as clients write them

import email
import email.utils
import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from maildesk.demo.writer import new_mail
from tests.acceptance.desk import ADDRESS, RunningDesk, running_desk, settings
from tests.services.sink import Sink

LUCIE = "lucie@demo.test"
PDF = bytes(range(256)) * 300
TEXT = "Dobrý den, kde je moje objednávka č. 77?"

GMAIL = (
    '<div dir="ltr">#new<br>Prosím rychle.<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message'
    ' ---------<br>Od: <strong class="gmail_sendername" dir="auto">Jana Nová</strong> <span dir="auto">&lt;<a'
    ' href="mailto:{who}">{who}</a>&gt;</span><br>Date: pá 20. 11. 2026 v 10:15<br>Subject: Objednávka<br>To: &lt;<a'
    f' href="mailto:{LUCIE}">{LUCIE}</a>&gt;<br></div><br><br><div dir="ltr">{TEXT}</div></div></div>'
)
OUTLOOK = (
    '<html><body><div class="WordSection1"><p class="MsoNormal">#new</p><p class="MsoNormal">Prosím rychle.</p><div><div'
    ' style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>Von:</b> Jana Nová'
    " &lt;{who}&gt; <br><b>Gesendet:</b> Freitag, 20. November 2026 10:15<br><b>An:</b> Lucie &lt;lucie@demo.test&gt;<br><b>Betreff:</b>"
    f' Objednávka</p></div></div><p class="MsoNormal">{TEXT}</p></div></body></html>'
)
OUTLOOK_WEB = (
    '<html><body><div style="font-family:Calibri">#new</div><div>Prosím rychle.</div><div id="appendonsend"></div><hr'
    ' style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri" style="font-size:11pt">'
    "<b>Šalje:</b> Jana Nová &lt;{who}&gt;<br><b>Poslano:</b> petak, 20. studenoga 2026. 10:15<br><b>Prima:</b> Lucie"
    f" &lt;lucie@demo.test&gt;<br><b>Predmet:</b> Objednávka</font><div>&nbsp;</div></div><div>{TEXT}</div></body></html>"
)
APPLE = (
    '<html><body dir="auto">#new<div>Prosím rychle.</div><div><br><blockquote type="cite"><div>Anfang der weitergeleiteten Nachricht:</div><br>'
    '<div><b>Von: </b>Jana Nová &lt;<a href="mailto:{who}">{who}</a>&gt;<br></div><div><b>Datum: </b>20. November 2026 um 10:15:00 MEZ<br></div>'
    "<div><b>An: </b>lucie@demo.test<br></div><div><b>Betreff: </b><b>Objednávka</b><br></div><br>"
    f"<div>{TEXT}</div></blockquote></div></body></html>"
)
THUNDERBIRD = (
    '<html><body><p>#new</p><p>Prosím rychle.</p><div class="moz-forward-container"><br><br>-------- Preposlaná správa --------<table'
    ' class="moz-email-headers-table"><tbody><tr><th>Predmet: </th><td>Objednávka</td></tr><tr><th>Dátum: </th><td>Fri, 20 Nov 2026 10:15:00'
    ' +0100</td></tr><tr><th>Od: </th><td>Jana Nová <a class="moz-txt-link-rfc2396E" href="mailto:{who}">&lt;{who}&gt;</a></td></tr>'
    f"<tr><th>Pre: </th><td>lucie@demo.test</td></tr></tbody></table><br><br>{TEXT}</div></body></html>"
)
LAYOUTS = {"gmail": GMAIL, "outlook": OUTLOOK, "outlook-web": OUTLOOK_WEB, "apple": APPLE, "thunderbird": THUNDERBIRD}


def letters(sink: Sink, to: str) -> list[EmailMessage]:
    """Give what a person got, oldest first."""
    policy = email.policy.default
    return [email.message_from_bytes(m.data, policy=policy) for m in sink.mails if m.rcpt_to == (to,)]  # type: ignore[misc]


def forward(name: str, number: int, proof: str) -> EmailMessage:
    """Write the agent's forward in one layout, with the original's file."""
    mail = EmailMessage()
    if proof:
        mail["Authentication-Results"] = proof
        mail["Received"] = (
            "from client.example (client.example [192.0.2.7]) by mx.demo.test with ESMTPS id 1; Fri, 20 Nov 2026 11:00:00 +0100"
        )
    mail["From"], mail["To"], mail["Subject"] = f"Lucie <{LUCIE}>", ADDRESS, "Fwd: Objednávka"
    mail["Message-ID"] = f"<forward{number}@soukrome.example>"
    html = LAYOUTS[name].replace("{who}", f"{name}@zakaznik.cz")
    mail.set_content(html, subtype="html")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="objednávka.pdf")
    return mail


@pytest.mark.parametrize("proven", [True, False])
def test_the_author_of_a_forwarded_mail_is_the_requester(proven: bool, sink: Sink, tmp_path: Path) -> None:
    """B61: five programs, five languages, HTML and a file; with proof at once, without it after the agent's word; never the agent.

    An agent is asked three times an hour at most, whatever comes in her name.
    """
    layouts = list(LAYOUTS) if proven else list(LAYOUTS)[2:]
    more = "auth: {trusted_authserv_ids: [mx.demo.test]}\n" if proven else ""
    proof = "mx.demo.test; dkim=pass header.d=demo.test; dmarc=pass header.from=demo.test" if proven else ""
    with running_desk(tmp_path, settings(sink.port, more=more)) as desk:
        for number, name in enumerate(layouts):
            desk.send(forward(name, number, proof), LUCIE)
            desk.settle()
            if not proven:
                _say_yes(desk, sink, number)
        tickets = {t["requester"]: t for t in desk.tickets()}
        assert set(tickets) == {f"{name}@zakaznik.cz" for name in layouts}
        for name in layouts:
            who = f"{name}@zakaznik.cz"
            [shown] = desk.show(tickets[who]["number"])
            assert shown["subject"] == "Objednávka"
            original = next(entry for entry in shown["entries"] if entry["kind"] == "mail")
            assert (original["author"], original["text"].strip()) == (who, TEXT), name
            assert original["at"].startswith("2026-11-20T09:15:00"), name
            assert original["attachments"] == ["objednávka.pdf"]
            notes = [entry["text"] for entry in shown["entries"] if entry["kind"] == "note" and not entry["held"]]
            assert "Prosím rychle." in notes
            [only] = letters(sink, who)
            assert only["X-Maildesk-Notice"] == "acknowledgement"
            assert not re.search(r"lucie|soukrome|Prosím rychle", only.as_string(), re.IGNORECASE)
        agents = {m.rcpt_to[0] for m in sink.mails if m.rcpt_to[0].endswith("@demo.test")}
        told = [m for agent in agents for m in letters(sink, agent) if m["X-Maildesk-Event"] == "new-ticket"]
        assert {m["X-Maildesk-Ticket"] for m in told} == {str(t["number"]) for t in tickets.values()}
        assert [[part.get_content() for part in m.iter_attachments()] for m in told] == [[PDF]] * len(told)
        if proven:
            return
        desk.send(forward("gmail", 9, ""), LUCIE)
        desk.settle()
        assert sum(m["X-Maildesk-Event"] == "challenge" for m in letters(sink, LUCIE)) == 3
        assert [held["why"] for held in desk.listed("hold")] == ["behalf"]
        desk.verify()


def _say_yes(desk: RunningDesk, sink: Sink, number: int) -> None:
    question = letters(sink, LUCIE)[-1]
    assert question["X-Maildesk-Event"] == "challenge"
    desk.run("hold", "release", str(desk.listed("hold")[0]["id"]), "yes") if number == 0 else _answer(desk, question)
    desk.settle()


def _answer(desk: RunningDesk, question: EmailMessage) -> None:
    back = email.utils.parseaddr(str(question["Reply-To"]))[1]
    desk.send(new_mail(f"Lucie <{LUCIE}>", back, f"Re: {question['Subject']}", "#yes\n"), LUCIE, back)
