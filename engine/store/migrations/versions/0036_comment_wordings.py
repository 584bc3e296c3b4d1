"""What comments said before they were changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# The table becomes part of the metadata that migrations are compared with.
from engine.store import comments  # noqa: F401

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comments", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "comment_wordings",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("instance_id", "number", "edition", name="pk_comment_wordings"),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_comment_wordings_instance_id_instances"),
    )
