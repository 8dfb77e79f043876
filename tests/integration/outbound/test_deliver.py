"""The deliverer against a real SMTP server that misbehaves when told to."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from maildesk.model.outgoing import OutboxState, Promise, Queued
from maildesk.outbound.deliver import Deliverer
from maildesk.outbound.relay.session import on_the_wire
from maildesk.outbound.relay.together import Together
from maildesk.settings import Relay, TokenUrl
from tests.integration.outbound.outboxes import Box, letter
from tests.integration.outbound.pipelining import pipelining
from tests.services.certificate import Certificate
from tests.services.sink import Sink

NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@contextlib.asynccontextmanager
async def delivering(relay: Relay, box: Box, clock: Clock | None = None, **more: object) -> AsyncIterator[Deliverer]:
    """Run a deliverer for the time of a test."""
    deliverer = Deliverer(relay, box, clock or Clock(), box.on_failed, name="firma.hr", **more)  # type: ignore[arg-type]
    loop = asyncio.create_task(deliverer.run())
    try:
        yield deliverer
    finally:
        await deliverer.stop(2)
        await loop


async def until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in another thread
            await asyncio.sleep(0.005)


def to(sink: Sink, **more: object) -> Relay:
    return Relay(host="127.0.0.1", port=sink.port, **more)  # type: ignore[arg-type]


async def deliver(relay: Relay, *letters: Queued, **more: object) -> Box:
    """Deliver letters, wait until each has come to something."""
    box = Box()
    async with delivering(relay, box, **more) as deliverer:  # type: ignore[arg-type]
        deliverer.offer(letters)
        await until(lambda: len(box.ends) == len(letters))
    return box


async def test_a_mail_arrives_byte_for_byte(sink: Sink) -> None:
    """What was frozen is what arrives, lines beginning with a dot included; the envelope is the mail's own."""
    box = await deliver(to(sink), letter())
    (mail,) = sink.mails
    assert mail.data == letter().mail.raw
    assert (mail.mail_from, mail.rcpt_to) == ("podrska+verp@firma.hr", ("ivana@kupac.hr",))
    assert box.state(1) is OutboxState.SENT


async def test_the_mark_is_committed_before_the_final_dot(sink: Sink) -> None:
    """While the mark is not committed the server does not have the mail; afterwards it does."""
    box = Box()
    box.before_mark = asyncio.Event()
    async with delivering(to(sink), box) as deliverer:
        deliverer.offer([letter()])
        await until(lambda: box.commits == 1)
        await asyncio.sleep(0.1)
        assert sink.mails == []
        box.before_mark.set()
        await until(lambda: box.state(1))
    assert box.events == ["mark 1", "end 1 sent"]
    assert len(sink.mails) == 1


async def test_connections_are_used_again(sink: Sink) -> None:
    """Many mails leave over few connections, and come to their end each."""
    letters = [letter(n) for n in range(1, 61)]
    box = await deliver(to(sink), *letters)
    assert {box.state(n) for n in range(1, 61)} == {OutboxState.SENT}
    assert len(sink.mails) == 60
    assert sink.connections <= 4


