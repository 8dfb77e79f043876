import asyncio
import datetime as dt
import smtplib
import ssl
from pathlib import Path

import aiosmtplib
import msgspec
import pytest

from maildesk.ingest.smtp import Limits, listen
from maildesk.settings import ListenAddress, StartTls
from tests.integration.ingest.talk import FREE, KNOWN, Recorder, eventually, port_of, running, settings
from tests.services.certificate import make_certificate

MAIL = b"From: jana@firma.cz\r\nMessage-ID: <1@firma.cz>\r\nSubject: Chyba\r\n\r\nDobry den\r\n"


async def test_a_mail_is_handed_on_with_its_envelope_and_not_one_byte_added() -> None:
    """What the desk accepts is what the client sent: envelope beside, no Received line of ours."""
    async with running() as run:
        client = await run.connect()
        await client.begin("Support+K7x9@Firma.test", sender="bounces+x=y@lists.cz")
        await client.send(MAIL + b".\r\n")
        reply = await client.reply()
        [arrival] = run.recorder.arrivals
        assert arrival.raw == MAIL
        assert arrival.envelope.mail_from == "bounces+x=y@lists.cz"
        assert arrival.envelope.rcpt_to == ("Support+K7x9@Firma.test",)
        assert (arrival.source, arrival.message_id) == ("smtp", "1@firma.cz")
        assert reply == f"250 2.0.0 OK: queued as {arrival.source_key[:10]}"
        assert arrival.received_at.utcoffset() == dt.timedelta(0)


async def test_250_is_not_said_before_the_desk_has_accepted() -> None:
    """The final dot is answered when `accept` returns, not earlier (B111)."""
    recorder = Recorder(gate=asyncio.Event())
    async with running(recorder=recorder) as run:
        client = await run.connect()
        await client.begin()
        await client.send(MAIL + b".\r\n")
        with pytest.raises(TimeoutError):
            await client.reply(seconds=0.2)
        assert recorder.gate is not None
        recorder.gate.set()
        assert (await client.reply()).startswith("250 ")


async def test_trouble_of_ours_is_451_without_a_word_about_it() -> None:
    """An exception in `accept` never bounces a mail and never shows its text; the next mail is taken (B49)."""
    recorder = Recorder(trouble=RuntimeError("db down password=hunter2"))
    async with running(recorder=recorder) as run:
        client = await run.connect()
        await client.begin()
        await client.send(MAIL + b".\r\n")
        assert await client.reply() == "451 4.3.0 Try again later"
        recorder.trouble = None
        await client.envelope()
        await client.send(MAIL + b".\r\n")
        assert (await client.reply()).startswith("250 ")
        assert len(recorder.arrivals) == 1


async def test_a_known_that_raises_is_451_and_not_a_refusal() -> None:
    """When we cannot tell whether an address is ours, the client comes again (B49)."""

    def known(_address: str) -> bool:
        raise RuntimeError("policy is being loaded")

    async with running(known=known) as run:
        client = await run.connect()
        await client.reply()
        await client.say("EHLO x")
        await client.say("MAIL FROM:<a@b.cz>")
        assert await client.say("RCPT TO:<support@firma.test>") == "451 4.3.0 Try again later"


async def test_an_accept_that_takes_too_long_is_451() -> None:
    """A desk that hangs does not hang its clients."""
    recorder = Recorder(gate=asyncio.Event())
    async with running(Limits(accept_time=dt.timedelta(seconds=0.1)), recorder=recorder) as run:
        client = await run.connect()
        await client.begin()
        await client.send(MAIL + b".\r\n")
        assert await client.reply() == "451 4.3.0 Try again later"
        assert recorder.gate is not None
        recorder.gate.set()


async def test_a_client_that_leaves_while_the_desk_writes_does_not_interrupt_it() -> None:
    """`accept` is never cancelled half way by the network."""
    recorder = Recorder(gate=asyncio.Event())
    async with running(recorder=recorder) as run:
        client = await run.connect()
        await client.begin()
        await client.send(MAIL + b".\r\n")
        await asyncio.sleep(0.05)
        client.reset()
        await eventually(lambda: run.connections == 0)
        assert recorder.gate is not None
        recorder.gate.set()
        await eventually(lambda: len(recorder.arrivals) == 1)


