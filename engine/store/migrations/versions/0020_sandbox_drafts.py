"""What was typed in a sandbox and not yet submitted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sandboxes", sa.Column("drafts", sa.JSON(), nullable=False, server_default=sa.text("'{}'")))
