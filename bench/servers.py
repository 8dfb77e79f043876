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


async def skeleton(relay: int) -> None:
    """Serve what plain libraries give: aiosmtpd, the standard library's parser and composer, SQLite, aiosmtplib."""
    import email
    import email.policy
    import sqlite3
    from email.message import EmailMessage
    from email.utils import make_msgid

    import aiosmtplib
    from aiosmtpd.smtp import SMTP, Envelope

    folder = tempfile.TemporaryDirectory()
    database = sqlite3.connect(Path(folder.name) / "desk.db", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE ticket (id INTEGER PRIMARY KEY, subject TEXT, requester TEXT)")
    database.execute("CREATE TABLE mail (message_id TEXT PRIMARY KEY, ticket INTEGER, text TEXT, raw BLOB)")

    def file(content: bytes, sender: str) -> EmailMessage | None:
        mail = email.message_from_bytes(content, policy=email.policy.default)
        body = mail.get_body(("plain",))
        text = body.get_content() if body else ""
        parents = str(mail["references"] or "").split()
        found = None
        for parent in parents:
            found = database.execute("SELECT ticket FROM mail WHERE message_id = ?", (parent,)).fetchone() or found
        database.execute("BEGIN IMMEDIATE")
        if found is None:
            row = database.execute("INSERT INTO ticket (subject, requester) VALUES (?, ?)", (mail["subject"], sender))
        number = found[0] if found else row.lastrowid
        values = (str(mail["message-id"]), number, text, content)
        database.execute("INSERT OR IGNORE INTO mail VALUES (?, ?, ?, ?)", values)
        database.execute("COMMIT")
        if found:
            return None
        answer = EmailMessage()
        answer["From"], answer["To"] = "support@bench.test", sender
        answer["Subject"] = f"Re: [#{number}] {mail['subject']}"
        answer["Message-ID"], answer["In-Reply-To"] = make_msgid(domain="bench.test"), str(mail["message-id"])
        answer["Auto-Submitted"] = "auto-replied"
        answer.set_content(f"Your request is number {number}.\n")
        return answer

    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=relay, start_tls=False)
    await client.connect()

    class Handler:
        async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:
            content = envelope.content or b""
            answer = file(content if isinstance(content, bytes) else content.encode(), envelope.mail_from or "")
            if answer is not None:
                await client.send_message(answer)
            return "250 ok"

    loop = asyncio.get_running_loop()
    SMTP.line_length_limit = 2**16
    server = await loop.create_server(lambda: SMTP(Handler(), loop=loop), "127.0.0.1", 0)
    await _serve(server.sockets[0].getsockname()[1])


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
        "limits: {automatic_per_address: 100000, per_domain: 1000000, brake_per_hour: 1000000, connections: 200,"
        " notifications_per_hour: 100000}\n"
    )


async def _serve(port: int) -> None:
    print(f"port {port} {dt.datetime.now(dt.UTC).isoformat()}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    if sys.argv[1] == "skeleton":
        asyncio.run(skeleton(int(sys.argv[2])))
    elif sys.argv[1] == "durable":
        from maildesk.daemon.loop import run

        run(durable())
    else:
        asyncio.run({"bare": bare, "sink": sink}[sys.argv[1]]())
