"""What is needed to take the last completion of an instance back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("instances", sa.Column("undo_task", sa.Integer(), nullable=True))
    op.add_column("instances", sa.Column("undo_sequence", sa.Integer(), nullable=True))
    op.add_column("instances", sa.Column("undo_snapshot", sa.LargeBinary(), nullable=True))
