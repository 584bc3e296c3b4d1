"""Comments on cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

# The table becomes part of the metadata that migrations are compared with.
from engine.store import comments  # noqa: F401

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.Column("mentioned", ARRAY(sa.Text()), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_comments_instance_id_instances"),
    )
    op.create_index("uq_comments_instance_id_number", "comments", ["instance_id", "number"], unique=True)
    op.create_index(
        "uq_comments_instance_id_written_by_request_key", "comments", ["instance_id", "written_by", "request_key"], unique=True
    )
