"""Every command of an agent by mail, on a running desk: what it does, what it says, how it is taken back."""

import re
import shutil
from pathlib import Path

import pytest

from maildesk.demo.writer import File, new_mail, reply_to
from maildesk.settings import shipped_dir
from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.acceptance.test_agents import CHAIRS, JANA, answer, ask, decided, letter, letters
from tests.services.processes import wait_until
from tests.services.sink import Sink

LUCIE = "lucie@demo.test"


def delayed(port: int, database: str) -> str:
    """Write settings with a send_delay that does not end while a test runs: `let_go` ends it."""
    return settings(port, database=database).replace("send_delay: 0s", "send_delay: 10m")


def let_go(desk: RunningDesk) -> None:
    """Let what people wrote leave now, as an admin does, rather than after the send_delay."""
    waiting = [str(row["id"]) for row in desk.listed("outbox") if row["state"] == "waiting" and row["kind"] == "reply"]
    assert waiting
    desk.run("outbox", "retry", *waiting)


def receipts(sink: Sink, agent: str, count: int) -> list[str]:
    """Wait for so many receipts of an agent; give their words."""
    wait_until(lambda: len(letters(sink, agent, event="receipt")) >= count, f"{count} receipts to {agent}")
    return [mail.text() for mail in letters(sink, agent, event="receipt")]


def ticket(desk: RunningDesk, number: int = 1001) -> dict[str, object]:
    """Show one ticket."""
    return desk.show(number)[0]


def said(sink: Sink) -> list[str]:
    """List the words of people's mail that left for the customer."""
    return [mail.text() for mail in letters(sink, "jana@odberatel.cz", notice="-")]


def test_a_mail_is_taken_back_before_it_leaves(database_url: str, sink: Sink, tmp_path: Path) -> None:
    """#undo within send_delay: the customer gets nothing, and every change of that mail is as it was (B59, B60)."""
    with running_desk(tmp_path, delayed(sink.port, database_url)) as desk:
        told = ask(desk, sink, LUCIE)
        before = ticket(desk)
        answer(desk, told, LUCIE, "#priority urgent\n#tag vip\n\nZelené nemáme.\n\n#close")
        receipt = receipts(sink, LUCIE, 1)[0]
        assert "priority urgent" in receipt
        assert "#undo" in receipt
        now = ticket(desk)
        assert (now["status"], now["priority"], now["tags"]) == ("resolved", "urgent", ["vip"])
        answer(desk, letters(sink, LUCIE, event="receipt")[0], LUCIE, "#undo")
        undone = receipts(sink, LUCIE, 2)[1]
        assert "jana@odberatel.cz" in undone
        after = ticket(desk)
        for field in ("status", "priority", "tags", "assignee", "team"):
            assert after[field] == before[field], field
        assert {row["state"] for row in desk.listed("outbox") if row["kind"] in ("reply", "closing", "feedback")} == {
            "dropped"
        }
        assert [t["kind"] for t in after["timers"]] == [t["kind"] for t in before["timers"]]  # type: ignore[attr-defined]
        assert len(sink.mails_to("jana@odberatel.cz")) == 1  # the acknowledgement

        answer(desk, told, LUCIE, "Zelené máme, omlouvám se.")
        decided(desk, 4)
        let_go(desk)
        letter(sink, "jana@odberatel.cz", notice="-", text="omlouvám")
        assert len(said(sink)) == 1
        assert "Zelené nemáme" not in said(sink)[0]
        desk.verify()


