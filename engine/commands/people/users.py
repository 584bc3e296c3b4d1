"""Accounts, their permissions and roles, as administrators change them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engine.commands.input import checked_text, optional_text
from engine.commands.people.departments import require_another_administrator, require_department
from engine.commands.people.passwords import ONE_TIME_LASTS, checked_password, hashed, one_time_password, refuse_common
from engine.commands.rights import require_active_user, require_administrator
from engine.commands.work import Work
from engine.model.errors import ConflictError, InputRejected, NotFoundError, StaleRevision
from engine.model.identity import SYSTEM, Actor
from engine.store.accounts import record_account_event
from engine.store.people import account_digest, account_state, is_above, lock_people
from engine.store.registers import Group, Membership, User

USER_ID = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class UserSaved:
    """`one_time_password` is to be handed over now: it is kept nowhere."""

    user_id: str
    created: bool
    at: datetime
    one_time_password: str | None = None


@dataclass(frozen=True, slots=True)
class SaveUser:
    """Create or change an account. `password` None keeps the old one; a new password or `active` False ends all sessions. Administrators only.

    `one_time_password` makes one that must be changed when signing in. `must_be_new` refuses a login that is taken, `seen` (of AccountDetail)
    an account that changed since it was read; `source` is the file that it came from, for the log.

    Raises InputRejected: `auditor_acts` for an auditor, no administrator, who is to have roles or be an analyst; `supervision_circle` for a manager
    whom the person supervises; `last_administrator` when none that is active would be left;
    ConflictError("user_exists"), StaleRevision.
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
    one_time_password: bool = False
    must_be_new: bool = False
    seen: str | None = None
    source: str = ""

    def execute(self, work: Work, actor: Actor) -> UserSaved:
        require_administrator(actor)
        user_id = checked_text(self.user_id, "user_id")
        if not USER_ID.fullmatch(user_id) or user_id == SYSTEM.user_id:
            raise InputRejected("bad_user_id", field="user_id", user_id=user_id)
        name, language = checked_text(self.name, "name"), checked_language(self.language)
        password, expires_at = self._password(work)
        lock_people(work.connection)
        before = account_state(work.connection, user_id)
        self._check(work, user_id, before)
        after: dict[str, Any] = {
            "name": name,
            "is_administrator": bool(self.is_administrator),
            "is_analyst": bool(self.is_analyst),
            "is_auditor": bool(self.is_auditor),
            "language": language,
            "active": bool(self.active),
            "department_id": self._department(work),
            "manager_id": self._manager(work, user_id, before),
            "groups": _known_groups(work, self.groups, before["groups"] if before else []),
        }
        _refuse_acting_auditor(before, after)
        secret: dict[str, Any] = {}
        if password is not None:
            made = self.one_time_password
            secret = {"password_hash": hashed(password, random=made), "must_change_password": made, "password_expires_at": expires_at}
        _store(work, user_id, before, after, secret)
        kind, changes = _what_changed(before, after, self)
        if changes or password is not None:
            source = {"source": {"new": self.source}} if self.source else {}
            record_account_event(work.tx, actor.user_id, kind, ("user", user_id), changes | source)
        return UserSaved(user_id, before is None, work.now, password if self.one_time_password else None)

    def _password(self, work: Work) -> tuple[str | None, datetime | None]:
        if self.one_time_password:
            return one_time_password(), work.now + ONE_TIME_LASTS
        return (None if self.password is None else checked_password(self.password)), None

    def _check(self, work: Work, user_id: str, before: Mapping[str, Any] | None) -> None:
        if self.must_be_new and before is not None:
            raise ConflictError("user_exists", field="user_id", user_id=user_id, name=before["name"])
        if self.seen is not None and (before is None or account_digest(before) != self.seen):
            raise StaleRevision(user_id=user_id)
        if not (self.active and self.is_administrator):
            require_another_administrator(work, user_id)

    def _department(self, work: Work) -> str | None:
        department_id = optional_text(self.department_id, "department_id")
        if department_id is not None:
            require_department(work, department_id, "department_id")
        return department_id

    def _manager(self, work: Work, user_id: str, before: Mapping[str, Any] | None) -> str | None:
        manager_id = optional_text(self.manager_id, "manager_id")
        if manager_id is None or (before is not None and manager_id == before["manager_id"]):
            return manager_id
        require_active_user(work, manager_id, "manager_id")
        if is_above(work.connection, user_id, manager_id):
            raise InputRejected("supervision_circle", field="manager_id", user_id=user_id, manager_id=manager_id)
        return manager_id


