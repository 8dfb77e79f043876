"""Check the whole configuration and list everything that is wrong, with file, line, column and what was probably meant."""

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maildesk.cli.options import config_option, json_option
from maildesk.cli.say import Exit, say, say_json

if TYPE_CHECKING:
    from maildesk.rules.policy import Policy
    from maildesk.settings import Settings
    from maildesk.yaml_file import Problem

_UNCHANGED = "Nothing was changed; the running rules stay active."


@click.command()
@config_option
@json_option
@click.option("--strict", is_flag=True, help="Let warnings count as errors.")
def command(config_dir: Path, *, as_json: bool, strict: bool) -> None:
    """Check the configuration; list everything that is wrong.

    Settings, teams, words, calendars, rules, tests and templates are read as the daemon reads them. The status is 1 if there
    are errors.
    """
    from maildesk.yaml_file import ERROR, print_problems

    policy, problems = check(config_dir, dt.datetime.now(dt.UTC).date())
    if as_json:
        for problem in problems:
            say_json(as_object(problem))
    elif problems:
        say(print_problems(problems, _UNCHANGED))
    elif policy:
        cases = sum(name.startswith("tests/") for name in policy.texts)
        say(
            f"{config_dir}: {len(policy.rules)} rules, {len(policy.people.teams)} teams, {cases} test files. No problems."
        )
    bad = any(strict or problem.severity == ERROR for problem in problems)
    sys.exit(int(Exit.NO if bad else Exit.FINE))


def check(config_dir: Path, today: dt.date) -> "tuple[Policy | None, tuple[Problem, ...]]":
    """Give the policy, None if it has errors, and all problems: those of maildesk.yaml first."""
    from maildesk.outbound.render import check_templates
    from maildesk.rules.lint import lint
    from maildesk.rules.load import load_policy
    from maildesk.rules.selftest import read_tests
    from maildesk.settings import load_settings

    settings, problems = load_settings(config_dir / "maildesk.yaml")
    found = list(problems)
    policy, problems = load_policy(config_dir, templates_dir(config_dir, settings), settings or _stand_in())
    found += problems
    if policy is not None:
        found += [*lint(policy, today), *read_tests(policy)[1]]
        found += check_templates(policy.templates, policy.languages)
    return (policy if settings is not None else None), tuple(found)


def templates_dir(config_dir: Path, settings: "Settings | None") -> Path:
    """Say where the desk's own templates are: as maildesk.yaml says, else beside the configuration."""
    if settings is None or not settings.templates:
        return config_dir.parent / "templates"
    return config_dir / settings.templates


def _stand_in() -> "Settings":
    """Settings by which the rules can be checked although maildesk.yaml has mistakes."""
    from maildesk.settings import Desk, Settings

    return Settings(Desk("desk", "desk.invalid"), ())


def as_object(problem: "Problem") -> dict[str, object]:
    """Give the stable JSON form of a problem."""
    return {name: getattr(problem, name) for name in ("file", "line", "col", "severity", "text", "hint", "source")}
