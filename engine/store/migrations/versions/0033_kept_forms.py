"""Forms that arrived when their sender was signed out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# The table is part of the metadata that migrations are compared with.
from engine.store import drafts  # noqa: F401

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_forms",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_kept_forms"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_kept_forms_user_id_users"),
    )
    op.create_index("ix_kept_forms_user_id_kept_at", "kept_forms", ["user_id", "kept_at"])
