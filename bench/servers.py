"""The servers that are measured, each in a process of its own: a bare handler, durable accept, and the sink."""

import asyncio
import datetime as dt
import sys
import tempfile
import time
from pathlib import Path


async def bare() -> None:
    """Serve aiosmtpd with a handler that stores nothing: what everybody starts with."""
    from aiosmtpd.smtp import SMTP

    class Handler:
        async def handle_DATA(self, _server: object, _session: object, _envelope: object) -> str:
            return "250 ok"

    loop = asyncio.get_running_loop()
    handler = Handler()
    SMTP.line_length_limit = 2**16  # its own 1,001 refuses real mail
    server = await loop.create_server(lambda: SMTP(handler, loop=loop), "127.0.0.1", 0)
    await _serve(server.sockets[0].getsockname()[1])


async def durable() -> None:
    """Serve the desk's own listener with the journal behind it and nothing else: 250 means on disk."""
    from maildesk.ingest.smtp import listen
    from maildesk.model.mail import Accepted, Arrival
    from maildesk.settings import load_settings
    from maildesk.store.db import Store

    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "maildesk.yaml"
        config.write_text(settings_text(0))
        settings, problems = load_settings(config)
        if settings is None:
            raise SystemExit(str(problems))
        store = Store.open("sqlite:///bench.db", Path(folder))

        async def accept(arrival: Arrival) -> Accepted:
            return await asyncio.wrap_future(store.accept(arrival, lease=False))

        listeners = await listen(settings, accept, lambda _: True)
        await _serve(int(listeners[0].addresses[0].rpartition(":")[2]))


async def sink() -> None:
    """Swallow mail, as cheaply as a process can, and write down when each came: one line `key seconds` on stdout."""
    server = await asyncio.start_server(_swallow, "127.0.0.1", 0, limit=2**22)
    await _serve(server.sockets[0].getsockname()[1])


async def _swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        verb = line[:4].upper()
        if verb == b"DATA":
            writer.write(b"354 go\r\n")
            raw = await reader.readuntil(b"\r\n.\r\n")
            _note(raw)
            writer.write(b"250 gone\r\n")
        elif verb == b"EHLO":
            writer.write(b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
        elif verb == b"QUIT":
            writer.write(b"221 bye\r\n")
            break
        else:
            writer.write(b"250 ok\r\n")
    writer.close()


def _note(raw: bytes) -> None:
    head = raw.partition(b"\r\n\r\n")[0].lower()
    if b"x-maildesk-notice: acknowledgement" in head:
        reply = head.partition(b"in-reply-to:")[2].strip().partition(b"\r\n")[0].strip(b"<> ")
        print(reply.partition(b"@")[0].decode(), time.monotonic(), flush=True)


def settings_text(relay: int) -> str:
    """Write the settings of the measured desk."""
    return (
        "desk: {name: Bench, domain: bench.test, languages: [en, cs, hr], timezone: Europe/Prague, admins: [admin@bench.test]}\n"
        "database: sqlite:///bench.db\nsecret_file: secret.key\nmailboxes: [{address: support@bench.test, team: l1}]\n"
        f"listen: {{smtp: '127.0.0.1:0'}}\nrelay: {{host: 127.0.0.1, port: {relay or 1}, tls: none}}\n"
        "limits: {automatic_per_address: 100000, per_domain: 1000000, brake_per_hour: 1000000, connections: 200}\n"
    )


async def _serve(port: int) -> None:
    print(f"port {port} {dt.datetime.now(dt.UTC).isoformat()}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run({"bare": bare, "durable": durable, "sink": sink}[sys.argv[1]]())
