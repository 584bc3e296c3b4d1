"""Sign-in accounts and their roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.model.errors import NotAllowedError, NotFoundError
from engine.model.identity import Actor
from engine.queries.labels import role_names
from engine.queries.people.demo_accounts import DEMO_USER_IDS
from engine.queries.reading import Query, Reading, findable
from engine.queries.registers.register_views import AccountRow, SignedInAccount
from engine.queries.views import RoleName
from engine.store.assigning import standings_column, to_standings
from engine.store.people import ACTOR_COLUMNS, actor_of
from engine.store.registers import Group, Membership, User

_COLUMNS = (*ACTOR_COLUMNS, User.language, User.active, User.session_epoch, User.department_id, User.manager_id)


@dataclass(frozen=True, slots=True)
class FindAccount(Query[SignedInAccount | None]):
    """Whoever a session is about; None when there is no such account or it is not active. For the system only."""

    user_id: str

    def answer(self, reading: Reading, actor: Actor) -> SignedInAccount | None:
        if not actor.is_system:
            raise NotAllowedError("system_only")
        columns = (*_COLUMNS, standings_column(reading.now))
        row = reading.connection.execute(sa.select(*columns).where(User.id == findable(self.user_id), User.active)).one_or_none()
        if row is None:
            return None
        return SignedInAccount(actor_of(row, to_standings(row.standings)), row.language, row.session_epoch)


@dataclass(frozen=True, slots=True)
class Users(Query[tuple[AccountRow, ...]]):
    """All accounts, in the order of roles in their packs, administrators last. Administrators only."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[AccountRow, ...]:
        if not actor.is_administrator:
            raise NotAllowedError("administrators_only")
        first_role = sa.select(sa.func.min(Group.number)).join(Membership, Membership.group_key == Group.key).where(Membership.user_id == User.id)
        order = (User.is_administrator, first_role.scalar_subquery().asc().nulls_last(), User.created_at, User.id)
        return _rows(reading, reading.connection.execute(sa.select(*_COLUMNS).order_by(*order)).all())


@dataclass(frozen=True, slots=True)
class MyAccount(Query[AccountRow]):
    """The actor's own account. Raises NotFoundError for an actor without one."""

    def answer(self, reading: Reading, actor: Actor) -> AccountRow:
        rows = reading.connection.execute(sa.select(*_COLUMNS).where(User.id == actor.user_id)).all()
        if not rows:
            raise NotFoundError("no_such_account", user_id=actor.user_id)
        return _rows(reading, rows)[0]


@dataclass(frozen=True, slots=True)
class Roles(Query[tuple[RoleName, ...]]):
    """Every role that a deployed pack names, in the order of the packs."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[RoleName, ...]:
        statement = sa.select(Group.key, Group.name, Group.name_en, Group.department).order_by(Group.pack_key, Group.number, Group.key)
        return tuple(RoleName(*row) for row in reading.connection.execute(statement))


def _rows(reading: Reading, rows: Sequence[sa.Row[Any]]) -> tuple[AccountRow, ...]:
    roles = role_names(reading, (group for row in rows for group in row.groups))
    order = list(roles)
    return tuple(
        AccountRow(
            row.id,
            row.name,
            tuple(roles[group] for group in sorted(row.groups, key=order.index)),
            row.is_administrator,
            row.language,
            row.active,
            row.id in DEMO_USER_IDS,
            row.is_analyst,
            row.is_auditor,
            row.department_id,
            row.manager_id,
        )
        for row in rows
    )
