"""A ticket whose owner left the firm does not wait for him."""

from pathlib import Path

from tests.golden.case import Step
from tests.golden.desk import build_desk, open_store
from tests.golden.look import look
from tests.golden.play import play

MAIL = """\
From: Emma Clark <emma@buyer.example>
To: support@demo.test
Subject: {subject}
Date: Tue, 24 Nov 2026 10:00:00 +0100
Message-ID: <{id}@buyer.example>
{more}Content-Type: text/plain; charset=utf-8

My invoice is wrong.
"""
TEAMS = """\
agents:
  {agent}
  eva: {{name: Eva Malá, addresses: [eva.mala@demo.test]}}
teams:
  billing: {{members: [{members}]}}
  l1: {{members: [eva]}}
  it: {{members: [eva]}}
  sales: {{members: [eva]}}
  l2-network: {{members: [eva], on_call: [eva]}}
"""
RULE = "rules:\n  - name: Invoices\n    when: {subject: invoice}\n    then: {team: billing, assign: WHO}\n"


def test_a_ticket_of_somebody_who_left_goes_back_to_the_team(tmp_path: Path) -> None:
    """B95: the owner is no agent any more when the customer writes again: the team has the ticket, and the reason says so."""
    before = build_desk(
        {
            "files": {
                "teams.yaml": TEAMS.format(
                    agent="olda: {name: Olda, addresses: [olda@demo.test]}", members="olda, eva"
                ),
                "rules/05-mine.yaml": RULE.replace("WHO", "olda"),
            }
        }
    )
    after = build_desk(
        {
            "files": {
                "teams.yaml": TEAMS.format(agent="ida: {name: Ida, addresses: [ida@demo.test]}", members="ida, eva"),
                "rules/05-mine.yaml": RULE.replace("WHO", "eva"),
            }
        }
    )
    first = Step("01", MAIL.format(subject="My invoice", id="one", more="").encode(), {})
    again = Step(
        "02", MAIL.format(subject="Re: My invoice", id="two", more="In-Reply-To: <one@buyer.example>\n").encode(), {}
    )
    store = open_store(tmp_path / "template.db", tmp_path)
    try:
        assert look(play([first], before, store))["tickets"][0]["assignee"] == "olda"
        played = play([again], after, store)
        assert not look(played)["tickets"][0].get("assignee")
    finally:
        store.close()
    [decision] = played.decisions["02"]
    assert "olda is no agent any more: back to team billing" in [why.text for why in decision.why]
    assert sorted(letter.sent.rcpt_to for letter in played.letters) == ["eva.mala@demo.test", "ida@demo.test"]
