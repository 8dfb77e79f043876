"""The servers that other tests rely on do what those tests believe."""

import http.server
import imaplib
import smtplib
import socket
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tests.conftest import ImapUser
from tests.services.certificate import Certificate
from tests.services.components import need
from tests.services.dovecot import running_dovecot
from tests.services.postfix import Postfix
from tests.services.postgres import running_postgres
from tests.services.processes import wait_until
from tests.services.sink import Sink

if TYPE_CHECKING:
    from playwright.sync_api import Page

MAIL = (
    b"From: jana@firma.cz\r\nTo: podrska@firma.hr\r\nDate: Sun, 22 Nov 2026 10:00:00 +0100\r\n"
    b"Message-ID: <1@firma.cz>\r\nSubject: Chyba\r\n\r\nDobry den\r\n"
)


# ---- Dovecot ----


def test_dovecot_serves_what_was_put(imap_user: ImapUser) -> None:
    """A mail put into a Maildir is read over IMAP, byte for byte."""
    imap_user.put(MAIL)
    with imaplib.IMAP4(imap_user.server.host, imap_user.server.port) as client:
        client.login(imap_user.name, imap_user.password)
        client.select()
        _, found = client.fetch("1", "(BODY.PEEK[])")
    assert isinstance(found[0], tuple)
    assert found[0][1] == MAIL


def test_dovecot_refuses_a_wrong_password(imap_user: ImapUser) -> None:
    """Login with a wrong password fails."""
    with (
        imaplib.IMAP4(imap_user.server.host, imap_user.server.port) as client,
        pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"),
    ):
        client.login(imap_user.name, "wrong")


def test_dovecot_speaks_tls_both_ways(imap_user: ImapUser, certificate: Certificate) -> None:
    """Implicit TLS and STARTTLS both show a certificate that the test authority signed."""
    trust, server = certificate.for_client(), imap_user.server
    assert server.tls_port is not None
    with imaplib.IMAP4_SSL("localhost", server.tls_port, ssl_context=trust) as client:
        client.login(imap_user.name, imap_user.password)
    with imaplib.IMAP4("localhost", server.port) as client:
        client.starttls(trust)
        client.login(imap_user.name, imap_user.password)


def test_dovecot_comes_back_with_its_mail() -> None:
    """After a kill the server starts again on the same port and has kept the mail and its UID."""
    with running_dovecot({"ana": "secret"}) as server:
        server.put("ana", MAIL)
        server.kill()
        with pytest.raises(OSError, match="refused"):
            imaplib.IMAP4(server.host, server.port)
        server.start()
        with imaplib.IMAP4(server.host, server.port) as client:
            client.login("ana", "secret")
            client.select()
            assert client.fetch("1", "(UID)")[1] == [b"1 (UID 1)"]


# ---- the sink ----


def test_sink_records_envelope_and_bytes(sink: Sink) -> None:
    """A mail arrives with its envelope and unchanged bytes, dots at line starts included."""
    mail = MAIL + b".\r\n..two\r\n"
    with smtplib.SMTP(sink.host, sink.port) as client:
        client.sendmail("jana@firma.cz", ["a@x.test", "b@x.test"], mail)
    assert sink.mails[0][:3] == ("jana@firma.cz", ("a@x.test", "b@x.test"), mail)


def test_sink_refuses_one_recipient_once(sink: Sink) -> None:
    """A scripted RCPT reply meets one recipient as often as asked; the others get through."""
    sink.answer("rcpt", "450 4.2.1 later", recipient="b@x.test")
    with smtplib.SMTP(sink.host, sink.port) as client:
        refused = client.sendmail("jana@firma.cz", ["a@x.test", "b@x.test"], MAIL)
        assert refused == {"b@x.test": (450, b"4.2.1 later")}
        assert client.sendmail("jana@firma.cz", ["b@x.test"], MAIL) == {}
    assert [mail.rcpt_to for mail in sink.mails] == [("a@x.test",), ("b@x.test",)]


@pytest.mark.parametrize(("keep", "kept"), [(True, 1), (False, 0)])
def test_sink_breaks_off_after_the_dot(sink: Sink, keep: bool, kept: int) -> None:
    """Dropping the connection after the final dot leaves the client unsure whether the mail was taken."""
    sink.answer("dot", None, then="drop", keep=keep)
    client = smtplib.SMTP(sink.host, sink.port)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.sendmail("jana@firma.cz", ["a@x.test"], MAIL)
    client.close()
    assert len(sink.mails) == kept


