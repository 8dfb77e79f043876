"""The order of rules, in its four sentences, and what becomes of each field."""

import datetime as dt

import pytest

from maildesk.model.reason import Reason
from maildesk.rules.evaluate import DEFAULTS, MAILBOX, evaluate
from tests.unit.rules.desk import mail, policy_of, run


def rules(*lines: str, defaults: str = "") -> str:
    """Write rules named A, B, C … that all match, or what a line says instead."""
    text = "rules:\n"
    for name, line in zip("ABCDEFGH", lines, strict=False):
        when = "" if "when:" in line else "    when: {subject: now}\n"
        body = line.replace("\n", "\n    ")
        text += f"  - name: {name}\n{when}    {body}\n"
    return f"{text}defaults: {defaults}\n" if defaults else text


NOW = mail("now")


def test_rules_are_tried_from_top_to_bottom_files_in_name_order() -> None:
    """All rules are tried, top to bottom, files in name order."""
    policy = policy_of(
        rules("then: {team: l1}"), rules__05="rules: [{name: Z, when: {subject: now}, then: {team: billing}}]"
    )
    routing = run(policy, NOW)
    assert [trace.name for trace in routing.traces] == ["Z", "A"]
    assert routing.team == "billing"
    assert routing.origin["team"] == "Z"


def test_the_first_rule_that_sets_a_field_keeps_it() -> None:
    """Later rules are ignored for a field that is set, and the trace says who was first."""
    routing = run(policy_of(rules("then: {priority: high}", "then: {priority: urgent, sla: gold}")), NOW)
    assert (routing.priority, routing.sla) == ("high", "gold")
    assert routing.traces[1].set == {"sla": "gold"}
    assert routing.traces[1].ignored == {"priority": "urgent ignored, rule 1 set high first"}
    assert routing.origin == {"priority": "A", "sla": "B"}


def test_tags_suggestions_hooks_needs_and_notes_add_up() -> None:
    """What can be added is added, each once, in the order of the rules; the origin names all rules."""
    routing = run(
        policy_of(
            rules(
                "then: {tags: [x, y], suggest: faq, notify: sms, note: one}",
                "then: {tags: [y, z], suggest: [vpn, faq], notify: chat, note: two, needs: erp}",
            ),
            hooks="sms: {url: https://x.example}\nchat: {url: https://y.example}\n",
        ),
        NOW,
    )
    assert routing.tags == ("x", "y", "z")
    assert routing.suggest == ("faq", "vpn")
    assert routing.notify == ("sms", "chat")
    assert routing.needs == ("erp",)
    assert routing.note == "one\ntwo"
    assert routing.origin["tags"] == "A, B"


def test_team_and_assign_of_one_rule_travel_together() -> None:
    """A rule whose team comes too late loses its assign as well; one that names no team keeps it."""
    routing = run(policy_of(rules("then: {team: l1}", "then: {team: billing, assign: petr}")), NOW)
    assert (routing.team, routing.assign) == ("l1", "")
    assert routing.traces[1].ignored == {
        "team": "billing ignored, rule 1 set l1 first",
        "assign": "petr dropped with its team",
    }
    assert run(policy_of(rules("then: {team: l1}", "then: {assign: petr}")), NOW).assign == "petr"
    assert run(policy_of(rules("then: {assign: petr}", "then: {team: billing, assign: ana}")), NOW).assign == "petr"


def test_the_same_team_named_again_is_taken_all_the_same() -> None:
    """A team that was set already is taken, even if it is the same one."""
    routing = run(policy_of(rules("then: {team: billing}", "then: {team: billing, assign: petr}")), NOW)
    assert (routing.team, routing.assign) == ("billing", "")


def test_stop_ends_the_walk_and_is_named() -> None:
    """B71: `stop: yes` keeps later rules from being tried, the trace names it; defaults still count."""
    routing = run(policy_of(rules("stop: yes\nthen: {tags: x}", "then: {tags: y}", defaults="{priority: low}")), NOW)
    assert routing.tags == ("x",)
    assert routing.traces[1].why == "rule 1 “A” says stop"
    assert routing.priority == "low"
    other = run(policy_of(rules("when: {subject: never}\nstop: yes\nthen: {tags: x}", "then: {tags: y}")), NOW)
    assert other.tags == ("y",)


def test_a_trial_changes_nothing_and_says_what_it_would() -> None:
    """A rule on trial is tried and traced; it sets nothing, takes nothing from others and stops nobody."""
    routing = run(policy_of(rules("trial: yes\nstop: yes\nthen: {team: l1, tags: t}", "then: {team: billing}")), NOW)
    assert (routing.team, routing.tags) == ("billing", ())
    trace = routing.traces[0]
    assert (trace.matched, trace.trial, trace.set) == (True, True, {})
    assert trace.why.endswith("trial: would set team=l1, tags=t")
    assert [why.text[:1] for why in routing.why] == ["B"]


