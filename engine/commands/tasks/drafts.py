"""What people have filled in and not yet submitted: kept, and never overwritten by another page of theirs unknowingly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engine.commands.input import checked_number, checked_text, checked_values
from engine.commands.rights import require_doer, require_system
from engine.commands.work import Work
from engine.model.errors import ConflictError
from engine.model.identity import Actor
from engine.model.values import JsonValue, to_json
from engine.store.drafts import Draft
from engine.store.instances import LockedTask
from engine.store.tables import WorkItem

# How long what was typed into a task stays readable after the task has closed.
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SeenDraft:
    """What a page knows of the draft it goes on from: its revision (0: there was none) and the page's own token.

    What a page sends while an earlier request of its own is on the way carries the older revision; the token says that both are its own.
    """

    revision: int
    page: str

    def checked(self) -> SeenDraft:
        """Raises InputRejected."""
        return SeenDraft(checked_number(self.revision, "revision", minimum=0), checked_text(self.page, "page", required=False))


@dataclass(frozen=True, slots=True)
class DraftSaved:
    task_id: str
    revision: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Keep what the actor has filled in so far; nothing is validated except that it can be kept. Each user has an own draft.

    Raises ConflictError("draft_changed", revision, at) when another page has saved something else since `seen`; None overwrites whatever there is.
    """

    task_id: str
    values: Mapping[str, Any]
    seen: SeenDraft | None = None

    def execute(self, work: Work, actor: Actor) -> DraftSaved:
        values = to_json(checked_values(self.values, "values"))
        seen = self.seen.checked() if self.seen else None
        task = work.task(self.task_id)
        require_doer(work, task, actor)
        place = _place(task, actor)
        row = {**place, "data": values, "revision": 1, "saved_at": work.now, "page": seen.page if seen else ""}
        statement = insert(Draft).values(row)
        again = {name: statement.excluded[name] for name in ("data", "saved_at", "page")} | {"revision": Draft.revision + 1}
        statement = statement.on_conflict_do_update(index_elements=list(place), set_=again, where=_goes_on(seen) if seen else None)
        revision = work.connection.scalar(statement.returning(Draft.revision))
        if revision is None:
            return _kept_alike(work, place, values, self.task_id)
        return DraftSaved(self.task_id, revision, work.now)


@dataclass(frozen=True, slots=True)
class RemoveLeftDrafts:
    """Take away what was typed into tasks that closed more than 30 days ago without it; how many. System only; run it daily."""

    def execute(self, work: Work, actor: Actor) -> int:
        require_system(actor)
        task = (WorkItem.instance_id == Draft.instance_id, WorkItem.activity_instance_id == Draft.activity_instance_id)
        closed = sa.exists().where(*task, WorkItem.state != "open", WorkItem.closed_at < work.now - KEPT)
        return work.connection.execute(sa.delete(Draft).where(closed, Draft.saved_at < work.now - KEPT)).rowcount


def require_own_draft(work: Work, task: LockedTask, actor: Actor, given: Mapping[str, JsonValue], seen: SeenDraft) -> None:
    """Refuses to go on from what another page has saved over since, unless that is what is `given`. Raises ConflictError("draft_changed")."""
    seen = seen.checked()
    kept = _kept(work, _place(task, actor))
    if kept is not None and kept.revision != seen.revision and not (seen.page and kept.page == seen.page) and kept.data != given:
        raise ConflictError("draft_changed", revision=kept.revision, at=kept.saved_at)


def _place(task: LockedTask, actor: Actor) -> dict[str, Any]:
    return {"instance_id": task.instance.id, "activity_instance_id": task.activity_instance_id, "user_id": actor.user_id}


def _goes_on(seen: SeenDraft) -> sa.ColumnElement[bool]:
    own = sa.and_(Draft.page == seen.page, Draft.page != "")
    return sa.or_(Draft.revision == seen.revision, own)


def _kept(work: Work, place: Mapping[str, Any]) -> Any:
    """The task is locked, so nobody saves between this look and what follows."""
    wanted = sa.select(Draft.revision, Draft.saved_at, Draft.page, Draft.data)
    return work.connection.execute(wanted.where(*(getattr(Draft, name) == value for name, value in place.items()))).one_or_none()


def _kept_alike(work: Work, place: Mapping[str, Any], values: JsonValue, task_id: str) -> DraftSaved:
    """Another page has saved: no harm when it was the same, a button pressed twice for example."""
    kept = _kept(work, place)
    if kept.data != values:
        raise ConflictError("draft_changed", revision=kept.revision, at=kept.saved_at)
    return DraftSaved(task_id, kept.revision, kept.saved_at)
