"""The relay's side of a conversation, byte by byte."""

import asyncio

import pytest

from maildesk.outbound.relay.wire import Lost, Reply, Wire


class Line(asyncio.Transport):
    """A transport that only notes whether it was dropped."""

    dropped = False

    def abort(self) -> None:
        self.dropped = True


async def waiting(count: int) -> tuple[Wire, Line, "asyncio.Task[list[Reply]]"]:
    """Wait for so many replies of a relay that has said nothing yet."""
    wire, line = Wire(), Line()
    wire.connection_made(line)
    task = asyncio.create_task(wire.replies(count, 3600))
    await asyncio.sleep(0)
    return wire, line, task


async def test_several_replies_are_heard_at_once() -> None:
    """Nobody is woken before the last of them has come, in whatever pieces; what follows is kept for the next."""
    wire, _, task = await waiting(3)
    for piece in (b"250 a\r\n25", b"0-b\r\n250 c\r\n"):
        wire.data_received(piece)
        await asyncio.sleep(0)
        assert not task.done()
    wire.data_received(b"354 d\r\n421 e\r\n")
    assert await task == [Reply(250, "a"), Reply(250, "b c"), Reply(354, "d")]
    assert await wire.reply(3600) == Reply(421, "e")


async def test_each_reply_has_its_own_time() -> None:
    """A relay that has given one of three answers when the time is over is heard on; one that then stays silent is not."""
    wire, line, task = await waiting(3)
    wire.data_received(b"250 a\r\n")
    wire._look_at_the_clock(3600, 0)
    assert not line.dropped
    wire._look_at_the_clock(3600, 1)
    assert line.dropped
    assert await task == [Reply(250, "a")]


async def test_what_came_before_the_end_is_heard() -> None:
    """A relay that answers once and hangs up has answered once; who asks for more hears why there is none."""
    wire, _, task = await waiting(2)
    wire.data_received(b"550 no\r\n")
    wire.eof_received()
    assert await task == [Reply(550, "no")]
    with pytest.raises(Lost, match="closed"):
        await wire.reply(3600)
