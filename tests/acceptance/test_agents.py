"""Agents at work by mail, on a running desk: who may act, what is held, what reaches the customer and what never does."""

import datetime as dt
import email
import email.policy
import json
import re
import time
from pathlib import Path

import pytest

from maildesk.demo.catcher import Caught
from maildesk.demo.writer import new_mail, reply_to
from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.services.processes import wait_until
from tests.services.sink import Sink

JANA = "Jana Nováková <jana@odberatel.cz>"
CHAIRS = ("Dotaz na barvu židlí", "Dobrý den,\n\nmáte ty židle i v zelené barvě?")  # no rule: it is the first line's


def letters(sink: Sink, address: str, *, event: str = "", notice: str = "", text: str = "") -> list[Caught]:
    """List what left for one address: of this event, of this notice (`-`: a person's mail), with this text."""
    found = []
    for number, mail in enumerate(sink.mails):
        if address in mail.rcpt_to:
            message = email.message_from_bytes(mail.data, policy=email.policy.compat32)
            caught = Caught(number, dt.datetime.now(dt.UTC), mail.mail_from, address, mail.data, message)
            is_notice = message["X-Maildesk-Notice"] == (None if notice == "-" else notice)
            if (
                (not event or message["X-Maildesk-Event"] == event)
                and (not notice or is_notice)
                and text in caught.text()
            ):
                found.append(caught)
    return found


def letter(sink: Sink, address: str, *, event: str = "", notice: str = "", text: str = "") -> Caught:
    """Wait for the first of them."""
    wait_until(
        lambda: bool(letters(sink, address, event=event, notice=notice, text=text)),
        f"{event}{notice} “{text}” to {address}; there is {[(m.rcpt_to, m.data[:60]) for m in sink.mails]}",
    )
    return letters(sink, address, event=event, notice=notice, text=text)[0]


def answer(desk: RunningDesk, parent: Caught, sender: str, text: str) -> None:
    """Answer a mail as a mail program does, to the address it asks for."""
    mail = reply_to(parent, sender, text)
    desk.send(mail, sender.rpartition("<")[2].rstrip(">"), str(mail["To"]))


def ask(desk: RunningDesk, sink: Sink, agent: str, subject: str = CHAIRS[0], text: str = CHAIRS[1]) -> Caught:
    """Let the customer ask; gives the notification that an agent got."""
    desk.send(new_mail(JANA, "support@demo.test", subject, text), "jana@odberatel.cz")
    letter(sink, "jana@odberatel.cz", notice="acknowledgement")
    return letter(sink, agent, event="new-ticket")


def decided(desk: RunningDesk, count: int) -> None:
    """Wait until the daemon has decided so many mails."""
    wait_until(lambda: sum('"event":"mail"' in line for line in desk.log) >= count, f"{count} mails are decided")


def test_a_stranger_is_let_in(sink: Sink, tmp_path: Path) -> None:
    """A stranger's answer with a good reference is held, he hears nothing; the agent's #yes lets him and his words in (B20)."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        told = ask(desk, sink, "lucie@demo.test")
        ack = letter(sink, "jana@odberatel.cz", notice="acknowledgement")
        forwarded = reply_to(ack, "Viktor <viktor@cizinec.example>", "Jsem její dodavatel.")
        desk.send(forwarded, "viktor@cizinec.example", "support@demo.test")
        question = letter(sink, "lucie@demo.test", event="held", text="Jsem její dodavatel.")
        (held,) = desk.listed("hold")
        assert (held["ticket"], held["from"]) == (1001, "viktor@cizinec.example")
        assert not [m for m in sink.mails if "viktor@cizinec.example" in m.rcpt_to]

        answer(desk, question, "lucie@demo.test", "#yes")
        decided(desk, 3)
        answer(desk, told, "lucie@demo.test", "Ano, máme zelené.")
        for address in ("jana@odberatel.cz", "viktor@cizinec.example"):
            letter(sink, address, notice="-", text="Ano, máme zelené.")
        (ticket,) = desk.show(1001)
        assert {p["address"]: p["role"] for p in ticket["participants"]}["viktor@cizinec.example"] == "joined"
        assert not [e for e in ticket["entries"] if e["held"]]


def test_an_agents_token_in_foreign_hands(sink: Sink, tmp_path: Path) -> None:
    """A mail to an agent's own reply address, but from another address, does nothing that an agent may do (B22)."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        told = ask(desk, sink, "lucie@demo.test")
        answer(desk, told, "lucie.cerna@freemail.example", "Zboží Vám nedodáme.\n\n#close")
        question = letter(sink, "lucie@demo.test", event="held", text="Zboží Vám nedodáme.")
        (ticket,) = desk.show(1001)
        assert ticket["status"] == "new"
        assert not [e for e in ticket["entries"] if e["author"] == "lucie"]
        answer(desk, question, "lucie@demo.test", "#no")
        decided(desk, 3)
        assert len(sink.mails_to("jana@odberatel.cz")) == 1  # the acknowledgement, and nothing else
        assert desk.listed("hold") == []
        assert not [m for m in sink.mails if "freemail" in m.rcpt_to[0]]


