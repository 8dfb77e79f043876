"""Asking another program about a customer: signed, remembered, and left alone when it does not answer."""

import datetime as dt
import json
from pathlib import Path

import pytest

from maildesk.model.hook import Endpoint, LookupSource
from maildesk.model.mail import Address, Mail
from maildesk.outbound.hooks.asking import Asker, numbers_in, parse_facts
from maildesk.outbound.hooks.payload import sign
from tests.integration.outbound.wayward import Behave, reply, silence, wayward

MAIL = Mail(author=Address("jana@odberatel.cz"), subject="Order 123456", new_text="and 654321, 123456 and 7")
NUMBERS = r"/\b[0-9]{6}\b/"


class Clock:
    """A clock that is put forward by hand."""

    now = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


def source(port: int, **more: object) -> LookupSource:
    given = {"inside": ("127.0.0.1",), "timeout": dt.timedelta(seconds=0.5), **more}
    return LookupSource(Endpoint("lookup", f"http://127.0.0.1:{port}/ask", **given), NUMBERS)  # type: ignore[arg-type]


async def test_the_question_is_signed_and_the_answer_remembered(tmp_path: Path) -> None:
    """Address and numbers are asked about once in ten minutes, for each customer by himself."""
    (tmp_path / "key").write_text("secret")
    clock = Clock()
    async with wayward(reply("200 OK", b'{"order_status": "paid", "vip": true, "items": [1], "total": 20.5}')) as there:
        asker = Asker(clock, tmp_path)
        asked = source(there.port, secret_file="key")
        for _ in range(2):
            assert await asker.ask(asked, MAIL) == {"order_status": "paid", "vip": "yes", "total": "20.5"}
        assert len(there.asked) == 1
        clock.now += dt.timedelta(minutes=11)
        await asker.ask(asked, MAIL)
        assert len(there.asked) == 2
    head, body = there.asked[0]
    question = json.loads(body)
    assert (question["address"], question["numbers"]) == ("jana@odberatel.cz", ["123456", "654321"])
    seconds = int(head["webhook-timestamp"])
    assert head["webhook-signature"] == sign("secret", question["id"], seconds, body)["webhook-signature"]


@pytest.mark.parametrize(
    "server", [silence, reply("500 Oops"), reply("200 OK", b"<html>"), reply("302 Found", b"", "Location: /")]
)
async def test_whoever_does_not_answer_is_left_alone_for_a_minute(server: bytes | Behave) -> None:
    """The mail goes on without facts; the next ones do not even wait."""
    clock = Clock()
    async with wayward(server) as there:
        asker = Asker(clock)
        for _ in range(3):
            assert await asker.ask(source(there.port), MAIL) == {}
        assert len(there.asked) == 1
        assert asker.trouble
        clock.now += dt.timedelta(seconds=61)
        await asker.ask(source(there.port), MAIL)
        assert len(there.asked) == 2


async def test_nobody_of_that_name_is_an_answer() -> None:
    """A 404 is no trouble: it is remembered, and the source is asked about the next customer at once."""
    async with wayward(reply("404 Not Found")) as there:
        asker = Asker(Clock())
        assert await asker.ask(source(there.port), MAIL) == {}
        assert await asker.ask(source(there.port), Mail(author=Address("petr@x.cz"))) == {}
        assert len(there.asked) == 2
        assert asker.trouble == ""


def test_an_answer_is_plain_short_and_printable() -> None:
    """What comes from outside stands in mail to agents: no lists, no control characters, nothing endless."""
    facts = parse_facts(json.dumps({"a\x1b[1m": "x\ny" * 500, "deep": {"b": 1}, "none": None, "n": 3}).encode())
    assert facts is not None
    assert list(facts) == ["a [1m", "n"]
    assert len(facts["a [1m"]) <= 200
    assert all(value.isprintable() for value in facts.values())
    assert len(parse_facts(json.dumps({str(n): n for n in range(99)}).encode()) or {}) == 20
    assert parse_facts(b"[1]") is None
    assert parse_facts(b"[" * 100_000) is None


def test_numbers_are_found_once_and_few() -> None:
    """The subject's first; without a pattern none."""
    many = Mail(subject=" ".join(str(n) for n in range(100_000, 100_020)))
    assert numbers_in(many, NUMBERS) == [str(n) for n in range(100_000, 100_005)]
    assert numbers_in(many, "") == []
    assert numbers_in(many, r"/1000(0[12])/") == ["01", "02"]
