"""Substitutes and handovers; the person for whom a task was taken."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# The tables become part of the metadata that migrations are compared with.
from engine.store import assigning  # noqa: F401

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "substitutions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("substitute_id", sa.Text(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("process_keys", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_substitutions_user_id"),
        sa.ForeignKeyConstraint(["substitute_id"], ["users.id"], name="fk_substitutions_substitute_id"),
        sa.PrimaryKeyConstraint("id", name="pk_substitutions"),
    )
    op.create_index("ix_substitutions_substitute_id", "substitutions", ["substitute_id", "until"])
    op.create_index("ix_substitutions_user_id", "substitutions", ["user_id", "until"])
    op.create_table(
        "handovers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("from_user", sa.Text(), nullable=False),
        sa.Column("to_user", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tasks", sa.Integer(), nullable=False),
        sa.Column("lasting", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["from_user"], ["users.id"], name="fk_handovers_from_user"),
        sa.ForeignKeyConstraint(["to_user"], ["users.id"], name="fk_handovers_to_user"),
        sa.PrimaryKeyConstraint("id", name="pk_handovers"),
    )
    op.create_index("ix_handovers_from_user_at", "handovers", ["from_user", "at"])
    op.execute("CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON handovers FOR EACH ROW EXECUTE FUNCTION tuoke_refuse_change()")
    op.execute("CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON handovers FOR EACH STATEMENT EXECUTE FUNCTION tuoke_refuse_change()")
    op.execute("ALTER TABLE handovers ENABLE ALWAYS TRIGGER refuse_change")
    op.execute("ALTER TABLE handovers ENABLE ALWAYS TRIGGER refuse_truncate")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON handovers FROM CURRENT_USER")
    op.add_column("work_items", sa.Column("on_behalf_of", sa.Text(), nullable=True))
