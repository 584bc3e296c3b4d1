"""Sessions: begun by signing in, ended by signing out, by their owner or by a new password."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from engine.commands.input import checked_text
from engine.commands.rights import require_administrator, require_system
from engine.commands.work import Work
from engine.model.errors import NotAllowedError, NotFoundError
from engine.model.identity import Actor
from engine.store.accounts import UserSession, record_account_event
from engine.store.registers import User

TOKEN_BYTES = 32
MOST_SESSIONS = 50
LONGEST_DEVICE = 300
FORGOTTEN_AFTER = timedelta(days=90)
_NOW = sa.func.now()


@dataclass(frozen=True, slots=True)
class SessionBegun:
    """`token` is for the browser alone: only its digest is kept."""

    session_id: str
    token: str


@dataclass(frozen=True, slots=True)
class BeginSession:
    """After a successful sign-in. `epoch` is the account's at that moment: a password that changed meanwhile lets nobody in. For the system."""

    user_id: str
    epoch: int
    address: str = ""
    device: str = ""

    def execute(self, work: Work, actor: Actor) -> SessionBegun:
        require_system(actor)
        is_current = sa.exists().where(User.id == self.user_id, User.active, User.session_epoch == self.epoch)
        if not work.connection.scalar(sa.select(is_current)):
            raise NotAllowedError("wrong_sign_in")
        own = sa.select(UserSession.id).where(UserSession.user_id == self.user_id, UserSession.epoch == self.epoch)
        newest = own.order_by(UserSession.last_seen_at.desc()).limit(MOST_SESSIONS - 1)
        surplus = sa.and_(UserSession.user_id == self.user_id, UserSession.id.not_in(newest))
        work.connection.execute(sa.delete(UserSession).where(sa.or_(surplus, UserSession.last_seen_at < _NOW - FORGOTTEN_AFTER)))
        session_id, token = work.tx.new_id(), secrets.token_urlsafe(TOKEN_BYTES)
        values = {"id": session_id, "token_hash": token_hash(token), "user_id": self.user_id, "epoch": self.epoch}
        values |= {"address": self.address[:100], "device": _storable(self.device)}
        work.connection.execute(sa.insert(UserSession).values(**values, created_at=_NOW, last_seen_at=_NOW))
        return SessionBegun(session_id, token)


@dataclass(frozen=True, slots=True)
class TouchSession:
    """Somebody did something in a session, from this address. For the system."""

    session_id: str
    address: str

    def execute(self, work: Work, actor: Actor) -> None:
        require_system(actor)
        change = sa.update(UserSession).where(UserSession.id == self.session_id).values(last_seen_at=_NOW, address=self.address[:100])
        work.connection.execute(change)


@dataclass(frozen=True, slots=True)
class EndSession:
    """End one of the actor's own sessions. Raises NotFoundError."""

    session_id: str

    def execute(self, work: Work, actor: Actor) -> None:
        session_id = checked_text(self.session_id, "session_id")
        ended = work.connection.execute(sa.delete(UserSession).where(UserSession.id == session_id, UserSession.user_id == actor.user_id))
        if not ended.rowcount:
            raise NotFoundError("no_such_session", session_id=session_id)


@dataclass(frozen=True, slots=True)
class EndOtherSessions:
    """End all of the actor's sessions but `keep`; answers how many."""

    keep: str

    def execute(self, work: Work, actor: Actor) -> int:
        others = sa.delete(UserSession).where(UserSession.user_id == actor.user_id, UserSession.id != checked_text(self.keep, "keep"))
        return work.connection.execute(others).rowcount


@dataclass(frozen=True, slots=True)
class EndSessionsOf:
    """End every session of a person; answers how many there were. Administrators only."""

    user_id: str

    def execute(self, work: Work, actor: Actor) -> int:
        require_administrator(actor)
        user_id = checked_text(self.user_id, "user_id")
        raised = sa.update(User).where(User.id == user_id).values(session_epoch=User.session_epoch + 1)
        if not work.connection.execute(raised).rowcount:
            raise NotFoundError("no_such_account", user_id=user_id)
        ended = work.connection.execute(sa.delete(UserSession).where(UserSession.user_id == user_id)).rowcount
        record_account_event(work.tx, actor.user_id, "sessions_ended", ("user", user_id), {"sessions": {"old": ended, "new": 0}})
        return ended


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _storable(text: str) -> str:
    return "".join(character for character in text[:LONGEST_DEVICE] if character.isprintable() and not "\ud800" <= character <= "\udfff")
