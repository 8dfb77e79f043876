"""Every action and every word about a rule, carried out by the running daemon: what is only parsed is a bug."""

import email
import email.message
import email.policy
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from maildesk.cli.explain import command as explain
from maildesk.demo.writer import new_mail
from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.services.sink import Sink, running_sink

RULES = """\
rules:
  - name: Team and person
    when: {subject: alpha}
    then: {team: billing, assign: ana, priority: urgent, sla: gold, tags: [one, two]}
  - name: Too late for team, person and priority
    when: {subject: alpha}
    then: {team: sales, assign: lucie, priority: low, tags: [two, three]}
  - name: Answers by template
    when: {subject: bravo}
    then: {reply: own-words, tags: answered}
  - name: No acknowledgement
    when: {subject: charlie}
    then: {ack: no}
  - name: No ticket
    when: {subject: delta}
    then: {ticket: no}
  - name: A machine's mail with a ticket
    when: {from: watch.example}
    then: {ticket: yes, team: l2-network}
  - name: Opened as waiting
    when: {subject: echo}
    then: {status: waiting}
  - name: Opened as resolved
    when: {subject: foxtrot}
    then: {status: resolved, ack: no}
  - name: Spam
    when: {subject: golf}
    then: {spam: yes, priority: low}
  - name: First note
    when: {subject: hotel}
    then: {note: Ring them up., suggest: how-to}
  - name: Second note
    when: {subject: hotel}
    then: {note: Be kind., suggest: vpn}
  - name: Nobody yet
    when: {subject: india}
    then: {team: it, assign: nobody}
  - name: In turn
    when: {subject: juliet}
    then: {team: billing, assign: round-robin}
  - name: Who is able
    when: {subject: kilo}
    then: {team: billing, assign: least-busy, needs: cs}
  - name: A trial changes nothing
    trial: yes
    when: {subject: lima}
    then: {team: sales, priority: urgent, ticket: no}
  - name: Ended long ago
    until: 2020-01-31
    when: {subject: lima}
    then: {team: sales}
  - name: Switched off
    enabled: no
    when: {subject: lima}
    then: {team: sales}
  - name: The end
    stop: yes
    when: {subject: mike}
    then: {tags: first}
  - name: Behind the end
    when: {subject: mike}
    then: {tags: second}
  - name: Not if it says so
    when: {any: [{subject: november}, {all: [{body: november}, {none: [{body: quebec}]}]}]}
    unless: {subject: oscar}
    then: {team: sales}
  - name: Hidden copies count as To
    when: {to: help@demo.test}
    then: {tags: hidden}
  - name: Answers that cancel
    event: [reply, reopened]
    when: {body: papa}
    then: {team: sales, priority: high, tags: cancels, note: They cancel., sla: gold}

defaults: {priority: normal, sla: standard}
"""
JANA = "jana@odberatel.cz"
TICKETS = ("alpha", "bravo", "charlie", "echo", "foxtrot", "golf", "hotel", "india", "kilo", "lima", "mike", "papa")


