"""One user task with all that is needed to do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.bpmn.runtime import visible_variables
from engine.model.errors import NotFoundError, TaskAlreadyClaimed, TaskNotOpen
from engine.model.identity import Actor, Standing, parse_task_id, standing_for, task_id
from engine.model.values import Value, from_json
from engine.queries.cases.story import read_log, tell
from engine.queries.labels import element_of
from engine.queries.reading import Query, Reading
from engine.queries.task_page.past import completion
from engine.queries.views import DraftView, TaskView
from engine.queries.visibility import assigned_to, offered_to
from engine.queries.waiting import is_candidate
from engine.queries.worklist.worklist import task_rows, to_task_rows
from engine.store.checked_log import NO_END
from engine.store.drafts import Draft
from engine.store.registers import Participation
from engine.store.seen import form_digest, seen_digest
from engine.store.tables import Definition, Deployment, Instance, WorkItem
from engine.store.worklists import Copy

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack
    from engine.forms import Form

_OWN, _OWN_DEPLOYMENT = sa.orm.aliased(Definition), sa.orm.aliased(Deployment)
_MORE = (
    WorkItem.form_id,
    WorkItem.closed_by,
    Instance.status,
    Instance.snapshot,
    Instance.undo_task,
    Instance.started_at,
    _OWN.version,
    _OWN.key.label("own_key"),
    _OWN.deployment_id,
    _OWN_DEPLOYMENT.digest,
)
_TASK = (
    task_rows()
    .add_columns(*_MORE)
    .join(_OWN, _OWN.id == Instance.definition_id)
    .join(_OWN_DEPLOYMENT, _OWN_DEPLOYMENT.id == _OWN.deployment_id)
    .where(WorkItem.instance_id == sa.bindparam("instance_id"), WorkItem.activity_instance_id == sa.bindparam("activity_instance_id"))
)
_DRAFT = sa.select(Draft.data, Draft.revision, Draft.saved_at).where(
    Draft.instance_id == sa.bindparam("instance_id"),
    Draft.activity_instance_id == sa.bindparam("activity_instance_id"),
    Draft.user_id == sa.bindparam("user_id"),
)


@dataclass(frozen=True, slots=True)
class TaskForm(Query[TaskView]):
    """The task, for whoever has it, may take it, or knows its instance from own work; others get NotFoundError.

    Those who could have taken it are told who was faster and when: TaskNotOpen, TaskAlreadyClaimed.
    """

    task_id: str

    def answer(self, reading: Reading, actor: Actor) -> TaskView:
        row = require_task(reading, actor, self.task_id)
        return _view(reading, actor, row, reading.pack(row.deployment_id, row.digest))


def require_task(reading: Reading, actor: Actor, public_id: str) -> sa.Row[Any]:
    """The task with its instance, as TaskForm finds it."""
    parts = parse_task_id(public_id)
    if parts is not None:
        place = {"instance_id": parts[0], "activity_instance_id": parts[1]}
        row = reading.connection.execute(_TASK.where(_may_see(actor)), place).one_or_none()
        if row is not None:
            return row
        _refuse_late_candidate(reading, actor, find_task(reading, *parts))
    raise NotFoundError("no_such_task", task_id=str(public_id)[:100])


def find_task(reading: Reading, instance_id: str, number: int) -> sa.Row[Any] | None:
    """The task with its instance, whoever asks."""
    return reading.connection.execute(_TASK, {"instance_id": instance_id, "activity_instance_id": number}).one_or_none()


def could_take(actor: Actor, row: sa.Row[Any]) -> bool:
    """Whether the task was open to the actor before somebody took it."""
    return is_candidate(actor, row.candidate_groups, row.candidate_users) or _standing(actor, row, None) is not None


def seen_scope(reading: Reading, pack: Pack, row: sa.Row[Any]) -> dict[str, Value]:
    """The variables that the form of the task shows, or showed."""
    return visible_variables(pack, bytes(row.snapshot), row.activity_instance_id) if _is_open(row) else _then(reading, pack, row)[1]


def _refuse_late_candidate(reading: Reading, actor: Actor, row: sa.Row[Any] | None) -> None:
    """Returns for those who could never have taken the task."""
    if row is None or not could_take(actor, row):
        return
    public_id = task_id(row.instance_id, row.activity_instance_id)
    if row.state != "open":
        by = row.closed_by or ""
        raise TaskNotOpen(task_id=public_id, state=row.state, by=by, by_name=reading.user_names([by]).get(by, ""), at=_text(row.completed_at))
    if row.assignee is not None:
        raise TaskAlreadyClaimed(task_id=public_id, assignee=row.assignee, assignee_name=row.assignee_name, at=_text(row.claimed_at))


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _may_see(actor: Actor) -> sa.ColumnElement[bool]:
    if actor.is_administrator:
        return sa.true()
    part = sa.exists().where(Participation.user_id == actor.user_id, Participation.instance_id == WorkItem.instance_id)
    copy = sa.exists().where(Copy.user_id == actor.user_id, Copy.instance_id == WorkItem.instance_id)
    return sa.or_(Instance.started_by == actor.user_id, assigned_to(actor), offered_to(actor), part, copy)


def _view(reading: Reading, actor: Actor, row: sa.Row[Any], pack: Pack) -> TaskView:
    number, is_open = row.activity_instance_id, _is_open(row)
    form = pack.forms.get(row.form_id or "")
    submitted, scope = (None, visible_variables(pack, bytes(row.snapshot), number)) if is_open else _then(reading, pack, row)
    element = element_of(pack, row.process_key, row.element_id)
    public = to_task_rows(reading, [row], actor)[0]
    candidate = is_candidate(actor, row.candidate_groups, row.candidate_users)
    free = is_open and row.assignee is None
    stands_in = stand_in(actor, row)
    people = reading.user_names([row.closed_by, row.on_behalf_of]) if row.closed_by else {}
    return TaskView(
        row=public,
        documentation=element.documentation if element else "",
        documentation_en=element.documentation_en if element else "",
        form=form,
        scope=scope,
        rights=element.assignment.field_rights if element and element.assignment else {},
        draft=draft_of(reading, actor, row),
        submitted=submitted,
        seen_digest=_digest(pack, form, scope) if is_open else None,
        can_complete=is_open and (row.assignee == actor.user_id or (free and candidate) or stands_in is not None),
        can_claim=free and (candidate or actor.is_administrator or stands_in is not None),
        can_unclaim=_can_unclaim(actor, row, is_open),
        can_withdraw=row.state == "completed" and row.closed_by == actor.user_id and row.status == "active" and row.undo_task == number,
        closed_by=people.get(row.closed_by),
        closed_for=people.get(row.on_behalf_of),
        closed_at=row.completed_at,
        instance_status=row.status,
    )


def _is_open(row: sa.Row[Any]) -> bool:
    return bool(row.state == "open" and row.status == "active")


def stand_in(actor: Actor, row: sa.Row[Any]) -> Standing | None:
    """Whom the actor substitutes by doing this task, None when it is open to the actor anyway, or not at all."""
    candidate = is_candidate(actor, row.candidate_groups, row.candidate_users)
    if not _is_open(row) or row.assignee == actor.user_id or (row.assignee is None and candidate):
        return None
    return _standing(actor, row, row.assignee)


def _then(reading: Reading, pack: Pack, row: sa.Row[Any]) -> tuple[dict[str, Value] | None, dict[str, Value]]:
    """What was submitted and what there was to see then: only the log knows, so it is read up to there."""
    done = completion(reading, row.instance_id, row.activity_instance_id)
    story = tell(pack, read_log(reading, row.instance_id, done.sequence if done else NO_END))
    scope = {key: from_json(value) for key, value in (story.decided[-1].seen if done else story.seen_by(row.activity_instance_id)).items()}
    return (None, scope) if done is None else ({key: from_json(value) for key, value in (done.data.get("values") or {}).items()}, scope)


def _standing(actor: Actor, row: sa.Row[Any], assignee: str | None) -> Standing | None:
    """For whom the actor may do the task as a substitute."""
    return standing_for(actor, row.own_key, assignee, row.candidate_groups, row.candidate_users)


def _digest(pack: Pack, form: Form | None, scope: Mapping[str, Value]) -> str | None:
    return None if form is None else seen_digest(form_digest(pack.digest, pack.files, form.id), form.keys, scope)


def _can_unclaim(actor: Actor, row: sa.Row[Any], is_open: bool) -> bool:
    has_candidates = bool(row.candidate_groups or row.candidate_users)
    return is_open and row.assignee is not None and has_candidates and (row.assignee == actor.user_id or actor.is_administrator)


def draft_of(reading: Reading, actor: Actor, row: sa.Row[Any]) -> DraftView | None:
    place = {"instance_id": row.instance_id, "activity_instance_id": row.activity_instance_id, "user_id": actor.user_id}
    found = reading.connection.execute(_DRAFT, place).one_or_none()
    return None if found is None else DraftView({key: from_json(value) for key, value in found.data.items()}, found.revision, found.saved_at)
