"""A register as one actor sees it: its fields without those that are hidden, how they read and sort."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.forms import Component, Form
from engine.forms.components import CheckboxField, ChoiceField, DateTimeField, ExpressionField, Field, FileField, NumberField, TextField
from engine.model.errors import NotFoundError
from engine.model.identity import Actor
from engine.model.pack import RecordType
from engine.model.record_rights import Right, field_rights, may_archive, may_create, may_edit, may_see
from engine.model.values import JsonValue, Value, from_json
from engine.queries.labels import field_labels, top_fields
from engine.queries.reading import Reading, findable
from engine.queries.registers.register_views import RecordColumn, RecordKind
from engine.queries.value_words import value_words
from engine.store.registers import RecordTypeRow
from engine.store.tables import Deployment

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack


@dataclass(frozen=True, slots=True)
class RegisterView:
    """A register as its pack describes it now. `fields` and `labels` leave out what is hidden from the actor."""

    type: RecordType
    kind: RecordKind
    form: Form
    fields: Mapping[str, Component]
    labels: Mapping[str, tuple[str, str]]
    rights: Mapping[str, Right]

    @property
    def hidden(self) -> frozenset[str]:
        return frozenset(name for name, right in self.rights.items() if right == "hidden")

    def words(self, key: str, value: JsonValue, language: str) -> str:
        """A value of a field for reading; empty when there is none."""
        return value_words(self.fields.get(key), from_json(value), language)

    def values(self, data: Mapping[str, JsonValue]) -> dict[str, Value]:
        """What a record holds, without what is hidden."""
        return {key: from_json(value) for key, value in data.items() if key not in self.hidden}

    def column(self, key: str) -> RecordColumn:
        label, label_en = self.labels.get(key, (key, ""))
        return RecordColumn(key, label, label_en, kind_of(self.fields.get(key)), key in self.type.ordered_fields and key in self.fields)

    @property
    def columns(self) -> tuple[str, ...]:
        """Those that the pack lists and the actor may see."""
        keys = self.type.list_columns or tuple(key for key in (self.type.title,) if key)
        return tuple(key for key in keys if key not in self.hidden)

    @property
    def choosable(self) -> tuple[str, ...]:
        """Fields that may stand in a list: those of the pack first, then everything that fits into a cell."""
        plain = (key for key, field in self.fields.items() if isinstance(field, Field) and not isinstance(field, FileField))
        return tuple(dict.fromkeys((*self.columns, *plain)))


def kind_of(component: Component | None) -> str:
    """text, number, date, time, datetime, boolean, choice or other: how a value is aligned, exported and narrowed down."""
    if isinstance(component, DateTimeField):
        return component.subtype
    kinds = {NumberField: "number", CheckboxField: "boolean", ChoiceField: "choice", TextField: "text", ExpressionField: "text"}
    return next((kind for type, kind in kinds.items() if isinstance(component, type)), "other")


def register_kind(row: sa.Row[Any], actor: Actor) -> RecordKind | None:
    """The record type as the actor sees it, None when not at all."""
    type = RecordType.of(row.settings)
    if not may_see(type, actor):
        return None
    return RecordKind(row.key, row.name, row.name_en, may_edit(type, actor), may_create(type, actor), may_archive(type, actor))


def register_view(reading: Reading, actor: Actor, key: str) -> RegisterView:
    """Raises NotFoundError."""
    statement = sa.select(RecordTypeRow.key, RecordTypeRow.name, RecordTypeRow.name_en, RecordTypeRow.settings, RecordTypeRow.deployment_id)
    statement = statement.add_columns(Deployment.digest).join(Deployment, Deployment.id == RecordTypeRow.deployment_id)
    row = reading.connection.execute(statement.where(RecordTypeRow.key == findable(key))).one_or_none()
    kind = register_kind(row, actor) if row is not None else None
    if row is None or kind is None:
        raise NotFoundError("no_such_record_type", record_type=str(key)[:100])
    pack: Pack = reading.pack(row.deployment_id, row.digest)
    type = RecordType.of(row.settings)
    form, rights = pack.forms[type.form_id], field_rights(type, actor)
    seen = {name: component for name, component in top_fields(form) if rights.get(name) != "hidden"}
    labels = {name: label for name, label in field_labels(form).items() if name in seen}
    return RegisterView(type, kind, form, seen, labels, rights)
