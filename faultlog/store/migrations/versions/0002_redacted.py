"""Documents with tokens in the places of names, kept beside those they are made of."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add a column for each kind of document; nothing is in it until somebody asks."""
    for table in ("cases", "comparisons"):
        op.add_column(table, sa.Column("redacted", sa.LargeBinary(), nullable=True))
