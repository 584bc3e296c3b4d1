"""The task list: one's own work, what one's groups may take, what one has done, what one has started."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

import sqlalchemy as sa

from engine.model.errors import InputRejected
from engine.model.identity import Actor, is_instance_id
from engine.queries.labels import role_names
from engine.queries.reading import Query, Reading, check_page, search_words
from engine.queries.views import RoleName, TaskRow, WorklistPage
from engine.queries.visibility import assigned_to, offered_to, visible_instances
from engine.store.registers import User
from engine.store.tables import Definition, Instance, WorkItem

Tab = Literal["mine", "groups", "done", "started"]
_ASSIGNEE, _STARTER, _PROCESS = sa.orm.aliased(User), sa.orm.aliased(User), sa.orm.aliased(Definition)
_KEY = (WorkItem.instance_id, WorkItem.activity_instance_id)
# A called process belongs to the same deployment as the instance's own.
_COLUMNS = (
    WorkItem.instance_id,
    WorkItem.activity_instance_id,
    WorkItem.element_id,
    WorkItem.element_name,
    WorkItem.element_name_en,
    WorkItem.process_key,
    _PROCESS.name.label("process_name"),
    _PROCESS.name_en.label("process_name_en"),
    Instance.title,
    Instance.business_key,
    WorkItem.state,
    WorkItem.assignee,
    sa.func.coalesce(_ASSIGNEE.name, WorkItem.assignee).label("assignee_name"),
    WorkItem.candidate_groups,
    WorkItem.priority,
    WorkItem.created_at,
    WorkItem.claimed_at,
    WorkItem.due_at,
    WorkItem.closed_at.label("completed_at"),
    Instance.started_by,
    sa.func.coalesce(_STARTER.name, Instance.started_by).label("started_by_name"),
)


_OWN = sa.orm.aliased(Definition)
_ROWS = (
    sa.select(*_COLUMNS)
    .join(Instance, Instance.id == WorkItem.instance_id)
    .join(_OWN, _OWN.id == Instance.definition_id)
    .outerjoin(_PROCESS, sa.and_(_PROCESS.deployment_id == _OWN.deployment_id, _PROCESS.key == WorkItem.process_key))
    .outerjoin(_ASSIGNEE, _ASSIGNEE.id == WorkItem.assignee)
    .outerjoin(_STARTER, _STARTER.id == Instance.started_by)
)


def task_rows() -> sa.Select[*tuple[Any, ...]]:
    """Selects what a TaskRow holds; `work_items` and `instances` are free for conditions."""
    return _ROWS


def to_task_rows(reading: Reading, rows: Sequence[sa.Row[Any]]) -> tuple[TaskRow, ...]:
    roles = role_names(reading, (group for row in rows for group in row.candidate_groups))
    return tuple(_task_row(row._mapping, roles) for row in rows)


def _task_row(row: Mapping[Any, Any], roles: Mapping[str, RoleName]) -> TaskRow:
    return TaskRow(**{name: row[name] for name in _FIELDS}, candidate_groups=tuple(roles[group] for group in row["candidate_groups"]))


_FIELDS = tuple(each.name for each in fields(TaskRow) if each.name != "candidate_groups")


@dataclass(frozen=True, slots=True)
class Worklist(Query[WorklistPage]):
    """One page of a tab. Open tasks come in the order of priority, due time and age, the others newest first.

    `search` words must all occur in the task's name, the instance's title or business key, or the process's name.
    """

    tab: Tab = "mine"
    search: str = ""
    limit: int = 50
    offset: int = 0

    def answer(self, reading: Reading, actor: Actor) -> WorklistPage:
        check_page(self.limit, self.offset)
        wanted = (*self._tab(actor), *_found(self.search))
        # The page is cut before the names are joined: a group may have thousands of open tasks.
        keys = (
            self._source()
            .with_only_columns(*_KEY, maintain_column_froms=True)
            .where(*wanted)
            .order_by(*self._order())
            .limit(self.limit)
            .offset(self.offset)
            .subquery()
        )
        page = task_rows().join(keys, sa.and_(*(column == keys.c[column.key] for column in _KEY))).order_by(*self._order())
        rows = to_task_rows(reading, reading.connection.execute(page).all())
        counts = _counts(reading, actor)
        total = counts.get(self.tab) if not self.search.split() else None
        if total is None:
            total = len(rows) if 0 < len(rows) < self.limit and not self.offset else self._count(reading, wanted)
        return WorklistPage(rows, total, counts)

    def _source(self) -> sa.Select[*tuple[Any, ...]]:
        """Only as many tables as the conditions need."""
        if self.search.split():
            return task_rows()
        plain = sa.select(*_KEY)
        return plain.join(Instance, Instance.id == WorkItem.instance_id) if self.tab == "started" else plain

    def _count(self, reading: Reading, wanted: Iterable[sa.ColumnElement[bool]]) -> int:
        counted = self._source().where(*wanted).with_only_columns(sa.func.count(), maintain_column_froms=True)
        return int(reading.connection.scalar(counted) or 0)

    def _tab(self, actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
        match self.tab:
            case "mine":
                return (assigned_to(actor),)
            case "groups":
                return (offered_to(actor),)
            case "done":
                return WorkItem.state == "completed", WorkItem.closed_by == actor.user_id
            case "started":
                return Instance.started_by == actor.user_id, WorkItem.state == "open"
        raise InputRejected("unknown_tab", tab=str(self.tab)[:100])

    def _order(self) -> tuple[sa.SQLColumnExpression[Any], ...]:
        last = (WorkItem.instance_id, WorkItem.activity_instance_id)
        if self.tab == "done":
            return WorkItem.closed_at.desc(), *last
        if self.tab == "started":
            return WorkItem.created_at.desc(), *last
        return WorkItem.priority.desc(), WorkItem.due_at.asc().nulls_last(), WorkItem.created_at, *last


def _found(search: str) -> Iterable[sa.ColumnElement[bool]]:
    searched = (WorkItem.element_name, WorkItem.element_name_en, Instance.title, Instance.business_key, _PROCESS.name, _PROCESS.name_en)
    for pattern in search_words(search):
        yield sa.or_(*(column.ilike(pattern) for column in searched))


def _counts(reading: Reading, actor: Actor) -> dict[str, int]:
    counted = [sa.select(sa.func.count()).select_from(WorkItem).where(condition(actor)).scalar_subquery() for condition in (assigned_to, offered_to)]
    mine, groups = reading.connection.execute(sa.select(*counted)).one()
    return {"mine": mine, "groups": groups}


@dataclass(frozen=True, slots=True)
class OpenTasks(Query[tuple[TaskRow, ...]]):
    """The open tasks of one instance, oldest first, for whoever may see the instance (others get nothing)."""

    instance_id: str

    def answer(self, reading: Reading, actor: Actor) -> tuple[TaskRow, ...]:
        if not is_instance_id(self.instance_id):
            return ()
        wanted = (WorkItem.instance_id == self.instance_id, WorkItem.state == "open", visible_instances(actor))
        return to_task_rows(reading, reading.connection.execute(task_rows().where(*wanted).order_by(WorkItem.activity_instance_id)).all())
