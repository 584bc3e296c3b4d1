"""Who a browser's session is about, and where somebody is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from engine.model.errors import NotAllowedError
from engine.model.identity import Actor
from engine.queries.reading import Query, Reading
from engine.store.accounts import UserSession
from engine.store.assigning import standings_column, to_standings
from engine.store.notifications import unread_column
from engine.store.people import ACTOR_COLUMNS, actor_of
from engine.store.registers import User

_NOW = sa.func.now()
TOUCHED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class FoundSession:
    """`is_stale`: TouchSession is due. `unread`: notifications, counted up to MOST_COUNTED."""

    session_id: str
    actor: Actor
    language: str
    must_change_password: bool
    is_stale: bool
    unread: int


@dataclass(frozen=True, slots=True)
class FindSession(Query[FoundSession | None]):
    """Whose session has a token with this digest; None when it has ended: unused for `idle`, older than `lasts`, or closed. For the system only."""

    token_hash: str
    idle: timedelta
    lasts: timedelta

    def answer(self, reading: Reading, actor: Actor) -> FoundSession | None:
        if not actor.is_system:
            raise NotAllowedError("system_only")
        stale = (UserSession.last_seen_at < _NOW - TOUCHED_EVERY).label("stale")
        columns = (*ACTOR_COLUMNS, User.language, User.must_change_password, UserSession.id.label("session_id"))
        counted = (stale, standings_column(reading.now), unread_column())
        alive = (UserSession.token_hash == self.token_hash, *_alive(self.idle, self.lasts))
        row = reading.connection.execute(sa.select(*columns, *counted).join(UserSession, UserSession.user_id == User.id).where(*alive)).one_or_none()
        if row is None:
            return None
        found = actor_of(row, to_standings(row.standings))
        return FoundSession(row.session_id, found, row.language, row.must_change_password, row.stale, row.unread)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """`device` is what the browser calls itself."""

    session_id: str
    device: str
    address: str
    begun_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class MySessions(Query[tuple[SessionRow, ...]]):
    """Where the actor is signed in, last used first."""

    idle: timedelta
    lasts: timedelta

    def answer(self, reading: Reading, actor: Actor) -> tuple[SessionRow, ...]:
        columns = (UserSession.id, UserSession.device, UserSession.address, UserSession.created_at, UserSession.last_seen_at)
        statement = sa.select(*columns).join(User, User.id == UserSession.user_id)
        own = statement.where(UserSession.user_id == actor.user_id, *_alive(self.idle, self.lasts))
        return tuple(SessionRow(*row) for row in reading.connection.execute(own.order_by(UserSession.last_seen_at.desc(), UserSession.id)))


def _alive(idle: timedelta, lasts: timedelta) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions on a session joined with its account."""
    times = (UserSession.last_seen_at > _NOW - idle, UserSession.created_at > _NOW - lasts)
    return (UserSession.epoch == User.session_epoch, User.active.is_(True), *times)
