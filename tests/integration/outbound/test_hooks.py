"""Requests of hooks against a real server that misbehaves: whatever it does, it is over in time and nothing is followed."""

import asyncio
import datetime as dt
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from maildesk.model.hook import Endpoint, Hook
from maildesk.model.outgoing import Attempt, OutboxState, Outgoing, Promise, Queued
from maildesk.outbound.hooks.answer import Answer
from maildesk.outbound.hooks.caller import Caller
from maildesk.outbound.hooks.payload import sign
from maildesk.outbound.hooks.request import MOST_ANSWER, send_request
from tests.integration.outbound.wayward import Behave, drip, endless_head, flood, reply, silence, wayward
from tests.services.certificate import Certificate, make_certificate


def endpoint(
    port: int, *, scheme: str = "http", host: str = "127.0.0.1", seconds: float = 5, **more: object
) -> Endpoint:
    given = {"inside": (host,), "timeout": dt.timedelta(seconds=seconds), **more}
    return Endpoint("test", f"{scheme}://{host}:{port}/in?x=1", **given)  # type: ignore[arg-type]


async def ask(server: bytes | Behave, **more: object) -> Answer:
    async with wayward(server) as there:
        return await send_request(endpoint(there.port, **more), b"{}", {})  # type: ignore[arg-type]


async def test_a_request_arrives_as_it_was_signed() -> None:
    """Body, type, length and signature are there; the answer comes back whole."""
    async with wayward(reply("200 OK", b'{"ok": true}')) as there:
        fields = sign("secret", "md1_x", 1764000000, b'{"a": 1}')
        answer = await send_request(endpoint(there.port), b'{"a": 1}', fields)
    assert (answer.status, answer.body) == (200, b'{"ok": true}')
    [(head, body)] = there.asked
    assert body == b'{"a": 1}'
    assert head["content-type"] == "application/json"
    assert {name: head[name] for name in fields} == fields


@pytest.mark.parametrize("server", [silence, drip], ids=["silent", "a byte at a time"])
async def test_who_is_slow_is_left_after_the_time_for_all(server: Behave) -> None:
    """The time limit is for the whole request, so that a byte now and then does not prolong it."""
    began = time.monotonic()
    answer = await ask(server, seconds=0.3)
    assert (answer.status, answer.text) == (0, "no whole answer within 0.3 s")
    assert time.monotonic() - began < 3


async def test_an_endless_answer_is_cut_off() -> None:
    """No more than 64 KiB are read, and the status counts."""
    answer = await ask(flood)
    assert (answer.status, answer.body) == (200, b"")
    assert str(MOST_ANSWER) in answer.text


async def test_an_endless_header_is_cut_off() -> None:
    """h11 stops reading at the limit it was given."""
    answer = await ask(endless_head)
    assert answer.status == 0
    assert "RemoteProtocolError" in answer.text


async def test_a_redirect_is_not_followed() -> None:
    """Not to the cloud's secrets, not anywhere: it is an answer that is no success."""
    async with wayward(reply("200 OK")) as prey:
        answer = await ask(reply("302 Found", b"", f"Location: http://127.0.0.1:{prey.port}/latest/meta-data/"))
        assert prey.asked == []
    assert answer.status == 302
    assert "which is not followed" in answer.text


async def test_what_lies_inside_is_not_reached_unless_it_is_named() -> None:
    """Not by its number, and not by a name that points there; the server is never even connected to."""
    async with wayward(reply("200 OK")) as there:
        for host in ("127.0.0.1", "localhost"):
            answer = await send_request(endpoint(there.port, host=host, inside=()), b"{}", {})
            assert answer.status == 0
            assert "not named in “inside”" in answer.text
    assert there.asked == []


async def test_the_address_that_was_looked_at_is_the_one_used() -> None:
    """A name is resolved once: one that would be private the second time is never asked a second time."""
    asked: list[str] = []

    async def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    async with wayward(reply("204 No Content")) as there:
        named = endpoint(there.port, host="hooks.example")
        answer = await send_request(named, b"{}", {}, find=rebinding)
    assert answer.status == 204
    assert asked == ["hooks.example"]
    assert there.asked[0][0]["host"] == f"hooks.example:{there.port}"


