"""What somebody typed into a task that a colleague took or completed, or that is no longer needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.model.errors import NotFoundError
from engine.model.identity import Actor, parse_task_id
from engine.model.values import Value
from engine.queries.labels import element_of
from engine.queries.reading import Query, Reading
from engine.queries.tasks import could_take, draft_of, find_task, seen_scope
from engine.queries.views import DraftView

if TYPE_CHECKING:
    from engine.forms import Form, FormRights


@dataclass(frozen=True, slots=True)
class LeftTask:
    """The form as the actor saw it, and the actor's own draft of it. Nothing of what the colleague submitted."""

    element_name: str
    element_name_en: str
    title: str | None
    form: Form | None
    scope: Mapping[str, Value]
    rights: FormRights
    draft: DraftView | None


@dataclass(frozen=True, slots=True)
class WhatWasTyped(Query[LeftTask]):
    """For those who could have done the task or have a draft of it; others get NotFoundError."""

    task_id: str

    def answer(self, reading: Reading, actor: Actor) -> LeftTask:
        parts = parse_task_id(self.task_id)
        row = find_task(reading, *parts) if parts else None
        draft = draft_of(reading, actor, row) if row else None
        if row is None or (draft is None and not could_take(actor, row)):
            raise NotFoundError("no_such_task", task_id=str(self.task_id)[:100])
        pack = reading.pack(row.deployment_id, row.digest)
        element = element_of(pack, row.process_key, row.element_id)
        return LeftTask(
            row.element_name,
            element.name_en if element else "",
            row.title,
            pack.forms.get(row.form_id or ""),
            seen_scope(reading, pack, row),
            element.assignment.field_rights if element and element.assignment else {},
            draft,
        )
