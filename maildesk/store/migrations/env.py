"""Run migrations on the connection that the store hands in; on its own, for `alembic revision`, on MAILDESK_DATABASE."""

import os

from alembic import context
from sqlalchemy import Connection, create_engine

from maildesk.store.schema import SEARCH_TABLES, metadata


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        include_name=lambda name, kind, _: kind != "table" or name not in SEARCH_TABLES,
    )
    if context.config.attributes.get("connection") is not None:  # the transaction is the caller's
        context.run_migrations()
        return
    with context.begin_transaction():
        context.run_migrations()


if (handed := context.config.attributes.get("connection")) is not None:
    _run(handed)
else:
    with create_engine(os.environ["MAILDESK_DATABASE"]).connect() as opened:
        _run(opened)
