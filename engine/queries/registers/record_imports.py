"""What became of the rows of an imported table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.model.errors import NotFoundError
from engine.model.identity import Actor
from engine.queries.reading import Query, Reading, findable
from engine.queries.registers.register_reading import register_view
from engine.queries.registers.register_views import RecordKind
from engine.store.record_index import RecordImport


@dataclass(frozen=True, slots=True)
class ImportDetail:
    """`lines`: number, outcome, title, record_id and findings (field, code, text, text_en, warning) of each row."""

    import_id: str
    kind: RecordKind
    labels: Mapping[str, tuple[str, str]]
    file_name: str
    imported_by_name: str
    imported_at: datetime
    created: int
    changed: int
    same: int
    refused: int
    lines: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ImportView(Query[ImportDetail]):
    """For whoever imported it, and administrators. NotFoundError for everybody else."""

    record_type: str
    import_id: str

    def answer(self, reading: Reading, actor: Actor) -> ImportDetail:
        register = register_view(reading, actor, self.record_type)
        wanted = (RecordImport.id == findable(self.import_id), RecordImport.record_type == register.type.key)
        row = reading.connection.execute(sa.select(*RecordImport.__table__.columns).where(*wanted)).one_or_none()
        if row is None or not (actor.is_administrator or actor.user_id == row.imported_by):
            raise NotFoundError("no_such_import", import_id=str(self.import_id)[:100])
        name = reading.user_names([row.imported_by])[row.imported_by]
        counts = (row.created, row.changed, row.same, row.refused)
        return ImportDetail(row.id, register.kind, register.labels, row.file_name, name, row.imported_at, *counts, tuple(row.outcome["lines"]))
