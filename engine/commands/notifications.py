"""What people do with their notifications: open one, mark all as read, choose which kinds they want."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from engine.commands.input import checked_number
from engine.commands.work import Work
from engine.model.errors import InputRejected, NotFoundError
from engine.model.identity import Actor
from engine.store.notifications import NOTIFICATION_KINDS, MutedNotification, Notification
from engine.store.rows import insert_rows
from engine.store.worklists import Copy

HIGHEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class NotificationOpened:
    """Where it leads: see engine.store.notifications.Notification."""

    kind: str
    instance_id: str | None
    activity_instance_id: int
    about: str


@dataclass(frozen=True, slots=True)
class OpenNotification:
    """One of the actor's own is read from now on, and with it the copy of the case that it tells of. Raises NotFoundError."""

    notification_id: int

    def execute(self, work: Work, actor: Actor) -> NotificationOpened:
        number = self.notification_id
        wanted = (Notification.id == (number if 0 < number <= HIGHEST_ID else 0), Notification.user_id == actor.user_id)
        read = sa.update(Notification).where(*wanted).values(read_at=sa.func.coalesce(Notification.read_at, work.now))
        columns = (Notification.kind, Notification.instance_id, Notification.activity_instance_id, Notification.about)
        row = work.connection.execute(read.returning(*columns)).one_or_none()
        if row is None:
            raise NotFoundError("no_such_notification", notification_id=number)
        if row.kind in ("mentioned", "copied"):
            copy = (Copy.user_id == actor.user_id, Copy.instance_id == row.instance_id, Copy.read_at.is_(None))
            work.connection.execute(sa.update(Copy).where(*copy).values(read_at=work.now))
        return NotificationOpened(*row)


@dataclass(frozen=True, slots=True)
class MarkNotificationsRead:
    """All that the actor has, up to the newest one that the actor was shown; how many were unread. What came since stays unread."""

    up_to: int

    def execute(self, work: Work, actor: Actor) -> int:
        newest = checked_number(self.up_to, "up_to", minimum=0, maximum=HIGHEST_ID)
        unread = (Notification.user_id == actor.user_id, Notification.read_at.is_(None), Notification.id <= newest)
        return work.connection.execute(sa.update(Notification).where(*unread).values(read_at=work.now)).rowcount


@dataclass(frozen=True, slots=True)
class ChooseNotifications:
    """From now on the actor is told of `kinds` and of nothing else. Raises InputRejected: unknown_kind."""

    kinds: Collection[str]

    def execute(self, work: Work, actor: Actor) -> None:
        unknown = sorted(set(self.kinds) - set(NOTIFICATION_KINDS))
        if unknown:
            raise InputRejected("unknown_kind", field="kinds", kind=unknown[0])
        muted = [{"user_id": actor.user_id, "kind": kind} for kind in NOTIFICATION_KINDS if kind not in self.kinds]
        # Whoever saves at two places at once: one after the other.
        work.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"notifications {actor.user_id}", 0))))
        work.connection.execute(sa.delete(MutedNotification).where(MutedNotification.user_id == actor.user_id))
        insert_rows(work.connection, MutedNotification, muted)
