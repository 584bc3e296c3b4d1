"""The task list: orders and filters as indexes, words to search, copies for information."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# These tables become part of the metadata that migrations are compared with.
from engine.store import worklists  # noqa: F401
from engine.store.search_text import grams, searched_text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_DUE = "COALESCE(due_at, 'infinity'::timestamp with time zone)"
_ITEM = ["instance_id", "activity_instance_id"]
_ORDERS: dict[str, list[str | sa.TextClause]] = {
    "ix_work_items_by_priority": [sa.text("(-priority)"), sa.text(_DUE), "created_at", *_ITEM],
    "ix_work_items_by_due": [sa.text(_DUE), "created_at", *_ITEM],
    "ix_work_items_by_creation": ["created_at", *_ITEM],
    "ix_work_items_by_name": ["element_name", "created_at", *_ITEM],
    "ix_work_items_process_key_element_id": ["process_key", "element_id"],
}
_BATCH = 1000


def upgrade() -> None:
    op.drop_index("ix_work_items_due_at", "work_items")
    for name, columns in _ORDERS.items():
        op.create_index(name, "work_items", columns, postgresql_where=sa.text("state = 'open'"))
    _search_texts()
    _copies()


def _search_texts() -> None:
    table = op.create_table(
        "search_texts",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("activity_instance_id", sa.Integer(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("grams", sa.ARRAY(sa.Integer()), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_search_texts_instance_id"),
        sa.PrimaryKeyConstraint("instance_id", "activity_instance_id", "shared", name="pk_search_texts"),
    )
    heads = "SELECT id, 0, true, coalesce(title, '') FROM instances"
    tasks = (
        "SELECT w.instance_id, w.activity_instance_id, false,"
        " concat_ws(' ', w.element_name, w.element_name_en, i.business_key, p.name, p.name_en, d.name, d.name_en) FROM work_items w"
        " JOIN instances i ON i.id = w.instance_id JOIN definitions d ON d.id = i.definition_id"
        " LEFT JOIN definitions p ON p.deployment_id = d.deployment_id AND p.key = w.process_key"
    )
    # Values on forms of earlier releases are found from the next step of their instance on.
    for statement in (heads, tasks):
        for part in op.get_bind().execute(sa.text(statement)).partitions(_BATCH):
            op.bulk_insert(table, [_row(*row) for row in part])
    op.create_index("ix_search_texts_grams", "search_texts", ["grams"], postgresql_using="gin")


def _row(instance_id: str, activity_instance_id: int, shared: bool, words: str) -> dict[str, object]:
    text = searched_text([words])
    return {"instance_id": instance_id, "activity_instance_id": activity_instance_id, "shared": shared, "text": text, "grams": grams(text)}


def _copies() -> None:
    op.create_table(
        "copies",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("activity_instance_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_copies_instance_id"),
        sa.PrimaryKeyConstraint("id", name="pk_copies"),
    )
    op.create_index("ix_copies_user_id_id", "copies", ["user_id", "id"])
    op.create_index("ix_copies_unread", "copies", ["user_id"], postgresql_where=sa.text("read_at IS NULL"))
    op.create_index("ix_copies_instance_id_user_id", "copies", ["instance_id", "user_id"])
