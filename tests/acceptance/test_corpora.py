"""Every real mail there is goes through the whole daemon: none lost, none that stops it."""

import asyncio
import os
from pathlib import Path

from tests.acceptance.desk import ADDRESS, RunningDesk, running_desk, settings
from tests.corpora.real_mails import all_mails
from tests.services.sink import Sink

# Every fifteenth mail in `make test`, all of them in `make prove`.
STEP = int(os.environ.get("MAILDESK_CORPORA_STEP", "15"))
CONNECTIONS = 8
LONGEST_LINE = 60_000


def test_every_mail_is_accepted_and_decided(corpora: Path, sink: Sink, tmp_path: Path) -> None:
    """Each mail is accepted and ends decided; nothing is quarantined, nothing is left, the invariants hold.

    By LMTP, but for those with lines that no mail server would bring: these are imported while the desk runs.
    """
    mails = dict.fromkeys([on_the_wire(raw) for _, raw in all_mails(corpora)][::STEP])
    endless = [raw for raw in mails if max(map(len, raw.split(b"\r\n"))) > LONGEST_LINE]
    (tmp_path / "endless").mkdir()
    for number, raw in enumerate(endless):
        (tmp_path / "endless" / f"{number}.eml").write_bytes(raw)
    with running_desk(tmp_path, settings(sink.port)) as desk:
        brought = [raw for raw in mails if raw not in set(endless)]
        assert asyncio.run(send_all(desk, brought)) == len(brought)
        if endless:
            desk.run("import", str(tmp_path / "endless"))
        desk.settle(1200)
        journal = desk.listed("journal")
        assert {row["state"] for row in journal} == {"done"}
        assert len(journal) == len(mails)
        desk.verify()


def on_the_wire(raw: bytes) -> bytes:
    """Give lines the ends that a mail server gives them."""
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


async def send_all(desk: RunningDesk, mails: list[bytes]) -> int:
    """Hand all mails in over several LMTP connections; LMTP takes stray line endings too. Gives how many were accepted."""
    queue = asyncio.Queue[bytes]()
    for raw in mails:
        queue.put_nowait(raw)
    return sum(await asyncio.gather(*(send_some(desk, queue) for _ in range(CONNECTIONS))))


async def send_some(desk: RunningDesk, queue: "asyncio.Queue[bytes]") -> int:
    """Send mails over one connection until none is left."""
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.lmtp_port)
    try:
        return await hand_in(reader, writer, queue)
    finally:
        writer.close()
        await writer.wait_closed()


async def hand_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, queue: "asyncio.Queue[bytes]") -> int:
    """Speak LMTP (RFC 2033) until the queue is empty."""
    count = 0
    await answer(reader, b"220")
    writer.write(b"LHLO corpora.test\r\n")
    await answer(reader, b"250")
    while not queue.empty():
        raw = queue.get_nowait()
        body = (b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:]
        for line, code in (
            (b"MAIL FROM:<somebody@corpora.test>", b"250"),
            (b"RCPT TO:<%s>" % ADDRESS.encode(), b"250"),
            (b"DATA", b"354"),
        ):
            writer.write(line + b"\r\n")
            await answer(reader, code)
        writer.write(body + b"\r\n.\r\n")
        await answer(reader, b"250")
        count += 1
    return count


async def answer(reader: asyncio.StreamReader, code: bytes) -> None:
    """Read one reply and want it to be this one."""
    while True:
        line = await reader.readline()
        assert line.startswith(code), line
        if line[3:4] != b"-":
            return
