"""Where configuration and data are looked for."""

from pathlib import Path

import pytest

from maildesk.settings import find_config_dir, find_data_dir, places, shipped_dir


def test_an_option_is_obeyed(tmp_path: Path) -> None:
    """What was asked for is taken, there or not."""
    assert find_config_dir(tmp_path / "x") == tmp_path / "x"
    assert find_data_dir(tmp_path / "y") == tmp_path / "y"


def test_a_desk_in_this_folder_comes_before_the_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """./config with a maildesk.yaml, and ./var beside it; else /etc/maildesk and /var/lib/maildesk where they exist."""
    system = tmp_path / "system"
    system.mkdir()
    monkeypatch.setattr(places, "SYSTEM_CONFIG", system)
    monkeypatch.setattr(places, "SYSTEM_DATA", system)
    here = tmp_path / "here"
    assert find_config_dir(cwd=here) == system
    assert find_data_dir(cwd=here) == system
    (here / "config").mkdir(parents=True)
    (here / "config" / "maildesk.yaml").write_text("")
    assert find_config_dir(cwd=here) == here / "config"
    assert find_data_dir(cwd=here) == here / "var"


def test_without_any_it_is_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing exists anywhere: messages speak of the folder people see."""
    monkeypatch.setattr(places, "SYSTEM_CONFIG", tmp_path / "no")
    monkeypatch.setattr(places, "SYSTEM_DATA", tmp_path / "no")
    assert find_config_dir(cwd=tmp_path) == tmp_path / "config"
    assert find_data_dir(cwd=tmp_path) == tmp_path / "var"


def test_what_was_shipped_is_found() -> None:
    """The shipped configuration and templates are there, in a checkout as in a wheel."""
    assert (shipped_dir("config") / "words.yaml").is_file()
    assert shipped_dir("templates").is_dir()
