"""The comments on a case beside what its log says of them: whether each text is the one that was written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from engine.queries.reading import Reading
from engine.store.comments import Comment, comment_digest

# deleted: taken away by who wrote it; changed, missing: the log tells of another text or of none that was taken away; unlogged: nobody wrote it.
Proof = Literal["same", "deleted", "changed", "missing", "unlogged"]


@dataclass(frozen=True, slots=True)
class ProvedComment:
    """Who wrote it and when as the log says, of an unlogged one as its row says. `text` None: there is none any more."""

    number: int
    writer: str
    at: datetime
    text: str | None
    proof: Proof


def proved_comments(reading: Reading, instance_id: str, events: Iterable[Any]) -> tuple[ProvedComment, ...]:
    """By their numbers. `events` of the case have kind, actor, at and data."""
    columns = (Comment.number, Comment.written_by, Comment.written_at, Comment.salt, Comment.text)
    rows = {row.number: row for row in reading.connection.execute(sa.select(*columns).where(Comment.instance_id == instance_id))}
    written, deleted = {}, set()
    for event in events:
        if event.kind == "comment_written":
            written[event.data["comment"]] = event
        elif event.kind == "comment_deleted":
            deleted.add(event.data["comment"])
    found = [_proved(number, event, rows.get(number), number in deleted) for number, event in written.items()]
    found += [ProvedComment(row.number, row.written_by, row.written_at, row.text, "unlogged") for row in rows.values() if row.number not in written]
    return tuple(sorted(found, key=lambda comment: comment.number))


def _proved(number: int, event: Any, row: Any, is_deleted: bool) -> ProvedComment:
    return ProvedComment(number, event.actor, event.at, row.text if row else None, _proof(event, row, is_deleted))


def _proof(event: Any, row: Any, is_deleted: bool) -> Proof:
    if row is None:
        return "missing"
    if row.text is None:
        return "deleted" if is_deleted else "missing"
    same = not is_deleted and row.salt is not None and comment_digest(row.salt, row.text) == event.data["digest"]
    return "same" if same else "changed"
