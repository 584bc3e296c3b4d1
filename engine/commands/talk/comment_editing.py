"""Comments changed by who wrote them: what they said before is kept, and the case's log tells of each change."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.commands.input import checked_number, checked_text, command_fact
from engine.commands.readers import require_reader
from engine.commands.talk.comments import LONGEST_COMMENT, tell
from engine.commands.talk.mentions import mentioned
from engine.commands.work import Work
from engine.model.errors import ConflictError, InputRejected, NotFoundError
from engine.model.events import Fact
from engine.model.identity import Actor
from engine.model.values import JsonValue
from engine.store.comments import Comment, CommentWording, comment_digest
from engine.store.instances import append_events

MOST_EDITIONS = 100


@dataclass(frozen=True, slots=True)
class CommentChanged:
    """`mentioned` are those whom the text did not mention before; `is_changed` is false when it said that already."""

    instance_id: str
    number: int
    mentioned: tuple[str, ...]
    is_changed: bool


@dataclass(frozen=True, slots=True)
class ChangeComment:
    """Give an own comment other words. `seen_digest` is that of the words which the actor has before the eyes.

    Raises NotFoundError, also for one of others; ConflictError("comment_changed", at) when it says something else by now or was deleted;
    InputRejected as WriteComment does, and too_many_editions.
    """

    instance_id: str
    number: int
    text: str
    seen_digest: str

    def execute(self, work: Work, actor: Actor) -> CommentChanged:
        text = checked_text(self.text, "text", maximum=LONGEST_COMMENT).replace("\r\n", "\n")
        number, seen = checked_number(self.number, "number", minimum=0), checked_text(self.seen_digest, "seen_digest", maximum=64)
        head = work.instance(self.instance_id)
        require_reader(work, head, actor)
        own = (Comment.instance_id == head.id, Comment.number == number, Comment.written_by == actor.user_id)
        row = work.connection.execute(sa.select(Comment.__table__).where(*own)).one_or_none()
        if row is None:
            raise NotFoundError("no_such_comment", number=number)
        if row.text == text:
            return CommentChanged(head.id, number, (), False)
        if row.text is None or row.digest != seen:
            raise ConflictError("comment_changed", number=number, at=row.deleted_at or row.changed_at)
        people = [person for person in mentioned(work, head, actor, text) if person not in row.mentioned]
        edition = _edition(work, row)
        salt = secrets.token_hex(16)
        data: dict[str, JsonValue] = {"comment": number, "mentioned": list(people), "digest": comment_digest(salt, text), "previous": row.digest}
        facts = [command_fact("ChangeComment", process_key=head.process_key, **data), Fact("comment_changed", data, head.process_key)]
        if people:
            facts.append(Fact("copy_sent", {"to": list(people), "note": ""}, head.process_key))
        append_events(work.tx, head, facts, actor.user_id)
        before = {"instance_id": head.id, "number": number, "edition": edition, "written_at": row.changed_at or row.written_at}
        work.connection.execute(sa.insert(CommentWording).values(**before, digest=row.digest, salt=row.salt, text=row.text))
        now = {"text": text, "salt": salt, "digest": data["digest"], "changed_at": work.now, "mentioned": [*row.mentioned, *people]}
        work.connection.execute(sa.update(Comment).where(*own).values(**now))
        tell(work, head.id, actor, people, number)
        return CommentChanged(head.id, number, tuple(people), True)


def _edition(work: Work, row: Any) -> int:
    same = (CommentWording.instance_id == row.instance_id, CommentWording.number == row.number)
    edition = 1 + (work.connection.scalar(sa.select(sa.func.max(CommentWording.edition)).where(*same)) or 0)
    if edition >= MOST_EDITIONS:
        raise InputRejected("too_many_editions", field="text", maximum=MOST_EDITIONS)
    return edition
