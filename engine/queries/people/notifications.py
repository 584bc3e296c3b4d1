"""One's own notifications, and of what one wants to be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.model.identity import SYSTEM, Actor
from engine.queries.labels import outcome_en
from engine.queries.reading import Query, Reading, check_page
from engine.queries.visibility import visible_instances
from engine.store.comments import Comment
from engine.store.notifications import (
    MAILED_UNLESS_CHOSEN,
    OFF_UNLESS_CHOSEN,
    USUAL_DUE_HOURS,
    Notification,
    NotificationChoice,
    NotificationKind,
    NotificationSetting,
    kinds_for,
)
from engine.store.registers import User
from engine.store.tables import Definition, Deployment, Instance, WorkItem

LONGEST_EXCERPT = 120
# Who wrote an address of mail down.
OWN, ADMINISTRATOR, PROVIDER = GIVERS = ("own", "administrator", "provider")
_SHOWN = Notification.shown.is_(True)
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
        rows = notification_rows(reading, actor, _SHOWN, limit=self.limit, offset=self.offset)
        total = reading.connection.scalar(_mine(actor, _SHOWN).with_only_columns(sa.func.count(), maintain_column_froms=True)) or 0
        unread = sa.func.count().filter(Notification.read_at.is_(None))
        own = (Notification.user_id == actor.user_id, Notification.shown)
        counted = sa.select(unread, sa.func.coalesce(sa.func.max(Notification.id), 0)).where(*own)
        return NotificationPage(rows, total, *reading.connection.execute(counted).one())


def notification_rows(
    reading: Reading, actor: Actor, *which: sa.ColumnElement[bool], limit: int = 1, offset: int = 0
) -> tuple[NotificationRow, ...]:
    """The actor's own, newest first, without what is about cases that the actor may not see any more."""
    rows = reading.connection.execute(_mine(actor, *which).order_by(Notification.id.desc()).limit(limit).offset(offset)).all()
    return tuple(_row(reading, row) for row in rows)


def _mine(actor: Actor, *which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    seen = sa.or_(Notification.instance_id.is_(None), visible_instances(actor))
    return _ROWS.where(Notification.user_id == actor.user_id, seen, *which)


@dataclass(frozen=True, slots=True)
class KindChoice:
    """Whether somebody is told at the bell and by mail, as chosen or as it is for who has chosen nothing."""

    kind: str
    in_app: bool
    by_mail: bool


@dataclass(frozen=True, slots=True)
class NotificationChoices:
    """Of every kind that the actor may be told of; how many hours before a task is due; and where mail goes, once `mail_confirmed`.

    `mail_given_by` is one of GIVERS.
    """

    kinds: tuple[KindChoice, ...]
    due_hours: int
    mail_address: str | None
    mail_confirmed: bool
    mail_given_by: str = OWN


@dataclass(frozen=True, slots=True)
class MyNotificationChoices(Query[NotificationChoices]):
    def answer(self, reading: Reading, actor: Actor) -> NotificationChoices:
        columns = (NotificationChoice.kind, NotificationChoice.in_app, NotificationChoice.by_mail)
        mine = reading.connection.execute(sa.select(*columns).where(NotificationChoice.user_id == actor.user_id))
        chosen = {row.kind: (row.in_app, row.by_mail) for row in mine}
        kinds = tuple(_choice(kind, *chosen.get(kind, (None, None))) for kind in kinds_for(actor))
        common = (NotificationSetting.due_hours, NotificationSetting.mail_address, NotificationSetting.mail_confirmed_at)
        settings = sa.select(*common, NotificationSetting.mail_given_by).where(NotificationSetting.user_id == actor.user_id)
        row = reading.connection.execute(settings).one_or_none()
        if row is None:
            return NotificationChoices(kinds, USUAL_DUE_HOURS, None, False)
        giver = giver_of(row.mail_given_by, actor.user_id)
        return NotificationChoices(kinds, row.due_hours, row.mail_address, row.mail_confirmed_at is not None, giver)


def giver_of(given_by: str | None, user_id: str) -> str:
    """Who wrote somebody's address of mail down, as one of GIVERS."""
    if given_by in (None, user_id):
        return OWN
    return PROVIDER if given_by == SYSTEM.user_id else ADMINISTRATOR


def _choice(kind: NotificationKind, in_app: bool | None, by_mail: bool | None) -> KindChoice:
    at_bell = kind not in OFF_UNLESS_CHOSEN if in_app is None else in_app
    return KindChoice(kind, at_bell, kind in MAILED_UNLESS_CHOSEN if by_mail is None else by_mail)


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
