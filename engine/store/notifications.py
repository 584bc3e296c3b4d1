"""What people are told of: a line for each person and cause, written in the transaction of the cause."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.identity import Actor
from engine.store.database import Transaction
from engine.store.registers import User
from engine.store.tables import Base

NotificationKind = Literal["arrived", "offered", "assigned", "due_soon", "overdue", "mentioned", "copied", "ended", "substitute", "incident"]
NOTIFICATION_KINDS: tuple[NotificationKind, ...] = get_args(NotificationKind)
# Who has chosen nothing is told of everything but these.
OFF_UNLESS_CHOSEN: frozenset[NotificationKind] = frozenset({"offered"})
# Who has given an address and chosen nothing gets these by mail.
MAILED_UNLESS_CHOSEN: frozenset[NotificationKind] = frozenset({"arrived", "assigned", "overdue", "mentioned", "incident"})
FOR_ADMINISTRATORS: frozenset[NotificationKind] = frozenset({"incident"})
# They are about a task that waits, or an error: over when it is, read or not.
_PASSING: tuple[NotificationKind, ...] = ("arrived", "offered", "assigned", "due_soon", "overdue", "incident")
ONCE_FOR_A_TASK = sa.text("kind IN ('due_soon', 'overdue')")
# The bell says "99+" from here on: counting stops.
MOST_COUNTED = 100
# How many hours before a task is due its people are told.
DUE_HOURS = (1, 2, 4, 8, 24, 48, 72)
USUAL_DUE_HOURS = 24
# Who sits before the screen reads it there: what has been read, or is over, by then is not mailed.
MAIL_WAITS = timedelta(minutes=1)
# The columns that `told` is given; `now` is when it happens.
TOLD = ("user_id", "kind", "instance_id", "activity_instance_id", "caused_by", "about")
NOW = sa.bindparam("now", type_=sa.DateTime(timezone=True))


class Notification(Base):
    """`instance_id`, `activity_instance_id` (0: none): the case and task that it leads to. `caused_by`: a user or the system.

    `about`: of mentioned the comment's number; of substitute, and of tasks that somebody's substitute is told of, the absent person; of assigned
    without a case how many tasks were handed over. `shown` False: it goes out by mail only, the bell does not know it.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        Index("ix_notifications_user_id_id", "user_id", "id"),
        Index("ix_notifications_unread", "user_id", postgresql_where=sa.text("read_at IS NULL AND shown")),
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
    shown: Mapped[bool]


class NotificationChoice(Base):
    """Whether somebody wants to be told of a kind, at the bell and by mail; without a row, or where it is None, it is as the constants say."""

    __tablename__ = "notification_choices"
    __table_args__ = (Index("ix_notification_choices_kind", "kind", "user_id"),)

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    in_app: Mapped[bool | None]
    by_mail: Mapped[bool | None]


class NotificationSetting(Base):
    """What somebody has chosen for all kinds: `due_hours` is one of DUE_HOURS.

    `mail_address` is used once its owner has proved to read it: `mail_code`, sent there at `mail_code_at`, was given back; `mail_tries` counts.
    `mail_given_by`: the person, an administrator, or the system for a sign-in provider that has verified it; None: nobody yet, or the person.
    """

    __tablename__ = "notification_settings"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    due_hours: Mapped[int]
    mail_address: Mapped[str | None]
    mail_confirmed_at: Mapped[datetime | None]
    mail_code: Mapped[str | None]
    mail_code_at: Mapped[datetime | None]
    mail_tries: Mapped[int]
    mail_given_by: Mapped[str | None]


