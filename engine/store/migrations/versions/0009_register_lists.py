"""Registers: lists sort and narrow down by an index, records are archived and imported, alike ones are found; what is there gets its index rows."""

from __future__ import annotations

import hashlib
import unicodedata
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BATCH = 1000


def upgrade() -> None:
    op.add_column("record_types", sa.Column("indexed", sa.JSON(), nullable=True))
    op.add_column("records", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_records_in_use", "records", ["record_type", sa.text("updated_at DESC"), "id"], postgresql_where=sa.text("archived_at IS NULL")
    )
    op.add_column("record_changes", sa.Column("kind", sa.Text(), nullable=False, server_default="saved"))
    op.add_column("record_changes", sa.Column("import_id", sa.Text(), nullable=True))
    op.alter_column("record_changes", "kind", server_default=None)
    _values()
    _likenesses()
    _imports()
    _fill()


def _values() -> None:
    op.create_table(
        "record_values",
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_record_values_record_id"),
        sa.PrimaryKeyConstraint("record_id", "field", "number", name="pk_record_values"),
    )
    op.execute('ALTER TABLE record_values ALTER COLUMN value TYPE text COLLATE "C"')
    # What is missing stands last in both directions, so each direction has its index.
    op.create_index("ix_record_values_up", "record_values", ["record_type", "field", "value", "record_id"])
    op.create_index("ix_record_values_down", "record_values", ["record_type", "field", sa.text("value DESC NULLS LAST"), "record_id"])


def _likenesses() -> None:
    op.create_table(
        "record_likenesses",
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_record_likenesses_record_id"),
        sa.PrimaryKeyConstraint("record_id", "field", "way", "value", name="pk_record_likenesses"),
    )
    op.create_index("ix_record_likenesses_value", "record_likenesses", ["record_type", "way", "value", "record_id"])
    op.create_table(
        "record_distinctions",
        sa.Column("low_id", sa.Text(), nullable=False),
        sa.Column("high_id", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["low_id"], ["records.id"], name="fk_record_distinctions_low_id"),
        sa.ForeignKeyConstraint(["high_id"], ["records.id"], name="fk_record_distinctions_high_id"),
        sa.PrimaryKeyConstraint("low_id", "high_id", name="pk_record_distinctions"),
    )


def _imports() -> None:
    counts = [sa.Column(name, sa.Integer(), nullable=False) for name in ("created", "changed", "same", "refused")]
    op.create_table(
        "record_imports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        *counts,
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["record_type"], ["record_types.key"], name="fk_record_imports_record_type"),
        sa.PrimaryKeyConstraint("id", name="pk_record_imports"),
    )
    op.create_index("ix_record_imports_record_type", "record_imports", ["record_type", "imported_at"])


def _fill() -> None:
    """Rows for the columns of the lists; everything else a pack asks for is indexed when it is deployed."""
    connection = op.get_bind()
    listed = {row.key: row.settings.get("list_columns", []) for row in connection.execute(sa.text("SELECT key, settings FROM record_types"))}
    insert = sa.text("INSERT INTO record_values (record_id, field, number, record_type, value) VALUES (:id, :field, :number, :type, :value)")
    last = ""
    page = sa.text("SELECT id, record_type, data FROM records WHERE id > :last ORDER BY id LIMIT :batch")
    while records := connection.execute(page, {"last": last, "batch": BATCH}).all():
        rows = [
            {"id": record.id, "field": field, "number": number, "type": record.record_type, "value": key}
            for record in records
            for field in listed[record.record_type]
            for number, key in enumerate(_keys(record.data.get(field)) or [None])
        ]
        if rows:
            connection.execute(insert, rows)
        last = records[-1].id


def _keys(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(key for key in map(_key, items) if key))


def _key(value: Any) -> str | None:
    """As engine.model.sort_keys wrote it when this migration was made: texts, numbers, true and false, dates."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (int, float)):
        return _number(Decimal(str(value)))
    if isinstance(value, str):
        return _text(value)
    tagged = value if isinstance(value, dict) else {}
    if tagged.get("$") == "number":
        return _number(Decimal(str(tagged["v"])))
    return str(tagged["v"]) if tagged.get("$") == "date" else None


def _text(text: str) -> str | None:
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if not plain:
        return None
    key = plain[:60].encode("gb18030", errors="replace").hex()
    return key if len(plain) <= 60 else key + hashlib.sha256(plain.encode(errors="replace")).hexdigest()[:16]


def _number(number: Decimal) -> str | None:
    if not number.is_finite():
        return None
    if not number:
        return "1"
    digits = "".join(map(str, number.as_tuple().digits)).rstrip("0")[:40]
    body = f"{number.adjusted() + 7000:05d}{digits}"
    return f"2{body}" if number > 0 else f"0{body.translate(str.maketrans('0123456789', '9876543210'))}~"
