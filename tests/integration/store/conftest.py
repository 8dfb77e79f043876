"""A store on each database: every test here runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.store import Store


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = Store.open(database_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_url: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store on SQLite, for what only SQLite can do."""
    opened = Store.open(sqlite_url, tmp_path)
    yield opened
    opened.close()
