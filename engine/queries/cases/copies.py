"""Copies for information: those that the actor got, those of an instance, and whom one may send them to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.model.identity import Actor
from engine.queries.cases.heads import require_instance
from engine.queries.reading import Query, Reading, check_page, search_words
from engine.queries.views import RoleName
from engine.queries.worklist.list_views import CopyLine, CopyPage, CopyRow
from engine.store.registers import User
from engine.store.tables import Definition, Instance, WorkItem
from engine.store.worklists import Copy

_SENDER, _READER = sa.orm.aliased(User), sa.orm.aliased(User)
_TASK = sa.and_(WorkItem.instance_id == Copy.instance_id, WorkItem.activity_instance_id == Copy.activity_instance_id)
MOST_COLLEAGUES = 500


@dataclass(frozen=True, slots=True)
class Copies(Query[CopyPage]):
    """What was brought to the actor's notice, newest first. `after`: the cursor of the page before. `search` words must occur in title, business
    key, process, note or sender."""

    search: str = ""
    unread_only: bool = False
    limit: int = 50
    after: int | None = None

    def answer(self, reading: Reading, actor: Actor) -> CopyPage:
        check_page(self.limit, 0)
        wanted = [Copy.user_id == actor.user_id, *self._found()]
        if self.unread_only:
            wanted.append(Copy.read_at.is_(None))
        place = [] if self.after is None else [Copy.id < min(self.after, 2**62)]
        found = reading.connection.execute(_ROWS.where(*wanted, *place).order_by(Copy.id.desc()).limit(self.limit + 1)).all()
        total = reading.connection.scalar(_ROWS.with_only_columns(sa.func.count(), maintain_column_froms=True).where(*wanted)) or 0
        unread = sa.select(sa.func.count()).select_from(Copy).where(Copy.user_id == actor.user_id, Copy.read_at.is_(None))
        rows = tuple(CopyRow(*row) for row in found[: self.limit])
        return CopyPage(rows, total, reading.connection.scalar(unread) or 0, rows[-1].copy_id if len(found) > self.limit else None)

    def _found(self) -> list[sa.ColumnElement[bool]]:
        searched = (Instance.title, Instance.business_key, Definition.name, Definition.name_en, Copy.note, _SENDER.name)
        return [sa.or_(*(column.ilike(pattern) for column in searched)) for pattern in search_words(self.search)]


_COLUMNS: tuple[Any, ...] = (
    Copy.id,
    Copy.instance_id,
    Instance.title,
    Instance.business_key,
    Definition.name,
    Definition.name_en,
    sa.func.coalesce(WorkItem.element_name, ""),
    sa.func.coalesce(WorkItem.element_name_en, ""),
    Instance.status,
    sa.func.coalesce(_SENDER.name, Copy.sent_by),
    Copy.sent_at,
    Copy.note,
    Copy.read_at,
)
_ROWS = (
    sa.select(*_COLUMNS)
    .select_from(Copy)
    .join(Instance, Instance.id == Copy.instance_id)
    .join(Definition, Definition.id == Instance.definition_id)
    .outerjoin(WorkItem, _TASK)
    .outerjoin(_SENDER, _SENDER.id == Copy.sent_by)
)


@dataclass(frozen=True, slots=True)
class CopiesOf(Query[tuple[CopyLine, ...]]):
    """To whom an instance was brought to notice, newest first, at most a hundred. Raises NotFoundError for those who may not see it."""

    instance_id: str

    def answer(self, reading: Reading, actor: Actor) -> tuple[CopyLine, ...]:
        require_instance(reading, actor, self.instance_id)
        names = (sa.func.coalesce(_READER.name, Copy.user_id), sa.func.coalesce(_SENDER.name, Copy.sent_by))
        statement = (
            sa.select(*names, Copy.sent_at, Copy.read_at)
            .outerjoin(_READER, _READER.id == Copy.user_id)
            .outerjoin(_SENDER, _SENDER.id == Copy.sent_by)
            .where(Copy.instance_id == self.instance_id)
            .order_by(Copy.id.desc())
            .limit(100)
        )
        return tuple(CopyLine(*row) for row in reading.connection.execute(statement))


@dataclass(frozen=True, slots=True)
class Colleagues(Query[tuple[RoleName, ...]]):
    """Everybody with an active account except the actor: `key` is the login. The first 500 by name whose name or login has `search`."""

    search: str = ""

    def answer(self, reading: Reading, actor: Actor) -> tuple[RoleName, ...]:
        wanted = [User.active, User.id != actor.user_id]
        wanted += [sa.or_(User.name.ilike(pattern), User.id.ilike(pattern)) for pattern in search_words(self.search)]
        rows = reading.connection.execute(sa.select(User.id, User.name).where(*wanted).order_by(User.name, User.id).limit(MOST_COLLEAGUES))
        return tuple(RoleName(row.id, row.name) for row in rows)
