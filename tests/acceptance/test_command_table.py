"""The table of commands as mail programs write them, through the running desk: one ticket for each live case."""

import email.utils
from pathlib import Path
from typing import Any

import pytest

from maildesk.demo.writer import new_mail
from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.acceptance.test_agents import letters
from tests.commands.programs import write_mail
from tests.commands.table import CASES
from tests.services.sink import Sink

LUCIE = "lucie@demo.test"
LIVE = [case for case in CASES if case.get("live")]
AT_ONCE = 15  # more than twenty mails an hour come to an agent as one
PARTS = [LIVE[start : start + AT_ONCE] for start in range(0, len(LIVE), AT_ONCE)]


@pytest.mark.parametrize("part", PARTS, ids=range(len(PARTS)))
def test_the_table_at_a_running_desk(part: list[dict[str, Any]], sink: Sink, tmp_path: Path) -> None:
    """Each live case does to its ticket what it says, no more, and only what is meant for the customer reaches him (B56, B57)."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        for number in range(len(part)):
            asked = new_mail(
                f"Jana <jana{number}@odberatel.cz>", "support@demo.test", f"Dotaz {number}", f"Máte židle? {number}"
            )
            desk.send(asked, f"jana{number}@odberatel.cz")
        desk.settle()
        told = {int(m.message["X-Maildesk-Ticket"]): m for m in letters(sink, LUCIE, event="new-ticket")}
        for number, case in enumerate(part, start=1001):
            mail = write_mail(case["in"], case["words"])
            del mail["From"], mail["To"], mail["Message-ID"]
            address = email.utils.parseaddr(str(told[number].message["Reply-To"]))[1]
            mail["From"], mail["To"], mail["Message-ID"] = LUCIE, address, f"<case{number}@demo.test>"
            mail["In-Reply-To"] = told[number].message["Message-ID"]
            desk.send(mail, LUCIE, address)
        desk.settle()
        held = {row["ticket"] for row in desk.listed("hold")}
        shown = desk.show(*range(1001, 1001 + len(part)))
        wrong = [f"{c['name']}: {w}" for c, t in zip(part, shown, strict=True) for w in _wrong(c, t, held, sink)]
        assert not wrong
        _clean(desk)


def _clean(desk: RunningDesk) -> None:
    desk.verify()
    assert not [row for row in desk.listed("journal") if row["state"] != "done"]


def _wrong(case: dict[str, Any], ticket: dict[str, Any], held: set[int], sink: Sink) -> list[str]:
    """List what is not as the case says."""
    number = ticket["number"]
    said = letters(sink, ticket["requester"], notice="-")
    if case.get("held"):
        told = [
            m.text()
            for m in letters(sink, LUCIE, event="command-refused")
            if m.message["X-Maildesk-Ticket"] == str(number)
        ]
        words = case["held"].replace("\n", " ")
        wrong = [] if number in held else ["it is not held"]
        wrong += [] if any(words in text for text in told) else [f"“{words}” is not said: {told}"]
        return wrong + (["it was sent"] if said else []) + (["it was done"] if ticket["status"] != "new" else [])
    wrong = ["it is held"] if number in held else []
    for line in case.get("does", []):
        verb, _, words = line.partition(" ")
        wrong += _done(verb, words, ticket, sink)
    inside = any(line.split()[0] in ("note", "assign", "wait", "spam") for line in case.get("does", []))
    outside = case.get("text", "") and (not inside or "reply" in case.get("does", []))
    texts = [m.text() for m in said]
    if outside and not any(case["text"] in text for text in texts):
        wrong.append("the text did not reach the customer")
    if not outside and texts:
        wrong.append(f"the customer got {texts}")
    if any("#" in text for text in texts):
        wrong.append(f"a command was mailed: {texts}")
    return wrong


def _done(verb: str, words: str, ticket: dict[str, Any], sink: Sink) -> list[str]:
    """Say what one command should have done and did not."""
    number = str(ticket["number"])
    kinds = [entry["kind"] for entry in ticket["entries"]]
    timers = [timer["kind"] for timer in ticket["timers"]]
    mine = [m for event in ("answer", "receipt") for m in letters(sink, LUCIE, event=event)]
    answered = any(m.message["X-Maildesk-Ticket"] == number for m in mine)
    good = {
        "note": "note" in kinds,
        "reply": "reply" in kinds,
        "take": ticket["assignee"] == "lucie",
        "close": ticket["status"] == "resolved",
        "wait": "wake" in timers,
        "priority": ticket["priority"] == words,
        "tag": set(words.split()) - {"-spam"} <= set(ticket["tags"]),
        "spam": ticket["spam"],
        "assign": words.rsplit(maxsplit=1)[-1] in (ticket["assignee"], ticket["team"]) if words else False,
    }.get(verb, answered)
    return [] if good else [f"#{verb} {words} was not done: {ticket['status']} {ticket['assignee']} {kinds}"]
