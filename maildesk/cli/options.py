"""Options that most verbs share: where the configuration and the data are, and JSON."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

SYSTEM_CONFIG = Path("/etc/maildesk")
SYSTEM_DATA = Path("/var/lib/maildesk")


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


def json_option(function: F) -> F:
    """Add `--json`, handed over as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print the stable JSON form, one object a line.")(
        function
    )


def find_config(here: Path = Path(), system: Path = SYSTEM_CONFIG) -> Path:
    """Find the configuration where nobody named one; a new one would lie in the current folder."""
    local = here / "config"
    return system if not local.is_dir() and system.is_dir() else local


def find_data(here: Path = Path(), system: Path = SYSTEM_DATA) -> Path:
    """Find the data where nobody named a place; new data lies beside a local configuration, else with the system's."""
    local = here / "var"
    return system if not local.is_dir() and not (here / "config").is_dir() and system.is_dir() else local


def _config(_ctx: click.Context, _option: click.Parameter, given: Path | None) -> Path:
    return given or find_config()


def _data(_ctx: click.Context, _option: click.Parameter, given: Path | None) -> Path:
    return given or find_data()
