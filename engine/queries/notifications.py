"""One's own notifications, and of what one wants to be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.model.identity import Actor
from engine.queries.labels import outcome_en
from engine.queries.reading import Query, Reading, check_page
from engine.queries.visibility import visible_instances
from engine.store.comments import Comment
from engine.store.notifications import (
    OFF_UNLESS_CHOSEN,
    USUAL_DUE_HOURS,
    Notification,
    NotificationChoice,
    NotificationSetting,
    kinds_for,
)
from engine.store.registers import User
from engine.store.tables import Definition, Deployment, Instance, WorkItem

LONGEST_EXCERPT = 120
_CAUSE, _ABSENT = sa.orm.aliased(User), sa.orm.aliased(User)


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """`case` is its title, else the name of its process; `task` the element's name. `by_name` None: nobody did it, the procedure did.

    `about`: of substitute, and of tasks for whose assignee the actor stands, the absent person's name; of handed over work how many tasks.
    `excerpt` of the comment that mentions, None once deleted. `due_at` of the task.
    """

    notification_id: int
    kind: str
    case: str
    case_en: str
    task: str
    task_en: str
    by_name: str | None
    about: str
    excerpt: str | None
    outcome: str
    outcome_en: str
    due_at: datetime | None
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class NotificationPage:
    """`unread` and `newest`, the highest id (0 without any), count all that the bell counts, also what leads nowhere any more."""

    rows: tuple[NotificationRow, ...]
    total: int
    unread: int
    newest: int


@dataclass(frozen=True, slots=True)
class Notifications(Query[NotificationPage]):
    """What the actor was told, newest first, without what is about cases that the actor may not see any more."""

    limit: int = 50
    offset: int = 0

    def answer(self, reading: Reading, actor: Actor) -> NotificationPage:
        check_page(self.limit, self.offset)
        seen = sa.or_(Notification.instance_id.is_(None), visible_instances(actor))
        mine = _ROWS.where(Notification.user_id == actor.user_id, seen)
        rows = reading.connection.execute(mine.order_by(Notification.id.desc()).limit(self.limit).offset(self.offset)).all()
        total = reading.connection.scalar(mine.with_only_columns(sa.func.count(), maintain_column_froms=True)) or 0
        unread = sa.func.count().filter(Notification.read_at.is_(None))
        counted = sa.select(unread, sa.func.coalesce(sa.func.max(Notification.id), 0)).where(Notification.user_id == actor.user_id)
        return NotificationPage(tuple(_row(reading, row) for row in rows), total, *reading.connection.execute(counted).one())


@dataclass(frozen=True, slots=True)
class NotificationChoices:
    """Every kind that the actor may be told of, and whether the actor wants to be; how many hours before a task is due."""

    kinds: Mapping[str, bool]
    due_hours: int


@dataclass(frozen=True, slots=True)
class MyNotificationChoices(Query[NotificationChoices]):
    def answer(self, reading: Reading, actor: Actor) -> NotificationChoices:
        mine = sa.select(NotificationChoice.kind, NotificationChoice.in_app).where(NotificationChoice.user_id == actor.user_id)
        chosen = {row.kind: row.in_app for row in reading.connection.execute(mine)}
        hours = reading.connection.scalar(sa.select(NotificationSetting.due_hours).where(NotificationSetting.user_id == actor.user_id))
        kinds: dict[str, bool] = {kind: chosen.get(kind, kind not in OFF_UNLESS_CHOSEN) for kind in kinds_for(actor)}
        return NotificationChoices(kinds, hours or USUAL_DUE_HOURS)


_COLUMNS: tuple[Any, ...] = (
    *Notification.__table__.c,
    Instance.title,
    Instance.process_key,
    Instance.outcome,
    Instance.end_element_id,
    Definition.name,
    Definition.name_en,
    Definition.deployment_id,
    Deployment.digest,
    WorkItem.element_name,
    WorkItem.element_name_en,
    WorkItem.due_at,
    _CAUSE.name.label("by_name"),
    sa.func.coalesce(_ABSENT.name, Notification.about).label("about_name"),
    sa.func.left(Comment.text, LONGEST_EXCERPT + 1).label("excerpt"),
)
_ROWS = (
    sa.select(*_COLUMNS)
    .select_from(Notification)
    .outerjoin(Instance, Instance.id == Notification.instance_id)
    .outerjoin(Definition, Definition.id == Instance.definition_id)
    .outerjoin(Deployment, Deployment.id == Definition.deployment_id)
    .outerjoin(
        WorkItem, sa.and_(WorkItem.instance_id == Notification.instance_id, WorkItem.activity_instance_id == Notification.activity_instance_id)
    )
    .outerjoin(_CAUSE, _CAUSE.id == Notification.caused_by)
    .outerjoin(_ABSENT, sa.and_(Notification.kind.in_(("substitute", "arrived", "due_soon", "overdue")), _ABSENT.id == Notification.about))
    .outerjoin(
        Comment,
        sa.and_(
            Notification.kind == "mentioned",
            Comment.instance_id == Notification.instance_id,
            sa.cast(Comment.number, sa.Text()) == Notification.about,
        ),
    )
)


def _row(reading: Reading, row: Any) -> NotificationRow:
    ended = row.kind == "ended" and row.outcome
    english = outcome_en(reading.pack(row.deployment_id, row.digest), row.process_key, row.end_element_id) if ended else ""
    return NotificationRow(
        row.id,
        row.kind,
        row.title or row.name or "",
        row.title or row.name_en or "",
        row.element_name or "",
        row.element_name_en or "",
        row.by_name,
        row.about_name,
        _shortened(row.excerpt),
        (row.outcome or "") if ended else "",
        english,
        row.due_at,
        row.at,
        row.read_at,
    )


def _shortened(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST_EXCERPT else text[:LONGEST_EXCERPT] + "…"
