"""Send one HTTP request and read a small answer: one address that was looked at, one deadline for all, nothing followed.

The protocol is h11's; what is ours is where it may go and when it ends.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import h11

from maildesk.model.hook import Endpoint
from maildesk.outbound.hooks.answer import Answer
from maildesk.outbound.hooks.guard import choose

MOST_ANSWER = 65_536
_MOST_HEAD = 16_384
_PIECE = 16_384

Resolve = Callable[[str, int], Awaitable[list[str]]]


async def resolve(host: str, port: int) -> list[str]:
    """List the addresses of a host."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


async def send_request(
    endpoint: Endpoint,
    body: bytes,
    fields: Mapping[str, str],
    *,
    base_dir: Path = Path(),
    find: Resolve = resolve,
) -> Answer:
    """POST JSON; whatever goes wrong is an answer with status 0, after the endpoint's time at most."""
    try:
        async with asyncio.timeout(endpoint.timeout.total_seconds()):
            return await _send(endpoint, body, fields, base_dir, find)
    except TimeoutError:
        return Answer(text=f"no whole answer within {endpoint.timeout.total_seconds():g} s")
    except ssl.SSLCertVerificationError as problem:
        return Answer(text=f"its certificate is refused: {problem.verify_message}")
    except (OSError, h11.ProtocolError, UnicodeError, ValueError) as problem:
        return Answer(text=f"{type(problem).__name__}: {problem}")


async def _send(endpoint: Endpoint, body: bytes, fields: Mapping[str, str], base_dir: Path, find: Resolve) -> Answer:
    parts = urlsplit(endpoint.url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address, why = choose(endpoint, await find(endpoint.host, port))
    if why:
        return Answer(text=why)
    context = await asyncio.to_thread(_context, endpoint, base_dir) if secure else None
    reader, writer = await asyncio.open_connection(
        address, port, ssl=context, server_hostname=endpoint.host if secure else None
    )
    try:
        protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MOST_HEAD)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        head = {
            "Host": parts.netloc,
            "User-Agent": "maildesk",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Accept": "application/json",
            "Connection": "close",
            **fields,
        }
        writer.write(protocol.send(h11.Request(method="POST", target=target, headers=list(head.items()))) or b"")
        writer.write(protocol.send(h11.Data(data=body)) or b"")
        writer.write(protocol.send(h11.EndOfMessage()) or b"")
        await writer.drain()
        return await _read(protocol, reader)
    finally:
        writer.transport.abort()  # no farewell: who is slow to close may not hold us


def _context(endpoint: Endpoint, base_dir: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(base_dir / endpoint.ca_file) if endpoint.ca_file else None)


async def _read(protocol: h11.Connection, reader: asyncio.StreamReader) -> Answer:
    """Read an answer as far as it may go; where it is longer, what it is about has been said already."""
    answer = Answer()
    body = b""
    while True:
        event = protocol.next_event()
        if event is h11.NEED_DATA:
            protocol.receive_data(await reader.read(_PIECE))
        elif isinstance(event, h11.Response):
            known = {bytes(name).lower(): bytes(value).decode("latin-1") for name, value in event.headers}
            where = f" to {known[b'location'][:200]}, which is not followed" if b"location" in known else ""
            words = f"{bytes(event.reason).decode('latin-1')[:100]}{where}".strip()
            answer = Answer(event.status_code, words, b"", known.get(b"retry-after", ""))
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
            if len(body) > MOST_ANSWER:
                return Answer(answer.status, f"{answer.text} (longer than {MOST_ANSWER} bytes)".strip())
        elif isinstance(event, h11.EndOfMessage):
            return Answer(answer.status, answer.text, body, answer.retry_after)
        elif isinstance(event, h11.ConnectionClosed) or event is h11.PAUSED:
            return answer