async def test_unknown_recipients_are_refused_in_the_dialogue() -> None:
    """Nobody gets a bounce from us for a recipient we do not have (B48); a detail after + makes no difference."""
    async with running() as run:
        client = await run.connect()
        await client.reply()
        await client.say("EHLO x")
        await client.say("MAIL FROM:<>")
        assert await client.say("RCPT TO:<nobody@firma.test>") == "550 5.1.1 No such mailbox here"
        assert (await client.say("RCPT TO:<nobody+support@firma.test>")).startswith("550 5.1.1 ")
        assert (await client.say("RCPT TO:<@relay.test:support+abc@firma.test>")).startswith("250 2.1.5 ")
        assert (await client.say("RCPT TO:<Postmaster>")).startswith("250 2.1.5 ")
        assert (await client.say("DATA")).startswith("354 ")
        await client.send(MAIL + b".\r\n")
        await client.reply()
        assert run.recorder.arrivals[0].envelope.rcpt_to == ("support+abc@firma.test", "Postmaster")
        assert run.recorder.arrivals[0].envelope.mail_from == ""


@pytest.mark.parametrize(
    "path",
    [
        "<a@b c>",
        "<a\x01@b.cz>",
        "<a@[b>",
        "<>x",
        "a@b@c",
        "<a@b.cz",
        '<"a@b.cz>',
        "<\udcffa@b.cz>",
        "<a@b..cz>",
        "<a@b.cz\u2028>",
        "",
    ],
)
async def test_what_is_no_address_never_gets_into_an_envelope(path: str) -> None:
    """Malformed paths are refused with 5xx, the conversation goes on (T45)."""
    async with running() as run:
        client = await run.connect()
        await client.reply()
        await client.say("EHLO x")
        await client.send(b"MAIL FROM:" + path.encode("utf-8", "surrogateescape") + b"\r\n")
        assert (await client.reply())[:3] in ("553", "501")
        assert (await client.say("MAIL FROM:<a@b.cz>")).startswith("250 ")


async def test_addresses_and_subjects_beyond_ascii_come_through() -> None:
    """SMTPUTF8 and 8BITMIME are offered and honoured (B87)."""
    async with running() as run:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=run.port, start_tls=False)
        await client.connect()
        await client.ehlo()
        assert client.supports_extension("smtputf8")
        assert client.supports_extension("8bitmime")
        assert client.supports_extension("size")
        mail = "Subject: Žádost\r\n\r\nPříloha\r\n".encode()
        await client.mail("jiří@firma.cz", options=["SMTPUTF8", "BODY=8BITMIME"], encoding="utf-8")
        await client.rcpt("žádost@firma.test", encoding="utf-8")
        await client.data(mail)
        await client.quit()
        [arrival] = run.recorder.arrivals
        assert arrival.envelope.rcpt_to == ("žádost@firma.test",)
        assert arrival.envelope.mail_from == "jiří@firma.cz"
        assert arrival.raw == mail


async def test_pipelined_commands_are_answered_in_order() -> None:
    """A client may send a whole group of commands at once, DATA last (RFC 2920)."""
    async with running() as run:
        client = await run.connect()
        await client.reply()
        await client.say("EHLO x")
        await client.send(b"MAIL FROM:<a@b.cz>\r\nRCPT TO:<support@firma.test>\r\nRCPT TO:<no@firma.test>\r\nDATA\r\n")
        assert [(await client.reply())[:3] for _ in range(4)] == ["250", "250", "550", "354"]
        # The next mail's envelope may follow the final dot at once.
        await client.send(MAIL + b".\r\nMAIL FROM:<c@d.cz>\r\nRCPT TO:<help@firma.test>\r\nDATA\r\n")
        assert [(await client.reply())[:3] for _ in range(4)] == ["250", "250", "250", "354"]
        await client.send(b".\r\nQUIT\r\n")
        assert [(await client.reply())[:3] for _ in range(2)] == ["250", "221"]
        assert [arrival.raw for arrival in run.recorder.arrivals] == [MAIL, b""]


