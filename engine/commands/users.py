"""Accounts and their groups."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.dialects.postgresql import insert

from engine.commands.departments import require_active_user, require_another_administrator, require_department
from engine.commands.input import checked_text, optional_text
from engine.commands.rights import require_administrator
from engine.commands.work import Work
from engine.model.errors import InputRejected, NotAllowedError
from engine.model.identity import SYSTEM, Actor
from engine.store.people import ACTOR_COLUMNS, actor_of, is_above, lock_people
from engine.store.registers import Group, Membership, User

_USER_ID = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
LANGUAGES = ("zh", "en")
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200
_HASHER = PasswordHasher()


@dataclass(frozen=True, slots=True)
class UserSaved:
    user_id: str
    created: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveUser:
    """Create or change an account. `password` None keeps the old one; a new password or `active` False ends all sessions. Administrators only.

    Raises InputRejected: `supervision_circle` for a manager whom the person supervises, `last_administrator` when none that is active would be left.
    """

    user_id: str
    name: str
    password: str | None = None
    groups: Collection[str] = ()
    is_administrator: bool = False
    language: str = "zh"
    active: bool = True
    is_analyst: bool = False
    is_auditor: bool = False
    department_id: str | None = None
    manager_id: str | None = None

    def execute(self, work: Work, actor: Actor) -> UserSaved:
        require_administrator(actor)
        user_id = checked_text(self.user_id, "user_id")
        if not _USER_ID.fullmatch(user_id) or user_id == SYSTEM.user_id:
            raise InputRejected("bad_user_id", field="user_id", user_id=user_id)
        name, language = checked_text(self.name, "name"), _language(self.language)
        lock_people(work.connection)
        groups = self._groups(work)
        if not (self.active and self.is_administrator):
            require_another_administrator(work, user_id)
        values: dict[str, Any] = {
            "name": name,
            "is_administrator": bool(self.is_administrator),
            "language": language,
            "active": bool(self.active),
            "is_analyst": bool(self.is_analyst),
            "is_auditor": bool(self.is_auditor),
            "department_id": self._department(work),
            "manager_id": self._manager(work, user_id),
        }
        if self.password is not None:
            values["password_hash"] = _HASHER.hash(checked_password(self.password))
        created = self._save(work, user_id, values)
        work.connection.execute(sa.delete(Membership).where(Membership.user_id == user_id))
        if groups:
            work.connection.execute(sa.insert(Membership), [{"user_id": user_id, "group_key": key} for key in groups])
        return UserSaved(user_id, created, work.now)

    def _groups(self, work: Work) -> list[str]:
        groups = sorted({checked_text(group, "groups") for group in self.groups})
        known = set(work.connection.scalars(sa.select(Group.key).where(Group.key.in_(groups)))) if groups else set()
        if unknown := [group for group in groups if group not in known]:
            raise InputRejected("unknown_group", field="groups", group=unknown[0])
        return groups

    def _department(self, work: Work) -> str | None:
        department_id = optional_text(self.department_id, "department_id")
        if department_id is not None:
            require_department(work, department_id, "department_id")
        return department_id

    def _manager(self, work: Work, user_id: str) -> str | None:
        manager_id = optional_text(self.manager_id, "manager_id")
        before = work.connection.scalar(sa.select(User.manager_id).where(User.id == user_id))
        if manager_id is None or manager_id == before:
            return manager_id
        require_active_user(work, manager_id, "manager_id")
        if is_above(work.connection, user_id, manager_id):
            raise InputRejected("supervision_circle", field="manager_id", user_id=user_id, manager_id=manager_id)
        return manager_id

    def _save(self, work: Work, user_id: str, values: dict[str, Any]) -> bool:
        new = {"password_hash": None, **values, "id": user_id, "session_epoch": 1, "created_at": work.now}
        ends = self.password is not None or not self.active
        statement = insert(User).values(new).on_conflict_do_update(
            index_elements=["id"], set_={**values, "session_epoch": User.session_epoch + (1 if ends else 0)}
        )
        created = statement.returning(sa.literal_column("(xmax = 0)", sa.Boolean()))
        return bool(work.connection.scalar(created))


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Change one's own password; all other sessions end."""

    old: str
    new: str

    def execute(self, work: Work, actor: Actor) -> UserSaved:
        new = checked_password(self.new)
        row = work.connection.execute(sa.select(User.password_hash, User.active).where(User.id == actor.user_id).with_for_update()).one_or_none()
        if row is None or not row.active or not _matches(row.password_hash, self.old):
            raise NotAllowedError("wrong_password")
        work.connection.execute(
            sa.update(User).where(User.id == actor.user_id).values(password_hash=_HASHER.hash(new), session_epoch=User.session_epoch + 1)
        )
        return UserSaved(actor.user_id, False, work.now)


@dataclass(frozen=True, slots=True)
class ChangeLanguage:
    """Choose the language of one's own screens: zh or en."""

    language: str

    def execute(self, work: Work, actor: Actor) -> UserSaved:
        language = _language(self.language)
        changed = work.connection.execute(sa.update(User).where(User.id == actor.user_id).values(language=language))
        if not changed.rowcount:
            raise NotAllowedError("no_account")
        return UserSaved(actor.user_id, False, work.now)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in; a session is valid while the account is active and has this `session_epoch`."""

    actor: Actor
    language: str
    session_epoch: int


@dataclass(frozen=True, slots=True)
class SignIn:
    """Check a password. Raises NotAllowedError("wrong_sign_in") for an unknown login, a wrong password and an inactive account alike."""

    user_id: str
    password: str

    def execute(self, work: Work, actor: Actor) -> SignedIn:  # noqa: ARG002 - nobody has signed in yet
        user_id = self.user_id if isinstance(self.user_id, str) and _USER_ID.fullmatch(self.user_id) else ""
        columns = (*ACTOR_COLUMNS, User.password_hash, User.active, User.language, User.session_epoch)
        row = work.connection.execute(sa.select(*columns).where(User.id == user_id)).one_or_none()
        # An unknown login costs the same time as a wrong password.
        matches = _matches(row.password_hash if row else None, self.password)
        if row is None or not matches or not row.active:
            raise NotAllowedError("wrong_sign_in")
        if _HASHER.check_needs_rehash(row.password_hash):
            work.connection.execute(sa.update(User).where(User.id == user_id).values(password_hash=_HASHER.hash(self.password)))
        return SignedIn(actor_of(row), row.language, row.session_epoch)


def checked_password(given: object) -> str:
    if not isinstance(given, str) or not SHORTEST_PASSWORD <= len(given) <= LONGEST_PASSWORD:
        raise InputRejected("bad_password", field="password", minimum=SHORTEST_PASSWORD, maximum=LONGEST_PASSWORD)
    if any("\ud800" <= character <= "\udfff" for character in given):
        raise InputRejected("bad_text", field="password")
    return given


def _language(given: object) -> str:
    if given not in LANGUAGES:
        raise InputRejected("unknown_language", field="language", languages=", ".join(LANGUAGES))
    return str(given)


def _matches(password_hash: str | None, password: object) -> bool:
    given = password if isinstance(password, str) and len(password) <= LONGEST_PASSWORD else ""
    try:
        return _HASHER.verify(password_hash or _nobodys_hash(), given.encode(errors="replace")) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")
