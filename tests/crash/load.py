"""People and servers that bring mail without end, each mail until it is acknowledged, and remember what they were told."""

import datetime as dt
import email
import email.policy
import re
import smtplib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from maildesk.demo.catcher import Caught
from maildesk.demo.writer import reply_to
from maildesk.store.db import Store, StoreUnavailable
from tests.crash.desk import KEPT, MOVED, CrashDesk
from tests.services.dovecot import Dovecot
from tests.services.sink import Sink

KEY = re.compile(rb"key-([a-z]+-\d+-\d+)-end")
MOST_WAITING = 60
_AGENTS = ("lucie@demo.test", "ana@demo.test", "petr@demo.test", "ivan@demo.test", "eva.mala@demo.test")


@dataclass(slots=True)
class Ledger:
    """What the senders know: mails that were acknowledged (or lie in a mailbox), and those they may have handed in."""

    acknowledged: set[str] = field(default_factory=set)
    tried: set[str] = field(default_factory=set)
    replies: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, key: str, *, done: bool) -> None:
        """Write down what became of a mail."""
        with self.lock:
            (self.acknowledged if done else self.tried).add(key)


def mail(key: str, to: str = "support@demo.test") -> bytes:
    """Write the same bytes for the same key, as a client that tries again does; every second mail has no Message-ID."""
    number = int(key.rpartition("-")[2])
    message_id = f"Message-ID: <{key}@customer.test>\r\n" if number % 2 else ""
    return (
        f"From: <p{key}@customer.test>\r\nTo: <{to}>\r\nSubject: Help key-{key}-end\r\n{message_id}"
        f"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\n\r\nPlease help me with {key}.\r\n"
    ).encode()


class Load:
    """A number of senders around one desk; `stop` lets each finish the mail it has in hand."""

    def __init__(self, desk: CrashDesk, sink: Sink, dovecot: Dovecot | None = None) -> None:
        """Start nobody yet."""
        self.desk, self.sink, self.dovecot = desk, sink, dovecot
        self.ledger = Ledger()
        self.waiting, self.fetched = 0, {KEPT: 0, MOVED: 0}
        self._stopping, self._governed = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, smtp: int = 3, lmtp: int = 2) -> None:
        """Start so many senders of each kind, an agent who answers, and IMAP mailboxes that fill."""
        for number in range(smtp):
            self._spawn(lambda n=number: self._send(f"smtp-{n}", smtplib.SMTP))  # type: ignore[misc]
        for number in range(lmtp):
            self._spawn(lambda n=number: self._send(f"lmtp-{n}", smtplib.LMTP))  # type: ignore[misc]
        self._spawn(self._answer)
        if self.dovecot is not None:
            for name, address in (("moved", MOVED), ("kept", KEPT)):
                self._spawn(lambda n=name, a=address: self._fill(n, a))  # type: ignore[misc]
        self._spawn(self._govern)

    def stop(self) -> None:
        """Let everybody finish; the desk must be up."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _spawn(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _send(self, who: str, protocol: type[smtplib.SMTP]) -> None:
        count = 0
        while not self._stopping.is_set():
            key = f"{who}-{count}"
            count += 1
            self._insist(key, f"p{key}@customer.test", "support@demo.test", mail(key), protocol)
            self._breathe()

    def _insist(self, key: str, sender: str, recipient: str, raw: bytes, protocol: type[smtplib.SMTP]) -> None:
        """Hand a mail in until it is acknowledged, as a mail server does."""
        self.ledger.note(key, done=False)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            port = self.desk.lmtp_port if protocol is smtplib.LMTP else self.desk.port
            try:
                with protocol("127.0.0.1", port, local_hostname="mx.customer.test", timeout=10) as client:
                    client.sendmail(sender, [recipient], raw)
            except smtplib.SMTPResponseException as problem:
                self._heard(key, problem.smtp_code, problem.smtp_error)
            except smtplib.SMTPRecipientsRefused as problem:
                for code, text in problem.recipients.values():
                    self._heard(key, code, text)
            except (OSError, smtplib.SMTPException):
                pass
            else:
                self.ledger.note(key, done=True)
                return
            time.sleep(0.03)

    def _heard(self, key: str, code: int, text: bytes | str) -> None:
        if code >= 500:
            with self.ledger.lock:
                self.ledger.refused[key] = f"{code} {text!r}"

    def _fill(self, who: str, address: str) -> None:
        """Deliver into a mailbox; what lies there is as good as acknowledged."""
        assert self.dovecot is not None
        count = 0
        while not self._stopping.is_set():
            if count < self.fetched[address] + MOST_WAITING // 3:
                key = f"{who}-0-{count}"
                count += 1
                self.dovecot.put(address, mail(key, address))
                self.ledger.note(key, done=True)
            self._breathe()

    def _answer(self) -> None:
        """Be an agent: answer some of the notifications, each answer handed in until it is acknowledged."""
        seen = count = 0
        while not self._stopping.wait(0.05):
            mails = self.sink.mails
            fresh, seen = mails[seen:], len(mails)
            news = [m for m in fresh if m.rcpt_to[0] in _AGENTS and b"X-Maildesk-Event: new-ticket" in m.data]
            for one in [m for m in news if KEY.search(m.data)][:1]:  # not about mail put aside, which has no customer
                key = f"agent-0-{count}"
                count += 1
                message = email.message_from_bytes(one.data, policy=email.policy.compat32)
                parent = Caught(0, dt.datetime.now(dt.UTC), one.mail_from, one.rcpt_to[0], one.data, message)
                reply = reply_to(parent, one.rcpt_to[0], f"We are on it: key-{key}-end")
                raw = reply.as_bytes(policy=email.policy.SMTP.clone(max_line_length=998))
                self._insist(key, one.rcpt_to[0], str(reply["To"]), raw, smtplib.SMTP)
                self.ledger.replies.add(key)

    def _breathe(self) -> None:
        """Go slowly enough for the desk: what it has not decided yet is bounded."""
        self._stopping.wait(0.03)
        while self.waiting > MOST_WAITING and not self._stopping.wait(0.1):
            pass

    def _govern(self) -> None:
        with self.desk.store() as store:
            while not self._stopping.wait(0.2):
                try:
                    self.waiting = count_waiting(store)
                    self.fetched |= store.read(
                        lambda db: db.pairs(
                            "SELECT mailbox, COUNT(*) FROM journal WHERE source LIKE 'imap%' GROUP BY mailbox"
                        )
                    )
                except StoreUnavailable:
                    continue


def count_waiting(store: Store) -> int:
    """Count mails that wait to be decided, and letters that wait to leave."""
    return store.read(
        lambda db: int(
            db.value(
                "SELECT (SELECT COUNT(*) FROM journal WHERE state = 'waiting')"
                " + (SELECT COUNT(*) FROM outbox WHERE state IN ('waiting', 'sending'))"
            )
        )
    )
