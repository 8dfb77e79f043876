"""Open a database by its URL, and create or migrate its tables."""

from pathlib import Path

from sqlalchemy import URL, inspect, make_url, text
from sqlalchemy import Connection as SqlConnection
from sqlalchemy import Engine as Pool
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from maildesk.store import schema
from maildesk.store.engines import postgres, sqlite
from maildesk.store.engines.lanes import Engine, StoreUnavailable

_LOCK = 0x6D61696C  # "mail": who creates or migrates tables on PostgreSQL does it alone


def open_engine(url: str, data_dir: Path) -> Engine:
    """Open the database; tables are made or brought up to date, one process at a time."""
    try:
        parsed = make_url(url)
    except ArgumentError as problem:
        raise StoreUnavailable(f"database: {problem}") from problem
    try:
        if parsed.get_backend_name() == "sqlite":
            file = find_file(parsed, data_dir)
            return sqlite.SqliteEngine(_prepared(sqlite.open_pool(file)), file)
        if parsed.get_backend_name() == "postgresql":
            return postgres.PostgresEngine(_prepared(postgres.open_pool(parsed.set(drivername="postgresql+psycopg"))))
    except StoreUnavailable:
        raise
    except (DBAPIError, OSError, NoSuchModuleError, ModuleNotFoundError) as problem:
        raise StoreUnavailable(f"database {parsed.render_as_string()}: {problem}") from problem
    raise StoreUnavailable(f"database: {parsed.get_backend_name()} is neither sqlite nor postgresql")


def _prepared(pool: Pool) -> Pool:
    try:
        prepare(pool)
    except BaseException:
        pool.dispose()
        raise
    return pool


def find_file(url: URL, data_dir: Path) -> Path:
    """Say where an SQLite URL leads: a relative path lies under the data directory."""
    if not url.database or url.database == ":memory:":
        raise StoreUnavailable("database: an SQLite database needs a file, such as sqlite:///maildesk.db")
    return data_dir / url.database


def prepare(pool: Pool) -> None:
    """Create the tables of an empty database, or run the migrations an older one lacks."""
    with pool.connect() as connection:
        if _revision(connection) == schema.REVISION:
            return
        _lock(connection)
        found = _revision(connection)
        if found is None:
            schema.metadata.create_all(connection)
            _stamp(connection)
        elif found != schema.REVISION:
            from maildesk.store.migrations.run import upgrade

            upgrade(connection, found)
        _commit(connection)


def _revision(connection: SqlConnection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _stamp(connection: SqlConnection) -> None:
    """Do what `alembic stamp head` does, without the second it takes to import."""
    connection.execute(
        text(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
            " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": schema.REVISION})


def _lock(connection: SqlConnection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _commit(connection: SqlConnection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("COMMIT")
    connection.commit()