async def test_a_file_sent_as_it_lies_is_taken() -> None:
    """Smtplib sends bytes with their LF line ends; it stuffs dots after LF, so they are taken off there."""
    mail = b"Subject: from a file\nMessage-ID: <2@x>\n\n.profile\n..\nend\n"

    def send(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.sendmail("a@b.cz", ["support@firma.test"], mail)

    async with running() as run:
        await asyncio.to_thread(send, run.port)
        [arrival] = run.recorder.arrivals
        assert arrival.raw == mail + b"\r\n"
        assert arrival.message_id == "2@x"


@pytest.mark.parametrize("junk", [b"a\0b", b"a\rb", b"a\nb"], ids=["NUL", "bare CR", "bare LF"])
async def test_line_noise_among_crlf_is_refused_by_smtp_and_stored_by_lmtp(junk: bytes) -> None:
    """What two programs could read as two different mails is refused; from the server in front it is stored as it is (T11)."""
    mail = MAIL + junk + b"\r\n"
    async with running() as run:
        client = await run.connect()
        await client.begin()
        await client.send(mail + b".\r\n")
        assert (await client.reply()).startswith("550 5.6.11 ")
        assert run.recorder.arrivals == []
        server = await run.connect(lmtp=True)
        await server.begin(hello="LHLO mx.test")
        await server.send(mail + b".\r\n")
        assert (await server.reply()).startswith("250 ")
        assert run.recorder.arrivals[0].raw == mail


ENDS = [
    b"\n.\n",
    b"\n.\r\n",
    b"\r.\r\n",
    b"\r.\r",
    b"\r\n.\n",
    b"\r\n.\r",
    b"\r\n.\r\r\n",
    b"\n.\r",
    b"\r.\n",
    b"\r\n\0.\r\n",
]


@pytest.mark.parametrize("end", ENDS, ids=repr)
@pytest.mark.parametrize("lmtp", [False, True], ids=["smtp", "lmtp"])
async def test_only_crlf_dot_crlf_ends_a_mail(end: bytes, *, lmtp: bool) -> None:
    """No other spelling of the final dot makes two mails of one (SMTP smuggling, CVE-2023-51764)."""
    smuggled = b"MAIL FROM:<admin@firma.test>\r\nRCPT TO:<support@firma.test>\r\nDATA\r\nSubject: smuggled\r\n\r\nx"
    async with running() as run:
        client = await run.connect(lmtp=lmtp)
        await client.begin(hello="LHLO x" if lmtp else "EHLO x")
        await client.send(b"Subject: one\r\n\r\nbody" + end + smuggled + b"\r\n.\r\nQUIT\r\n")
        assert (await client.reply())[:3] == ("250" if lmtp else "550")
        assert (await client.reply())[:3] == "221"
        assert len(run.recorder.arrivals) == (1 if lmtp else 0)
        assert all(b"smuggled" in arrival.raw for arrival in run.recorder.arrivals)


async def test_dots_are_unstuffed_exactly_whatever_pieces_they_come_in() -> None:
    """A mail sent byte by byte is the mail that was meant."""
    mail = b".\r\n..\r\n.a\r\nb.\r\n\r\n...\r\n"
    stuffed = b"..\r\n...\r\n..a\r\nb.\r\n\r\n....\r\n.\r\n"
    async with running() as run:
        client = await run.connect()
        await client.begin()
        for byte in stuffed:
            await client.send(bytes([byte]))
            await asyncio.sleep(0)
        assert (await client.reply()).startswith("250 ")
        assert run.recorder.arrivals[0].raw == mail


async def test_the_same_mail_sent_again_has_the_same_key() -> None:
    """A client that lost our 250 and comes again (RFC 1047) is recognised by what it sends, in any order of recipients."""
    async with running() as run:
        for recipients in (("support@firma.test", "help@firma.test"), ("help@firma.test", "support@firma.test")):
            client = await run.connect()
            await client.begin(*recipients)
            await client.send(MAIL + b".\r\n")
            await client.reply()
        client = await run.connect()
        await client.begin("support@firma.test")
        await client.send(MAIL + b".\r\n")
        await client.reply()
        one, two, other = (arrival.source_key for arrival in run.recorder.arrivals)
        assert one == two != other


async def test_vrfy_expn_and_help_tell_nothing() -> None:
    """Known and unknown addresses are answered alike (T71)."""
    async with running() as run:
        client = await run.connect()
        await client.reply()
        await client.say("EHLO x")
        assert await client.say("VRFY support@firma.test") == await client.say("VRFY nobody@firma.test")
        assert await client.say("EXPN support") == await client.say("EXPN nobody")
        assert "AUTH" not in await client.say("HELP")
        assert (await client.say("AUTH PLAIN AGEAYg==")).startswith("500 5.5.2 ")


async def test_starttls_encrypts_and_forgets_what_was_said_before(tmp_path: Path) -> None:
    """Commands sent in clear behind STARTTLS are never obeyed (CVE-2021-38371), mail comes through TLS."""
    certificate = make_certificate(tmp_path)
    async with running(starttls=StartTls(str(certificate.certificate), str(certificate.key))) as run:
        client = await run.connect()
        await client.reply()
        assert "STARTTLS" in await client.say("EHLO x")
        await client.send(b"STARTTLS\r\nMAIL FROM:<evil@x.cz>\r\n")
        assert (await client.reply()).startswith("220 ")
        await client.writer.start_tls(certificate.for_client(), server_hostname="localhost")
        assert (await client.say("MAIL FROM:<a@b.cz>")).startswith("503 ")  # no EHLO yet, and no MAIL from before
        hello = await client.say("EHLO x")
        assert "STARTTLS" not in hello
        assert "AUTH" not in hello
        assert (await client.say("STARTTLS")).startswith("503 ")
        await client.envelope()
        await client.send(MAIL + b".\r\n")
        assert (await client.reply()).startswith("250 ")
        assert (await client.say("QUIT")).startswith("221 ")
        assert await client.is_closed()


async def test_starttls_with_a_client_that_cannot_is_a_clean_end(tmp_path: Path) -> None:
    """A failed handshake closes that connection and nothing else."""
    certificate = make_certificate(tmp_path)
    async with running(starttls=StartTls(str(certificate.certificate), str(certificate.key))) as run:
        client = await run.connect()
        await client.reply()
        await client.say("EHLO x")
        assert (await client.say("STARTTLS")).startswith("220 ")
        await client.send(b"this is no handshake\r\n")
        assert await client.is_closed()
        await eventually(lambda: run.connections == 0)
        with pytest.raises(ssl.SSLError):
            await (await _after_starttls(run.port)).start_tls(ssl.create_default_context(), server_hostname="localhost")
        await eventually(lambda: run.connections == 0)


async def _after_starttls(port: int) -> asyncio.StreamWriter:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"EHLO x\r\nSTARTTLS\r\n")
    while not (await reader.readline()).startswith(b"220 Ready"):
        pass
    return writer


