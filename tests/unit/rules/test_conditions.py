"""Every condition with a mail that meets it and one that does not, and what the trace says."""

import datetime as dt

import pytest

from maildesk.rules.evaluate import Facts
from tests.unit.rules.desk import MONDAY, mail, matches, policy_of, run, why

CUSTOMERS = "vip: [odberatel.cz, reditel@jinde.cz]\npartners: [partner.hr]\n"


@pytest.mark.parametrize(
    ("when", "facts", "hit"),
    [
        ("{from: jana@odberatel.cz}", mail(), True),
        ("{from: JANA@Odberatel.CZ}", mail(), True),
        ("{from: odberatel.cz}", mail(), True),
        ("{from: odberatel.cz}", mail(author="x@eu.odberatel.cz"), True),
        ("{from: odberatel.cz}", mail(author="x@neodberatel.cz"), False),
        ("{from: odberatel.cz}", mail(author="odberatel.cz@jinde.cz"), False),
        ("{from: [jinde.cz, odberatel.cz]}", mail(), True),
        ("{from: odberatel.cz}", mail(author=""), False),
        ("{to: erp@firma.cz}", mail(to=("a@b.cz", "erp@firma.cz")), True),
        ("{to: erp@firma.cz}", mail(cc=("erp@firma.cz",)), False),
        ("{cc: firma.cz}", mail(cc=("erp@firma.cz",)), True),
        ("{customer: vip}", mail(), True),
        ("{customer: vip}", mail(author="reditel@jinde.cz"), True),
        ("{customer: vip}", mail(author="jiny@jinde.cz"), False),
        ("{customer: partners}", mail(customer_groups=("partners",)), True),
        ("{customer: known}", mail(author="a@b.cz", known_customer=True), True),
        ("{customer: known}", mail(author="a@b.cz"), False),
        ("{customer: known}", mail(), True),
        ("{customer: new}", mail(author="a@b.cz"), True),
        ("{customer: new}", mail(author="a@b.cz", known_customer=True), False),
        ("{language: cs}", mail(language="cs"), True),
        ("{language: [cs, sk]}", mail(language="sk"), True),
        ("{language: cs}", mail(language="hr"), False),
        ("{attachment: pdf}", mail(attachments=("a.txt", "Faktura.PDF")), True),
        ("{attachment: '*.pdf'}", mail(attachments=("a.pdf",)), True),
        ("{attachment: pdf}", mail(attachments=("pdf",)), False),
        ("{attachment: [xml, tar.gz]}", mail(attachments=("x.tar.gz",)), True),
        ("{attachment: any}", mail(attachments=("",)), True),
        ("{attachment: any}", mail(), False),
        ("{header: {List-Id: present}}", mail(headers=(("list-id", "<x>"),)), True),
        ("{header: {List-Id: present}}", mail(), False),
        ("{header: {List-Id: absent}}", mail(), True),
        ("{header: {X-Spam-Flag: yes}}", mail(headers=(("X-Spam-Flag", " YES"),)), True),
        ("{header: {X-Spam-Flag: yes}}", mail(headers=(("X-Spam-Flag", "NO"), ("X-Spam-Flag", "yes"))), True),
        ("{header: {X-Spam-Flag: yes}}", mail(headers=(("X-Spam-Flag", "no"),)), False),
        ("{header: {X-Mailer: '/^outlook 1\\d/'}}", mail(headers=(("X-Mailer", "Outlook 16.0"),)), True),
        ("{header: {A: present, B: present}}", mail(headers=(("A", "1"),)), False),
        ("{header: {A: [x, y]}}", mail(headers=(("A", "Y"),)), True),
        ("{lookup: {status: [shipped, paid]}}", mail(looked_up={"status": "Paid"}), True),
        ("{lookup: {status: paid}}", mail(looked_up={"status": "open"}), False),
        ("{lookup: {status: paid}}", mail(), False),
        ("{lookup: {status: present}}", mail(looked_up={"status": "open"}), True),
        ("{lookup: {status: absent}}", mail(), True),
        ("{lookup: {status: paid, vip: yes}}", mail(looked_up={"status": "paid", "vip": "no"}), False),
        ("{channel: web}", mail(channel="web"), True),
        ("{channel: [web, phone]}", mail(), False),
        ("{trust: aligned}", mail(trust="aligned"), True),
        ("{trust: none}", mail(trust="ambiguous"), True),
        ("{trust: agent}", mail(trust="aligned"), False),
        ("{hours: open}", mail(), True),
        ("{hours: closed}", mail(), False),
        ("{hours: closed}", mail(now=MONDAY.replace(hour=15)), True),
        ("{hours: {calendar: zagreb, is: open}}", mail(), False),
        ("{hours: {calendar: zagreb, is: open}}", mail(now=MONDAY.replace(hour=8)), True),
        ("{hours: {calendar: zagreb, is: closed}}", mail(now=MONDAY.replace(day=24, hour=8)), True),
        ("{spam: no}", mail(), True),
        ("{spam: yes}", mail(), False),
        ("{team: l1}", mail(), False),
        ("{subject: faktura, from: odberatel.cz}", mail("faktura"), True),
        ("{subject: faktura, from: jinde.cz}", mail("faktura"), False),
        ("{any: [{subject: faktura}, {attachment: pdf}]}", mail(attachments=("a.pdf",)), True),
        ("{any: [{subject: faktura}, {attachment: pdf}]}", mail(), False),
        ("{all: [{subject: faktura}, {attachment: pdf}]}", mail("faktura", attachments=("a.pdf",)), True),
        ("{all: [{subject: faktura}, {attachment: pdf}]}", mail("faktura"), False),
        ("{none: [{subject: faktura}, {attachment: pdf}]}", mail(), True),
        ("{none: [{subject: faktura}, {attachment: pdf}]}", mail("faktura"), False),
        ("{any: [{all: [{subject: a1}, {none: [{body: b2}]}]}, {body: c3}]}", mail("a1", "x"), True),
        ("{any: [{all: [{subject: a1}, {none: [{body: b2}]}]}, {body: c3}]}", mail("a1", "b2"), False),
    ],
)
def test_a_condition_holds_or_not(when: str, facts: Facts, hit: bool) -> None:
    """Each condition holds for what it says, and for nothing else."""
    assert matches(when, facts, customers=CUSTOMERS) is hit


