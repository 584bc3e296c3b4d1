"""Task lists with a name, as the actor has them: own ones, and those shared with the actor's roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.model.errors import NotFoundError
from engine.model.identity import SYSTEM, Actor
from engine.queries.labels import role_names
from engine.queries.reading import Query, Reading
from engine.queries.views import RoleName
from engine.store.list_memory import RememberedList
from engine.store.people import led_roles
from engine.store.registers import Group, User
from engine.store.saved_lists import OPENS_WITH, SavedList, own_or_shared


@dataclass(frozen=True, slots=True)
class SavedListRow:
    """`role`: with whom it is shared, None: the actor's own. `opens`: with it the list begins for the role's people."""

    list_id: int
    name: str
    role: RoleName | None
    asked: Mapping[str, str]
    opens: bool
    revision: int
    saved_by_name: str
    saved_at: datetime


_COLUMNS = sa.select(
    SavedList.id,
    SavedList.name,
    SavedList.role_key,
    SavedList.asked,
    SavedList.opens,
    SavedList.revision,
    SavedList.saved_by,
    User.name.label("saver"),
    SavedList.saved_at,
).outerjoin(User, User.id == SavedList.saved_by)
_ORDER = (SavedList.role_key.is_not(None), SavedList.role_key, SavedList.name_key)


def _rows(reading: Reading, *wanted: sa.ColumnElement[bool]) -> tuple[SavedListRow, ...]:
    rows = reading.connection.execute(_COLUMNS.where(*wanted).order_by(*_ORDER)).all()
    roles = role_names(reading, (row.role_key for row in rows if row.role_key))
    return tuple(_row(row, roles) for row in rows)


def _row(row: sa.Row[Any], roles: Mapping[str, RoleName]) -> SavedListRow:
    role = roles[row.role_key] if row.role_key else None
    saver = row.saver or (SYSTEM.name if row.saved_by == SYSTEM.user_id else row.saved_by)
    return SavedListRow(row.id, row.name, role, row.asked, row.opens, row.revision, saver, row.saved_at)


@dataclass(frozen=True, slots=True)
class SavedLists(Query[tuple[SavedListRow, ...]]):
    """The actor's own in order of their names, then those of the actor's roles."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[SavedListRow, ...]:
        return _rows(reading, own_or_shared(actor))


@dataclass(frozen=True, slots=True)
class ListsToManage:
    """`own`, and `shared` with the actor's roles or by whom the actor could share; `changeable`: keys of roles whose lists the actor may change.

    `opens_with`: the list with which the actor's begins, by the actor's own choice; None: none chosen, 0: the plain one chosen.
    """

    own: tuple[SavedListRow, ...]
    shared: tuple[SavedListRow, ...]
    changeable: frozenset[str]
    opens_with: int | None


@dataclass(frozen=True, slots=True)
class ManagedLists(Query[ListsToManage]):
    """Everything about saved lists that the actor may see and change."""

    def answer(self, reading: Reading, actor: Actor) -> ListsToManage:
        roles = shareable(reading, actor)
        keys = frozenset(role.key for role in roles)
        rows = _rows(reading, sa.or_(own_or_shared(actor), SavedList.role_key.in_(sorted(keys))))
        kept = _chosen(reading, actor)
        own, shared = tuple(row for row in rows if row.role is None), tuple(row for row in rows if row.role)
        return ListsToManage(own, shared, keys, None if kept is None else kept["list"] or 0)


@dataclass(frozen=True, slots=True)
class ShareableRoles(Query[tuple[RoleName, ...]]):
    """The roles with which the actor may share lists: administrators all, others those of the people whom they lead."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[RoleName, ...]:
        return shareable(reading, actor)


def shareable(reading: Reading, actor: Actor) -> tuple[RoleName, ...]:
    roles = sa.select(Group.key, Group.name, Group.name_en, Group.department).order_by(Group.pack_key, Group.number, Group.key)
    if not actor.is_administrator:
        roles = roles.where(Group.key.in_(led_roles(actor.user_id)))
    return tuple(RoleName(*row) for row in reading.connection.execute(roles))


@dataclass(frozen=True, slots=True)
class SavedListOf(Query[SavedListRow]):
    """One of the lists that the actor sees or may change; others are not there: NotFoundError."""

    list_id: int

    def answer(self, reading: Reading, actor: Actor) -> SavedListRow:
        may = sa.true() if actor.is_administrator else SavedList.role_key.in_(led_roles(actor.user_id))
        seen = sa.or_(own_or_shared(actor), sa.and_(SavedList.role_key.is_not(None), may))
        rows = _rows(reading, SavedList.id == (self.list_id if 0 < self.list_id < 2**31 else 0), seen)
        if not rows:
            raise NotFoundError("no_such_list", list_id=self.list_id)
        return rows[0]


@dataclass(frozen=True, slots=True)
class OpeningList(Query["SavedListRow | None"]):
    """With which list the actor's begins: the own choice while it is there, else that of a role (the first by its key); None: with none."""

    def answer(self, reading: Reading, actor: Actor) -> SavedListRow | None:
        kept = _chosen(reading, actor)
        if kept is not None and kept["list"] is None:
            return None
        wanted = sa.and_(SavedList.opens, SavedList.role_key.in_(sorted(actor.groups)))
        rows = _rows(reading, wanted if kept is None else sa.or_(wanted, sa.and_(SavedList.id == kept["list"], own_or_shared(actor))))
        return next((row for row in rows if kept is not None and row.list_id == kept["list"]), next((row for row in rows if row.opens), None))


def _chosen(reading: Reading, actor: Actor) -> Mapping[str, Any] | None:
    mine = (RememberedList.user_id == actor.user_id, RememberedList.list_key == OPENS_WITH)
    found: Mapping[str, Any] | None = reading.connection.scalar(sa.select(RememberedList.arrangement).where(*mine))
    return found