def test_a_mail_that_has_left_cannot_be_taken_back(sink: Sink, tmp_path: Path) -> None:
    """#undo after the mail has left takes the commands back, says what it cannot do, and leaves the ticket waiting."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        told = ask(desk, sink, LUCIE)
        answer(desk, told, LUCIE, "#priority urgent\nZelené máme.")
        letter(sink, "jana@odberatel.cz", notice="-", text="Zelené máme.")
        answer(desk, told, LUCIE, "#undo")
        undone = receipts(sink, LUCIE, 2)[1]
        assert "cannot be taken back" in undone
        now = ticket(desk)
        assert (now["status"], now["priority"]) == ("waiting", "normal")
        answer(desk, told, LUCIE, "#undo")
        assert "nothing of yours" in receipts(sink, LUCIE, 3)[2]


def test_the_forgotten_attachment_joins_the_first_mail(database_url: str, sink: Sink, tmp_path: Path) -> None:
    """A second mail within send_delay joins the first, files of both included; #undo parts them again, and again stops both."""
    with running_desk(tmp_path, delayed(sink.port, database_url)) as desk:
        told = ask(desk, sink, LUCIE)
        first = reply_to(
            told, LUCIE, "V příloze posílám vzorník.", (File("ceník.pdf", "application/pdf", b"%PDF-1 prices"),)
        )
        desk.send(first, LUCIE, str(first["To"]))
        decided(desk, 2)
        second = reply_to(
            told, LUCIE, "Ještě ta příloha.", (File("vzorník.pdf", "application/pdf", b"%PDF-1 colours"),)
        )
        desk.send(second, LUCIE, str(second["To"]))
        assert "joined" in receipts(sink, LUCIE, 1)[0]
        let_go(desk)
        letter(sink, "jana@odberatel.cz", notice="-", text="Ještě ta příloha.")
        (whole,) = letters(sink, "jana@odberatel.cz", notice="-")
        assert "V příloze posílám vzorník." in whole.text()
        assert whole.files() == ["ceník.pdf", "vzorník.pdf"]
        kept = [part.get_payload(decode=True) for part in whole.message.walk() if part.get_filename()]
        assert kept == [b"%PDF-1 prices", b"%PDF-1 colours"]

        answer(desk, told, LUCIE, "Zelená stojí 990 Kč.")
        decided(desk, 4)
        answer(desk, told, LUCIE, "A dodání je zdarma.")
        receipts(sink, LUCIE, 2)
        answer(desk, told, LUCIE, "#undo")
        receipts(sink, LUCIE, 3)
        let_go(desk)
        letter(sink, "jana@odberatel.cz", notice="-", text="990")
        assert "zdarma" not in said(sink)[-1]
        desk.verify()


def test_two_agents_answer_the_same_mail(sink: Sink, tmp_path: Path) -> None:
    """The second of two who answer one mail is told who was first, with the means to stop his; who has seen it is not (B68)."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        answer(desk, ask(desk, sink, LUCIE), LUCIE, "#assign billing")
        ana, eva = (letter(sink, f"{who}@demo.test", event="assigned") for who in ("ana", "eva.mala"))
        answer(desk, ana, "ana@demo.test", "Máme je skladem.")
        letter(sink, "jana@odberatel.cz", notice="-", text="Máme je skladem.")
        answer(desk, eva, "eva.mala@demo.test", "Nemáme je skladem.")
        warned = receipts(sink, "eva.mala@demo.test", 1)[0]
        assert "Ana" in warned
        assert "#undo" in warned
        assert not letters(sink, "ana@demo.test", event="receipt")


def test_the_second_answer_waits_where_the_desk_wants_it(database_url: str, sink: Sink, tmp_path: Path) -> None:
    """With `second_answer: hold` the second of two who answer one mail is asked first: #drop forgets his, #ok sends it (B68)."""
    text = settings(sink.port, database=database_url, more="second_answer: hold\n")
    with running_desk(tmp_path, text) as desk:
        answer(desk, ask(desk, sink, LUCIE), LUCIE, "#assign billing")
        ana, eva = (letter(sink, f"{who}@demo.test", event="assigned") for who in ("ana", "eva.mala"))
        answer(desk, ana, "ana@demo.test", "Máme je skladem.")
        letter(sink, "jana@odberatel.cz", notice="-", text="Máme je skladem.")
        for count, (words, choice) in enumerate((("Nemáme je skladem.", "#drop"), ("Máme jich šest.", "#ok")), start=1):
            answer(desk, eva, "eva.mala@demo.test", words)
            wait_until(lambda n=count: len(letters(sink, "eva.mala@demo.test", event="command-refused")) == n, choice)  # type: ignore[misc]
            question = letters(sink, "eva.mala@demo.test", event="command-refused")[-1]
            assert "Ana Horvat answered the same mail at" in question.text()
            assert words in question.text()
            assert len(said(sink)) == 1
            answer(desk, question, "eva.mala@demo.test", choice)
        letter(sink, "jana@odberatel.cz", notice="-", text="Máme jich šest.")
        assert not [text for text in said(sink) if "Nemáme" in text]
        desk.verify()


