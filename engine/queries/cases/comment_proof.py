"""The comments on a case beside what its log says of them: whether each text is the one that was written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from engine.model.identity import Actor
from engine.queries.reading import Query, Reading
from engine.store.case_access import require_part, require_readable
from engine.store.comments import Comment, CommentWording, comment_digest
from engine.store.tables import Event

# deleted: taken away by who wrote it; changed, missing: the log tells of another text or of none that was taken away; unlogged: nobody wrote it.
Proof = Literal["same", "deleted", "changed", "missing", "unlogged"]
_WRITTEN = ("comment_written", "comment_changed")


@dataclass(frozen=True, slots=True)
class ProvedComment:
    """Who wrote it and when as the log says, of an unlogged one as its row says. `text` None: there is none any more.

    `is_earlier`: what the comment said before it was changed.
    """

    number: int
    writer: str
    at: datetime
    text: str | None
    proof: Proof
    is_earlier: bool = False


@dataclass(frozen=True, slots=True)
class CommentsProof(Query[tuple[ProvedComment, ...]]):
    """Each wording of each comment against the log, without the texts. For auditors and for who took part; raises NotFoundError."""

    instance_id: str

    def answer(self, reading: Reading, actor: Actor) -> tuple[ProvedComment, ...]:
        require_part(reading.connection, actor, self.instance_id)
        return tuple(replace(one, text=None) for one in _by_the_log(reading, self.instance_id))


@dataclass(frozen=True, slots=True)
class CommentsOnRecord(Query[tuple[ProvedComment, ...]]):
    """The same with the texts and with names for writers. For who took part; for auditors after InspectInstances. Raises as Replay does."""

    instance_id: str

    def answer(self, reading: Reading, actor: Actor) -> tuple[ProvedComment, ...]:
        require_readable(reading.connection, actor, self.instance_id, reading.now)
        proved = _by_the_log(reading, self.instance_id)
        names = reading.user_names({one.writer for one in proved})
        return tuple(replace(one, writer=names[one.writer]) for one in proved)


def _by_the_log(reading: Reading, instance_id: str) -> tuple[ProvedComment, ...]:
    kinds = (*_WRITTEN, "comment_deleted")
    wanted = sa.select(Event.kind, Event.actor, Event.at, Event.data).where(Event.instance_id == instance_id, Event.kind.in_(kinds))
    return proved_comments(reading, instance_id, reading.connection.execute(wanted.order_by(Event.sequence)))


def proved_comments(reading: Reading, instance_id: str, events: Iterable[Any]) -> tuple[ProvedComment, ...]:
    """By their numbers, the wordings of each in their order. `events` of the case have kind, actor, at and data."""
    logged: dict[int, list[Any]] = {}
    deleted = set()
    for event in events:
        if event.kind in _WRITTEN:
            logged.setdefault(_number(event), []).append(event)
        elif event.kind == "comment_deleted":
            deleted.add(_number(event))
    kept = _kept(reading, instance_id)
    found: list[ProvedComment] = []
    for number in sorted({*logged, *kept}):
        found += _wordings(number, logged.get(number, ()), kept.get(number, ()), number in deleted)
    return tuple(found)


def _number(event: Any) -> int:
    """Of the comment; 0 in an event that has been tampered with, which is the number of none."""
    number = event.data.get("comment") if isinstance(event.data, dict) else None
    return number if isinstance(number, int) else 0


def _kept(reading: Reading, instance_id: str) -> dict[int, list[Any]]:
    """What is stored of each comment, oldest wording first, what it says now last."""
    now = sa.select(Comment.number, Comment.written_by, Comment.written_at, Comment.salt, Comment.text).where(Comment.instance_id == instance_id)
    columns = (CommentWording.number, sa.literal("").label("written_by"), CommentWording.written_at, CommentWording.salt, CommentWording.text)
    before = sa.select(*columns).where(CommentWording.instance_id == instance_id).order_by(CommentWording.number, CommentWording.edition)
    kept: dict[int, list[Any]] = {}
    for row in (*reading.connection.execute(before), *reading.connection.execute(now)):
        kept.setdefault(row.number, []).append(row)
    return kept


def _wordings(number: int, events: Sequence[Any], rows: Sequence[Any], is_deleted: bool) -> list[ProvedComment]:
    found = []
    for at in range(max(len(events), len(rows))):
        row = rows[at] if at < len(rows) else None
        is_earlier = at < max(len(events), len(rows)) - 1
        if at < len(events):
            event = events[at]
            found.append(ProvedComment(number, event.actor, event.at, row.text if row else None, _proof(event, row, is_deleted), is_earlier))
        elif row is not None:
            found.append(ProvedComment(number, row.written_by, row.written_at, row.text, "unlogged", is_earlier))
    return found


def _proof(event: Any, row: Any, is_deleted: bool) -> Proof:
    if row is None:
        return "missing"
    if row.text is None:
        return "deleted" if is_deleted else "missing"
    recorded = event.data.get("digest") if isinstance(event.data, dict) else None
    same = not is_deleted and row.salt is not None and comment_digest(row.salt, row.text) == recorded
    return "same" if same else "changed"
