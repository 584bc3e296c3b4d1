"""The case in a few lines: what it is, who started it, whose record it is about, and the values that matter."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.forms import Component
from engine.forms.components import is_short
from engine.model.identity import Actor
from engine.model.pack import RecordType
from engine.model.record_rights import hidden_fields, may_see
from engine.model.values import Value
from engine.queries.labels import element_of, pack_fields, top_fields
from engine.queries.reading import Reading
from engine.queries.task_page.short_words import labelled
from engine.queries.task_page.views import CaseRecord, Glance, Labelled
from engine.store.registers import Department, Record, RecordKey, RecordTypeRow, User

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack

MOST_VALUES, MOST_RECORDS = 8, 3
_HIDDEN = "hidden"
_DEPARTMENT = (
    sa.select(Department.name, Department.name_en)
    .join(User, User.department_id == Department.id)
    .where(User.id == sa.bindparam("user_id", type_=sa.Text()))
)


def glance(
    reading: Reading, actor: Actor, pack: Pack, row: sa.Row[Any], past: Sequence[sa.Row[Any]], scope: Mapping[str, Value], hidden: Collection[str]
) -> Glance:
    """`row` is the task's, `past` its predecessors' completions, newest first; `scope` what the task sees, `hidden` what its form must not show."""
    department = reading.connection.execute(_DEPARTMENT, {"user_id": row.started_by}).one_or_none()
    process = pack.processes.get(row.own_key)
    return Glance(
        title=row.title,
        business_key=row.business_key,
        process_key=row.own_key,
        process_name=process.name if process else row.own_key,
        process_name_en=process.name_en if process else "",
        version=row.version,
        started_by_name=row.started_by_name,
        department=department.name if department else "",
        department_en=department.name_en if department else "",
        started_at=row.started_at,
        records=_records(reading, actor, pack, row, {key: value for key, value in scope.items() if key not in hidden}),
        values=tuple(_values(pack, row, past, scope, hidden))[:MOST_VALUES],
    )


def _values(
    pack: Pack, row: sa.Row[Any], past: Sequence[sa.Row[Any]], scope: Mapping[str, Value], hidden: Collection[str]
) -> Iterator[Labelled]:
    """What the analyst has marked, else short values that the steps before have asked for; those that the task's own form shows are left out."""
    model = pack.processes.get(row.own_key)
    if model and model.glance:
        yield from _marked(pack, model.glance, scope, hidden)
        return
    form = pack.forms.get(row.form_id or "")
    told = {key for key, _ in top_fields(form)} if form else set()
    for key, component in _asked(pack, row.own_key, past):
        if key in told or key in hidden:
            continue
        told.add(key)
        value = labelled(key, component, scope.get(key))
        if value.text and value.text not in (row.title, row.business_key):
            yield value


def hidden_keys(pack: Pack, row: sa.Row[Any]) -> frozenset[str]:
    """Fields that whoever does the task must not see. `row` has process_key, element_id and form_id of a task."""
    element = element_of(pack, row.process_key, row.element_id)
    rights = element.assignment.field_rights if element and element.assignment else {}
    form = pack.forms.get(row.form_id or "")
    others = [key for key, _ in top_fields(form) if key not in rights] if form and rights.get("*") == _HIDDEN else []
    return frozenset([*others, *(key for key, right in rights.items() if right == _HIDDEN)])


def _marked(pack: Pack, keys: Sequence[str], scope: Mapping[str, Value], hidden: Collection[str]) -> Iterator[Labelled]:
    fields = pack_fields(pack)
    for key in keys:
        value = labelled(key, fields[key], scope.get(key)) if key in fields and key not in hidden else None
        if value is not None and value.text:
            yield value


def _asked(pack: Pack, process_key: str, past: Sequence[sa.Row[Any]]) -> Iterator[tuple[str, Component]]:
    """Fields that whoever filled in the form could see, in the order of the case."""
    model = pack.processes.get(process_key)
    places = [(process_key, start.id) for start in model.starts()] if model else []
    places += [(event.process_key, event.element_id) for event in reversed(past)]
    for place in dict.fromkeys(places):
        element = element_of(pack, *place)
        plan = element.assignment if element else None
        form = pack.forms.get(plan.form_id or "") if plan else None
        if form is not None and plan is not None:
            yield from ((key, one) for key, one in top_fields(form) if is_short(one) and plan.field_rights.get(key) != _HIDDEN)


def _records(reading: Reading, actor: Actor, pack: Pack, row: sa.Row[Any], scope: Mapping[str, Value]) -> tuple[CaseRecord, ...]:
    """Records that the instance has made, and those that have a unique value of the case, the customer's code for example."""
    keys = [
        (type.key, field, str(scope[field])) for type in pack.settings.record_types for field in type.unique if isinstance(scope.get(field), str)
    ]
    # Two conditions, two indexes.
    mine = [sa.select(Record.id).where(Record.instance_id == row.instance_id)]
    if keys:
        wanted = sa.tuple_(RecordKey.record_type, RecordKey.field, RecordKey.value).in_(keys)
        mine.append(sa.select(RecordKey.record_id).where(wanted))
    statement = (
        sa.select(Record.id, Record.record_type, Record.title, RecordTypeRow.name, RecordTypeRow.name_en, RecordTypeRow.settings)
        .join(RecordTypeRow, RecordTypeRow.key == Record.record_type)
        .where(Record.id.in_(sa.union(*mine)), Record.merged_into.is_(None))
        .order_by(Record.record_type, Record.created_at, Record.id)
        .limit(MOST_RECORDS)
    )
    found = (_record(actor, one) for one in reading.connection.execute(statement))
    return tuple(one for one in found if one is not None)


def _record(actor: Actor, row: sa.Row[Any]) -> CaseRecord | None:
    """None for whom the register or the record's name does not exist."""
    type = RecordType.of(row.settings)
    if not may_see(type, actor) or type.title in hidden_fields(type, actor):
        return None
    return CaseRecord(row.record_type, row.id, row.name, row.name_en, row.title)
