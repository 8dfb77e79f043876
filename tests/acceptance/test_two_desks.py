"""Two desks that write to each other."""

import threading
import time
from pathlib import Path

from maildesk.demo.writer import new_mail
from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.services.sink import Sink, running_sink


def forward(sink: Sink, to: RunningDesk, stop: threading.Event) -> None:
    """Carry every mail from one desk's relay to the other desk's door."""
    done = 0
    while not stop.wait(0.05):
        for mail in sink.mails[done:]:
            done += 1
            for recipient in mail.rcpt_to:
                if recipient.partition("@")[0].partition("+")[0] == "support":
                    to.send(mail.data, mail.mail_from, recipient)


def test_two_desks_fall_silent(tmp_path: Path) -> None:
    """Two desks pointed at each other fall silent after at most one acknowledgement each, and open no further tickets."""
    with running_sink() as from_a, running_sink() as from_b:
        text_a, text_b = settings(from_a.port, domain="a.test"), settings(from_b.port, domain="b.test")
        with running_desk(tmp_path / "a", text_a) as a, running_desk(tmp_path / "b", text_b) as b:
            stop = threading.Event()
            threads = [threading.Thread(target=forward, args=pair) for pair in ((from_a, b, stop), (from_b, a, stop))]
            for thread in threads:
                thread.start()
            a.send(
                new_mail("support@b.test", "support@a.test", "Printer", "Our printer is on fire."),
                "support@b.test",
                "support@a.test",
            )
            time.sleep(4)
            stop.set()
            for thread in threads:
                thread.join()
            acks = [b"X-Maildesk-Notice: acknowledgement" in m.data for s in (from_a, from_b) for m in s.mails]
            assert sum(acks) <= 2
            assert 1 <= len(a.tickets()) <= 1
            assert len(b.tickets()) == 0