def _refuse_acting_auditor(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> None:
    """Who audits changes nothing, so has no roles. An account from before this rule can be saved as long as that is left as it is."""
    duties = ("is_auditor", "is_administrator", "is_analyst", "groups")
    acts = after["is_auditor"] and not after["is_administrator"] and (after["is_analyst"] or after["groups"])
    if acts and (before is None or any(before[name] != after[name] for name in duties)):
        raise InputRejected("auditor_acts", field="groups")


def _known_groups(work: Work, given: Collection[str], held: Collection[str]) -> list[str]:
    """Who has a role that no pack names any more may keep it."""
    groups = sorted({checked_text(group, "groups") for group in given})
    known = {*held, *(work.connection.scalars(sa.select(Group.key).where(Group.key.in_(groups))) if groups else ())}
    if unknown := [group for group in groups if group not in known]:
        raise InputRejected("unknown_group", field="groups", group=unknown[0])
    return groups


def _store(work: Work, user_id: str, before: Mapping[str, Any] | None, after: Mapping[str, Any], secret: Mapping[str, Any]) -> None:
    values = {**{name: value for name, value in after.items() if name != "groups"}, **secret}
    fresh = {"password_hash": None, "must_change_password": False, "password_expires_at": None}
    new = {**fresh, **values, "id": user_id, "session_epoch": 1, "created_at": work.now}
    ends = bool(secret) or not after["active"]
    statement = insert(User).values(new)
    changed = {**values, "session_epoch": User.session_epoch + (1 if ends else 0)}
    work.connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))
    if before is None or before["groups"] != after["groups"]:
        work.connection.execute(sa.delete(Membership).where(Membership.user_id == user_id))
        if after["groups"]:
            work.connection.execute(sa.insert(Membership), [{"user_id": user_id, "group_key": key} for key in after["groups"]])


def _what_changed(before: Mapping[str, Any] | None, after: Mapping[str, Any], command: SaveUser) -> tuple[str, dict[str, Any]]:
    """(kind of the event, field -> {old?, new}); of a password only that there is a new one."""
    if before is None:
        return "user_created", {name: {"new": value} for name, value in after.items() if value not in (None, [], False)}
    changes = {name: {"old": before[name], "new": value} for name, value in after.items() if before[name] != value}
    if "active" in changes:
        return "user_reactivated" if command.active else "user_deactivated", changes
    if not changes and (command.one_time_password or command.password is not None):
        return "password_reset", changes
    return "user_changed", changes | ({"password": {"new": True}} if command.password is not None or command.one_time_password else {})


def checked_language(given: object) -> str:
    if given not in LANGUAGES:
        raise InputRejected("unknown_language", field="language", languages=", ".join(LANGUAGES))
    return str(given)


@dataclass(frozen=True, slots=True)
class SetActive:
    """Close an account, which ends its sessions, or open it again. Raises NotFoundError; InputRejected("last_administrator"). Administrators only."""

    user_id: str
    active: bool

    def execute(self, work: Work, actor: Actor) -> UserSaved:
        return replace(_as_it_is(work, actor, self.user_id), active=self.active).execute(work, actor)


@dataclass(frozen=True, slots=True)
class ResetPassword:
    """Give somebody a one-time password (in the answer) and end their sessions. Raises NotFoundError. Administrators only."""

    user_id: str

    def execute(self, work: Work, actor: Actor) -> UserSaved:
        return replace(_as_it_is(work, actor, self.user_id), one_time_password=True).execute(work, actor)


@dataclass(frozen=True, slots=True)
class SetPassword:
    """Set a password that stays. Raises NotFoundError, InputRejected: bad_password, common_password. Administrators only."""

    user_id: str
    password: str

    def execute(self, work: Work, actor: Actor) -> UserSaved:
        account = _as_it_is(work, actor, self.user_id)
        refuse_common(checked_password(self.password), account.user_id, account.name)
        return replace(account, password=self.password).execute(work, actor)


@dataclass(frozen=True, slots=True)
class SetPermissions:
    """None leaves a permission as it is. Raises NotFoundError; InputRejected("last_administrator"). Administrators only."""

    user_id: str
    is_administrator: bool | None = None
    is_analyst: bool | None = None
    is_auditor: bool | None = None

    def execute(self, work: Work, actor: Actor) -> UserSaved:
        asked = {"is_administrator": self.is_administrator, "is_analyst": self.is_analyst, "is_auditor": self.is_auditor}
        changes: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
        return replace(_as_it_is(work, actor, self.user_id), **changes).execute(work, actor)


@dataclass(frozen=True, slots=True)
class SetRoleMember:
    """Give somebody a role, or take it away. Raises NotFoundError; InputRejected("unknown_group"). Administrators only."""

    group_key: str
    user_id: str
    member: bool

    def execute(self, work: Work, actor: Actor) -> UserSaved:
        saved = _as_it_is(work, actor, self.user_id)
        groups = {*saved.groups, self.group_key} if self.member else set(saved.groups) - {self.group_key}
        return replace(saved, groups=tuple(groups)).execute(work, actor)


def _as_it_is(work: Work, actor: Actor, user_id: str) -> SaveUser:
    """The command that would change nothing; the people are locked."""
    require_administrator(actor)
    wanted = checked_text(user_id, "user_id")
    lock_people(work.connection)
    state = account_state(work.connection, wanted)
    if state is None:
        raise NotFoundError("no_such_account", user_id=wanted)
    return SaveUser(wanted, **state)
