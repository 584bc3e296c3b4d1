"""Notifications, and the kinds that people do not want."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# The tables become part of the metadata that migrations are compared with.
from engine.store import notifications  # noqa: F401

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=True),
        sa.Column("activity_instance_id", sa.Integer(), nullable=False),
        sa.Column("caused_by", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_notifications_user_id_users"),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_notifications_instance_id_instances"),
    )
    op.create_index("ix_notifications_user_id_id", "notifications", ["user_id", "id"])
    op.create_index("ix_notifications_unread", "notifications", ["user_id"], postgresql_where=sa.text("read_at IS NULL"))
    op.create_index("ix_notifications_instance_id", "notifications", ["instance_id"])
    op.create_table(
        "muted_notifications",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "kind", name="pk_muted_notifications"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_muted_notifications_user_id_users"),
    )
