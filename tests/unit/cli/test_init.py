"""The first configuration: it holds what was answered, passes its own check, and nothing is ever overwritten."""

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from maildesk.cli import cli
from maildesk.cli.new_config import person
from maildesk.settings import load_settings

IMAP = ("--imap", "imap.kupac.hr", "--relay", "smtp.kupac.hr:587")


def init(folder: Path, *words: str) -> Result:
    places = ("--config", str(folder / "config"), "--data", str(folder / "var"))
    return CliRunner().invoke(cli, ["init", *words, *places], env={"LANG": "hr_HR.UTF-8", "LC_ALL": ""})


def test_answers_become_settings(tmp_path: Path) -> None:
    """What was answered stands in maildesk.yaml, which has no mistakes and keeps the shipped comments."""
    words = ("--name", 'Podrška: "A"', "--address", "podrska@kupac.hr", "--admin", "ana.horvat@kupac.hr")
    result = init(tmp_path, *words, *IMAP, "--timezone", "Europe/Zagreb")
    assert result.exit_code == 0, result.output
    settings, problems = load_settings(tmp_path / "config" / "maildesk.yaml")
    assert problems == ()
    assert settings is not None
    assert (settings.desk.name, settings.desk.domain, settings.desk.timezone) == (
        'Podrška: "A"',
        "kupac.hr",
        "Europe/Zagreb",
    )
    assert settings.desk.admins == ("ana.horvat@kupac.hr",)
    assert settings.desk.languages == ("hr", "en")
    (box,) = settings.mailboxes
    assert box.address == "podrska@kupac.hr"
    assert box.aliases == ()
    assert box.imap is not None
    assert (box.imap.host, box.imap.port, box.imap.tls, box.imap.user) == (
        "imap.kupac.hr",
        993,
        "implicit",
        "podrska@kupac.hr",
    )
    assert (settings.relay.host, settings.relay.port, settings.relay.tls) == ("smtp.kupac.hr", 587, "starttls")
    assert settings.listen.smtp is None
    assert (tmp_path / "config" / "maildesk.yaml").read_text().count("#") > 20


def test_without_imap_mail_is_brought_to_us(tmp_path: Path) -> None:
    """With no mailbox to read, the desk listens on this machine, and needs no password."""
    result = init(tmp_path, "--address", "podrska@kupac.hr", "--admin", "ana@kupac.hr")
    assert result.exit_code == 0, result.output
    settings, problems = load_settings(tmp_path / "config" / "maildesk.yaml")
    assert problems == ()
    assert settings is not None
    assert settings.mailboxes[0].imap is None
    assert str(settings.listen.smtp) == "127.0.0.1:2525"
    assert not (tmp_path / "config" / "mailbox.pw").exists()


def test_secrets_are_for_one_user(tmp_path: Path) -> None:
    """The key and the password file can be read by their owner only, and no secret is printed."""
    result = init(tmp_path, "--address", "podrska@kupac.hr", "--admin", "ana@kupac.hr", *IMAP)
    key = tmp_path / "var" / "secret.key"
    for path in (key, tmp_path / "config" / "mailbox.pw"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(key.read_bytes()) >= 32
    assert key.read_bytes().hex() not in result.output


def test_a_desk_that_is_there_is_left_alone(tmp_path: Path) -> None:
    """A second init changes nothing and says so with status 2; other files that are there are kept."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "teams.yaml").write_text("teams: {}\n")
    first = init(tmp_path, "--address", "podrska@kupac.hr", "--admin", "ana@kupac.hr")
    assert "kept" in first.output
    assert (tmp_path / "config" / "teams.yaml").read_text() == "teams: {}\n"
    before = (tmp_path / "config" / "maildesk.yaml").read_bytes()
    assert init(tmp_path, "--address", "other@kupac.hr").exit_code == 2
    assert (tmp_path / "config" / "maildesk.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--address is needed"),
        (("--address", "x"), "must be an address"),
        (("--address", "podrska@kupac.hr", "--admin", "Podrska@kupac.hr"), "must differ"),
        (("--address", "podrska@kupac.hr", "--timezone", "Mars/Base"), "must be a time zone"),
    ],
)
def test_bad_answers_write_nothing(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """A missing or impossible answer is named, nothing is written, and nobody is asked where nobody is."""
    result = init(tmp_path, *words)
    assert result.exit_code == 2
    assert said in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "login", "name"),
    [
        ("ana.horvat@firma.hr", "ana.horvat", "Ana Horvat"),
        ("ANA+x@firma.hr", "ana", "Ana"),
        ("žofie@firma.cz", "zofie", "Žofie"),
        ("42@firma.hr", "agent-42", "42"),
        ("_@firma.hr", "admin", "Admin"),
    ],
)
def test_a_person_is_guessed_from_an_address(address: str, login: str, name: str) -> None:
    """The first agent's login and name come from the address; both can be changed in teams.yaml."""
    assert person(address) == (login, name)