async def test_marks_of_several_connections_share_a_commit() -> None:
    """What is handed in while a commit is under way is committed together afterwards."""
    groups: list[list[int]] = []
    gate = asyncio.Event()

    async def commit(group: list[int]) -> None:
        groups.append(group)
        await gate.wait()

    together = Together(commit)
    tasks = [asyncio.create_task(together.add(n)) for n in range(4)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    late = [asyncio.create_task(together.add(n)) for n in range(4, 9)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*tasks, *late)
    assert groups == [[0, 1, 2, 3], [4, 5, 6, 7, 8]]


async def test_an_outcome_is_committed_with_the_next_mark_and_both_before_the_next_dot(sink: Sink) -> None:
    """The mark of the next mail is asked for while the outcome of the last one is under way; its dot waits for both."""
    box = Box()
    box.before_end = asyncio.Event()
    async with delivering(to(sink), box, connections=1) as deliverer:
        deliverer.offer([letter(1), letter(2)])
        try:
            await until(lambda: box.marked == [1, 2])
            await asyncio.sleep(0.05)
            assert len(sink.mails) == 1
            assert not box.ends
        finally:
            box.before_end.set()
        await until(lambda: len(box.ends) == 2)
    assert len(sink.mails) == 2


async def test_one_connection_is_enough(sink: Sink) -> None:
    """With one connection allowed exactly one is made."""
    await deliver(to(sink), *[letter(n) for n in range(1, 21)], connections=1)
    assert (sink.connections, len(sink.mails)) == (1, 20)


async def test_claimed_mail_is_sent_too(sink: Sink) -> None:
    """What nobody offered is found by claiming."""
    box = Box()
    box.waiting = [letter(n) for n in range(1, 51)]
    async with delivering(to(sink), box) as deliverer:
        deliverer.wake()
        await until(lambda: len(box.ends) == 50)
    assert len(sink.mails) == 50


async def test_the_outbox_is_asked_only_when_it_may_hold_more(sink: Sink) -> None:
    """What is offered costs no look into the outbox; being woken, and an offer that leaves a row behind, do."""
    box = Box()
    async with delivering(to(sink), box) as deliverer:
        await until(lambda: box.claims == 1)
        for number in range(1, 21):
            deliverer.offer([letter(number)])
            await until(lambda number=number: number in box.ends)
        assert box.claims == 1
        box.waiting = [letter(30)]
        deliverer.wake()
        await until(lambda: 30 in box.ends)
        box.waiting = [letter(31)]
        deliverer.offer([letter(32), letter(33, attempts=0)])
        await until(lambda: {31, 32} <= box.ends.keys())


async def test_what_is_not_claimed_is_not_sent(sink: Sink) -> None:
    """A row that waits for its send_delay is left in the outbox, even if it is offered."""
    box = Box()
    async with delivering(to(sink), box) as deliverer:
        deliverer.offer([letter(1, attempts=0), letter(2)])
        await until(lambda: box.state(2))
    assert box.state(1) is None
    assert len(sink.mails) == 1


@pytest.mark.parametrize(
    ("phase", "reply", "state", "told"),
    [
        ("mail", "451 4.3.0 later", OutboxState.WAITING, False),
        ("mail", "550 5.7.1 not you", OutboxState.WAITING, False),
        ("rcpt", "450 4.2.0 greylisted", OutboxState.WAITING, False),
        ("rcpt", "550 5.1.1 no such user", OutboxState.FAILED, True),
        ("rcpt", "552 5.2.2 full", OutboxState.WAITING, False),
        ("data", "451 4.3.0 later", OutboxState.WAITING, False),
        ("data", "554 5.5.0 no", OutboxState.FAILED, True),
        ("dot", "451 4.3.0 later", OutboxState.WAITING, False),
        ("dot", "421 4.3.0 closing", OutboxState.WAITING, False),
        ("dot", "554 5.7.1 spam", OutboxState.FAILED, True),
        ("dot", "552 5.3.4 too big", OutboxState.FAILED, True),
    ],
)
async def test_each_answer_in_each_phase(sink: Sink, phase: str, reply: str, state: OutboxState, told: bool) -> None:
    """A refusal in any phase is judged and counted, the next mail goes on over the same route (B120)."""
    sink.answer(phase, reply, recipient="bad@x.org" if phase == "rcpt" else None)  # type: ignore[arg-type]
    box = await deliver(to(sink), letter(1, "bad@x.org"), letter(2), connections=1)
    assert box.state(1) is state
    assert box.ends[1].counts
    assert box.ends[1].reply == f"{phase}: {reply}"
    assert [queued.id for queued, _ in box.failed] == ([1] if told else [])
    assert box.state(2) is OutboxState.SENT
    assert len(sink.mails) == 1


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
async def test_a_connection_that_breaks_early_has_sent_nothing(sink: Sink, phase: str) -> None:
    """Before the dot nothing is ambiguous: the mail waits and is tried again later."""
    sink.answer(phase, None, then="drop", times=2)  # type: ignore[arg-type]
    box = await deliver(to(sink), letter())
    assert box.state(1) is OutboxState.WAITING
    assert not box.ends[1].ambiguous
    assert sink.mails == []


@pytest.mark.parametrize(
    ("promise", "state"),
    [(Promise.AT_MOST_ONCE, OutboxState.UNSURE), (Promise.AT_LEAST_ONCE, OutboxState.WAITING)],
)
@pytest.mark.parametrize("then", ["drop", "hang"])
async def test_silence_after_the_dot_is_judged_by_the_promise(
    sink: Sink, promise: Promise, state: OutboxState, then: str
) -> None:
    """A server that took the mail and never said so: a notice counts as sent, people's words are sent again in ten minutes."""
    sink.answer("dot", None, then=then, keep=True)  # type: ignore[arg-type]
    box = await deliver(to(sink), letter(promise=promise), dot_seconds=0.3)
    end = box.ends[1]
    assert end.state is state
    assert end.ambiguous
    assert end.retry_at == (NOW + dt.timedelta(minutes=10) if state is OutboxState.WAITING else None)
    assert len(sink.mails) == 1


async def test_people_are_told_of_words_that_have_probably_arrived(sink: Sink) -> None:
    """After three unknown fates the agent hears of it."""
    sink.answer("dot", None, then="drop")
    box = await deliver(to(sink), Queued(1, letter().mail, 4, ambiguous=3))
    assert box.state(1) is OutboxState.UNSURE
    assert len(box.failed) == 1


async def test_without_starttls_nothing_is_sent_in_plain(sink: Sink) -> None:
    """If encryption is asked for and not offered, no sender, no recipient and no word leaves (B118)."""
    box = await deliver(to(sink, tls="starttls"), letter())
    assert box.state(1) is OutboxState.WAITING
    assert not box.ends[1].counts
    assert all(command.startswith(("EHLO", "QUIT")) for command in sink.commands)


async def test_an_unknown_certificate_ends_the_conversation(
    make_sink: Callable[..., Sink], certificate: Certificate
) -> None:
    """A relay whose certificate nobody vouches for gets no mail, neither by STARTTLS nor by TLS from the start (B118)."""
    for implicit in (False, True):
        sink = make_sink(tls=certificate.for_server(), implicit=implicit)
        box = await deliver(to(sink, tls="implicit" if implicit else "starttls"), letter())
        assert box.state(1) is OutboxState.WAITING
        assert not any(command.startswith("MAIL") for command in sink.commands)
        assert sink.mails == []


@pytest.mark.parametrize("implicit", [False, True])
async def test_encrypted_and_logged_in(
    make_sink: Callable[..., Sink], certificate: Certificate, implicit: bool, tmp_path: Path
) -> None:
    """With a trusted certificate and the right password the mail goes out encrypted, as that user."""
    sink = make_sink(tls=certificate.for_server(), implicit=implicit, logins={"desk": "secret"})
    (tmp_path / "relay.pw").write_text("secret\n")
    relay = to(sink, tls="implicit" if implicit else "starttls", user="desk", password_file="relay.pw")
    box = await deliver(relay, letter(1), letter(2), context=certificate.for_client(), base_dir=tmp_path, connections=1)
    assert box.state(2) is OutboxState.SENT
    assert [mail.user for mail in sink.mails] == ["desk", "desk"]
    assert implicit or all(mail.tls for mail in sink.mails)
    assert sink.connections == 1


async def test_oauth_tokens_log_in(make_sink: Callable[..., Sink], certificate: Certificate) -> None:
    """XOAUTH2 with a fresh token for each connection."""
    sink = make_sink(tls=certificate.for_server(), logins={"desk@firma.hr": "fresh-token"})

    async def token() -> str:
        return "fresh-token"

    relay = to(sink, tls="starttls", user="desk@firma.hr", oauth=TokenUrl(provider="google"))
    box = await deliver(relay, letter(), context=certificate.for_client(), token=token)
    assert box.state(1) is OutboxState.SENT


async def test_a_wrong_password_rests_the_route_and_costs_nothing(
    make_sink: Callable[..., Sink], certificate: Certificate, tmp_path: Path
) -> None:
    """A configuration mistake is told once; all mail is given back uncounted, none has failed."""
    sink = make_sink(tls=certificate.for_server(), logins={"desk": "secret"})
    (tmp_path / "relay.pw").write_text("wrong")
    relay, box, told = to(sink, tls="starttls", user="desk", password_file="relay.pw"), Box(), list[str]()
    more = {"context": certificate.for_client(), "base_dir": tmp_path, "on_route": told.append}
    async with delivering(relay, box, **more) as deliverer:  # type: ignore[arg-type]
        deliverer.offer([letter(n) for n in range(1, 6)])
        await until(lambda: len(box.ends) == 5)
        claims = box.claims
        deliverer.wake()
        await asyncio.sleep(0.1)
        assert box.claims == claims  # while the route rests nothing is claimed
    assert {(end.state, end.counts) for end in box.ends.values()} == {(OutboxState.WAITING, False)}
    assert all(end.retry_at and end.retry_at >= NOW + dt.timedelta(seconds=2) for end in box.ends.values())
    assert len(told) == 1
    assert "login: 535" in told[0]
    assert "wrong" not in "".join(told).replace("login: 535 5.7.8 Authentication credentials invalid", "")


async def test_a_relay_that_is_down_is_probed_with_one_mail(sink: Sink) -> None:
    """While the relay refuses connections mail waits uncounted; when it is back one mail probes it and all follow."""
    clock, box = Clock(), Box()
    sink.answer("connect", "421 4.3.2 busy", times=0, then="drop")
    async with delivering(to(sink), box, clock) as deliverer:
        deliverer.offer([letter(n) for n in range(1, 11)])
        await until(lambda: len(box.ends) == 10)
        assert {(end.state, end.counts) for end in box.ends.values()} == {(OutboxState.WAITING, False)}
        assert deliverer.trouble.startswith("greeting: 421")
        for _ in range(6):
            box.waiting, before = [letter(n) for n in range(1, 11)], len(box.all_ends)
            clock.now += dt.timedelta(minutes=6)
            deliverer.wake()
            await until(lambda before=before: len(box.all_ends) > before)
            assert len(box.all_ends) == before + 1  # one mail was tried, the others were not even claimed
        sink.clear()
        clock.now += dt.timedelta(minutes=6)
        box.waiting = [letter(n) for n in range(1, 11)]
        deliverer.wake()
        await until(lambda: all(box.state(n) is OutboxState.SENT for n in range(1, 11)))
        assert deliverer.trouble == ""
    assert len(sink.mails) == 10


async def test_a_relay_with_few_connections_is_not_down(sink: Sink) -> None:
    """A relay that refuses a further connection while others work gets fewer of them, and all mail."""
    clock, box = Clock(), Box()
    sink.answer("dot", "250 slowly", times=0)
    async with delivering(to(sink), box, clock) as deliverer:
        deliverer.offer([letter(1)])
        await until(lambda: box.state(1))
        sink.answer("connect", "421 4.7.0 too many connections", times=0, then="drop")
        deliverer.offer([letter(n) for n in range(2, 12)])
        await until(lambda: len(box.ends) == 11)
        assert deliverer.trouble == ""
    refused = [n for n, end in box.ends.items() if end.state is OutboxState.WAITING]
    assert len(refused) <= 3
    assert not any(box.ends[n].counts for n in refused)
    assert len(sink.mails) == 11 - len(refused)


async def test_nobody_listening() -> None:
    """A closed port is trouble of the route, not of the mail."""
    box = await deliver(Relay(host="127.0.0.1", port=1), letter())
    assert (box.state(1), box.ends[1].counts) == (OutboxState.WAITING, False)
    assert box.ends[1].reply.startswith("connect: ")


@pytest.mark.parametrize("address", ["", "ivana", "a@b\r\nRCPT TO:<x@y.org>", "a b@c.org", "<a@b.org>"])
async def test_what_is_no_address_never_reaches_the_wire(sink: Sink, address: str) -> None:
    """An address that could be read as a command ends the mail without a word to the relay."""
    box = await deliver(to(sink), letter(1, address), letter(2))
    assert box.state(1) is OutboxState.FAILED
    assert not any("x@y.org" in command for command in sink.commands)
    assert [mail.rcpt_to for mail in sink.mails] == [("ivana@kupac.hr",)]


async def test_international_addresses_need_a_relay_that_takes_them(sink: Sink) -> None:
    """With SMTPUTF8 they are sent so; without it the mail fails with clear words (B87)."""
    await deliver(to(sink), letter(1, "žofie@kupac.cz"))
    assert sink.mails[0].rcpt_to == ("žofie@kupac.cz",)
    assert "SMTPUTF8" in sink.mails[0].options
    async with pipelining() as old:
        box = await deliver(Relay(host="127.0.0.1", port=old.port), letter(1, "žofie@kupac.cz"))
    assert box.state(1) is OutboxState.FAILED
    assert "SMTPUTF8" in box.ends[1].reply


async def test_a_mail_larger_than_the_relay_takes_is_not_sent(make_sink: Callable[..., Sink]) -> None:
    """The relay's SIZE is believed before the first byte of the mail."""
    sink = make_sink(size_limit=1000)
    box = await deliver(to(sink), letter(raw=b"Subject: x\r\n\r\n" + b"y\r\n" * 1000))
    assert box.state(1) is OutboxState.FAILED
    assert "takes 1000 bytes" in box.ends[1].reply
    assert not any(command.startswith("MAIL") for command in sink.commands)


@pytest.mark.parametrize(
    ("phase", "reply"), [("mail", "550 5.7.1 null sender not allowed"), ("dot", "554 5.2.252 SendAsDenied")]
)
async def test_a_relay_without_null_return_path_gets_ours(sink: Sink, phase: str, reply: str) -> None:
    """B79: where the empty return path is refused the mailbox's address stands in for it, at once and from then on."""
    raw = b"From: Podrska\r\n <podrska@firma.hr>\r\nSubject: x\r\n\r\ny\r\n"
    sink.answer(phase, reply)  # type: ignore[arg-type]
    letters = [letter(n, mail_from="", raw=raw, promise=Promise.AT_MOST_ONCE) for n in (1, 2)]
    box = await deliver(to(sink), *letters, connections=1)
    assert {box.state(1), box.state(2)} == {OutboxState.SENT}
    assert [mail.mail_from for mail in sink.mails] == ["podrska@firma.hr"] * 2
    assert len([c for c in sink.commands if c.startswith("MAIL")]) == 3


async def test_a_sender_that_is_refused_anyway_is_not_the_null_paths_fault(sink: Sink) -> None:
    """If the named sender is refused as well, the mail waits, and the next one has an empty return path again."""
    sink.answer("mail", "550 5.7.1 go away", times=2)
    box = await deliver(to(sink), letter(1, mail_from=""), letter(2, mail_from=""), connections=1)
    assert (box.state(1), box.state(2)) == (OutboxState.WAITING, OutboxState.SENT)
    assert sink.mails[0].mail_from == ""


async def test_a_connection_that_fell_asleep_is_replaced(sink: Sink) -> None:
    """If the relay closed a resting connection the next mail goes over a new one and nothing counts against it."""
    box = Box()
    async with delivering(to(sink), box) as deliverer:
        deliverer.offer([letter(1)])
        await until(lambda: box.state(1))
        sink.answer("mail", "421 4.4.2 idle too long", then="drop")
        deliverer.offer([letter(2)])
        await until(lambda: box.state(2))
    assert box.state(2) is OutboxState.SENT
    assert sink.connections == 2


async def test_stopping_gives_back_what_was_not_tried(sink: Sink) -> None:
    """Stop ends the attempts under way; of the rest nothing is lost and nothing counted."""
    box = Box()
    box.before_mark = asyncio.Event()
    deliverer = Deliverer(to(sink), box, Clock(), box.on_failed, connections=1)
    loop = asyncio.create_task(deliverer.run())
    deliverer.offer([letter(n) for n in range(1, 6)])
    await until(lambda: box.commits == 1)
    await deliverer.stop(0.2)
    await loop
    assert sink.mails == []
    assert {(n, end.state, end.counts) for n, end in box.ends.items()} == {
        (n, OutboxState.WAITING, False) for n in range(1, 6)
    }


async def test_stopping_after_the_dot_leaves_an_unknown_fate(sink: Sink) -> None:
    """An attempt cut off between dot and answer is judged by its promise."""
    sink.answer("dot", None, then="hang", keep=True)
    box = Box()
    deliverer = Deliverer(to(sink), box, Clock(), box.on_failed)
    loop = asyncio.create_task(deliverer.run())
    deliverer.offer([letter(promise=Promise.AT_MOST_ONCE)])
    await until(lambda: sink.mails)
    await deliverer.stop(0.2)
    await loop
    assert box.state(1) is OutboxState.UNSURE


async def test_trouble_of_the_store_loses_and_doubles_nothing(sink: Sink) -> None:
    """If a mark or an end cannot be committed the loop fails; started again, each mail is sent once and ends once."""
    for events in (["mark"], ["end"]):
        sink.clear()
        box = Box()
        deliverer = Deliverer(to(sink), box, Clock(), box.on_failed, connections=1)
        loop = asyncio.create_task(deliverer.run())
        if events == ["mark"]:
            box.trouble = OSError("disk full")
        else:
            box.before_mark = asyncio.Event()
        deliverer.offer([letter()])
        if box.before_mark is not None:
            await until(lambda box=box: box.commits == 1)
            box.trouble = OSError("disk full")
            box.before_mark.set()
        with pytest.raises(OSError, match="disk full"):
            await loop
        assert box.state(1) is None
        loop = asyncio.create_task(deliverer.run())
        await until(lambda box=box: box.state(1))
        await deliverer.stop()
        await loop
        assert box.state(1) is OutboxState.SENT
        assert len(sink.mails) == 1


async def test_an_expired_mail_is_not_sent_at_last(sink: Sink) -> None:
    """A notice whose time is over fails without a word to the relay, and people hear of it."""
    box = await deliver(to(sink), letter(expires=NOW - dt.timedelta(seconds=1)))
    assert box.state(1) is OutboxState.FAILED
    assert len(box.failed) == 1
    assert sink.mails == []


async def test_pipelining_saves_round_trips() -> None:
    """Where it is offered the whole envelope goes out in one piece (RFC 2920); elsewhere line by line."""
    async with pipelining("PIPELINING", "SIZE 1000000") as server:
        await deliver(Relay(host="127.0.0.1", port=server.port), letter())
        assert [line.split(":")[0] for line in server.pieces[1]] == ["MAIL FROM", "RCPT TO", "DATA"]
        assert server.pieces[1][0].endswith(f" SIZE={len(letter().mail.raw)}")
        assert server.mails == [b"Subject: letter 1\r\n\r\n..dot\r\nwords\r\n.\r\n"]
    async with pipelining() as server:
        await deliver(Relay(host="127.0.0.1", port=server.port), letter())
        assert [piece[0].split(":")[0] for piece in server.pieces[1:4]] == ["MAIL FROM", "RCPT TO", "DATA"]


async def test_a_refused_recipient_in_a_pipeline_sends_no_mail() -> None:
    """If the server wants data although it refused the recipient it gets an empty mail; the next one is whole."""
    refuse = {"RCPT TO:<bad@x.org>": "550 5.1.1 no such user"}
    async with pipelining("PIPELINING", refuse=refuse) as server:
        relay = Relay(host="127.0.0.1", port=server.port)
        box = await deliver(relay, letter(1, "bad@x.org"), letter(2), connections=1)
        assert (box.state(1), box.state(2)) == (OutboxState.FAILED, OutboxState.SENT)
        assert len(server.mails) == 1
        assert server.pieces[2][0] == "RSET"


@pytest.mark.parametrize("raw", [b"A: b\n\nx\n.\ny", b"A: b\r\n\r\nx\r.\ry", b"A: b\r\n\r\nx\n.\r\ny\r\n"])
def test_no_bare_line_end_reaches_a_relay(raw: bytes) -> None:
    """Whatever the bytes, on the wire no line ends otherwise than in CRLF and no dot stands alone (smuggling)."""
    wire = on_the_wire(raw)
    assert wire.count(b"\r\n") == wire.count(b"\n") == wire.count(b"\r")
    assert b"\r\n.\r\n" not in wire
    assert wire.endswith(b"\r\n")


async def test_a_relay_that_talks_nonsense_is_left() -> None:
    """Endless lines, or bytes that are not SMTP, end the conversation; the mail waits."""

    async def nonsense(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hi\r\n")
        await _reader.readline()
        writer.write(b"250 hi\r\n")
        await _reader.readline()
        writer.write(b"250-" + b"x" * 100_000)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
            await _reader.read()
        writer.close()

    server = await asyncio.start_server(nonsense, "127.0.0.1", 0)
    async with server:
        box = await deliver(Relay(host="127.0.0.1", port=server.sockets[0].getsockname()[1]), letter())
    assert box.state(1) is OutboxState.WAITING
