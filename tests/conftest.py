"""Fixtures all tests share: real servers (started when first asked for), the corpora, and the house rules of unit tests."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import hypothesis
import pytest

from tests.services.certificate import Certificate, make_certificate
from tests.services.chromium import running_chromium
from tests.services.dovecot import Dovecot, running_dovecot
from tests.services.postfix import Postfix, running_postfix_inbound, running_postfix_relay
from tests.services.postgres import Postgres, running_postgres
from tests.services.processes import private_folder
from tests.services.sink import Sink, running_sink

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# A machine shared with others is no clock: no example is too slow, and CI tries the same examples each time.
hypothesis.settings.register_profile("here", deadline=None, print_blob=True)
hypothesis.settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that `make golden` uses."""
    parser.addoption("--rewrite-golden", action="store_true", help="write what is into the expectations of tests/mails")


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run tests in the loop that the daemon would take; MAILDESK_LOOP=asyncio runs all in Python's own."""
    from maildesk.daemon.loop import find_loop

    return {"daemon": find_loop()}


@pytest.fixture
def rewrite_golden(request: pytest.FixtureRequest) -> bool:
    """Whether listed expectations of tests/mails are to be rewritten instead of compared."""
    return bool(request.config.getoption("--rewrite-golden"))


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real mails, from MAILDESK_CORPORA; without it the test is skipped, and says so."""
    folder = os.environ.get("MAILDESK_CORPORA")
    if not folder:
        pytest.skip("CORPORA MISSING: MAILDESK_CORPORA is not set")
    if not Path(folder).is_dir():
        pytest.fail(f"MAILDESK_CORPORA names no folder: {folder}")
    return Path(folder)


@pytest.fixture(autouse=True)
def _no_sockets_in_unit_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests below tests/unit and tests/properties talk to nobody: what needs a server is an integration test."""
    if not {"unit", "properties"} & set(request.path.relative_to(request.config.rootpath).parts):
        return

    def refuse(_socket: socket.socket, address: object) -> NoReturn:
        raise AssertionError(f"a unit test opened a socket to {address!r}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket.socket, "bind", refuse)


# ---- certificates ----


@pytest.fixture(scope="session")
def certificate() -> Iterator[Certificate]:
    """A server certificate for localhost and 127.0.0.1, and the authority that signed it."""
    with private_folder("certificate") as folder:
        yield make_certificate(folder)


# ---- mail in: IMAP ----


class ImapUser(NamedTuple):
    """A fresh, empty mailbox on the shared Dovecot."""

    server: Dovecot
    name: str
    password: str

    def put(self, mail: bytes) -> Path:
        """Deliver a mail into the INBOX."""
        return self.server.put(self.name, mail)

    def mails(self, mailbox: str = "INBOX") -> list[bytes]:
        """Give what lies in a mailbox."""
        return self.server.mails(self.name, mailbox)


@pytest.fixture(scope="session")
def dovecot(certificate: Certificate) -> Iterator[Dovecot]:
    """A Dovecot for the whole run, plain and STARTTLS on `port`, TLS on `tls_port`; take a user of your own from `imap_user`."""
    with running_dovecot(certificate=certificate) as server:
        yield server


@pytest.fixture
def imap_user(dovecot: Dovecot, request: pytest.FixtureRequest) -> ImapUser:
    """A user nobody else has, with an empty INBOX."""
    taken = {path.name for path in (dovecot.folder / "mail").iterdir()}
    name = next(name for number in range(10_000) if (name := f"user{number}") not in taken)
    return ImapUser(dovecot, dovecot.add_user(name, "secret"), "secret")


# ---- mail out and in: SMTP ----


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A recording SMTP server that can be scripted to misbehave."""
    with running_sink() as server:
        yield server


@pytest.fixture
def make_sink() -> Iterator[Callable[..., Sink]]:
    """Run sinks with arguments of `running_sink` (tls, implicit, logins, lmtp, size_limit) until the test ends."""
    with contextlib.ExitStack() as stack:
        yield lambda **wanted: stack.enter_context(running_sink(**wanted))


@pytest.fixture
def postfix_relay() -> Iterator[Callable[..., Postfix]]:
    """Run relays with arguments of `running_postfix_relay` (to, maildirs, settings) until the test ends."""
    with contextlib.ExitStack() as stack:
        yield lambda **wanted: stack.enter_context(running_postfix_relay(**wanted))


@pytest.fixture
def postfix_inbound() -> Iterator[Callable[..., Postfix]]:
    """Run servers in front with arguments of `running_postfix_inbound` (domains, lmtp, bounces_to, settings)."""
    with contextlib.ExitStack() as stack:
        yield lambda **wanted: stack.enter_context(running_postfix_inbound(**wanted))


# ---- databases ----


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL for the whole run, without fsync; tests of crashes run their own with `running_postgres()`."""
    with running_postgres(fsync=False) as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL database, dropped after the test."""
    url = postgres.new_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The SQLAlchemy URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'maildesk.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database: the test runs once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


# ---- a browser ----


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """A headless Chromium for one module; its tests are not async, because Playwright keeps a loop running in this thread."""
    with running_chromium() as running:
        yield running


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    """A page in a profile of its own."""
    context = browser.new_context()
    yield context.new_page()
    context.close()
