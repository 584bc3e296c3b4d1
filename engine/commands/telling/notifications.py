"""What people do with their notifications: open one, mark all as read, choose which kinds they want."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engine.commands.input import checked_number
from engine.commands.rights import require_system
from engine.commands.work import Work
from engine.model.errors import InputRejected, NotFoundError
from engine.model.identity import Actor
from engine.store.addressees import tell_of_due
from engine.store.notifications import (
    DUE_HOURS,
    NOTIFICATION_KINDS,
    USUAL_DUE_HOURS,
    Notification,
    NotificationChoice,
    NotificationSetting,
    kinds_for,
)
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
        unread = (Notification.user_id == actor.user_id, Notification.read_at.is_(None), Notification.shown, Notification.id <= newest)
        return work.connection.execute(sa.update(Notification).where(*unread).values(read_at=work.now)).rowcount


@dataclass(frozen=True, slots=True)
class ChooseNotifications:
    """From now on the actor is told of `kinds` at the bell and of nothing else; of due tasks `due_hours` before, one of DUE_HOURS.

    `by_mail`: of which kinds the actor gets a mail; None leaves that as it is.

    Raises InputRejected: unknown_kind, unknown_due_hours.
    """

    kinds: Collection[str]
    due_hours: int = USUAL_DUE_HOURS
    by_mail: Collection[str] | None = None

    def execute(self, work: Work, actor: Actor) -> None:
        unknown = sorted({*self.kinds, *(self.by_mail or ())} - set(NOTIFICATION_KINDS))
        if unknown:
            raise InputRejected("unknown_kind", field="kinds", kind=unknown[0])
        if self.due_hours not in DUE_HOURS:
            raise InputRejected("unknown_due_hours", field="due_hours", hours=list(DUE_HOURS))
        # Whoever saves at two places at once: one after the other.
        work.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"notifications {actor.user_id}", 0))))
        rows: list[dict[str, object]] = [{"user_id": actor.user_id, "kind": kind, "in_app": kind in self.kinds} for kind in kinds_for(actor)]
        if self.by_mail is not None:
            rows = [{**row, "by_mail": row["kind"] in self.by_mail} for row in rows]
        insert_rows(work.connection, NotificationChoice, rows, replace=True)
        hours = insert(NotificationSetting).values(user_id=actor.user_id, due_hours=self.due_hours, mail_tries=0)
        work.connection.execute(hours.on_conflict_do_update(index_elements=["user_id"], set_={"due_hours": self.due_hours}))


@dataclass(frozen=True, slots=True)
class DueTold:
    """How many notices were written."""

    due_soon: int
    overdue: int


@dataclass(frozen=True, slots=True)
class TellOfDue:
    """Tell people of tasks that are due soon or overdue, each once for a task, however often this runs. System only."""

    def execute(self, work: Work, actor: Actor) -> DueTold:
        require_system(actor)
        return DueTold(*tell_of_due(work.tx))
