"""Tasks that one answer may complete: the same step of the same version, each with its own data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine import forms
from engine.bpmn.runtime import visible_variables
from engine.model.identity import Actor, parse_task_id, task_id
from engine.model.values import Value
from engine.queries.labels import element_of
from engine.queries.reading import Query, Reading
from engine.queries.views import TaskRow
from engine.queries.visibility import assigned_to, offered_to
from engine.queries.worklist.worklist import task_rows, to_task_rows
from engine.store.drafts import Draft
from engine.store.seen import form_digest, seen_digest
from engine.store.tables import Definition, Deployment, Instance, WorkItem

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack
    from engine.forms import Form, FormRights

_OWN, _OWN_DEPLOYMENT = sa.orm.aliased(Definition), sa.orm.aliased(Deployment)
_TASKS = (
    task_rows()
    .add_columns(WorkItem.form_id, Instance.snapshot, _OWN.deployment_id, _OWN_DEPLOYMENT.digest)
    .join(_OWN, _OWN.id == Instance.definition_id)
    .join(_OWN_DEPLOYMENT, _OWN_DEPLOYMENT.id == _OWN.deployment_id)
    .where(Instance.status == "active")
)


@dataclass(frozen=True, slots=True)
class OneOfSame:
    """`scope` are the variables that its form sees; `seen_digest` goes back with CompleteTask; `has_draft`: the actor has an own draft of it."""

    row: TaskRow
    scope: Mapping[str, Value]
    seen_digest: str | None
    has_draft: bool


@dataclass(frozen=True, slots=True)
class SameTasks:
    """`form` None: there is nothing to fill in. `one_case_only` names what keeps the form from being answered once for all."""

    tasks: tuple[OneOfSame, ...]
    form: Form | None
    rights: FormRights
    one_case_only: tuple[str, ...]

    @property
    def scopes(self) -> list[Mapping[str, Value]]:
        return [task.scope for task in self.tasks]

    def shared_scope(self) -> Mapping[str, Value]:
        return forms.same_scope(self.scopes)

    def shared_rights(self) -> FormRights:
        return forms.shared_rights(self.form, self.rights, self.scopes) if self.form else {}

    def differing(self) -> tuple[str, ...]:
        """Labels of what differs and stays as it is in each task when it is left empty."""
        return forms.differing(self.form, self.rights, self.scopes) if self.form else ()

    def answer(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """What each of the tasks gets of what was typed once."""
        return forms.shared_answer(self.form, self.rights, self.scopes, typed) if self.form else {}


@dataclass(frozen=True, slots=True)
class TasksToComplete(Query["tuple[SameTasks, ...]"]):
    """Those of the named tasks that the actor may complete now, put together by version and step; the largest group first."""

    task_ids: tuple[str, ...]

    def answer(self, reading: Reading, actor: Actor) -> tuple[SameTasks, ...]:
        places = [place for place in map(parse_task_id, self.task_ids) if place]
        if not places:
            return ()
        wanted = sa.tuple_(WorkItem.instance_id, WorkItem.activity_instance_id).in_(places)
        found = reading.connection.execute(_TASKS.where(wanted, sa.or_(assigned_to(actor), offered_to(actor)))).all()
        rows = {task_id(row.instance_id, row.activity_instance_id): row for row in found}
        public = {row.task_id: row for row in to_task_rows(reading, found, actor)}
        drafts = _drafts(reading, actor, places)
        groups: dict[tuple[str, str, str], list[str]] = {}
        for name in dict.fromkeys(self.task_ids):
            if name in rows:
                row = rows[name]
                groups.setdefault((row.digest, row.process_key, row.element_id), []).append(name)
        same = (_same(reading, [(rows[name], public[name], name in drafts) for name in names]) for names in groups.values())
        return tuple(sorted(same, key=lambda one: -len(one.tasks)))


def _drafts(reading: Reading, actor: Actor, places: list[tuple[str, int]]) -> set[str]:
    wanted = (Draft.user_id == actor.user_id, sa.tuple_(Draft.instance_id, Draft.activity_instance_id).in_(places))
    return {task_id(*place) for place in reading.connection.execute(sa.select(Draft.instance_id, Draft.activity_instance_id).where(*wanted))}


def _same(reading: Reading, found: list[tuple[sa.Row[Any], TaskRow, bool]]) -> SameTasks:
    row = found[0][0]
    pack = reading.pack(row.deployment_id, row.digest)
    form = pack.forms.get(row.form_id or "")
    element = element_of(pack, row.process_key, row.element_id)
    rights = element.assignment.field_rights if element and element.assignment else {}
    tasks = tuple(_one(pack, form, row, public, has_draft) for row, public, has_draft in found)
    return SameTasks(tasks, form, rights, forms.for_one_case_only(form, rights) if form else ())


def _one(pack: Pack, form: Form | None, row: sa.Row[Any], public: TaskRow, has_draft: bool) -> OneOfSame:
    scope = visible_variables(pack, bytes(row.snapshot), row.activity_instance_id)
    digest = None if form is None else seen_digest(form_digest(pack.digest, pack.files, form.id), form.keys, scope)
    return OneOfSame(public, scope, digest, has_draft)
