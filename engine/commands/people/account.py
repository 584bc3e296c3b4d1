"""One's own account: signing in, password, name, language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.commands.input import checked_text
from engine.commands.people.passwords import checked_password, hashed, matches, needs_rehash, refuse_common
from engine.commands.people.users import USER_ID, UserSaved, checked_language
from engine.commands.work import Work
from engine.model.errors import InputRejected, NotAllowedError
from engine.model.identity import Actor
from engine.store.accounts import UserSession, record_account_event
from engine.store.people import ACTOR_COLUMNS, actor_of, lock_people
from engine.store.registers import User


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Change one's own password; all sessions end but `keep_session`.

    Raises NotAllowedError("wrong_password"), InputRejected: bad_password, common_password, same_password.
    """

    old: str
    new: str
    keep_session: str = ""

    def execute(self, work: Work, actor: Actor) -> UserSaved:
        new = checked_password(self.new)
        lock_people(work.connection)
        columns = (User.password_hash, User.active, User.session_epoch, User.name)
        row = work.connection.execute(sa.select(*columns).where(User.id == actor.user_id).with_for_update()).one_or_none()
        if row is None or not row.active or not matches(row.password_hash, self.old):
            raise NotAllowedError("wrong_password")
        refuse_common(new, actor.user_id, row.name)
        if new == self.old:
            raise InputRejected("same_password", field="password")
        epoch = row.session_epoch + 1
        values = {"password_hash": hashed(new), "session_epoch": epoch, "must_change_password": False, "password_expires_at": None}
        work.connection.execute(sa.update(User).where(User.id == actor.user_id).values(values))
        kept = sa.update(UserSession).where(UserSession.id == self.keep_session, UserSession.user_id == actor.user_id)
        work.connection.execute(kept.where(UserSession.epoch == row.session_epoch).values(epoch=epoch))
        record_account_event(work.tx, actor.user_id, "password_changed", ("user", actor.user_id), {})
        return UserSaved(actor.user_id, False, work.now)


@dataclass(frozen=True, slots=True)
class ChangeLanguage:
    """Choose the language of one's own screens: zh or en."""

    language: str

    def execute(self, work: Work, actor: Actor) -> UserSaved:
        return _change_own(work, actor, "language", checked_language(self.language))


@dataclass(frozen=True, slots=True)
class ChangeName:
    """Choose how one's own name is shown from now on; what was recorded keeps the login."""

    name: str

    def execute(self, work: Work, actor: Actor) -> UserSaved:
        return _change_own(work, actor, "name", checked_text(self.name, "name", maximum=50))


def _change_own(work: Work, actor: Actor, field: str, value: str) -> UserSaved:
    lock_people(work.connection)
    column: Any = getattr(User, field)
    row = work.connection.execute(sa.select(column).where(User.id == actor.user_id)).one_or_none()
    if row is None:
        raise NotAllowedError("no_account")
    if row[0] != value:
        work.connection.execute(sa.update(User).where(User.id == actor.user_id).values({field: value}))
        record_account_event(work.tx, actor.user_id, "user_changed", ("user", actor.user_id), {field: {"old": row[0], "new": value}})
    return UserSaved(actor.user_id, False, work.now)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in; a session is valid while the account is active and has this `session_epoch`."""

    actor: Actor
    language: str
    session_epoch: int
    must_change_password: bool = False


@dataclass(frozen=True, slots=True)
class SignIn:
    """Check a password. Raises NotAllowedError: wrong_sign_in for an unknown login, a wrong password and an inactive account alike;
    one_time_password_expired for who has the right one, too late."""

    user_id: str
    password: str

    def execute(self, work: Work, actor: Actor) -> SignedIn:  # noqa: ARG002 - nobody has signed in yet
        user_id = self.user_id if isinstance(self.user_id, str) and USER_ID.fullmatch(self.user_id) else ""
        secret = (User.password_hash, User.must_change_password, User.password_expires_at)
        columns = (*ACTOR_COLUMNS, *secret, User.active, User.language, User.session_epoch)
        row = work.connection.execute(sa.select(*columns).where(User.id == user_id)).one_or_none()
        # An unknown login costs the same time as a wrong password.
        right = matches(row.password_hash if row else None, self.password)
        if row is None or not right or not row.active:
            raise NotAllowedError("wrong_sign_in")
        if row.password_expires_at is not None and row.password_expires_at <= work.now:
            raise NotAllowedError("one_time_password_expired")
        if needs_rehash(row.password_hash):
            work.connection.execute(sa.update(User).where(User.id == user_id).values(password_hash=hashed(self.password)))
        return SignedIn(actor_of(row), row.language, row.session_epoch, row.must_change_password)
