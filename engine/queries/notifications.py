"""One's own notifications, and of what one wants to be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.model.identity import Actor
from engine.queries.labels import outcome_en
from engine.queries.reading import Query, Reading, check_page
from engine.queries.visibility import visible_instances
from engine.store.comments import Comment
from engine.store.notifications import NOTIFICATION_KINDS, MutedNotification, Notification
from engine.store.registers import User
from engine.store.tables import Definition, Deployment, Instance, WorkItem

LONGEST_EXCERPT = 120
_CAUSE, _ABSENT = sa.orm.aliased(User), sa.orm.aliased(User)


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """`case` is its title, else the name of its process; `task` the element's name. `by_name` None: nobody did it, the procedure did.

    `about`: of substitute the absent person's name, of handed over work how many tasks; `excerpt` of the comment that mentions, None once deleted.
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
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class NotificationPage:
    """`newest`: the highest id, 0 without any."""

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
        unread = sa.func.count().filter(Notification.read_at.is_(None))
        told = mine.with_only_columns(sa.func.count(), unread, sa.func.coalesce(sa.func.max(Notification.id), 0), maintain_column_froms=True)
        return NotificationPage(tuple(_row(reading, row) for row in rows), *reading.connection.execute(told).one())


@dataclass(frozen=True, slots=True)
class NotificationKinds(Query[dict[str, bool]]):
    """Every kind, and whether the actor wants to be told of it."""

    def answer(self, reading: Reading, actor: Actor) -> dict[str, bool]:
        muted = set(reading.connection.scalars(sa.select(MutedNotification.kind).where(MutedNotification.user_id == actor.user_id)))
        return {kind: kind not in muted for kind in NOTIFICATION_KINDS}


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
    .outerjoin(_ABSENT, sa.and_(Notification.kind == "substitute", _ABSENT.id == Notification.about))
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
        row.at,
        row.read_at,
    )


def _shortened(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST_EXCERPT else text[:LONGEST_EXCERPT] + "…"
