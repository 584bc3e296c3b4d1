"""A record that was merged into another points to it; the history of both names the other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("records", sa.Column("merged_into", sa.Text(), nullable=True))
    op.create_foreign_key("fk_records_merged_into", "records", "records", ["merged_into"], ["id"])
    op.create_index("ix_records_merged_into", "records", ["merged_into"], postgresql_where=sa.text("merged_into IS NOT NULL"))
    op.add_column("record_changes", sa.Column("other_id", sa.Text(), nullable=True))
