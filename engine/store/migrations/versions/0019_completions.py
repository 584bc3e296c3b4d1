"""The completions of an instance without reading its whole log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = ["instance_id", "sequence", "activity_instance_id"]
    op.create_index("ix_events_completions", "events", columns, postgresql_where=sa.text("kind = 'task_completed'"))
