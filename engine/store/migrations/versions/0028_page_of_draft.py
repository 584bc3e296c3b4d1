"""The page that saved a draft, so that another page of the same person does not overwrite it unknowingly."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# The table is part of the metadata that migrations are compared with.
from engine.store import drafts  # noqa: F401

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("drafts", sa.Column("page", sa.Text(), nullable=False, server_default=sa.text("''")))
