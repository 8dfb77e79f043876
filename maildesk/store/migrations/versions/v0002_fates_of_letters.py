"""How often nobody knew whether a letter had arrived, and how often it was refused: both end in the end."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Count from now on."""
    for name in ("ambiguous", "refused"):
        op.add_column("outbox", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