def test_what_an_agent_asks_is_answered_to_him_alone(sink: Sink, tmp_path: Path) -> None:
    """#why, #status, #list, #search, #help, #kb and #original are answered to the agent; the ticket stays as it was."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        told = ask(desk, sink, LUCIE)
        answer(desk, told, LUCIE, "#note\nPlatí vždy pozdě.")
        decided(desk, 2)
        before = ticket(desk)
        asked = {
            "#why": "ticket #1001",
            "#status": "Platí vždy pozdě.",
            "#list": "Dotaz na barvu",
            "#search židlí": "Dotaz na barvu",
            "#help": "#assign",
            "#kb": "#use",
            "#original": "attached",
        }
        # What was just written can be found as soon as the daemon has gone through it.
        wait_until(lambda: b"1001" in desk.run("ticket", "search", "židlí").stdout, "the mail is in the index")
        for place, (command, words) in enumerate(asked.items(), start=1):
            answer(desk, told, LUCIE, command)
            wait_until(lambda n=place: len(letters(sink, LUCIE, event="answer")) >= n, command)  # type: ignore[misc]
            got = letters(sink, LUCIE, event="answer")[-1]
            assert words in got.text(), (command, got.text())
        assert "Vážení" not in got.text()
        assert got.files() == ["original.eml"]
        after = ticket(desk)
        assert (after["status"], len(after["entries"])) == (before["status"], len(before["entries"]))  # type: ignore[arg-type]
        assert len(sink.mails_to("jana@odberatel.cz")) == 1
        refused = letters(sink, LUCIE, event="command-refused")
        assert not refused
        answer(desk, told, LUCIE, "#why\nDobrý den, ozvu se.")
        assert "is your text for the customer?" in letter(sink, LUCIE, event="command-refused").text()


def test_who_is_away_gets_no_new_tickets(sink: Sink, tmp_path: Path) -> None:
    """#away until a day: new tickets go to others until then; #away off ends it (B94)."""
    config = tmp_path / "config"
    shutil.copytree(shipped_dir("config"), config)
    shutil.rmtree(config / "tests")  # they are about the hours that are taken away here
    teams = (config / "teams.yaml").read_text()
    (config / "teams.yaml").write_text(re.sub(r", calendar: \w+", "", teams))  # everybody works, whatever the day
    with running_desk(tmp_path, settings(sink.port)) as desk:
        agents = {"ana": "ana@demo.test", "eva": "eva.mala@demo.test"}
        for number in range(6):
            if number == 1:  # whose turn it would be next is not asked: Ana is away from now on
                wait_until(
                    lambda: any(letters(sink, a, event="new-ticket") for a in agents.values()), "somebody is told"
                )
                away, address = next((n, a) for n, a in agents.items() if letters(sink, a, event="new-ticket"))
                told = letter(sink, address, event="new-ticket")
                answer(desk, told, address, "#away until 31.12.")
                assert "31" in receipts(sink, address, 1)[0]
            if number == 4:
                answer(desk, told, address, "#away off")
                receipts(sink, address, 2)
            text = f"Dobrý den, ve faktuře č. {number} je chyba v částce."
            desk.send(new_mail(JANA, "support@demo.test", f"Chyba ve faktuře {number}", text), "jana@odberatel.cz")
            wait_until(lambda n=number: len(desk.tickets()) == n + 1, "a ticket")  # type: ignore[misc]
        others = [t["assignee"] for t in desk.tickets()]
        assert {t["team"] for t in desk.tickets()} == {"billing"}
        assert others[0] == away
        assert away not in others[1:4]
        assert away in others[4:]


