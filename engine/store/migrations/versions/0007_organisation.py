"""The organisation: departments, who belongs to which, who supervises whom; permissions of analysts and auditors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "departments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("head_id", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["departments.id"], name="fk_departments_parent_id"),
        sa.ForeignKeyConstraint(["head_id"], ["users.id"], name="fk_departments_head_id"),
        sa.PrimaryKeyConstraint("id", name="pk_departments"),
    )
    op.create_index("ix_departments_parent_id", "departments", ["parent_id"])
    op.create_index("ix_departments_head_id", "departments", ["head_id"])
    for permission in ("is_analyst", "is_auditor"):
        op.add_column("users", sa.Column(permission, sa.Boolean(), nullable=False, server_default=sa.false()))
        op.alter_column("users", permission, server_default=None)
    for name, target in (("department_id", "departments"), ("manager_id", "users")):
        op.add_column("users", sa.Column(name, sa.Text(), nullable=True))
        op.create_foreign_key(f"fk_users_{name}", "users", target, [name], ["id"])
        op.create_index(f"ix_users_{name}", "users", [name])
