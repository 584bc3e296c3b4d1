"""What people are told of: a line for each person and cause, written in the transaction of the cause."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.identity import Actor
from engine.store.database import Transaction
from engine.store.registers import User
from engine.store.tables import Base

NotificationKind = Literal["arrived", "offered", "assigned", "due_soon", "overdue", "mentioned", "copied", "ended", "substitute", "incident"]
NOTIFICATION_KINDS: tuple[NotificationKind, ...] = get_args(NotificationKind)
# Who has chosen nothing is told of everything but these.
OFF_UNLESS_CHOSEN: frozenset[NotificationKind] = frozenset({"offered"})
FOR_ADMINISTRATORS: frozenset[NotificationKind] = frozenset({"incident"})
# They are about a task that waits, or an error: over when it is, read or not.
_PASSING: tuple[NotificationKind, ...] = ("arrived", "offered", "assigned", "due_soon", "overdue", "incident")
ONCE_FOR_A_TASK = sa.text("kind IN ('due_soon', 'overdue')")
# The bell says "99+" from here on: counting stops.
MOST_COUNTED = 100
# How many hours before a task is due its people are told.
DUE_HOURS = (1, 2, 4, 8, 24, 48, 72)
USUAL_DUE_HOURS = 24


class Notification(Base):
    """`instance_id`, `activity_instance_id` (0: none): the case and task that it leads to. `caused_by`: a user or the system.

    `about`: of mentioned the comment's number; of substitute, and of tasks that somebody's substitute is told of, the absent person; of assigned
    without a case how many tasks were handed over.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        Index("ix_notifications_user_id_id", "user_id", "id"),
        Index("ix_notifications_unread", "user_id", postgresql_where=sa.text("read_at IS NULL")),
        Index("ix_notifications_instance_id", "instance_id"),
        Index("uq_notifications_due", "instance_id", "activity_instance_id", "user_id", "kind", unique=True, postgresql_where=ONCE_FOR_A_TASK),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str]
    instance_id: Mapped[str | None] = mapped_column(ForeignKey("instances.id"))
    activity_instance_id: Mapped[int]
    caused_by: Mapped[str]
    about: Mapped[str]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class NotificationChoice(Base):
    """Whether somebody wants to be told of a kind; without a row it is as OFF_UNLESS_CHOSEN says."""

    __tablename__ = "notification_choices"
    __table_args__ = (Index("ix_notification_choices_kind", "kind", "user_id"),)

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    in_app: Mapped[bool]


class NotificationSetting(Base):
    """What somebody has chosen for all kinds: `due_hours` is one of DUE_HOURS."""

    __tablename__ = "notification_settings"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    due_hours: Mapped[int]


def kinds_for(actor: Actor) -> tuple[NotificationKind, ...]:
    """What somebody may be told of."""
    return tuple(kind for kind in NOTIFICATION_KINDS if actor.is_administrator or kind not in FOR_ADMINISTRATORS)


def wanted(user_id: Any, kind: Any) -> sa.ColumnElement[bool]:
    """Whether the person of the column wants to be told of the kind of the column."""
    chosen = sa.select(NotificationChoice.in_app).where(NotificationChoice.user_id == user_id, NotificationChoice.kind == kind)
    return sa.func.coalesce(chosen.scalar_subquery(), sa.not_(sa.cast(kind, sa.Text()).in_(sorted(OFF_UNLESS_CHOSEN))))


def notify(
    tx: Transaction, user_ids: Collection[str], kind: NotificationKind, by: Actor, instance_id: str | None = None, task: int = 0, about: str = ""
) -> None:
    """Tell those of `user_ids` who have an active account and want to know of this kind, never who caused it: one statement, or none.

    They must be able to see the case already. `task`: its activity instance, 0: none.
    """
    told = sorted(set(user_ids) - {by.user_id})
    if told:
        people: Any = sa.literal(told, sa.ARRAY(sa.Text()))
        _tell(tx, User.id == sa.any_(people), kind, by, instance_id, task, about)


def notify_administrators(tx: Transaction, kind: NotificationKind, by: Actor, instance_id: str, task: int) -> None:
    """As notify, whoever administers; `task` is the activity instance that it is about."""
    _tell(tx, sa.and_(User.is_administrator, User.id != by.user_id), kind, by, instance_id, task, "")


def _tell(
    tx: Transaction, whom: sa.ColumnElement[bool], kind: NotificationKind, by: Actor, instance_id: str | None, task: int, about: str
) -> None:
    values: dict[str, Any] = {"kind": sa.literal(kind), "instance_id": sa.literal(instance_id, sa.Text()), "activity_instance_id": sa.literal(task)}
    values |= {"caused_by": sa.literal(by.user_id), "about": sa.literal(about), "at": sa.literal(tx.now, sa.DateTime(timezone=True))}
    source = sa.select(User.id, *values.values()).where(whom, User.active, wanted(User.id, sa.literal(kind)))
    tx.connection.execute(sa.insert(Notification).from_select(["user_id", *values], source))


def passed(at: Any, *which: sa.ColumnElement[bool]) -> sa.Update:
    """Read from now on: what was told of tasks and errors that wait no more."""
    over = (Notification.read_at.is_(None), Notification.kind.in_(_PASSING), Notification.activity_instance_id > 0)
    return sa.update(Notification).where(*which, *over).values(read_at=at)


def unread_column() -> sa.Label[Any]:
    """For a statement over users: how many notifications each has not read, counted up to MOST_COUNTED."""
    unread = sa.select(Notification.id).where(Notification.user_id == User.id, Notification.read_at.is_(None)).correlate(User)
    some = unread.limit(MOST_COUNTED).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery().label("unread")