class Played(NamedTuple):
    """A desk that has seen one mail for each rule; its tickets by subject."""

    desk: RunningDesk
    sink: Sink
    tickets: dict[str, dict[str, Any]]

    def letters(self, subject: str, kind: str = "") -> list[email.message.EmailMessage]:
        """Give what left about a subject, by its notice or event."""
        found = [email.message_from_bytes(mail.data, policy=email.policy.default) for mail in self.sink.mails]
        here = [letter for letter in found if str(letter["Subject"]).endswith(subject)]
        return [m for m in here if not kind or kind in (m["X-Maildesk-Notice"], m["X-Maildesk-Event"])]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Play one mail for each rule through a daemon."""
    web = "web: {listen: '127.0.0.1:0', url: 'https://desk.example'}\n"
    text = settings(0).replace("    team: l1\n", "    team: l1\n    aliases: [help@demo.test]\n") + web
    with running_sink() as sink:
        folder = tmp_path_factory.mktemp("actions")
        yield from _play(folder, sink, text.replace("port: 0, tls", f"port: {sink.port}, tls"))


def _play(folder: Any, sink: Sink, text: str) -> Iterator[Played]:
    desk = RunningDesk(folder, text)
    config = desk.configure()
    for old in (*config.glob("rules/*.yaml"), *config.glob("tests/*.yaml")):
        old.unlink()
    (config / "rules" / "10.yaml").write_text(RULES, encoding="utf-8")
    (config / "kb").mkdir(exist_ok=True)
    for article in ("how-to", "vpn"):
        (config / "kb" / f"{article}.md").write_text(f"# {article}\n", encoding="utf-8")
    own = folder / "templates" / "en"
    own.mkdir(parents=True)
    (own / "own-words.txt.j2").write_text("Our own words for {{ number }}.\n", encoding="utf-8")
    with running_desk(folder, text) as running:
        for place, subject in enumerate((*TICKETS, "delta", "juliet", "juliet", "november", "november oscar")):
            sender = f"c{place}@odberatel.cz"
            running.send(new_mail(f"C <{sender}>", "support@demo.test", subject.title(), "Good day."), sender)
        alarm = new_mail("Watch <w@watch.example>", "support@demo.test", "Alarm", "Router down")
        alarm["Auto-Submitted"] = "auto-generated"
        running.send(alarm, "w@watch.example")
        for subject, body in (("Body", "It is november."), ("Body too", "It is november in quebec.")):
            running.send(new_mail("D <d@odberatel.cz>", "support@demo.test", subject, body), "d@odberatel.cz")
        hidden = new_mail("E <e@odberatel.cz>", "people@elsewhere.example", "Hidden", "Good day.")
        running.send(hidden, "e@odberatel.cz", "help@demo.test")
        running.settle()
        first = next(t for t in running.tickets() if t["subject"] == "Papa")
        again = new_mail(
            f"C <{first['requester']}>", "support@demo.test", f"Re: [#{first['number']}] Papa", "I say papa."
        )
        running.send(again, first["requester"])
        running.settle()
        shown = running.show(*(t["number"] for t in running.tickets()))
        yield Played(running, sink, {t["subject"].casefold(): t for t in shown})


def told(played: Played, subject: str) -> dict[str, Any]:
    """Give the explanation of a ticket's first mail."""
    place = ["--config", str(played.desk.folder / "config"), "--data", str(played.desk.folder / "data")]
    done = CliRunner().invoke(explain, [f"#{played.tickets[subject]['number']}", "--json", *place])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[0])
    return found


def test_team_person_priority_sla_and_tags_are_set_by_the_first_rule(played: Played) -> None:
    """The first rule keeps what it sets, the later one adds its tags, its person is dropped with its team; explain says so."""
    ticket = played.tickets["alpha"]
    assert (ticket["team"], ticket["assignee"], ticket["priority"]) == ("billing", "ana", "urgent")
    assert ticket["tags"] == ["one", "two", "three"]
    explained = told(played, "alpha")
    assert explained["result"]["sla"] == "gold"
    late = next(rule for rule in explained["rules"] if rule["name"].startswith("Too late"))
    assert set(late["ignored"]) == {"team", "assign", "priority"}
    assert late["ignored"]["team"] == "sales ignored, rule 1 set billing first"
    assert [m["To"].addresses[0].addr_spec for m in played.letters("Alpha", "new-ticket")] == ["ana@demo.test"]


def test_a_reply_is_the_rules_own_template(played: Played) -> None:
    """`reply:` acknowledges with the template that the rule names, in the requester's language or the nearest."""
    (letter,) = played.letters("Bravo", "acknowledgement")
    body = letter.get_body(("plain",))
    assert body is not None
    assert f"Our own words for {played.tickets['bravo']['number']}." in body.get_content()


def test_without_acknowledgement_only_the_team_hears(played: Played) -> None:
    """`ack: no` withholds the acknowledgement; the ticket and the team's notification stay."""
    assert played.letters("Charlie", "acknowledgement") == []
    assert len(played.letters("Charlie", "new-ticket")) >= 1


def test_no_ticket_is_kept_in_the_journal_alone(played: Played) -> None:
    """`ticket: no` opens nothing and says nothing; the mail stays in the journal."""
    assert "delta" not in played.tickets
    assert played.letters("Delta") == []
    assert any(row["from"] == "c12@odberatel.cz" for row in played.desk.listed("journal"))


def test_a_machine_gets_a_ticket_where_a_rule_wants_it(played: Played) -> None:
    """`ticket: yes` opens a ticket for a machine's mail, which is never answered."""
    assert played.tickets["alarm"]["team"] == "l2-network"
    assert played.letters("Alarm", "acknowledgement") == []


