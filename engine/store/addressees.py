"""Whose a task is, as SQL: who is told when it opens, and when its time comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from engine.model.identity import SYSTEM
from engine.store.assigning import Substitution, in_force
from engine.store.database import Transaction
from engine.store.notifications import (
    DUE_HOURS,
    NOW,
    TOLD,
    USUAL_DUE_HOURS,
    Notification,
    NotificationKind,
    NotificationSetting,
    told,
    wanted,
)
from engine.store.registers import Membership, User
from engine.store.rows import insert_statement, row_arrays
from engine.store.tables import NO_DUE, Instance, WorkItem

_BY = sa.bindparam("by", type_=sa.Text())
# A worker that stood still for longer tells of no old ones: whoever comes back to work finds the list, not a flood.
LOOK_BACK = timedelta(days=3)


def people_of(tasks: sa.FromClause) -> sa.Subquery:
    """(user_id, instance_id, activity_instance_id, own, about) of open tasks.

    `own`: it is theirs, they are named for it, or they stand for its absent assignee (`about`); not: their role may take it. `tasks` has the columns
    of WorkItem that the statement names.
    """
    place = (tasks.c.instance_id, tasks.c.activity_instance_id)
    own, nobody = sa.true().label("own"), sa.literal("").label("about")
    free = tasks.c.assignee.is_(None)
    covers = sa.or_(
        sa.func.cardinality(Substitution.process_keys) == 0,
        sa.exists().where(Instance.id == tasks.c.instance_id, Instance.process_key == sa.any_(Substitution.process_keys)),
    )
    ways = (
        sa.select(tasks.c.assignee.label("user_id"), *place, own, nobody).where(tasks.c.assignee.is_not(None)),
        sa.select(sa.func.unnest(tasks.c.candidate_users), *place, own, nobody).where(free),
        sa.select(Substitution.substitute_id, *place, own, Substitution.user_id)
        .join_from(tasks, Substitution, Substitution.user_id == tasks.c.assignee)
        .where(in_force(NOW), covers),  # type: ignore[arg-type]
        sa.select(Membership.user_id, *place, sa.false().label("own"), nobody)
        .join_from(tasks, Membership, Membership.group_key == sa.any_(tasks.c.candidate_groups))
        .where(free),
    )
    every = sa.union_all(*ways).subquery("ways")
    key = (every.c.user_id, every.c.instance_id, every.c.activity_instance_id)
    return sa.select(every).order_by(*key, every.c.own.desc(), every.c.about).ext(distinct_on(*key)).subquery("people")


def _arrivals(tasks: sa.FromClause) -> sa.Select[Any]:
    """What people are told of tasks that have just become theirs, or their roles'; never who caused it."""
    people = people_of(tasks)
    kind = sa.case((people.c.own, sa.literal("arrived")), else_=sa.literal("offered"))
    return _notices(people, kind, _BY).where(User.active, User.id != _BY)


def _notices(people: sa.Subquery, kind: sa.ColumnElement[str], by: sa.ColumnElement[str]) -> sa.Select[Any]:
    """With the columns that `told` takes, joined with the accounts."""
    columns = (people.c.user_id, kind, people.c.instance_id, people.c.activity_instance_id, by, people.c.about)
    named = (column.label(name) for name, column in zip(TOLD, columns, strict=True))
    return sa.select(*named).join_from(people, User, User.id == people.c.user_id)


def open_tasks(tx: Transaction, rows: Sequence[Mapping[str, Any]], by: str) -> None:
    """Insert work items, all with the same keys, and tell whose they are: one statement, none without rows."""
    if rows:
        tx.connection.execute(_opening(tuple(rows[0])), {**row_arrays(WorkItem, rows), "now": tx.now, "by": by})


@cache
def _opening(columns: tuple[str, ...]) -> sa.Select[Any]:
    shown = (WorkItem.instance_id, WorkItem.activity_instance_id, WorkItem.assignee, WorkItem.candidate_groups, WorkItem.candidate_users)
    opened = insert_statement(WorkItem, columns, replace=True).returning(*shown).cte("opened")
    return told(_arrivals(opened), opened)


def offer(tx: Transaction, instance_id: str, activity_instance_id: int, by: str) -> None:
    """A task that somebody gave back: tell whose it may become."""
    place = (WorkItem.instance_id == instance_id, WorkItem.activity_instance_id == activity_instance_id)
    tx.connection.execute(told(_arrivals(sa.select(WorkItem.__table__).where(*place).subquery("tasks"))), {"now": tx.now, "by": by})


def tell_of_due(tx: Transaction) -> tuple[int, int]:
    """(how many were told that a task is due soon, how many that one is overdue). Each once for a task, however often this runs.

    Soon: so many hours before as the person has chosen, if the task was theirs by then. What only one's role may take is told to those who
    want to know of such tasks at all.
    """
    due = sa.literal_column(NO_DUE, sa.DateTime(timezone=True))
    soon, late = (due > NOW, due <= tx.now + timedelta(hours=max(DUE_HOURS))), (due <= NOW, due > tx.now - LOOK_BACK)
    hours = sa.select(NotificationSetting.due_hours).where(NotificationSetting.user_id == User.id).scalar_subquery()
    before = sa.func.make_interval(0, 0, 0, 0, sa.func.coalesce(hours, USUAL_DUE_HOURS))

    def in_time(tasks: sa.Subquery) -> sa.ColumnElement[bool]:
        told_at = tasks.c.due_at - before
        return sa.and_(told_at <= NOW, told_at >= sa.func.coalesce(tasks.c.claimed_at, tasks.c.created_at))

    warned, overdue = _tell_of(tx, "due_soon", soon, in_time), _tell_of(tx, "overdue", late, lambda _tasks: sa.true())
    _supersede(tx, overdue)
    return len(warned), len(overdue)


def _supersede(tx: Transaction, overdue: list[int]) -> None:
    """Who is told that a task is overdue need not read that it was due soon."""
    if overdue:
        late = sa.orm.aliased(Notification)
        same = [getattr(late, name) == getattr(Notification, name) for name in ("instance_id", "activity_instance_id", "user_id")]
        earlier = (Notification.kind == "due_soon", Notification.read_at.is_(None))
        new: Any = sa.literal(overdue, sa.ARRAY(sa.BigInteger()))
        tx.connection.execute(sa.update(Notification).where(late.id == sa.any_(new), *same, *earlier).values(read_at=tx.now))


def _tell_of(
    tx: Transaction,
    kind: NotificationKind,
    window: tuple[sa.ColumnElement[bool], ...],
    condition: Callable[[sa.Subquery], sa.ColumnElement[bool]],
) -> list[int]:
    tasks = sa.select(WorkItem.__table__).where(WorkItem.state == "open", *window).subquery("tasks")
    people = people_of(tasks)
    place = sa.and_(tasks.c.instance_id == people.c.instance_id, tasks.c.activity_instance_id == people.c.activity_instance_id)
    interested = sa.or_(people.c.own, wanted(User.id, sa.literal("offered")))
    found = _notices(people, sa.literal(kind), sa.literal(SYSTEM.user_id)).join(tasks, place).where(User.active, interested, condition(tasks))
    return list(tx.connection.scalars(told(found, once=True), {"now": tx.now}))
