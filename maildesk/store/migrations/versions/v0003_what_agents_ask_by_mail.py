"""Who is away until when; and what must be remembered so that an agent's mail can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nobody is away, and nothing of before can be taken back."""
    op.create_table(
        "absence",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_absence")),
    )
    op.add_column("entry", sa.Column("merged_from", sa.BigInteger(), nullable=True))
    op.add_column("entry", sa.Column("undone", sa.BigInteger(), nullable=True))
    op.add_column("timer", sa.Column("ended_by", sa.BigInteger(), nullable=True))
