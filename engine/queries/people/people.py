"""People as administrators look after them, and auditors read: who there is, with which permissions and roles, and what depends on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.model.errors import NotAllowedError, NotFoundError
from engine.model.identity import Actor, is_auditor
from engine.queries.labels import role_names
from engine.queries.people.organisation import Member
from engine.queries.reading import Query, Reading, check_page, findable, search_words
from engine.queries.views import RoleName
from engine.store.people import account_digest, account_state
from engine.store.registers import Department, Group, Membership, User
from engine.store.tables import WorkItem

STATUSES = ("active", "inactive", "all")
PERMISSIONS = {"administrator": User.is_administrator, "analyst": User.is_analyst, "auditor": User.is_auditor}
MOST_TASKS = 50


def require_reader(actor: Actor) -> None:
    """Administrators; auditors read."""
    if not is_auditor(actor):
        raise NotAllowedError("administrators_only")


@dataclass(frozen=True, slots=True)
class PersonLine:
    user_id: str
    name: str
    active: bool
    roles: tuple[RoleName, ...]
    department: str
    department_en: str
    manager: Member | None
    is_administrator: bool
    is_analyst: bool
    is_auditor: bool
    open_tasks: int


@dataclass(frozen=True, slots=True)
class PeoplePage:
    rows: tuple[PersonLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class People(Query[PeoplePage]):
    """Accounts in order of names. `search`: words in login or name; `permission`: a key of PERMISSIONS; `status`: one of STATUSES."""

    search: str = ""
    role: str = ""
    department_id: str = ""
    permission: str = ""
    status: str = "active"
    limit: int = 50
    offset: int = 0

    def answer(self, reading: Reading, actor: Actor) -> PeoplePage:
        require_reader(actor)
        check_page(self.limit, self.offset)
        conditions = self._conditions()
        total = reading.connection.scalar(sa.select(sa.func.count()).select_from(User).where(*conditions)) or 0
        groups = sa.select(sa.func.array_agg(Membership.group_key)).where(Membership.user_id == User.id).scalar_subquery()
        tasks = sa.select(sa.func.count()).where(WorkItem.assignee == User.id, WorkItem.state == "open").scalar_subquery()
        columns = (*User.__table__.columns, groups.label("groups"), tasks.label("tasks"), Department.name.label("department"), Department.name_en)
        statement = sa.select(*columns).outerjoin(Department, Department.id == User.department_id).where(*conditions)
        rows = reading.connection.execute(statement.order_by(User.name, User.id).limit(self.limit).offset(self.offset)).all()
        return PeoplePage(_lines(reading, rows), total)

    def _conditions(self) -> list[sa.ColumnElement[bool]]:
        searched = sa.func.lower(User.id + " " + User.name)
        conditions: list[sa.ColumnElement[bool]] = [searched.like(word) for word in search_words(self.search)]
        if self.role:
            conditions.append(sa.exists().where(Membership.user_id == User.id, Membership.group_key == findable(self.role)))
        if self.department_id:
            conditions.append(User.department_id == findable(self.department_id))
        if self.permission in PERMISSIONS:
            conditions.append(PERMISSIONS[self.permission].is_(True))
        if self.status != "all":
            conditions.append(User.active.is_(self.status != "inactive"))
        return conditions


def _lines(reading: Reading, rows: Any) -> tuple[PersonLine, ...]:
    roles = role_names(reading, (group for row in rows for group in row.groups or ()))
    names = reading.user_names(row.manager_id for row in rows)
    return tuple(
        PersonLine(
            row.id,
            row.name,
            row.active,
            tuple(roles[group] for group in sorted(row.groups or ())),
            row.department or "",
            row.name_en or "",
            Member(row.manager_id, names[row.manager_id]) if row.manager_id else None,
            row.is_administrator,
            row.is_analyst,
            row.is_auditor,
            row.tasks,
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class HeldTask:
    task_id: str
    element_name: str
    element_name_en: str
    instance_id: str


@dataclass(frozen=True, slots=True)
class AccountDetail:
    """An account and what depends on it. `seen` goes back with SaveUser. `only_in`: roles in which nobody else is active.

    `tasks` are the first of `open_tasks` that the person has.
    """

    user_id: str
    name: str
    language: str
    active: bool
    groups: tuple[str, ...]
    roles: tuple[RoleName, ...]
    is_administrator: bool
    is_analyst: bool
    is_auditor: bool
    department_id: str | None
    manager_id: str | None
    must_change_password: bool
    has_password: bool
    seen: str
    tasks: tuple[HeldTask, ...]
    open_tasks: int
    supervises: tuple[Member, ...]
    heads: tuple[str, ...]
    only_in: tuple[RoleName, ...]
    is_last_administrator: bool


@dataclass(frozen=True, slots=True)
class FindAccountDetail(Query[AccountDetail]):
    """Raises NotFoundError."""

    user_id: str

    def answer(self, reading: Reading, actor: Actor) -> AccountDetail:
        require_reader(actor)
        connection, user_id = reading.connection, findable(self.user_id)
        state = account_state(connection, user_id)
        if state is None:
            raise NotFoundError("no_such_account", user_id=str(self.user_id)[:100])
        secret = connection.execute(sa.select(User.must_change_password, User.password_hash.is_not(None)).where(User.id == user_id)).one()
        groups = tuple(state["groups"])
        roles = role_names(reading, groups)
        tasks, count = _held(connection, user_id)
        supervised = connection.execute(sa.select(User.id, User.name).where(User.manager_id == user_id, User.active).order_by(User.name, User.id))
        heads = connection.scalars(sa.select(Department.name).where(Department.head_id == user_id).order_by(Department.name))
        others = connection.scalar(sa.select(sa.func.count()).where(User.is_administrator, User.active, User.id != user_id))
        return AccountDetail(
            user_id=user_id,
            must_change_password=secret[0],
            has_password=secret[1],
            seen=account_digest(state),
            roles=tuple(roles[group] for group in groups),
            tasks=tasks,
            open_tasks=count,
            supervises=tuple(Member(*row) for row in supervised),
            heads=tuple(heads),
            only_in=tuple(roles[group] for group in _alone_in(connection, user_id, groups)) if state["active"] else (),
            is_last_administrator=bool(state["active"] and state["is_administrator"] and not others),
            **{**state, "groups": groups},
        )


def _held(connection: sa.Connection, user_id: str) -> tuple[tuple[HeldTask, ...], int]:
    mine = (WorkItem.assignee == user_id, WorkItem.state == "open")
    columns = (WorkItem.instance_id, WorkItem.activity_instance_id, WorkItem.element_name, WorkItem.element_name_en)
    rows = connection.execute(sa.select(*columns).where(*mine).order_by(WorkItem.created_at).limit(MOST_TASKS)).all()
    count = connection.scalar(sa.select(sa.func.count()).where(*mine)) or 0
    held = (HeldTask(f"{row.instance_id}.{row.activity_instance_id}", row.element_name, row.element_name_en, row.instance_id) for row in rows)
    return tuple(held), count


def _alone_in(connection: sa.Connection, user_id: str, groups: tuple[str, ...]) -> list[str]:
    other = sa.select(Membership.group_key).join(User, User.id == Membership.user_id).where(User.active, User.id != user_id)
    shared = set(connection.scalars(other.where(Membership.group_key.in_(groups)))) if groups else set()
    return [group for group in groups if group not in shared]


@dataclass(frozen=True, slots=True)
class RoleMembers:
    """A role and the active people who have it."""

    role: RoleName
    pack_key: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class AllRoleMembers(Query[tuple[RoleMembers, ...]]):
    """Every role of the deployed packs with its members, in the order of the packs."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[RoleMembers, ...]:
        require_reader(actor)
        order = (Group.pack_key, Group.number, Group.key)
        roles = reading.connection.execute(sa.select(Group.key, Group.name, Group.name_en, Group.department, Group.pack_key).order_by(*order)).all()
        held = sa.select(Membership.group_key, User.id, User.name).join(User, User.id == Membership.user_id).where(User.active)
        members: dict[str, list[Member]] = {}
        for row in reading.connection.execute(held.order_by(User.name, User.id)):
            members.setdefault(row.group_key, []).append(Member(row.id, row.name))
        return tuple(RoleMembers(RoleName(*row[:4]), row.pack_key or "", tuple(members.get(row.key, ()))) for row in roles)


@dataclass(frozen=True, slots=True)
class ActivePeople(Query[tuple[Member, ...]]):
    """Whom one may choose from: every active person, in order of names."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[Member, ...]:
        require_reader(actor)
        rows = reading.connection.execute(sa.select(User.id, User.name).where(User.active).order_by(User.name, User.id))
        return tuple(Member(*row) for row in rows)