def test_a_letter_of_ours_is_explained_by_its_id(sink: Sink, tmp_path: Path) -> None:
    """Whoever has a letter in hand finds out by its Message-ID which mail made the desk write it, and why."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        told = ask(desk, sink, "lucie@demo.test")
        answer(desk, told, "lucie@demo.test", "Ano, máme zelené.")
        said = letter(sink, "jana@odberatel.cz", notice="-")
        welcome = letter(sink, "jana@odberatel.cz", notice="acknowledgement")
        by_lucie, by_jana = (
            json.loads(desk.run("explain", one.message["Message-ID"], "--json").stdout) for one in (said, welcome)
        )
        assert (by_lucie["trust"], by_lucie["ticket"]["number"]) == ("agent", 1001)
        assert [n["kind"] for n in by_jana["notices"] if n["due"]] == ["acknowledgement"]
        assert desk.run("explain", "<md1.nobodys@demo.test>", check=False).returncode != 0


@pytest.mark.parametrize("choice", ["#ok", "#drop"])
def test_a_misspelt_command(choice: str, sink: Sink, tmp_path: Path) -> None:
    """#colse holds the whole mail and asks about #close; #ok sends it as it stands, #drop forgets it (B56)."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        told = ask(desk, sink, "lucie@demo.test")
        answer(desk, told, "lucie@demo.test", "Ano, máme zelené.\n\n#colse")
        question = letter(sink, "lucie@demo.test", event="command-refused", text="#close")
        assert "#colse" in question.text()
        assert "Ano, máme zelené." in question.text()
        assert len(desk.listed("hold")) == 1
        assert not letters(sink, "jana@odberatel.cz", notice="-")

        answer(desk, question, "lucie@demo.test", choice)
        decided(desk, 3)
        assert desk.listed("hold") == []
        if choice == "#ok":
            assert "#colse" in letter(sink, "jana@odberatel.cz", notice="-", text="Ano, máme zelené.").text()
            assert desk.show(1001)[0]["status"] == "waiting"
        else:
            assert len(sink.mails_to("jana@odberatel.cz")) == 1
            assert desk.show(1001)[0]["status"] == "new"


def test_handing_over(sink: Sink, tmp_path: Path) -> None:
    """#assign billing hands the ticket over: the team is told, with the note, and the customer hears nothing of it."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        told = ask(desk, sink, "lucie@demo.test")
        answer(desk, told, "lucie@demo.test", "#assign billing\nTohle je Vaše, cenu neznám.")
        for address in ("ana@demo.test", "eva.mala@demo.test"):
            handed = letter(sink, address, event="assigned", text="máte ty židle")
            assert "cenu neznám" not in handed.raw.decode()  # it leads to the customer, so it shows no note
            note = letter(sink, address, event="note", text="Tohle je Vaše, cenu neznám.")
            assert token(note) != token(handed)
        (ticket,) = desk.show(1001)
        assert (ticket["team"], ticket["assignee"]) == ("billing", "")
        assert [e["text"] for e in ticket["entries"] if e["kind"] == "note"] == ["Tohle je Vaše, cenu neznám."]

        answer(desk, letter(sink, "ana@demo.test", event="assigned"), "ana@demo.test", "Zelená stojí 990 Kč.")
        said = letter(sink, "jana@odberatel.cz", notice="-")
        assert "Zelená stojí 990 Kč." in said.text()
        assert "cenu neznám" not in said.text()
        assert desk.show(1001)[0]["assignee"] == "ana"


def test_notes_stay_inside(sink: Sink, tmp_path: Path) -> None:
    """A note, the answer to it and the address for notes never reach the customer, though nobody wrote #note twice (B54, B55)."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        answer(desk, ask(desk, sink, "lucie@demo.test"), "lucie@demo.test", "#assign billing")
        handed = {who: letter(sink, f"{who}@demo.test", event="assigned") for who in ("ana", "eva.mala")}
        answer(desk, handed["ana"], "ana@demo.test", "#note\nZákaznice neplatí včas.")
        note = letter(sink, "eva.mala@demo.test", event="note", text="Zákaznice neplatí včas.")
        answer(desk, note, "eva.mala@demo.test", "Vím o tom, nic neslibuj.")
        back = letter(sink, "ana@demo.test", event="note", text="nic neslibuj")
        answer(desk, handed["ana"], "ana@demo.test", "Dobrý den, máme je skladem.")
        letter(sink, "jana@odberatel.cz", notice="-", text="máme je skladem")

        (ticket,) = desk.show(1001)
        notes = [(e["author"], e["text"]) for e in ticket["entries"] if e["kind"] == "note"]
        assert notes == [("ana", "Zákaznice neplatí včas."), ("eva", "Vím o tom, nic neslibuj.")]
        said = letters(sink, "jana@odberatel.cz")
        assert len(said) == 2
        for mail in said:
            for inside in ("neplatí", "neslibuj", *(token(parent) for parent in (*handed.values(), note, back))):
                assert inside not in mail.text() + mail.html() + mail.raw.decode()


def token(mail: Caught) -> str:
    """Give the secret part of the address that a reply goes to."""
    found = re.search(r"\+([a-z2-7]{32})@", str(mail.message["Reply-To"]))
    assert found
    return found[1]


def test_a_reply_waits_before_it_leaves(sink: Sink, tmp_path: Path) -> None:
    """An agent's mail to a customer waits for `send_delay`, in the outbox and not in memory (B60)."""
    text = settings(sink.port).replace("send_delay: 0s", "send_delay: 2s")
    with running_desk(tmp_path, text) as desk:
        told = ask(desk, sink, "lucie@demo.test")
        began = time.monotonic()
        answer(desk, told, "lucie@demo.test", "Ano, máme zelené.")
        decided(desk, 2)
        assert not letters(sink, "jana@odberatel.cz", notice="-")
        letter(sink, "jana@odberatel.cz", notice="-", text="Ano, máme zelené.")
        assert time.monotonic() - began >= 2
