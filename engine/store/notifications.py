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

NotificationKind = Literal["assigned", "mentioned", "copied", "ended", "substitute"]
NOTIFICATION_KINDS: tuple[NotificationKind, ...] = get_args(NotificationKind)
# The bell says "99+" from here on: counting stops.
MOST_COUNTED = 100


class Notification(Base):
    """`instance_id`, `activity_instance_id` (0: none): the case and task that it leads to. `caused_by`: a user or the system.

    `about`: of mentioned the comment's number, of substitute the absent person, of assigned without a case how many tasks were handed over.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        Index("ix_notifications_user_id_id", "user_id", "id"),
        Index("ix_notifications_unread", "user_id", postgresql_where=sa.text("read_at IS NULL")),
        Index("ix_notifications_instance_id", "instance_id"),
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


class MutedNotification(Base):
    """A kind that somebody does not want to be told of."""

    __tablename__ = "muted_notifications"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)


def notify(
    tx: Transaction, user_ids: Collection[str], kind: NotificationKind, by: Actor, instance_id: str | None = None, task: int = 0, about: str = ""
) -> None:
    """Tell those of `user_ids` who have an active account and want to know of this kind, never who caused it: one statement, or none.

    They must be able to see the case already. `task`: its activity instance, 0: none.
    """
    told = sorted(set(user_ids) - {by.user_id})
    if not told:
        return
    muted = sa.exists().where(MutedNotification.user_id == User.id, MutedNotification.kind == kind)
    texts: Any = sa.literal(told, sa.ARRAY(sa.Text()))
    values: dict[str, Any] = {"kind": sa.literal(kind), "instance_id": sa.literal(instance_id, sa.Text()), "activity_instance_id": sa.literal(task)}
    values |= {"caused_by": sa.literal(by.user_id), "about": sa.literal(about), "at": sa.literal(tx.now, sa.DateTime(timezone=True))}
    source = sa.select(User.id, *values.values()).where(User.id == sa.any_(texts), User.active, ~muted)
    tx.connection.execute(sa.insert(Notification).from_select(["user_id", *values], source))


def unread_column() -> sa.Label[Any]:
    """For a statement over users: how many notifications each has not read, counted up to MOST_COUNTED."""
    unread = sa.select(Notification.id).where(Notification.user_id == User.id, Notification.read_at.is_(None)).correlate(User)
    some = unread.limit(MOST_COUNTED).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery().label("unread")
