"""A store on each database: every test here runs on SQLite and on PostgreSQL.

On PostgreSQL they share one database that is emptied after each test: making one takes longer than most tests.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from maildesk.store import Store
from maildesk.store.schema import metadata
from tests.services.postgres import Postgres


@pytest.fixture(scope="session")
def shared_url(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PostgreSQL database with our tables."""
    url = postgres.new_database()
    Store.open(url, tmp_path_factory.mktemp("shared")).close()
    return url


@pytest.fixture
def emptied_url(shared_url: str) -> Iterator[str]:
    """The shared database, emptied afterwards, whoever still holds a lock in it."""
    yield shared_url
    engine = create_engine(shared_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)}, search RESTART IDENTITY"))
        connection.execute(text("ALTER SEQUENCE ticket_number RESTART"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database: the test runs once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "emptied_url"))


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
