"""Files that forms take: contents by their digest, in pieces; uploads; which instance or record refers to which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# The tables of uploaded files become part of the metadata that migrations are compared with.
from engine.store import files  # noqa: F401

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file_contents",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_file_contents"),
    )
    op.create_table(
        "file_chunks",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["file_contents.digest"], name="fk_file_chunks_digest", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", "number", name="pk_file_chunks"),
    )
    # Most uploads are packed already: compressing them again costs time and saves nothing.
    op.execute("ALTER TABLE file_chunks ALTER COLUMN content SET STORAGE EXTERNAL")
    op.create_table(
        "files",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["file_contents.digest"], name="fk_files_digest"),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
    )
    op.create_index("ix_files_digest", "files", ["digest"])
    op.create_index("ix_files_uploaded_by_uploaded_at", "files", ["uploaded_by", "uploaded_at"])
    op.create_table(
        "file_uses",
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("holder_type", sa.Text(), nullable=False),
        sa.Column("holder_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name="fk_file_uses_file_id"),
        sa.PrimaryKeyConstraint("file_id", "holder_type", "holder_id", name="pk_file_uses"),
    )
    op.create_index("ix_file_uses_holder_type_holder_id", "file_uses", ["holder_type", "holder_id"])
