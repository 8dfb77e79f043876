"""Check the whole configuration and list everything that is wrong, with file, line, column and what was probably meant."""

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maildesk.cli.options import desk_options, json_option
from maildesk.cli.say import Exit, say, say_json

if TYPE_CHECKING:
    from maildesk.yaml_file import Problem

_UNCHANGED = "Nothing was changed; the running rules stay active."


@click.command()
@desk_options
@json_option
@click.option("--strict", is_flag=True, help="Let warnings count as errors.")
def command(config_dir: Path, data_dir: Path, *, as_json: bool, strict: bool) -> None:
    """Check the configuration; list everything that is wrong.

    Settings, teams, words, calendars, rules and templates are read, and the cases beside the rules run, as the running desk does
    before it takes new rules. Where there is a database, the last 1,000 mails show which rules match too much or never. The status
    is 1 if there are errors.
    """
    from maildesk.proof import prove
    from maildesk.yaml_file import ERROR, print_problems

    settings, policy, problems, cases = prove(config_dir, dt.datetime.now(dt.UTC))
    if settings is not None and policy is not None:
        from maildesk.cli.past_mail import warn_of_past_mail

        found = (*problems, *warn_of_past_mail(settings, policy, config_dir, data_dir))
        problems = tuple(sorted(found, key=lambda problem: (problem.file, problem.line, problem.col)))
    if as_json:
        for problem in problems:
            say_json(as_object(problem))
    elif problems:
        say(print_problems(problems, _UNCHANGED))
    elif policy:
        counts = f"{len(policy.rules)} rules, {len(policy.people.teams)} teams, {len(cases)} cases passed"
        say(f"{config_dir}: {counts}. No problems.")
    bad = any(strict or problem.severity == ERROR for problem in problems)
    sys.exit(int(Exit.NO if bad else Exit.FINE))


def as_object(problem: "Problem") -> dict[str, object]:
    """Give the stable JSON form of a problem."""
    return {name: getattr(problem, name) for name in ("file", "line", "col", "severity", "text", "hint", "source")}
