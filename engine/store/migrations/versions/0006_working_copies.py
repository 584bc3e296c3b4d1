"""Working copies: packs that analysts change, every version of their files, who has what open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# The tables of working copies become part of the metadata that migrations are compared with.
from engine.store import working_copies  # noqa: F401

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "working_copies",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("pack_key", sa.Text(), nullable=False),
        sa.Column("base_deployment_id", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", moment, nullable=True),
        sa.Column("closed_as", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_working_copies"),
        sa.ForeignKeyConstraint(["base_deployment_id"], ["deployments.id"], name="fk_working_copies_base_deployment_id"),
    )
    op.create_index("uq_working_copies_pack_key", "working_copies", ["pack_key"], unique=True, postgresql_where=sa.text("closed_at IS NULL"))
    op.create_table(
        "working_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("copy_id", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("began_at", moment, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("former_name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_working_versions"),
        sa.ForeignKeyConstraint(["copy_id"], ["working_copies.id"], name="fk_working_versions_copy_id"),
    )
    op.create_index("ix_working_versions_copy_id_id", "working_versions", ["copy_id", "id"])
    op.create_table(
        "working_files",
        sa.Column("copy_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("copy_id", "name", name="pk_working_files"),
        sa.ForeignKeyConstraint(["copy_id"], ["working_copies.id"], name="fk_working_files_copy_id"),
        sa.ForeignKeyConstraint(["version_id"], ["working_versions.id"], name="fk_working_files_version_id"),
    )
    op.create_table(
        "working_presences",
        sa.Column("copy_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("copy_id", "user_id", "file", name="pk_working_presences"),
        sa.ForeignKeyConstraint(["copy_id"], ["working_copies.id"], name="fk_working_presences_copy_id"),
    )
