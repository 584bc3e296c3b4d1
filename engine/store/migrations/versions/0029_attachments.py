"""Files attached to cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# The table becomes part of the metadata that migrations are compared with.
from engine.store import attachments  # noqa: F401

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Text(), nullable=True),
        sa.Column("removal_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_attachments_instance_id_instances"),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name="fk_attachments_file_id_files"),
    )
    op.create_index("uq_attachments_instance_id_number", "attachments", ["instance_id", "number"], unique=True)
    op.create_index("uq_attachments_file_id", "attachments", ["file_id"], unique=True)
