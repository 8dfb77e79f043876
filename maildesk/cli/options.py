"""Options that most verbs share: where the configuration and the data are, and JSON."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def config_option(function: F) -> F:
    """Add `--config DIR`, handed over as `config_dir`."""
    return click.option(
        "--config",
        "config_dir",
        type=click.Path(path_type=Path),
        envvar="MAILDESK_CONFIG",
        callback=_config,
        metavar="DIR",
        help="Where the configuration is. [default: ./config, else /etc/maildesk]",
    )(function)


def data_option(function: F) -> F:
    """Add `--data DIR`, handed over as `data_dir`."""
    return click.option(
        "--data",
        "data_dir",
        type=click.Path(path_type=Path),
        envvar="MAILDESK_DATA",
        callback=_data,
        metavar="DIR",
        help="Where the database and the mail are. [default: ./var, else /var/lib/maildesk]",
    )(function)


def desk_options(function: F) -> F:
    """Add `--config DIR` and `--data DIR`."""
    return config_option(data_option(function))


def by_option(function: F) -> F:
    """Add `--by LOGIN`."""
    return click.option(
        "--by", default="", metavar="LOGIN", help="The agent in whose name it is done. [default: admin]"
    )(function)


def json_option(function: F) -> F:
    """Add `--json`, handed over as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print the stable JSON form, one object a line.")(
        function
    )


def _config(_ctx: click.Context, _option: click.Parameter, given: Path | None) -> Path:
    from maildesk.settings import find_config_dir

    return find_config_dir(given)


def _data(_ctx: click.Context, _option: click.Parameter, given: Path | None) -> Path:
    from maildesk.settings import find_data_dir

    return find_data_dir(given)
