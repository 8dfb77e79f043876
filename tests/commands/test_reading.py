"""Agents' commands as mail programs write them, through the real reading of a raw mail."""

from typing import Any

import pytest

from maildesk.commands import read_commands
from maildesk.ingest.parse import parse_mail
from maildesk.model.people import Agent, People, Team
from tests.commands.programs import write_mail
from tests.commands.table import CASES
from tests.unit.commands.desk import PHRASES

PEOPLE = People(
    teams={"billing": Team("billing", ("ana",), title="Fakturace"), "l1": Team("l1", ("petr.d", "petr.n"))},
    agents={
        "ana": Agent("ana", "Ana Horvat", ("ana@demo.test",)),
        "petr.d": Agent("petr.d", "Petr Dvořák", ("petr@demo.test",)),
        "petr.n": Agent("petr.n", "Petr Novák", ("petr.novak@demo.test",)),
    },
)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_an_agent_writes_is_understood(case: dict[str, Any]) -> None:
    """The commands, and nothing else, are read out of the raw mail; what is left is the agent's text; in doubt it is held."""
    mail = parse_mail(write_mail(case["in"], case["words"]).as_bytes(), None)
    asked = read_commands(mail.words, PHRASES, PEOPLE)
    problems = "\n".join(map(str, asked.problems))
    if held := case.get("held"):
        assert held in problems, (problems, mail.words)
        return
    assert not problems
    assert [" ".join((c.verb.value, *c.words)) for c in asked.commands] == case.get("does", [])
    assert case.get("text", "") in asked.text
    assert "chybí mi faktura" not in asked.text
    if not case.get("text"):
        assert not asked.text


def test_the_table_is_whole() -> None:
    """There are more than eighty cases, each with a name of its own, in every program, and a good part of them live."""
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names)) >= 80
    assert sum(bool(case.get("live")) for case in CASES) >= 30