class Mail(Base):
    """One that is to go out: of a notification, or (None) the code for somebody's address. It is tried at `due_at`; each try moves that on first.

    `ended_at`: it went out, or is not tried any more, which `error` tells.
    """

    __tablename__ = "mails"
    __table_args__ = (
        Index("ix_mails_due_at", "due_at", postgresql_where=sa.text("ended_at IS NULL")),
        Index("uq_mails_notification_id", "notification_id", unique=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    notification_id: Mapped[int | None] = mapped_column(ForeignKey("notifications.id"))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int]
    ended_at: Mapped[datetime | None]
    error: Mapped[str | None]


def kinds_for(actor: Actor) -> tuple[NotificationKind, ...]:
    """What somebody may be told of."""
    return tuple(kind for kind in NOTIFICATION_KINDS if actor.is_administrator or kind not in FOR_ADMINISTRATORS)


def wanted(user_id: Any, kind: Any) -> sa.ColumnElement[bool]:
    """Whether the person of the column wants to be told of the kind of the column at the bell."""
    return _chosen(NotificationChoice.in_app, user_id, kind, sa.not_(sa.cast(kind, sa.Text()).in_(sorted(OFF_UNLESS_CHOSEN))))


def mailed(user_id: Any, kind: Any) -> sa.ColumnElement[bool]:
    """Whether the person of the column is to get a mail of the kind of the column."""
    reachable = sa.exists().where(NotificationSetting.user_id == user_id, NotificationSetting.mail_confirmed_at.is_not(None))
    usual = sa.cast(kind, sa.Text()).in_(sorted(MAILED_UNLESS_CHOSEN))
    return sa.and_(reachable, _chosen(NotificationChoice.by_mail, user_id, kind, usual))


def _chosen(column: Any, user_id: Any, kind: Any, usual: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    chosen = sa.select(column).where(NotificationChoice.user_id == user_id, NotificationChoice.kind == kind)
    return sa.func.coalesce(chosen.scalar_subquery(), usual)


def told(notices: sa.Select[Any], *before: sa.CTE, once: bool = False) -> sa.Select[Any]:
    """Write what `notices` finds, and the mails of it, in one statement; answers the ids.

    `notices`: the columns of TOLD, of people with an active account; only those who want to know are told. `before`: what it reads from. `once`:
    not again what ONCE_FOR_A_TASK keeps from happening twice. Takes the parameter `now`.
    """
    found = notices.subquery("found")
    at_bell, by_mail = wanted(found.c.user_id, found.c.kind), mailed(found.c.user_id, found.c.kind)
    source = sa.select(*(found.c[name] for name in TOLD), NOW, at_bell).where(sa.or_(at_bell, by_mail))
    statement = insert(Notification).from_select([*TOLD, "at", "shown"], source)
    if once:
        unique = [Notification.instance_id, Notification.activity_instance_id, Notification.user_id, Notification.kind]
        statement = statement.on_conflict_do_nothing(index_elements=unique, index_where=ONCE_FOR_A_TASK)
    written = statement.returning(Notification.id, Notification.user_id, Notification.kind).cte("written")
    first = NOW + sa.literal(MAIL_WAITS, sa.Interval())
    mails = sa.select(written.c.user_id, written.c.id, NOW, first, sa.literal(0)).where(mailed(written.c.user_id, written.c.kind))
    posted = insert(Mail).from_select(["user_id", "notification_id", "created_at", "due_at", "tries"], mails).cte("posted")
    return sa.select(written.c.id).add_cte(*before, written, posted)


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
    values: tuple[Any, ...] = (sa.literal(kind), sa.literal(instance_id, sa.Text()), sa.literal(task), sa.literal(by.user_id), sa.literal(about))
    named = (value.label(name) for name, value in zip(TOLD[1:], values, strict=True))
    tx.connection.execute(told(sa.select(User.id.label(TOLD[0]), *named).where(whom, User.active)), {"now": tx.now})


def passed(at: Any, *which: sa.ColumnElement[bool]) -> sa.Update:
    """Read from now on: what was told of tasks and errors that wait no more."""
    over = (Notification.read_at.is_(None), Notification.kind.in_(_PASSING), Notification.activity_instance_id > 0)
    return sa.update(Notification).where(*which, *over).values(read_at=at)


def unread_column() -> sa.Label[Any]:
    """For a statement over users: how many notifications each has not read, counted up to MOST_COUNTED."""
    own = (Notification.user_id == User.id, Notification.read_at.is_(None), Notification.shown)
    unread = sa.select(Notification.id).where(*own).correlate(User)
    some = unread.limit(MOST_COUNTED).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery().label("unread")
