"""Choices per kind of notification, where there were only the unwanted kinds; due tasks are told of once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notification_choices",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("in_app", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "kind", name="pk_notification_choices"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_notification_choices_user_id_users"),
    )
    op.create_index("ix_notification_choices_kind", "notification_choices", ["kind", "user_id"])
    op.create_table(
        "notification_settings",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("due_hours", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_notification_settings"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_notification_settings_user_id_users"),
    )
    op.execute("INSERT INTO notification_choices (user_id, kind, in_app) SELECT user_id, kind, false FROM muted_notifications")
    op.drop_table("muted_notifications")
    op.create_index(
        "uq_notifications_due",
        "notifications",
        ["instance_id", "activity_instance_id", "user_id", "kind"],
        unique=True,
        postgresql_where=sa.text("kind IN ('due_soon', 'overdue')"),
    )
