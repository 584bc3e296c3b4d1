"""Which deployments were released from a working copy, and what was tried before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "releases",
        sa.Column("deployment_id", sa.Text(), nullable=False),
        sa.Column("copy_id", sa.Text(), nullable=False),
        sa.Column("copy_revision", sa.Integer(), nullable=False),
        sa.Column("base_deployment_id", sa.Text(), nullable=True),
        sa.Column("tested_digest", sa.Text(), nullable=False),
        sa.Column("tested_by", sa.Text(), nullable=False),
        sa.Column("tested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scenarios", sa.Integer(), nullable=False),
        sa.Column("covered", sa.Integer(), nullable=False),
        sa.Column("coverable", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("deployment_id", name="pk_releases"),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployments.id"], name="fk_releases_deployment_id"),
        sa.ForeignKeyConstraint(["copy_id"], ["working_copies.id"], name="fk_releases_copy_id"),
        sa.ForeignKeyConstraint(["base_deployment_id"], ["deployments.id"], name="fk_releases_base_deployment_id"),
    )
