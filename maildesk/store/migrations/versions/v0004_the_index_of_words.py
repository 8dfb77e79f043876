"""An index of the words of every entry, by which tickets are found; the running desk fills it from the beginning."""

from alembic import op

revision = "0004"
down_revision = "0003"

# As they stood in schema.py when this was written: a migration does not change with the schema.
_SEARCH = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search USING fts5(words, content='', columnsize=0, detail=none, tokenize='ascii')",
    ),
    "postgresql": (
        "CREATE TABLE search (entry BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
        "CREATE INDEX ix_search_words ON search USING gin (words)",
    ),
}


def upgrade() -> None:
    """Make the index, empty."""
    for statement in _SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)
