"""Two records beside each other, to make one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.model.errors import ConflictError, InputRejected, NotAllowedError, NotFoundError
from engine.model.identity import Actor
from engine.queries.reading import Query, Reading, findable
from engine.queries.registers.register_reading import RegisterView, register_view
from engine.queries.registers.register_views import MergeField, MergeSheet, MergeSide
from engine.store.registers import Record


@dataclass(frozen=True, slots=True)
class RecordsToMerge(Query[MergeSheet]):
    """Both records with the fields that the actor may see, those that differ first. For those who may edit and archive.

    Raises NotFoundError, NotAllowedError, ConflictError("record_merged", "record_archived") for a record that is out of use.
    """

    record_type: str
    first_id: str
    second_id: str

    def answer(self, reading: Reading, actor: Actor) -> MergeSheet:
        register = register_view(reading, actor, self.record_type)
        if not (register.kind.may_edit and register.kind.may_archive):
            raise NotAllowedError("may_not_archive", record_type=register.type.key)
        first, second = self._rows(reading, register)
        names = reading.user_names([person for row in (first, second) for person in (row.created_by, row.updated_by)])
        fields = [_field(register, key, first.data.get(key), second.data.get(key)) for key in _keys(register, first.data, second.data)]
        hidden = any(first.data.get(key) != second.data.get(key) for key in register.hidden)
        left, right = (
            MergeSide(row.id, row.title, row.revision, names[row.created_by], row.created_at, names[row.updated_by], row.updated_at)
            for row in (first, second)
        )
        return MergeSheet(register.kind, left, right, tuple(sorted(fields, key=lambda field: not field.differs)), hidden)

    def _rows(self, reading: Reading, register: RegisterView) -> list[Any]:
        ids = [findable(self.first_id), findable(self.second_id)]
        if ids[0] == ids[1]:
            raise InputRejected("same_record", field="second_id")
        columns = (Record.id, Record.title, Record.revision, Record.data, Record.archived_at, Record.merged_into)
        by = (Record.created_by, Record.created_at, Record.updated_by, Record.updated_at)
        statement = sa.select(*columns, *by).where(Record.id.in_(ids), Record.record_type == register.type.key)
        found = {row.id: row for row in reading.connection.execute(statement)}
        for record_id in ids:
            row = found.get(record_id)
            if row is None:
                raise NotFoundError("no_such_record", record_type=register.type.key, record_id=record_id[:100])
            if row.archived_at is not None:
                code = "record_merged" if row.merged_into else "record_archived"
                raise ConflictError(code, record_type=register.type.key, record_id=row.id, title=row.title, into=row.merged_into)
        return [found[record_id] for record_id in ids]


def _keys(register: RegisterView, *sides: Any) -> list[str]:
    """In the order of the form, then what the form does not know."""
    held = dict.fromkeys(key for data in sides for key in data if key not in register.hidden)
    return [key for key in dict.fromkeys((*register.fields, *held)) if key in held]


def _field(register: RegisterView, key: str, first: Any, second: Any) -> MergeField:
    label, label_en = register.labels.get(key, (key, ""))
    words = [register.words(key, value, language) for value in (first, second) for language in ("zh", "en")]
    return MergeField(key, label, label_en, words[0], words[1], words[2], words[3], first != second, key not in register.rights)
