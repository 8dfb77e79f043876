"""Run the admin's own cases: each mail goes through the rules, and lands where it must or the case fails."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from maildesk.language import detect
from maildesk.model.mail import Mail
from maildesk.model.value import Value
from maildesk.rules.assign import NOBODY, WAYS, choose_assignee
from maildesk.rules.evaluate import Facts, Routing, evaluate
from maildesk.rules.policy import Policy
from maildesk.rules.reading.cases import Case, read_cases
from maildesk.yaml_file import Problem, Problems

TUESDAY = 1
TEN = dt.time(10)
_LISTS = frozenset({"tags", "suggest", "notify", "needs", "rules"})

# Gives the mail of an `eml:` case, or raises OSError.
ReadMail = Callable[[str], Mail]


class Outcome(Value, frozen=True):
    """How a case ended; `failures` say what was expected and what came, `routing` is what the rules said."""

    name: str
    file: str
    line: int
    failures: tuple[str, ...]
    routing: Routing | None = None

    @property
    def passed(self) -> bool:
        """Tell whether all was as expected."""
        return not self.failures


def read_tests(policy: Policy) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """Read the cases that came with a policy."""
    problems = Problems()
    cases = read_cases(policy.texts, frozenset(rule.name for rule in policy.rules), problems)
    return cases, problems.sorted()


def run_tests(
    policy: Policy, cases: tuple[Case, ...], now: dt.datetime, read_mail: ReadMail | None = None
) -> tuple[Outcome, ...]:
    """Run the cases; one without `at` happens at 10:00 on the Tuesday that comes after `now`, in the desk's time zone."""
    return tuple(run_test(policy, case, now, read_mail) for case in cases)


def run_test(policy: Policy, case: Case, now: dt.datetime, read_mail: ReadMail | None = None) -> Outcome:
    """Run one case."""
    try:
        facts = _facts(policy, case, now, read_mail)
    except OSError as trouble:
        return Outcome(case.name, case.file, case.line, (f"{case.keys.eml}: {trouble.strerror or trouble}",))
    routing = evaluate(policy, facts, misses=False)
    got = _got(policy, case, facts, routing)
    failures = [
        f"{field}: expected {_words(wanted)}, got {_words(got[field])}"
        for field, wanted in case.fields("expect").items()
        if not _fits(field, wanted, got[field])
    ]
    failures += [
        f"{field}: must not be {_words(wanted)}, got {_words(got[field])}"
        for field, wanted in case.fields("expect_not").items()
        if _touches(field, wanted, got[field])
    ]
    return Outcome(case.name, case.file, case.line, tuple(failures), routing)


def _facts(policy: Policy, case: Case, now: dt.datetime, read_mail: ReadMail | None) -> Facts:
    keys = case.keys
    moment = keys.at.moment(policy.timezone) if keys.at else _next_tuesday(now, policy.timezone)
    if keys.eml:
        if read_mail is None:
            raise OSError(0, "mail files cannot be read here")
        facts = facts_of(read_mail(keys.eml), moment)
    else:
        mail = keys.mail
        facts = Facts(
            subject=mail.subject,
            body=mail.body,
            author=mail.author,
            now=moment,
            to=mail.to,
            cc=mail.cc,
            attachments=mail.attachments,
            headers=tuple(mail.headers.items()),
            channel=mail.channel,
            trust=mail.trust,
            looked_up=mail.lookup,
        )
    language = keys.language or detect(f"{facts.subject}\n{facts.body}", policy.languages)[0]
    return _with(
        facts,
        language=language if language in policy.languages or keys.language else policy.languages[0],
        event=keys.event,
        customer_groups=tuple(group for group in keys.customer if group not in {"known", "new"}),
        known_customer="known" in keys.customer,
    )


def facts_of(mail: Mail, now: dt.datetime) -> Facts:
    """Give the facts that stand in a mail itself."""
    return Facts(
        subject=mail.subject,
        body=mail.new_text,
        author=mail.author.address if mail.author else "",
        now=now,
        to=tuple(person.address for person in mail.to),
        cc=tuple(person.address for person in mail.cc),
        attachments=tuple(attachment.name for attachment in mail.attachments),
        headers=mail.headers,
    )


def _with(facts: Facts, **changes: Any) -> Facts:
    import msgspec

    return msgspec.structs.replace(facts, **changes)


def _next_tuesday(now: dt.datetime, timezone: str) -> dt.datetime:
    zone = ZoneInfo(timezone)
    day = now.astimezone(zone).date()
    day += dt.timedelta(days=(TUESDAY - day.weekday()) % 7)
    return dt.datetime.combine(day, TEN, zone)


def _got(policy: Policy, case: Case, facts: Facts, routing: Routing) -> dict[str, Any]:
    """List what came out by the names that cases use; `assign` is the way and, if there is one, the person."""
    login, _, _ = choose_assignee(
        routing.assign, routing.team, policy.people, case.keys.load, {}, facts.now, policy.calendars, routing.needs
    )
    got: dict[str, Any] = {name: getattr(routing, name) for name in Routing.__struct_fields__}
    got["assign"] = tuple(
        dict.fromkeys(filter(None, (routing.assign or NOBODY, login if routing.assign in WAYS else "")))
    )
    got["rules"] = tuple(trace.name for trace in routing.traces if trace.matched)
    got["language"] = facts.language
    return got


def _fits(field: str, wanted: Any, got: Any) -> bool:
    if field in _LISTS:
        return set(wanted) <= set(got)
    return wanted in got if field == "assign" else wanted == got


def _touches(field: str, wanted: Any, got: Any) -> bool:
    if field in _LISTS:
        return not set(wanted).isdisjoint(got)
    return wanted in got if field == "assign" else wanted == got


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"
    return str(value) or "nothing"
