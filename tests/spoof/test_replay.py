"""What was sent once by the right person is worth nothing the second time."""

from pathlib import Path

from tests.acceptance.desk import running_desk, settings
from tests.acceptance.test_agents import ask, decided, letter, letters
from tests.services.sink import Sink
from tests.spoof.recipes import AGENT, EVIL
from tests.spoof.test_spoof import _address


def test_a_mail_sent_again_does_nothing_again(sink: Sink, tmp_path: Path) -> None:
    """An agent's answer that somebody sends again and again, in any envelope, is sent on and carried out once (T16)."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        reply = _address(ask(desk, sink, AGENT))
        raw = (
            f"From: {AGENT}\nTo: {reply}\nSubject: Re: Dotaz\nMessage-ID: <jednou@demo.test>\n"
            "Date: Tue, 24 Nov 2026 10:00:00 +0100\n\nAno, mame zelene.\n\n#close\n"
        ).encode()
        desk.send(raw, AGENT, reply)
        letter(sink, "jana@odberatel.cz", notice="-", text="Ano, mame zelene.")
        again = 20
        for number in range(again):
            desk.send(b"X-Trip: %d\n" % number + raw, AGENT if number % 2 else EVIL, *([reply] * (1 + number % 3)))
        desk.settle()
        decided(desk, 2 + again)
        assert len(letters(sink, "jana@odberatel.cz", text="Ano, mame zelene.")) == 1
        (ticket,) = desk.tickets()
        assert (ticket["status"], ticket["mails"]) == ("resolved", 2)
        assert len([e for e in desk.show(1001)[0]["entries"] if e["kind"] == "reply"]) == 1
        assert desk.listed("hold") == []
