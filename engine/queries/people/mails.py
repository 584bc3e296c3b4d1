"""Mail that is to go out, and mail that does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.model.errors import NotAllowedError
from engine.model.identity import Actor
from engine.queries.people.notifications import ADMINISTRATOR, NotificationRow, giver_of, notification_rows
from engine.queries.people.people import require_reader
from engine.queries.reading import Query, Reading, findable
from engine.store.assigning import standings_column, to_standings
from engine.store.notifications import Mail, Notification, NotificationSetting
from engine.store.people import ACTOR_COLUMNS, actor_of
from engine.store.registers import User

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """Either a notification or the `code` for a new address, which an administrator may have written down.

    `first_at`: when it was first to go out, the same at every try.
    """

    mail_id: int
    address: str
    name: str
    language: str
    first_at: datetime
    code: str | None
    told: NotificationRow | None
    by_administrator: bool = False


@dataclass(frozen=True, slots=True)
class MailAddress:
    """`given_by`: engine.queries.people.notifications.GIVERS."""

    address: str
    confirmed: bool
    given_by: str


@dataclass(frozen=True, slots=True)
class MailAddressOf(Query[MailAddress | None]):
    """Where somebody's mail goes; None: nowhere. For administrators and auditors."""

    user_id: str

    def answer(self, reading: Reading, actor: Actor) -> MailAddress | None:
        require_reader(actor)
        columns = (NotificationSetting.mail_address, NotificationSetting.mail_confirmed_at, NotificationSetting.mail_given_by)
        theirs = (NotificationSetting.user_id == findable(self.user_id), NotificationSetting.mail_address.is_not(None))
        row = reading.connection.execute(sa.select(*columns).where(*theirs)).one_or_none()
        if row is None:
            return None
        return MailAddress(row.mail_address, row.mail_confirmed_at is not None, giver_of(row.mail_given_by, self.user_id))


@dataclass(frozen=True, slots=True)
class MailToSend(Query[OutgoingMail | None]):
    """None: it is not needed any more. Its reader has seen it at the bell, the task is done, the account is closed, the case not theirs to see.

    For the system only.
    """

    mail_id: int

    def answer(self, reading: Reading, actor: Actor) -> OutgoingMail | None:
        if not actor.is_system:
            raise NotAllowedError("system_only")
        settings = (NotificationSetting.mail_address, NotificationSetting.mail_confirmed_at, NotificationSetting.mail_code)
        columns = (*ACTOR_COLUMNS, User.language, standings_column(reading.now), Mail.notification_id, Mail.created_at, *settings)
        statement = sa.select(*columns, NotificationSetting.mail_given_by).join_from(Mail, User, User.id == Mail.user_id)
        statement = statement.join(NotificationSetting, NotificationSetting.user_id == User.id)
        alive = (Mail.id == self.mail_id, Mail.ended_at.is_(None), User.active, NotificationSetting.mail_address.is_not(None))
        row = reading.connection.execute(statement.where(*alive)).one_or_none()
        if row is None:
            return None
        head = (self.mail_id, row.mail_address, row.name, row.language, row.created_at)
        if row.notification_id is None:
            by_administrator = giver_of(row.mail_given_by, row.id) == ADMINISTRATOR
            return OutgoingMail(*head, row.mail_code, None, by_administrator) if row.mail_code else None
        if row.mail_confirmed_at is None:
            return None
        reader = actor_of(row, to_standings(row.standings))
        unread = (Notification.id == row.notification_id, Notification.read_at.is_(None))
        told = notification_rows(reading, reader, *unread)
        return OutgoingMail(*head, None, told[0]) if told else None


@dataclass(frozen=True, slots=True)
class FailingMail:
    """`next_at` None: given up. `error` is what the mail server answered."""

    name: str
    address: str
    error: str
    tries: int
    created_at: datetime
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class FailingMails(Query[tuple[FailingMail, ...]]):
    """Mail that has failed and has not gone out since, newest first. Administrators only."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[FailingMail, ...]:
        if not actor.is_administrator:
            raise NotAllowedError("administrators_only")
        next_at = sa.case((Mail.ended_at.is_(None), Mail.due_at))
        address = sa.func.coalesce(NotificationSetting.mail_address, "")
        statement = sa.select(User.name, address, Mail.error, Mail.tries, Mail.created_at, next_at).join_from(Mail, User, User.id == Mail.user_id)
        statement = statement.outerjoin(NotificationSetting, NotificationSetting.user_id == User.id).where(Mail.error.is_not(None))
        rows = reading.connection.execute(statement.order_by(Mail.id.desc()).limit(MOST_SHOWN))
        return tuple(FailingMail(*row) for row in rows)
