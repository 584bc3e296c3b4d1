"""Task lists with a name: a person's own, and those that are shared with a role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engine.commands.input import checked_number, checked_text
from engine.commands.work import Work
from engine.model.errors import ConflictError, InputRejected, NotAllowedError, NotFoundError, StaleRevision
from engine.model.identity import Actor
from engine.model.task_list import CHOICES, SAVED, is_column
from engine.store.accounts import record_account_event
from engine.store.list_memory import RememberedList
from engine.store.people import leads_role
from engine.store.registers import Group
from engine.store.rows import insert_rows, table_of
from engine.store.saved_lists import CHANGED, OPENS_WITH, REMOVED, SHARED, SavedList, own_or_shared
from engine.store.search_text import folded

LONGEST_NAME, MOST_LISTS = 60, 50


@dataclass(frozen=True, slots=True)
class ListSaved:
    list_id: int
    created: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveList:
    """Give what a task list is asked for a name: the actor's own, or, with `role_key`, everybody's who has the role.

    With a role: administrators, and whoever leads people who have it. `replace`: one of the same name takes it over.
    Raises InputRejected: required, too_long, bad_list, too_many_lists, unknown_group; ConflictError(list_name_taken); NotAllowedError(may_not_share).
    """

    name: str
    asked: Mapping[str, str]
    role_key: str = ""
    replace: bool = False

    def execute(self, work: Work, actor: Actor) -> ListSaved:
        name, asked = checked_text(self.name, "name", maximum=LONGEST_NAME), checked_asked(self.asked)
        role_key = checked_text(self.role_key, "role_key", required=False)
        if role_key:
            _require_role(work, role_key)
            require_sharer(work, actor, role_key)
        owner = {"role_key": role_key} if role_key else {"user_id": actor.user_id}
        if (work.connection.scalar(sa.select(sa.func.count()).select_from(SavedList).filter_by(**owner)) or 0) >= MOST_LISTS and not self.replace:
            raise InputRejected("too_many_lists", field="name", maximum=MOST_LISTS)
        row = {**owner, "name": name, "name_key": folded(name), "asked": asked, "opens": False, "revision": 1}
        row |= {"saved_by": actor.user_id, "saved_at": work.now}
        made = work.connection.scalar(insert(SavedList).values(row).on_conflict_do_nothing().returning(SavedList.id))
        if made is None:
            return self._take_over(work, actor, owner, row)
        if role_key:
            record_account_event(work.tx, actor.user_id, SHARED, ("role", role_key), {"list": {"new": name}, "asked": {"new": asked}})
        return ListSaved(made, True, work.now)

    def _take_over(self, work: Work, actor: Actor, owner: Mapping[str, str], row: Mapping[str, Any]) -> ListSaved:
        same = sa.select(SavedList.id, SavedList.name, SavedList.revision).filter_by(**owner, name_key=row["name_key"])
        found = work.connection.execute(same).one_or_none()
        if found is None:
            raise StaleRevision("stale_revision")
        if not self.replace:
            raise ConflictError("list_name_taken", field="name", name=found.name)
        return ChangeList(found.id, found.revision, asked=row["asked"]).execute(work, actor)


@dataclass(frozen=True, slots=True)
class ChangeList:
    """Change a list that the actor has seen as `revision`: its name, what it asks for, whether the role's people begin with it. None: as it is.

    Raises NotFoundError; NotAllowedError(may_not_share) for a shared one of others; StaleRevision; InputRejected; ConflictError(list_name_taken).
    """

    list_id: int
    revision: int
    name: str | None = None
    asked: Mapping[str, str] | None = None
    opens: bool | None = None

    def execute(self, work: Work, actor: Actor) -> ListSaved:
        row = _locked(work, actor, self.list_id)
        if row.revision != checked_number(self.revision, "revision", minimum=0):
            by = row.saved_by
            raise StaleRevision("stale_revision", title=row.name, by=by, by_name=work.user_names([by])[by], at=row.saved_at)
        after = self._after(work, row)
        changes = {field: {"old": getattr(row, field), "new": value} for field, value in after.items() if getattr(row, field) != value}
        if not changes:
            return ListSaved(row.id, False, work.now)
        stamp = {"revision": row.revision + 1, "saved_by": actor.user_id, "saved_at": work.now}
        work.connection.execute(sa.update(SavedList).where(SavedList.id == row.id).values(**after, **stamp))
        if row.role_key:
            said = {name: change for name, change in changes.items() if name in ("asked", "opens")}
            said["list"] = {"old": row.name, "new": after["name"]}
            record_account_event(work.tx, actor.user_id, CHANGED, ("role", row.role_key), said)
        return ListSaved(row.id, False, work.now)

    def _after(self, work: Work, row: Any) -> dict[str, Any]:
        name = row.name if self.name is None else checked_text(self.name, "name", maximum=LONGEST_NAME)
        owner = {"role_key": row.role_key} if row.role_key else {"user_id": row.user_id}
        taken = sa.select(SavedList.name).filter_by(**owner, name_key=folded(name)).where(SavedList.id != row.id)
        if (other := work.connection.scalar(taken)) is not None:
            raise ConflictError("list_name_taken", field="name", name=other)
        opens = row.opens if self.opens is None else self.opens is True and row.role_key is not None
        if opens and not row.opens:
            before = sa.update(SavedList).filter_by(role_key=row.role_key, opens=True)
            work.connection.execute(before.values(opens=False, revision=SavedList.revision + 1))
        asked = row.asked if self.asked is None else checked_asked(self.asked)
        return {"name": name, "name_key": folded(name), "asked": asked, "opens": opens}


@dataclass(frozen=True, slots=True)
class RemoveList:
    """Take a list away; who had it open by default begins with the plain list again. Raises NotFoundError, NotAllowedError(may_not_share)."""

    list_id: int

    def execute(self, work: Work, actor: Actor) -> ListSaved:
        row = _locked(work, actor, self.list_id)
        work.connection.execute(sa.delete(SavedList).where(SavedList.id == row.id))
        if row.role_key:
            record_account_event(work.tx, actor.user_id, REMOVED, ("role", row.role_key), {"list": {"old": row.name}, "asked": {"old": row.asked}})
        return ListSaved(row.id, False, work.now)


@dataclass(frozen=True, slots=True)
class OpenWithList:
    """From now on the task list opens for the actor with this one; None: plain, also where a role has one. Raises NotFoundError."""

    list_id: int | None

    def execute(self, work: Work, actor: Actor) -> ListSaved:
        if self.list_id is not None:
            number = checked_number(self.list_id, "list_id", minimum=0)
            if work.connection.scalar(sa.select(SavedList.id).where(SavedList.id == number, own_or_shared(actor))) is None:
                raise NotFoundError("no_such_list", list_id=number)
        kept = {"arrangement": {"list": self.list_id}, "remembered_at": work.now}
        insert_rows(work.connection, RememberedList, [{"user_id": actor.user_id, "list_key": OPENS_WITH, **kept}], replace=True)
        return ListSaved(self.list_id or 0, False, work.now)


def require_sharer(work: Work, actor: Actor, role_key: str) -> None:
    """Raises NotAllowedError(may_not_share) for whoever neither administers nor leads people who have the role."""
    if not (actor.is_administrator or leads_role(work.connection, actor.user_id, role_key)):
        raise NotAllowedError("may_not_share", role_key=role_key)


def _require_role(work: Work, role_key: str) -> None:
    if work.connection.scalar(sa.select(Group.key).where(Group.key == role_key)) is None:
        raise InputRejected("unknown_group", field="role_key", group_key=role_key)


def _locked(work: Work, actor: Actor, list_id: int) -> Any:
    """The row, for one command at a time. Others' own lists are not there for the actor; shared ones of others are there, but not to be changed."""
    number = checked_number(list_id, "list_id", minimum=0)
    row = work.connection.execute(sa.select(*table_of(SavedList).columns).where(SavedList.id == number).with_for_update()).one_or_none()
    if row is None or (row.user_id is not None and row.user_id != actor.user_id):
        raise NotFoundError("no_such_list", list_id=number)
    if row.role_key is not None:
        _require_changer(work, actor, row.role_key, number)
    return row


def _require_changer(work: Work, actor: Actor, role_key: str, number: int) -> None:
    """Who neither has the role nor may share with it does not learn that the list is there."""
    try:
        require_sharer(work, actor, role_key)
    except NotAllowedError as error:
        if role_key in actor.groups:
            raise
        raise NotFoundError("no_such_list", list_id=number) from error


def checked_asked(given: Mapping[str, str]) -> dict[str, str]:
    """What can be saved of an address. Raises InputRejected(bad_list) for what no list understands."""
    asked: dict[str, str] = {}
    for key, value in given.items():
        if key not in SAVED:
            raise InputRejected("bad_list", field=str(key)[:100])
        text = checked_text(value, key, required=False)
        if text and key in CHOICES and text not in CHOICES[key]:
            raise InputRejected("bad_list", field=key)
        if text:
            asked[key] = text
    if (asked.get("sort") == "closed") and asked.get("tab") != "done":
        raise InputRejected("bad_list", field="sort")
    if not all(map(is_column, filter(None, asked.get("columns", "").split(",")))):
        raise InputRejected("bad_list", field="columns")
    return {"tab": "mine"} | asked
