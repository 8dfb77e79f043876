"""A decision told in sentences and in JSON: what matched, what came too late, and where each result comes from."""

import datetime as dt

from maildesk.explain import Told, as_json, in_sentences
from maildesk.model.decision import Decision, MailArrived, NoticeTrace, OpenTicket, RuleTrace, TimerDue, TimerKind
from maildesk.model.mail import Address, Mail
from maildesk.model.reason import Reason
from maildesk.model.snapshot import Snapshot
from maildesk.model.ticket import Trust
from maildesk.model.why import Why

NIGHT = dt.datetime(2026, 11, 22, 2, 10, tzinfo=dt.UTC)
IVANA = Address("ivana@kupac.hr", "Ivana")
RULES = (
    RuleTrace(
        "Outage → urgent, network team", "rules/10-urgent.yaml", 3, True,
        "“ne radi internet” ≈ ne radi internet ($outage, hr) in subject",
        set={"team": "l2-network", "priority": "urgent", "tags": "outage"},
    ),
    RuleTrace("Croatian mail → Zagreb", "rules/40-hours.yaml", 3, False, "zagreb is closed"),
    RuleTrace(
        "Invoices → Billing", "rules/20-billing.yaml", 3, True, "“račun” ≈ račun ($invoice, hr) in subject",
        set={"tags": "invoice"},
        ignored={"team": "billing ignored, rule 1 set l2-network first", "assign": "least-busy dropped with its team"},
    ),
    RuleTrace("Night → on call", "rules/40-hours.yaml", 9, True, "priority is urgent; zagreb is closed", set={"assign": "on-call"}),
    RuleTrace("A trial", "rules/90.yaml", 2, True, "any mail; trial: would set priority=low", trial=True),
)  # fmt: skip
DECISION = Decision(
    actions=(OpenTicket("Hitno", "support@demo.test", IVANA),),
    why=(
        Why(Reason.LANGUAGE, "hr: words"),
        Why(Reason.AUTHOR_UNPROVEN, "no server is trusted"),
        Why(Reason.LINK_NONE),
        Why(Reason.RULE_MATCHED, "Outage"),
        Why(Reason.RULE_DEFAULTS, "sla=standard"),
    ),
    ticket=0,
    rules=RULES,
    notices=(NoticeTrace("acknowledgement", IVANA.address, False, Why(Reason.NOT_ADDRESSED, "none of our addresses")),),
    result={"team": "l2-network", "assign": "ivan", "priority": "urgent", "sla": "standard", "tags": "outage invoice"},
    kind="person",
)
MAIL = Mail(author=IVANA, subject="Hitno: ne radi internet, treba nam račun")
TOLD = Told(DECISION, Snapshot(MailArrived(0), NIGHT, mail=MAIL), timezone="Europe/Zagreb", office="closed")


def lines() -> list[str]:
    """Give the sentences, one a line, without indentation."""
    return [line.strip() for line in in_sentences(TOLD).splitlines()]


def test_it_begins_with_the_mail_and_the_moment() -> None:
    """The mail, its author, its language, the local time, and whether the office was open."""
    assert lines()[0] == "“Hitno: ne radi internet, treba nam račun”  from ivana@kupac.hr"
    assert lines()[1] == "language hr: words · Sun 22 Nov 2026 03:10 CET · office closed"
    assert lines()[2] == "kind person · trust none"


def test_every_rule_is_told_hit_or_miss() -> None:
    """B69: each rule stands with its number and place; the word that hit, or in one line why it did not match."""
    told = lines()
    assert "✓  1  Outage → urgent, network team   (rules/10-urgent.yaml:3)" in told
    assert "“ne radi internet” ≈ ne radi internet ($outage, hr) in subject" in told
    assert "→ team = l2-network · → priority = urgent · → +tags outage" in told
    miss = told.index("·  2  Croatian mail → Zagreb   (rules/40-hours.yaml:3)")
    assert told[miss + 1] == "zagreb is closed"
    assert "✓  5  A trial   (rules/90.yaml:2)   (trial: changes nothing)" in told


def test_what_came_too_late_is_told_once() -> None:
    """What a rule wanted and did not get is named with who was first, in words that are not doubled."""
    wanted = "→ +tags invoice · → team=billing ignored, rule 1 set l2-network first · → assign=least-busy dropped with its team"
    assert wanted in lines()
    assert in_sentences(TOLD).count("ignored") == 1


def test_each_result_names_its_origin() -> None:
    """The result says which rule each field comes from, how a person was chosen, and what the defaults set."""
    told = [line.split(maxsplit=1) for line in lines()]
    found = {words[0]: " ".join(words[1].split()) for words in told if len(words) == 2}
    assert found["team"] == "l2-network rule 1"
    assert found["assign"] == "ivan rule 4, on-call"
    assert found["priority"] == "urgent rule 1"
    assert found["sla"] == "standard defaults"
    assert found["tags"] == "outage invoice rules 1, 3"


def test_what_is_withheld_is_told_with_its_reason() -> None:
    """B130: a notice that is not sent stands there with why."""
    assert "acknowledgement to ivana@kupac.hr: withheld (not-addressed: none of our addresses)" in lines()


def test_a_timer_is_told_without_a_mail() -> None:
    """A decision that no mail caused says what did."""
    cause = TimerDue(7, 1042, TimerKind.CLOSE)
    told = Told(Decision(why=(Why(Reason.STATUS_CHANGED, "closed"),)), Snapshot(cause, NIGHT), 1042)
    assert in_sentences(told).splitlines()[0] == "timer “close” of #1042"
    assert "ticket #1042" in in_sentences(told)


def test_json_has_every_promised_field() -> None:
    """The JSON form has all the keys that scripts rely on, with lists and switches as such."""
    found = as_json(TOLD)
    assert {"kind", "trust", "ticket", "rules", "result", "notices"} <= set(found)
    assert found["ticket"] == {"number": None, "evidence": ["link-none"]}
    rules = found["rules"]
    assert isinstance(rules, list)
    assert all({"name", "file", "line", "matched", "why", "set", "ignored"} <= set(rule) for rule in rules)
    result = found["result"]
    assert isinstance(result, dict)
    assert result["tags"] == ["outage", "invoice"]
    assert result["origin"]["team"] == "rule 1"
    notices = found["notices"]
    assert isinstance(notices, list)
    assert set(notices[0]) == {"kind", "to", "due", "why"}
    assert notices[0]["due"] is False


def test_json_of_a_decision_without_routing_is_whole() -> None:
    """Where no rule was asked, the result's fields are there and empty."""
    result = as_json(Told(Decision(trust=Trust.AGENT), Snapshot(MailArrived(1), NIGHT)))["result"]
    assert result == {"team": "", "assign": "", "priority": "", "sla": "", "tags": [], "origin": {}}
