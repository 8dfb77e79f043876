"""What leads from a letter to the desk's pages, at a running desk: large files, and the end of status mails."""

import email
import hashlib
import http.client
import re
from email.message import EmailMessage
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from maildesk.demo.writer import new_mail
from tests.acceptance.desk import ADDRESS, RunningDesk, running_desk, settings
from tests.services.processes import free_port
from tests.services.sink import Sink

JANA, PETR = "jana@odberatel.cz", "petr@demo.test"


def letters(sink: Sink, to: str) -> list[email.message.EmailMessage]:
    """Give what a person got, oldest first."""
    policy = email.policy.default
    return [email.message_from_bytes(m.data, policy=policy) for m in sink.mails if m.rcpt_to == (to,)]  # type: ignore[misc]


def ask(url: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """Fetch a page."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    body = "List-Unsubscribe=One-Click" if method == "POST" else None
    connection.request(method, parts.path, body, {"Content-Type": "application/x-www-form-urlencoded"} if body else {})
    answer = connection.getresponse()
    found = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    connection.close()
    return found


def with_pages(sink: Sink) -> str:
    """Write settings of a desk with pages."""
    port = free_port()
    return settings(sink.port, more=f"web: {{listen: '127.0.0.1:{port}', url: 'http://127.0.0.1:{port}'}}\n")


def asked(desk: RunningDesk, sink: Sink, text: str = "Prosím o návod k židli.") -> EmailMessage:
    """Let Jana ask, and give the letter that her team got."""
    desk.send(new_mail(f"Jana <{JANA}>", ADDRESS, "Židle", text), JANA)
    desk.settle()
    return letters(sink, "lucie@demo.test")[-1]


def answer(desk: RunningDesk, told: EmailMessage, text: str, content: bytes, name: str = "návod.pdf") -> None:
    """Answer as Lucie, with a file."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "lucie@demo.test", str(told["Reply-To"]), f"Re: {told['Subject']}"
    mail["Message-ID"] = f"<{hashlib.sha256(content).hexdigest()[:20]}@demo.test>"
    mail.set_content(text)
    mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    address = email.utils.parseaddr(str(told["Reply-To"]))[1]
    desk.send(mail, "lucie@demo.test", address)
    desk.settle()


def test_files_reach_the_customer_whole_in_the_mail_or_as_a_link(sink: Sink, tmp_path: Path) -> None:
    """A small file goes along byte for byte, a large one as a link for this person that can be ended, altered in nothing."""
    small, large = Random(1).randbytes(200_000), Random(2).randbytes(11_000_000)
    with running_desk(tmp_path, with_pages(sink)) as desk:
        told = asked(desk, sink)
        answer(desk, told, "V příloze.", small)
        [part] = list(letters(sink, JANA)[-1].iter_attachments())
        assert (part.get_filename(), part.get_content()) == ("návod.pdf", small)
        answer(desk, told, "A tady celý.", large, "<b>všechno</b>.pdf")
        letter = letters(sink, JANA)[-1]
        assert not list(letter.iter_attachments())
        text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert "11.0 MB" in text
        [url] = re.findall(r"http://\S+/a/\S+", text)
        status, headers, content = ask(url)
        assert (status, content) == (200, large)
        assert headers["content-type"] == "application/octet-stream"
        assert headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("sandbox")
        assert (ask(url, "HEAD")[0], ask(url, "POST")[0]) == (200, 405)
        token, place = url.rsplit("/", 2)[1:]
        journal, index = place.split("-")
        flipped = ("b" if token[-1] != "b" else "c").join((token[:-1], ""))
        wrong = [url.replace(token, flipped), url.rsplit("/", 1)[0], url.rsplit("/", 2)[0] + "/"]
        wrong += [
            url.replace(place, other)
            for other in (f"{int(journal) - 1}-{index}", f"{journal}-{int(index) - 1}", "1-0", "x")
        ]
        answers = {ask(other)[0::2] for other in wrong}
        assert {status for status, _ in answers} == {404}
        desk.run("ticket", "revoke-files", "1001")
        assert ask(url)[0] == 404
        answer(desk, told, "Ještě jednou.", large[::-1])
        [later] = re.findall(r"http://\S+/a/\S+", letters(sink, JANA)[-1].get_body(("plain",)).get_content())  # type: ignore[union-attr]
        assert ask(later)[2] == large[::-1]
        assert ask(url)[0] == 404
        assert desk.run("ticket", "revoke-files", "4711", check=False).returncode == 3
        desk.verify()


def test_files_that_can_reach_nobody_are_refused_before_anything_is_sent(sink: Sink, tmp_path: Path) -> None:
    """Without pages a file that is too large for a mail holds the whole answer, and the agent is told why."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        told = asked(desk, sink)
        answer(desk, told, "V příloze.", bytes(11_000_000))
        assert [m["X-Maildesk-Notice"] for m in letters(sink, JANA)] == ["acknowledgement"]
        refused = letters(sink, "lucie@demo.test")[-1]
        assert refused["X-Maildesk-Event"] == "command-refused"
        assert "11.0 MB" in refused.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_status_is_told_to_the_requester_alone_and_ends_with_one_press(sink: Sink, tmp_path: Path) -> None:
    """STATUS is answered to the address on file; a stranger who names a number learns the same of one that exists and of one
    that does not; the button of mail programs ends status mails by POST, never by GET (RFC 8058)."""
    with running_desk(tmp_path, with_pages(sink)) as desk:
        asked(desk, sink)
        ack = letters(sink, JANA)[-1]
        reply = new_mail(f"Jana <{JANA}>", str(ack["Reply-To"]), f"Re: {ack['Subject']}", "STAV\n")
        desk.send(reply, JANA, email.utils.parseaddr(str(ack["Reply-To"]))[1])
        desk.settle()
        status = letters(sink, JANA)[-1]
        assert status["X-Maildesk-Notice"] == "status"
        assert "1001" in status.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert desk.tickets()[0]["status"] == "new"
        for number, who in ((1001, "eva@jinde.cz"), (7777, "ivo@jinde.cz")):
            desk.send(new_mail(f"X <{who}>", ADDRESS, f"Re: [#{number}] Židle", "STAV\n"), who)
        desk.settle()
        shapes = []
        for who in ("eva@jinde.cz", "ivo@jinde.cz"):
            [only] = letters(sink, who)
            text = only.get_body(("plain",)).get_content()  # type: ignore[union-attr]
            names = sorted(key for key in only)
            shapes.append(
                (only["X-Maildesk-Notice"], names, re.sub(r"1\d{3}|https?://\S+", "…", text), only["X-Maildesk-Ticket"])
            )
        assert shapes[0][:3] == shapes[1][:3]
        assert "1001" not in (shapes[0][3], shapes[1][3])
        assert status["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        [url] = re.findall(r"<(http://[^>]+)>", str(status["List-Unsubscribe"]))
        for _ in range(3):
            answered, headers, body = ask(url)
            assert (answered, b"<form" in body) == (200, True)
            assert headers["content-security-policy"].startswith("default-src 'none'")
        assert b'"suppressed":0' in desk.run("status", "--json").stdout.replace(b" ", b"")
        assert [ask(url, "POST")[0] for _ in range(2)] == [200, 200]
        assert b'"suppressed":1' in desk.run("status", "--json").stdout.replace(b" ", b"")
        assert ask(url[:-2] + "22", "POST")[0] == 404
        desk.verify()

        base = url.rpartition("/u/")[0]
        for path in ("/a/", "/a/x/y", "/u/x", f"/u/{'a' * 32}", f"/a/{'a' * 32}/1-1"):
            assert ask(base + path)[0] == 404