@pytest.mark.parametrize(("authority", "status"), [(True, 200), (False, 0)], ids=["known", "unknown"])
async def test_a_certificate_must_be_good(tmp_path: Path, authority: bool, status: int) -> None:
    """One that nobody we trust has signed is refused, and nothing is sent; an authority of one's own may be named."""
    given = make_certificate(tmp_path)
    async with wayward(reply("200 OK"), given.for_server()) as there:
        there_ = endpoint(there.port, scheme="https", ca_file=given.authority.name if authority else "")
        answer = await send_request(there_, b"{}", {}, base_dir=tmp_path)
    assert answer.status == status
    assert len(there.asked) == (1 if authority else 0)


async def test_a_certificate_of_another_host_is_refused(tmp_path: Path) -> None:
    """The name in the URL is what must stand in the certificate, whatever address it is at."""
    given: Certificate = make_certificate(tmp_path)

    async def there_too(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    async with wayward(reply("200 OK"), given.for_server()) as there:
        other = endpoint(there.port, scheme="https", host="bank.example", ca_file=given.authority.name)
        answer = await send_request(other, b"{}", {}, base_dir=tmp_path, find=there_too)
    assert answer.status == 0
    assert "certificate is refused" in answer.text
    assert there.asked == []


async def test_nobody_there_and_nonsense_are_answers_too() -> None:
    """A closed port, a server that hangs up, one that speaks something else: words in the outbox, no exception."""
    async with wayward(b"") as there:
        hung_up = await send_request(endpoint(there.port), b"{}", {})
    closed = await send_request(endpoint(there.port), b"{}", {})
    other = await ask(b"220 mail.example ESMTP\r\n")
    assert [hung_up.status, closed.status, other.status] == [0, 0, 0]
    assert all(answer.text for answer in (hung_up, closed, other))


# ---- the loop ----


@dataclass(slots=True)
class Rows:
    """The outbox: calls to claim, and what they came to."""

    waiting: list[Queued]
    done: list[Attempt] = field(default_factory=list)

    async def claim(self, limit: int) -> list[Queued]:
        found, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return found

    async def finish(self, attempts: list[Attempt]) -> None:
        self.done += attempts


async def run_until(rows: Rows, hooks: dict[str, Hook], folder: Path, count: int) -> None:
    caller = Caller(rows, lambda: hooks, lambda: dt.datetime(2026, 11, 22, tzinfo=dt.UTC), folder)  # type: ignore[arg-type]
    task = asyncio.create_task(caller.run())
    async with asyncio.timeout(20):
        while len(rows.done) < count:  # noqa: ASYNC110 - a list has no event
            await asyncio.sleep(0.01)
    task.cancel()


def call(number: int, hook: str) -> Queued:
    letter = Outgoing(f"k{number}", f"hook:{hook}", "", "x", f"md1_{number}", b"{}", Promise.AT_LEAST_ONCE, False)
    return Queued(number, letter, 1)


async def test_calls_are_sent_signed_and_each_comes_to_something(tmp_path: Path) -> None:
    """One arrives, one finds a server in trouble and waits, one has a hook that is gone, one a secret that is not there."""
    (tmp_path / "key").write_text("secret\n")
    async with wayward(reply("200 OK")) as good, wayward(reply("500 Oops")) as bad:
        hooks = {
            "good": Hook(endpoint(good.port, secret_file="key")),
            "bad": Hook(endpoint(bad.port)),
            "keyless": Hook(endpoint(good.port, secret_file="missing")),
        }
        rows = Rows([call(n, name) for n, name in enumerate(("good", "bad", "gone", "keyless"))])
        await run_until(rows, hooks, tmp_path, 4)
    states = {attempt.queued_id: attempt.state for attempt in rows.done}
    assert [states[n] for n in range(4)] == [
        OutboxState.SENT, OutboxState.WAITING, OutboxState.FAILED, OutboxState.WAITING,
    ]  # fmt: skip
    [(head, body)] = good.asked
    assert (
        head["webhook-signature"] == sign("secret", "md1_0", int(head["webhook-timestamp"]), body)["webhook-signature"]
    )
    assert "secret" not in str(rows.done)
