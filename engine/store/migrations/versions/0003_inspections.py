"""Who looked into which foreign case; what is only ever appended is guarded against its own role, too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPENDED = ("events", "record_changes", "inspections")


def upgrade() -> None:
    op.create_table(
        "inspections",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_inspections_instance_id"),
        sa.PrimaryKeyConstraint("id", name="pk_inspections"),
    )
    op.create_index("ix_inspections_instance_id_actor_at", "inspections", ["instance_id", "actor", "at"])
    op.create_index("ix_inspections_at", "inspections", ["at"])
    op.execute("CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON inspections FOR EACH ROW EXECUTE FUNCTION tuoke_refuse_change()")
    op.execute("CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON inspections FOR EACH STATEMENT EXECUTE FUNCTION tuoke_refuse_change()")
    for table in APPENDED:
        # ALWAYS: also for a session that pretends to be a replica. The owner loses its own privileges, too: a second lock, except for superusers.
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER refuse_change")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER refuse_truncate")
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM CURRENT_USER")
