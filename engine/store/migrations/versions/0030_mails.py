"""Notifications by mail: addresses that were proved, what goes out, and what the bell does not show."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("notification_choices", "in_app", existing_type=sa.Boolean(), nullable=True)
    op.add_column("notification_choices", sa.Column("by_mail", sa.Boolean(), nullable=True))
    op.add_column("notification_settings", sa.Column("mail_address", sa.Text(), nullable=True))
    op.add_column("notification_settings", sa.Column("mail_confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("notification_settings", sa.Column("mail_code", sa.Text(), nullable=True))
    op.add_column("notification_settings", sa.Column("mail_code_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("notification_settings", sa.Column("mail_tries", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("notification_settings", "mail_tries", server_default=None)
    op.add_column("notifications", sa.Column("shown", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.alter_column("notifications", "shown", server_default=None)
    op.drop_index("ix_notifications_unread", "notifications")
    op.create_index("ix_notifications_unread", "notifications", ["user_id"], postgresql_where=sa.text("read_at IS NULL AND shown"))
    op.create_table(
        "mails",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("notification_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_mails_user_id_users"),
        sa.ForeignKeyConstraint(["notification_id"], ["notifications.id"], name="fk_mails_notification_id_notifications"),
    )
    op.create_index("ix_mails_due_at", "mails", ["due_at"], postgresql_where=sa.text("ended_at IS NULL"))
    op.create_index("uq_mails_notification_id", "mails", ["notification_id"], unique=True)
