"""The organisation as commands and queries read it: who supervises whom, who belongs to which department, who has a role."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.model.identity import Actor, Standing
from engine.store.database import json_text
from engine.store.registers import Department, Membership, User

# Held by whatever changes accounts or departments: rules over several rows (no circles, one administrator at least) see no change halfway.
_PEOPLE_LOCK = 0x70656F706C65  # "people"
_GROUPS = sa.select(sa.func.coalesce(sa.func.array_agg(Membership.group_key), sa.cast(sa.text("'{}'"), sa.ARRAY(sa.Text()))))


def roles_of(person: type[User]) -> sa.ScalarSelect[Any]:
    """The keys of somebody's roles, for a statement over users or an alias of them."""
    return _GROUPS.where(Membership.user_id == person.id).correlate(person).scalar_subquery()


MOST_MANAGERS = 20
# What an actor is made of; `actor_of` takes a row with them.
ACTOR_COLUMNS = (
    User.id,
    User.name,
    User.is_administrator,
    User.is_analyst,
    User.is_auditor,
    roles_of(User).label("groups"),
)


def actor_of(row: sa.Row[Any], acts_for: tuple[Standing, ...] = ()) -> Actor:
    """An auditor works as nobody else: roles and absent people that an account has beside that permission count for nothing."""
    if row.is_auditor and not row.is_administrator:
        return Actor(row.id, row.name, is_auditor=True)
    return Actor(row.id, row.name, frozenset(row.groups), row.is_administrator, False, row.is_analyst, row.is_auditor, acts_for)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """`head_id`: the nearest head of the person's department or of one above it who is somebody else. Managers and heads may have left: `active`."""

    user_id: str
    name: str
    active: bool
    manager_id: str | None
    department_id: str | None
    head_id: str | None


def lock_people(connection: sa.Connection) -> None:
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_PEOPLE_LOCK)))


def account_state(connection: sa.Connection, user_id: str) -> dict[str, Any] | None:
    """What administrators set about an account, by the names of SaveUser; groups are sorted. None without an account."""
    columns = (*ACTOR_COLUMNS[1:], User.language, User.active, User.department_id, User.manager_id)
    row = connection.execute(sa.select(*columns).where(User.id == user_id)).mappings().one_or_none()
    return {**row, "groups": sorted(row["groups"])} if row is not None else None


def account_digest(state: Mapping[str, Any]) -> str:
    """Of `account_state`: tells whether somebody changed it meanwhile."""
    return hashlib.sha256(json_text(sorted(state.items())).encode()).hexdigest()


def person(connection: sa.Connection, user_id: str) -> PersonRow | None:
    columns = (User.id, User.name, User.active, User.manager_id, User.department_id)
    row = connection.execute(sa.select(*columns).where(User.id == user_id)).one_or_none()
    if row is None:
        return None
    return PersonRow(*row, head_id=_head_over(connection, user_id, row.department_id))


def members(connection: sa.Connection, group_key: str) -> tuple[tuple[str, str], ...]:
    """(login, name) of the active people who have the role, in order of logins."""
    has_role = sa.exists().where(Membership.user_id == User.id, Membership.group_key == group_key)
    statement = sa.select(User.id, User.name).where(has_role, User.active).order_by(User.id)
    return tuple((row.id, row.name) for row in connection.execute(statement))


def looks_after(connection: sa.Connection, actor: Actor, user_id: str) -> bool:
    """Whose absence and work the actor may arrange: one's own, that of the people one supervises, and administrators everybody's."""
    return actor.user_id == user_id or actor.is_administrator or is_above(connection, actor.user_id, user_id)


def managers_of(connection: sa.Connection, user_id: str) -> list[str]:
    """Whoever supervises the person, nearest first."""
    return [each for each in _line_up(connection, User.id, User.manager_id, user_id) if each != user_id][:MOST_MANAGERS]


def is_above(connection: sa.Connection, user_id: str, manager_id: str) -> bool:
    """Whether `user_id` is `manager_id` or supervises them, through others too."""
    return user_id in _line_up(connection, User.id, User.manager_id, manager_id)


def led_roles(user_id: str) -> sa.Select[str]:
    """Keys of the roles that somebody's people have: whose supervisor they are, and those of a department that they head and its parts."""
    part = sa.select(Department.id).where(Department.head_id == user_id).cte("part", recursive=True)
    part = part.union(sa.select(Department.id).join(part, Department.parent_id == part.c.id))
    led = sa.or_(User.manager_id == user_id, User.department_id.in_(sa.select(part.c.id)))
    return sa.select(Membership.group_key).join(User, User.id == Membership.user_id).where(led, User.id != user_id, User.active).distinct()


def leads_role(connection: sa.Connection, user_id: str, role_key: str) -> bool:
    """Whether somebody leads people who have the role."""
    return connection.scalar(led_roles(user_id).where(Membership.group_key == role_key)) is not None


def is_within(connection: sa.Connection, department_id: str, parent_id: str) -> bool:
    """Whether `parent_id` is the department itself or a part of it."""
    return department_id in _line_up(connection, Department.id, Department.parent_id, parent_id)


def _line_up(connection: sa.Connection, key: Any, up: Any, first: str) -> list[str]:
    """`first` and whoever follows by `up`, nearest first; a circle would end where it began."""
    line = sa.select(key.label("id"), up.label("up"), sa.literal(1).label("level")).where(key == first).cte("line", recursive=True)
    line = line.union_all(sa.select(key, up, line.c.level + 1).join(line, key == line.c.up).where(line.c.level < 1000))
    return list(dict.fromkeys(connection.scalars(sa.select(line.c.id).order_by(line.c.level))))


def _head_over(connection: sa.Connection, user_id: str, department_id: str | None) -> str | None:
    if department_id is None:
        return None
    line = _line_up(connection, Department.id, Department.parent_id, department_id)
    heads = {row.id: row.head_id for row in connection.execute(sa.select(Department.id, Department.head_id).where(Department.id.in_(line)))}
    return next((head for head in (heads[each] for each in line) if head and head != user_id), None)
