"""Registers: the records that processes have written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine.model.errors import NotAllowedError, NotFoundError
from engine.model.identity import Actor
from engine.model.values import JsonValue
from engine.queries.cases.heads import heads
from engine.queries.cases.instances import instance_rows
from engine.queries.reading import Query, Reading, findable
from engine.queries.registers.record_parts import record_files, record_tasks
from engine.queries.registers.register_reading import RegisterView, register_kind, register_view
from engine.queries.registers.register_views import FieldChange, MergedRecord, RecordChangeLine, RecordDetail, RecordKind, RecordSheet
from engine.queries.visibility import visible_instances
from engine.store.registers import Record, RecordChange, RecordTypeRow
from engine.store.tables import Instance

MOST_CHANGES, MOST_INSTANCES, MOST_MERGED = 200, 50, 50
MERGED_INTO = "merged_into"


@dataclass(frozen=True, slots=True)
class RecordTypes(Query[tuple[RecordKind, ...]]):
    """The registers that the actor may see."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[RecordKind, ...]:
        statement = sa.select(RecordTypeRow.key, RecordTypeRow.name, RecordTypeRow.name_en, RecordTypeRow.settings)
        kinds = (register_kind(row, actor) for row in reading.connection.execute(statement.order_by(RecordTypeRow.pack_key, RecordTypeRow.key)))
        return tuple(kind for kind in kinds if kind is not None)


@dataclass(frozen=True, slots=True)
class NewRecord(Query[RecordSheet]):
    """Raises NotFoundError, and NotAllowedError for whoever may not create records by hand."""

    record_type: str

    def answer(self, reading: Reading, actor: Actor) -> RecordSheet:
        register = register_view(reading, actor, self.record_type)
        if not register.kind.may_create:
            raise NotAllowedError("may_not_create", record_type=register.type.key)
        columns = {name: register.column(name) for name in register.choosable}
        may = tuple(column for name, column in columns.items() if register.rights.get(name) != "read")
        locked = tuple(column for name, column in columns.items() if register.rights.get(name) == "read")
        return RecordSheet(register.kind, register.form, register.rights, may, locked)


@dataclass(frozen=True, slots=True)
class RecordView(Query[RecordDetail]):
    """One record with all its changes. Raises NotFoundError."""

    record_type: str
    record_id: str

    def answer(self, reading: Reading, actor: Actor) -> RecordDetail:
        register = register_view(reading, actor, self.record_type)
        wanted = (Record.id == findable(self.record_id), Record.record_type == self.record_type)
        row = reading.connection.execute(sa.select(*Record.__table__.columns).where(*wanted)).one_or_none()
        if row is None:
            raise NotFoundError("no_such_record", record_type=self.record_type, record_id=str(self.record_id)[:100])
        merged = reading.connection.execute(_merged_into(row.id)).all()
        family = {row.id: row.title, **{one.id: one.title for one in merged}}
        changes = reading.connection.execute(_changes(family)).all()
        sources = {change.instance_id for change in changes} | {row.instance_id, *(one.instance_id for one in merged)}
        instances = _instances(reading, actor, [source for source in sources if source])
        names = reading.user_names([row.created_by, row.updated_by, *(change.actor for change in changes), *(one.updated_by for one in merged)])
        seen = {instance.instance_id for instance in instances}
        return RecordDetail(
            record_id=row.id,
            kind=register.kind,
            title=row.title,
            revision=row.revision,
            form=register.form,
            values=register.values(row.data),
            rights=register.rights,
            archived_at=row.archived_at,
            created_by_name=names[row.created_by],
            created_at=row.created_at,
            changed_by_name=names[row.updated_by],
            changed_at=row.updated_at,
            changes=tuple(_change(register, actor, change, names[change.actor], seen, row.id) for change in changes),
            instances=instances,
            tasks=record_tasks(reading, sorted(seen)),
            files=record_files(reading, actor, list(family)),
            merged_into=row.merged_into,
            merged=tuple(MergedRecord(one.id, one.title, one.archived_at, names[one.updated_by]) for one in merged),
        )


def _merged_into(record_id: str) -> sa.Select[Any]:
    columns = ("id", "title", "instance_id", "archived_at", "updated_by")
    statement = sa.select(*(getattr(Record, name) for name in columns)).where(Record.merged_into == record_id)
    return statement.order_by(Record.archived_at.desc(), Record.id).limit(MOST_MERGED)


def _changes(family: Mapping[str, str]) -> sa.Select[Any]:
    """Last first; that a merged record was taken in is told once, by the one that remains."""
    own, other = aliased(Record), aliased(Record)
    told = sa.and_(RecordChange.kind == MERGED_INTO, RecordChange.other_id.in_(family))
    statement = sa.select(*RecordChange.__table__.columns, own.title.label("of_title"), other.title.label("other_title"))
    statement = statement.join(own, own.id == RecordChange.record_id).outerjoin(other, other.id == RecordChange.other_id)
    statement = statement.where(RecordChange.record_id.in_(family), ~told)
    return statement.order_by(RecordChange.at.desc(), RecordChange.revision.desc()).limit(MOST_CHANGES)


def _instances(reading: Reading, actor: Actor, ids: Sequence[str]) -> Any:
    statement = heads().where(Instance.id.in_(ids), visible_instances(actor)).order_by(Instance.started_at.desc()).limit(MOST_INSTANCES)
    return instance_rows(reading, actor, reading.connection.execute(statement).all()) if ids else ()


def _change(register: RegisterView, actor: Actor, change: sa.Row[Any], actor_name: str, seen: set[str], record_id: str) -> RecordChangeLine:
    shown = {key: sides for key, sides in change.changes.items() if key not in register.hidden}
    fields = tuple(field for field in (_field(register, key, sides) for key, sides in shown.items()) if field.old or field.new)
    source = change.instance_id if change.instance_id in seen else None
    hidden = len(change.changes) - len(shown)
    imported = change.import_id if actor.is_administrator or change.actor == actor.user_id else None
    line = RecordChangeLine(change.revision, change.at, actor_name, source, change.reason, fields, change.kind, imported, hidden)
    of = change.of_title if change.record_id != record_id else ""
    return replace(line, other_id=change.other_id, other_title=change.other_title or "", of_title=of)


def _field(register: RegisterView, key: str, sides: Mapping[str, JsonValue]) -> FieldChange:
    label, label_en = register.labels.get(key, (key, ""))
    return FieldChange(key, label, label_en, register.words(key, sides.get("old"), "zh"), register.words(key, sides.get("new"), "zh"))
