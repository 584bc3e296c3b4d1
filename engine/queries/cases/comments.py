"""The comments on one case, for those who may see it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.model.identity import Actor, is_auditor
from engine.queries.cases.heads import require_instance
from engine.queries.reading import Query, Reading, findable
from engine.queries.visibility import OPEN
from engine.store.addressees import people_of
from engine.store.comments import Comment, CommentWording
from engine.store.registers import Participation, User
from engine.store.tables import Instance, WorkItem
from engine.store.worklists import Copy

MOST_COMMENTS, HIGHEST_NUMBER = 200, 2**31 - 1
MOST_SUGGESTED, LONGEST_PREFIX = 8, 60


@dataclass(frozen=True, slots=True)
class EarlierWording:
    """What a comment said until it was changed; `written_at`: since when."""

    written_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class CommentLine:
    """`text` None: deleted. `digest` of the words goes back with ChangeComment. `earlier`, oldest first, only for auditors."""

    number: int
    writer_name: str
    written_at: datetime
    text: str | None
    deleted_at: datetime | None
    is_own: bool
    changed_at: datetime | None
    digest: str
    earlier: tuple[EarlierWording, ...] = ()


@dataclass(frozen=True, slots=True)
class CommentPage:
    """Some of `total`, oldest first. `earlier`: what to ask for as `before` to get those before them, None: there are none."""

    lines: tuple[CommentLine, ...]
    total: int
    earlier: int | None


@dataclass(frozen=True, slots=True)
class CommentsOf(Query[CommentPage]):
    """The newest two hundred comments, or of those with a number below `before`, oldest first.

    Raises NotFoundError for those who may not see the case.
    """

    instance_id: str
    before: int | None = None

    def answer(self, reading: Reading, actor: Actor) -> CommentPage:
        require_instance(reading, actor, self.instance_id)
        name = sa.func.coalesce(User.name, Comment.written_by)
        shown = (Comment.text, Comment.deleted_at, Comment.written_by == actor.user_id, Comment.changed_at, Comment.digest)
        columns = (Comment.number, name, Comment.written_at, *shown)
        these = Comment.instance_id == self.instance_id
        statement = sa.select(*columns).outerjoin(User, User.id == Comment.written_by).where(these)
        if self.before is not None:
            statement = statement.where(Comment.number < min(max(self.before, 1), HIGHEST_NUMBER))
        rows = reading.connection.execute(statement.order_by(Comment.number.desc()).limit(MOST_COMMENTS)).all()
        total = reading.connection.scalar(sa.select(sa.func.count()).where(these)) or 0
        lines = tuple(CommentLine(*row) for row in reversed(rows))
        if is_auditor(actor) and any(line.changed_at for line in lines):
            lines = self._with_earlier(reading, lines)
        # Numbers count from 1 without a gap: a deleted comment keeps its own.
        return CommentPage(lines, total, lines[0].number if lines and lines[0].number > 1 else None)

    def _with_earlier(self, reading: Reading, lines: tuple[CommentLine, ...]) -> tuple[CommentLine, ...]:
        numbers = [line.number for line in lines if line.changed_at]
        these = (CommentWording.instance_id == self.instance_id, CommentWording.number.in_(numbers), CommentWording.text.is_not(None))
        wanted = sa.select(CommentWording.number, CommentWording.written_at, CommentWording.text).where(*these).order_by(CommentWording.edition)
        earlier: dict[int, list[EarlierWording]] = {}
        for number, written_at, text in reading.connection.execute(wanted):
            earlier.setdefault(number, []).append(EarlierWording(written_at, text or ""))
        return tuple(replace(line, earlier=tuple(earlier.get(line.number, ()))) for line in lines)


@dataclass(frozen=True, slots=True)
class Mentionable:
    """Somebody who may see the case. `written`: what to write after the sign so that nobody else is meant."""

    user_id: str
    name: str
    written: str


@dataclass(frozen=True, slots=True)
class PeopleToMention(Query[tuple[Mentionable, ...]]):
    """Others who may see the case and whose name or login begins with `prefix`, in order of names, eight at most.

    Raises NotFoundError for those who may not see the case themselves.
    """

    instance_id: str
    prefix: str = ""

    def answer(self, reading: Reading, actor: Actor) -> tuple[Mentionable, ...]:
        require_instance(reading, actor, self.instance_id)
        prefix = findable(self.prefix).lower()[:LONGEST_PREFIX]
        begins = sa.or_(*(sa.func.starts_with(sa.func.lower(column), prefix) for column in (User.name, User.id)))
        same = sa.orm.aliased(User)
        shared = sa.exists().where(sa.func.lower(same.name) == sa.func.lower(User.name), same.id != User.id, same.active)
        who = sa.or_(User.is_administrator, User.id.in_(self._readers()))
        statement = sa.select(User.id, User.name, shared).where(User.active, User.id != actor.user_id, User.name != "", begins, who)
        rows = reading.connection.execute(statement.order_by(User.name, User.id).limit(MOST_SUGGESTED), {"now": reading.now})
        return tuple(Mentionable(user_id, name, user_id if is_shared else name) for user_id, name, is_shared in rows)

    def _readers(self) -> sa.CompoundSelect[Any]:
        """Whoever started it, took part, got a copy, has or may take an open task, or stands for who has one."""
        tasks = sa.select(WorkItem.__table__).where(WorkItem.instance_id == self.instance_id, OPEN).subquery("tasks")
        return sa.union(
            sa.select(Instance.started_by).where(Instance.id == self.instance_id),
            sa.select(Participation.user_id).where(Participation.instance_id == self.instance_id),
            sa.select(Copy.user_id).where(Copy.instance_id == self.instance_id),
            sa.select(people_of(tasks).c.user_id),
        )