def test_a_status_brings_its_timers(played: Played) -> None:
    """A ticket opened as waiting reminds, one opened as resolved closes after the time for reopening."""
    waiting, resolved = played.tickets["echo"], played.tickets["foxtrot"]
    assert (waiting["status"], [t["kind"] for t in waiting["timers"]]) == ("waiting", ["remind"])
    assert (resolved["status"], [t["kind"] for t in resolved["timers"]]) == ("resolved", ["close"])


def test_spam_is_marked_and_never_answered(played: Played) -> None:
    """`spam: yes` withholds everything automatic, with its reason."""
    assert played.letters("Golf", "acknowledgement") == []
    notices = told(played, "golf")["notices"]
    assert [(n["kind"], n["due"], "spam" in json.dumps(n["why"])) for n in notices] == [
        ("acknowledgement", False, True)
    ]


def test_notes_and_articles_add_up(played: Played) -> None:
    """Notes of several rules stand on the ticket, for agents only; their articles stand in the acknowledgement."""
    notes = [entry["text"] for entry in played.tickets["hotel"]["entries"] if entry["kind"] == "note"]
    assert notes == ["Ring them up.\nBe kind."]
    (letter,) = played.letters("Hotel", "acknowledgement")
    body = letter.get_body(("plain",))
    assert body is not None
    assert "desk.example/kb/how-to" in body.get_content()
    assert "desk.example/kb/vpn" in body.get_content()
    assert "Ring them up" not in letter.as_string()


def test_assignment_by_turns_by_skill_and_to_nobody(played: Played) -> None:
    """Two tickets in turn go to two people; `needs` finds who is able; `nobody` leaves it to the team."""
    assert played.tickets["india"]["assignee"] == ""
    turns = [t["assignee"] for t in played.desk.tickets() if t["subject"] == "Juliet"]
    assert len(turns) == 2
    assert len(set(turns)) == 2
    assert played.tickets["kilo"]["assignee"] == "eva"


def test_trial_until_and_enabled_change_nothing_and_say_why(played: Played) -> None:
    """A trial is told and does nothing; a rule that ended or is switched off says so."""
    ticket = played.tickets["lima"]
    assert (ticket["team"], ticket["priority"]) == ("l1", "normal")
    rules = {rule["name"]: rule for rule in told(played, "lima")["rules"]}
    trial = rules["A trial changes nothing"]
    assert trial["matched"]
    assert trial["set"] == {}
    assert "trial: would set team=sales, priority=urgent, ticket=no" in trial["why"]
    assert rules["Ended long ago"]["why"] == "ended on 2020-01-31"
    assert rules["Switched off"]["why"] == "not enabled"


def test_stop_ends_the_walk_and_is_named(played: Played) -> None:
    """B71: `stop: yes` keeps later rules from being tried; explain names the rule that said so."""
    assert played.tickets["mike"]["tags"] == ["first"]
    rules = {rule["name"]: rule for rule in told(played, "mike")["rules"]}
    assert "“The end” says stop" in rules["Behind the end"]["why"]


def test_conditions_nest_and_unless_switches_off(played: Played) -> None:
    """any, all and none stand inside each other; `unless` turns the rule off."""
    subjects = ("november", "november oscar", "body", "body too")
    assert [played.tickets[subject]["team"] for subject in subjects] == ["sales", "l1", "sales", "l1"]


def test_to_knows_hidden_copies(played: Played) -> None:
    """B128: an address of ours that stands only in the envelope (Bcc) counts for `to`."""
    assert played.tickets["hidden"]["tags"] == ["hidden"]


def test_rules_for_follow_ups_change_the_ticket(played: Played) -> None:
    """B75: a rule marked for replies moves the ticket, sets priority and tags and writes its note; new tickets never run it."""
    ticket = played.tickets["papa"]
    assert (ticket["team"], ticket["priority"], ticket["tags"]) == ("sales", "high", ["cancels"])
    assert [entry["text"] for entry in ticket["entries"] if entry["kind"] == "note"] == ["They cancel."]


def test_the_desk_still_holds_together(played: Played) -> None:
    """Every invariant of the database holds after all of this."""
    played.desk.verify()