@pytest.mark.parametrize(
    ("when", "facts", "said"),
    [
        ("{from: jinde.cz}", mail(), "from is jana@odberatel.cz"),
        ("{to: jinde.cz}", mail(), "to is –"),
        ("{to: jinde.cz}", mail(to=("a@b.cz", "c@d.cz")), "to is a@b.cz, c@d.cz"),
        ("{header: {List-Id: present}}", mail(), "no header List-Id"),
        ("{header: {X: a}}", mail(headers=(("X", "b"),)), "X is b"),
        ("{hours: {calendar: zagreb, is: open}}", mail(), "zagreb is closed"),
        ("{hours: open}", mail(), "office is open"),
        ("{customer: [vip, partners]}", mail(author="a@b.cz"), "customer is not vip or partners"),
        ("{language: cs}", mail(language="hr"), "language is hr"),
        ("{attachment: [pdf, xml]}", mail(), "no pdf/xml attachment"),
        ("{priority: urgent}", mail(), "priority is not set"),
        ("{tags: vip}", mail(), "not tagged vip"),
        ("{subject: x-ray, language: cs}", mail(language="hr"), "no “x-ray” in subject; language is hr"),
        ("{any: [{subject: [a1, b1]}, {to: x.cz}]}", mail(), "none of 2 words in subject; to is –"),
    ],
)
def test_the_trace_says_what_was_seen(when: str, facts: Facts, said: str) -> None:
    """B69: a trace gives the value that was seen, whether the rule matched or not."""
    assert why(when, facts, customers=CUSTOMERS) == said


def test_unless_turns_a_rule_off() -> None:
    """`unless` has the same words as `when`; if all of it holds the rule is off, and the trace says by what."""
    policy = policy_of(
        "rules:\n  - name: R\n    when: {words: faktura}\n"
        "    unless: {words: [přihlásit], from: odberatel.cz}\n    then: {team: l1}\n"
    )
    assert run(policy, mail("faktura")).traces[0].matched
    assert run(policy, mail("faktura přihlásit", author="a@b.cz")).traces[0].matched
    off = run(policy, mail("faktura přihlásit")).traces[0]
    assert (off.matched, off.why) == (False, "unless: “přihlásit” ≈ přihlásit in subject; from is jana@odberatel.cz")


def test_conditions_see_what_earlier_rules_set() -> None:
    """team, priority, sla, tags and spam are those an earlier rule has set, never those of a later one."""
    seen = "{team: billing, priority: urgent, sla: gold, tags: [x, vip], spam: yes}"
    setter = "  - name: S\n    when: {subject: now}\n    then: {team: billing, priority: urgent, sla: gold, tags: vip, spam: yes}\n"
    asker = f"  - name: A\n    when: {seen}\n    then: {{note: seen}}\n"
    assert run(policy_of(f"rules:\n{setter}{asker}"), mail("now")).note == "seen"
    assert run(policy_of(f"rules:\n{asker}{setter}"), mail("now")).note == ""


def test_plain_hours_are_those_of_the_team_so_far() -> None:
    """`hours: open` asks the calendar of the team an earlier rule chose, else the first calendar."""
    rules = """\
rules:
  - name: Team
    when: {subject: now}
    then: {team: billing}
  - name: Closed
    when: {hours: closed}
    then: {tags: closed}
"""
    assert run(policy_of(rules), mail("now")).tags == ("closed",)  # billing works in zagreb, which closes at 10
    assert run(policy_of(rules), mail("later")).tags == ()


def test_no_calendar_is_always_open() -> None:
    """Without calendars.yaml every moment is working time."""
    night = mail(now=dt.datetime(2026, 11, 22, 2, tzinfo=dt.UTC))
    files = {
        "calendars": "",
        "teams": "teams: {l1: {members: [ana]}, billing: {}}\nagents: {ana: {addresses: [a@firma.hr]}}\n",
    }
    assert matches("{hours: open}", night, **files)
    assert not matches("{hours: closed}", night, **files)
