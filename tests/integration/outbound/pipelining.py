"""A small SMTP server that offers what it is told to, and notes what came in one piece."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Pipelining:
    """`pieces` are the chunks of commands as they arrived, `mails` the contents taken, `refuse` answers by command."""

    def __init__(self, extensions: tuple[str, ...], refuse: dict[str, str]) -> None:
        self.extensions, self.refuse = extensions, refuse
        self.pieces: list[list[str]] = []
        self.mails: list[bytes] = []
        self.port = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while data := await reader.read(65536):
            lines = data.decode().split("\r\n")[:-1]
            self.pieces.append(lines)
            for position, line in enumerate(lines):
                verb = line.split()[0].split(":")[0].upper()
                if verb == "EHLO":
                    offered = "\r\n".join(f"250-{name}" for name in self.extensions)
                    writer.write(f"250-here\r\n{offered}\r\n250 HELP\r\n".encode().replace(b"\r\n\r\n", b"\r\n"))
                elif verb == "DATA":
                    writer.write(b"354 go on\r\n")
                    rest = "".join(f"{text}\r\n" for text in lines[position + 1 :]).encode()
                    await self._take(rest, reader, writer)
                    break
                elif verb == "QUIT":
                    writer.write(b"221 bye\r\n")
                    writer.close()
                    return
                else:
                    writer.write((self.refuse.pop(line, "") or "250 yes").encode() + b"\r\n")
        writer.close()

    async def _take(self, data: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not (data == b".\r\n" or data.endswith(b"\r\n.\r\n")):
            data += await reader.read(65536)
        if data == b".\r\n":
            writer.write(b"554 no valid recipients\r\n")
            return
        self.mails.append(data)
        writer.write(b"250 taken\r\n")


@contextlib.asynccontextmanager
async def pipelining(*extensions: str, refuse: dict[str, str] | None = None) -> AsyncIterator[Pipelining]:
    """Run the server on loopback."""
    talker = Pipelining(extensions, refuse or {})
    server = await asyncio.start_server(talker.talk, "127.0.0.1", 0)
    talker.port = server.sockets[0].getsockname()[1]
    async with server:
        yield talker
