"""People with real mailboxes: what the desk sends is delivered into Dovecot and read back by IMAP."""

import contextlib
import email
import email.message
import email.policy
import imaplib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from maildesk.demo.catcher import Caught, decoded
from tests.services.dovecot import Dovecot
from tests.services.sink import Sink


@dataclass(slots=True)
class Person:
    """Somebody with a mailbox on the real IMAP server; the user's name there is the address."""

    address: str
    server: Dovecot

    def inbox(self) -> list[Caught]:
        """Read the whole INBOX by IMAP, oldest first."""
        with imaplib.IMAP4("127.0.0.1", self.server.port) as client:
            client.login(self.address, "secret")
            client.select("INBOX", readonly=True)
            numbers = client.search(None, "ALL")[1][0].split()
            raws = [client.fetch(n.decode(), "(BODY.PEEK[])")[1][0][1] for n in numbers]
        return [_caught(number, self.address, raw) for number, raw in enumerate(raws, start=1)]

    def wait_for(self, wanted: Callable[[Caught], bool], what: str, seconds: float = 20) -> Caught:
        """Wait until a mail arrives that is wanted."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = next((mail for mail in self.inbox() if wanted(mail)), None)
            if found:
                return found
            time.sleep(0.1)
        subjects = [(m.subject, m.message["X-Maildesk-Event"], m.message["X-Maildesk-Notice"]) for m in self.inbox()]
        raise AssertionError(f"{what} did not reach {self.address}; it has {subjects}")


def _caught(number: int, address: str, raw: bytes) -> Caught:
    import datetime as dt

    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    return Caught(number, dt.datetime.now(dt.UTC), decoded(message.get("Return-Path", "")), address, raw, message)


@contextlib.contextmanager
def delivering(sink: Sink, dovecot: Dovecot) -> Iterator[Callable[[str], Person]]:
    """Put every mail the sink takes into its recipient's mailbox; gives a function that opens a mailbox for an address."""
    known: set[str] = set()
    stop = threading.Event()

    def person(address: str) -> Person:
        if address not in known:
            dovecot.add_user(address)
            for old in dovecot.maildir(address).glob("*/*"):  # another test's mail
                old.unlink()
            known.add(address)
        return Person(address, dovecot)

    def deliver() -> None:
        done = 0
        while not stop.wait(0.02):
            for mail in sink.mails[done:]:
                for recipient in mail.rcpt_to:
                    person(recipient)
                    dovecot.put(recipient, b"Return-Path: <" + mail.mail_from.encode() + b">\r\n" + mail.data)
                done += 1

    thread = threading.Thread(target=deliver)
    thread.start()
    try:
        yield person
    finally:
        stop.set()
        thread.join()
