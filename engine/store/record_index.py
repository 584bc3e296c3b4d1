"""Tables beside the registers: what lists sort and narrow down by, what makes records alike, and imports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables import Base


class RecordValue(Base):
    """A field by which whole lists are sorted, and from which values that occur are told. `value`: engine.model.sort_keys, None for nothing;
    `number` counts items of a list. What narrows lists down is `Record.listed`: a row that is looked at anyway knows all its fields at once.
    """

    __tablename__ = "record_values"
    __table_args__ = (
        Index("ix_record_values_up", "record_type", "field", "value", "record_id"),
        Index("ix_record_values_down", "record_type", "field", text("value DESC NULLS LAST"), "record_id"),
    )

    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    record_type: Mapped[str]
    value: Mapped[str | None] = mapped_column(Text(collation="C"))


class RecordLikeness(Base):
    """What makes records alike: `way` and `value` of engine.model.likeness, and the field that has it."""

    __tablename__ = "record_likenesses"
    __table_args__ = (Index("ix_record_likenesses_value", "record_type", "way", "value", "record_id", "field"),)

    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    way: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    record_type: Mapped[str]


class RecordDistinction(Base):
    """Somebody has looked at two alike records and said that they are not the same; `low_id` is the smaller id."""

    __tablename__ = "record_distinctions"

    low_id: Mapped[str] = mapped_column(ForeignKey("records.id"), primary_key=True)
    high_id: Mapped[str] = mapped_column(ForeignKey("records.id"), primary_key=True)
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
    reason: Mapped[str]


class RecordImport(Base):
    """A file that was taken into a register: `outcome` holds a line for each of its rows."""

    __tablename__ = "record_imports"
    __table_args__ = (Index("ix_record_imports_record_type", "record_type", "imported_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    record_type: Mapped[str] = mapped_column(ForeignKey("record_types.key"))
    file_name: Mapped[str]
    imported_by: Mapped[str]
    imported_at: Mapped[datetime]
    created: Mapped[int]
    changed: Mapped[int]
    same: Mapped[int]
    refused: Mapped[int]
    outcome: Mapped[dict[str, Any]]
