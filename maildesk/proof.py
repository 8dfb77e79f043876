"""Prove a configuration before it is used: load, lint, render every template, run the admin's own cases.

`maildesk check` and the running desk ask this one function, so what the one calls good the other takes. Reads files,
writes none; what is wrong comes back, all of it at once.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from maildesk.model.mail import Mail
from maildesk.outbound.words.proof import check_templates
from maildesk.rules.lint import lint
from maildesk.rules.load import load_policy
from maildesk.rules.policy import Policy
from maildesk.rules.reading.canned import path_of
from maildesk.rules.reading.cases import Case
from maildesk.rules.reading.whole import TEMPLATES
from maildesk.rules.selftest import Outcome, read_tests, run_tests
from maildesk.settings import Desk, Settings, load_settings, templates_dir
from maildesk.yaml_file import ERROR, Problem

SETTINGS = "maildesk.yaml"
_looked_at: list[tuple[tuple[dict[str, str], tuple[str, ...]], tuple[Problem, ...]]] = []


class Proof(NamedTuple):
    """What a configuration came to; `policy` is None if anything in it is an error."""

    settings: Settings | None
    policy: Policy | None
    problems: tuple[Problem, ...]
    cases: tuple[Case, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Give what forbids to use it; warnings do not."""
        return tuple(problem for problem in self.problems if problem.severity == ERROR)


def prove(config_dir: Path, now: dt.datetime) -> Proof:
    """Check everything, and run the cases if nothing else is wrong."""
    read = read_whole(config_dir, now.date())
    if read.policy is None:
        return read
    outcomes = run_tests(read.policy, read.cases, now, lambda name: read_case_mail(config_dir, name))
    failed = tuple(_failed_cases(read.policy, outcomes))
    return read._replace(policy=None, problems=(*read.problems, *failed)) if failed else read


def read_whole(config_dir: Path, today: dt.date) -> Proof:
    """Check everything that is written, without running the cases: settings first, then policy, templates, cases."""
    settings, problems = load_settings(config_dir / SETTINGS)
    found = list(problems)
    assumed = settings or _stand_in()
    policy, problems = load_policy(config_dir, templates_dir(config_dir, assumed.templates), assumed)
    found += problems
    cases: tuple[Case, ...] = ()
    if policy is not None:
        cases, problems = read_tests(policy)
        found += [*lint(policy, today), *problems, *_in_templates(policy)]
    whole = settings is not None and not any(problem.severity == ERROR for problem in found)
    found.sort(key=lambda problem: (problem.file, problem.line, problem.col))
    return Proof(settings, policy if whole else None, tuple(found), cases)


def read_case_mail(config_dir: Path, name: str) -> Mail:
    """Read the mail file of a case; its path is relative to tests/."""
    from maildesk.ingest.parse import parse_mail

    return parse_mail((config_dir / "tests" / name).read_bytes())


def _in_templates(policy: Policy) -> Iterator[Problem]:
    """Name templates as the admin knows them: by their path from the folder that holds config/ and templates/.

    They are most of the work and seldom edited: those that were looked at last are not looked at again.
    """
    seen = (policy.templates, policy.languages)
    if not _looked_at or _looked_at[0][0] != seen:
        _looked_at[:] = [(seen, tuple(check_templates(policy.templates, policy.languages)))]
    for problem in _looked_at[0][1]:
        name = problem.file.removeprefix(TEMPLATES)
        yield msgspec.structs.replace(problem, file=path_of(name) or TEMPLATES + name)


def _failed_cases(policy: Policy, outcomes: tuple[Outcome, ...]) -> Iterator[Problem]:
    for outcome in outcomes:
        if outcome.passed:
            continue
        lines = policy.texts.get(outcome.file, "").splitlines()
        source = lines[outcome.line - 1] if 0 < outcome.line <= len(lines) else ""
        column = len(source) - len(source.lstrip(" -")) + 1
        what = f"case “{outcome.name}” fails: {'; '.join(outcome.failures)}"
        hint = "see: maildesk test"
        yield Problem(outcome.file, outcome.line, column, ERROR, what, source, hint, max(1, len(source) - column + 1))


def _stand_in() -> Settings:
    """Settings by which the rules can be checked although maildesk.yaml has mistakes."""
    return Settings(Desk("desk", "desk.invalid"), ())
