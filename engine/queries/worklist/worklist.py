"""The task list: one's own work, what one's groups may take, what one has done, what one has started."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from engine.model.errors import InputRejected
from engine.model.identity import Actor, is_instance_id, parse_task_id
from engine.model.task_list import Sort, Tab
from engine.queries.labels import process_names, role_names
from engine.queries.reading import Query, Reading, check_page
from engine.queries.views import RoleName, TaskRow, WorklistPage
from engine.queries.visibility import assigned_to, candidate_of, offered_to, visible_instances
from engine.queries.worklist.list_views import TaskKind
from engine.queries.worklist.worklist_filter import TaskFilter, by_index, found
from engine.queries.worklist.worklist_order import Order, neighbours, order_of
from engine.queries.worklist.worklist_whose import acting_for, whose
from engine.store.registers import User
from engine.store.tables import Definition, Instance, WorkItem
from engine.store.worklists import Copy

_ASSIGNEE, _STARTER, _ABSENT, _PROCESS = sa.orm.aliased(User), sa.orm.aliased(User), sa.orm.aliased(User), sa.orm.aliased(Definition)
_OWN = sa.orm.aliased(Definition)
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
    WorkItem.on_behalf_of,
    sa.func.coalesce(_ABSENT.name, WorkItem.on_behalf_of).label("on_behalf_of_name"),
    WorkItem.candidate_users,
    Instance.process_key.label("own_process_key"),
    _OWN.name.label("own_process_name"),
    _OWN.name_en.label("own_process_name_en"),
)
_ROWS = (
    sa.select(*_COLUMNS)
    .join(Instance, Instance.id == WorkItem.instance_id)
    .join(_OWN, _OWN.id == Instance.definition_id)
    .outerjoin(_PROCESS, sa.and_(_PROCESS.deployment_id == _OWN.deployment_id, _PROCESS.key == WorkItem.process_key))
    .outerjoin(_ASSIGNEE, _ASSIGNEE.id == WorkItem.assignee)
    .outerjoin(_STARTER, _STARTER.id == Instance.started_by)
    .outerjoin(_ABSENT, _ABSENT.id == WorkItem.on_behalf_of)
)


def task_rows() -> sa.Select[*tuple[Any, ...]]:
    """Selects what a TaskRow holds; `work_items` and `instances` are free for conditions."""
    return _ROWS


def to_task_rows(reading: Reading, rows: Sequence[sa.Row[Any]], actor: Actor) -> tuple[TaskRow, ...]:
    """As `actor` sees them."""
    roles = role_names(reading, (group for row in rows for group in row.candidate_groups))
    return tuple(_task_row(row._mapping, roles, actor) for row in rows)


def _task_row(row: Mapping[Any, Any], roles: Mapping[str, RoleName], actor: Actor) -> TaskRow:
    groups = tuple(roles[group] for group in row["candidate_groups"])
    return TaskRow(**{name: row[name] for name in _FIELDS}, candidate_groups=groups, acting_for=acting_for(row, actor))


_FIELDS = tuple(each.name for each in fields(TaskRow) if each.name not in ("candidate_groups", "acting_for"))


@dataclass(frozen=True, slots=True)
class Worklist(Query[WorklistPage]):
    """One page of a tab, in the order `sort` (None: by priority, due time and age; what is done or started newest first).

    `search` words must all occur in what the reader of the task sees: names, title, business key, and values on forms that are not hidden.
    A page begins at `offset`, or `after` or `before` the cursor of another page, which costs the same however far it is.
    """

    tab: Tab = "mine"
    search: str = ""
    limit: int = 50
    offset: int = 0
    filter: TaskFilter = TaskFilter()
    sort: Sort | None = None
    after: str | None = None
    before: str | None = None

    def answer(self, reading: Reading, actor: Actor) -> WorklistPage:
        check_page(self.limit, self.offset)
        order, closed = order_of(self.tab, self.sort), self.tab == "done"
        filtered = self.filter.conditions(reading.now, closed=closed)
        narrowed = (*whose(self.tab, actor, self.filter.whose), *filtered, *found(self.search, closed=closed))
        tab = tab_condition(self.tab, actor)
        wanted = (tab, *narrowed)
        indexed = wanted if closed else (*wanted, *by_index(self.search, self.filter.customer))
        # What is asked for differs by orders of magnitude from one actor to the next: a plan made for all of them would be wrong for most.
        reading.connection.execute(CUSTOM_PLANS)
        counts = _counts(reading, actor)
        total = counts.get(self.tab)
        if total is None or (narrowed and total > FEW):
            total = count(reading, indexed, MOST_COUNTED)
        found_rows = () if total <= FEW else self._walked(reading, order, tab, narrowed)
        if len(found_rows) <= self.limit:
            found_rows = self._gathered(reading, order, indexed)
        rows = to_task_rows(reading, found_rows, actor)
        more, rows = len(rows) > self.limit, rows[: self.limit]
        if narrowed and counts.get(self.tab, FEW + 1) <= FEW:
            alone = not (self.offset or self.after or self.before or more)
            total = len(rows) if alone else count(reading, wanted, MOST_COUNTED)
        rows = rows[::-1] if self.before else rows
        has_before = more if self.before else bool(self.after or self.offset)
        has_after = bool(self.before) or more
        return WorklistPage(rows, total, counts, *neighbours(order, rows, more_before=has_before, more_after=has_after))

    def _walked(
        self, reading: Reading, order: Order, tab: sa.ColumnElement[bool], narrowed: Sequence[sa.ColumnElement[bool]]
    ) -> Sequence[sa.Row[Any]]:
        """The page and one row more by following the order's index until the page is full: quick where much is wanted. Fewer rows: not far enough.

        What is wanted is told of each row instead of asked for: the planner knows neither who is named in how many tasks nor how words go with
        orders, and would look for another way.
        """
        known, told = (WorkItem.state == "open", (*narrowed, tab)) if self.tab == "groups" else (tab, narrowed)
        stretch = (known, *self.filter.ordering(reading.now), *self._place(order))
        columns = (*_KEY, *order.labelled(), sa.and_(sa.true(), *told).label("wanted"))
        walk = sa.select(*columns).where(*stretch).order_by(*order.columns(backwards=bool(self.before)))
        walked = walk.limit(FARTHEST + self.offset).subquery()
        return self._page(reading, order, walked, walked.c.wanted)

    def _gathered(self, reading: Reading, order: Order, wanted: Sequence[sa.ColumnElement[bool]]) -> Sequence[sa.Row[Any]]:
        """The page and one row more of all that is wanted, sorted: quick where little is wanted."""
        return self._page(reading, order, sa.select(*_KEY, *order.labelled()).where(*wanted, *self._place(order)).offset(0).subquery())

    def _page(self, reading: Reading, order: Order, source: sa.Subquery, *wanted: sa.ColumnElement[bool]) -> Sequence[sa.Row[Any]]:
        """It is cut before names are joined: a group may have thousands of open tasks."""
        backwards = bool(self.before)
        keys = sa.select(*(source.c[column.key] for column in _KEY)).where(*wanted).order_by(*order.of(source.c, backwards=backwards))
        cut = keys.limit(self.limit + 1).offset(self.offset).subquery()
        page = task_rows().join(cut, sa.and_(*(column == cut.c[column.key] for column in _KEY))).order_by(*order.columns(backwards=backwards))
        return reading.connection.execute(page).all()

    def _place(self, order: Order) -> list[sa.ColumnElement[bool]]:
        return [order.beyond(cursor, backwards=cursor is self.before) for cursor in (self.after, self.before) if cursor]


# Up to so many tasks are gathered and sorted, and counted exactly. A count beyond is one more than that: nobody reads ten thousand one by one.
FEW = MOST_COUNTED = 1_000
# So many tasks are looked at one by one for a page, then all that is wanted is gathered.
FARTHEST = 4_000
# Starting a second process, or compiling, takes longer than any of these statements.
CUSTOM_PLANS = sa.text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('max_parallel_workers_per_gather', '0', true),"
    " set_config('jit', 'off', true)"
)


def tab_condition(tab: Tab, actor: Actor) -> sa.ColumnElement[bool]:
    """Which tasks belong to the tab: nothing else of them reaches the actor. Raises InputRejected."""
    match tab:
        case "mine":
            return assigned_to(actor)
        case "groups":
            return offered_to(actor)
        case "done":
            return sa.and_(WorkItem.state == "completed", WorkItem.closed_by == actor.user_id)
        case "started":
            started = sa.exists().where(Instance.id == WorkItem.instance_id, Instance.started_by == actor.user_id)
            return sa.and_(started, WorkItem.state == "open")
    raise InputRejected("unknown_tab", tab=str(tab)[:100])


def count(reading: Reading, wanted: Iterable[sa.ColumnElement[bool]], most: int) -> int:
    """How many there are; most + 1: more than that."""
    return int(reading.connection.scalar(sa.select(_counted(most, *wanted))) or 0)


def _counted(most: int, *wanted: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    some = sa.select(sa.literal(1)).select_from(WorkItem).where(*wanted).limit(most + 1).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def _counts(reading: Reading, actor: Actor) -> dict[str, int]:
    """Open tasks of the tabs, and copies that the actor has not read."""
    unread = sa.select(sa.literal(1)).where(Copy.user_id == actor.user_id, Copy.read_at.is_(None)).limit(MOST_COUNTED + 1).subquery()
    copies = sa.select(sa.func.count()).select_from(unread).scalar_subquery()
    row = reading.connection.execute(sa.select(_counted(MOST_COUNTED, assigned_to(actor)), _counted(MOST_COUNTED, offered_to(actor)), copies)).one()
    return dict(zip(("mine", "groups", "copies"), row, strict=True))


@dataclass(frozen=True, slots=True)
class ListCounts(Query["Mapping[str, int]"]):
    """The counts of a WorklistPage alone."""

    def answer(self, reading: Reading, actor: Actor) -> Mapping[str, int]:
        reading.connection.execute(CUSTOM_PLANS)
        return _counts(reading, actor)


@dataclass(frozen=True, slots=True)
class TaskRows(Query[tuple[TaskRow, ...]]):
    """The named tasks in the order of the names, for who may see their instances or could have taken them; the others are left out."""

    task_ids: tuple[str, ...]

    def answer(self, reading: Reading, actor: Actor) -> tuple[TaskRow, ...]:
        places = [place for place in map(parse_task_id, self.task_ids) if place]
        if not places:
            return ()
        wanted = (sa.tuple_(*_KEY).in_(places), sa.or_(visible_instances(actor), candidate_of(actor)))
        rows = {row.task_id: row for row in to_task_rows(reading, reading.connection.execute(task_rows().where(*wanted)).all(), actor)}
        return tuple(rows[task_id] for task_id in dict.fromkeys(self.task_ids) if task_id in rows)


@dataclass(frozen=True, slots=True)
class WorklistChoices(Query["tuple[TaskKind, ...]"]):
    """Which tasks there are in a tab, the commonest first: what one may filter by. For the page that asks, not for every look at the list."""

    tab: Tab = "mine"

    def answer(self, reading: Reading, actor: Actor) -> tuple[TaskKind, ...]:
        columns = (WorkItem.own_process_key, WorkItem.process_key, WorkItem.element_id)
        number = sa.func.count().label("number")
        grouped = (
            sa.select(*columns, sa.func.max(WorkItem.element_name), sa.func.max(WorkItem.element_name_en), number)
            .where(tab_condition(self.tab, actor))
            .group_by(*columns)
            .order_by(number.desc(), *columns)
            .limit(MOST_KINDS)
        )
        rows = reading.connection.execute(grouped).all()
        names = process_names(reading, {key for row in rows for key in row[:2]})
        named = [((key, *names.get(key, (key, ""))) for key in row[:2]) for row in rows]
        return tuple(TaskKind(*own, *called, *row[2:5], row.number) for (own, called), row in zip(named, rows, strict=True))


MOST_KINDS = 200


@dataclass(frozen=True, slots=True)
class OpenTasks(Query[tuple[TaskRow, ...]]):
    """The open tasks of one instance, oldest first, for whoever may see the instance (others get nothing)."""

    instance_id: str

    def answer(self, reading: Reading, actor: Actor) -> tuple[TaskRow, ...]:
        if not is_instance_id(self.instance_id):
            return ()
        wanted = (WorkItem.instance_id == self.instance_id, WorkItem.state == "open", visible_instances(actor))
        rows = reading.connection.execute(task_rows().where(*wanted).order_by(WorkItem.activity_instance_id)).all()
        return to_task_rows(reading, rows, actor)