async def test_lmtp_answers_each_recipient_and_hands_the_mail_on_once() -> None:
    """One reply per accepted RCPT (RFC 2033 §4.2), whatever the reply is; one arrival with all recipients."""
    recorder = Recorder()
    async with running(recorder=recorder) as run:
        client = await run.connect(lmtp=True)
        assert (await client.reply()) == "220 desk.test LMTP"
        assert (await client.say("EHLO x")).startswith("500 ")
        hello = await client.say("LHLO x")
        assert "PIPELINING" in hello
        assert "ENHANCEDSTATUSCODES" in hello
        await client.say("MAIL FROM:<a@b.cz>")
        codes = [
            (await client.say(f"RCPT TO:<{name}@firma.test>"))[:9]
            for name in ("support", "nobody", "support+x", "help")
        ]
        assert codes == ["250 2.1.5", "550 5.1.1", "250 2.1.5", "250 2.1.5"]
        await client.say("DATA")
        await client.send(MAIL + b".\r\nNOOP\r\n")
        assert [(await client.reply())[:9] for _ in range(4)] == ["250 2.0.0"] * 4
        [arrival] = recorder.arrivals
        assert arrival.source == "lmtp"
        assert arrival.envelope.rcpt_to == ("support@firma.test", "support+x@firma.test", "help@firma.test")
        recorder.trouble = OSError("disk")
        await client.envelope("support@firma.test", "help@firma.test")
        await client.send(MAIL + b".\r\nQUIT\r\n")
        assert [(await client.reply())[:9] for _ in range(3)] == ["451 4.3.0", "451 4.3.0", "221 2.0.0"]


