"""Calls of hooks: what they say, how they are signed, where they may go, and what an answer means."""

import base64
import datetime as dt
import hashlib
import hmac
import json

import pytest

from maildesk.model.decision import Call
from maildesk.model.hook import Endpoint, Hook, HookEvent
from maildesk.model.outgoing import OutboxState, Queued
from maildesk.outbound.hooks.answer import Answer
from maildesk.outbound.hooks.caller import judge_call
from maildesk.outbound.hooks.guard import choose, why_not
from maildesk.outbound.hooks.payload import compose_call, sign
from tests.unit.outbound.builders import NOW, state, voice

ENDPOINT = Endpoint("chat", "https://chat.example/desk")
CALL = Call(1042, "chat", HookEvent.NEW_TICKET, "hook:chat:new-ticket:mail:7", {"rules": "Night, VIP"})


def queued(attempts: int = 1) -> Queued:
    return Queued(5, compose_call(CALL, Hook(ENDPOINT), state(), voice()), attempts)


def test_a_call_tells_of_the_ticket_and_no_word_of_any_mail() -> None:
    """Number, subject, who and what rule; neither the customer's words nor a note."""
    letter = compose_call(CALL, Hook(ENDPOINT), state(last_text="SECRET WORDS"), voice())
    told = json.loads(letter.raw)
    assert (told["event"], told["rules"], told["ticket"]["number"]) == ("new-ticket", ["Night", "VIP"], 1042)
    assert told["ticket"]["requester"] == "ivana@kupac.hr"
    assert told["id"] == letter.message_id
    assert b"SECRET" not in letter.raw
    assert (letter.kind, letter.rcpt_to, letter.mail_from) == ("hook:chat", "chat.example", "")


def test_a_chat_gets_one_line_in_which_a_subject_is_no_link_and_calls_nobody() -> None:
    """Slack's signs are escaped: a subject like <!channel> or <http://evil|bank> stays a text."""
    ticket = state(subject="<!channel> R&D <http://evil.example|bank>")
    told = json.loads(compose_call(CALL, Hook(ENDPOINT, "slack"), ticket, voice()).raw)
    assert list(told) == ["text"]
    assert "&lt;!channel&gt; R&amp;D" in told["text"]
    assert "<" not in told["text"]


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """HMAC-SHA256 over id, time and body, as its documents show; a whsec_ secret is base64."""
    body = b'{"test": 2432232314}'
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    fields = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert fields["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    plain = hmac.new(b"pass", b"id.5.x", hashlib.sha256).digest()
    assert sign("pass", "id", 5, b"x")["webhook-signature"] == f"v1,{base64.b64encode(plain).decode()}"
    assert "webhook-signature" not in sign("", "id", 5, b"x")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "::",
        "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "2001:db8::1", "not an address", "fe80::1%eth0", "240.0.0.1",
    ],
)  # fmt: skip
def test_nothing_is_sent_inside(address: str) -> None:
    """No loopback, private, link-local, shared or reserved address, however it is written."""
    assert why_not(address, inside=False)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "64:ff9b::5db8:d70e"])
def test_the_public_internet_is_open(address: str) -> None:
    """A public address, also one that stands for a public IPv4 one."""
    assert why_not(address, inside=False) == ""


def test_a_host_inside_must_be_named_and_one_bad_address_spoils_all() -> None:
    """A name that is public and private at once is the trick by which a guard is passed."""
    inside = Endpoint("x", "http://intranet.firma.hr/", inside=("intranet.firma.hr",))
    assert choose(inside, ["10.0.0.5"]) == ("10.0.0.5", "")
    assert choose(inside, ["224.0.0.1"])[1]
    assert "named in “inside”" in choose(ENDPOINT, ["93.184.215.14", "127.0.0.1"])[1]
    assert choose(ENDPOINT, []) == ("", "chat.example has no address")


@pytest.mark.parametrize(
    ("answer", "ends"),
    [
        (Answer(200, "OK"), OutboxState.SENT),
        (Answer(204), OutboxState.SENT),
        (Answer(302, "Found to http://169.254.169.254/"), OutboxState.FAILED),
        (Answer(404), OutboxState.FAILED),
        (Answer(410), OutboxState.FAILED),
        (Answer(429), OutboxState.WAITING),
        (Answer(500), OutboxState.WAITING),
        (Answer(0, "ConnectionRefusedError"), OutboxState.WAITING),
    ],
)
def test_what_an_answer_means(answer: Answer, ends: OutboxState) -> None:
    """Success ends it, a redirect or refusal gives up, anything that may pass is tried again."""
    assert judge_call(queued(), answer, NOW).state is ends


def test_it_is_tried_again_later_and_later_and_for_a_day() -> None:
    """A minute, five, fifteen; Retry-After is obeyed up to six hours; after a day it is over."""
    first, third = (judge_call(queued(n), Answer(500), NOW) for n in (1, 3))
    assert (first.retry_at, third.retry_at) == (NOW + dt.timedelta(minutes=1), NOW + dt.timedelta(minutes=15))
    asked = judge_call(queued(), Answer(503, retry_after="7200"), NOW)
    assert asked.retry_at == NOW + dt.timedelta(hours=2)
    assert judge_call(queued(), Answer(503, retry_after="99999999999"), NOW).retry_at == NOW + dt.timedelta(hours=6)
    assert judge_call(queued(3), Answer(500), NOW + dt.timedelta(hours=23, minutes=50)).state is OutboxState.FAILED


def test_what_a_server_says_is_printable_and_short() -> None:
    """Its words stand in the outbox and on terminals."""
    said = judge_call(queued(), Answer(500, "\x1b[31m" + "x" * 2000), NOW).reply
    assert said.isprintable()
    assert len(said) == 500
