"""What must hold when a client says anything to the listeners: no exception, honest replies, no mail but what was acknowledged."""

import asyncio
import re
import socket

import structlog

from maildesk.ingest.smtp import Limits
from maildesk.ingest.smtp.desk import Desk
from maildesk.ingest.smtp.dialogue import Dialogue
from maildesk.ingest.smtp.listener import _Room
from maildesk.ingest.smtp.lmtp import LmtpDialogue
from tests.fuzz.grammars import PAUSE
from tests.integration.ingest.talk import KNOWN, Recorder

_REPLY = re.compile(rb"[2345]\d\d[ -][\x20-\x7e]*\r\n")
_LIMITS = Limits(message_size=5000, line_length=2000, lines=300, recipients=5, commands=40, errors=30, junk=30)


def try_smtp(data: bytes) -> None:
    """Say something to the SMTP listener."""
    asyncio.run(_try(Dialogue, data))


def try_lmtp(data: bytes) -> None:
    """Say something to the LMTP listener."""
    asyncio.run(_try(LmtpDialogue, data))


async def _try(kind: type[Dialogue], data: bytes) -> None:
    loop = asyncio.get_running_loop()
    problems: list[object] = []
    loop.set_exception_handler(lambda _loop, context: problems.append(context))
    recorder = Recorder()
    room = _Room(kind, Desk(recorder.accept, KNOWN.__contains__), _LIMITS, "desk.test", None)
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with structlog.testing.capture_logs() as logs:
        await loop.connect_accepted_socket(room.meet, theirs)
        replies = await asyncio.wait_for(_say(ours, data), 10)
        while room.doors.visitors:  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)
    ours.close()
    assert not problems, problems
    assert not [entry for entry in logs if entry["log_level"] in ("error", "critical")], logs
    assert _REPLY.sub(b"", replies) == b"", replies
    assert room.doors.held == 0
    taken = len(re.findall(rb"^250 2\.0\.0 OK: queued", replies, re.MULTILINE))
    assert len(recorder.arrivals) <= taken if kind is LmtpDialogue else len(recorder.arrivals) == taken
    for arrival in recorder.arrivals:
        assert arrival.envelope.rcpt_to
        assert len(arrival.raw) <= _LIMITS.message_size


async def _say(ours: socket.socket, data: bytes) -> bytes:
    """Say the pieces between pauses, each when the one before has been heard; then be silent, and listen to the end."""
    loop = asyncio.get_running_loop()
    heard = bytearray()

    async def listen() -> None:
        try:
            while piece := await loop.sock_recv(ours, 65536):
                heard.extend(piece)
        except ConnectionError:
            return

    listening = asyncio.create_task(listen())
    try:
        for piece in data.split(PAUSE):
            await loop.sock_sendall(ours, piece)
            before = -1
            while before != len(heard):
                before = len(heard)
                for _ in range(6):
                    await asyncio.sleep(0)
        ours.shutdown(socket.SHUT_WR)
    except OSError:  # the listener has hung up
        pass
    await listening
    return bytes(heard)