async def test_a_unix_socket_is_taken_over_from_the_dead_but_not_from_the_living(tmp_path: Path) -> None:
    """A socket file left by a crash does not stop a start; a running desk keeps its socket."""
    path = tmp_path / "lmtp.sock"
    where, accept = settings(lmtp=ListenAddress(path=str(path))), Recorder().accept
    [first] = await listen(where, accept, KNOWN.__contains__)
    with pytest.raises(OSError, match="another process"):
        await listen(where, accept, KNOWN.__contains__)
    reader, writer = await asyncio.open_unix_connection(path)
    assert (await reader.readline()).startswith(b"220 ")
    writer.close()
    left_behind = tmp_path / "left"
    path.rename(left_behind)
    await first.close()
    left_behind.rename(path)
    [second] = await listen(where, accept, KNOWN.__contains__)
    assert (second.protocol, second.addresses) == ("lmtp", (f"unix:{path}",))
    assert path.stat().st_mode & 0o777 == 0o666
    await second.close()
    assert not path.exists()


async def test_when_one_address_cannot_be_bound_none_is() -> None:
    """A half-open desk would look healthy: `listen` opens everything or nothing."""
    async with running() as run:
        taken = ListenAddress("127.0.0.1", run.port)
        with pytest.raises(OSError, match="in use"):
            await listen(settings(FREE, taken), Recorder().accept, KNOWN.__contains__)


async def test_what_the_settings_limit_is_limited() -> None:
    """message_size, connections and connections_per_ip come from maildesk.yaml."""
    wanted = msgspec.structs.replace(
        settings(FREE), limits=msgspec.structs.replace(settings().limits, message_size=4711)
    )
    [listener] = await listen(wanted, Recorder().accept, KNOWN.__contains__)
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(listener))
    writer.write(b"EHLO x\r\n")
    lines = [await reader.readline() for _ in range(4)]
    assert b"220 desk.test ESMTP\r\n" in lines
    assert b"250-SIZE 4711\r\n" in lines
    writer.close()
    await listener.close()


async def test_closing_finishes_the_mail_under_way_and_waits_for_nobody_else() -> None:
    """SIGTERM: the mail whose final dot is awaited is taken, idle clients are told 421 at once."""
    recorder = Recorder()
    [listener] = await listen(settings(FREE), recorder.accept, KNOWN.__contains__)
    port = port_of(listener)
    streams = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
    (busy, busy_writer), (idle, idle_writer) = streams
    busy_writer.write(b"EHLO x\r\nMAIL FROM:<a@b.cz>\r\nRCPT TO:<support@firma.test>\r\nDATA\r\n")
    while not (await busy.readline()).startswith(b"354"):
        pass
    await idle.readline()
    closing = asyncio.create_task(listener.close(grace=5))
    assert (await idle.readline()).startswith(b"421 4.3.2 ")
    idle_writer.close()
    with pytest.raises(OSError, match="Connect"):
        await asyncio.open_connection("127.0.0.1", port)
    busy_writer.write(MAIL + b".\r\n")
    assert (await busy.readline()).startswith(b"250 ")
    assert (await busy.readline()).startswith(b"421 ")
    busy_writer.close()
    await asyncio.wait_for(closing, 2)
    assert len(recorder.arrivals) == 1


async def test_closing_does_not_wait_for_a_client_that_has_only_given_an_envelope() -> None:
    """As long as no content comes nothing is lost by 421: the client has its mail still."""
    [listener] = await listen(settings(FREE), Recorder().accept, KNOWN.__contains__)
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(listener))
    writer.write(b"EHLO x\r\nMAIL FROM:<a@b.cz>\r\n")
    while not (await reader.readline()).startswith(b"250 2.1.0"):
        pass
    closing = asyncio.create_task(listener.close(grace=60))
    assert (await reader.readline()).startswith(b"421 4.3.2 ")
    writer.close()
    await asyncio.wait_for(closing, 2)


async def test_closing_cuts_a_client_that_does_not_finish() -> None:
    """A client that never sends its final dot cannot hold up the stop."""
    [listener] = await listen(settings(FREE), Recorder().accept, KNOWN.__contains__)
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(listener))
    writer.write(b"EHLO x\r\nMAIL FROM:<a@b.cz>\r\nRCPT TO:<support@firma.test>\r\nDATA\r\n")
    while not (await reader.readline()).startswith(b"354"):
        pass
    await asyncio.wait_for(listener.close(grace=0.1), 2)
    assert listener.connections == 0
    writer.close()
