"""The admin's own cases."""

import datetime as dt
from typing import Any

import pytest

from maildesk.model.mail import Address, Attachment, Mail
from maildesk.rules.load import load_policy
from maildesk.rules.policy import Policy
from maildesk.rules.selftest import Outcome, read_tests, run_tests
from maildesk.settings import load_settings, shipped_dir
from tests.unit.rules.desk import policy_of

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)  # a Sunday
RULES = """\
rules:
  - name: Outage → urgent, network team
    when: {words: výpadek}
    then: {team: network, assign: on-call, priority: urgent, tags: [outage, net]}
  - name: Known
    when: {customer: known}
    then: {tags: known}
  - name: VIP
    when: {customer: vip}
    then: {sla: gold}
  - name: Open
    when: {hours: open}
    then: {note: open}
  - name: Busy
    when: {words: faktura}
    then: {team: billing, assign: least-busy}
  - name: Files
    when: {attachment: pdf, trust: aligned, channel: web}
    then: {tags: file}
  - name: Reply
    event: reply
    when: {words: výpadek}
    then: {tags: again}
"""


def outcomes(tests: str, read_mail: Any = None, **files: str) -> tuple[Outcome, ...]:
    policy = policy_of(RULES, tests__10=f"tests:\n{tests}", **files)
    cases, problems = read_tests(policy)
    assert problems == ()
    return run_tests(policy, cases, NOW, read_mail)


def failures(line: str, **files: str) -> tuple[str, ...]:
    (outcome,) = outcomes(f"  - {{name: T, {line}}}\n", **files)
    return outcome.failures


@pytest.fixture(scope="module")
def shipped() -> Policy:
    settings, _ = load_settings(shipped_dir("config") / "maildesk.yaml")
    assert settings is not None
    policy, _ = load_policy(shipped_dir("config"), shipped_dir("templates"), settings)
    assert policy is not None
    return policy


def test_the_shipped_rules_pass_their_own_cases(shipped: Policy) -> None:
    """B77: the configuration we ship proves itself, in three languages."""
    cases, problems = read_tests(shipped)
    assert problems == ()
    assert len(cases) >= 19
    assert [(o.name, o.failures) for o in run_tests(shipped, cases, NOW) if not o.passed] == []


def test_only_what_is_expected_is_compared() -> None:
    """`expect` is a subset: lists must hold the values, single fields be equal, the rest does not matter."""
    mail = "mail: {subject: Výpadek}"
    assert failures(f"{mail}, expect: {{team: network, tags: [net], rules: ['Outage → urgent, network team']}}") == ()
    assert failures(f"{mail}, expect: {{team: billing, tags: [net, x]}}") == (
        "team: expected billing, got network",
        "tags: expected net, x, got outage, net",
    )


def test_what_must_not_be() -> None:
    """`expect_not` fails when a single field is that value, or a list holds any of the values."""
    mail = "mail: {subject: Výpadek}"
    assert failures(f"{mail}, expect_not: {{team: billing, tags: [x], rules: [Known]}}") == ()
    assert failures(f"{mail}, expect_not: {{team: network, tags: [x, net]}}") == (
        "team: must not be network, got network",
        "tags: must not be x, net, got outage, net",
    )


def test_a_rules_name_with_a_comma_needs_no_quotes() -> None:
    """A name that YAML takes apart at its comma is put together again."""
    mail = "mail: {subject: Výpadek}"
    assert failures(f"{mail}, expect: {{rules: [Outage → urgent, network team]}}") == ()
    assert len(failures(f"{mail}, expect_not: {{rules: [Outage → urgent, network team]}}")) == 1


def test_customer_hours_event_and_load_are_given() -> None:
    """A case says who writes, when, to which event, and how busy people are."""
    assert failures("mail: {subject: x}, customer: vip, expect: {sla: gold}", customers="vip: [jinde.cz]\n") == ()
    assert failures("mail: {subject: x}, customer: [known], expect: {tags: [known]}") == ()
    assert failures("mail: {subject: x}, at: 2026-11-22 10:00, expect_not: {rules: [Open]}") == ()
    assert failures("mail: {subject: x}, at: 2026-11-23 7:30 Europe/Zagreb, expect_not: {rules: [Open]}") == ()
    assert failures("mail: {subject: x}, at: 2026-11-23 08:00 Europe/Zagreb, expect: {rules: [Open]}") == ()
    assert (
        failures("mail: {subject: výpadek}, event: reply, expect: {tags: [again]}, expect_not: {team: network}") == ()
    )
    assert failures("mail: {subject: faktura}, load: {ana: 5, petr: 2}, expect: {assign: petr}") == ()
    assert failures("mail: {subject: faktura}, load: {ana: 5, petr: 2}, expect: {assign: least-busy}") == ()
    assert failures("mail: {subject: faktura}, load: {ana: 1, petr: 2}, expect: {assign: petr}") == (
        "assign: expected petr, got least-busy, ana",
    )


def test_without_a_time_it_is_tuesday_ten_oclock() -> None:
    """A case without `at` happens in working hours whenever it is run: on a Tuesday at ten."""
    assert failures("mail: {subject: x}, expect: {rules: [Open], note: open}") == ()


def test_the_mail_of_a_case_has_everything_conditions_ask_for() -> None:
    """Attachments, headers, trust and channel can be given."""
    line = "mail: {subject: x, attachments: [a.pdf], trust: aligned, channel: web, to: a@b.cz}, expect: {tags: [file]}"
    assert failures(line) == ()


def test_a_mail_file_is_read_by_whoever_can() -> None:
    """`eml:` goes through the reader that is handed in; a file that is not there fails its case and no other."""

    def read(name: str) -> Mail:
        if name != "a.eml":
            raise FileNotFoundError(2, "No such file or directory")
        pdf = Attachment("x.pdf", "application/pdf", 1, "")
        return Mail(author=Address("jana@odberatel.cz"), subject="Výpadek", new_text="", attachments=(pdf,))

    tests = "  - {name: A, eml: a.eml, expect: {team: network}}\n  - {name: B, eml: b.eml, expect: {team: l1}}\n"
    first, second = outcomes(tests, read)
    assert first.passed
    assert second.failures == ("b.eml: No such file or directory",)


def test_language_is_given_or_guessed() -> None:
    """`language` is what the case says, else what the text is in, else the desk's first."""
    rules = "rules:\n  - name: Czech\n    when: {language: cs}\n    then: {tags: czech}\n"
    policy = policy_of(
        rules,
        tests__10="tests:\n"
        "  - {name: A, language: cs, mail: {subject: hi}, expect: {tags: [czech], language: cs}}\n"
        "  - {name: B, language: en, mail: {subject: hi}, expect_not: {tags: [czech]}}\n",
    )
    assert [o.passed for o in run_tests(policy, read_tests(policy)[0], NOW)] == [True, True]