@pytest.mark.parametrize(
    ("phase", "error"),
    [
        ("helo", smtplib.SMTPHeloError),
        ("mail", smtplib.SMTPSenderRefused),
        ("data", smtplib.SMTPDataError),
        ("dot", smtplib.SMTPDataError),
    ],
)
def test_sink_refuses_at_each_phase(sink: Sink, phase: str, error: type[Exception]) -> None:
    """Each phase can be answered with 421, and nothing is recorded then."""
    sink.answer(phase, "421 4.3.2 closing", times=0)  # type: ignore[arg-type]
    client = smtplib.SMTP(sink.host, sink.port)
    with pytest.raises(error):
        client.sendmail("jana@firma.cz", ["a@x.test"], MAIL)
    client.close()
    assert sink.mails == []


def test_sink_greets_as_told(sink: Sink) -> None:
    """The greeting can be a refusal."""
    sink.answer("connect", "554 no service", then="drop")
    with socket.create_connection((sink.host, sink.port)) as client, client.makefile("rb") as replies:
        assert replies.read() == b"554 no service\r\n"
    with smtplib.SMTP(sink.host, sink.port) as well_met:
        assert well_met.noop()[0] == 250


def test_sink_can_hang(sink: Sink) -> None:
    """A silent server makes the client's timeout count."""
    sink.answer("mail", None, then="hang")
    client = smtplib.SMTP(sink.host, sink.port, timeout=0.2)
    with pytest.raises(OSError, match="timed out"):
        client.sendmail("jana@firma.cz", ["a@x.test"], MAIL)
    client.close()


def test_sink_asks_for_a_login_over_tls(make_sink: Callable[..., Sink], certificate: Certificate) -> None:
    """With logins, MAIL before AUTH is refused; after STARTTLS and AUTH the mail is recorded with its user."""
    sink = make_sink(tls=certificate.for_server(), logins={"desk": "pw"})
    with smtplib.SMTP("localhost", sink.port) as client:
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail("a@x.test", ["b@x.test"], MAIL)
        client.starttls(context=certificate.for_client())
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("desk", "wrong")
        client.login("desk", "pw")
        client.sendmail("a@x.test", ["b@x.test"], MAIL)
    assert [(mail.tls, mail.user) for mail in sink.mails] == [(True, "desk")]


def test_sink_takes_an_oauth_token(make_sink: Callable[..., Sink], certificate: Certificate) -> None:
    """XOAUTH2 over implicit TLS works with the password as token."""
    sink = make_sink(tls=certificate.for_server(), implicit=True, logins={"desk": "token"})
    with smtplib.SMTP_SSL("localhost", sink.port, context=certificate.for_client()) as client:
        client.ehlo()
        client.auth("XOAUTH2", lambda _challenge=None: "user=desk\x01auth=Bearer token\x01\x01")
        client.sendmail("a@x.test", ["b@x.test"], MAIL)
    assert sink.mails[0].user == "desk"


def test_sink_answers_each_lmtp_recipient(make_sink: Callable[..., Sink]) -> None:
    """As LMTP server it gives one reply per recipient after the dot, and records those it took."""
    sink = make_sink(lmtp=True)
    sink.answer("dot", "452 4.2.2 full", recipient="b@x.test")
    client = smtplib.LMTP(sink.host, sink.port)
    client.ehlo_or_helo_if_needed()
    for command in ("MAIL FROM:<a@x.test>", "RCPT TO:<b@x.test>", "RCPT TO:<c@x.test>", "DATA"):
        assert client.docmd(command)[0] in (250, 354)
    client.send(MAIL + b".\r\n")
    assert [client.getreply()[0] for _ in range(2)] == [452, 250]
    client.quit()
    assert [mail.rcpt_to for mail in sink.mails] == [("c@x.test",)]


# ---- Postfix ----


def test_postfix_relays_to_the_sink(postfix_relay: Callable[..., Postfix], sink: Sink) -> None:
    """A mail given to the relay arrives at the sink with its envelope."""
    relay = postfix_relay(to=(sink.host, sink.port))
    with smtplib.SMTP(relay.host, relay.port) as client:
        client.sendmail("bounce+abc@firma.hr", ["jana@firma.cz"], MAIL)
    arrived = sink.wait_for(1)[0]
    assert (arrived.mail_from, arrived.rcpt_to) == ("bounce+abc@firma.hr", ("jana@firma.cz",))
    assert arrived.data.endswith(MAIL)


def test_postfix_bounces_what_the_sink_refuses(postfix_relay: Callable[..., Postfix], sink: Sink) -> None:
    """A recipient refused for good comes back as a DSN with a null return path."""
    sink.answer("rcpt", "550 5.1.1 nobody", recipient="gone@firma.cz", times=0)
    relay = postfix_relay(to=(sink.host, sink.port))
    with smtplib.SMTP(relay.host, relay.port) as client:
        client.sendmail("bounce+abc@firma.hr", ["gone@firma.cz"], MAIL)
    bounce = sink.wait_for(1)[0]
    assert (bounce.mail_from, bounce.rcpt_to) == ("", ("bounce+abc@firma.hr",))
    assert b"Final-Recipient: rfc822; gone@firma.cz" in bounce.data


