"""Fixtures of the tests that fetch mail."""

from collections.abc import Iterator

import pytest
from imapclient import IMAPClient

from tests.conftest import ImapUser


@pytest.fixture
def other(imap_user: ImapUser) -> Iterator[IMAPClient]:
    """A second client of the same mailbox: a person with a mail program."""
    with IMAPClient("127.0.0.1", imap_user.server.port, ssl=False, timeout=10) as client:
        client.login(imap_user.name, imap_user.password)
        yield client
