"""A running desk tells other programs, and asks them, over real HTTP; mail never waits for them."""

import base64
import hashlib
import hmac
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from maildesk.demo.writer import new_mail
from maildesk.settings import shipped_dir
from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.services.processes import wait_until
from tests.services.sink import Sink

SECRET = "a secret of two"
RULES = """\
rules:
  - name: Outages → SMS
    when: {subject: outage}
    then: {notify: sms}
"""


class Listening(ThreadingHTTPServer):
    """A program that is told; `fails` is how many requests it refuses first."""

    fails = 0
    says = b""
    waits = 0.0
    asked: list[tuple[dict[str, str], bytes]]


class _Answer(BaseHTTPRequestHandler):
    server: Listening

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.server.fails -= 1
        time.sleep(self.server.waits)
        self.send_response(503 if self.server.fails >= 0 else 200)
        self.send_header("Content-Length", str(len(self.server.says)))
        self.end_headers()
        self.wfile.write(self.server.says)

    def log_message(self, *_words: Any) -> None:
        """Keep quiet."""


@contextmanager
def listening(fails: int = 0) -> Iterator[Listening]:
    """Listen on loopback."""
    server = Listening(("127.0.0.1", 0), _Answer)
    server.fails, server.asked = fails, []
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def configure(folder: Path, hooks: str, rules: str = RULES) -> None:
    """Write the shipped configuration with hooks, their key and a rule."""
    config = folder / "config"
    shutil.copytree(shipped_dir("config"), config)
    (config / "hooks.yaml").write_text(hooks)
    (config / "hook.key").write_text(SECRET + "\n")
    (config / "rules" / "05-hooks.yaml").write_text(rules)


def write(desk: RunningDesk, subject: str) -> None:
    mail = new_mail("Jana <jana@odberatel.cz>", "support@demo.test", subject, "PRIVATE WORDS of a customer.")
    desk.send(mail, "jana@odberatel.cz")


def calls(desk: RunningDesk) -> list[dict[str, Any]]:
    return [letter for letter in desk.listed("outbox") if letter["kind"].startswith("hook:")]


def test_a_rules_hook_is_called_signed_and_one_that_fails_is_tried_again(tmp_path: Path, sink: Sink) -> None:
    """The call stands in the outbox, explain names the rule, the signature is right, no word of the mail is in it."""
    with listening() as good, listening(fails=99) as bad:
        place = "http://127.0.0.1:{}/in, inside: 127.0.0.1, secret_file: hook.key"
        configure(
            tmp_path,
            f"sms: {{url: {place.format(good.server_port)}}}\n"
            f"crm: {{url: {place.format(bad.server_port)}, events: [new-ticket]}}\n"
            "out: {url: 'https://169.254.169.254/latest/', events: [new-ticket]}\n",
        )
        with running_desk(tmp_path, settings(sink.port)) as desk:
            write(desk, "Outage of everything")
            wait_until(lambda: len(good.asked) == 1 and len(bad.asked) == 1, "called")
            wait_until(
                lambda: all(call["attempts"] == 1 and call["last_reply"] for call in calls(desk)), "written down"
            )
            found = {call["kind"]: call for call in calls(desk)}
            explained = desk.run("explain", "#1001").stdout.decode()
    [(head, body)] = good.asked
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + body
    mark = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    assert head["webhook-signature"] == f"v1,{mark}"
    assert json.loads(body)["rules"] == ["Outages → SMS"]
    assert b"PRIVATE" not in body
    assert (found["hook:sms"]["state"], found["hook:sms"]["ticket"]) == ("sent", 1001)
    assert (found["hook:crm"]["state"], found["hook:crm"]["last_reply"]) == ("waiting", "503 Service Unavailable")
    assert found["hook:out"]["state"] == "waiting"
    assert "not on the public Internet" in found["hook:out"]["last_reply"]
    assert "hook-called: new-ticket, by Outages → SMS" in explained
    assert SECRET not in "".join(desk.log)


LOOKUP_RULES = """\
rules:
  - name: Paid orders → Billing
    when: {lookup: {order_status: paid}}
    then: {team: billing, tags: paid}
"""


def test_a_shop_is_asked_before_a_mail_is_decided_and_one_that_is_silent_delays_none(
    tmp_path: Path, sink: Sink
) -> None:
    """Its facts decide rules, stand in the notification, in explain and in the stored decision; silence costs a moment once."""
    with listening() as shop:
        shop.says = b'{"order_status": "paid", "total": "20 EUR"}'
        place = f"url: http://127.0.0.1:{shop.server_port}/ask, inside: 127.0.0.1, secret_file: hook.key"
        configure(tmp_path, f"lookup: {{{place}, numbers: '/[0-9]{{6}}/', timeout: 1s}}\n", LOOKUP_RULES)
        with running_desk(tmp_path, settings(sink.port)) as desk:
            write(desk, "Order 123456")
            desk.settle()
            [first] = desk.tickets()
            explained = desk.run("explain", "#1001").stdout.decode()
            told = [mail.data.decode() for mail in sink.mails if b"X-Maildesk-Event: new-ticket" in mail.data]
            shop.waits = 5
            for number in (2, 3, 4):
                write(desk, f"Order 10000{number}")
            began = time.monotonic()
            desk.settle()
            took = time.monotonic() - began
            later = desk.tickets()
            replayed = desk.run("explain", "#1001", "--replay", check=False).stdout.decode()
    assert (first["team"], first["tags"]) == ("billing", ["paid"])
    assert json.loads(shop.asked[0][1])["numbers"] == ["123456"]
    assert "looked-up" in explained
    assert "order_status: paid; total: 20 EUR" in explained
    assert "looked up: order_status is paid" in explained
    assert any("order_status: paid; total: 20 EUR" in mail for mail in told)
    assert len(later) == 4
    assert sum(ticket["team"] == "billing" for ticket in later) == 1
    assert took < 20
    assert "looked up: order_status is paid" in replayed or "same" in replayed or "agree" in replayed
    assert "lookup does not answer" in "".join(desk.log)
