import asyncio
import contextlib
import datetime as dt
import resource
import socket
import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from maildesk.ingest.smtp import Limits
from tests.integration.ingest.talk import Recorder, eventually, running

MAIL = b"Subject: hi\r\n\r\nhello\r\n"


def seconds(number: float) -> dt.timedelta:
    return dt.timedelta(seconds=number)


@pytest.fixture
def peak() -> Iterator[Callable[[], float]]:
    """Tell how many megabytes Python has held at most since the test began, the client's included."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()


async def test_an_endless_line_is_cut_off_and_not_kept(peak: Callable[[], float]) -> None:
    """200 MB without a line end cost the memory of one line (F1: stock aiosmtpd keeps all of it)."""
    async with running(Limits(linger=seconds(30))) as run:
        client = await run.connect()
        await client.begin()
        for _ in range(200):
            await client.send(b"x" * 1024 * 1024)
        assert await client.reply() == "500 5.6.0 A line is too long"
        assert peak() < 10
        assert run.recorder.arrivals == []
        client.writer.write_eof()
        assert await client.is_closed()


@pytest.mark.alone
async def test_a_mail_of_empty_lines_is_cut_off_by_their_number(peak: Callable[[], float]) -> None:
    """33 MB of CRLF cost little time and memory (F2: 2.7 GB and 32 s of CPU in stock aiosmtpd)."""
    async with running() as run:
        client = await run.connect()
        await client.begin()
        used = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        for _ in range(33):
            await client.send(b"\r\n" * 512 * 1024)
        assert await client.reply() == "500 5.6.0 Too many lines"
        assert peak() < 10
        assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - used < 5


async def test_a_mail_over_the_limit_is_refused_as_soon_as_it_crosses_it() -> None:
    """552 comes before the mail has ended, and is readable though more was on its way (B48); SIZE is refused at MAIL."""
    async with running(Limits(message_size=100_000)) as run:
        client = await run.connect()
        await client.reply()
        assert "SIZE 100000" in await client.say("EHLO x")
        assert (await client.say("MAIL FROM:<a@b.cz> SIZE=100001")).startswith("552 5.3.4 ")
        await client.envelope()
        await client.send((b"x" * 98 + b"\r\n") * 1001)
        assert await client.reply() == "552 5.3.4 The mail is too big"
        await client.send((b"x" * 98 + b"\r\n") * 3000 + b".\r\nMAIL FROM:<evil@x.cz>\r\n")
        client.writer.write_eof()
        assert await client.reply() == ""
        await eventually(lambda: run.connections == 0)


async def test_a_mail_of_exactly_the_limit_is_taken_however_many_dots_were_stuffed() -> None:
    """The limit counts the mail, not the dots the protocol adds."""
    async with running(Limits(message_size=3000)) as run:
        client = await run.connect()
        await client.begin()
        await client.send(b"..\r\n" * 1000 + b".\r\n")
        assert (await client.reply()).startswith("250 ")
        assert len(run.recorder.arrivals[0].raw) == 3000
        await client.envelope()
        await client.send(b"..\r\n" * 1000 + b"x\r\n.\r\n")
        assert (await client.reply()).startswith("552 ")


async def test_lmtp_answers_each_recipient_when_a_mail_is_too_big() -> None:
    """A refusal before the final dot is still one reply per recipient, then the connection ends."""
    async with running(Limits(message_size=1000)) as run:
        client = await run.connect(lmtp=True)
        await client.begin("support@firma.test", "help@firma.test", hello="LHLO x")
        await client.send(b"0123456789\r\n" * 200)
        assert [(await client.reply())[:9] for _ in range(3)] == ["552 5.3.4", "552 5.3.4", ""]


@pytest.mark.alone
async def test_trickled_content_is_cut_off_and_slow_honest_content_is_not() -> None:
    """Below the least rate the mail ends with 421; above it takes longer than any single timer (F6)."""
    limits = Limits(idle=seconds(0.4), slow_after=seconds(0.4), slow_rate=200)
    async with running(limits) as run:
        slow, honest = await run.connect(), await run.connect()
        await slow.begin()
        await honest.begin()

        async def trickle() -> None:
            for _ in range(30):
                await slow.send(b"x")
                await asyncio.sleep(0.05)

        task = asyncio.create_task(trickle())
        for _ in range(20):
            await honest.send(b"x" * 48 + b"\r\n")
            await asyncio.sleep(0.05)
        await honest.send(b".\r\n")
        assert (await honest.reply()).startswith("250 ")
        assert await slow.reply() == "421 4.4.2 Too slow"
        task.cancel()


@pytest.mark.alone
async def test_silence_is_ended_with_421_in_commands_and_in_content() -> None:
    """A client that says nothing loses its place (slowloris), also one that dribbles a command."""
    async with running(Limits(idle=seconds(0.3), linger=seconds(0.1))) as run:
        in_content, in_command, silent = [await run.connect() for _ in range(3)]
        await in_content.begin()
        await in_content.send(b"Subject: x\r\n")
        await in_command.reply()
        await silent.reply()
        for _ in range(4):
            await in_command.send(b"E")
            await asyncio.sleep(0.1)
        assert await in_content.reply() == "421 4.4.2 Timeout"
        assert await in_command.reply() == "421 4.4.2 Timeout"
        assert await silent.reply() == "421 4.4.2 Timeout"
        # None of them hangs up; they are cut.
        await eventually(lambda: run.connections == 0, 3)


@pytest.mark.alone
async def test_a_mail_that_never_ends_has_an_end() -> None:
    """The longest a mail may take holds however fast it comes."""
    limits = Limits(idle=seconds(0.2), slow_after=seconds(0.2), slow_rate=1, data_time=seconds(0.5))
    async with running(limits) as run:
        client = await run.connect()
        await client.begin()
        for _ in range(12):
            await client.send(b"x" * 48 + b"\r\n")
            await asyncio.sleep(0.05)
        assert (await client.reply()).startswith("421 4.4.2 ")


async def test_content_sent_before_354_is_refused() -> None:
    """A client that does not wait for the 354 is a blind injector: 554, and what it sent is not obeyed."""
    async with running() as run:
        client = await run.connect()
        await client.reply()
        await client.say("EHLO x")
        await client.send(
            b"MAIL FROM:<a@b.cz>\r\nRCPT TO:<support@firma.test>\r\nDATA\r\n" + MAIL + b".\r\nMAIL FROM:<c@d.cz>\r\n"
        )
        assert [(await client.reply())[:9] for _ in range(4)] == ["250 2.1.0", "250 2.1.5", "554 5.5.0", ""]
        assert run.recorder.arrivals == []


@pytest.mark.parametrize(
    "request_head",
    [
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"CONNECT firma.test:25 HTTP/1.1\r\n\r\n",
        b"User-Agent: curl\r\n",
        b"get / HTTP/1.1\r\n",
    ],
    ids=lambda head: head.split()[0].decode(),
)
async def test_a_web_request_that_carries_smtp_delivers_nothing(request_head: bytes) -> None:
    """A web server talked into posting to us cannot hand in mail (T52)."""
    body = b"EHLO x\r\nMAIL FROM:<a@b.cz>\r\nRCPT TO:<support@firma.test>\r\nDATA\r\n"
    async with running() as run:
        client = await run.connect()
        await client.reply()
        await client.send(request_head + body)
        assert (await client.reply()).startswith("421 4.7.0 ")
        assert await client.reply() == ""


async def test_commands_errors_and_junk_are_counted_since_the_last_mail() -> None:
    """Noise ends the connection; a client that brings mail may stay for as many mails as it has."""
    limits = Limits(commands=12, errors=3, junk=5)
    async with running(limits) as run:
        client = await run.connect()
        await client.reply()
        for _ in range(5):
            await client.say("EHLO x")
            await client.say("NOOP")
            await client.say("MAIL FROM:<nobody>extra")
            await client.envelope()
            await client.send(MAIL + b".\r\n")
            assert (await client.reply()).startswith("250 ")
        assert [(await client.say("NOOP"))[:3] for _ in range(4)] == ["250"] * 4
        await client.send(b"NOOP\r\n")
        assert [await client.reply(), await client.reply()] == ["250 2.0.0 OK", "421 4.7.0 Too many commands"]
        guesser = await run.connect()
        await guesser.reply()
        await guesser.say("EHLO x")
        await guesser.say("MAIL FROM:<a@b.cz>")
        replies = [await guesser.say(f"RCPT TO:<user{number}@firma.test>") for number in range(3)]
        assert replies == ["550 5.1.1 No such mailbox here"] * 3
        assert await guesser.reply() == "421 4.7.0 Too many errors"


async def test_unknown_recipients_are_not_the_fault_of_the_server_in_front() -> None:
    """LMTP: a mail with many dead recipients still reaches the living one."""
    async with running(Limits(errors=3)) as run:
        client = await run.connect(lmtp=True)
        await client.reply()
        await client.say("LHLO x")
        await client.say("MAIL FROM:<a@b.cz>")
        for number in range(20):
            assert (await client.say(f"RCPT TO:<user{number}@firma.test>")).startswith("550 ")
        assert (await client.say("RCPT TO:<help@firma.test>")).startswith("250 ")


async def test_the_101st_recipient_is_told_to_come_again() -> None:
    """Too many recipients get 452 one by one, and the mail goes to the first hundred (RFC 5321 §4.5.3.1.10)."""
    async with running() as run:
        client = await run.connect()
        await client.reply()
        await client.say("EHLO x")
        await client.say("MAIL FROM:<a@b.cz>")
        await client.send(
            b"".join(b"RCPT TO:<support+%d@firma.test>\r\n" % number for number in range(300)) + b"DATA\r\n"
        )
        codes = [(await client.reply())[:9] for _ in range(301)]
        assert codes == ["250 2.1.5"] * 100 + ["452 4.5.3"] * 200 + ["354 End w"]
        await client.send(MAIL + b".\r\n")
        assert (await client.reply()).startswith("250 ")
        assert len(run.recorder.arrivals[0].envelope.rcpt_to) == 100


async def test_a_hundred_thousand_recipients_end_the_connection() -> None:
    """One transaction cannot keep the loop busy for ever (F5)."""
    async with running() as run:
        client = await run.connect()
        await client.reply()
        await client.say("EHLO x")
        await client.say("MAIL FROM:<a@b.cz>")
        sending = asyncio.create_task(client.send(b"RCPT TO:<support@firma.test>\r\n" * 100_000))
        last, count = "", 0
        while reply := await client.reply():
            last, count = reply, count + 1
        assert last.startswith("421 4.7.0 ")
        assert count < 1100
        sending.cancel()


async def test_commands_that_are_no_commands_do_no_harm() -> None:
    """Binary junk, empty lines and lines without end are answered or cut, never obeyed and never echoed."""
    async with running(Limits(errors=100, junk=100)) as run:
        client = await run.connect()
        await client.reply()
        for junk in (
            b"",
            b"\xff\xfe\x00",
            b"\x1b[2J evil",
            b"MAIL",
            b"MAIL FROM",
            b"EHLO",
            b"RCPT TO:<a@b>",
            b"DATA",
            b"E" * 3000,
        ):
            await client.send(junk + b"\r\n")
            reply = await client.reply()
            assert reply[:3] in ("500", "501", "503")
            assert reply.isascii()
            assert reply.isprintable()
        await client.send(b"X" * 300_000)
        assert (await client.reply()).startswith("500 5.5.2 ")
        assert await client.reply() == ""


async def test_at_the_total_the_client_that_has_waited_longest_without_mail_makes_room() -> None:
    """Idle connections cannot lock anybody out; a client with a mail under way keeps its place."""
    async with running(Limits(connections=3)) as run:
        busy, idle, idle_too = [await run.connect() for _ in range(3)]
        for client in (idle, idle_too):
            await client.reply()
        await busy.begin()
        newcomer = await run.connect()
        assert (await newcomer.reply()).startswith("220 ")
        assert (await idle.reply()).startswith("421 4.3.2 ")
        assert (await idle_too.say("NOOP")).startswith("250 ")
        await busy.send(MAIL + b".\r\n")
        assert (await busy.reply()).startswith("250 ")


async def test_when_all_have_mail_under_way_the_newcomer_is_told_to_come_again() -> None:
    """Nobody's mail is broken off for a newcomer; LMTP has places of its own."""
    async with running(Limits(connections=2)) as run:
        for _ in range(2):
            await (await run.connect()).begin()
        newcomer = await run.connect()
        assert (await newcomer.reply()).startswith("421 4.3.2 ")
        assert await newcomer.reply() == ""
        server = await run.connect(lmtp=True)
        assert (await server.reply()).startswith("220 ")