def test_rules_that_are_off_say_so() -> None:
    """A rule that is not enabled, or ended, is not tried; `until` includes its day in the desk's time zone."""
    policy = policy_of(rules("enabled: no\nthen: {tags: a}", "until: 2026-11-23\nthen: {tags: b}"))
    last_minute = dt.datetime(2026, 11, 23, 22, 59, tzinfo=dt.UTC)
    assert run(policy, mail("now", now=last_minute)).tags == ("b",)
    after = run(policy, mail("now", now=last_minute + dt.timedelta(minutes=1)))
    assert [trace.why for trace in after.traces] == ["not enabled", "ended on 2026-11-23"]


def test_events_choose_the_rules() -> None:
    """B75: a rule is for new tickets unless it says otherwise; defaults are for new tickets only."""
    policy = policy_of(
        rules(
            "then: {tags: n}",
            "event: reply\nthen: {tags: r}",
            "event: [new, reopened]\nthen: {tags: o}",
            defaults="{sla: gold}",
        )
    )
    assert run(policy, mail("now")).tags == ("n", "o")
    reply = run(policy, mail("now", event="reply"))
    assert (reply.tags, reply.sla, reply.traces[0].why) == (("r",), "", "only for new mail")
    assert run(policy, mail("now", event="reopened")).tags == ("o",)


def test_defaults_fill_what_no_rule_has_set() -> None:
    """Defaults act as a last rule: they fill single fields, and lists that are empty."""
    defaults = "{team: l1, assign: ana, priority: low, tags: d}"
    routing = run(policy_of(rules("then: {priority: high}", defaults=defaults)), NOW)
    assert (routing.team, routing.assign, routing.priority, routing.tags) == ("l1", "ana", "high", ("d",))
    assert routing.origin == {"priority": "A", "team": DEFAULTS, "assign": DEFAULTS, "tags": DEFAULTS}
    assert routing.why[-1].reason is Reason.RULE_DEFAULTS
    taken = run(policy_of(rules("then: {team: billing, tags: x}", defaults=defaults)), NOW)
    assert (taken.team, taken.assign, taken.tags) == ("billing", "", ("x",))


def test_the_mailboxs_team_counts_before_the_defaults() -> None:
    """No rule chose a team: it is the mailbox's; a default team is for mailboxes without one."""
    policy = policy_of(rules("when: {subject: never}\nthen: {team: l1}", defaults="{team: l1}"))
    routing = run(policy, mail("now", mailbox_team="network"))
    assert (routing.team, routing.origin["team"]) == ("network", MAILBOX)
    assert run(policy, NOW).team == "l1"


def test_switches_are_first_wins_too() -> None:
    """ack, ticket and spam are kept by the first rule that sets them, whichever way."""
    routing = run(policy_of(rules("then: {ack: no, ticket: yes}", "then: {ack: yes, ticket: no, spam: yes}")), NOW)
    assert (routing.ack, routing.ticket, routing.spam) == (False, True, True)
    nothing = run(policy_of(), NOW)
    assert (nothing.ack, nothing.ticket, nothing.spam, nothing.origin) == (True, True, False, {})


def test_every_action_leaves_a_line_that_names_its_rule() -> None:
    """B78: each action stands in the trace of its rule with file and line, and the rule in the reasons."""
    then = "{team: l1, assign: ana, priority: low, sla: gold, status: open, reply: reset, ack: no, spam: no, tags: t, note: n}"
    routing = run(policy_of(rules(f"then: {then}")), NOW)
    trace = routing.traces[0]
    assert (trace.file, trace.line) == ("rules/10.yaml", 2)
    assert trace.set == {
        "team": "l1", "assign": "ana", "priority": "low", "sla": "gold", "status": "open", "reply": "reset",
        "ack": "no", "spam": "no", "tags": "t", "note": "n",
    }  # fmt: skip
    assert routing.why[0].reason is Reason.RULE_MATCHED
    assert routing.why[0].text == "A: “now” ≈ now in subject"


@pytest.mark.parametrize("subject", ["now", "later", "never"])
def test_without_misses_the_routing_is_the_same(subject: str) -> None:
    """Leaving the misses out changes the trace and nothing else."""
    policy = policy_of(
        rules(
            "when: {subject: [now, x-ray]}\nthen: {tags: a}",
            "when: {from: odberatel.cz}\nthen: {tags: b}",
            "when: {any: [{subject: later}]}\nstop: yes\nthen: {tags: c}",
            "when: {words: [now, later]}\nunless: {tags: c}\nthen: {tags: d, team: l1}",
        )
    )
    whole, short = evaluate(policy, mail(subject)), evaluate(policy, mail(subject), misses=False)
    assert [t for t in whole.traces if t.matched] == list(short.traces)
    assert (whole.tags, whole.team, whole.origin, whole.why) == (short.tags, short.team, short.origin, short.why)
