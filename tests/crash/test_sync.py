"""Seen from the kernel: the disk has a mail before anybody is told so."""

import os
import threading
from pathlib import Path

import pytest

from tests.crash.desk import KEPT, MOVED, CrashDesk, crash_desk, crash_settings
from tests.crash.load import Load, mail
from tests.crash.tracing import STRACE, Order, judge_order, read_calls
from tests.services.components import need
from tests.services.dovecot import running_dovecot
from tests.services.processes import wait_until
from tests.services.sink import Sink

# A few dozen mails in `make test`, 210 by SMTP and LMTP in `make prove ARGS=sync`.
SENDERS, EACH, FETCHED = 5, int(os.environ.get("MAILDESK_SYNC_MAILS", "10")), 12


def trace(folder: Path, sink: Sink, patch: str = "") -> Order:
    """Bring mails by SMTP and LMTP and lay 24 into mailboxes while strace watches the daemon."""
    strace, seen = need("strace"), folder / "trace.txt"
    with running_dovecot() as dovecot:
        for name, address in (("moved", MOVED), ("kept", KEPT)):
            dovecot.add_user(address)
            for number in range(FETCHED):
                dovecot.put(address, mail(f"{name}-0-{number}", address))
        with crash_desk(folder, crash_settings(sink.port, dovecot=dovecot), None) as desk:
            desk.launch_program(str(strace), *STRACE, "-o", str(seen), patch=patch)
            assert desk.await_ready(), "".join(desk.log[-20:])
            _send_all(desk, sink)
            wait_until(lambda: not dovecot.mails(MOVED), "the mails are moved", seconds=60)
            wait_until(lambda: seen.read_bytes().count(b"STORE ") > 0, "the mails are marked", seconds=60)
            desk.stop()
    return judge_order(read_calls(seen))


def _send_all(desk: CrashDesk, sink: Sink) -> None:
    import smtplib

    load = Load(desk, sink)

    def send(who: int) -> None:
        protocol = smtplib.LMTP if who % 2 else smtplib.SMTP
        for number in range(EACH):
            key = f"sync-{who}-{number}"
            load._insist(key, f"p{key}@customer.test", "support@demo.test", mail(key), protocol)

    threads = [threading.Thread(target=send, args=(who,)) for who in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.alone
def test_the_disk_has_a_mail_before_anybody_is_told(sink: Sink, tmp_path: Path) -> None:
    """Each 250, each flag and each move comes after the sync of the page that holds the mail (P1, B113)."""
    order = trace(tmp_path, sink)
    print(f"\n{order.acknowledged} acknowledged, {order.settled} settled, all after their sync")
    assert order.wrong == []
    assert order.acknowledged >= SENDERS * EACH
    assert order.settled >= 2 * FETCHED


@pytest.mark.alone
@pytest.mark.parametrize("mutant", ["does_not_sync", "promises_too_early", "moves_too_early"])
def test_a_promise_before_the_sync_is_seen(mutant: str, sink: Sink, tmp_path: Path) -> None:
    """A daemon that does not sync, or speaks too early, is found out."""
    if not os.environ.get("MAILDESK_MUTANT_KILLS"):
        pytest.skip("long: make prove ARGS=sync")
    order = trace(tmp_path, sink, f"tests.crash.mutants:{mutant}")
    print(f"\n{mutant}: {len(order.wrong)} of {order.acknowledged + order.settled} promises too early")
    assert order.wrong
