"""Where commands look for the configuration and the data."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from maildesk.cli.options import desk_options


@click.command()
@desk_options
def show(config_dir: Path, data_dir: Path) -> None:
    """Print the two folders."""
    click.echo(f"{config_dir} {data_dir}")


def test_what_is_given_is_taken() -> None:
    """--config and --data win over everything."""
    result = CliRunner().invoke(show, ["--config", "a", "--data", "b"], env={"MAILDESK_CONFIG": "c"})
    assert result.output == "a b\n"


def test_the_environment_is_the_fallback() -> None:
    """MAILDESK_CONFIG and MAILDESK_DATA serve where options cannot be given."""
    result = CliRunner().invoke(show, env={"MAILDESK_CONFIG": "/srv/c", "MAILDESK_DATA": "/srv/d"})
    assert result.output == "/srv/c /srv/d\n"


def test_a_folder_with_a_desk_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder with a configuration, that and ./var are meant."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "maildesk.yaml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAILDESK_CONFIG", raising=False)
    monkeypatch.delenv("MAILDESK_DATA", raising=False)
    result = CliRunner().invoke(show)
    assert result.output == f"{tmp_path / 'config'} {tmp_path / 'var'}\n"