async def test_one_place_gets_its_share_and_loopback_is_exempt(monkeypatch: pytest.MonkeyPatch) -> None:
    """The eleventh connection from one address is told 421; from this machine there is no such limit."""
    async with running(Limits(connections_per_ip=3)) as run:
        for _ in range(6):
            assert (await (await run.connect()).reply()).startswith("220 ")
        # The tests' machine has no second address: let the listener believe that all others come from one.
        monkeypatch.setattr("maildesk.ingest.smtp.listener.parse_place", lambda _peer: "192.0.2.1")
        clients = [await run.connect() for _ in range(4)]
        assert [(await client.reply())[:3] for client in clients] == ["220", "220", "220", "421"]
        await clients[0].say("QUIT")
        assert await clients[0].is_closed()
        await eventually(lambda: run.connections == 8)
        assert (await (await run.connect()).reply()).startswith("220 ")


async def test_who_brings_a_mail_from_elsewhere_is_noted_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail from another machine gets our Received field, with the same key; one from this machine stays as it is (T12)."""
    async with running() as run:
        for _ in range(2):
            client = await run.connect()
            await client.begin()
            await client.send(MAIL + b".\r\n")
            assert (await client.reply()).startswith("250 ")
            monkeypatch.setattr("maildesk.ingest.smtp.listener.parse_place", lambda _peer: "192.0.2.1")
        local, remote = run.recorder.arrivals
        assert local.raw == MAIL
        assert remote.raw.startswith(b"Received: from ")
        assert b"([127.0.0.1])" in remote.raw.partition(b"\r\n")[0]
        assert remote.raw.endswith(b"\r\n" + MAIL)
        assert (local.source_key, remote.digest) == (remote.source_key, b"")


async def test_when_too_much_unfinished_mail_is_held_the_oldest_of_it_goes() -> None:
    """Many clients that never finish cannot fill the memory; a quick one among them gets through."""
    async with running(Limits(held=300_000)) as run:
        hoarders = [await run.connect() for _ in range(4)]
        for client in hoarders:
            await client.begin()
            await client.send(b"x" * 998 + b"\r\n" + (b"y" * 998 + b"\r\n") * 89)
        assert await hoarders[0].reply() == "452 4.3.1 Try again later"
        quick = await run.connect()
        await quick.begin()
        await quick.send(MAIL + b".\r\n")
        assert (await quick.reply()).startswith("250 ")


async def test_who_announces_more_than_there_is_memory_for_is_asked_to_come_again() -> None:
    """A large mail is not begun that could not be finished: 452 at MAIL; a small one is taken, and so is the large one later."""
    async with running(Limits(held=300_000, message_size=300_000)) as run:
        hoarder, large = await run.connect(), await run.connect()
        await hoarder.begin()
        await hoarder.send((b"x" * 998 + b"\r\n") * 100)
        await eventually(lambda: run.smtp._doors.held > 90_000)
        await large.reply()
        await large.say("EHLO x")
        assert await large.say("MAIL FROM:<a@b.cz> SIZE=250000") == "452 4.3.1 Try again later"
        assert (await large.say("MAIL FROM:<a@b.cz> SIZE=100000")).startswith("250 ")
        await large.say("RSET")
        await hoarder.send(b".\r\n")
        assert (await hoarder.reply()).startswith("250 ")
        assert (await large.say("MAIL FROM:<a@b.cz> SIZE=250000")).startswith("250 ")


async def test_a_connection_that_breaks_in_the_middle_leaves_nothing() -> None:
    """Half a mail is no mail, whether the client closes or resets, and its memory is given back."""
    async with running() as run:
        for how in ("close", "reset", "half"):
            client = await run.connect()
            await client.begin()
            await client.send(b"Subject: half a mail\r\n\r\nand then")
            if how == "close":
                await client.close()
            elif how == "reset":
                client.reset()
            else:
                client.writer.write_eof()
            await eventually(lambda: run.connections == 0)
        assert run.recorder.arrivals == []


async def test_a_client_that_closes_its_side_after_the_final_dot_gets_its_answer() -> None:
    """`nc` and scripts close their side when they have said all; the mail is taken and answered."""
    async with running() as run:
        client = await run.connect()
        await client.begin()
        await client.send(MAIL + b".\r\nQUIT\r\n")
        client.writer.write_eof()
        assert [(await client.reply())[:3] for _ in range(3)] == ["250", "221", ""]


async def test_without_room_on_the_disk_mail_is_put_off_before_it_is_sent() -> None:
    """452 at MAIL, so that the client keeps its mail (T76)."""
    recorder = Recorder(room=False)
    async with running(recorder=recorder) as run:
        client = await run.connect()
        await client.reply()
        await client.say("EHLO x")
        assert await client.say("MAIL FROM:<a@b.cz>") == "452 4.3.1 Try again later"
        recorder.room = True
        assert (await client.say("MAIL FROM:<a@b.cz>")).startswith("250 ")


@pytest.mark.alone
async def test_a_client_that_reads_no_replies_is_cut() -> None:
    """Replies that nobody reads are not kept without end."""
    async with running(Limits(idle=seconds(0.5), linger=seconds(0.2), junk=10**6, commands=10**6)) as run:
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(deaf, ("127.0.0.1", run.port))
        sending = asyncio.create_task(loop.sock_sendall(deaf, b"HELP\r\n" * 1_000_000))
        await eventually(lambda: run.connections == 1)
        await eventually(lambda: run.connections == 0, 20)
        with contextlib.suppress(ConnectionError):
            await sending
        deaf.close()
