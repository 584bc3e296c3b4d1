"""Who has put the first steps aside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# The table becomes part of the metadata that migrations are compared with.
from engine.store import first_steps  # noqa: F401

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hidden_first_steps",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_hidden_first_steps"),
    )
