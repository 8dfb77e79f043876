"""Open the desk for a command, or print every problem and leave with the right status."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maildesk.cli.say import Exit

if TYPE_CHECKING:
    from maildesk.daemon import Office
    from maildesk.rules.policy import Policy
    from maildesk.settings import Settings
    from maildesk.yaml_file import Problem


def read_settings(config_dir: Path, status: int = 2) -> "Settings":
    """Read maildesk.yaml, or leave."""
    from maildesk.settings import load_settings

    settings, problems = load_settings(config_dir / "maildesk.yaml")
    if settings is None:
        complain(problems, status)
    assert settings is not None
    return settings


def read_policy(policy_dir: Path, settings: "Settings", status: int = 2) -> "Policy":
    """Read the policy of a configuration directory, or leave."""
    from maildesk.rules.load import load_policy
    from maildesk.settings import templates_dir

    policy, problems = load_policy(policy_dir, templates_dir(policy_dir, settings.templates), settings)
    if policy is None:
        complain(problems, status)
    assert policy is not None
    return policy


def open_or_complain(config_dir: Path, data_dir: Path, *, status: int = 2, activate: bool = True) -> "Office":
    """Open settings, keys, store and policy, or leave: with 75 if only the database is not there now."""
    from maildesk.daemon import BadPolicy, open_office
    from maildesk.store import StoreUnavailable

    settings = read_settings(config_dir, status)
    try:
        return open_office(settings, config_dir, data_dir, activate=activate)
    except BadPolicy as bad:
        complain(bad.problems, status)
    except StoreUnavailable as problem:
        click.echo(f"maildesk: {problem}", err=True)
        # A server that starts later than we do must not keep us from being started again.
        status = Exit.TRY_AGAIN if status == Exit.BAD_CONFIG else status
    except (OSError, ValueError) as problem:
        click.echo(f"maildesk: {problem}", err=True)
    sys.exit(status)


def complain(problems: "tuple[Problem, ...]", status: int) -> None:
    """Print all problems and leave."""
    for problem in problems:
        click.echo(str(problem), err=True)
    errors = sum(1 for p in problems if p.severity == "error")
    click.echo(f"{errors} error{'' if errors == 1 else 's'}. Nothing was started.", err=True)
    sys.exit(status)


def read_good_policy(config_dir: Path) -> "Policy":
    """Read a configuration's policy; what is wrong with it is printed, and the command ends."""
    import datetime as dt

    from maildesk.proof import read_whole

    proof = read_whole(config_dir, dt.datetime.now(dt.UTC).date())
    if proof.policy is None:
        complain(proof.errors, 1)
    assert proof.policy is not None
    return proof.policy
