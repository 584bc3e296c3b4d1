"""Who is who in the organisation: departments, supervisors, members of roles. Everybody who works here may know."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engine.model.errors import NotFoundError
from engine.model.identity import Actor
from engine.queries.reading import Query, Reading, findable
from engine.store import people
from engine.store.registers import Department


@dataclass(frozen=True, slots=True)
class Member:
    user_id: str
    name: str


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """`parent_id` None: stands at the top. `head` is who leads it."""

    department_id: str
    name: str
    name_en: str
    parent_id: str | None
    head: Member | None
    number: int


@dataclass(frozen=True, slots=True)
class Person:
    """`manager` is the supervisor; `head` the nearest head, of the department or one above it, who is somebody else."""

    user_id: str
    name: str
    active: bool
    department: DepartmentRow | None
    manager: Member | None
    head: Member | None


@dataclass(frozen=True, slots=True)
class FindPerson(Query[Person]):
    """Raises NotFoundError for a login that nobody has."""

    user_id: str

    def answer(self, reading: Reading, actor: Actor) -> Person:
        row = people.person(reading.connection, findable(self.user_id))
        if row is None:
            raise NotFoundError("no_such_account", user_id=str(self.user_id)[:100])
        department = next((each for each in _departments(reading, row.department_id)), None) if row.department_id else None
        names = reading.user_names([row.manager_id, row.head_id])
        manager, head = (Member(each, names[each]) if each else None for each in (row.manager_id, row.head_id))
        return Person(row.user_id, row.name, row.active, department, manager, head)


@dataclass(frozen=True, slots=True)
class GroupMembers(Query[tuple[Member, ...]]):
    """The active people who have a role, in order of logins; nobody for a role that does not exist."""

    group_key: str

    def answer(self, reading: Reading, actor: Actor) -> tuple[Member, ...]:
        return tuple(Member(*row) for row in people.members(reading.connection, findable(self.group_key)))


@dataclass(frozen=True, slots=True)
class Departments(Query[tuple[DepartmentRow, ...]]):
    """Every department, those of one parent in their order."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[DepartmentRow, ...]:
        return _departments(reading)


def _departments(reading: Reading, only: str | None = None) -> tuple[DepartmentRow, ...]:
    statement = sa.select(Department.id, Department.name, Department.name_en, Department.parent_id, Department.head_id, Department.number)
    if only is not None:
        statement = statement.where(Department.id == only)
    rows = reading.connection.execute(statement.order_by(Department.number, Department.name, Department.id)).all()
    names = reading.user_names(row.head_id for row in rows)
    return tuple(
        DepartmentRow(row.id, row.name, row.name_en, row.parent_id, Member(row.head_id, names[row.head_id]) if row.head_id else None, row.number)
        for row in rows
    )
