"""How people want their lists to look."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# The table becomes part of the metadata that migrations are compared with.
from engine.store import list_memory  # noqa: F401

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "remembered_lists",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("list_key", sa.Text(), nullable=False),
        sa.Column("arrangement", sa.JSON(), nullable=False),
        sa.Column("remembered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "list_key", name="pk_remembered_lists"),
    )
