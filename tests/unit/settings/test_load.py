"""Loading maildesk.yaml."""

import datetime as dt
from pathlib import Path

import pytest

from maildesk.settings import ListenAddress, Settings, TokenUrl, load_settings, shipped_dir
from maildesk.yaml_file import Problem

LEAST = "desk: {name: Firma, domain: firma.hr}\nmailboxes: [{address: podrska@firma.hr}]\n"


def load(folder: Path, text: str) -> tuple[Settings | None, tuple[Problem, ...]]:
    """Load settings from a text."""
    path = folder / "maildesk.yaml"
    path.write_text(text)
    return load_settings(path)


def good(folder: Path, text: str) -> Settings:
    settings, problems = load(folder, text)
    assert problems == ()
    assert settings is not None
    return settings


def test_the_least_that_is_needed(tmp_path: Path) -> None:
    """A name, a domain and a mailbox are enough; the documented defaults hold for the rest."""
    settings = good(tmp_path, LEAST)
    assert settings.desk.languages == ("en",)
    assert settings.desk.timezone == "UTC"
    assert settings.secret_file == "secret.key"
    assert settings.auth.agents == "standard"
    assert settings.send_delay == dt.timedelta(seconds=60)
    assert (settings.threading.reopen, settings.threading.ghosts) == (dt.timedelta(days=14), dt.timedelta(days=365))
    assert (settings.threading.cc_may_write, settings.threading.references) == (True, "strict")
    assert settings.feedback.delay == dt.timedelta(0)
    limits = settings.limits
    assert (limits.automatic_per_address, limits.per_domain, limits.brake_per_hour) == (3, 60, 60)
    assert (limits.connections, limits.connections_per_ip, limits.message_size) == (200, 10, 25 * 1024 * 1024)
    assert settings.web is None
    assert settings.listen.smtp is None


def test_every_key_is_read(tmp_path: Path) -> None:
    """All keys of the documented file arrive under their own names."""
    settings = good(
        tmp_path,
        """\
desk: {name: Firma podrška, domain: Firma.HR, languages: [en, cs, hr], timezone: Europe/Zagreb, admins: [it@firma.hr]}
database: postgresql+psycopg://user@host/db
secret_file: other.key
templates: ../own
mailboxes:
  - address: podrska@FIRMA.hr
    aliases: [help@firma.hr]
    team: l1
    language: hr
    imap: {host: imap.firma.hr, port: 143, user: podrska, password_file: imap.pw, tls: starttls, folder: Pošta, after: "move:Done"}
  - address: erp@firma.hr
    imap: {host: imap.firma.hr, user: erp, oauth: {token_url: "https://login.example/token"}}
listen: {smtp: "[::1]:2525", lmtp: "unix:/run/maildesk/lmtp.sock", starttls: {cert: a.pem, key: b.pem}}
relay: {host: smtp.firma.hr, port: 587, tls: starttls, user: podrska, password_file: relay.pw, oauth: google}
web: {listen: "127.0.0.1:8025", url: "https://help.firma.hr/"}
auth: {agents: strict, trusted_authserv_ids: [mx.firma.hr], dkim: no}
send_delay: 10m
threading: {reopen_days: 0, ghost_days: 30, cc_may_write: no, references: trusting}
feedback: {delay: 2h}
limits: {automatic_per_address: 1, per_domain: 2, brake_per_hour: 3, connections: 4, connections_per_ip: 5, message_size: 512KB}
""",
    )
    assert settings.desk.domain == "firma.hr"
    assert settings.own_addresses == ("podrska@firma.hr", "help@firma.hr", "erp@firma.hr")
    first, second = settings.mailboxes
    assert first.imap is not None
    assert (first.imap.folder, first.imap.after, first.imap.tls) == ("Pošta", "move:Done", "starttls")
    assert second.imap is not None
    assert second.imap.oauth == TokenUrl("https://login.example/token")
    assert settings.listen.smtp == ListenAddress("::1", 2525)
    assert settings.listen.lmtp == ListenAddress(path="/run/maildesk/lmtp.sock")
    assert settings.relay.oauth == TokenUrl(provider="google")
    assert settings.web is not None
    assert settings.web.url == "https://help.firma.hr"
    assert settings.limits.message_size == 512 * 1024


def test_the_shipped_file_is_good_and_says_the_defaults() -> None:
    """The shipped maildesk.yaml loads, and what it shows as defaults are the defaults."""
    settings, problems = load_settings(shipped_dir("config") / "maildesk.yaml")
    assert problems == ()
    assert settings is not None
    plain = Settings(settings.desk, settings.mailboxes)
    for name in ("database", "secret_file", "relay", "auth", "send_delay", "threading", "feedback", "limits"):
        assert getattr(settings, name) == getattr(plain, name), name


@pytest.mark.parametrize(
    "extra", ["auth: {agents: strict, dkim: yes}", "auth: {agents: strict, trusted_authserv_ids: [mx]}"]
)
def test_strict_needs_a_way_to_prove_senders(tmp_path: Path, extra: str) -> None:
    """`strict` is refused unless somebody's Authentication-Results are trusted or DKIM is verified here."""
    good(tmp_path, LEAST + extra)
    settings, problems = load(tmp_path, LEAST + "auth: {agents: strict}")
    assert settings is None
    assert problems[0].text.startswith("“strict” would refuse every agent")


def test_no_address_has_two_homes(tmp_path: Path) -> None:
    """An address of two mailboxes, or of a mailbox and an admin, is refused without regard to case."""
    boxes = "mailboxes: [{address: a@firma.hr, aliases: [b@firma.hr]}, {address: B@firma.hr}]\n"
    assert (
        load(tmp_path, "desk: {name: F, domain: firma.hr}\n" + boxes)[1][0].text
        == "the address B@firma.hr is named twice"
    )
    admins = "desk: {name: F, domain: firma.hr, admins: [Podrska@firma.hr]}\nmailboxes: [{address: podrska@firma.hr}]\n"
    assert "is a mailbox of this desk" in load(tmp_path, admins)[1][0].text


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_credentials_in_the_clear_stay_on_this_machine(tmp_path: Path, host: str) -> None:
    """A relay with a user needs encryption, except on this machine."""
    relay = 'relay: {{host: "{}", user: x, password_file: x, tls: none}}\n'
    good(tmp_path, LEAST + relay.format(host))
    assert load(tmp_path, LEAST + relay.format("smtp.firma.hr"))[0] is None


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    """No file, a folder, and bytes that are no text are problems, not exceptions."""
    assert load_settings(tmp_path / "maildesk.yaml")[1][0].text.startswith("there is no ")
    assert load_settings(tmp_path)[1][0].text.startswith("cannot be read")
    (tmp_path / "x.yaml").write_bytes(b"\xff\xfe\x00")
    assert load_settings(tmp_path / "x.yaml")[0] is None
    assert load(tmp_path, "# nothing\n")[1][0].text == "the file is empty"
