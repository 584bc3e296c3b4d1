"""What is due before some time is found by an index of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_work_items_due_at", "work_items", ["due_at"], postgresql_where=sa.text("state = 'open' AND due_at IS NOT NULL"))
