import re
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from maildesk.store import Store, StoreUnavailable, schema
from maildesk.store.migrations.run import configuration


def describe(url: str) -> list[object]:
    """List all that a database holds of ours, in words that both ways of making it must share."""
    engine = create_engine(url)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.execute(
                text(
                    "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
                    " AND name <> 'alembic_version'"
                )
            )
            found: list[object] = sorted((kind, name, _parts(sql or "")) for kind, name, sql in rows)
        else:
            found = [
                sorted(tuple(map(str, row)) for row in connection.execute(text(sql)))
                for sql in (
                    (
                        "SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity"
                        " FROM information_schema.columns WHERE table_schema = 'public'"
                    ),
                    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
                    "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0",
                    "SELECT sequencename, start_value FROM pg_sequences",
                )
            ]
    engine.dispose()
    return found


def _parts(sql: str) -> list[str]:
    """Split a statement at its constraints, whose order says nothing."""
    head, *constraints = re.split(r",?\s*(?=CONSTRAINT )", " ".join(sql.split()).removesuffix(")").strip())
    return [head, *sorted(constraints)]


def test_migrations_lead_to_the_tables_that_a_fresh_database_gets(
    sqlite_url: str, postgres_url: str, postgres: object, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A database made at once and one brought up step by step are the same, on both servers."""
    pairs = ((sqlite_url, f"sqlite:///{tmp_path / 'other.db'}"), (postgres_url, postgres.new_database()))  # type: ignore[attr-defined]
    for fresh, migrated in pairs:
        Store.open(fresh, tmp_path).close()
        engine = create_engine(migrated)
        with engine.begin() as connection:
            command.upgrade(configuration(connection), "head")
        with engine.connect() as connection:
            opts = {"compare_type": True, "include_name": lambda name, *_: name not in schema.SEARCH_TABLES}
            context = MigrationContext.configure(connection, opts=opts)
            assert compare_metadata(context, schema.metadata) == []
        engine.dispose()
        assert describe(fresh) == describe(migrated)
        Store.open(migrated, tmp_path).close()


def test_the_newest_migration_is_the_revision_of_the_schema() -> None:
    """There is one line of migrations, and its head is what the software expects."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        assert ScriptDirectory.from_config(configuration(connection)).get_heads() == [schema.REVISION]
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite_url", "postgres_url"])
def test_a_database_of_a_newer_maildesk_is_left_alone(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Downgrading the software does not guess at tables it does not know."""
    database_url = str(request.getfixturevalue(kind))
    Store.open(database_url, tmp_path).close()
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreUnavailable, match="revision 9999"):
        Store.open(database_url, tmp_path)