def test_postfix_delivers_into_dovecot(postfix_relay: Callable[..., Postfix], imap_user: ImapUser) -> None:
    """A mail given to Postfix, subaddress included, is read over IMAP."""
    relay = postfix_relay(maildirs={"ana@firma.hr": imap_user.server.maildir(imap_user.name)})
    with smtplib.SMTP(relay.host, relay.port) as client:
        client.sendmail("jana@firma.cz", ["ana+token@firma.hr"], MAIL)
    wait_until(lambda: bool(imap_user.mails()), "a mail in the INBOX", relay.log)
    assert b"Subject: Chyba" in imap_user.mails()[0]


def test_postfix_hands_on_by_lmtp(postfix_inbound: Callable[..., Postfix], make_sink: Callable[..., Sink]) -> None:
    """Mail for our domain goes to LMTP with its subaddress; a temporary refusal is tried again."""
    desk = make_sink(lmtp=True)
    desk.answer("rcpt", "451 4.3.0 not now", recipient="podrska+k7x9@firma.hr")
    inbound = postfix_inbound(domains=["firma.hr"], lmtp=f"inet:{desk.host}:{desk.port}")
    with smtplib.SMTP(inbound.host, inbound.port) as client:
        client.sendmail("jana@firma.cz", ["podrska+k7x9@firma.hr"], MAIL)
    assert desk.wait_for(1, seconds=20)[0].rcpt_to == ("podrska+k7x9@firma.hr",)
    inbound.wait_for_empty_queue()


def test_postfix_keeps_its_queue_over_a_restart(postfix_relay: Callable[..., Postfix], sink: Sink) -> None:
    """Mail that could not be delivered yet is delivered after a restart."""
    relay = postfix_relay(to=(sink.host, sink.port))
    sink.answer("mail", "451 4.3.0 not now", times=0)
    with smtplib.SMTP(relay.host, relay.port) as client:
        client.sendmail("a@firma.hr", ["jana@firma.cz"], MAIL)
    wait_until(lambda: any("not now" in str(mail) for mail in relay.queue()), "the first attempt", relay.log)
    relay.stop()
    sink.clear()
    relay.start()
    relay.flush()
    assert sink.wait_for(1)[0].rcpt_to == ("jana@firma.cz",)


# ---- PostgreSQL ----


def test_database_is_empty_and_works(database_url: str) -> None:
    """Each test gets a database without tables that stores text beyond ASCII."""
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        assert sa.inspect(connection).get_table_names() == []
        connection.execute(sa.text("CREATE TABLE t (x text)"))
        connection.execute(sa.text("INSERT INTO t VALUES (:x)"), {"x": "čšž"})
        assert connection.execute(sa.text("SELECT x FROM t")).scalar_one() == "čšž"
    engine.dispose()


def test_postgres_recovers_what_was_committed() -> None:
    """With fsync on, a committed row is there after all processes were killed."""
    with running_postgres() as server:
        engine = sa.create_engine(server.url())
        with engine.begin() as connection:
            assert connection.execute(sa.text("SHOW fsync")).scalar_one() == "on"
            connection.execute(sa.text("CREATE TABLE t AS SELECT 7 AS x"))
        server.kill()
        engine.dispose()
        server.start()
        with engine.connect() as connection:
            assert connection.execute(sa.text("SELECT x FROM t")).scalar_one() == 7
        engine.dispose()


# ---- Chromium ----


def test_chromium_shows_a_page(page: "Page", tmp_path: Path) -> None:
    """The browser renders a page that this machine serves."""
    (tmp_path / "index.html").write_text("<!doctype html><title>Stav</title><h1>Zahtjev #1042</h1>")
    handler = partial(_Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page.goto(f"http://127.0.0.1:{server.server_address[1]}/index.html")
        assert page.title() == "Stav"
        assert page.get_by_role("heading").inner_text() == "Zahtjev #1042"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """A file server that does not log."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the standard library
        pass


# ---- missing parts ----


def test_a_missing_program_is_a_loud_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the program a test skips; where components are required it fails."""
    monkeypatch.delenv("MAILDESK_REQUIRE_COMPONENTS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="COMPONENT MISSING: no-such-program"):
        need("no-such-program")
    monkeypatch.setenv("MAILDESK_REQUIRE_COMPONENTS", "1")
    with pytest.raises(pytest.fail.Exception, match="no-such-program is missing"):
        need("no-such-program")
