"""Comments on a case: written, and taken away by who wrote them; both stand in the case's log, as changes do (comment_editing)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engine.commands.input import checked_number, checked_text, command_fact
from engine.commands.readers import require_reader
from engine.commands.talk.mentions import mentioned
from engine.commands.work import Work
from engine.model.errors import NotFoundError
from engine.model.events import Fact
from engine.model.identity import Actor
from engine.model.values import JsonValue
from engine.store.comments import Comment, CommentWording, comment_digest
from engine.store.instances import append_events
from engine.store.notifications import notify
from engine.store.rows import insert_rows
from engine.store.worklists import Copy

LONGEST_COMMENT = 4000


@dataclass(frozen=True, slots=True)
class CommentWritten:
    """`mentioned` are user ids; `is_new` is false when the same request had been carried out before."""

    instance_id: str
    number: int
    mentioned: tuple[str, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class WriteComment:
    """Comment on a case that the actor may read, whether it runs or has ended. Who is mentioned must be able to read it, and gets a copy.

    `request_key` makes sending twice one comment. Raises NotFoundError; InputRejected: required, too_long, unknown_mention, ambiguous_mention,
    mention_cannot_see, too_many_mentions.
    """

    instance_id: str
    text: str
    request_key: str = ""

    def execute(self, work: Work, actor: Actor) -> CommentWritten:
        text = checked_text(self.text, "text", maximum=LONGEST_COMMENT).replace("\r\n", "\n")
        request_key = checked_text(self.request_key, "request_key", maximum=64, required=False) or secrets.token_hex(16)
        head = work.instance(self.instance_id)
        require_reader(work, head, actor)
        before = _sent_before(work, head.id, actor.user_id, request_key)
        if before is not None:
            return before
        people = mentioned(work, head, actor, text)
        number = 1 + (work.connection.scalar(sa.select(sa.func.max(Comment.number)).where(Comment.instance_id == head.id)) or 0)
        salt = secrets.token_hex(16)
        data: dict[str, JsonValue] = {"comment": number, "mentioned": list(people), "digest": comment_digest(salt, text)}
        facts = [command_fact("WriteComment", process_key=head.process_key, **data), Fact("comment_written", data, head.process_key)]
        if people:
            facts.append(Fact("copy_sent", {"to": list(people), "note": ""}, head.process_key))
        append_events(work.tx, head, facts, actor.user_id)
        row = {"instance_id": head.id, "number": number, "written_by": actor.user_id, "written_at": work.now, "request_key": request_key}
        row |= {"mentioned": list(people), "digest": data["digest"], "salt": salt, "text": text, "deleted_at": None, "changed_at": None}
        work.connection.execute(sa.insert(Comment).values(row))
        tell(work, head.id, actor, people, number)
        return CommentWritten(head.id, number, people, True)


@dataclass(frozen=True, slots=True)
class CommentDeleted:
    """`was_there` is false when it had been deleted before."""

    instance_id: str
    number: int
    was_there: bool


@dataclass(frozen=True, slots=True)
class DeleteComment:
    """Take the text of an own comment away, and what it said before it was changed.

    That it was there, and its digests, stay in the log. Raises NotFoundError, also for one of others.
    """

    instance_id: str
    number: int

    def execute(self, work: Work, actor: Actor) -> CommentDeleted:
        number = checked_number(self.number, "number", minimum=0)
        head = work.instance(self.instance_id)
        require_reader(work, head, actor)
        own = (Comment.instance_id == head.id, Comment.number == number, Comment.written_by == actor.user_id)
        row = work.connection.execute(sa.select(Comment.digest, Comment.deleted_at).where(*own)).one_or_none()
        if row is None:
            raise NotFoundError("no_such_comment", number=number)
        if row.deleted_at is not None:
            return CommentDeleted(head.id, number, False)
        data: dict[str, JsonValue] = {"comment": number, "digest": row.digest}
        facts = (command_fact("DeleteComment", process_key=head.process_key, **data), Fact("comment_deleted", data, head.process_key))
        append_events(work.tx, head, facts, actor.user_id)
        work.connection.execute(sa.update(Comment).where(*own).values(text=None, salt=None, deleted_at=work.now))
        before = (CommentWording.instance_id == head.id, CommentWording.number == number)
        work.connection.execute(sa.update(CommentWording).where(*before).values(text=None, salt=None))
        return CommentDeleted(head.id, number, True)


def tell(work: Work, instance_id: str, actor: Actor, people: Sequence[str], number: int) -> None:
    """Whoever a comment mentions gets a copy of the case and is notified."""
    common = {"instance_id": instance_id, "activity_instance_id": 0, "sent_by": actor.user_id, "sent_at": work.now, "note": "", "read_at": None}
    insert_rows(work.connection, Copy, [{**common, "user_id": person} for person in people])
    notify(work.tx, people, "mentioned", actor, instance_id, about=str(number))


def _sent_before(work: Work, instance_id: str, user_id: str, request_key: str) -> CommentWritten | None:
    same = (Comment.instance_id == instance_id, Comment.written_by == user_id, Comment.request_key == request_key)
    row = work.connection.execute(sa.select(Comment.number, Comment.mentioned).where(*same)).one_or_none()
    return None if row is None else CommentWritten(instance_id, row.number, tuple(row.mentioned), False)
