"""Bring an older database up to date with Alembic, which is imported only then (it takes a second)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from maildesk.store.engines.lanes import StoreUnavailable


def upgrade(connection: Connection, found: str) -> None:
    """Run the migrations that a database of revision `found` lacks, inside the caller's transaction."""
    config = configuration(connection)
    try:
        ScriptDirectory.from_config(config).get_revision(found)
    except CommandError as problem:
        raise StoreUnavailable(
            f"the database is of revision {found}, which this version of maildesk does not know"
        ) from problem
    command.upgrade(config, "head")


def configuration(connection: Connection) -> Config:
    """Point Alembic at our migrations and at an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
