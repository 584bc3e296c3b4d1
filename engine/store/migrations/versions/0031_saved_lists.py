"""Task lists with a name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# The table becomes part of the metadata that migrations are compared with.
from engine.store import saved_lists  # noqa: F401

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_lists",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("role_key", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("opens", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_lists"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_saved_lists_user_id"),
        sa.CheckConstraint("(user_id IS NULL) <> (role_key IS NULL)", name="one_owner"),
        sa.CheckConstraint("role_key IS NOT NULL OR NOT opens", name="opens_for_a_role"),
    )
    own, shared = sa.text("user_id IS NOT NULL"), sa.text("role_key IS NOT NULL")
    op.create_index("uq_saved_lists_user_id_name_key", "saved_lists", ["user_id", "name_key"], unique=True, postgresql_where=own)
    op.create_index("uq_saved_lists_role_key_name_key", "saved_lists", ["role_key", "name_key"], unique=True, postgresql_where=shared)
    op.create_index("uq_saved_lists_opens", "saved_lists", ["role_key"], unique=True, postgresql_where=sa.text("opens"))
