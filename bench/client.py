"""Send the load over several SMTP connections and note when each mail was accepted.

Run it in uvloop (`maildesk.daemon.loop.run`): with Python's own loop the sender is slower than a fast listener.
"""

import asyncio
import time
from collections.abc import Iterable

from bench.mails import Letter


async def send_all(
    letters: Iterable[Letter], host: str, port: int, connections: int, rate: float = 0
) -> tuple[dict[str, float], float]:
    """Send every letter; `rate` a second paces them, 0 is as fast as they are taken.

    Gives the moment (monotonic) each was sent, by key, and the seconds it took altogether. Raises on a refusal.
    """
    queue: asyncio.Queue[Letter | None] = asyncio.Queue(maxsize=connections * 2)
    sent: dict[str, float] = {}
    began = time.monotonic()
    senders = [asyncio.create_task(_sender(queue, sent, host, port)) for _ in range(connections)]
    for number, letter in enumerate(letters):
        if rate:
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        await queue.put(letter)
    for _ in senders:
        await queue.put(None)
    await asyncio.gather(*senders)
    return sent, time.monotonic() - began


async def _sender(queue: "asyncio.Queue[Letter | None]", sent: dict[str, float], host: str, port: int) -> None:
    reader, writer = await asyncio.open_connection(host, port, limit=2**20)
    await _answer(reader, b"220")
    writer.write(b"EHLO bench.test\r\n")
    await _answer(reader, b"250")
    while letter := await queue.get():
        body = letter.raw.replace(b"\r\n.", b"\r\n..")
        sent[letter.key] = time.monotonic()
        for line, code in (
            (f"MAIL FROM:<{letter.sender}>", b"250"),
            ("RCPT TO:<support@bench.test>", b"250"),
            ("DATA", b"354"),
        ):
            writer.write(line.encode() + b"\r\n")
            await _answer(reader, code)
        writer.write(body + b"\r\n.\r\n")
        await writer.drain()
        await _answer(reader, b"250")
    writer.write(b"QUIT\r\n")
    await _answer(reader, b"221")
    writer.close()


async def _answer(reader: asyncio.StreamReader, code: bytes) -> None:
    while True:
        line = await reader.readline()
        if not line.startswith(code):
            raise RuntimeError(f"expected {code!r}, got {line!r}")
        if line[3:4] != b"-":
            return
