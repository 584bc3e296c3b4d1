"""The departments of the organisation, and the rules that keep it in order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engine.commands.input import checked_number, checked_text, optional_text
from engine.commands.rights import require_active_user, require_administrator
from engine.commands.work import Work
from engine.model.errors import ConflictError, InputRejected, NotFoundError
from engine.model.identity import Actor
from engine.store.accounts import record_account_event
from engine.store.people import is_within, lock_people
from engine.store.registers import Department, User

_DEPARTMENT_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
MOST = 10_000


@dataclass(frozen=True, slots=True)
class DepartmentSaved:
    department_id: str
    created: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveDepartment:
    """Create or change a department. Raises InputRejected: `department_circle` for a parent that is a part of it. Administrators only."""

    department_id: str
    name: str
    name_en: str = ""
    parent_id: str | None = None
    head_id: str | None = None
    number: int = 0
    must_be_new: bool = False

    def execute(self, work: Work, actor: Actor) -> DepartmentSaved:
        require_administrator(actor)
        department_id = checked_text(self.department_id, "department_id")
        if not _DEPARTMENT_ID.fullmatch(department_id):
            raise InputRejected("bad_department_id", field="department_id", department_id=department_id)
        values = {
            "name": checked_text(self.name, "name"),
            "name_en": checked_text(self.name_en, "name_en", required=False),
            "parent_id": optional_text(self.parent_id, "parent_id"),
            "head_id": optional_text(self.head_id, "head_id"),
            "number": checked_number(self.number, "number", minimum=0, maximum=MOST),
        }
        lock_people(work.connection)
        before = _department_state(work, department_id)
        if self.must_be_new and before is not None:
            raise ConflictError("department_exists", field="department_id", department_id=department_id, name=before["name"])
        self._check(work, department_id, values["parent_id"], values["head_id"], before["head_id"] if before else None)
        work.connection.execute(insert(Department).values(id=department_id, **values).on_conflict_do_update(index_elements=["id"], set_=values))
        old = before or {}
        changes = {name: ({"old": old[name]} if before else {}) | {"new": value} for name, value in values.items() if old.get(name) != value}
        if changes:
            kind = "department_changed" if before else "department_created"
            record_account_event(work.tx, actor.user_id, kind, ("department", department_id), changes)
        return DepartmentSaved(department_id, before is None, work.now)

    def _check(self, work: Work, department_id: str, parent_id: object, head_id: object, head_before: object) -> None:
        if isinstance(head_id, str) and head_id != head_before:
            require_active_user(work, head_id, "head_id")
        if isinstance(parent_id, str):
            require_department(work, parent_id, "parent_id")
            if is_within(work.connection, department_id, parent_id):
                raise InputRejected("department_circle", field="parent_id", department_id=department_id, parent_id=parent_id)


@dataclass(frozen=True, slots=True)
class RemoveDepartment:
    """Remove a department without people and parts. Raises NotFoundError, ConflictError("department_in_use"). Administrators only."""

    department_id: str

    def execute(self, work: Work, actor: Actor) -> DepartmentSaved:
        require_administrator(actor)
        department_id = checked_text(self.department_id, "department_id")
        lock_people(work.connection)
        people = work.connection.scalar(sa.select(sa.func.count()).where(User.department_id == department_id)) or 0
        parts = work.connection.scalar(sa.select(sa.func.count()).where(Department.parent_id == department_id)) or 0
        if people or parts:
            raise ConflictError("department_in_use", department_id=department_id, people=people, parts=parts)
        before = _department_state(work, department_id)
        if before is None:
            raise NotFoundError("no_such_department", department_id=department_id)
        work.connection.execute(sa.delete(Department).where(Department.id == department_id))
        changes = {name: {"old": value} for name, value in before.items()}
        record_account_event(work.tx, actor.user_id, "department_removed", ("department", department_id), changes)
        return DepartmentSaved(department_id, False, work.now)


def _department_state(work: Work, department_id: str) -> dict[str, Any] | None:
    columns = (Department.name, Department.name_en, Department.parent_id, Department.head_id, Department.number)
    row = work.connection.execute(sa.select(*columns).where(Department.id == department_id)).mappings().one_or_none()
    return dict(row) if row is not None else None


def require_department(work: Work, department_id: str, field: str) -> None:
    if work.connection.scalar(sa.select(Department.id).where(Department.id == department_id)) is None:
        raise InputRejected("unknown_department", field=field, department_id=department_id)


def require_another_administrator(work: Work, user_id: str) -> None:
    """Raises InputRejected when `user_id` is the only active administrator; to be called with the people locked."""
    left = list(work.connection.scalars(sa.select(User.id).where(User.is_administrator, User.active).limit(2)))
    if left == [user_id]:
        raise InputRejected("last_administrator", field="is_administrator", user_id=user_id)
