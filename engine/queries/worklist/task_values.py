"""Values of cases in the task list: of what an analyst has marked as worth a glance, what somebody wants as a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from engine.bpmn.runtime import visible_variables
from engine.forms import Component
from engine.model.identity import Actor, parse_task_id, task_id
from engine.model.task_list import Tab
from engine.queries.labels import label_words, pack_fields
from engine.queries.reading import Query, Reading
from engine.queries.task_page.glance import hidden_keys
from engine.queries.task_page.short_words import labelled
from engine.queries.task_page.views import Labelled
from engine.queries.worklist.worklist import CUSTOM_PLANS, tab_condition
from engine.store.tables import Definition, Deployment, Instance, WorkItem

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack


@dataclass(frozen=True, slots=True)
class ValueField:
    """A field that the packs of some tasks mark, and what it is called there."""

    key: str
    label: str
    label_en: str


_NEWEST = (
    sa.select(Definition.key, Definition.deployment_id, Deployment.digest)
    .ext(distinct_on(Definition.key))
    .join(Deployment, Deployment.id == Definition.deployment_id)
    .order_by(Definition.key, Definition.version.desc())
    .subquery()
)


@dataclass(frozen=True, slots=True)
class ValueFields(Query["tuple[ValueField, ...]"]):
    """What the processes whose tasks there are in the actor's tab mark in their newest versions, in the order of the diagrams."""

    tab: Tab = "mine"

    def answer(self, reading: Reading, actor: Actor) -> tuple[ValueField, ...]:
        reading.connection.execute(CUSTOM_PLANS)
        own = sa.exists().where(WorkItem.own_process_key == _NEWEST.c.key, tab_condition(self.tab, actor))
        rows = reading.connection.execute(sa.select(_NEWEST).where(own).order_by(_NEWEST.c.key)).all()
        found: dict[str, ValueField] = {}
        for row in rows:
            for field, _component in _marked(reading.pack(row.deployment_id, row.digest), row.key):
                found.setdefault(field.key, field)
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class ValuesOfTasks:
    """`fields`: those of the wanted ones that any of the tasks' packs marks. `values`: by task and field; what is empty or hidden is not there."""

    fields: tuple[ValueField, ...]
    values: Mapping[str, Mapping[str, Labelled]]


@dataclass(frozen=True, slots=True)
class TaskValues(Query[ValuesOfTasks]):
    """Values of the named tasks of the actor's tab, as they stand in the case now. What the form of a task hides is not shown beside it either."""

    tab: Tab
    task_ids: tuple[str, ...]
    keys: tuple[str, ...]

    def answer(self, reading: Reading, actor: Actor) -> ValuesOfTasks:
        places = [place for place in map(parse_task_id, self.task_ids) if place]
        if not places or not self.keys:
            return ValuesOfTasks((), {})
        columns = (WorkItem.instance_id, WorkItem.activity_instance_id, WorkItem.process_key, WorkItem.element_id, WorkItem.form_id)
        statement: Any = (
            sa.select(*columns, Instance.process_key.label("own_key"), Instance.snapshot, Definition.deployment_id, Deployment.digest)
            .join(Instance, Instance.id == WorkItem.instance_id)
            .join(Definition, Definition.id == Instance.definition_id)
            .join(Deployment, Deployment.id == Definition.deployment_id)
            .where(sa.tuple_(WorkItem.instance_id, WorkItem.activity_instance_id).in_(places), tab_condition(self.tab, actor))
        )
        marked: dict[tuple[str, str], tuple[tuple[ValueField, Component], ...]] = {}
        fields: dict[str, ValueField] = {}
        values: dict[str, Mapping[str, Labelled]] = {}
        for row in reading.connection.execute(statement):
            pack = reading.pack(row.deployment_id, row.digest)
            place = (row.digest, row.own_key)
            marked[place] = marked[place] if place in marked else _marked(pack, row.own_key)
            wanted = [(field, component) for field, component in marked[place] if field.key in self.keys]
            fields = {field.key: field for field, _ in wanted} | fields
            if wanted:
                values[task_id(row.instance_id, row.activity_instance_id)] = _values(pack, row, wanted)
        return ValuesOfTasks(tuple(fields[key] for key in self.keys if key in fields), values)


def _marked(pack: Pack, process_key: str) -> tuple[tuple[ValueField, Component], ...]:
    process = pack.processes.get(process_key)
    if process is None or not process.glance:
        return ()
    known = pack_fields(pack)
    return tuple((_field(key, known[key]), known[key]) for key in process.glance if key in known)


def _field(key: str, component: Component) -> ValueField:
    label = label_words(component, "zh") or key
    return ValueField(key, label, label_words(component, "en") or label)


def _values(pack: Pack, row: sa.Row[Any], wanted: Sequence[tuple[ValueField, Component]]) -> Mapping[str, Labelled]:
    scope, hidden = visible_variables(pack, bytes(row.snapshot), row.activity_instance_id), hidden_keys(pack, row)
    words = {field.key: labelled(field.key, component, scope.get(field.key)) for field, component in wanted if field.key not in hidden}
    return {key: value for key, value in words.items() if value.text}