def test_the_new_assignee_gets_the_whole_story(sink: Sink, tmp_path: Path) -> None:
    """#assign sends timeline, notes and earlier tickets, so nobody asks the customer again; quoting a note stays held (B67)."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        desk.send(
            new_mail(JANA, "support@demo.test", "Stará věc", "Dobrý den, kde je moje židle?"), "jana@odberatel.cz"
        )
        decided(desk, 1)
        told = ask(desk, sink, LUCIE)
        told = letter(sink, LUCIE, event="new-ticket", text="zelené")
        answer(desk, told, LUCIE, "#note\nVIP zákaznice.")
        answer(desk, told, LUCIE, "Podíváme se.")
        letter(sink, "jana@odberatel.cz", notice="-", text="Podíváme se.")
        answer(desk, told, LUCIE, "#assign ana\nUmíš to vyřešit?")
        handed = letter(sink, "ana@demo.test", event="assigned")
        for words in ("máte ty židle", "Podíváme se.", "Stará věc"):
            assert words in handed.text()
        inside = letter(sink, "ana@demo.test", event="note", text="Umíš to vyřešit?")
        for words in ("máte ty židle", "VIP zákaznice.", "Podíváme se."):
            assert words in inside.text()
        assert "VIP" not in handed.text()
        # Answers between the lines keep the quote; a line of a note, however short, stops the mail for good.
        mail = new_mail(
            "ana@demo.test", "x", "Re", f"> VIP zákaznice.\nAno, to víme.\n\n> {CHAIRS[1].splitlines()[2]}\nMáme."
        )
        mail["In-Reply-To"] = handed.message["Message-ID"]
        address = re.search(r"<([^>]+)>", str(handed.message["Reply-To"]))
        assert address
        desk.send(mail, "ana@demo.test", address[1])
        held = letter(sink, "ana@demo.test", event="command-refused")
        assert "VIP" in held.text()
        answer(desk, held, "ana@demo.test", "#ok")
        wait_until(lambda: len(letters(sink, "ana@demo.test", event="command-refused")) >= 2, "asked again")
        assert not any("VIP" in text for text in said(sink))
        assert len(desk.listed("hold")) == 1
        answer(desk, letters(sink, "ana@demo.test", event="command-refused")[-1], "ana@demo.test", "#drop")
        wait_until(lambda: not desk.listed("hold"), "dropped")


def test_a_false_alarm_passes_once_confirmed(sink: Sink, tmp_path: Path) -> None:
    """A colleague's address in an answer is asked about; #ok sends the text, and the commands beside it are done, not sent."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        told = ask(desk, sink, LUCIE)
        answer(desk, told, LUCIE, "Napište prosím kolegyni ana@demo.test.\n\n#close")
        held = letter(sink, LUCIE, event="command-refused")
        assert "#ok" in held.text()
        answer(desk, held, LUCIE, "#ok")
        sent = letter(sink, "jana@odberatel.cz", notice="-", text="ana@demo.test")
        assert "#close" not in sent.text()
        assert ticket(desk)["status"] == "resolved"
        assert not desk.listed("hold")


