"""The comments on one case, for those who may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.model.identity import Actor
from engine.queries.heads import require_instance
from engine.queries.reading import Query, Reading
from engine.store.comments import Comment
from engine.store.registers import User

MOST_COMMENTS = 200


@dataclass(frozen=True, slots=True)
class CommentLine:
    """`text` None: deleted."""

    number: int
    writer_name: str
    written_at: datetime
    text: str | None
    deleted_at: datetime | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class CommentPage:
    """The newest of `total`, oldest first."""

    lines: tuple[CommentLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CommentsOf(Query[CommentPage]):
    """The newest two hundred comments, oldest first. Raises NotFoundError for those who may not see the case."""

    instance_id: str

    def answer(self, reading: Reading, actor: Actor) -> CommentPage:
        require_instance(reading, actor, self.instance_id)
        name = sa.func.coalesce(User.name, Comment.written_by)
        total = sa.func.count().over()
        columns = (Comment.number, name, Comment.written_at, Comment.text, Comment.deleted_at, Comment.written_by == actor.user_id, total)
        statement = sa.select(*columns).outerjoin(User, User.id == Comment.written_by).where(Comment.instance_id == self.instance_id)
        rows = reading.connection.execute(statement.order_by(Comment.number.desc()).limit(MOST_COMMENTS)).all()
        return CommentPage(tuple(CommentLine(*row[:-1]) for row in reversed(rows)), rows[0][-1] if rows else 0)
