"""A desk that checks DKIM itself: real daemon, real DNS on loopback, signed, altered and unsigned mail."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.demo.writer import reply_to
from tests.acceptance.desk import running_desk, settings
from tests.acceptance.test_agents import answer, ask, decided, letter, letters
from tests.services.names import Names, name_server
from tests.services.sink import Sink
from tests.signing import key_pair, record_name, signed

pytest.importorskip("dkim", reason="dkimpy is not installed: pip install 'maildesk[dkim]'")


@pytest.fixture
def names() -> Iterator[Names]:
    """A DNS that has the key of demo.test."""
    with name_server() as server:
        server.records[record_name("demo.test")] = key_pair()[1]
        yield server


def test_an_agents_signature_is_proof(names: Names, sink: Sink, tmp_path: Path) -> None:
    """On a strict desk a signed answer to the reply address goes out; unsigned, altered or with DNS silent it is held,
    and each time the agent is asked; the customer sees nothing of that."""
    strict = f"auth: {{agents: strict, dkim: yes, resolver: '127.0.0.1:{names.port}'}}\n"
    with running_desk(tmp_path, settings(sink.port, more=strict)) as desk:
        told = ask(desk, sink, "lucie@demo.test")
        names.silent.add(record_name("silent.demo.test"))

        def bytes_of(text: str) -> tuple[bytes, str]:
            mail = reply_to(told, "Lucie <lucie@demo.test>", text)
            return mail.as_bytes(), str(mail["To"])

        unsigned, to = bytes_of("Nepodepsano.")
        altered = signed(bytes_of("Puvodni text.")[0], "demo.test").replace(b"Puvodni", b"Podvrzeny")
        good = signed(bytes_of("Ano, mame zelene.")[0], "demo.test")
        for raw in (unsigned, altered, good):
            desk.send(raw, "lucie@demo.test", to)
        said = letter(sink, "jana@odberatel.cz", notice="-")
        decided(desk, 4)
        assert "mame zelene" in said.text()
        assert len(letters(sink, "jana@odberatel.cz", notice="-")) == 1
        assert len(desk.listed("hold")) == 2
        trusts = [e["trust"] for e in desk.show(1001)[0]["entries"] if e["author"] == "lucie"]
        assert sorted(trusts) == ["agent", "none", "none"]  # mails that came together are decided in any order
        explained = desk.run("explain", "#1001").stdout.decode()
        assert "dkim=pass by demo.test, checked here" in explained
        assert "dkim=fail demo.test, checked here" in explained


def test_a_silent_dns_delays_nobody_for_long(names: Names, sink: Sink, tmp_path: Path) -> None:
    """While DNS says nothing a mail waits five seconds, others go on, and no signature is needed for a ticket (T51)."""
    text = f"auth: {{dkim: yes, resolver: '127.0.0.1:{names.port}'}}\n"
    names.silent.add(record_name("odberatel.cz"))
    with running_desk(tmp_path, settings(sink.port, more=text)) as desk:
        mail = b"From: jana@odberatel.cz\nTo: support@demo.test\nSubject: Prvni\nMessage-ID: <1@odberatel.cz>\n\nDobry den.\n"
        desk.send(signed(mail, "odberatel.cz"), "jana@odberatel.cz")
        told = ask(desk, sink, "lucie@demo.test")  # meanwhile somebody else asks, and is answered
        answer(desk, told, "lucie@demo.test", "Ano, mame.")
        letter(sink, "jana@odberatel.cz", notice="-", text="Ano, mame.")
        decided(desk, 3)
        assert {ticket["subject"] for ticket in desk.tickets()} == {"Prvni", "Dotaz na barvu židlí"}
        assert "dkim=temperror odberatel.cz" in desk.run("explain", "<1@odberatel.cz>").stdout.decode()