def test_merge_and_split_can_be_taken_back(database_url: str, sink: Sink, tmp_path: Path) -> None:
    """#merge makes two tickets one and #undo parts them; #split makes two of one, answers to it land there (B125, B126)."""
    with running_desk(tmp_path, settings(sink.port, database=database_url)) as desk:
        told = ask(desk, sink, LUCIE)
        asked = new_mail(JANA, "support@demo.test", "Jiná věc", "Dobrý den, a kdy přijde stůl?")
        desk.send(asked, "jana@odberatel.cz")
        decided(desk, 2)
        whole = {t["number"]: t for t in desk.show(1001, 1002)}
        answer(desk, told, LUCIE, "#merge 1002")
        assert "#1002" in receipts(sink, LUCIE, 1)[0]
        assert {t["number"]: t["merged_into"] for t in desk.tickets()} == {1001: None, 1002: 1001}
        assert len(sink.mails_to("jana@odberatel.cz")) == 2
        answer(desk, told, LUCIE, "#undo")
        receipts(sink, LUCIE, 2)
        parted = {t["number"]: t for t in desk.show(1001, 1002)}
        assert {n: t["status"] for n, t in parted.items()} == {1001: "new", 1002: "new"}
        for number in (1001, 1002):
            mails = [[e["id"] for e in t[number]["entries"] if e["kind"] == "mail"] for t in (whole, parted)]
            assert mails[0] == mails[1]
        follow = reply_to(
            letter(sink, "jana@odberatel.cz", notice="acknowledgement", text="1002"), JANA, "Je to ten dubový."
        )
        desk.send(follow, "jana@odberatel.cz", str(follow["To"]))
        decided(desk, 5)
        assert desk.show(1002)[0]["mails"] == 2

        answer(desk, letter(sink, "lucie@demo.test", event="customer-mail", text="dubový"), LUCIE, "#split")
        assert "mail 2" in receipts(sink, LUCIE, 3)[2]
        assert desk.show(1003)[0]["requester"] == "jana@odberatel.cz"
        again = new_mail(JANA, "support@demo.test", "Re: Jiná věc", "Dubový, ale světlý.")
        again["In-Reply-To"] = follow["Message-ID"]
        again["References"] = f"{asked['Message-ID']} {follow['Message-ID']}"
        desk.send(again, "jana@odberatel.cz")
        decided(desk, 7)
        assert [e["text"] for e in desk.show(1003)[0]["entries"] if e["kind"] == "mail"] == [
            "Je to ten dubový.",
            "Dubový, ale světlý.",
        ]
        assert len([t for t in desk.tickets() if not t["merged_into"]]) == 3
        desk.verify()


def test_somebody_takes_part_from_now_on(sink: Sink, tmp_path: Path) -> None:
    """#cc with an answer sends it to both, without what was before; #undo lets the second go again."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        told = ask(desk, sink, LUCIE)
        answer(desk, told, LUCIE, "#cc tomas@odberatel.cz\nZelené máme.")
        sent = letter(sink, "tomas@odberatel.cz", notice="-", text="Zelené máme.")
        assert "máte ty židle" not in sent.text()
        assert "takes part: tomas@odberatel.cz" in receipts(sink, LUCIE, 1)[0]
        answer(desk, told, LUCIE, "#undo")
        receipts(sink, LUCIE, 2)
        assert [p["address"] for p in desk.show(1001)[0]["participants"]] == ["jana@odberatel.cz"]


@pytest.mark.parametrize("command", ["#assign Malá", "#take\n#assign ana"])
def test_what_is_not_clear_is_held(command: str, sink: Sink, tmp_path: Path) -> None:
    """A name of two people and a contradiction hold the mail and say what may be meant; nothing of it is done."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        teams = desk.folder / "config" / "teams.yaml"
        more = "agents:\n  lenka: {name: Lenka Malá, addresses: [lenka@demo.test]}\n"
        teams.write_text(teams.read_text().replace("agents:\n", more))
        desk.stop()
        desk.start()
        told = ask(desk, sink, LUCIE)
        before = ticket(desk)
        answer(desk, told, LUCIE, f"{command}\n#priority urgent\nText pro zákaznici.")
        held = letter(sink, LUCIE, event="command-refused").text()
        assert ("eva, lenka" in held) if "Malá" in command else ("contradicts" in held)
        assert ticket(desk)["priority"] == before["priority"]
        assert not said(sink)
