"""Registers: the records that processes have written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.forms import Component, Form
from engine.model.errors import NotFoundError
from engine.model.identity import Actor, is_auditor
from engine.model.pack import RecordType
from engine.model.values import JsonValue, from_json
from engine.queries.heads import heads
from engine.queries.instances import instance_rows
from engine.queries.labels import field_labels, top_fields
from engine.queries.reading import Query, Reading, check_page, findable, search_words
from engine.queries.register_views import FieldChange, RecordChangeLine, RecordColumn, RecordDetail, RecordKind, RecordPage, RecordRow
from engine.queries.value_words import value_words
from engine.queries.visibility import visible_instances
from engine.store.registers import Record, RecordChange, RecordTypeRow
from engine.store.tables import Deployment, Instance

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack

MOST_CHANGES, MOST_INSTANCES = 200, 50


@dataclass(frozen=True, slots=True)
class _Register:
    """A register as its pack describes it now."""

    type: RecordType
    kind: RecordKind
    form: Form
    fields: Mapping[str, Component]
    labels: Mapping[str, tuple[str, str]]

    def words(self, key: str, value: JsonValue, language: str) -> str:
        """A value of a field for reading; empty when there is none."""
        return value_words(self.fields.get(key), from_json(value), language)


def _may(actor: Actor, roles: Sequence[str]) -> bool:
    return actor.is_administrator or not actor.groups.isdisjoint(roles)


def _kind(row: sa.Row[Any], actor: Actor) -> RecordKind | None:
    """The record type as the actor sees it, None when not at all. Who may edit may see, and auditors."""
    edits = _may(actor, row.settings["edit"])
    sees = edits or is_auditor(actor) or _may(actor, row.settings["view"])
    return RecordKind(row.key, row.name, row.name_en, edits) if sees else None


def _register(reading: Reading, actor: Actor, key: str) -> _Register:
    statement = sa.select(RecordTypeRow.key, RecordTypeRow.name, RecordTypeRow.name_en, RecordTypeRow.settings, RecordTypeRow.deployment_id)
    statement = statement.add_columns(Deployment.digest).join(Deployment, Deployment.id == RecordTypeRow.deployment_id)
    row = reading.connection.execute(statement.where(RecordTypeRow.key == findable(key))).one_or_none()
    kind = _kind(row, actor) if row is not None else None
    if row is None or kind is None:
        raise NotFoundError("no_such_record_type", record_type=str(key)[:100])
    pack: Pack = reading.pack(row.deployment_id, row.digest)
    kept: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.settings.items()}
    form = pack.forms[kept["form_id"]]
    return _Register(RecordType(**kept), kind, form, dict(top_fields(form)), field_labels(form))


@dataclass(frozen=True, slots=True)
class RecordTypes(Query[tuple[RecordKind, ...]]):
    """The registers that the actor may see."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[RecordKind, ...]:
        statement = sa.select(RecordTypeRow.key, RecordTypeRow.name, RecordTypeRow.name_en, RecordTypeRow.settings)
        kinds = (_kind(row, actor) for row in reading.connection.execute(statement.order_by(RecordTypeRow.pack_key, RecordTypeRow.key)))
        return tuple(kind for kind in kinds if kind is not None)


@dataclass(frozen=True, slots=True)
class RecordList(Query[RecordPage]):
    """Records of a register, last changed first. `search` words must all occur in the searched fields."""

    record_type: str
    search: str = ""
    limit: int = 50
    offset: int = 0

    def answer(self, reading: Reading, actor: Actor) -> RecordPage:
        check_page(self.limit, self.offset)
        register = _register(reading, actor, self.record_type)
        wanted = [Record.record_type == self.record_type, *(Record.search.like(pattern) for pattern in search_words(self.search.casefold()))]
        statement = sa.select(Record.id, Record.title, Record.data, Record.updated_at).where(*wanted)
        ordered = statement.order_by(Record.updated_at.desc(), Record.id).limit(self.limit).offset(self.offset)
        rows = reading.connection.execute(ordered).all()
        counted = sa.select(sa.func.count()).select_from(Record).where(*wanted)
        total = self.offset + len(rows) if 0 < len(rows) < self.limit else int(reading.connection.scalar(counted) or 0)
        keys = register.type.list_columns or tuple(key for key in (register.type.title,) if key)
        columns = tuple(RecordColumn(key, *register.labels.get(key, (key, ""))) for key in keys)
        return RecordPage(register.kind, columns, tuple(_row(register, keys, row) for row in rows), total)


def _row(register: _Register, keys: Sequence[str], row: sa.Row[Any]) -> RecordRow:
    cells, cells_en = (tuple(register.words(key, row.data.get(key), language) for key in keys) for language in ("zh", "en"))
    return RecordRow(row.id, row.title, cells, cells_en, row.updated_at)


@dataclass(frozen=True, slots=True)
class RecordView(Query[RecordDetail]):
    """One record with all its changes. Raises NotFoundError."""

    record_type: str
    record_id: str

    def answer(self, reading: Reading, actor: Actor) -> RecordDetail:
        register = _register(reading, actor, self.record_type)
        wanted = (Record.id == findable(self.record_id), Record.record_type == self.record_type)
        row = reading.connection.execute(sa.select(*Record.__table__.columns).where(*wanted)).one_or_none()
        if row is None:
            raise NotFoundError("no_such_record", record_type=self.record_type, record_id=str(self.record_id)[:100])
        changed = sa.select(*RecordChange.__table__.columns).where(RecordChange.record_id == self.record_id)
        changes = reading.connection.execute(changed.order_by(RecordChange.revision.desc()).limit(MOST_CHANGES)).all()
        sources = {change.instance_id for change in changes} | {row.instance_id}
        instances = _instances(reading, actor, [source for source in sources if source])
        names = reading.user_names([row.created_by, row.updated_by, *(change.actor for change in changes)])
        seen = {instance.instance_id for instance in instances}
        return RecordDetail(
            record_id=row.id,
            kind=register.kind,
            title=row.title,
            revision=row.revision,
            form=register.form,
            values={key: from_json(value) for key, value in row.data.items()},
            created_by_name=names[row.created_by],
            created_at=row.created_at,
            changed_by_name=names[row.updated_by],
            changed_at=row.updated_at,
            changes=tuple(_change(register, change, names[change.actor], seen) for change in changes),
            instances=instances,
        )


def _instances(reading: Reading, actor: Actor, ids: Sequence[str]) -> Any:
    statement = heads().where(Instance.id.in_(ids), visible_instances(actor)).order_by(Instance.started_at.desc()).limit(MOST_INSTANCES)
    return instance_rows(reading, actor, reading.connection.execute(statement).all()) if ids else ()


def _change(register: _Register, change: sa.Row[Any], actor_name: str, seen: set[str]) -> RecordChangeLine:
    fields = tuple(_field(register, key, sides) for key, sides in change.changes.items())
    source = change.instance_id if change.instance_id in seen else None
    return RecordChangeLine(change.revision, change.at, actor_name, source, change.reason, fields)


def _field(register: _Register, key: str, sides: Mapping[str, JsonValue]) -> FieldChange:
    label, label_en = register.labels.get(key, (key, ""))
    return FieldChange(key, label, label_en, register.words(key, sides.get("old"), "zh"), register.words(key, sides.get("new"), "zh"))
