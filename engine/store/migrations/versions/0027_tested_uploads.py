"""What was tried before a deployment is kept as well when a tool brought the files instead of a working copy."""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("scenario_runs", "copy_revision", nullable=True)
    op.alter_column("releases", "copy_id", nullable=True)
    op.alter_column("releases", "copy_revision", nullable=True)
